"""What an answer itself says of the call's end: its body, of whatever format, and the failed inner call in its message."""

import json
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Literal

from bot.aliyun.models import AccessDeniedDetail
from bot.explain.explanation import NestedCall
from bot.requestids import extract
from bot.requestids.cleaning import entities

Format = Literal["JSON", "XML", "HTML"]

_SUCCESS_CODES: Final = frozenset(
    {
        *("", "ok", "success", "succeed", "succeeded", "successful", "normal", "true", "s"),
        *("200", "201", "202", "204", "0", "none", "null"),
    }
)
_SUCCESS_MESSAGES: Final = frozenset({"ok", "success", "succeed", "succeeded", "successful", "成功", "操作成功", "请求成功"})
_CODE_KEYS: Final = ("code", "errorcode", "errcode", "subcode")
_MESSAGE_KEYS: Final = ("message", "errormessage", "errmessage", "errmsg", "submsg", "msg", "description")
_WRAPPERS: Final = ("error", "errorresponse", "response", "body", "result", "error_response")
_DETAIL_KEYS: Final = ("accessdenieddetail",)
_CODE_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,159}")
_XML_TAG = re.compile(
    r"<(?P<close>/)?(?P<name>[A-Za-z_][\w:.-]{0,100}+)(?P<rest>[^<>]*+)>"
    r"(?:\s*+<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|(?P<text>[^<]*+))",
    re.DOTALL,
)
_MOST_TAGS: Final = 2_000
_HTML_START = re.compile(r"^\s*<(?:!doctype\s+html|html|head|body|center|h\d|title)\b", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<(?:title|h1)[^<>]{0,200}+>([^<]{1,500}+)<", re.IGNORECASE)
_DETAIL_FIELDS: Final = (
    *("policyType", "authPrincipalOwnerId", "authPrincipalType", "authPrincipalDisplayName", "noPermissionType", "authAction"),
    *("encodedDiagnosticMessage", "encodedDiagnosticInfo"),
)
_LONGEST_MESSAGE: Final = 4_000
_REQUEST_MARK: Final = re.compile(r"request[\s_-]?id", re.IGNORECASE)
_DETAIL_NAMES: Final = {name.lower(): name for name in _DETAIL_FIELDS}


@dataclass(frozen=True, slots=True)
class Body:
    """A body as read: ``code`` and ``message`` of the error in it, ``failed`` when the body says that the call failed.

    ``detail`` is the access-denied detail that stands in it, empty when none does.
    """

    format: Format | None = None
    failed: bool = False
    code: str | None = None
    message: str | None = None
    request_id: str | None = None
    detail: AccessDeniedDetail = field(default_factory=AccessDeniedDetail)


def read_body(text: str | None) -> Body:
    """Read a body of any kind and any size. What cannot be read is a body that says nothing, never an error."""
    if not text:
        return Body()
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start in ("{", "["):
        return _json_body(text)
    if _HTML_START.match(text):
        return _html_body(text)
    return _xml_body(text) if start == "<" else Body()


def is_success_code(code: str | None) -> bool:
    """Whether a code is no error at all: products write OK, Success, 200 or 0 where others leave it out."""
    return (code or "").strip().lower() in _SUCCESS_CODES


def _json_body(text: str) -> Body:
    try:
        parsed = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return Body()
    if not isinstance(parsed, dict):
        return Body(format="JSON")
    outer = _keys(parsed)
    for fields in (outer, *_wrapped(outer)):
        body = _error_in(fields, outer)
        if body is not None:
            return body
    return Body(format="JSON")


def _wrapped(outer: dict[str, Any]) -> list[dict[str, Any]]:
    found = [_keys(outer[name]) for name in _WRAPPERS if isinstance(outer.get(name), dict)]
    return [*found, *(_keys(inner["error"]) for inner in found if isinstance(inner.get("error"), dict))]


def _keys(value: dict[Any, Any]) -> dict[str, Any]:
    """The object with keys that ignore case and underscores: ``ErrorCode``, ``errorCode`` and ``error_code`` are one."""
    return {str(key).lower().replace("_", ""): item for key, item in islice(value.items(), _MOST_TAGS)}


def _error_in(fields: dict[str, Any], outer: dict[str, Any]) -> Body | None:
    codes = [code for name in reversed(_CODE_KEYS) if (code := _text(fields.get(name))) is not None]
    code = next((code for code in codes if not is_success_code(code) and _CODE_SHAPE.fullmatch(code)), None)
    message = next((text for name in _MESSAGE_KEYS if (text := _text(fields.get(name)))), None)
    success = fields.get("success")
    succeeded = success is True or _text(success) in ("true", "True")
    refused = success is False or _text(success) in ("false", "False")
    if succeeded or not (refused or _names_an_error(code, message)):
        return None
    detail = next((fields[name] for name in _DETAIL_KEYS if fields.get(name)), None)
    request_id = _text(fields.get("requestid")) or _text(outer.get("requestid"))
    found = AccessDeniedDetail.parse(detail)
    return Body(format="JSON", failed=True, code=code, message=message, request_id=request_id, detail=found)


def _names_an_error(code: str | None, message: str | None) -> bool:
    """Whether a code is an error's: one beside a message, or of several parts; a number beside "OK" is none."""
    if code is None or not (message or "." in code):
        return False
    return not (code.isdigit() and (message or "").rstrip(".!。！").lower() in _SUCCESS_MESSAGES)


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _xml_body(text: str) -> Body:
    """An error element, or an answer whose own children are a code and a message, as SMS sends it."""
    fields, is_error = _xml_fields(text)
    code, message = fields.get("code"), fields.get("message")
    refused = fields.get("success", "").lower() == "false"
    named = not is_success_code(code) and _names_an_error(code, message)
    if not (is_error or refused or named):
        return Body(format="XML")
    code = None if refused and is_success_code(code) else code
    told = {name: text for name, text in fields.items() if name in _DETAIL_FIELDS}
    detail = AccessDeniedDetail.parse(told or fields.get("accessdenieddetail"))
    failed = bool(code or message or refused)
    return Body(format="XML", failed=failed, code=code, message=message, request_id=fields.get("requestid"), detail=detail)


def _xml_fields(text: str) -> tuple[dict[str, str], bool]:
    """The texts of the root's children and of what stands in an Error element, and whether there is such an element.

    A scan of tags, not a parser: bodies are cut, malformed and hostile, and nothing deeper is of interest.
    """
    fields: dict[str, str] = {}
    open_names: list[str] = []
    is_error = False
    for tag in islice(_XML_TAG.finditer(text), _MOST_TAGS):
        name = tag.group("name").rpartition(":")[2].lower()
        if tag.group("close"):
            if name in open_names:
                del open_names[len(open_names) - 1 - open_names[::-1].index(name) :]
            continue
        in_error = name == "error" or "error" in open_names or (name == "errorresponse" and not open_names)
        is_error = is_error or in_error
        if (len(open_names) == 1 or in_error) and name not in fields and (value := _text_of(tag)):
            fields[_DETAIL_NAMES.get(name, name)] = value
        if not tag.group("rest").endswith("/"):
            open_names.append(name)
    return fields, is_error


def _text_of(tag: re.Match[str]) -> str:
    return (tag["cdata"] or entities(tag["text"] or "")).strip()


def _html_body(text: str) -> Body:
    """A page in place of an answer comes from a proxy or a firewall before the service; its title is all it says."""
    title = _HTML_TITLE.search(text[:20_000])
    return Body(format="HTML", failed=True, message=entities(title.group(1)).strip() if title else None)


def nested_call(message: str | None, *, request_id: str | None) -> NestedCall | None:
    """The failed inner call that an error message tells of, or None.

    Services pass on the error of a call that they made themselves, with its RequestId (Terraform, ACK and ROS do so).
    Only an id other than the outer one counts.
    """
    text = (message or "")[:_LONGEST_MESSAGE]
    if not _REQUEST_MARK.search(text):
        return None
    found = extract(text)
    others = {other.id for other in found.other_ids}
    for error in found.errors:
        if error.request_id and error.request_id not in others and error.request_id.upper() != (request_id or "").upper():
            return NestedCall(error.request_id, error.code, error.message)
    return None
