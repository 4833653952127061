"""Two summaries compared: what is new, what grew or shrank, what is gone."""

import json
from datetime import timedelta

import pytest

from bot.blocks.compare import compare_button, comparison
from bot.blocks.kit import MOST_CHARACTERS, characters
from bot.languages import LANGUAGES, Language
from bot.outcomes import Outcome
from bot.playground.slack.block_rules import block_faults
from tests.approval import Transcript
from tests.blocks.outcomes import FIRST, NOW, found, not_found, request_id

TRANSCRIPT = Transcript("requestlog", "summaries compared")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_changed_reads_as_approved(language: Language) -> None:
    before = [found(number, language=language) for number in (1, 2)]
    before += [found(number, "QuotaExceeded", language=language) for number in (3, 4)]
    before += [found(5, "Old", language=language), found(6, None, language=language)]
    now: list[Outcome] = [found(number, language=language) for number in (1, 2, 11, 12, 13)]
    now += [found(3, "QuotaExceeded", language=language), found(6, None, language=language), not_found(15)]
    message = comparison(before, now, FIRST, language)
    TRANSCRIPT.approve("changed", language, message)
    assert not block_faults(message.blocks, "message")


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_nothing_changed_is_said(language: Language) -> None:
    TRANSCRIPT.approve(
        "same", language, comparison([found(1, language=language)], [found(2, language=language)], FIRST, language)
    )


def test_forty_groups_fit_and_names_stay_inert() -> None:
    before = [found(number, f"<!channel> {'x' * 300} {number}") for number in range(20)]
    message = comparison(before, [found(number + 20, f"Code{number}") for number in range(20)], FIRST, "en")
    assert characters(message.blocks) <= MOST_CHARACTERS
    assert not block_faults(message.blocks, "message")
    assert {block["type"] for block in message.blocks if "<!channel>" in json.dumps(block)} <= {"rich_text"}


def test_the_button_carries_both_summaries_within_slack_s_limit() -> None:
    ids = [request_id(number) for number in range(20)]
    button = compare_button(ids, NOW - timedelta(hours=1), ids, "zh")
    assert len(button["value"]) <= 2000
    assert "02:00 UTC" in button["text"]["text"]
