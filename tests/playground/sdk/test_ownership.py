"""Who sees whose log, and what the roles may do."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.playground.alibaba import ALICE, AUDITOR, BOB, BROKER, PEOPLE, AlibabaStandIn, Person, case
from tests.playground.sdk.clients import SAMPLE, Got, Raw, account_log, events, own_log, send

READER = "acs:ram::1973374733454118:role/requestlog-reader"


def outcome(got: Got) -> str:
    return "found" if got.status == 200 else str(got.json["Code"])


def assume(alibaba: AlibabaStandIn, person: Person = BROKER, /, **more: str) -> Got:
    query = {"RoleArn": READER, "RoleSessionName": "slack-U0ALICE"} | more
    return Raw("AssumeRole", "2015-04-01", query=query).ask(alibaba.host_port, person)


def as_session(alibaba: AlibabaStandIn, credentials: Mapping[str, str], call: Raw) -> Got:
    headers = {"x-acs-security-token": credentials["SecurityToken"]}
    call = Raw(call.action, call.version, call.path, call.method, call.query, call.body, headers)
    key, secret = credentials["AccessKeyId"], credentials["AccessKeySecret"]
    return call.send(alibaba.host_port, call.signed(alibaba.host_port, key, secret))


def session(alibaba: AlibabaStandIn, **more: str) -> dict[str, str]:
    credentials: dict[str, str] = assume(alibaba, **more).json["Credentials"]
    return credentials


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
@pytest.mark.parametrize("owner", [ALICE, BOB], ids=lambda person: person.name)
def test_an_own_log_is_seen_by_its_owner_alone(alibaba: AlibabaStandIn, person: Person, owner: Person) -> None:
    request_id = SAMPLE if owner is ALICE else case("of-bob").request_id
    expected = "found" if person is owner else "NotFound.RequestLog"
    assert outcome(own_log(request_id).ask(alibaba.host_port, person)) == expected


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
@pytest.mark.parametrize("shows", ["sample", "of-bob", "of-deploy-role", "denied-main-account"])
def test_the_accounts_logs_are_seen_by_the_auditor_alone(alibaba: AlibabaStandIn, person: Person, shows: str) -> None:
    expected = "found" if person is AUDITOR else "NotFound.RequestLog"
    assert outcome(account_log(case(shows).request_id).ask(alibaba.host_port, person)) == expected


@pytest.mark.parametrize("request_id", [SAMPLE.lower(), "nonsense", "", SAMPLE[:-1]])
def test_an_id_that_is_no_upper_case_uuid_is_invalid(alibaba: AlibabaStandIn, request_id: str) -> None:
    got = own_log(request_id).ask(alibaba.host_port, ALICE)
    assert (got.status, outcome(got)) == (400, "InvalidParam.LogRequestId")


def test_a_session_of_the_reader_role_reads_the_account_but_gets_no_ticket(alibaba: AlibabaStandIn) -> None:
    credentials = session(alibaba)
    assert credentials["AccessKeyId"].startswith("STS.")
    assert outcome(as_session(alibaba, credentials, account_log())) == "found"
    assert outcome(as_session(alibaba, credentials, own_log())) == "NotFound.RequestLog"
    who = as_session(alibaba, credentials, Raw("GetCallerIdentity", "2015-04-01")).json
    assert who["Arn"] == "acs:ram::1973374733454118:assumed-role/requestlog-reader/slack-U0ALICE"
    assert who["PrincipalId"] == f"{who['RoleId']}:slack-U0ALICE"
    form = {"Lang": "en"}
    assert (
        outcome(as_session(alibaba, credentials, Raw("GetLogTicket", "2024-12-12", method="GET", query=form))) == "NoPermission"
    )


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"RoleArn": "nonsense"}, 400, "InvalidParameter.RoleArn"),
        ({"RoleArn": READER + "-unheard"}, 404, "EntityNotExist.Role"),
        ({"RoleSessionName": "x"}, 400, "InvalidParameter.RoleSessionName"),
        ({"RoleSessionName": "has space"}, 400, "InvalidParameter.RoleSessionName"),
        ({"DurationSeconds": "899"}, 400, "InvalidParameter.DurationSeconds"),
        ({"DurationSeconds": "3601"}, 400, "InvalidParameter.DurationSeconds"),
        ({"ExternalId": "a b"}, 400, "InvalidParameter.ExternalId"),
        ({"SourceIdentity": "acs:x"}, 400, "InvalidParameter.SourceIdentity"),
        ({"Policy": "{" + " " * 2048}, 400, "InvalidParameter.PolicySize"),
        ({"Policy": '{"Statement": 7}'}, 400, "InvalidParameter.PolicyGrammar"),
        ({"RoleArn": READER + "-ext"}, 403, "NoPermission"),
        ({"RoleArn": READER + "-ext", "ExternalId": "another-id"}, 403, "NoPermission"),
    ],
)
def test_assume_role_refuses(alibaba: AlibabaStandIn, more: dict[str, str], status: int, code: str) -> None:
    got = assume(alibaba, **more)
    assert (got.status, outcome(got)) == (status, code)


def test_the_external_id_opens_the_other_role(alibaba: AlibabaStandIn) -> None:
    got = assume(alibaba, RoleArn=READER + "-ext", ExternalId="standin-external-id", SourceIdentity="U0ALICE")
    assert got.status == 200
    assert got.json["SourceIdentity"] == "U0ALICE"


@pytest.mark.parametrize("person", [ALICE, BOB, AUDITOR], ids=lambda person: person.name)
def test_the_roles_trust_the_broker_alone(alibaba: AlibabaStandIn, person: Person) -> None:
    assert outcome(assume(alibaba, person)) == "NoPermission"


def test_a_session_policy_only_takes_away(alibaba: AlibabaStandIn) -> None:
    def policy(*actions: str) -> str:
        return json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})

    reads = session(alibaba, Policy=policy("openapiexplorer:Get*"))
    decodes = session(alibaba, Policy=policy("ram:DecodeDiagnosticMessage", "yundun-sas:GetLogTicket"))
    assert outcome(as_session(alibaba, reads, account_log())) == "found"
    assert outcome(as_session(alibaba, decodes, account_log())) == "NotFound.RequestLog"


def test_a_sessions_token_is_checked(alibaba: AlibabaStandIn) -> None:
    credentials, other = session(alibaba), session(alibaba)

    def ask(token: str) -> str:
        return outcome(as_session(alibaba, credentials | {"SecurityToken": token}, account_log()))

    assert ask("forged") == "InvalidSecurityToken.Malformed"
    assert ask(other["SecurityToken"]) == "InvalidSecurityToken.MismatchWithAccessKey"
    bare = account_log().signed(alibaba.host_port, credentials["AccessKeyId"], credentials["AccessKeySecret"])
    assert outcome(account_log().send(alibaba.host_port, bare)) == "MissingSecurityToken"


class Clock:
    """A clock that a test sets; it starts with the machine's, for the official signer reads that one."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def test_a_session_ends() -> None:
    clock = Clock()
    with AlibabaStandIn(clock=clock) as alibaba:
        credentials = session(alibaba, DurationSeconds="900")
        clock.ahead = timedelta(minutes=14)
        assert outcome(as_session(alibaba, credentials, account_log())) == "found"
        clock.ahead = timedelta(minutes=15, seconds=5)
        late = (clock() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {"x-acs-security-token": credentials["SecurityToken"], "x-acs-date": late}
        call = Raw("GetCallerIdentity", "2015-04-01", headers=headers)
        signed = call.signed(alibaba.host_port, credentials["AccessKeyId"], credentials["AccessKeySecret"])
        assert outcome(call.send(alibaba.host_port, signed)) == "InvalidSecurityToken.Expired"


@pytest.mark.parametrize(
    ("own", "same_session", "other_session", "broker"),
    [("session", True, False, False), ("role", True, True, False), ("user", True, True, True)],
)
def test_own_can_mean_the_session_the_role_or_the_user_behind(
    own: str, *, same_session: bool, other_session: bool, broker: bool
) -> None:
    with AlibabaStandIn() as alibaba:
        body = json.dumps({"own": own}).encode()
        assert send(alibaba.host_port, "POST", "/_standin/settings", {}, body).json == {"own": own}
        first, second = session(alibaba, RoleSessionName="first"), session(alibaba, RoleSessionName="second")
        made: Any = as_session(alibaba, first, Raw("GetCallerIdentity", "2015-04-01")).json
        mine = own_log(made["RequestId"])
        seen = [
            outcome(as_session(alibaba, first, mine)) == "found",
            outcome(as_session(alibaba, second, mine)) == "found",
            outcome(mine.ask(alibaba.host_port, BROKER)) == "found",
        ]
    assert seen == [same_session, other_session, broker]


class Stopped:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def test_action_trail_holds_what_the_logs_have_lost() -> None:
    clock = Stopped()
    with AlibabaStandIn(clock=clock) as alibaba:

        def found(request_id: str, **more: str) -> list[str]:
            clock.now += timedelta(seconds=1)
            answer = events(request_id, **more).ask(alibaba.host_port, AUDITOR).json
            return [event["eventName"] for event in answer["Events"]]

        def ago(days: int) -> str:
            return (clock.now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")

        gone, old = case("trail-only").request_id, case("trail-old").request_id
        assert outcome(account_log(gone).ask(alibaba.host_port, AUDITOR)) == "NotFound.RequestLog"
        assert found(SAMPLE) == ["RunInstances"]
        assert found(gone) == []
        assert found(gone, StartTime=ago(29), EndTime=ago(0)) == ["DeleteSecurityGroup"]
        assert found(old, StartTime=ago(89), EndTime=ago(60)) == ["CreateUser"]
        assert found(SAMPLE.lower()) == []


@pytest.mark.parametrize(
    "more",
    [
        {"StartTime": "2020-01-01T00:00:00Z"},
        {"StartTime": "soon"},
        {"MaxResults": "51"},
        {"NextToken": "x"},
        {"LookupAttribute.1.Key": "Nonesuch"},
    ],
)
def test_lookup_events_refuses_a_query_beyond_its_limits(more: dict[str, str]) -> None:
    with AlibabaStandIn() as alibaba:
        assert outcome(events(SAMPLE, **more).ask(alibaba.host_port, AUDITOR)) == "InvalidQueryParameter"


def test_lookup_events_is_denied_to_alice_with_a_detail() -> None:
    with AlibabaStandIn() as alibaba:
        got = events(SAMPLE).ask(alibaba.host_port, ALICE).json
    assert (got["Code"], got["AccessDeniedDetail"]["AuthAction"]) == ("NoPermission", "actiontrail:LookupEvents")


def test_lookup_events_takes_two_calls_a_second() -> None:
    clock = Stopped()
    with AlibabaStandIn(clock=clock) as alibaba:
        answers = [events(SAMPLE).ask(alibaba.host_port, AUDITOR) for _ in range(3)]
        assert [outcome(answer) for answer in answers] == ["found", "found", "Throttling.User"]
        assert 0 < int(answers[2].headers["x-acs-retry-after"]) <= 1001
        clock.now += timedelta(seconds=1)
        assert outcome(events(SAMPLE).ask(alibaba.host_port, AUDITOR)) == "found"
