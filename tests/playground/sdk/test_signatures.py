"""The door: date, then key, then nonce, then signature, over what was really sent."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.playground.alibaba import ALICE, AlibabaStandIn, Person
from tests.playground.sdk.clients import SAMPLE, Got, Raw, own_log, send

VECTORS = sorted((Path(__file__).parents[2] / "vectors").glob("*/request.json"))
SIGNED_AT = datetime(2025, 1, 21, 7, 43, 6, tzinfo=UTC)


def tampered(alibaba: AlibabaStandIn, call: Raw, **changed: str) -> Got:
    """Sign a call as alice, then change headers (``_`` for ``-``) on the way."""
    headers = call.signed(alibaba.host_port, ALICE.access_key_id, ALICE.secret)
    return call.send(alibaba.host_port, headers | {name.replace("_", "-"): value for name, value in changed.items()})


def refused(got: Got) -> tuple[int, str]:
    return got.status, got.json["Code"]


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.parent.name)
@pytest.mark.parametrize("right", [True, False], ids=["right secret", "wrong secret"])
def test_published_and_captured_signatures_are_accepted(file: Path, right: bool) -> None:
    vector: dict[str, Any] = json.loads(file.read_text("utf-8"))
    headers = vector["headers"] | {"authorization": file.with_name("authorization.txt").read_text("utf-8").strip()}
    secret = vector["access_key_secret"] if right else "another"
    token = headers.get("x-acs-security-token")
    person = Person("vector", vector["access_key_id"], secret, ALICE.user_id, security_token=token)
    at = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    target = vector["path"] + ("?" + urlencode(vector["query"]) if vector["query"] else "")
    with AlibabaStandIn(clock=lambda: at, people=(person,)) as standin:
        got = send(standin.host_port, vector["method"], target, headers, vector["body"].encode())
    assert (got.json.get("Code") == "SignatureDoesNotMatch") is not right


def test_a_changed_query_does_not_match(alibaba: AlibabaStandIn) -> None:
    call = own_log()
    headers = call.signed(alibaba.host_port, ALICE.access_key_id, ALICE.secret)
    got = own_log("22222222-E89B-12D3-A456-426614174000").send(alibaba.host_port, headers)
    assert refused(got) == (400, "SignatureDoesNotMatch")
    assert "server StringToSign is [ACS3-HMAC-SHA256\n" in got.json["Message"]


def test_the_message_holds_the_hash_that_we_reckoned(alibaba: AlibabaStandIn) -> None:
    call = own_log()
    headers = call.signed(alibaba.host_port, ALICE.access_key_id, "not alice's secret")
    message = call.send(alibaba.host_port, headers).json["Message"]
    right = call.signed(alibaba.host_port, ALICE.access_key_id, ALICE.secret)
    assert call.send(alibaba.host_port, right).status == 200
    assert len(message.partition("ACS3-HMAC-SHA256\n")[2].rstrip("]")) == 64


def test_a_changed_body_does_not_match(alibaba: AlibabaStandIn) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    call = Raw("GetLogTicket", "2024-12-12", body=b"Lang=en", headers=form)
    headers = call.signed(alibaba.host_port, ALICE.access_key_id, ALICE.secret)
    got = Raw("GetLogTicket", "2024-12-12", body=b"Lang=zh", headers=form).send(alibaba.host_port, headers)
    assert refused(got) == (400, "SignatureDoesNotMatch")


@pytest.mark.parametrize("name", ["x_acs_version", "x_acs_action", "host"])
def test_a_changed_header_does_not_match(alibaba: AlibabaStandIn, name: str) -> None:
    assert refused(tampered(alibaba, own_log(), **{name: "GetRequestLog"})) == (400, "SignatureDoesNotMatch")


def test_an_acs_header_that_nobody_signed_is_refused(alibaba: AlibabaStandIn) -> None:
    assert refused(tampered(alibaba, own_log(), x_acs_extra="1")) == (400, "IncompleteSignature")


@pytest.mark.parametrize(
    ("authorization", "code"),
    [("", "MissingAccessKeyId"), ("Bearer x", "IncompleteSignature"), ("ACS3-HMAC-SHA256 Credential=x", "IncompleteSignature")],
)
def test_a_strange_authorization_is_refused(alibaba: AlibabaStandIn, authorization: str, code: str) -> None:
    assert refused(tampered(alibaba, own_log(), authorization=authorization)) == (400, code)


def test_a_nonce_serves_once(alibaba: AlibabaStandIn) -> None:
    headers = own_log().signed(alibaba.host_port, ALICE.access_key_id, ALICE.secret)
    assert own_log().send(alibaba.host_port, headers).status == 200
    assert refused(own_log().send(alibaba.host_port, headers)) == (400, "SignatureNonceUsed")


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_rightly_signed_old_or_early_request_is_expired(alibaba: AlibabaStandIn, minutes: int) -> None:
    date = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    call = Raw("GetCallerIdentity", "2015-04-01", headers={"x-acs-date": date})
    assert refused(call.ask(alibaba.host_port, ALICE)) == (400, "InvalidTimeStamp.Expired")


def test_the_clock_is_checked_before_the_key_and_the_key_before_the_signature(alibaba: AlibabaStandIn) -> None:
    nobody = Person("nobody", "LTAI5tNobody", "x", "1")
    old = Raw("GetCallerIdentity", "2015-04-01", headers={"x-acs-date": "2020-01-01T00:00:00Z"})
    assert refused(old.ask(alibaba.host_port, nobody)) == (400, "InvalidTimeStamp.Expired")
    assert refused(own_log().ask(alibaba.host_port, nobody)) == (404, "InvalidAccessKeyId.NotFound")


def test_a_nonce_is_checked_before_the_signature(alibaba: AlibabaStandIn) -> None:
    headers = own_log().signed(alibaba.host_port, ALICE.access_key_id, ALICE.secret)
    own_log().send(alibaba.host_port, headers)
    wrong = headers | {"authorization": headers["authorization"][:-1] + "0"}
    assert refused(own_log().send(alibaba.host_port, wrong)) == (400, "SignatureNonceUsed")


def test_a_date_of_another_form_is_refused(alibaba: AlibabaStandIn) -> None:
    call = Raw("GetCallerIdentity", "2015-04-01", headers={"x-acs-date": "yesterday"})
    assert refused(call.ask(alibaba.host_port, ALICE)) == (400, "InvalidTimeStamp.Format")


def test_the_date_header_is_the_stand_ins_clock() -> None:
    """A client that corrects its clock reads it there."""
    with AlibabaStandIn(clock=lambda: SIGNED_AT) as standin:
        got = own_log(SAMPLE).ask(standin.host_port, ALICE)
    assert refused(got) == (400, "InvalidTimeStamp.Expired")
    assert got.headers["date"] == "Tue, 21 Jan 2025 07:43:06 GMT"


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        (Raw("Nonesuch", "2015-04-01"), 404, "InvalidAction.NotFound"),
        (Raw("GetCallerIdentity", "2014-01-01"), 400, "InvalidVersion"),
        (Raw("GetCallerIdentity", "2015-04-01", "/elsewhere"), 404, "InvalidApi.NotFound"),
        (Raw("GetOwnRequestLog", "2024-11-30", "/getOwnRequestLog", "POST"), 400, "UnsupportedHTTPMethod"),
    ],
)
def test_an_operation_that_nobody_has_is_said_to_be_missing(alibaba: AlibabaStandIn, call: Raw, status: int, code: str) -> None:
    assert refused(call.ask(alibaba.host_port, ALICE)) == (status, code)
