"""Bad days of a whole installation: real processes, a real database, a strict Slack. The long forms are in tests/assurance."""

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.installation import Installation, until


@pytest.fixture
def here() -> Iterator[Installation]:
    with Installation() as installation:
        yield installation


@contextmanager
def locked(here: Installation) -> Iterator[None]:
    """Another process holds the store."""
    with closing(sqlite3.connect(here.folder / "bot" / "requestlog.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_while_the_store_is_locked_events_come_again_and_everything_else_is_told_within_two_seconds(here: Installation) -> None:
    here.serve()
    here.types()
    until(lambda: len(here.answers()) == 1)
    alice = here.slack.user("U0ALICE")
    with locked(here):
        alice.mentions("RequestId: 00000000-0000-4000-8000-000000000000")
        here.types()
        alice.global_shortcut("look_up_requestid")
        requests = here.slack.requests[-3:]
        until(lambda: any("not recorded" in answer.words or "record" in answer.words for answer in here.answers()[1:]))
    assert max(request.ms for request in here.slack.requests if request.kind != "event") < 2000, requests
    events = [request for request in here.slack.requests if request.kind == "event"]
    assert (events[0].status, events[0].error) == (503, "dispatch_failed")
    until(lambda: any("00000000-0000-4000-8000-000000000000" in answer.words for answer in here.answers()))


def test_a_kill_loses_no_acknowledged_mention(here: Installation) -> None:
    first = here.serve()
    alice = here.slack.user("U0ALICE")
    for _ in range(5):
        alice.mentions("help")
    first.kill()
    acknowledged = [request for request in here.slack.requests if request.kind == "event" and request.error is None]
    here.serve()
    until(lambda: len(here.answers()) >= len(acknowledged))


def test_a_second_process_of_one_name_waits_until_the_first_has_gone(here: Installation) -> None:
    first = here.serve()
    here.type_many(10, "slow-service")
    second = here.start()
    until(lambda: "waits_for_its_name" in second.said())
    assert second.port == 0
    status, _ = first.end()
    assert status == 0
    here.hear(second.ready())
    until(lambda: len(here.answers()) >= 10)
    here.types()
    until(lambda: len(here.answers()) >= 11)
    time.sleep(0.5)
    assert len(here.answers()) == 11


def test_a_stop_while_look_ups_hang_ends_in_time_and_the_next_start_answers_each_once(here: Installation) -> None:
    first = here.serve(REQUESTLOG_DEADLINE="100")
    here.types()
    here.type_many(5, "upstream-hangs")
    until(lambda: len(here.answers()) == 1)
    codes: list[int] = []
    first.signal(signal.SIGTERM)
    started = time.monotonic()
    while first.process.poll() is None:
        codes.append(first.ask("/readyz", 1))
        time.sleep(0.1)
    assert time.monotonic() - started < 30
    assert first.process.returncode == 0, first.said()
    assert codes.count(503) >= 3
    assert codes[-1] == 0
    told = {line["event"]: line for line in first.lines()}
    assert told["started"]["port"] == first.port
    assert told["draining"]["waiting"] >= told["stopped"]["left_undone"] == 5
    notes = len(here.answers()) - 1
    here.serve(REQUESTLOG_DEADLINE="1")
    until(lambda: len(here.answers()) >= 6 + notes)
    time.sleep(1)
    assert len(here.answers()) == 6 + notes
    assert not [answer for answer in here.answers() if "You may have this answer already" in answer.words]
