"""The look-up ladder against the stand-in, whose people have the rights that the contract names."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.transport import Transport
from bot.explain.catalog import load_catalog
from bot.identity.directory import Access, Identity
from bot.identity.references import CredentialMissingError
from bot.lookup import LookUp
from bot.lookup.background import Background
from bot.lookup.plan import Question
from bot.outcomes import Found, NotConnected, NotFound, Outcome, Refused, Rung, Unavailable, Unsupported
from bot.playground.alibaba import ALICE, AUDITOR, BOB, AlibabaStandIn, Person, case

SAMPLE = "123E4567-E89B-12D3-A456-426614174000"


@pytest.fixture
def lookup(alibaba: AlibabaStandIn) -> Iterator[LookUp]:
    transport = Transport()
    client = Client(transport, Endpoints(*[alibaba.url] * 5))
    background = Background(client, load_catalog(), regions=("cn-hangzhou",), site=None, timer=time.monotonic)
    yield LookUp(client, background, clock=lambda: datetime.now(UTC), timer=time.monotonic)
    transport.close()
    alibaba.clear_faults()


def eyes_of(person: Person, *, own_only: bool = False) -> Identity:
    return Identity(
        person.name, lambda _deadline, _past=None: Credential(person.access_key_id, person.secret), own_only=own_only
    )


def ask(lookup: LookUp, request_id: str, *people: Identity, seconds: float = 5, **known: object) -> Outcome:
    question = Question(request_id, "en", **known)  # type: ignore[arg-type] # the tests name the question's own fields
    return lookup.answer(question, Access(people), Deadline.after(seconds)).outcome


def test_one_s_own_call_is_found_in_the_own_log(lookup: LookUp) -> None:
    outcome = ask(lookup, SAMPLE, eyes_of(ALICE))
    assert isinstance(outcome, Found)
    assert outcome.rungs == (Rung("own", "alice", "found"),)
    assert outcome.explanation.api == "RunInstances"
    assert outcome.explanation.error_code == "IncorrectStatus.TransitRouter"


def test_somebody_else_s_call_is_found_by_who_may_see_the_account(lookup: LookUp) -> None:
    outcome = ask(lookup, case("of-bob").request_id, eyes_of(AUDITOR))
    assert isinstance(outcome, Found)
    assert [rung.result for rung in outcome.rungs] == ["not_found", "found"]


def test_each_question_upstream_is_a_step_for_the_audit_with_its_own_request_id(lookup: LookUp) -> None:
    question = Question(case("of-bob").request_id, "en")
    looked = lookup.answer(question, Access((eyes_of(AUDITOR),)), Deadline.after(5))
    assert [(each.rung, each.identity, each.kind, each.result) for each in looked.steps] == [
        ("own", "auditor", "direct", "not_found"),
        ("account", "auditor", "direct", "found"),
    ]
    assert isinstance(looked.outcome, Found)
    assert looked.steps[-1].upstream == looked.outcome.lookup_request_id


def test_somebody_else_s_call_is_not_found_and_not_said_to_be_somebody_else_s(lookup: LookUp) -> None:
    theirs = ask(lookup, case("of-bob").request_id, eyes_of(ALICE))
    nobodys = ask(lookup, "00000000-0000-4000-8000-000000000000", eyes_of(ALICE))
    assert isinstance(theirs, NotFound)
    assert isinstance(nobodys, NotFound)
    assert (theirs.rungs, theirs.hints) == (nobodys.rungs, nobodys.hints)


def test_the_next_identity_is_tried_when_the_first_sees_nothing(lookup: LookUp) -> None:
    outcome = ask(lookup, case("of-bob").request_id, eyes_of(ALICE), eyes_of(BOB))
    assert isinstance(outcome, Found)
    assert outcome.rungs[-1] == Rung("own", "bob", "found")


def test_a_channel_that_narrows_to_own_calls_skips_the_account(lookup: LookUp) -> None:
    outcome = ask(lookup, case("of-bob").request_id, eyes_of(AUDITOR, own_only=True))
    assert isinstance(outcome, NotFound)
    assert {rung.rung for rung in outcome.rungs} == {"own"}


def test_who_has_no_identity_is_told_so_and_nothing_is_asked(lookup: LookUp, alibaba: AlibabaStandIn) -> None:
    before = alibaba.calls()
    assert isinstance(ask(lookup, SAMPLE), NotConnected)
    assert alibaba.calls() == before


def test_action_trail_remembers_what_the_log_forgot(lookup: LookUp) -> None:
    outcome = ask(lookup, case("trail-only").request_id, eyes_of(AUDITOR))
    assert isinstance(outcome, Found)
    assert outcome.rungs[-1] == Rung("trail", "auditor", "found")


@pytest.mark.parametrize(
    ("shows", "reason"),
    [
        ("upstream-unavailable", "server"),
        ("upstream-throttled", "throttled"),
        ("upstream-html", "server"),
        ("upstream-hangs", "deadline"),
        ("upstream-drips", "deadline"),
        ("upstream-truncated", "strange"),
        ("upstream-huge", "strange"),
        ("no-log", "strange"),
    ],
)
def test_an_upstream_that_fails_is_unavailable_with_its_reason(lookup: LookUp, shows: str, reason: str) -> None:
    outcome = ask(lookup, case(shows).request_id, eyes_of(ALICE), seconds=1.5)
    assert isinstance(outcome, Unavailable)
    assert outcome.reason == reason


def test_a_wrong_key_is_refused_as_such(lookup: LookUp) -> None:
    wrong = Identity("alice", lambda _deadline, _past=None: Credential("LTAI5tNobody", "x"))
    outcome = ask(lookup, SAMPLE, wrong)
    assert isinstance(outcome, Refused)
    assert outcome.reason == "credential"


def test_a_credential_that_cannot_be_read_is_refused_as_such(lookup: LookUp) -> None:
    def unreadable(_deadline: Deadline, _past: Credential | None = None) -> Credential:
        raise CredentialMissingError("gone")

    outcome = ask(lookup, SAMPLE, Identity("alice", unreadable))
    assert isinstance(outcome, Refused)
    assert outcome.reason == "credential_missing"


def test_an_id_that_upstream_does_not_accept_is_unsupported(lookup: LookUp, alibaba: AlibabaStandIn) -> None:
    request_id = "00000000-0000-4000-8000-00000000000A"
    alibaba.fault(request_id=request_id, status=400, code="InvalidParam.LogRequestId")
    assert isinstance(ask(lookup, request_id, eyes_of(ALICE)), Unsupported)


def test_five_hundred_equal_look_ups_at_once_ask_upstream_once(lookup: LookUp, alibaba: AlibabaStandIn) -> None:
    request_id = case("upstream-slow").request_id
    before = alibaba.calls("GetOwnRequestLog")
    with ThreadPoolExecutor(100) as pool:
        outcomes = list(pool.map(lambda _: ask(lookup, request_id, eyes_of(ALICE), seconds=20), range(500)))
    assert all(isinstance(outcome, Found) for outcome in outcomes)
    assert alibaba.calls("GetOwnRequestLog") - before == 1


def test_people_behind_a_hanging_upstream_share_one_wait(lookup: LookUp) -> None:
    """With an error not shared each of them would wait for a deadline of their own, one after the other."""
    with ThreadPoolExecutor(20) as pool:
        start = time.monotonic()
        outcomes = list(
            pool.map(lambda _: ask(lookup, case("upstream-hangs").request_id, eyes_of(ALICE), seconds=1), range(20))
        )
        passed = time.monotonic() - start
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    assert passed < 20 / 2


def test_a_cached_answer_is_never_another_viewers(lookup: LookUp) -> None:
    assert isinstance(ask(lookup, SAMPLE, eyes_of(ALICE)), Found)
    assert isinstance(ask(lookup, SAMPLE, eyes_of(BOB)), NotFound)


def test_errors_are_not_kept(lookup: LookUp, alibaba: AlibabaStandIn) -> None:
    request_id = case("succeeded").request_id
    alibaba.fault(request_id=request_id, status=403, code="Forbidden.RiskControl", times=1)
    assert isinstance(ask(lookup, request_id, eyes_of(ALICE)), Refused)
    assert isinstance(ask(lookup, request_id, eyes_of(ALICE)), Found)


def test_a_fresh_look_up_passes_the_cache_by(lookup: LookUp, alibaba: AlibabaStandIn) -> None:
    ask(lookup, SAMPLE, eyes_of(ALICE))
    before = alibaba.calls("GetOwnRequestLog")
    ask(lookup, SAMPLE, eyes_of(ALICE))
    ask(lookup, SAMPLE, eyes_of(ALICE), fresh=True)
    assert alibaba.calls("GetOwnRequestLog") - before == 1


@pytest.mark.parametrize(
    ("known", "first"),
    [
        ({}, "not_permitted"),
        ({"age": timedelta(days=5)}, "expired"),
        ({"age": timedelta(seconds=30)}, "late"),
        ({"lower_case": True}, "own_gateway"),
        ({"inner": True}, "inner"),
    ],
)
def test_the_likeliest_reason_for_a_missing_log_stands_first(lookup: LookUp, known: dict[str, object], first: str) -> None:
    outcome = ask(lookup, case("not-found").request_id, eyes_of(ALICE), seconds=5, **known)
    assert isinstance(outcome, NotFound)
    assert outcome.hints[0] == first
    assert {"absent", "not_permitted"} <= set(outcome.hints)


def test_a_code_that_the_catalogue_does_not_know_is_looked_up(lookup: LookUp, alibaba: AlibabaStandIn) -> None:
    outcome = ask(lookup, case("unknown-code").request_id, eyes_of(ALICE))
    assert isinstance(outcome, Found)
    assert outcome.explanation.solutions
    assert any(source.kind == "solutions" for source in outcome.explanation.sources)
    before = alibaba.calls("GetErrorCodeSolutions")
    ask(lookup, case("unknown-code").request_id, eyes_of(ALICE))
    assert alibaba.calls("GetErrorCodeSolutions") == before


def test_a_denial_is_decoded_when_the_viewer_may(lookup: LookUp) -> None:
    outcome = ask(lookup, case("denied-explicit").request_id, eyes_of(AUDITOR))
    assert isinstance(outcome, Found)
    assert outcome.explanation.denial
    assert outcome.explanation.denial.matched


def test_a_denial_that_may_not_be_decoded_says_what_is_missing(lookup: LookUp) -> None:
    outcome = ask(lookup, case("denied-explicit").request_id, eyes_of(ALICE))
    assert isinstance(outcome, Found)
    assert outcome.explanation.denial
    assert "ram:DecodeDiagnosticMessage" in (outcome.explanation.denial.decode_note or "")
