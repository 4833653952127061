"""What the ways in say when there is no card: each case its own sentence, read and approved in both languages."""

from datetime import UTC, datetime

import pytest

from bot.blocks.account import IdentityCheck, refusal, settings_message, whoami_message
from bot.blocks.kit import Message, one_line
from bot.blocks.outcome import outcome_message
from bot.blocks.shortcut import TEXTS, aside, loading, result, without_ids
from bot.identity.person import Person
from bot.languages import LANGUAGES, Language
from bot.outcomes import Refused, Rung
from tests.approval import Transcript

TRANSCRIPT = Transcript("account", "ways in")
ALICE = Person("U0ALICE", "T0REQLOG1")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHECKS = (
    IdentityCheck("prod", "****lice", "acs:ram::1973374733454118:user/alice", "1973374733454118"),
    *(
        IdentityCheck(trouble, "****abcd", trouble=trouble, request_id="B31790CE-FD13-540B-B86F-F7530AA971D6")
        for trouble in ("credential", "token_expired", "clock", "request", "denied", "throttled", "strange", "server")
    ),
    *(IdentityCheck(trouble, None, trouble=trouble) for trouble in ("missing", "unreachable", "deadline")),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_own_sentence(language: Language) -> None:
    reasons = [key for key in TEXTS.tables["nothing"] if not key.endswith("_title")]
    asides = [*TEXTS.tables["aside"], "something_new"]
    nothing = one_line("–")
    said = [
        *(without_ids(reason, language) for reason in reasons),
        *(refusal(barrier, language) for barrier in ("guest", "shared", "foreign")),
    ]
    TRANSCRIPT.approve("no card", language, said)
    TRANSCRIPT.approve("elsewhere", language, [{"blocks": aside(nothing, reason, language).blocks[:1]} for reason in asides])
    TRANSCRIPT.approve("loading", language, [loading(language), loading(language, progress=(12, 20))])
    assert len({str(each) for each in said}) == len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoami_says_of_each_identity_what_is_wrong(language: Language) -> None:
    TRANSCRIPT.approve("whoami", language, whoami_message(ALICE, CHECKS, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_in_which_a_role_is_closed_has_its_own_sentence(language: Language) -> None:
    reasons = ("role_refused", "role_missing", "role_parameter", "base_credential", "role_denied")
    closed = [Refused("B31790CE-FD13-540B-B86F-F7530AA971D6", each, (Rung("account", "prod", "refused"),)) for each in reasons]
    TRANSCRIPT.approve("a role", language, [outcome_message(each, language, now=NOON) for each in closed])


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_with_several_identities(language: Language) -> None:
    said = settings_message(language, chosen=language, accounts=["prod", "test"], account="test", unknown="<!channel>")
    TRANSCRIPT.approve("settings, several identities", language, said)


def test_a_modal_takes_no_blocks_that_only_messages_show() -> None:
    said = Message("x", [{"type": "table"}, {"type": "header", "block_id": "a"}, {"type": "header", "block_id": "a"}])
    view = result(said, "en", channel="C1", thread_ts="1.1")
    assert [block["type"] for block in view["blocks"]] == ["header", "header"]
    assert len({block["block_id"] for block in view["blocks"]}) == 2
    assert view["private_metadata"] == '{"channel": "C1", "thread_ts": "1.1"}'
