"""Call → request; status, headers and body → object or error. Pure.

Reads what the gateways and products really send: RPC's PascalCase, ROA's camelCase and lower-case keys, XML errors, HTML
of a proxy on the way, and whatever a broken or hostile server makes up. Everything that is not an answer of the API becomes
an ``AliyunError``; nothing else is ever raised.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from bot.aliyun.credentials import Credential
from bot.aliyun.errors import AliyunError, ClockError, Failure, StrangeAnswerError, class_of
from bot.aliyun.models import AccessDeniedDetail
from bot.aliyun.signing import Request, encode_path, encode_query
from bot.requestids.cleaning import entities

_OK: Final = 200
_REDIRECTS: Final = 300
_REFUSALS: Final = 400

_DEEPEST: Final = 100
_LONGEST_TEXT: Final = 4_000
_MILLISECONDS: Final = 1_000

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_XML_FIELD: Final = re.compile(r"<(Code|Message|RequestId|Recommend)>([^<]{0,4000})</\1>", re.IGNORECASE)
_POSITIVE: Final = re.compile(r"[0-9]{1,12}")

_BASE_HEADERS: Final = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "user-agent": "requestlog-bot",
}
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an API operation. RPC operations have the path ``/``; ``form`` is the body of those that want one."""

    product: str
    version: str
    action: str
    method: str = "POST"
    path: str = "/"
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    form: tuple[tuple[str, str], ...] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP answer as it came. ``headers`` with lower-case names; of a repeated header the last."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def request_for(call: Call, origin: str) -> Request:
    """The request, still unsigned, that makes ``call`` at ``origin`` (``https://host[:port]``)."""
    scheme, _, host = origin.partition("://")
    headers = {**_BASE_HEADERS, "x-acs-action": call.action, "x-acs-version": call.version}
    body = b""
    if call.form is not None:
        headers["content-type"] = _FORM
        body = encode_query(call.form).encode()
    return Request(scheme, host, call.method, encode_path(call.path), encode_query(call.query), headers, body)


def read(answer: HttpAnswer, *, now: datetime, credential: Credential | None) -> dict[str, object]:
    """The JSON object of a successful answer.

    Args:
        answer: what came.
        now: when, by our clock; aware.
        credential: what signed the call; a server that echoes its secret parts finds them masked in the error.

    Raises:
        AliyunError: the class that fits; see ``bot.aliyun.errors``.
    """
    if answer.status == _OK:
        value = decode_object(answer.body)
        if isinstance(value, dict):
            return value
        raise StrangeAnswerError(Failure(http_status=answer.status, request_id=_request_id(answer, {}), reason=value))
    if answer.status < _REFUSALS:
        reason = "redirect" if answer.status >= _REDIRECTS else "not_json"
        raise StrangeAnswerError(Failure(http_status=answer.status, request_id=_request_id(answer, {}), reason=reason))
    raise _refusal(answer, now, credential)


def decode_object(body: bytes) -> dict[str, object] | str:
    """The JSON object in a body, safe to hand on; or in one word why there is none.

    The word is one of ``StrangeAnswerError``'s reasons. What is handed on is at most 100 levels deep, and all its text can
    be encoded as UTF-8.
    """
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text)
        # Most answers have few brackets, so the walk over every value is rarely needed.
        if text.count("{") + text.count("[") > _DEEPEST or "\\ud" in text or "\\uD" in text:
            value = _tame(value, 0)
    except UnicodeDecodeError:
        return "not_utf8"
    except RecursionError:
        return "too_deep"
    except ValueError:
        return "html" if body.lstrip()[:1] == b"<" else "not_json"
    return value if isinstance(value, dict) else "not_json"


def _tame(value: object, depth: int) -> object:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_tame(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_LONE_SURROGATE.sub("\ufffd", name): _tame(item, depth + 1) for name, item in value.items()}
    return value


def _refusal(answer: HttpAnswer, now: datetime, credential: Credential | None) -> AliyunError:
    fields, shape = _error_fields(answer.body)
    code = _matching(_CODE, fields.get("code"))
    retry_after = _retry_after(answer.headers)
    kind = class_of(code, answer.status, retry_after_s=retry_after)
    server_date = _date(answer.headers.get("date"))
    failure = Failure(
        code=code,
        message=_text(fields.get("message"), credential),
        http_status=answer.status,
        request_id=_request_id(answer, fields),
        recommend=_text(fields.get("recommend"), credential),
        detail=AccessDeniedDetail.parse(fields.get("accessdenieddetail")),
        retry_after_s=retry_after,
        skew_s=(server_date - now).total_seconds() if server_date and kind is ClockError else None,
        reason=shape if code is None else None,
    )
    return kind(failure)


def _error_fields(body: bytes) -> tuple[dict[str, object], str | None]:
    """The fields of an error body by lower-case name, and what the body is if it is no JSON object."""
    value = decode_object(body.decode("utf-8", "replace").encode())
    if isinstance(value, dict):
        return {name.lower(): item for name, item in value.items()}, None
    text = body.decode("utf-8", "replace")
    return {name.lower(): entities(item) for name, item in _XML_FIELD.findall(text)}, value


def _matching(pattern: re.Pattern[str], value: object) -> str | None:
    found = pattern.fullmatch(value.strip()) if isinstance(value, str) else None
    return found.group() if found else None


def _request_id(answer: HttpAnswer, fields: Mapping[str, object]) -> str | None:
    return _matching(_ID, fields.get("requestid")) or _matching(_ID, answer.headers.get("x-acs-request-id"))


def _text(value: object, credential: Credential | None) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    for secret in (credential.access_key_secret, credential.security_token) if credential else ():
        if secret:
            text = text.replace(secret, "****")
    return text[:_LONGEST_TEXT]


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from the header's positive whole milliseconds; anything else in it counts as absent."""
    found = _matching(_POSITIVE, headers.get("x-acs-retry-after"))
    return int(found) / _MILLISECONDS if found and int(found) > 0 else None


def _date(value: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
