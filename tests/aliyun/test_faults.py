"""Each fault of an upstream ends in its own error, in time, and leaves no connection behind."""

import gzip
import json
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.aliyun import errors
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, ConnectionFailedError, DeadlineError, ServerError, StrangeAnswerError, TransportError
from bot.aliyun.protocol import HttpAnswer, read
from bot.aliyun.transport import Transport
from tests.aliyun.asking import ALICE, LOG, ask, client_of
from tests.aliyun.servers import Heard, closed_port, drips, hangs, http, resets, says_and_leaves, serving

GOOD = http(200, LOG)
BOMB = gzip.compress(gzip.compress(b"0" * 10_000_000))
DEEP = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
LEVELS_101 = b'{"a":' + b"[" * 101 + b"]" * 101 + b"}"

STRANGE: dict[str, tuple[bytes | Callable[[socket.socket, Heard], None], str | None]] = {
    "html": (http(200, b"<html>proxy</html>", content_type="text/html"), "html"),
    "garbage": (says_and_leaves(b"\x00\x01\x02 nonsense\r\n\r\n"), "not_http"),
    "truncated": (says_and_leaves(GOOD[:-5]), "truncated"),
    "truncated head": (says_and_leaves(GOOD[:30]), "truncated"),
    "gzip bomb": (http(200, BOMB, content_encoding="gzip, gzip"), "compressed"),
    "unknown encoding": (http(200, b"x", content_encoding="br"), "compressed"),
    "too large": (http(200, b" " * 1_200_000), "too_large"),
    "endless head": (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 300_000, "not_http"),
    "deep": (http(200, DEEP), "too_deep"),
    "101 levels": (http(200, LEVELS_101), "too_deep"),
    "huge number": (http(200, b'{"a":' + b"9" * 5000 + b"}"), "not_json"),
    "bad UTF-8": (http(200, b'{"requestId":"\xff"}'), "not_utf8"),
    "a list": (http(200, b"[1]"), "not_json"),
    "nothing": (http(200, b""), "not_json"),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", "not_json"),
    "redirect": (http(302, b"", location="http://169.254.169.254/latest/meta-data"), "redirect"),
    "HTML 404": (http(404, b"<html>"), "html"),
    "odd JSON 404": (http(404, b'{"Code": ["x"], "Message": 7}'), None),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_answer_is_told_from_an_error_of_the_api(transport: Transport, name: str) -> None:
    script, reason = STRANGE[name]
    with serving(script) as server:
        with pytest.raises(StrangeAnswerError) as caught:
            ask(client_of(transport, server.url))
        assert caught.value.reason == reason
    assert transport.open_connections <= 1


def test_a_hundred_levels_are_still_read(transport: Transport) -> None:
    with serving(http(200, b'{"requestId":"A","a":' + b"[" * 99 + b"]" * 99 + b"}")) as server:
        assert ask(client_of(transport, server.url)).request_id == "A"


def test_half_characters_are_replaced_wherever_they_stand(transport: Transport) -> None:
    with serving(
        http(200, b'{"requestId":"A\\ud800","logInfo":{"parameters":[{"name":"p","value":{"\\uDC00":["\\ud83d\\ude00",1]}}]}}')
    ) as server:
        answer = ask(client_of(transport, server.url))
    assert answer.request_id == "A\ufffd"
    assert answer.log is not None
    assert answer.log.parameters[0].value == {"\ufffd": ["\U0001f600", 1]}


def test_a_refused_connection_says_so(transport: Transport) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        ask(client_of(transport, f"http://127.0.0.1:{closed_port()}"))
    assert caught.value.reason == "refused"


@pytest.mark.parametrize("script", [resets, says_and_leaves(b"")])
def test_a_torn_connection_is_tried_three_times(transport: Transport, script: Callable[[socket.socket, Heard], None]) -> None:
    with serving(script) as server:
        with pytest.raises(ConnectionFailedError) as caught:
            ask(client_of(transport, server.url))
        assert caught.value.reason == "reset"
        assert len(server.heard) == 3
    assert transport.open_connections == 0


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (says_and_leaves(GOOD[:-5]), "truncated"),
        (says_and_leaves(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n"), "not_http"),
        (http(200, b" " * 1_200_000), "too_large"),
        (drips(http(200, b" " * 5000), 100), "read"),
    ],
)
def test_what_broke_after_the_head_of_an_answer_is_known_to_have_come(
    transport: Transport, script: bytes | Callable[[socket.socket, Heard], None], reason: str
) -> None:
    """So that nobody is told that a log is there, who is told of none: see ``lookup.logs``. It is asked for once."""
    with serving(script) as server:
        with pytest.raises(TransportError) as caught:
            client_of(transport, server.url).get_own_request_log(
                "A", credential=ALICE, deadline=replace(Deadline.after(60), body_s=0.3 if reason == "read" else 30)
            )
        assert (caught.value.reason, caught.value.http_status) == (reason, 200)
        assert len(server.heard) == 1


SLOW: dict[str, tuple[Callable[[socket.socket, Heard], None], str]] = {
    "hang": (hangs, "read"),
    "drip of the head": (drips(GOOD), "read"),
    "drip of the body": (drips(http(200, b" " * 5000), 100), "read"),
    "endless 100 Continue": (drips(b"HTTP/1.1 100 Continue\r\n\r\n" * 5000), "read"),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_server_is_cut_off_at_the_deadline(transport: Transport, name: str) -> None:
    script, reason = SLOW[name]
    with serving(script) as server:
        began = time.monotonic()
        with pytest.raises(DeadlineError) as caught:
            ask(client_of(transport, server.url), seconds=0.4)
        assert 0.35 < time.monotonic() - began < 10
        assert caught.value.reason == reason
    assert transport.open_connections == 0


def test_a_slow_server_that_makes_it_in_time_is_heard(transport: Transport) -> None:
    with serving(drips(GOOD, len(GOOD) - 10)) as server:
        assert ask(client_of(transport, server.url)).request_id == "A1"


REFUSALS = {
    "NotFound.RequestLog": (404, errors.NotFoundError),
    "InvalidParam.LogRequestId": (400, errors.BadRequestIdError),
    "InvalidParameter": (400, errors.RequestError),
    "InvalidParam.ErrorCode": (400, errors.RequestError),
    "NotFound.Product": (404, errors.UnknownProductError),
    "NoPermission": (403, errors.DeniedError),
    "Forbidden.RAM": (400, errors.DeniedError),
    "Unauthorized": (403, errors.DeniedError),
    "AuthenticationFail.NoPermission": (400, errors.DeniedError),
    "Forbidden.InstanceNotFound": (404, errors.UnlistedError),
    "SignatureDoesNotMatch": (400, errors.CredentialError),
    "IncompleteSignature": (400, errors.CredentialError),
    "InvalidAccessKeyId.NotFound": (404, errors.CredentialError),
    "InvalidAccessKeyId.Inactive": (400, errors.CredentialError),
    "InvalidAccessKeyId": (400, errors.CredentialError),
    "MissingSecurityToken": (400, errors.CredentialError),
    "InvalidSecurityToken.Malformed": (400, errors.CredentialError),
    "InvalidSecurityToken.Expired": (403, errors.ExpiredTokenError),
    "InvalidTimeStamp.Expired": (400, errors.ClockError),
    "InvalidTimeStamp.Format": (400, errors.RequestError),
    "InvalidApi.NotFound": (404, errors.RequestError),
    "InvalidProtocol.NeedSsl": (400, errors.RequestError),
    "MissingRegionId": (400, errors.RequestError),
    "IdempotentParameterMismatch": (400, errors.TicketMismatchError),
    "EncodedMessageExpire": (400, errors.MessageExpiredError),
    "EntityNotExist": (404, errors.MessageUnknownError),
    "EntityNotExist.Role": (404, errors.UnknownRoleError),
    "NotSupport": (400, errors.MessageUnsupportedError),
    "Never.Heard": (400, errors.UnlistedError),
}
REPEATED = {
    "SearchInaccurate": (404, errors.SearchInaccurateError, 3),
    "TooManyRequests": (429, errors.ThrottledError, 3),
    "Throttling": (400, errors.ThrottledError, 3),
    "Throttling.User": (400, errors.ThrottledError, 3),
    "InternalError": (500, ServerError, 3),
    "InternalServerError": (500, ServerError, 3),
    "ServiceUnavailable": (503, ServerError, 3),
    "SignatureNonceUsed": (400, errors.NonceUsedError, 2),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_plain_refusal_is_known_by_its_code_and_asked_once(transport: Transport, code: str) -> None:
    status, kind = REFUSALS[code]
    body: dict[str, object] = {"RequestId": "R-1", "Code": code, "Message": "No.", "HostId": "h"}
    with serving(http(status, body)) as server:
        with pytest.raises(AliyunError) as caught:
            ask(client_of(transport, server.url))
        assert type(caught.value) is kind
        assert (caught.value.code, caught.value.http_status, caught.value.request_id) == (code, status, "R-1")
        assert len(server.heard) == 1
    assert transport.open_connections == 1


@pytest.mark.parametrize("code", REPEATED)
def test_a_passing_fault_is_asked_again_a_few_times(transport: Transport, code: str) -> None:
    status, kind, attempts = REPEATED[code]
    with serving(http(status, {"code": code, "message": "No.", "requestId": "R-1"})) as server:
        with pytest.raises(kind):
            ask(client_of(transport, server.url))
        assert len(server.heard) == attempts
        assert len({heard.headers["x-acs-signature-nonce"] for heard in server.heard}) == attempts


SHAPES = {
    "PascalCase": json.dumps({"RequestId": "R", "Code": "Forbidden.RAM", "Message": "m", "Recommend": "l"}).encode(),
    "camelCase": json.dumps({"requestId": "R", "code": "Forbidden.RAM", "message": "m", "recommend": "l"}).encode(),
    "lower case": json.dumps({"requestid": "R", "code": "Forbidden.RAM", "message": "m", "recommend": "l"}).encode(),
    "XML": b"<?xml version='1.0'?><Error><RequestId>R</RequestId><Code>Forbidden.RAM</Code><Message>m</Message>"
    b"<Recommend>l</Recommend></Error>",
    "bad UTF-8": b'{"RequestId":"R","Code":"Forbidden.RAM","Message":"m","Recommend":"l","x":"\xff"}',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_spelling_of_an_error_is_read(transport: Transport, shape: str) -> None:
    with serving(http(403, SHAPES[shape])) as server, pytest.raises(errors.DeniedError) as caught:
        ask(client_of(transport, server.url))
    error = caught.value
    assert (error.code, error.message, error.request_id, error.recommend) == ("Forbidden.RAM", "m", "R", "l")


def test_a_denial_carries_who_was_denied_what(transport: Transport) -> None:
    detail = {"AuthAction": "openapiexplorer:GetRequestLog", "NoPermissionType": "ImplicitDeny", "PolicyType": "-"}
    denied = http(403, {"code": "NoPermission", "accessDeniedDetail": detail})
    with serving(denied) as server, pytest.raises(errors.DeniedError) as caught:
        ask(client_of(transport, server.url))
    assert caught.value.detail.action == "openapiexplorer:GetRequestLog"
    assert caught.value.detail.policy_type is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, {}, errors.ThrottledError),
        (500, {}, ServerError),
        (500, {"Code": "Never.Heard"}, ServerError),
        (503, {"Code": "NotFound.RequestLog"}, errors.NotFoundError),
        (400, {}, StrangeAnswerError),
        (400, {"Code": "Never Heard\nforged log line"}, StrangeAnswerError),
    ],
)
def test_without_a_known_code_the_status_decides(status: int, body: dict[str, object], kind: type[AliyunError]) -> None:
    answer = HttpAnswer(status, {"x-acs-request-id": "R"}, json.dumps(body).encode())
    with pytest.raises(AliyunError) as caught:
        read(answer, now=datetime.now(UTC), credential=ALICE)
    assert type(caught.value) is kind
    assert caught.value.request_id == "R"


def test_the_html_page_of_a_gateway_is_a_server_fault(transport: Transport) -> None:
    with serving(http(502, b"<html>502</html>", content_type="text/html")) as server:
        with pytest.raises(ServerError) as caught:
            ask(client_of(transport, server.url))
        assert (caught.value.http_status, caught.value.reason, len(server.heard)) == (502, "html", 3)
