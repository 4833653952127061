"""The sealed address of a click: for the person who clicked, and for nobody else."""

from typing import Final

import pytest

from bot.handlers.share import open_address, seal_address
from bot.identity.person import Person
from bot.store.sealing import Keyring

URL: Final = "https://hooks.slack.com/actions/T0/1/abc"
ALICE, BOB = Person("U0ALICE", "T0", None), Person("U0BOB", "T0", None)


def test_the_person_who_clicked_gets_it_back(keyring: Keyring) -> None:
    sealed = seal_address(keyring, URL, ALICE)
    assert sealed is not None
    assert URL not in sealed
    assert open_address(keyring, sealed, ALICE) == URL


@pytest.mark.parametrize("sealed", [None, "", "nonsense", "ü", "AAAA" * 20])
def test_what_is_no_sealed_address_is_none(keyring: Keyring, sealed: str | None) -> None:
    assert open_address(keyring, sealed, ALICE) is None


def test_nobody_else_can_open_it(keyring: Keyring) -> None:
    assert open_address(keyring, seal_address(keyring, URL, ALICE), BOB) is None
    assert seal_address(keyring, None, ALICE) is None
