"""What can go wrong when Alibaba Cloud is asked.

::

    AliyunError
    ├── NotFoundError               no log under this RequestId: absent, expired or not permitted
    ├── BadRequestIdError           not acceptable as a RequestId
    ├── DeniedError                 the credential may not do this
    ├── CredentialError             unknown, disabled or incomplete key, wrong signature
    │   └── ExpiredTokenError       the session behind a temporary key has ended
    ├── ClockError                  our clock and theirs are more than 15 minutes apart
    ├── NonceUsedError              the nonce was seen before
    ├── ThrottledError              too many calls; also whatever carries x-acs-retry-after
    ├── ServerError                 their fault: 5xx
    ├── UnknownProductError         GetErrorCodeSolutions does not know the product
    ├── UnknownRoleError            AssumeRole: no such role
    ├── DiagnosticMessageError      DecodeDiagnosticMessage cannot decode the message
    │   ├── MessageExpiredError     it is too old
    │   ├── MessageUnknownError     mistyped, cut, or of somebody else
    │   ├── MessageUnsupportedError this kind of caller may not decode
    │   └── SearchInaccurateError   not ready yet; the same call works a little later
    ├── TicketMismatchError         GetLogTicket: the same call with other parameters
    ├── RequestError                the request that this client made is wrong
    ├── UnlistedError               a refusal with a code that nobody listed
    └── TransportError              no answer that could be read
        ├── DeadlineError           not in time
        ├── ConnectionFailedError   refused, unresolved, reset, or no trusted TLS: ``reason`` says which
        └── StrangeAnswerError      not what the API answers: ``reason`` says how
            └── TruncatedAnswerError    the connection ended before the answer did

An error is known by its Code, never by its HTTP status: throttling is 400, a denial 400 or 403, an unknown key 400 or 404,
depending on the product. Only where an answer has no Code, its status decides.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from bot.aliyun.models import AccessDeniedDetail

_TOO_MANY_REQUESTS: Final = 429
_SERVER_FAULTS: Final = 500


@dataclass(frozen=True, slots=True)
class Failure:
    """What is known of a failed call. Foreign text is not in the repr.

    Attributes:
        code: the answer's Code.
        message: the server's own words; foreign text, and so are ``detail`` and ``recommend``, a link.
        http_status: absent when there was no answer.
        request_id: of the failed call itself.
        detail: who was denied what; empty when the answer does not say.
        retry_after_s: how long the server asks to wait, in seconds.
        skew_s: how many seconds the server's clock is ahead of ours.
        reason: one word that tells the failures of one class apart.
    """

    code: str | None = None
    message: str | None = field(default=None, repr=False)
    http_status: int | None = None
    request_id: str | None = None
    recommend: str | None = field(default=None, repr=False)
    detail: AccessDeniedDetail = field(default_factory=AccessDeniedDetail, repr=False)
    retry_after_s: float | None = None
    skew_s: float | None = None
    reason: str | None = None


_BY_CODE: Final[dict[str, type["AliyunError"]]] = {}
_BY_FAMILY: Final[dict[str, type["AliyunError"]]] = {}


class AliyunError(Exception):
    """A call that did not succeed, with the attributes of its ``Failure``.

    Its text holds codes and ids, never what was sent, nor the server's own words. A class names its
    ``codes``, the ``families`` of codes (first segments) that belong to it too, and the ``word`` for what happened: results
    and the sentences about them are named by it.
    """

    word: ClassVar[str] = "other"

    def __init_subclass__(cls, word: str | None = None, codes: Sequence[str] = (), families: Sequence[str] = ()) -> None:
        cls.word = word or cls.word
        _BY_CODE.update(dict.fromkeys(codes, cls))
        _BY_FAMILY.update(dict.fromkeys(families, cls))

    def __init__(self, failure: Failure | None = None) -> None:
        self.failure = known = failure or Failure()
        super().__init__(known)
        self.code = known.code
        self.message = known.message
        self.http_status = known.http_status
        self.request_id = known.request_id
        self.recommend = known.recommend
        self.detail = known.detail
        self.retry_after_s = known.retry_after_s
        self.skew_s = known.skew_s
        self.reason = known.reason

    def word_among(self, words: Collection[str]) -> str:
        """The class's word where somebody knows it, else ``server``: whatever else went wrong, it is not the asker's fault."""
        return self.word if self.word in words else "server"

    def __str__(self) -> str:
        known = self.failure
        status = f"HTTP {known.http_status}" if known.http_status else None
        request = f"RequestId {known.request_id}" if known.request_id else None
        return ", ".join(part for part in (known.code, known.reason, status, request) if part) or type(self).__name__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class NotFoundError(AliyunError, word="not_found", codes=("NotFound.RequestLog",)):
    """No log: it does not exist, it expired, or the credential may not see it. The three cannot be told apart."""


class BadRequestIdError(AliyunError, word="unacceptable", codes=("InvalidParam.LogRequestId",)):
    """The text is not acceptable as a RequestId."""


class DeniedError(AliyunError, word="denied"):
    """The credential may not do this; ``detail`` may say by which policy. Recognised by ``is_denial``."""


class CredentialError(
    AliyunError,
    word="credential",
    codes=(
        "MissingAccessKeyId",
        "MissingSecurityToken",
        "SignatureDoesNotMatch",
        "SignatureNotMatch",
        "IncompleteSignature",
        "Forbidden.AccessKeyDisabled",
    ),
    families=("InvalidAccessKeyId", "InvalidSecurityToken"),
):
    """The key is unknown, disabled or incomplete, or its secret is wrong."""


class ExpiredTokenError(CredentialError, word="token_expired", codes=("InvalidSecurityToken.Expired", "SecurityTokenExpired")):
    """The session behind a temporary key has ended; a new one may work."""


class ClockError(AliyunError, word="clock", codes=("InvalidTimeStamp.Expired",)):
    """Our clock is too far from the server's; ``skew_s`` says how far when the server told its time."""


