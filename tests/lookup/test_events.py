"""Events around a call: page by page, two calls a second an account whoever asks, to a bound and in the time there is."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.errors import DeniedError
from bot.aliyun.retries import Pace
from bot.aliyun.transport import Transport
from bot.explain.around import Around
from bot.identity.directory import Access, Identity
from bot.identity.ownership import Principal, Sight
from bot.lookup.events import MOST_EVENTS, Heard, Reader, viewers
from bot.outcomes import Found, Rung
from bot.playground.alibaba import ALICE, AUDITOR, AlibabaStandIn, Person
from bot.playground.alibaba.people import ACCOUNT_ID
from tests.explain.logs import explained
from tests.lookup.test_background import HurriedClock


@pytest.fixture
def alibaba() -> Iterator[AlibabaStandIn]:
    with AlibabaStandIn(clock=HurriedClock()) as standin:
        yield standin


class Stage:
    """A client whose turns pass without waiting, and how long they would have taken."""

    def __init__(self, alibaba: AlibabaStandIn) -> None:
        self.now, self.slept = 100.0, list[float]()
        self.transport = Transport()
        pace = Pace(2.0, clock=lambda: self.now, sleep=self._sleep)
        self.client = Client(self.transport, Endpoints(*[alibaba.url] * 5), trail_pace=pace)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def read(
        self,
        *values: str,
        who: Person = AUDITOR,
        seconds: float = 100.0,
        sight: Sight | None = None,
        go_on: Callable[[int], bool] = lambda _calls: True,
    ) -> Heard:
        now = datetime.now(UTC)
        asked = Around("callers", "EventName", values, values[0], now - timedelta(days=1), now)
        credential = Credential(who.access_key_id, who.secret)
        identity = Identity(who.name, lambda _deadline, _past=None: credential, sight=sight)
        terms = {"credential": credential, "deadline": Deadline(self.now + seconds, lambda: self.now)}
        return Reader(self.client, identity, ACCOUNT_ID, "cn-hangzhou", now, go_on, terms).read(asked)  # type: ignore[arg-type]


@pytest.fixture
def stage(alibaba: AlibabaStandIn) -> Iterator[Stage]:
    made = Stage(alibaba)
    yield made
    made.transport.close()


def test_pages_are_read_to_the_bound_and_that_there_are_more_is_known(stage: Stage, alibaba: AlibabaStandIn) -> None:
    heard = stage.read("DescribeInstances")
    assert (len(heard.events), heard.more, heard.unread) == (MOST_EVENTS, True, ())
    assert alibaba.calls("LookupEvents") == 4
    times = [event.event_time or "" for event in heard.events]
    assert times == sorted(times, reverse=True)


def test_what_is_fewer_is_read_whole(stage: Stage) -> None:
    heard = stage.read("StopInstance", "DeleteInstance")
    assert {event.event_name for event in heard.events} == {"StopInstance", "DeleteInstance"}
    assert (heard.more, heard.unread, heard.error) == (False, (), None)


def test_values_after_the_bound_are_named(stage: Stage) -> None:
    assert stage.read("DescribeInstances", "StopInstance").unread == ("StopInstance",)


def test_two_people_of_one_account_share_its_two_calls_a_second(alibaba: AlibabaStandIn, stage: Stage) -> None:
    stage.read("StopInstance", "DeleteInstance")
    with pytest.raises(DeniedError):
        stage.read("StopInstance", who=ALICE)
    assert alibaba.calls("LookupEvents") == 3
    assert stage.slept == [0.5, 0.5], "each call but the first waits for its turn, whoever makes it"


def test_what_there_was_no_time_for_is_named(stage: Stage) -> None:
    heard = stage.read("StopInstance", "DeleteInstance", "RebootInstance", seconds=0.7)
    assert heard.unread == ("RebootInstance",)
    assert heard.error is not None
    assert heard.error.word == "throttled"
    assert len(heard.events) > 1


def test_who_wants_no_more_ends_it(stage: Stage, alibaba: AlibabaStandIn) -> None:
    heard = stage.read("StopInstance", "DeleteInstance", go_on=lambda _calls: False)
    assert heard.unread
    assert alibaba.calls("LookupEvents") == 1


def test_what_a_sight_does_not_show_is_not_there(stage: Stage) -> None:
    assert stage.read("StopInstance", sight=Sight("1987654321098765", None)).events == ()
    assert stage.read("StopInstance", sight=Sight(ACCOUNT_ID, None)).events


def test_whose_own_calls_alone_are_shown_asks_for_nobody_s() -> None:
    def identity(name: str, *, own_only: bool = False, sight: Sight | None = None) -> Identity:
        return Identity(name, lambda _deadline, _past=None: Credential("none", "none"), own_only=own_only, sight=sight)

    own = Sight(ACCOUNT_ID, frozenset({Principal(account=ACCOUNT_ID, type="sub", id="1")}))
    key, role = identity("key"), identity("role", sight=Sight(ACCOUNT_ID, None))
    other = identity("other", sight=Sight("1987654321098765", None))
    found = Found("ID", explained(), (Rung("own", "key", "found"),))
    assert viewers(Access((role, other, key)), found) == [key, role]
    assert viewers(Access((identity("key", own_only=True), identity("role", sight=own))), found) == []
    assert viewers(Access((identity("further"),)), found) == []
