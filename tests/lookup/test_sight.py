"""The ladder through a role: judged before anything is kept, the same for hidden and absent, and named in full to the audit."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.transport import Transport
from bot.explain.catalog import load_catalog
from bot.identity.directory import Access, FileDirectory
from bot.identity.identities import Identities, parse_identities
from bot.identity.person import Person
from bot.identity.sessions import RoleSessions
from bot.lookup import FIRST_STEP_S, LookUp, Step
from bot.lookup.background import Background
from bot.lookup.logs import BODY_S
from bot.lookup.plan import Question
from bot.outcomes import Found, NotConnected, NotFound, Outcome, Refused, Rung, Unavailable
from bot.playground.alibaba import ALICE, AUDITOR, BOB, BROKER, CAROL, AlibabaStandIn, NewLog, case
from bot.playground.alibaba.people import ACCOUNT_ID, SECOND_ACCOUNT_ID

TEAM = "T0REQLOG1"
ABSENT = "00000000-0000-4000-8000-000000000000"
KEYS = {"BROKER_ACCESS_KEY_ID": BROKER.access_key_id, "BROKER_ACCESS_KEY_SECRET": BROKER.secret}
KEYS |= {"AUDITOR_ACCESS_KEY_ID": AUDITOR.access_key_id, "AUDITOR_ACCESS_KEY_SECRET": AUDITOR.secret}
PEOPLE = {"alice": ALICE, "bob": BOB, "carol": CAROL}
FILE = "".join(
    f'[[people]]\nteam="{TEAM}"\nuser="U0{name.upper()}"\n[[people.principals]]\n'
    f'account="{who.account_id}"\ntype="sub"\nid="{who.user_id}"\n'
    for name, who in PEOPLE.items()
) + "".join(
    f'[[accounts]]\nid="{number}"\nname="{name}"\nrole_arn="acs:ram::{number}:role/requestlog-reader"\n'
    'credential={env="BROKER"}\n'
    for number, name in ((ACCOUNT_ID, "prod"), (SECOND_ACCOUNT_ID, "second"))
)
GROUP = f'[[groups]]\nteam="{TEAM}"\ngroup="S0INCIDENT"\naccounts=["{ACCOUNT_ID}"]\n'
BOTH = GROUP.replace('"]', f'", "{SECOND_ACCOUNT_ID}"]')


@dataclass
class Stage:
    """The stand-in, a ladder that does not really wait, and a directory whose file and groups a test may change."""

    vendor: AlibabaStandIn
    lookup: LookUp
    client: Client
    identities: Identities
    members: set[str] | None = field(default_factory=set)
    waited: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=lambda: [0.0])
    directory: FileDirectory = field(init=False)

    def __post_init__(self) -> None:
        sessions = RoleSessions(self.client, lambda _deadline, _past=None: Credential("none", "none"), KEYS)
        self.directory = FileDirectory(lambda: self.identities, KEYS, sessions, self._in_group)

    def _in_group(self, person: Person, _group: str) -> bool | None:
        return None if self.members is None else person.user in self.members

    def access(self, name: str, channel: str | None = None) -> Access:
        return self.directory.access(Person(f"U0{name.upper()}", TEAM), channel)

    def looks(
        self, name: str, request_id: str, channel: str | None = None, seconds: float = 8
    ) -> tuple[Outcome, tuple[Step, ...]]:
        deadline = Deadline.after(seconds)
        looked = self.lookup.answer(Question(request_id, "en", trail=False), self.access(name, channel), deadline)
        return looked.outcome, looked.steps


@pytest.fixture
def stage() -> Iterator[Stage]:
    waited: list[float] = []
    later = [0.0]
    with AlibabaStandIn() as vendor:
        transport = Transport()
        client = Client(transport, Endpoints(*[vendor.url] * 5))
        background = Background(client, load_catalog(), regions=("cn-hangzhou",), site=None, timer=time.monotonic)
        lookup = LookUp(client, background, clock=lambda: datetime.now(UTC), timer=lambda: later[-1], sleep=waited.append)
        yield Stage(vendor, lookup, client, parse_identities(FILE + GROUP), waited=waited, later=later)
        transport.close()


def test_one_s_own_call_is_found_and_told_to_the_audit(stage: Stage) -> None:
    outcome, (step,) = stage.looks("alice", case("sample").request_id)
    assert isinstance(outcome, Found)
    assert outcome.rungs == (Rung("account", "prod", "found"),)
    caller = f"sub/{ALICE.user_id}@{ACCOUNT_ID}"
    assert (step.kind, step.account, step.session) == ("broker", ACCOUNT_ID, "slack-T0REQLOG1-U0ALICE")
    assert (step.decision, step.caller, step.upstream) == ("shown", caller, outcome.lookup_request_id)
    assert stage.waited == []


def test_a_hidden_call_is_an_equal_value_to_an_absent_one_and_the_audit_knows_why(stage: Stage) -> None:
    hidden, (step, *_) = stage.looks("bob", case("sample").request_id)
    absent, (nothing, *_) = stage.looks("bob", ABSENT)
    assert isinstance(hidden, NotFound)
    assert hidden == replace(absent, request_id=hidden.request_id)
    assert (step.result, step.decision, step.caller) == ("found", "not_owner", f"sub/{ALICE.user_id}@{ACCOUNT_ID}")
    assert (nothing.result, nothing.decision, nothing.caller) == ("not_found", None, None)
    assert step.upstream != nothing.upstream
    assert [pause > 0 for pause in stage.waited] == [True, True] * 2  # for a body that might come, and for the step of time


def test_who_asks_after_the_owner_or_with_them_gets_nothing_of_their_answer(stage: Stage) -> None:
    """A2: the cache is warm, and there are flights to join."""
    request_id = case("sample").request_id
    stage.vendor.fault(action="GetRequestLog", delay_s=0.2)
    with ThreadPoolExecutor(30) as pool:
        asked = ["alice", "bob", "carol"] * 10
        outcomes = list(pool.map(lambda name: stage.looks(name, request_id)[0], asked))
    assert {name for name, outcome in zip(asked, outcomes, strict=True) if isinstance(outcome, Found)} == {"alice"}
    assert all(isinstance(each, Found) for each in outcomes[::3])
    assert stage.vendor.calls("GetRequestLog") == 3


def test_what_is_hidden_is_kept_as_long_as_what_is_absent_and_what_is_shown_for_longer(stage: Stage) -> None:
    asked = [("alice", case("sample").request_id), ("bob", case("sample").request_id), ("bob", ABSENT)]
    calls = []
    for seconds in (0.0, 14.9, 15.1, 599.0, 601.0):
        stage.later.append(seconds)
        for name, request_id in asked:
            before = stage.vendor.calls("GetRequestLog")
            stage.looks(name, request_id)
            calls.append(stage.vendor.calls("GetRequestLog") - before)
    assert calls == [1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0]


def test_a_right_that_is_lost_is_lost_at_the_next_look_up_though_the_log_is_kept(stage: Stage) -> None:
    """S6, and S23's removed person."""
    request_id = case("of-bob").request_id
    stage.members = {"U0AUDITOR"}
    assert isinstance(stage.looks("auditor", request_id)[0], Found)
    stage.members = set()
    assert isinstance(stage.looks("auditor", request_id)[0], NotConnected)
    assert isinstance(stage.looks("bob", request_id)[0], Found)
    stage.identities = parse_identities(FILE.replace(BOB.user_id, "1") + GROUP)
    assert isinstance(stage.looks("bob", request_id)[0], NotFound)


