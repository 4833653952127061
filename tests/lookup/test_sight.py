"""The ladder through a role: judged before anything is kept, the same for hidden and absent, and named in full to the audit."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.identity.identities import parse_identities
from bot.lookup import FIRST_STEP_S
from bot.lookup.logs import BODY_S
from bot.outcomes import Found, NotConnected, NotFound, Refused, Rung, Unavailable
from bot.playground.alibaba import ALICE, BOB, NewLog, case
from bot.playground.alibaba.people import ACCOUNT_ID, SECOND_ACCOUNT_ID
from tests.lookup.stage import ABSENT, BOTH, FILE, GROUP, TEAM, Stage


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