class NonceUsedError(AliyunError, codes=("SignatureNonceUsed",)):
    """The server saw this nonce before."""


class ThrottledError(AliyunError, word="throttled", codes=("TooManyRequests", "Rejected.Throttling"), families=("Throttling",)):
    """Too many calls; ``retry_after_s`` says when to come back, if the server said so."""


class ServerError(AliyunError, word="server", codes=("InternalError", "InternalServerError", "ServiceUnavailable")):
    """Alibaba Cloud, or something on the way to it, failed."""


class UnknownProductError(AliyunError, codes=("NotFound.Product",)):
    """GetErrorCodeSolutions knows no such product, or has nothing on the code under it."""


class UnknownRoleError(AliyunError, word="no_role", codes=("EntityNotExist.Role",)):
    """The role to assume does not exist."""


class DiagnosticMessageError(AliyunError):
    """The encoded message of a denial cannot be decoded."""


class MessageExpiredError(DiagnosticMessageError, word="expired", codes=("EncodedMessageExpire",)):
    """The encoded message is too old."""


class MessageUnknownError(DiagnosticMessageError, word="unknown", codes=("EntityNotExist",)):
    """Nobody knows the encoded message: mistyped, cut, or of somebody else."""


class MessageUnsupportedError(DiagnosticMessageError, word="unsupported", codes=("NotSupport",)):
    """This kind of caller may not decode messages."""


class SearchInaccurateError(DiagnosticMessageError, word="inaccurate", codes=("SearchInaccurate",)):
    """The message cannot be found yet; the same call works a little later."""


class TicketMismatchError(AliyunError, word="mismatch", codes=("IdempotentParameterMismatch",)):
    """GetLogTicket's one documented error: a repeated call whose parameters differ."""


class RequestError(
    AliyunError,
    word="request",
    codes=("UnsupportedHTTPMethod", "InvalidTimeStamp.Format", "MissingParameter"),
    families=(
        "InvalidAction",
        "InvalidApi",
        "InvalidParam",
        "InvalidParameter",
        "InvalidProduct",
        "InvalidProtocol",
        "InvalidVersion",
        "Missing",
        "MissingParam",
    ),
):
    """The request is wrong: an API, a version or a parameter that the server does not take."""


class UnlistedError(AliyunError):
    """A refusal whose code nobody listed; ``code`` and ``message`` are all that is known."""


class TransportError(AliyunError, word="unreachable"):
    """There was no answer that could be read."""


class DeadlineError(TransportError, word="deadline"):
    """The answer did not come in time. ``reason`` says what took the time: connect, send, read or pool."""


class ConnectionFailedError(TransportError):
    """No connection, or it broke. ``reason`` is refused, dns, reset, tls or unreachable."""


class StrangeAnswerError(TransportError, word="strange"):
    """Not an answer of the API.

    ``reason`` is html, not_json, not_utf8, too_deep, too_large, compressed, redirect, not_http, truncated, or incomplete
    (readable, but without what was asked for).
    """


class TruncatedAnswerError(StrangeAnswerError):
    """The connection ended before the answer did."""


_DENIALS: Final = frozenset({"Forbidden", "NoPermission", "AccessDenied", "NoAuth", "Unauthorized", "ActionUnauthorized"})
_LOOK_ALIKES: Final = re.compile(r"not_?(?:found|exist)|(?:no|without)_?stock|soldout|regionid|unsubscribed", re.IGNORECASE)


def is_denial(code: str) -> bool:
    """Whether a code is of the permission family: by its dotted segments, without the look-alikes that mean "not found"."""
    return not _DENIALS.isdisjoint(code.split(".")) and not _LOOK_ALIKES.search(code)


def class_of(code: str | None, http_status: int, *, retry_after_s: float | None = None) -> type[AliyunError]:
    """Which error an answer is. ``retry_after_s`` makes it throttling, whatever the code (the official SDK's rule)."""
    if retry_after_s is not None:
        return ThrottledError
    if code is not None:
        listed = _BY_CODE.get(code) or (DeniedError if is_denial(code) else None) or _BY_FAMILY.get(code.split(".")[0])
        if listed is not None:
            return listed
        if http_status < _SERVER_FAULTS:
            return RequestError if code.startswith(("Missing", "Invalid")) else UnlistedError
    if http_status == _TOO_MANY_REQUESTS:
        return ThrottledError
    return ServerError if http_status >= _SERVER_FAULTS else StrangeAnswerError
