import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.store.errors import SealError
from bot.store.sealing import Keyring, new_key


def test_what_is_sealed_opens_for_its_owner(keyring: Keyring) -> None:
    sealed = keyring.seal("RequestId 阿里云".encode(), kind="command", owner=("T1", "U1"))
    assert keyring.unseal(sealed, kind="command", owner=("T1", "U1")).decode() == "RequestId 阿里云"


def test_the_same_value_never_looks_the_same(keyring: Keyring) -> None:
    assert keyring.seal(b"a", kind="k", owner=()) != keyring.seal(b"a", kind="k", owner=())


@pytest.mark.parametrize(
    ("kind", "owner"),
    [("command", ("T1", "U2")), ("command", ("T2", "U1")), ("lookup", ("T1", "U1")), ("command", ("T1U1",)), ("command", ())],
)
def test_it_opens_for_nobody_else(keyring: Keyring, kind: str, owner: tuple[str, ...]) -> None:
    sealed = keyring.seal(b"secret", kind="command", owner=("T1", "U1"))
    with pytest.raises(SealError):
        keyring.unseal(sealed, kind=kind, owner=owner)


def test_owners_whose_ids_join_alike_are_kept_apart(keyring: Keyring) -> None:
    sealed = keyring.seal(b"secret", kind="k", owner=("a", "bc"))
    with pytest.raises(SealError):
        keyring.unseal(sealed, kind="k", owner=("ab", "c"))


def test_every_flipped_bit_is_refused(keyring: Keyring) -> None:
    sealed = keyring.seal(b"secret", kind="k", owner=("o",))
    for position in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[position] ^= 1
        with pytest.raises(SealError):
            keyring.unseal(bytes(flipped), kind="k", owner=("o",))


def test_every_cut_is_refused(keyring: Keyring) -> None:
    sealed = keyring.seal(b"secret", kind="k", owner=("o",))
    for length in range(len(sealed)):
        with pytest.raises(SealError):
            keyring.unseal(sealed[:length], kind="k", owner=("o",))


def test_after_a_rotation_old_rows_open_and_new_ones_need_the_new_key() -> None:
    old, new = new_key(), new_key()
    before = Keyring.from_text(old)
    after = Keyring.from_text(f"{new}, {old}")
    sealed_before = before.seal(b"x", kind="k", owner=())
    sealed_after = after.seal(b"x", kind="k", owner=())
    assert after.unseal(sealed_before, kind="k", owner=()) == b"x"
    with pytest.raises(SealError):
        before.unseal(sealed_after, kind="k", owner=())


@pytest.mark.parametrize(
    "text", ["", "   ", "not base64!", "c2hvcnQ=", pytest.param(new_key() + " c2hvcnQ=", id="a key and a short one")]
)
def test_keys_that_are_none_are_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(SealError) as refusal:
        Keyring.from_text(text)
    assert not text.strip() or text not in str(refusal.value)


def test_a_keyring_shows_no_key() -> None:
    key = new_key()
    assert key not in repr(Keyring.from_text(key))
    assert base64.urlsafe_b64decode(key).hex() not in repr(vars(Keyring))


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """Replicas that start together on a shared folder must end with one key."""
    path = tmp_path / "folder" / "key"
    with ThreadPoolExecutor(8) as threads:
        keyrings = list(threads.map(lambda _: Keyring.from_file(path), range(8)))
    sealed = keyrings[0].seal(b"x", kind="k", owner=())
    assert {keyring.unseal(sealed, kind="k", owner=()) for keyring in keyrings} == {b"x"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["key"]


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    Keyring.from_file(path)
    path.chmod(0o640)
    with pytest.raises(SealError, match="0600"):
        Keyring.from_file(path)


def test_a_key_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir(mode=0o700)
    with pytest.raises(SealError, match="cannot be used"):
        Keyring.from_file(tmp_path / "key")
