"""The gateway's door: is the request in time, of a known key, seen for the first time, and rightly signed? In this order."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from cachetools import TTLCache

from bot.playground.alibaba import signature
from bot.playground.alibaba.people import Caller, Person, caller_of
from bot.playground.alibaba.wire import ApiError, Request

WINDOW: Final = timedelta(minutes=15)
TIME_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Credential:
    """What an AccessKey id stands for. ``token`` and ``expires_at`` are set for what STS issued."""

    caller: Caller
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


class Gate:
    """Admits signed requests; remembers the nonces that it saw. Safe to use from many threads."""

    def __init__(self, people: tuple[Person, ...], clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._nonces: TTLCache[tuple[str, str], bool] = TTLCache(100_000, 2 * WINDOW.total_seconds())
        self._credentials = {
            person.access_key_id: Credential(caller_of(person), person.secret, person.security_token) for person in people
        }

    def issue(self, access_key_id: str, credential: Credential) -> None:
        """Let a new AccessKey id in: a session's that STS has just made."""
        with self._lock:
            self._credentials[access_key_id] = credential

    def admit(self, request: Request) -> Caller:
        """Who signed the request. Raises ApiError with the code of the first check that fails."""
        authorization = _authorization(request)
        self._check_date(request.header("x-acs-date"))
        credential = self._credential(request, authorization.access_key_id)
        self._check_nonce(authorization.access_key_id, request.header("x-acs-signature-nonce"))
        _check_signature(request, authorization, credential.secret)
        return credential.caller

    def _check_date(self, text: str) -> None:
        try:
            sent = datetime.strptime(text, TIME_FORM).replace(tzinfo=UTC)
        except ValueError:
            raise ApiError(
                400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."
            ) from None
        if abs(self._clock() - sent) > WINDOW:
            raise ApiError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")

    def _credential(self, request: Request, access_key_id: str) -> Credential:
        with self._lock:
            credential = self._credentials.get(access_key_id)
        if credential is None:
            raise ApiError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        token = request.header("x-acs-security-token")
        if token != (credential.token or ""):
            raise self._wrong_token(token)
        if credential.expires_at and self._clock() >= credential.expires_at:
            raise ApiError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
        return credential

    def _wrong_token(self, token: str) -> ApiError:
        if not token:
            return ApiError(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
        with self._lock:
            known = any(credential.token == token for credential in self._credentials.values())
        if known:
            text = "Specified SecurityToken does not match the AccessKey."
            return ApiError(400, "InvalidSecurityToken.MismatchWithAccessKey", text)
        return ApiError(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")

    def _check_nonce(self, access_key_id: str, nonce: str) -> None:
        if not nonce:
            raise ApiError(400, "MissingSignatureNonce", "x-acs-signature-nonce is mandatory for this action.")
        with self._lock:
            seen = (access_key_id, nonce) in self._nonces
            self._nonces[(access_key_id, nonce)] = True
        if seen:
            raise ApiError(400, "SignatureNonceUsed", "Specified signature nonce was used already.")


def _authorization(request: Request) -> signature.Authorization:
    header = request.header("authorization")
    if not header:
        raise ApiError(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.")
    authorization = signature.parse(header)
    if authorization is None:
        raise ApiError(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    return authorization


def _check_signature(request: Request, authorization: signature.Authorization, secret: str) -> None:
    unsigned = signature.left_unsigned(request, authorization)
    if unsigned:
        text = f"The request signature does not conform to Aliyun standards: not signed: {', '.join(unsigned)}."
        raise ApiError(400, "IncompleteSignature", text)
    text = signature.string_to_sign(request, authorization)
    honest = request.header("x-acs-content-sha256") == signature.payload_hash(request)
    if not (honest and signature.is_right(authorization, secret, text)):
        message = f"Specified signature is not matched with our calculation. server StringToSign is [{text}]"
        raise ApiError(400, "SignatureDoesNotMatch", message)
