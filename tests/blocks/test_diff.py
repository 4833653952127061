"""Two requests side by side."""

import json

import pytest

from bot.blocks.diff import bad_diff, diff_message, fitted
from bot.blocks.kit import MOST_CHARACTERS, characters
from bot.languages import LANGUAGES, Language
from bot.outcomes import NotConnected
from bot.playground.slack.block_rules import block_faults
from tests.approval import Transcript
from tests.blocks.outcomes import NOW, found, not_found, request_id

TRANSCRIPT = Transcript("requestlog", "diff")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comparison_reads_as_approved(language: Language) -> None:
    one = found(1, None, language=language, parameters={"RegionId": "cn-hangzhou", "InstanceType": "ecs.g6.large"})
    other = found(
        2,
        after_s=60,
        language=language,
        user="241009849925897812",
        parameters={"RegionId": "cn-hangzhou", "InstanceType": "ecs.g7.large", "Amount": 3},
    )
    message = diff_message(one, other, language, now=NOW)
    TRANSCRIPT.approve("two", language, message, blocks="diff")
    assert not block_faults(message.blocks, "message")


def test_what_differs_stands_in_the_table_and_what_is_equal_after_it() -> None:
    message = diff_message(found(1, regionId="cn-beijing"), found(2), "en", now=NOW)
    kinds = [block["type"] for block in message.blocks]
    table = message.blocks[kinds.index("table")]
    cells = [[cell.get("text") for cell in row] for row in table["rows"][1:]]
    assert ["Region", "cn-beijing", "cn-hangzhou"] in cells
    assert "Throttling.User" not in json.dumps(table)
    assert "Error code Throttling.User" in json.dumps(message.blocks[kinds.index("table") + 1])


def test_equal_requests_are_said_to_be_equal() -> None:
    assert "do not differ" in diff_message(found(1), found(2), "en", now=NOW).text


def test_long_values_are_shown_around_their_first_difference() -> None:
    one, other = fitted("x" * 500 + "left" + "y" * 500, "x" * 500 + "right" + "y" * 500)
    assert "left" in one
    assert "right" in other
    assert max(len(one), len(other)) <= 110


def test_hundreds_of_huge_parameters_fit() -> None:
    left = {f"Parameter{number}": f"{number}" * 5000 for number in range(150)}
    right = {f"Parameter{number}": f"{number}" * 4999 for number in range(150)}
    message = diff_message(found(1, parameters=left), found(2, parameters=right), "en", now=NOW)
    assert characters(message.blocks) <= MOST_CHARACTERS
    assert not block_faults(message.blocks, "message")
    assert "110 more differences are not shown." in json.dumps(message.blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_that_was_not_found_is_said_to_be(language: Language) -> None:
    message = diff_message(found(1, language=language), not_found(2), language, now=NOW)
    TRANSCRIPT.approve("one missing", language, message)
    assert request_id(2) in json.dumps(message.blocks)


def test_who_has_no_identity_is_told_so_once() -> None:
    assert "no Alibaba Cloud identity" in diff_message(NotConnected("A"), NotConnected("B"), "en", now=NOW).text


def test_each_wrong_use_has_its_own_sentence() -> None:
    assert (
        len({bad_diff(reason, language, 3).text for reason in ("none", "one", "many", "same") for language in LANGUAGES}) == 8
    )