def test_groups_that_slack_does_not_tell_leave_everybody_their_own(stage: Stage) -> None:
    """S5."""
    stage.members = None
    assert isinstance(stage.looks("alice", case("sample").request_id)[0], Found)
    for request_id in (case("of-bob").request_id, ABSENT):
        outcome = stage.looks("alice", request_id)[0]
        assert isinstance(outcome, Unavailable)
        assert outcome.reason == "groups"
    before = stage.vendor.calls()
    outcome, steps = stage.looks("auditor", case("sample").request_id)
    assert isinstance(outcome, Unavailable)
    assert (outcome.reason, steps, stage.vendor.calls()) == ("groups", (), before)


def test_two_accounts_are_asked_side_by_side_and_the_first_that_may_be_shown_is(stage: Stage) -> None:
    stage.identities = parse_identities(FILE + BOTH)
    stage.members = {"U0AUDITOR"}
    stage.vendor.fault(action="GetRequestLog", delay_s=1)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(stage.looks, "auditor", case("of-carol").request_id)
        while stage.vendor.calls("GetRequestLog") < 2:
            assert not running.done()  # one after the other, the first would have to end
            time.sleep(0.005)
        outcome, steps = running.result()
    assert isinstance(outcome, Found)
    assert [rung.result for rung in outcome.rungs] == ["not_found", "found"]
    assert [step.account for step in steps] == [ACCOUNT_ID, SECOND_ACCOUNT_ID]


