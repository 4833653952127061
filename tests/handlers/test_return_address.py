"""The sealed address of a click: for the person who clicked, and for nobody else."""

from typing import Final

import pytest

from bot.handlers.return_address import ReturnAddress
from bot.identity.person import Person
from bot.store.sealing import Keyring, new_key

URL: Final = "https://hooks.slack.com/actions/T0/1/abc"
ALICE, BOB = Person("U0ALICE", "T0", None), Person("U0BOB", "T0", None)


@pytest.fixture
def addresses() -> ReturnAddress:
    """Addresses sealed with a key of their own."""
    return ReturnAddress(Keyring.from_text(new_key()))


def test_the_person_who_clicked_gets_it_back(addresses: ReturnAddress) -> None:
    sealed = addresses.seal(URL, ALICE)
    assert sealed is not None
    assert URL not in sealed
    assert addresses.open(sealed, ALICE) == URL


@pytest.mark.parametrize("sealed", [None, "", "nonsense", "ü", 7, "AAAA" * 20])
def test_what_is_no_sealed_address_is_none(addresses: ReturnAddress, sealed: object) -> None:
    assert addresses.open(sealed, ALICE) is None


def test_nobody_else_can_open_it(addresses: ReturnAddress) -> None:
    assert addresses.open(addresses.seal(URL, ALICE), BOB) is None
    assert addresses.seal(None, ALICE) is None
