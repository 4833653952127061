"""What a person chose, and what is remembered of their look-ups."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.aliyun.credentials import Credential
from bot.blocks.account import CHOOSE_ACCOUNT, settings_blocks
from bot.handlers.people import Choices, Memory, PreferredFirst
from bot.identity.directory import Access, Identity
from bot.identity.person import Person
from bot.outcomes import NotFound, Unavailable
from bot.store.database import Database
from bot.store.people import LookupStore, Preferences, PreferenceStore
from bot.store.sealing import Keyring, new_key

ALICE = Person("U0ALICE", "T0REQLOG1")
BOB = Person("U0BOB", "T0REQLOG1")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class TwoIdentities:
    """A directory in which everybody looks as prod, then as test."""

    def access(self, person: Person, channel: str | None) -> Access:  # noqa: ARG002 - everybody has the same, everywhere
        return Access(
            tuple(Identity(name, lambda _deadline, _past=None: Credential("LTAIid", "secret")) for name in ("prod", "test"))
        )

    def faults(self) -> list[str]:
        return []


@pytest.fixture
def choices(database: Database) -> Choices:
    return Choices(PreferenceStore(database, Keyring.from_text(new_key())))


def test_the_chosen_identity_is_looked_with_first_by_that_person_alone(choices: Choices) -> None:
    directory = PreferredFirst(TwoIdentities(), choices)
    choices.change(ALICE, account="test")
    assert [each.name for each in directory.access(ALICE, None).identities] == ["test", "prod"]
    assert [each.name for each in directory.access(BOB, None).identities] == ["prod", "test"]
    choices.change(ALICE, account=None)
    assert [each.name for each in directory.access(ALICE, None).identities] == ["prod", "test"]


def test_an_identity_that_was_taken_away_leaves_the_order_as_it_is(choices: Choices) -> None:
    choices.change(ALICE, account="gone")
    identities = PreferredFirst(TwoIdentities(), choices).access(ALICE, None).identities
    assert [each.name for each in identities] == ["prod", "test"]


def test_one_choice_keeps_the_other(choices: Choices) -> None:
    choices.change(ALICE, language="zh")
    choices.change(ALICE, account="test")
    assert (choices.of(ALICE).language, choices.of(ALICE).account) == ("zh", "test")
    choices.change(ALICE, language=None)
    assert (choices.of(ALICE).language, choices.of(ALICE).account) == (None, "test")


def test_a_store_that_is_away_costs_no_answer(database: Database, choices: Choices) -> None:
    memory = Memory(LookupStore(database, Keyring.from_text(new_key())), lambda: NOON)
    database.close()
    assert memory.last(ALICE) == []
    assert choices.of(ALICE) == Preferences()


def test_look_ups_are_remembered_newest_first(database: Database) -> None:
    times = iter(NOON + timedelta(seconds=second) for second in range(9))
    memory = Memory(LookupStore(database, Keyring.from_text(new_key())), lambda: next(times))
    for each in (
        *memory.keep(ALICE, [NotFound("A", ()), Unavailable("B", "deadline")]),
        *memory.keep(ALICE, [NotFound("C", ())]),
    ):
        database.write(each.work)
    assert [(past.request_id, past.outcome) for past in memory.last(ALICE)] == [
        ("C", "not_found"),
        ("A", "not_found"),
        ("B", "unavailable"),
    ]
    assert memory.last(BOB) == []


def test_the_menu_of_identities_is_there_for_several_only() -> None:
    several = settings_blocks("en", chosen=None, accounts=["prod", "test"], account="test")
    menu = several[1]["accessory"]
    assert menu["action_id"] == CHOOSE_ACCOUNT
    assert menu["initial_option"]["value"] == "test"
    assert len(settings_blocks("en", chosen=None, accounts=["prod"], account=None)) == 1