@pytest.mark.parametrize("where", ["masterAccountId", "callerType", "callerAccountId"])
@pytest.mark.parametrize("written", ["-", "", None, "saml-user"])
def test_a_log_that_does_not_say_whose_it_is_is_nobody_s(stage: Stage, where: str, written: str | None) -> None:
    caller = {"masterAccountId": ACCOUNT_ID, "callerType": "sub", "callerAccountId": ALICE.user_id, where: written}
    request_id = stage.vendor.add_log(NewLog(owner="alice", log={"basicInfo": {"api": "X"}, "callerInfo": caller}))
    outcome, (step, *_) = stage.looks("alice", request_id)
    assert isinstance(outcome, NotFound)
    assert step.decision in ("owner_unreadable", "other_account", "not_owner")
    stage.members = {"U0AUDITOR"}
    shown = isinstance(stage.looks("auditor", request_id)[0], Found)
    assert shown == (where != "masterAccountId" or written != "saml-user")


@pytest.mark.parametrize("body", ["huge", "garbage", "gzip"])
def test_an_answer_that_cannot_be_read_is_not_there_for_who_sees_only_their_own(stage: Stage, body: str) -> None:
    """U6: of a group's member it is a fault, as ever."""
    request_id = case("sample").request_id
    stage.vendor.fault(action="GetRequestLog", request_id=request_id, body=body)
    assert isinstance(stage.looks("alice", request_id)[0], NotFound)
    stage.members = {"U0AUDITOR"}
    assert isinstance(stage.looks("auditor", request_id)[0], Unavailable)


def test_an_answer_that_drips_is_cut_off_where_everybody_else_waits_as_long(stage: Stage) -> None:
    """The time is counted by what is waited for: nobody can tell it from an absent one by being answered later."""
    request_id = case("sample").request_id
    absent, _steps = stage.looks("bob", ABSENT)
    assert [0 < pause <= BODY_S for pause in stage.waited[:1]] == [True]
    stage.waited.clear()
    stage.vendor.fault(action="GetRequestLog", request_id=request_id, body="drip")
    for name in ("bob", "alice"):
        dripping, (step, *_) = stage.looks(name, request_id, seconds=120)
        assert dripping == replace(absent, request_id=request_id)
        assert step.decision == "owner_unreadable"
    assert stage.vendor.calls("GetRequestLog") == 3
    assert max(stage.waited) <= FIRST_STEP_S  # the step of time alone: the body was waited for already


def test_an_answer_that_is_cut_off_is_not_asked_for_again(stage: Stage) -> None:
    """Repetitions would take longer than the one answer that there is nothing."""
    stage.vendor.fault(action="GetRequestLog", request_id=case("sample").request_id, body="truncated")
    for name, calls in (("bob", 1), ("auditor", 3)):
        stage.members, before = {"U0AUDITOR"}, stage.vendor.calls("GetRequestLog")
        stage.looks(name, case("sample").request_id)
        assert stage.vendor.calls("GetRequestLog") - before == calls


