"""The card: what stands on top, what is folded, and that nothing is said twice."""

import re
from dataclasses import replace
from datetime import timedelta
from statistics import median

import pytest

from bot.aliyun.models import DecodedMessage
from bot.blocks.kit import Message
from bot.blocks.requestlog import card
from bot.explain import Evidence, explain
from bot.explain.catalog import load_catalog
from bot.explain.explanation import Explanation
from bot.languages import LANGUAGES, Language
from bot.outcomes import Rung
from bot.playground.slack.block_rules import block_faults
from tests.blocks.words import counted
from tests.explain.logs import NOW, detail, log
from tests.rendering import FOLDED, rendered

MOST_WORDS = 25
RUNGS = (Rung("own", "alice", "found"),)


def throttled(language: Language = "en") -> Explanation:
    """A call of a quarter of an hour ago that its account's other calls left no room for."""
    read = log(basic={"errorCode": "Throttling.User", "httpStatusCode": "400", "throttlingResult": "FC.DENY"})
    return explain(read, Evidence(load_catalog()), language=language, now=NOW)


def denied(deny: str = "ImplicitDeny", language: Language = "en") -> Explanation:
    """A refused RunInstances."""
    basic = {"errorCode": "Forbidden.RAM", "httpStatusCode": "403", "api": "RunInstances", "errorMessage": "You may not."}
    return explain(log(basic=basic, detail=detail(deny=deny)), Evidence(), language=language, now=NOW)


def shown(said: Explanation, *, handoff: bool = False, later: timedelta = timedelta()) -> Message:
    """The card of an explanation, so much later."""
    return card(said, RUNGS, now=NOW + later, lookup_request_id="9BFC4AC1-6BE4-5405-BDEC-CA288D404812", handoff=handoff)


def top(message: Message) -> list[str]:
    """The lines that are read without opening anything."""
    lines = rendered(message)
    return lines[: next(number for number, line in enumerate(lines) if line.startswith(FOLDED))]


def test_few_words_stand_before_the_cause() -> None:
    assert median(counted().values()) <= MOST_WORDS


def test_two_lines_carry_the_answer_and_a_button_does_what_helps_most() -> None:
    lines = top(shown(denied(), handoff=True))
    assert lines[1] == (
        "The caller's identity policies in the account did not allow ecs:RunInstances (implicit deny)."
        " · *Retry* after a change · *Who can fix it* A RAM administrator of account 1973374733454118"
    )
    assert lines[2].startswith("[! Ask for this permission")


def test_without_administrators_the_policy_to_ask_for_stands_there() -> None:
    lines = top(shown(denied()))
    assert lines[2] == "*Policy draft, to be narrowed*"
    assert '┆       "Action": "ecs:RunInstances",' in lines


def test_a_teams_own_page_goes_before_all_steps() -> None:
    said = replace(throttled(), runbook="https://wiki.example/throttling")
    assert top(shown(said))[2] == "*Your team's runbook*  `https://wiki.example/throttling`"
    assert "1. Retry with exponential backoff" in "\n".join(rendered(shown(said)))


@pytest.mark.parametrize(("hours", "word"), [(0, "yes, later"), (26, "yes")])
def test_an_old_call_is_not_told_to_wait(hours: int, word: str) -> None:
    assert top(shown(throttled(), later=timedelta(hours=hours)))[1].split(" · ")[1] == f"*Retry* {word}"


@pytest.mark.parametrize(("language", "said"), [("en", "Slow, 9.2 s: Ecs"), ("zh", "响应慢（9.2 秒）：Ecs")])
def test_a_slow_call_leads_with_that(language: Language, said: str) -> None:
    slow = explain(log(basic={"requestDuration": "9200"}), Evidence(), language=language, now=NOW)
    assert slow.verdict.startswith(said)
    assert "9.2" not in "".join(rendered(shown(slow))[1:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_look_up_s_own_request_id_is_called_that(language: Language) -> None:
    assert {"en": "RequestId of the look-up itself", "zh": "本次查询自身的 RequestId"}[language] in "\n".join(
        rendered(shown(throttled(language)))
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("deny", ["ImplicitDeny", "ExplicitDeny", "Odd"])
@pytest.mark.parametrize("handoff", [True, False])
def test_no_sentence_stands_in_a_card_twice(deny: str, language: Language, *, handoff: bool) -> None:
    for said in (denied(deny, language), throttled(language)):
        text = "\n".join(rendered(shown(said, handoff=handoff)))
        sentences = [each.strip(" ·*>") for each in re.split(r"[.。\n]", text) if len(each) > 15]
        assert sorted({each for each in sentences if sentences.count(each) > 1}) == []


def test_in_a_modal_the_same_lies_open() -> None:
    message = shown(denied())
    assert not block_faults(message.blocks, "message")
    plainer = message.plainer()
    assert not block_faults(plainer.blocks, "modal")
    known = {line.strip() for line in rendered(plainer)}
    assert {line.strip() for line in rendered(message) if not line.startswith(FOLDED)} <= known


@pytest.mark.parametrize(
    ("language", "said"), [("en", "forbidden by policy no-production"), ("zh", "被策略 no-production 明确拒绝")]
)
def test_a_policy_that_is_known_stands_in_the_headline(language: Language, said: str) -> None:
    decoded = DecodedMessage.model_validate(
        {"ExplicitDeny": True, "MatchedPolicies": [{"Effect": "Deny", "PolicyIdentifier": "no-production"}]}
    )
    basic = {"errorCode": "Forbidden.RAM", "httpStatusCode": "403", "api": "RunInstances"}
    read = log(basic=basic, detail=detail(deny="ExplicitDeny"))
    assert said in explain(read, Evidence(decoded=decoded), language=language, now=NOW).verdict
