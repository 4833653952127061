from datetime import UTC, datetime, timedelta

import pytest

from bot.explain.timing import milliseconds, moment, timing

SENT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("skew", "duration", "reading"),
    [
        (0, "188", "normal"),
        (-30, "188", "normal"),
        (-31, "188", "clock_skew"),
        (30, "188", "normal"),
        (31, "188", "client_delay"),
        (900, "188", "client_delay"),
        (901, "188", "clock_skew"),
        (901, "9000", "clock_skew"),
        (31, "5000", "slow_service"),
        (0, "4999", "normal"),
        (0, "5000", "slow_service"),
        (0, None, "unknown"),
        (None, "188", "unknown"),
        (None, "5000", "slow_service"),
        (None, None, "unknown"),
    ],
)
def test_the_first_reading_that_fits_counts(skew: int | None, duration: str | None, reading: str) -> None:
    received = None if skew is None else SENT + timedelta(seconds=skew)
    found = timing(duration, SENT, received, "en")
    assert (found.reading, found.clock_skew_s) == (reading, skew)
    assert found.words


def test_the_words_say_which_clock_is_ahead() -> None:
    assert "ahead of" in (timing("1", SENT, SENT - timedelta(minutes=2), "en").words or "")
    assert "behind" in (timing("1", SENT, SENT + timedelta(hours=2), "en").words or "")


@pytest.mark.parametrize(
    ("skew_s", "duration", "en", "zh"),
    [
        (2400, "188", "40 min behind", "慢 40 分钟"),
        (-31, "188", "31 s ahead", "快 31 秒"),
        (86_400, "188", "24 h behind", "慢 24 小时"),
        (120, "188", "120 s after", "120 秒后"),
        (900, "188", "15 min after", "15 分钟后"),
        (0, "9240", "took 9.2 s", "用了 9.2 秒"),
        (0, "60000", "took 60 s", "用了 60 秒"),
        (0, "300000", "took 5 min", "用了 5 分钟"),
    ],
)
def test_lengths_of_time_are_told_in_the_unit_that_a_person_would_use(skew_s: int, duration: str, en: str, zh: str) -> None:
    received = SENT + timedelta(seconds=skew_s)
    assert en in (timing(duration, SENT, received, "en").words or "")
    assert zh in (timing(duration, SENT, received, "zh").words or "")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-21T01:00:00Z", SENT),
        ("2026-11-21T09:00:00+08:00", SENT),
        ("2026-11-21T01:00:00", SENT),
        ("1795222800", SENT),
        ("1795222800000", SENT),
        ("soon", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_read_in_every_notation_or_not_at_all(text: str | None, read: datetime | None) -> None:
    assert moment(text) == read


@pytest.mark.parametrize(
    ("text", "read"), [("188", 188), ("188.7", 188), ("188 ms", 188), ("-5", None), ("9" * 40, None), ("fast", None)]
)
def test_durations_are_milliseconds_or_nothing(text: str, read: int | None) -> None:
    assert milliseconds(text) == read
