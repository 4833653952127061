"""The access-denied detail, message and regions that a pasted error holds."""

import re
from typing import Final

from bot.requestids.patterns import RarePattern
from bot.requestids.wrapping import CUT

_MARKS: Final = ("authaction", "authprincipal", "nopermissiontype", "encodeddiagnosticmessage")
_ENCODED: Final = "EncodedDiagnosticMessage"
_KEYS: Final = {
    key.lower(): key
    for key in (
        "PolicyType",
        "AuthPrincipalOwnerId",
        "AuthPrincipalType",
        "AuthPrincipalDisplayName",
        "NoPermissionType",
        "AuthAction",
        _ENCODED,
    )
}
_ENOUGH: Final = frozenset(_KEYS.values()) - {"PolicyType"}
"""A PolicyType alone proves nothing: RAM's own policies have one too."""

_TIE: Final = r"[\"'`\])*]{0,3}\s{0,8}(?::(?:\*\*)?|=>?|>|,|\|)\s{0,40}(?:string\(\d{1,5}\)\s?|[ub](?=[\"']))?[`*]{0,2}"
_PLAIN_VALUE: Final = r"[^\s\"'`<>,;&}\])│┃║|]++"
_FOLD: Final = r"\n[ \t│┃║|>]*+"
_FOLDED: Final = rf"(?:{_FOLD}(?:[A-Za-z0-9+/_-]{{24,}}+={{0,2}}+|[A-Za-z0-9+/_-]{{2,}}+={{1,2}}+)(?=[\s\"'`<,;}}│|]|\Z))*+"
_FIELD: Final = RarePattern(
    rf"(?<![A-Za-z])(?:({'|'.join(key for key in _KEYS.values() if key != _ENCODED)}){_TIE}"
    rf"(?:\"([^\"]{{0,400}}+)\"|'([^']{{0,400}}+)'|({_PLAIN_VALUE}))"
    rf"|({_ENCODED}){_TIE}(?:\"([^\"]*+)\"|'([^']*+)'|({_PLAIN_VALUE}{_FOLDED})))",
    re.IGNORECASE,
)
_FOLDS: Final = re.compile(rf"[ \t│┃║|]*+{_FOLD}")
_EMPTY: Final = frozenset(("", "null", "none", "nil", "undefined"))

_MESSAGE: Final = re.compile(
    r"(?<![A-Za-z])(?:error[ _]?)?(?:message|msg)[\"'`\])]{0,3}[ \t]{0,8}(?::|=>?|>)\s{0,20}"
    r"(?:u?\"((?:[^\"\n]|\"(?!\s{0,4}(?:[,}\])]|\Z))){0,2000}+)\"?|u?'((?:[^'\n]|'(?=[a-z])){0,2000}+)'?|([^\s\"'{<][^\n<]{0,2000}+))",
    re.IGNORECASE,
)
_SPOKEN: Final = re.compile(
    r"(?:HTTP Status:\s?\d{3}\s{1,4}Error:\s?[\w.-]{1,120}\s|Exception:\s?[\w.-]{1,120}\s?:\s)([^\n]{1,2000}+)", re.IGNORECASE
)
_MESSAGE_END: Final = re.compile(
    r"(?:[+,(] ?)?(?:\[ ?)?\brequest[ _-]?id\b|\bHost ?Id\b|\bRecommend:|\bData: ?\{|\bDescription:"
    r"|\[(?:msg|sub_code|HostId)\] =>",
    re.IGNORECASE,
)
_MESSAGES_TRIED: Final = 8
"""Empty messages, and such as only introduce a nested one, are passed over; so many, that the work stays bounded."""
_STATUS_PREFIX: Final = re.compile(r"code: \d{3}, ")

_REGION: Final = re.compile(
    r"(?<![a-z0-9])(?:cn-(?:hangzhou|shanghai|beijing|shenzhen|qingdao|zhangjiakou|huhehaote|wulanchabu|heyuan|guangzhou|chengdu|"
    r"nanjing|fuzhou|wuhan-lr|zhengzhou-jva|hongkong|north-2)(?:-finance(?:-1)?|-gov-1)?|(?:ap-southeast|ap-northeast|ap-south|"
    r"us-west|us-east|us-southeast|us-south|eu-central|eu-west|me-east|me-central|na-south|sa-east)-[1-9])(?![0-9])"
)


def access_denied_detail(text: str) -> dict[str, str] | None:
    """The first access-denied detail of a cleaned text, keys in PascalCase as error bodies spell them; None without one."""
    detail: dict[str, str] = {}
    lower = text.lower()
    if not any(mark in lower for mark in _MARKS):
        return None
    for match in _FIELD.finditer(text):
        name, value = (group for group in match.groups() if group is not None)
        key, value = _KEYS[name.lower()], _FOLDS.sub("", value).strip()
        if value.lower() in _EMPTY or CUT in value:
            continue
        if detail.setdefault(key, value) != value:
            if not _ENOUGH.isdisjoint(detail):
                break
            detail = {key: value}
    return detail if not _ENOUGH.isdisjoint(detail) else None


def error_message(text: str) -> str | None:
    """The first error message that a cleaned text announces as such; None when nothing is recognisable."""
    for pattern in (_MESSAGE, _SPOKEN):
        position = 0
        for _ in range(_MESSAGES_TRIED):
            match = pattern.search(text, position)
            if not match:
                break
            message = _trim(next(group for group in match.groups() if group is not None))
            if message.lower() not in _EMPTY and not message.startswith("{") and not message.endswith(":"):
                return message
            position = match.start() + 1
    return None


def _trim(message: str) -> str:
    """A message without the request id, status and body that SDKs print around it."""
    end = _MESSAGE_END.search(message)
    message = _STATUS_PREFIX.sub("", message[: end.start()] if end else message, count=1).strip(" \t,;+")
    return message.removesuffix('"') if message.count('"') % 2 else message


def regions(text: str) -> tuple[str, ...]:
    """The regions that host names, resource names and region ids of a cleaned text name, in order of first appearance."""
    return tuple(dict.fromkeys(match[0] for match in _REGION.finditer(text)))
