"""Each operation: what goes over the wire, and what its answer becomes."""

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.aliyun.client import CallTerms
from bot.aliyun.credentials import Credential, Ticket
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import StrangeAnswerError
from bot.aliyun.transport import Transport
from tests.aliyun.asking import ALICE, LOG, RID, ask, client_of
from tests.aliyun.servers import Heard, http, serving

NOW = datetime(2026, 8, 30, 15, 43, 6, tzinfo=timezone(timedelta(hours=8)))


def terms() -> CallTerms:
    return {"credential": ALICE, "deadline": Deadline.after(5)}


def query_of(heard: Heard) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(heard.line.split(" ")[1]).query, keep_blank_values=True))


def called(heard: Heard) -> tuple[str, str, str]:
    """Method and path, action, version."""
    method, target, _ = heard.line.split(" ")
    return f"{method} {urlsplit(target).path}", heard.headers["x-acs-action"], heard.headers["x-acs-version"]


def test_the_own_log_is_asked_with_only_what_is_needed(transport: Transport) -> None:
    with serving(http(200, LOG)) as server:
        answer = ask(client_of(transport, server.url))
        heard, host = server.heard[0], server.url.removeprefix("http://")
    assert heard.line == f"GET /getOwnRequestLog?logRequestId={RID} HTTP/1.1"
    assert called(heard) == ("GET /getOwnRequestLog", "GetOwnRequestLog", "2024-11-30")
    assert heard.headers["accept"] == "application/json"
    assert heard.headers["accept-encoding"] == "identity"
    assert heard.headers["host"] == host
    assert answer.log is not None
    assert (answer.log.basic.api, answer.log.basic.http_status) == ("RunInstances", "400")


def test_the_accounts_log_is_another_operation(transport: Transport) -> None:
    with serving(http(200, {"RequestId": "A1", "LogInfo": {"BasicInfo": {"Api": "x"}}})) as server:
        answer = client_of(transport, server.url).get_request_log(RID, **terms())
        assert called(server.heard[0]) == ("GET /getRequestLog", "GetRequestLog", "2024-11-30")
    assert answer.log is not None
    assert answer.log.basic.api == "x"


def test_the_log_of_another_call_is_no_answer(transport: Transport) -> None:
    """As when somebody on the way mixes answers up: nobody is shown what was asked for by somebody else."""
    other: dict[str, object] = {"requestId": "A1", "logInfo": {"basicInfo": {"logRequestId": "0" + RID[1:], "api": "x"}}}
    same: dict[str, object] = {"requestId": "A1", "logInfo": {"basicInfo": {"logRequestId": RID.lower(), "api": "x"}}}
    with serving(http(200, other), http(200, other), http(200, same)) as server:
        client = client_of(transport, server.url)
        for look_up in (client.get_request_log, client.get_own_request_log):
            with pytest.raises(StrangeAnswerError) as caught:
                look_up(RID, **terms())
            assert (caught.value.reason, caught.value.request_id) == ("another_log", "A1")
        assert client.get_request_log(RID, **terms()).log is not None


@pytest.mark.parametrize(("language", "expected"), [("en", "en-US"), ("zh", "zh-CN")])
def test_solutions_are_asked_in_the_readers_language(transport: Transport, language: str, expected: str) -> None:
    with serving(http(200, {"requestId": "A", "solutions": [{"content": "Do.\\n"}, "odd"]})) as server:
        answer = client_of(transport, server.url).get_error_code_solutions(
            "A.B", product="Ecs", message="a b~*+/é" * 400, language="zh" if language == "zh" else "en", **terms()
        )
        query = query_of(server.heard[0])
    assert query == {
        "errorCode": "A.B",
        "errorMessage": ("a b~*+/é" * 400)[:2000],
        "product": "Ecs",
        "acceptLanguage": expected,
    }
    assert [solution.content for solution in answer.solutions] == ["Do.\\n"]


def test_what_is_not_given_is_not_sent(transport: Transport) -> None:
    with serving(http(200, {})) as server:
        answer = client_of(transport, server.url).get_error_code_solutions(
            "A.B", product=None, message="", language="en", **terms()
        )
        assert query_of(server.heard[0]) == {"errorCode": "A.B", "acceptLanguage": "en-US"}
    assert answer.solutions == ()


def test_the_caller_is_told_who_it_is(transport: Transport) -> None:
    body: dict[str, object] = {"IdentityType": "RAMUser", "AccountId": "1973374733454118", "UserId": 241009849925897811}
    with serving(http(200, body)) as server:
        who = client_of(transport, server.url).get_caller_identity(**terms())
        assert called(server.heard[0]) == ("POST /", "GetCallerIdentity", "2015-04-01")
        assert server.heard[0].headers["content-length"] == "0"
    assert (who.identity_type, who.account_id, who.user_id) == ("RAMUser", "1973374733454118", "241009849925897811")


CREDENTIALS = {"AccessKeyId": "STS.x", "AccessKeySecret": "s", "SecurityToken": "t", "Expiration": "2026-08-30T08:00:00Z"}


