"""Attempts: how many, how far apart, under which signature, and when none more is made."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, ClockError, ExpiredTokenError, Failure, ServerError, ThrottledError
from bot.aliyun.retries import Pace, RetryBudget, RetryPolicy
from bot.aliyun.transport import Transport
from tests.aliyun.asking import ALICE, LOG, RID, ask, client_of
from tests.aliyun.servers import closed_port, http, serving

GOOD = http(200, LOG)
DOWN = http(503, {"Code": "ServiceUnavailable"})
EXPIRED = http(403, {"Code": "InvalidSecurityToken.Expired"})
STALE = Credential("STS.stale", "secret-1", "token-1")
FRESH = Credential("STS.fresh", "secret-2", "token-2")


def throttled(after: str | None) -> bytes:
    headers = {} if after is None else {"x_acs_retry_after": after}
    return http(400, {"Code": "Throttling.User"}, **headers)


def clock_error(server_time: datetime | None) -> bytes:
    headers = {} if server_time is None else {"date": format_datetime(server_time, usegmt=True)}
    return http(400, {"Code": "InvalidTimeStamp.Expired"}, **headers)


def test_the_third_attempt_may_succeed(transport: Transport) -> None:
    with serving(DOWN, DOWN, GOOD) as server:
        assert ask(client_of(transport, server.url)).request_id == "A1"
        assert server.connections == 1


def test_pauses_are_drawn_from_zero_to_a_doubling_bound() -> None:
    asked: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        asked.append((low, high))
        return high

    policy = RetryPolicy(uniform=uniform)
    deadline = Deadline.after(60)
    assert [policy.pause_after(ServerError(), attempt, deadline) for attempt in (1, 2, 3)] == [0.2, 0.4, None]
    assert asked == [(0.0, 0.2), (0.0, 0.4)]


def test_a_throttled_call_waits_as_long_as_it_is_told(transport: Transport) -> None:
    slept: list[float] = []
    with serving(throttled("1500"), GOOD) as server:
        ask(client_of(transport, server.url, sleep=slept.append))
    assert slept == [1.5]


@pytest.mark.parametrize("after", ["", "0", "-5", "soon", "1.5", "9" * 30])
def test_an_unusable_retry_after_counts_as_absent(transport: Transport, after: str) -> None:
    slept: list[float] = []
    with serving(throttled(after), GOOD) as server:
        ask(client_of(transport, server.url, sleep=slept.append))
    assert slept == [0.0]


def test_retry_after_makes_any_refusal_throttling(transport: Transport) -> None:
    with serving(http(403, {"Code": "Forbidden.RAM"}, x_acs_retry_after="10"), GOOD) as server:
        assert ask(client_of(transport, server.url)).request_id == "A1"


def test_a_wait_beyond_the_deadline_is_not_begun(transport: Transport) -> None:
    with serving(throttled("60000")) as server:
        slept: list[float] = []
        with pytest.raises(ThrottledError) as caught:
            ask(client_of(transport, server.url, sleep=slept.append))
        assert slept == []
        assert caught.value.retry_after_s == 60
        assert len(server.heard) == 1


def test_a_wrong_clock_is_corrected_by_the_servers_and_stays_so(transport: Transport) -> None:
    theirs = datetime.now(UTC) + timedelta(hours=2)
    with serving(clock_error(theirs), GOOD) as server:
        client = client_of(transport, server.url)
        ask(client)
        ask(client)
        dates = [datetime.fromisoformat(heard.headers["x-acs-date"]) for heard in server.heard]
    assert abs(dates[1] - theirs) < timedelta(seconds=3)
    assert abs(dates[2] - theirs) < timedelta(seconds=3)


def test_a_clock_that_stays_wrong_is_told_with_its_skew(transport: Transport) -> None:
    with serving(clock_error(datetime.now(UTC) - timedelta(minutes=20))) as server:
        with pytest.raises(ClockError) as caught:
            ask(client_of(transport, server.url))
        assert len(server.heard) == 2
    assert caught.value.skew_s == pytest.approx(-1200, abs=3)


@pytest.mark.parametrize("date", [{}, {"date": "yesterday"}, {"date": "Mon, 99 Foo 99999 00:00:00"}])
def test_without_the_servers_time_there_is_nothing_to_correct(transport: Transport, date: dict[str, str]) -> None:
    with serving(http(400, {"Code": "InvalidTimeStamp.Expired"}, **date)) as server:
        with pytest.raises(ClockError) as caught:
            ask(client_of(transport, server.url))
        assert len(server.heard) == 1
    assert caught.value.skew_s is None


def test_an_expired_session_is_renewed_once(transport: Transport) -> None:
    with serving(EXPIRED, GOOD) as server:
        client = client_of(transport, server.url)
        client.get_own_request_log(RID, credential=STALE, deadline=Deadline.after(5), refresh=lambda _past: FRESH)
        assert [heard.headers["x-acs-security-token"] for heard in server.heard] == ["token-1", "token-2"]


def test_a_session_that_stays_expired_is_told(transport: Transport) -> None:
    with serving(EXPIRED) as server:
        client = client_of(transport, server.url)
        with pytest.raises(ExpiredTokenError):
            client.get_own_request_log(RID, credential=STALE, deadline=Deadline.after(5), refresh=lambda _past: FRESH)
        assert len(server.heard) == 2


def test_without_another_session_an_expired_one_is_told_at_once(transport: Transport) -> None:
    with serving(EXPIRED) as server:
        client = client_of(transport, server.url)
        for terms in ({}, {"refresh": lambda past: past}):
            with pytest.raises(ExpiredTokenError):
                client.get_own_request_log(RID, credential=STALE, deadline=Deadline.after(5), **terms)
        assert len(server.heard) == 2


def test_a_used_nonce_is_replaced(transport: Transport) -> None:
    with serving(http(400, {"Code": "SignatureNonceUsed"}), GOOD) as server:
        ask(client_of(transport, server.url))
        first, second = server.heard
    assert first.headers["x-acs-signature-nonce"] != second.headers["x-acs-signature-nonce"]


def test_a_dead_upstream_is_asked_at_most_a_tenth_more(transport: Transport) -> None:
    with serving(DOWN) as server:
        client = client_of(transport, server.url)
        for _ in range(1000):
            with pytest.raises(ServerError):
                ask(client)
        assert len(server.heard) <= 1100
        assert server.connections == 1


def test_a_budget_that_was_spent_comes_back_with_successes() -> None:
    budget = RetryBudget()
    while budget.spend():
        pass
    budget.success()
    assert budget.spend()
    assert not budget.spend()


def test_the_budget_holds_under_threads() -> None:
    budget, policy = RetryBudget(capacity=10), RetryPolicy(budget=RetryBudget(capacity=10), uniform=lambda low, _: low)
    granted: list[float] = []

    def work() -> None:
        for _ in range(100):
            pause = policy.pause_after(ServerError(), 1, Deadline.after(9))
            if pause is not None:
                granted.append(pause)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 10
    assert budget.spend()


def test_no_attempt_begins_after_the_deadline(transport: Transport) -> None:
    with pytest.raises(AliyunError) as caught:
        ask(client_of(transport, f"http://127.0.0.1:{closed_port()}"), seconds=0)
    assert caught.value.reason == "start"


def test_calls_of_one_account_are_spaced_and_others_are_not() -> None:
    now = [100.0]
    slept: list[float] = []
    pace = Pace(2.0, clock=lambda: now[0], sleep=slept.append)
    deadline = Deadline(110.0, lambda: now[0])
    for key in ("a", "a", "a", "b"):
        pace.wait((key,), deadline)
    assert slept == [0.5, 1.0]
    now[0] = 103.0
    pace.wait(("a",), deadline)
    assert slept == [0.5, 1.0]
    pace.wait(("b", "a"), deadline)
    assert slept == [0.5, 1.0, 0.5], "two keys wait for the later of their turns"


def test_a_turn_after_the_deadline_is_refused_and_left_to_others() -> None:
    pace = Pace(2.0, clock=lambda: 100.0, sleep=lambda _: None)
    pace.wait(("a",), Deadline(110.0, lambda: 100.0))
    with pytest.raises(ThrottledError) as caught:
        pace.wait(("a",), Deadline(100.4, lambda: 100.0))
    assert caught.value.retry_after_s == 0.5
    pace.wait(("a",), Deadline(100.6, lambda: 100.0))


def test_an_errors_text_names_code_status_and_id_only() -> None:
    error = ServerError(Failure(code="InternalError", message="canary", http_status=500, request_id="R", recommend="canary"))
    assert str(error) == "InternalError, HTTP 500, RequestId R"
    assert "canary" not in f"{error!r} {error.failure!r} {error.args!r}"
    assert ALICE.access_key_secret not in repr(ALICE)
