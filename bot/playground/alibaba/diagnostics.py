"""RAM 2015-05-01 DecodeDiagnosticMessage, and the encoded messages that denials carry."""

import base64
import hashlib
import threading
from datetime import datetime
from typing import Final

from bot.playground.alibaba.operations import Call, Operation
from bot.playground.alibaba.people import DECODE_DIAGNOSTIC_MESSAGE, Caller
from bot.playground.alibaba.wire import ApiError, JsonObject

VERSION: Final = "2015-05-01"
ERRORS: Final = {
    "NotSupport": (400, "The caller is not supported."),
    "EncodedMessageExpire": (400, "The encoded diagnostic message has expired."),
    "EntityNotExist": (404, "The encoded diagnostic message does not exist."),
    "SearchInaccurate": (404, "The search result is inaccurate. Try again later."),
    "TooManyRequests": (429, "Too many searches at the same time. Try again later."),
}


class Diagnostics:
    """The encoded messages and what they decode to. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decoded: dict[str, JsonObject] = {}
        self._errors: dict[str, tuple[str, bool]] = {}

    def operations(self) -> dict[str, Operation]:
        """The operation by name."""
        return {"DecodeDiagnosticMessage": Operation("Ram", VERSION, self.decode)}

    def keep(self, message: str, decoded: JsonObject | None, error: str | None = None, *, once: bool = False) -> None:
        """Let a message decode to an object, or fail with one of ERRORS: always, or only the first time."""
        with self._lock:
            if decoded is not None:
                self._decoded[message] = decoded
            if error is not None:
                self._errors[message] = (error, once)

    def decode(self, call: Call) -> JsonObject:
        """Decode a message, for those who may. Raises ApiError: a message cut or mistyped does not exist."""
        if DECODE_DIAGNOSTIC_MESSAGE not in call.caller.permissions:
            text = "You are not authorized to do this action. You should be authorized by RAM."
            raise ApiError(403, "NoPermission", text)
        message = call.query("EncodedDiagnosticMessage")
        with self._lock:
            error, once = self._errors.get(message, (None, False))
            if once:
                del self._errors[message]
            decoded = self._decoded.get(message)
        if error or decoded is None:
            code = error or "EntityNotExist"
            raise ApiError(ERRORS[code][0], code, ERRORS[code][1])
        return {"RequestId": call.request_id, "DecodedDiagnosticMessage": decoded}

    def denied(self, call: Call, action: str) -> ApiError:
        """The refusal of a call for want of a permission, with a detail whose message can be decoded."""
        caller = call.caller
        message = encoded(call.request_id, call.at)
        self.keep(message, _implicit_deny(caller, action))
        detail: JsonObject = {
            "PolicyType": "AccountLevelIdentityBasedPolicy",
            "AuthPrincipalOwnerId": caller.account_id,
            "AuthPrincipalType": caller.principal_type,
            "AuthPrincipalDisplayName": caller.display_name,
            "NoPermissionType": "ImplicitDeny",
            "AuthAction": action,
            "EncodedDiagnosticMessage": message,
        }
        return ApiError(403, "NoPermission", "You are not authorized to perform this action.", detail)


def encoded(request_id: str, at: datetime) -> str:
    """An encoded message as public samples are built: a head, the time, the RequestId, then what nobody can read."""
    head = b"\x01\x01\x00\x00\x00\x00" + int(at.timestamp()).to_bytes(4, "big") + request_id.encode()
    sealed = b"".join(hashlib.sha512(f"{request_id}{part}".encode()).digest() for part in range(4))
    return base64.b64encode(head + b"\xfb\xff\xfe" + sealed).decode()


def _implicit_deny(caller: Caller, action: str) -> JsonObject:
    return {
        "ExplicitDeny": False,
        "NoPermissionPolicyType": "AccountLevelIdentityBasedPolicy",
        "AuthAction": action,
        "AuthResource": "*",
        "AuthPrincipal": {
            "AuthPrincipalType": caller.principal_type,
            "AuthPrincipalOwnerId": caller.account_id,
            "AuthPrincipalDisplayName": caller.display_name,
        },
        "AuthConditions": [],
        "MatchedPolicies": [],
    }
