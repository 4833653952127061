"""Security Center's cloud-siem 2024-12-12 GetLogTicket, and a page on loopback that stands for the SLS console.

Which codes the service has for a member that is not managed and for a hub that does not exist is not published: those of
this stand-in are made up, and so are its member accounts.
"""

import base64
import json
import re
import secrets
import threading
from typing import Final

from bot.playground.alibaba.diagnostics import Diagnostics
from bot.playground.alibaba.operations import Call, Operation
from bot.playground.alibaba.people import GET_LOG_TICKET
from bot.playground.alibaba.wire import ApiError, JsonObject

VERSION: Final = "2024-12-12"
HUBS: Final = frozenset({"", "cn-hangzhou", "ap-southeast-1"})
MEMBERS: Final = frozenset({"1733260000000001", "1733260000000002"})
MISMATCHING_USER: Final = "1733260000000400"
NOT_ACTIVATED_USER: Final = "1733260000000404"
_NUMBER: Final = re.compile(r"\d{1,19}", re.ASCII)


class LogTickets:
    """The tickets: issued fresh each time, recognised when the console page is opened with one. Safe for many threads."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._lock = threading.Lock()
        self._issued: set[str] = set()

    def operations(self) -> dict[str, Operation]:
        """The operation by name."""
        return {"GetLogTicket": Operation("cloud-siem", VERSION, self.log_ticket)}

    def log_ticket(self, call: Call) -> JsonObject:
        """A fresh ticket, for those who may. Raises ApiError; Lang is optional on paper and demanded in truth."""
        request = call.request
        asked = dict(request.form if request.method == "POST" else request.query)
        _check(asked)
        if GET_LOG_TICKET not in call.caller.permissions:
            raise self._diagnostics.denied(call, GET_LOG_TICKET)
        _check_accounts(asked)
        ticket = _fresh_ticket()
        with self._lock:
            self._issued.add(ticket)
        return {"RequestId": call.request_id, "LogTicket": ticket}

    def was_issued(self, ticket: str) -> bool:
        """Whether a ticket is one of this stand-in's."""
        with self._lock:
            return ticket in self._issued


def _check(asked: dict[str, str]) -> None:
    language = asked.get("Lang", "")
    if not language:
        raise ApiError(400, "MissingLang", "The specified Lang can not be empty.")
    if language not in {"zh", "en"}:
        raise ApiError(400, "InvalidLang", "The specified Lang is not valid.")
    if asked.get("RegionId", "") not in HUBS:
        raise ApiError(400, "InvalidRegionId", "The specified RegionId is not a data management hub.")
    for name in ("RoleFor", "LogUserId"):
        if not _NUMBER.fullmatch(asked.get(name, "0")):
            raise ApiError(400, f"Invalid{name}", f"The specified {name} is not valid.")


def _check_accounts(asked: dict[str, str]) -> None:
    if asked.get("RoleFor") not in {None, *MEMBERS}:
        raise ApiError(403, "NoPermission.RoleFor", "The specified member is not managed by the current account.")
    if asked.get("LogUserId") == NOT_ACTIVATED_USER:
        raise ApiError(400, "ServiceNotActivated", "The threat analysis service has not been activated.")
    if asked.get("LogUserId") == MISMATCHING_USER:
        text = (
            "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token "
            "with different requests, unless the requests are identical."
        )
        raise ApiError(400, "IdempotentParameterMismatch", text)


def _fresh_ticket() -> str:
    head = _part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    claims = _part(json.dumps({"iss": "standin", "jti": secrets.token_hex(16)}).encode())
    return f"{head}.{claims}.{_part(secrets.token_bytes(32))}"


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
