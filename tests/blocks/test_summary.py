"""Several look-ups in one message."""

import json

import pytest

from bot.blocks.kit import MOST_CHARACTERS, Block, Message, characters
from bot.blocks.outcome import sentence
from bot.blocks.summary import grouped, headline, progress, summary
from bot.languages import LANGUAGES, Language
from bot.outcomes import Found, NotConnected, Outcome, Unavailable, Unsupported
from bot.playground.slack.block_rules import block_faults
from bot.playground.slack.mentions import mention_faults
from tests.approval import Transcript
from tests.blocks.outcomes import NOW, found, not_found, request_id

TRANSCRIPT = Transcript("requestlog", "many")
OTHER_USER = "241009849925897812"


def nine(language: Language = "en") -> list[Outcome]:
    """Seven throttled calls of one caller, one success, one without a log."""
    throttled = [found(number, after_s=number * 20, language=language) for number in range(7)]
    return [found(7, None, after_s=300, language=language, api="DescribeRegions"), *throttled, not_found(8)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_reads_as_approved(language: Language) -> None:
    message = summary(nine(language), [request_id(number) for number in range(20, 25)], language, now=NOW)
    TRANSCRIPT.approve("nine", language, message, blocks="summary")
    assert not block_faults(message.blocks, "message")
    TRANSCRIPT.approve("nine where Slack takes no chart, like nine", language, message.plainer(), like=message)
    assert not block_faults(message.plainer().blocks, "modal")


def test_the_headline_says_what_most_have_in_common() -> None:
    assert headline(nine(), "en") == "7 of 9: Throttling.User, one caller"
    assert headline(nine("zh"), "zh") == "9 个中有 7 个：Throttling.User，同一调用者"


def test_two_callers_are_counted() -> None:
    outcomes = [found(0), found(1), found(2, user=OTHER_USER)]
    assert headline(outcomes, "en") == "All 3: Throttling.User, 2 callers"


def test_a_single_failure_among_successes_is_the_news() -> None:
    outcomes = [found(0, None), found(1, None), found(2, "Forbidden.RAM")]
    assert headline(outcomes, "en") == "1 of 3: Forbidden.RAM"


def test_failures_of_all_kinds_are_counted() -> None:
    outcomes: list[Outcome] = [found(0, "Forbidden.RAM"), found(1, "InternalError"), not_found(2), found(3, None)]
    assert headline(outcomes, "en") == "2 of 4 did not succeed, each for a different reason, one caller"


def test_what_is_not_found_is_the_news_only_where_nothing_failed() -> None:
    assert headline([not_found(0), not_found(1), found(2, "InternalError")], "en") == "1 of 3: InternalError"
    assert headline([not_found(0), not_found(1), found(2, None)], "en") == "2 of 3: no log found"
    said = headline([not_found(0), Unavailable(request_id(1), "deadline")], "en")
    assert said == "2 of 2 could not be read, each for a different reason"


def test_successes_that_took_long_are_called_slow() -> None:
    slow = [found(number, None, requestDuration="9000") for number in (1, 2)]
    assert headline(slow, "en") == "All 2: slow, one caller"
    assert headline([*slow, found(3, None)], "en") == "2 of 3: slow, one caller"
    assert headline([*slow, found(3, "InternalError")], "en") == "1 of 3: InternalError"


def test_a_code_of_several_groups_is_said_once_in_the_title() -> None:
    outcomes = [found(1), found(2), found(3, api="RunInstances"), found(4, api="RunInstances", regionId="cn-beijing")]
    message = summary(outcomes, (), "en", now=NOW)
    assert message.text == "All 4: Throttling.User, one caller"
    titles = [block["text"]["text"].split("\n")[0] for block in message.blocks if block["type"] == "section"]
    assert titles[0].endswith("*2 of 4: DescribeInstances · cn-hangzhou*")
    assert not any("Throttling" in title for title in titles)


def test_what_was_too_much_at_once_is_a_command_to_copy() -> None:
    beyond = [request_id(number) for number in range(20, 45)]
    text = json.dumps(summary(nine(), beyond, "en", now=NOW).blocks)
    assert f'"/requestlog {" ".join(beyond[:20])}"' in text
    assert f'"/requestlog {" ".join(beyond[20:])}"' in text


def test_an_id_of_another_kind_is_called_what_it_is() -> None:
    for kind, said in (("truncated", "is cut off"), ("masked", "is masked"), ("oss", "is an OSS RequestId")):
        assert said in sentence(Unsupported("6A33DC24", kind), "en")
        assert "request log. " not in sentence(Unsupported("6A33DC24", kind), "en")


def test_all_that_succeeded_are_said_to_have() -> None:
    assert headline([found(0, None), found(1, None)], "en") == "All 2: succeeded, one caller"


def test_groups_are_of_one_product_api_code_caller_and_region_the_largest_first() -> None:
    alike = [found(1), found(2)]
    different = [
        found(3, api="RunInstances"),
        found(4, "InternalError"),
        found(5, user=OTHER_USER),
        found(6, regionId="cn-beijing"),
        found(7, product="Slb"),
    ]
    groups = grouped([not_found(8), *different, *alike], "en")
    assert [len(group.members) for group in groups] == [2, 1, 1, 1, 1, 1, 1]
    assert groups[0].members == tuple(alike)
    assert groups[-1].label == "no log found"
    assert grouped([not_found(0), not_found(1), found(2)], "en")[0].label == "Throttling.User"


def test_every_group_opens_the_card_of_its_first_id_but_what_nobody_can_look_up() -> None:
    outcomes: list[Outcome] = [found(1), not_found(2), Unavailable(request_id(3), "deadline"), Unsupported("ABC", "oss")]
    buttons = [block["accessory"] for block in summary(outcomes, (), "en", now=NOW).blocks if "accessory" in block]
    assert [button["value"] for button in buttons] == [request_id(1), request_id(2), request_id(3)]
    assert len({button["action_id"] for button in buttons}) == 3
    assert all(button["action_id"].startswith("open_card_") for button in buttons)


def test_twenty_different_failures_fit_and_every_id_is_named() -> None:
    outcomes = [found(number, f"Odd.Code{number}", after_s=number, api=f"DoSomethingLong{number}") for number in range(20)]
    beyond = [request_id(number) for number in range(20, 40)]
    message = summary(outcomes, beyond, "en", now=NOW)
    assert characters(message.blocks) <= MOST_CHARACTERS
    assert not block_faults(message.blocks, "message")
    text = json.dumps(message.blocks)
    assert all(each in text for each in beyond)
    assert all(outcome.request_id in text for outcome in outcomes)


def test_foreign_text_stays_inert() -> None:
    evil = found(0, "Bad*<!channel>`", api="Run<@U1>")
    assert isinstance(evil, Found)
    text = json.dumps(summary([evil, found(1)], (), "en", now=NOW).blocks)
    assert "<!channel>" not in text
    assert "<@U1>" not in text


def test_an_asker_without_identity_is_said_to_be_one() -> None:
    assert "no Alibaba Cloud identity" in summary([NotConnected("A"), NotConnected("B")], (), "en", now=NOW).text


@pytest.mark.parametrize(("language", "said"), [("en", "12 of 20 looked up"), ("zh", "已查询 12/20")])
def test_progress_is_told_in_numbers(language: Language, said: str) -> None:
    assert said in progress(12, 20, language).text


def test_what_the_title_counts_stands_first_though_other_groups_are_larger() -> None:
    """Four throttled calls of four APIs lead the headline, beside a larger group of calls that succeeded."""
    throttled = [found(number, "Throttling.User", api=f"Describe{number}") for number in range(4)]
    others = [found(10 + number, None, api="DescribeInstances") for number in range(6)]
    message = summary([*others, *throttled], (), "en", now=NOW)
    assert message.text.startswith("4 of 10: Throttling.User")
    text = json.dumps(message.blocks, ensure_ascii=False)
    assert max(text.index(each.request_id) for each in throttled) < min(text.index(each.request_id) for each in others)


def parts(message: Message, kind: str) -> list[Block]:
    """The blocks of a kind, in the open."""
    return [block for block in message.blocks if block["type"] == kind]


def test_more_than_three_stand_in_a_table_in_the_order_of_their_calls() -> None:
    [table] = parts(summary(nine(), (), "en", now=NOW), "data_table")
    heads, *rows = [[cell["text"] for cell in row] for row in table["rows"]]
    assert heads == ["Time (UTC) 2026-11-21", "API", "Ended with", "ms", "RequestId"]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert rows[-1][2] == "no log found"
    assert {cell["type"] for row in table["rows"][1:] for cell in row[3:4]} == {"raw_number"}
    assert table["row_header_column_index"] == 4
    other = found(20, after_s=90, user="241009849925897812", regionId="cn-beijing")
    [table] = parts(summary([*nine(), other], (), "en", now=NOW), "data_table")
    assert [cell["text"] for cell in table["rows"][0][3:5]] == ["Caller", "Region"], "what not all have in common is told"
    few = summary(nine()[:3], (), "en", now=NOW)
    assert [block["type"] for block in few.blocks if block["type"].startswith("data_")] == []
    assert few.plain is None


def test_what_a_table_holds_stands_nowhere_else_and_further_groups_are_folded() -> None:
    outcomes = [found(number, f"Odd.Code{number}", after_s=number * 60) for number in range(12)]
    message = summary(outcomes, (), "en", now=NOW)
    assert len(parts(message, "section")) == 5
    [folded] = parts(message, "container")
    assert len(folded["child_blocks"]) == 7
    text = json.dumps([block for block in message.blocks if block["type"] != "data_table"])
    assert text.count(f"`{request_id(3)}`") == 0
    assert json.dumps(message.plainer().blocks).count(f"`{request_id(3)}`") == 1


def test_foreign_text_in_a_chart_or_table_is_plain_text() -> None:
    evil = [found(number, "Bad<!channel>", api="Run<@U1>", after_s=number * 60) for number in range(4)]
    message = summary(evil, (), "en", now=NOW)
    assert {cell["type"] for row in parts(message, "data_table")[0]["rows"] for cell in row} == {"raw_text", "raw_number"}
    assert mention_faults(message.text, message.blocks) == []


def test_twenty_stay_under_the_older_limits_of_a_table() -> None:
    outcomes = [found(number, "Odd." + "Code" * 30, after_s=number, api="DoSomething" * 8) for number in range(20)]
    message = summary(outcomes, (), "en", now=NOW)
    assert characters(parts(message, "data_table")) <= 10_000
    assert characters(message.blocks) <= MOST_CHARACTERS
