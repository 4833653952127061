"""The answer of ActionTrail, in both languages: the words, what may be missing, and no more than fits."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.blocks.kit import MOST_CHARACTERS, characters
from bot.blocks.who import Deed, Told, who_failure, who_message, who_view
from bot.explain.around import Around, Asked
from bot.languages import LANGUAGES, Language
from bot.playground.slack.block_rules import block_faults
from tests.approval import Transcript

TRANSCRIPT = Transcript("requestlog", "who, the words")
CALL = datetime(2026, 11, 21, 1, 43, tzinfo=UTC)
LATER = CALL + timedelta(hours=1)


def deed(api: str, who: str = "RAM user bob", *, code: str | None = None, touches: bool | None = True, what: str = "") -> Deed:
    return Deed(CALL - timedelta(minutes=9), api, who, "203.0.113.42", code, api.startswith("Describe"), what, touches)


def told(asked: Asked, *deeds: Deed, subject: str = "i-bp1gzf4j0a2kd7ebw3xq", **more: object) -> Told:
    key = "ResourceName" if asked == "touched" else "EventName"
    layer = more.pop("layer", "account")
    about = Around(asked, key, ("X",), subject, CALL - timedelta(hours=1), CALL, layer)  # type: ignore[arg-type]
    return Told(about, deeds, "auditor", "cn-hangzhou", **more)  # type: ignore[arg-type]


SAID = {
    "touched": told("touched", deed("StopInstance"), deed("RebootInstance", code="IncorrectInstanceStatus")),
    "touched, read only": told("touched", deed("DescribeInstances"), deed("DescribeInstances", "RAM user alice")),
    "touched by nobody": told("touched"),
    "one caller": told("callers", deed("DescribeInstances", code="Throttling.User"), subject="DescribeInstances"),
    "callers, more": told("callers", deed("A"), deed("A", "RAM user ci"), subject="DescribeInstances", more=True),
    "no callers": told("callers", subject="DescribeInstances"),
    "changed": told(
        "changed",
        deed("DetachPolicyFromUser", what="ops · alice"),
        deed("CreatePolicyVersion", what="base", touches=None),
        subject="alice",
    ),
    "perhaps changed": told("changed", deed("AddUserToGroup", touches=None), subject="241009849925897811"),
    "nothing changed": told("changed", subject="alice"),
    "control policy": told("changed", subject="alice", layer="control"),
    "cut off": told("changed", deed("DeletePolicy"), subject="alice", unread=("A", "B"), failed="throttled"),
    "out of time": told("touched", failed="deadline", unread=("i-bp1gzf4j0a2kd7ebw3xq",)),
    "failed": told("touched", failed="server"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAID)
def test_the_answer_reads_as_approved(name: str, language: Language) -> None:
    message = who_message(SAID[name], language, LATER)
    TRANSCRIPT.approve(name, language, message)
    assert not block_faults(message.blocks, "message")
    assert not block_faults(who_view(message, language)["blocks"], "modal")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", ["denied", "sight", "channel", "nothing"])
def test_why_nothing_is_told_reads_as_approved(reason: str, language: Language) -> None:
    TRANSCRIPT.approve(reason, language, who_failure(reason, language, names=["alice"], request_id="ID"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_young_call_it_is_said_until_when_events_may_be_missing(language: Language) -> None:
    TRANSCRIPT.approve("young", language, who_message(SAID["touched"], language, CALL + timedelta(minutes=1)))


def test_many_events_fit_and_the_rest_is_counted() -> None:
    deeds = [deed("A" * 300, f"{number} " + "b" * 300, what="c" * 300) for number in range(200)]
    kinds: tuple[Asked, ...] = ("touched", "callers", "changed")
    for asked in kinds:
        message = who_message(told(asked, *deeds), "en", LATER)
        assert characters(message.blocks) <= MOST_CHARACTERS
        assert not block_faults(message.blocks, "message")
