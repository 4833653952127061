"""When calls were made, in fixed width."""

import pytest

from bot.blocks.timeline import COLUMNS, MOST_BARS, chart, clock, in_fixed_width, timeline
from bot.languages import LANGUAGES, Language
from bot.playground.slack.block_rules import block_faults
from tests.blocks.outcomes import found, not_found


def test_a_burst_and_a_late_call_are_seen() -> None:
    outcomes = [found(number, after_s=number) for number in range(4)] + [
        found(9, None, after_s=after_s, api="DescribeRegions") for after_s in (200, 400)
    ]
    line = timeline(outcomes)
    assert line is not None
    assert in_fixed_width(line).split("\n") == [
        "2026-11-21 UTC                        02:50:11      02:56:51",
        "                                      ├────────────────────┤",
        "DescribeInstances Throttling.User  4× 4·····················",
        "DescribeRegions                    2× ··········○··········○",
    ]


def test_three_calls_need_no_timeline() -> None:
    assert timeline([found(0), found(1), found(2), not_found(3)]) is None


def test_calls_of_several_days_name_both_dates_apart_with_year_and_zone() -> None:
    line = timeline([found(number, after_s=number * 8_000_000) for number in range(4)])
    assert line is not None
    assert in_fixed_width(line).split("\n")[0] == "2026-11-21 02:50 – 2027-08-25 21:30 UTC"
    assert clock(line.start, line) == "2026-11-21 02:50"


@pytest.mark.parametrize("seconds", [(0, 0, 0, 0), (0, 0, 0, 400), (0, 1, 399, 400, 400)])
def test_calls_in_one_or_two_columns_need_no_timeline(seconds: tuple[int, ...]) -> None:
    assert timeline([found(number, after_s=after_s) for number, after_s in enumerate(seconds)]) is None


def test_it_has_at_most_twenty_lines_of_sixty_columns() -> None:
    outcomes = [found(n, f"Very.Long.Error.Code.Of.Something{n}", after_s=n, api=f"调用{n}WithALongName") for n in range(20)]
    line = timeline(outcomes)
    assert line is not None
    lines = in_fixed_width(line).split("\n")
    assert len(lines) <= 20
    assert max(map(len, lines)) <= COLUMNS
    assert lines[-1] == "+ 3"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("apart_s", [1, 7, 60, 3_601, 86_400, 5_000_000])
def test_a_chart_has_at_most_twenty_bars_and_each_call_in_one(apart_s: int, language: Language) -> None:
    codes = ("Throttling.User", "InternalError", None, "Forbidden.RAM")
    outcomes = [found(number, codes[number % 4], after_s=number * apart_s, language=language) for number in range(20)]
    line = timeline(outcomes)
    assert line is not None
    drawn = chart(line, language)
    assert block_faults([drawn], "message") == []
    values = [point["value"] for series in drawn["chart"]["series"] for point in series["data"]]
    assert sum(values) == 20
    assert len(drawn["chart"]["axis_config"]["categories"]) <= MOST_BARS


def test_the_series_of_a_chart_are_the_endings_success_last() -> None:
    line = timeline([found(0, None), found(1, after_s=60), found(2, after_s=130), found(3, "InternalError", after_s=300)])
    assert line is not None
    drawn = chart(line, "en")
    assert drawn["title"] == "4 calls, 02:50:11 – 02:55:11 UTC"
    assert [each["name"] for each in drawn["chart"]["series"]] == ["failed", "throttled", "succeeded"]
