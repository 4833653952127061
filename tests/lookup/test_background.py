"""What stands beside the log: ActionTrail's memory, Alibaba Cloud's own solutions, the decoded denial."""

import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.transport import Transport
from bot.explain.catalog import load_catalog
from bot.identity.directory import Access, Identity
from bot.languages import Language
from bot.lookup import LookUp
from bot.lookup.background import Background
from bot.lookup.plan import Question
from bot.outcomes import Found, NotFound, Outcome
from bot.playground.alibaba import ALICE, AUDITOR, AlibabaStandIn, Person, case


class HurriedClock:
    """Goes a second ahead each time it is read: ActionTrail's two calls a second are never too many, whatever runs beside."""

    def __init__(self) -> None:
        self._ahead = itertools.count()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=next(self._ahead))


@pytest.fixture
def alibaba() -> Iterator[AlibabaStandIn]:
    with AlibabaStandIn(clock=HurriedClock()) as standin:
        yield standin


@pytest.fixture
def client(alibaba: AlibabaStandIn) -> Iterator[Client]:
    transport = Transport()
    yield Client(transport, Endpoints(*[alibaba.url] * 5))
    transport.close()


def ladder(client: Client, *regions: str) -> LookUp:
    background = Background(client, load_catalog(), regions=regions, site=None, timer=time.monotonic)
    return LookUp(client, background, clock=lambda: datetime.now(UTC), timer=time.monotonic)


def ask(
    lookup: LookUp,
    name: str,
    person: Person,
    *,
    language: Language = "en",
    age: timedelta | None = None,
    regions: tuple[str, ...] = (),
) -> Outcome:
    question = Question(case(name).request_id, language, age=age, regions=regions)
    eyes = Identity(person.name, lambda _deadline, _past=None: Credential(person.access_key_id, person.secret))
    return lookup.answer(question, Access((eyes,)), Deadline.after(8)).outcome


def trail_result(outcome: Outcome) -> str:
    return next(rung.result for rung in outcome.rungs if rung.rung == "trail")


def test_an_event_of_75_days_ago_is_found_in_the_third_window(client: Client, alibaba: AlibabaStandIn) -> None:
    before = alibaba.calls("LookupEvents")
    assert isinstance(ask(ladder(client, "cn-hangzhou"), "trail-old", AUDITOR), Found)
    assert alibaba.calls("LookupEvents") - before == 3


def test_a_message_s_age_saves_the_windows_that_cannot_hold_it(client: Client, alibaba: AlibabaStandIn) -> None:
    before = alibaba.calls("LookupEvents")
    assert isinstance(ask(ladder(client, "cn-hangzhou"), "trail-old", AUDITOR, age=timedelta(days=74)), Found)
    assert alibaba.calls("LookupEvents") - before == 1


def test_a_message_older_than_action_trail_s_memory_asks_nothing(client: Client, alibaba: AlibabaStandIn) -> None:
    before = alibaba.calls("LookupEvents")
    outcome = ask(ladder(client, "cn-hangzhou"), "trail-old", AUDITOR, age=timedelta(days=91))
    assert isinstance(outcome, NotFound)
    assert trail_result(outcome) == "skipped"
    assert alibaba.calls("LookupEvents") == before


def test_the_text_s_regions_are_asked_before_the_settings_ones(client: Client, alibaba: AlibabaStandIn) -> None:
    """A region that is not spelt like one is passed over; it would end the look-up if it came alone."""
    before = alibaba.calls("LookupEvents")
    found = ask(ladder(client, "not a region"), "trail-only", AUDITOR, regions=("cn-shanghai",))
    assert trail_result(found) == "found"
    assert alibaba.calls("LookupEvents") - before == 1
    assert trail_result(ask(ladder(client, "not a region"), "trail-only", AUDITOR)) == "unavailable"
    assert trail_result(ask(ladder(client, "not a region", "cn-hangzhou"), "trail-only", AUDITOR)) == "found"


def test_who_was_refused_by_action_trail_costs_it_no_further_call(client: Client, alibaba: AlibabaStandIn) -> None:
    lookup = ladder(client, "cn-hangzhou", "cn-shanghai")
    before = alibaba.calls("LookupEvents")
    for _ in range(3):
        assert trail_result(ask(lookup, "trail-only", ALICE)) == "not_permitted"
    assert alibaba.calls("LookupEvents") - before == 1


@pytest.mark.parametrize(("language", "calls", "notes"), [("en", 2, 1), ("zh", 1, 0)])
def test_a_solution_that_nobody_translated_is_shown_in_chinese_and_said_so(
    client: Client, alibaba: AlibabaStandIn, language: Language, calls: int, notes: int
) -> None:
    before = alibaba.calls("GetErrorCodeSolutions")
    outcome = ask(ladder(client), "unknown-code-chinese", ALICE, language=language)
    assert isinstance(outcome, Found)
    assert "BillingCycle" in (outcome.explanation.solutions or "")
    said = [source.note for source in outcome.explanation.sources if source.kind == "solutions" and source.note]
    assert len(said) == notes
    assert alibaba.calls("GetErrorCodeSolutions") - before == calls


def test_a_code_that_nobody_knows_is_said_to_be_unknown(client: Client) -> None:
    outcome = ask(ladder(client), "unknown-code-silent", ALICE)
    assert isinstance(outcome, Found)
    assert outcome.explanation.solutions is None
    assert "Nothing more is known" in (outcome.explanation.cause or "")


def test_a_denial_and_a_throttled_call_ask_for_no_solutions(client: Client, alibaba: AlibabaStandIn) -> None:
    before = alibaba.calls("GetErrorCodeSolutions")
    for name in ("denied-implicit", "throttled", "succeeded"):
        assert isinstance(ask(ladder(client), name, ALICE), Found)
    assert alibaba.calls("GetErrorCodeSolutions") == before


def test_solutions_that_hang_hold_the_card_back_for_a_moment_only(client: Client, alibaba: AlibabaStandIn) -> None:
    lookup = ladder(client)
    assert isinstance(ask(lookup, "unknown-code", ALICE), Found)
    alibaba.fault(action="GetErrorCodeSolutions", delay_s=20)
    start = time.monotonic()
    outcome = ask(lookup, "unknown-code-silent", ALICE, language="zh")
    assert isinstance(outcome, Found)
    assert time.monotonic() - start < 15


def test_a_message_that_is_busy_or_inaccurate_at_first_is_decoded_all_the_same(client: Client) -> None:
    for name in ("denied-message-inaccurate", "denied-message-busy"):
        outcome = ask(ladder(client), name, AUDITOR)
        assert isinstance(outcome, Found)
        assert outcome.explanation.denial
        assert outcome.explanation.denial.resource


@pytest.mark.parametrize(("name", "why"), [("denied-message-expired", "expired"), ("denied-message-unknown", "does not know")])
def test_a_message_that_cannot_be_decoded_says_why(client: Client, name: str, why: str) -> None:
    outcome = ask(ladder(client), name, AUDITOR)
    assert isinstance(outcome, Found)
    assert outcome.explanation.denial
    assert why in (outcome.explanation.denial.decode_note or "")
