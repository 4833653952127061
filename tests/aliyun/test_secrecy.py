"""What was sent and what was secret shows nowhere: not in logs at DEBUG, not in errors, not in reprs."""

import logging
import pickle
import socket
import traceback
from collections.abc import Callable

import pytest

from bot.aliyun.credentials import Credential
from bot.aliyun.errors import AliyunError, Failure, ServerError
from bot.aliyun.models import AccessDeniedDetail
from bot.aliyun.transport import Transport
from tests.aliyun.asking import LOG, RID, ask, client_of
from tests.aliyun.servers import Heard, hangs, http, resets, says_and_leaves, serving

CANARY = Credential("LTAI5tCANARYID", "canary-secret", "canary-token")
ECHO = {
    "Code": "SignatureDoesNotMatch",
    "Message": "secret canary-secret, token canary-token",
    "Recommend": "https://x?t=canary-token",
}
FAULTS: dict[str, bytes | Callable[[socket.socket, Heard], None]] = {
    "good": http(200, LOG, x_acs_request_id="A1"),
    "echo": http(400, dict(ECHO)),
    "throttled": http(400, {"Code": "Throttling"}),
    "html": http(502, b"<html>canary-token"),
    "reset": resets,
    "garbage": says_and_leaves(b"canary-token\r\n\r\n"),
    "redirect": http(302, b"", location="http://169.254.169.254/canary-token"),
    "hang": hangs,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_neither_logs_nor_errors_hold_what_was_sent(transport: Transport, caplog: pytest.LogCaptureFixture, fault: str) -> None:
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        if name.startswith(("httpx", "httpcore")):
            logging.getLogger(name).setLevel(logging.DEBUG)
    told = ""
    with serving(FAULTS[fault]) as server:
        try:
            ask(client_of(transport, server.url), 0.5, CANARY)
        except AliyunError as error:
            told = (
                "".join(traceback.format_exception(error))
                + f"{error!r} {error.message} {error.recommend} {error.__context__!r}"
            )
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    for secret in ("canary-secret", "canary-token", "Signature=", RID, "getOwnRequestLog", "127.0.0.1"):
        assert secret not in logged
    for secret in ("canary-secret", "canary-token", "Signature=", RID):
        assert secret not in told
    assert {record.name for record in caplog.records} == {"bot.aliyun.caller"}


def test_our_own_log_names_product_action_end_and_id(transport: Transport, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(FAULTS["good"]) as server:
        ask(client_of(transport, server.url))
    assert caplog.messages[0].startswith("OpenAPIExplorer GetOwnRequestLog: answered in ")
    assert caplog.messages[0].endswith(" ms, A1")


def test_a_credential_shows_its_last_four_characters_and_is_never_stored() -> None:
    assert repr(CANARY) == "Credential('****RYID')"
    assert Credential("abcd", "s").masked_id == "****"
    with pytest.raises(TypeError, match="never stored"):
        pickle.dumps(CANARY)


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        (("", "s", None), "AccessKey id"),
        (("a\nb", "s", None), "AccessKey id"),
        (("a", "", None), "secret"),
        (("a", "canary canary", None), "secret"),
        (("a", "s", ""), "security token"),
        (("a", "s", "canaré"), "security token"),
    ],
)
def test_a_credential_that_would_break_a_header_is_refused(parts: tuple[str, str, str | None], what: str) -> None:
    with pytest.raises(ValueError, match=what) as caught:
        Credential(*parts)
    assert "canar" not in str(caught.value)


def test_an_error_survives_being_written_down_and_read_again() -> None:
    """Durable work keeps the error of a step; it holds nothing secret."""
    error = ServerError(Failure(code="InternalError", http_status=500, detail=AccessDeniedDetail(action="ecs:X")))
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is ServerError
    assert again.failure == error.failure
    assert str(again) == str(error)