@pytest.mark.parametrize("status", [302, 400, 500, 503])
def test_an_upstream_that_fails_is_unavailable_for_everybody(stage: Stage, status: int) -> None:
    request_id = case("sample").request_id
    stage.vendor.fault(action="GetRequestLog", request_id=request_id, status=status, code="Odd")
    outcome, _steps = stage.looks("alice", request_id)
    assert isinstance(outcome, Unavailable)


def test_a_role_without_the_right_is_told_as_such_for_every_id(stage: Stage) -> None:
    stage.vendor.fault(action="GetRequestLog", status=403, code="NoPermission")
    for request_id in (case("sample").request_id, ABSENT):
        outcome, _steps = stage.looks("bob", request_id)
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.rungs) == ("role_denied", (Rung("account", "prod", "not_permitted"),))


def test_a_role_that_lets_nobody_in_is_told_with_its_account(stage: Stage) -> None:
    stage.identities = parse_identities((FILE + GROUP).replace("role/requestlog-reader", "role/requestlog-reader-ext"))
    for request_id in (case("sample").request_id, ABSENT):
        outcome, _steps = stage.looks("alice", request_id)
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.rungs) == ("role_refused", (Rung("account", "prod", "refused"),))
    stage.vendor.fault(action="AssumeRole", status=400, code="Throttling.User")
    outcome, _steps = stage.looks("alice", ABSENT)
    assert isinstance(outcome, Unavailable)
    assert outcome.reason == "throttled"


def test_a_session_that_ended_is_renewed_once_in_the_middle_of_a_look_up(stage: Stage) -> None:
    stage.vendor.fault(action="GetRequestLog", status=400, code="InvalidSecurityToken.Expired", times=1)
    assert isinstance(stage.looks("alice", case("sample").request_id)[0], Found)
    assert stage.vendor.calls("AssumeRole") == 2


def test_a_session_that_was_taken_back_is_entered_anew_and_one_that_cannot_be_is_told(stage: Stage) -> None:
    stage.vendor.fault(action="GetRequestLog", status=403, code="InvalidAccessKeyId.Inactive", times=1)
    assert isinstance(stage.looks("alice", case("sample").request_id)[0], Found)
    assert stage.vendor.calls("AssumeRole") == 2
    stage.vendor.fault(action="GetRequestLog", status=403, code="InvalidAccessKeyId.Inactive")
    stage.vendor.fault(action="AssumeRole", status=403, code="NoPermission")
    for request_id in (case("denied-implicit").request_id, ABSENT):
        outcome, _steps = stage.looks("alice", request_id)
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.rungs) == ("role_refused", (Rung("account", "prod", "refused"),))


def test_an_account_of_another_workspace_is_nobody_s_here(stage: Stage) -> None:
    elsewhere = f'[[accounts]]\nteam="T0OTHER"\nid="{ACCOUNT_ID}"'
    stage.members = {"U0AUDITOR"}
    stage.identities = parse_identities((FILE + GROUP).replace(f'[[accounts]]\nid="{ACCOUNT_ID}"', elsewhere))
    before = stage.vendor.calls()
    for name in ("alice", "auditor"):
        assert stage.access(name).identities == ()
        assert isinstance(stage.looks(name, case("sample").request_id)[0], NotConnected)
    assert stage.vendor.calls() == before
    stage.identities = parse_identities((FILE + GROUP).replace(elsewhere, elsewhere.replace("T0OTHER", TEAM)))
    assert isinstance(stage.looks("alice", case("sample").request_id)[0], Found)


def test_a_file_that_changes_while_a_look_up_runs_changes_the_next_one(stage: Stage) -> None:
    stage.vendor.fault(action="GetRequestLog", delay_s=0.5, times=1)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(stage.looks, "alice", case("sample").request_id)
        while not stage.vendor.calls("GetRequestLog"):
            time.sleep(0.005)
        stage.identities = parse_identities(FILE.replace(ALICE.user_id, "1"))
        assert isinstance(running.result()[0], Found)
    assert isinstance(stage.looks("alice", case("sample").request_id)[0], NotFound)