def test_a_role_is_assumed(transport: Transport) -> None:
    body: dict[str, object] = {"RequestId": "A", "Credentials": CREDENTIALS, "AssumedRoleUser": {"Arn": "acs:ram::1:role/r/s"}}
    with serving(http(200, body)) as server:
        session = client_of(transport, server.url).assume_role(
            "acs:ram::1:role/r", "slack-U0", duration_s=900, external_id="T0", policy="{}", source_identity="U0", **terms()
        )
        assert called(server.heard[0]) == ("POST /", "AssumeRole", "2015-04-01")
        assert query_of(server.heard[0]) == {
            "RoleArn": "acs:ram::1:role/r",
            "RoleSessionName": "slack-U0",
            "DurationSeconds": "900",
            "ExternalId": "T0",
            "Policy": "{}",
            "SourceIdentity": "U0",
        }
    assert session.credential == Credential("STS.x", "s", "t")
    assert session.expires_at == datetime(2026, 8, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize("missing", CREDENTIALS)
def test_half_a_session_is_no_session(transport: Transport, missing: str) -> None:
    half = {name: value for name, value in CREDENTIALS.items() if name != missing}
    with serving(http(200, {"Credentials": half})) as server, pytest.raises(StrangeAnswerError) as caught:
        client_of(transport, server.url).assume_role("acs:ram::1:role/r", "slack-U0", **terms())
    assert caught.value.reason == "incomplete"


def test_a_wrapped_message_is_joined_and_never_cut(transport: Transport) -> None:
    body: dict[str, object] = {"RequestId": "A", "DecodedDiagnosticMessage": {"ExplicitDeny": True, "AuthAction": "ecs:X"}}
    with serving(http(200, body)) as server:
        decoded = client_of(transport, server.url).decode_diagnostic_message("AQ+/=~*\n  " * 2000, **terms())
        assert called(server.heard[0]) == ("POST /", "DecodeDiagnosticMessage", "2015-05-01")
        assert query_of(server.heard[0]) == {"EncodedDiagnosticMessage": "AQ+/=~*" * 2000}
    assert (decoded.explicit_deny, decoded.action) == (True, "ecs:X")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("hub", ["cn-hangzhou", "ap-southeast-1"])
@pytest.mark.parametrize("role_for", [None, "1733260000000001"])
@pytest.mark.parametrize("log_user_id", [None, "9223372036854775807"])
def test_a_ticket_is_asked_by_form(
    transport: Transport, lang: str, hub: str, role_for: str | None, log_user_id: str | None
) -> None:
    with serving(http(200, {"RequestId": "A", "LogTicket": " eyJ.canary.x\n"})) as server:
        answer = client_of(transport, server.url).get_log_ticket(
            region_id=hub, lang="zh" if lang == "zh" else "en", role_for=role_for, log_user_id=log_user_id, **terms()
        )
        heard = server.heard[0]
    expected = {"RegionId": hub, "Lang": lang, "RoleFor": role_for, "LogUserId": log_user_id}
    assert dict(parse_qsl(heard.body.decode())) == {name: value for name, value in expected.items() if value}
    assert heard.headers["content-type"] == "application/x-www-form-urlencoded"
    assert heard.line == "POST / HTTP/1.1"
    assert answer.ticket.reveal() == "eyJ.canary.x"
    assert answer.request_id == "A"


def test_an_answer_without_ticket_says_so(transport: Transport) -> None:
    with serving(http(200, {"RequestId": "A", "LogTicket": None})) as server, pytest.raises(StrangeAnswerError) as caught:
        client_of(transport, server.url).get_log_ticket(region_id="cn-hangzhou", lang="en", **terms())
    assert (caught.value.reason, caught.value.request_id) == ("incomplete", "A")


def test_an_unknown_hub_is_refused_before_anything_is_sent(transport: Transport) -> None:
    with serving(http(200, {})) as server:
        with pytest.raises(ValueError, match="two hubs"):
            client_of(transport, server.url).get_log_ticket(region_id="cn-beijing", lang="en", **terms())
        assert server.heard == []


def test_a_ticket_can_be_revealed_and_nothing_else() -> None:
    ticket = Ticket("canary")
    assert "canary" not in f"{ticket} {ticket!r} {ticket:>40} %s" % ticket
    assert not hasattr(ticket, "__dict__")
    for store in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="never stored"):
            store(ticket)


def test_the_trail_is_asked_for_one_id_in_one_window(transport: Transport) -> None:
    event = {"eventId": "E", "eventName": "RunInstances", "requestParameters": '{"a":1}', "userIdentity": {"type": "ram-user"}}
    with serving(
        http(200, {"NextToken": "U", "Events": [event, "odd", {"userIdentity": 7, "requestParameters": "{"}]})
    ) as server:
        answer = client_of(transport, server.url).lookup_events(
            "EventId", RID, region="cn-hangzhou", start=NOW - timedelta(days=30), end=NOW, account="1", page="T", **terms()
        )
        assert called(server.heard[0]) == ("POST /", "LookupEvents", "2020-07-06")
        assert query_of(server.heard[0]) == {
            "LookupAttribute.1.Key": "EventId",
            "LookupAttribute.1.Value": RID,
            "StartTime": "2026-07-31T07:43:06Z",
            "EndTime": "2026-08-30T07:43:06Z",
            "MaxResults": "50",
            "NextToken": "T",
        }
    events = answer.events
    assert events[0].event_name == "RunInstances"
    assert events[0].parameters == {"a": 1}
    assert events[0].identity.type == "ram-user"
    assert events[1].parameters == {}
    assert (len(events), answer.next_page) == (2, "U")
