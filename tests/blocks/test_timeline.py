"""When calls were made, in fixed width."""

from __future__ import annotations

from bot.blocks.timeline import COLUMNS, in_fixed_width, timeline
from tests.blocks.outcomes import found, not_found


def test_a_burst_and_a_late_call_are_seen() -> None:
    outcomes = [found(number, after_s=number) for number in range(4)] + [found(9, None, after_s=400, api="DescribeRegions")]
    line = timeline(outcomes)
    assert line is not None
    assert in_fixed_width(line).split("\n") == [
        "UTC 2026-11-21                        02:50:11      02:56:51",
        "                                      ├────────────────────┤",
        "DescribeInstances Throttling.User  4× 4·····················",
        "DescribeRegions                    1× ·····················○",
    ]


def test_three_calls_need_no_timeline() -> None:
    assert timeline([found(0), found(1), found(2), not_found(3)]) is None


def test_calls_of_several_days_name_the_day() -> None:
    line = timeline([found(number, after_s=number * 40_000) for number in range(4)])
    assert line is not None
    assert "11-21 02:50" in in_fixed_width(line)
    assert "11-22 12:10" in in_fixed_width(line)


def test_calls_of_one_moment_show_it_once() -> None:
    line = timeline([found(number) for number in range(4)])
    assert line is not None
    assert in_fixed_width(line).count("02:50:11") == 1


def test_it_has_at_most_twenty_lines_of_sixty_columns() -> None:
    outcomes = [found(n, f"Very.Long.Error.Code.Of.Something{n}", after_s=n, api=f"调用{n}WithALongName") for n in range(20)]
    line = timeline(outcomes)
    assert line is not None
    lines = in_fixed_width(line).split("\n")
    assert len(lines) <= 20
    assert max(map(len, lines)) <= COLUMNS
    assert lines[-1] == "+ 3"
