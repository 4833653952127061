"""The access-denied detail, message and regions that a pasted error holds."""

import re
from collections.abc import Iterator, Mapping
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

_REGION: Final = re.compile(
    r"(?<![a-z0-9])(?:cn-(?:hangzhou|shanghai|beijing|shenzhen|qingdao|zhangjiakou|huhehaote|wulanchabu|heyuan|guangzhou|chengdu|"
    r"nanjing|fuzhou|wuhan-lr|zhengzhou-jva|hongkong|north-2)(?:-finance(?:-1)?|-gov-1)?|(?:ap-southeast|ap-northeast|ap-south|"
    r"us-west|us-east|us-southeast|us-south|eu-central|eu-west|me-east|me-central|na-south|sa-east)-[1-9])(?![0-9])"
)


def details(text: str) -> Iterator[tuple[int, int, str, str]]:
    """The fields of access-denied details in a cleaned text: start, end, key in PascalCase as error bodies spell it, value."""
    lower = text.lower()
    if not any(mark in lower for mark in _MARKS):
        return
    for match in _FIELD.finditer(text):
        name, value = (group for group in match.groups() if group is not None)
        value = _FOLDS.sub("", value).strip()
        if value.lower() not in _EMPTY and CUT not in value:
            yield match.start(), match.end(), _KEYS[name.lower()], value


def tells_denial(detail: Mapping[str, str]) -> bool:
    """Whether fields are an access-denied detail: a policy type alone proves nothing, for RAM's own policies have one too."""
    return not _ENOUGH.isdisjoint(detail)


def regions(text: str) -> tuple[str, ...]:
    """The regions that host names, resource names and region ids of a cleaned text name, in order of first appearance."""
    return tuple(dict.fromkeys(match[0] for match in _REGION.finditer(text)))


def region_in(text: str) -> str | None:
    """The first of them."""
    match = _REGION.search(text)
    return match[0] if match else None
