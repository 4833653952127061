"""``requestlog keys``: two steps to a new key, and what is said of those that are still needed."""

import os
from pathlib import Path

from bot.store.database import Database
from bot.store.people import Preferences, PreferenceStore
from bot.store.sealing import Keyring, ids_in, new_key
from tests.cli.running import requestlog
from tests.store.test_rotation import ALICE


def test_a_new_key_takes_two_steps_and_an_old_one_goes_when_nothing_needs_it(tmp_path: Path) -> None:
    here, file = {"REQUESTLOG_DATA_DIR": str(tmp_path)}, tmp_path / "sealing.key"
    database = Database(f"sqlite:///{tmp_path}/requestlog.sqlite")
    PreferenceStore(database, Keyring.from_file(file)).save(ALICE, Preferences("zh"))
    database.close()
    (old,) = ids_in(file.read_text("ascii"))
    assert requestlog("keys", "rotate", env=here).stdout.startswith("A new key was added")
    early = requestlog("keys", "rotate", env=here)
    assert (early.returncode, early.stdout) == (1, "")
    assert early.stderr.startswith("Every running bot is given a minute to read the key file first: run this again in ")
    file.write_text(file.read_text("ascii").replace("# added 20", "# added 19"), "ascii")
    assert requestlog("keys", "rotate", env=here).stdout.startswith("The new key seals from now on")
    assert ids_in(file.read_text("ascii"))[1:] == [old]
    assert requestlog("keys", "retire", env=here).returncode == 1
    os.utime(file, (1, 1))
    done = requestlog("keys", "retire", env=here)
    assert (done.returncode, done.stdout) == (0, "Keys taken away: 1.\n")
    assert len(ids_in(file.read_text("ascii"))) == 1
    again = requestlog("keys", "retire", env=here)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)


def test_keys_of_the_environment_are_told_what_to_do_with(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    here = {"REQUESTLOG_DATA_DIR": str(tmp_path), "REQUESTLOG_KEY": f"{new},{old}"}
    rotated = requestlog("keys", "rotate", env=here)
    assert (rotated.returncode, rotated.stdout) == (1, "")
    assert "behind it there" in rotated.stderr
    done = requestlog("keys", "retire", env=here)
    first, second = (name.hex() for name in ids_in(f"{new} {old}"))
    assert done.returncode == 0
    assert done.stdout == f"Key {first}: it seals.\nKey {second}: nothing needs it; take it out of REQUESTLOG_KEY.\n"
    alone = requestlog("keys", "retire", env=here | {"REQUESTLOG_KEY": new})
    assert (alone.returncode, alone.stderr) == (1, "No key can be taken away.\n")