def test_a_denied_role_session_is_decoded_for_whose_session_it_is(stage: Stage) -> None:
    """The log itself ties the role's name, by which RAM knows the session, to its number."""
    session = f'account="{ACCOUNT_ID}"\ntype="AssumedRoleUser"\nid="301998877665544309:ci-4711"\n'
    mine = f'[[people]]\nteam="{TEAM}"\nuser="U0DANA"\n[[people.principals]]\n{session}'
    stage.identities = parse_identities(FILE + mine)
    outcome, _steps = stage.looks("dana", case("denied-session-policy").request_id)
    assert isinstance(outcome, Found)
    assert outcome.explanation.denial is not None
    assert outcome.explanation.denial.resource is not None
    assert isinstance(stage.looks("bob", case("denied-session-policy").request_id)[0], NotFound)


def on_the_trail(stage: Stage, name: str, request_id: str) -> tuple[Outcome, tuple[Step, ...]]:
    looked = stage.lookup.answer(Question(request_id, "en"), stage.access(name), Deadline.after(20))
    return looked.outcome, looked.steps


def event(request_id: str, days: int, who: str) -> dict[str, object]:
    identity = {"type": "ram-user", "principalId": who, "accountId": ACCOUNT_ID}
    return {"requestId": request_id, "eventName": "X", "eventTime": f"{{now-{days}d}}", "userIdentity": identity}


def test_a_hidden_event_does_not_end_the_search(stage: Stage) -> None:
    """U5: bob's lies in the newest window, alice's in the oldest."""
    request_id = "11111111-1111-4111-8111-111111111111"
    stage.vendor.add_event(event(request_id, 5, BOB.user_id))
    stage.vendor.add_event(event(request_id, 70, ALICE.user_id))
    outcome, steps = on_the_trail(stage, "alice", request_id)
    assert isinstance(outcome, Found)
    assert (steps[-1].rung, steps[-1].decision) == ("trail", "shown")


def test_a_hidden_event_costs_as_many_calls_as_none_and_is_none(stage: Stage) -> None:
    request_id = "22222222-2222-4222-8222-222222222222"
    stage.vendor.add_event(event(request_id, 5, BOB.user_id))
    hidden, steps = on_the_trail(stage, "alice", request_id)
    assert stage.vendor.calls("LookupEvents") >= 3  # a month each
    absent, _steps = on_the_trail(stage, "alice", ABSENT)
    assert hidden == replace(absent, request_id=request_id)
    assert (steps[-1].result, steps[-1].decision, steps[-1].caller) == (
        "found",
        "not_owner",
        f"ram-user/{BOB.user_id}@{ACCOUNT_ID}",
    )


def test_events_that_cannot_be_read_are_none_for_who_sees_only_their_own(stage: Stage) -> None:
    stage.vendor.fault(action="LookupEvents", body="garbage")
    outcome, _steps = on_the_trail(stage, "alice", ABSENT)
    assert isinstance(outcome, NotFound)
    assert outcome.rungs[-1] == Rung("trail", "prod", "not_found")
    stage.members = {"U0AUDITOR"}
    outcome, _steps = on_the_trail(stage, "auditor", ABSENT)
    assert outcome.rungs[-1] == Rung("trail", "prod", "unavailable")


@pytest.mark.parametrize(
    ("elapsed", "deadline", "pause"),
    [
        (0.0, 8.0, 1.25),
        (0.5, 8.0, 0.75),
        (1.25, 8.0, 0.0),
        (1.3, 8.0, 0.95),
        (7.0, 8.0, 0.25),
        (7.5, 8.0, 0.5),
        (9.0, 8.0, 0.0),
    ],
)
def test_an_answer_waits_for_the_next_step_of_time_and_never_past_its_deadline(
    stage: Stage, elapsed: float, deadline: float, pause: float
) -> None:
    stage.lookup.hold(100.0, Deadline(100.0 + deadline, lambda: 100.0 + elapsed))
    assert stage.waited == [pytest.approx(pause)] * (pause > 0)
