"""What the cache of look-ups may hold: so many bytes, whatever a caller puts into the calls that are looked up."""

import json
from concurrent.futures import ThreadPoolExecutor

from bot.aliyun.cache import LOGS_BYTES, MIB, SOLUTIONS_BYTES, SharedCache, weight
from bot.aliyun.errors import NotFoundError
from bot.aliyun.models import LONGEST_VALUE, RequestLogAnswer
from tests.explain.logs import answer


def never() -> str:
    raise AssertionError


def test_values_are_weighed_and_the_oldest_go() -> None:
    cache: SharedCache[str] = SharedCache(MIB, lambda _value: 60.0, lambda: 0.0)
    for number in range(100):
        cache.get(number, lambda: "x" * 100_000, 1.0)
    assert weight(cache) < 1.5 * MIB
    assert cache.get(99, never, 1.0)


def test_what_is_heavier_than_the_cache_is_answered_and_not_kept() -> None:
    cache: SharedCache[str] = SharedCache(1_000, lambda _value: 60.0, lambda: 0.0)
    assert cache.get("key", lambda: "x" * 100_000, 1.0) == "x" * 100_000
    assert cache.get("key", lambda: "again", 1.0) == "again"


def test_all_caches_together_stay_within_64_mib() -> None:
    assert LOGS_BYTES + 2 * SOLUTIONS_BYTES == 64 * MIB


def test_a_log_of_one_mebibyte_weighs_what_it_holds_and_no_more() -> None:
    """A list of numbers becomes thirty times its text in memory when it is read as a list."""
    value = [0] * 300_000
    read = RequestLogAnswer.model_validate(json.loads(json.dumps(answer(parameters=[{"name": "Ids", "value": value}]))))
    assert read.log is not None
    assert len(read.log.parameters[0].value) <= LONGEST_VALUE
    assert weight(read) < 100_000


def test_a_long_value_ends_before_a_key_that_would_be_cut() -> None:
    value = "word " * 3_998 + "LTAI5tStandInAlice " + "more " * 100
    read = RequestLogAnswer.model_validate(answer(parameters=[{"name": "Script", "value": value}]))
    assert read.log is not None
    assert "LTAI" not in read.log.parameters[0].value
    assert read.log.parameters[0].value.endswith("word…")


def test_a_shared_error_reaches_all_who_wait() -> None:
    cache: SharedCache[str] = SharedCache(1_000, lambda _value: 60.0, lambda: 0.0)

    def fail() -> str:
        raise NotFoundError

    with ThreadPoolExecutor(4) as pool:
        flights = [pool.submit(cache.get, "key", fail, 5.0) for _ in range(4)]
    assert all(isinstance(flight.exception(), NotFoundError) for flight in flights)
