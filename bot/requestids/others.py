"""Ids that look like RequestIds and cannot be looked up: of services with their own gateways, masked, cut short, and traces."""

import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.requestids.uuids import REQUEST_NAME, Label, Uuid, label_before, role_of

OtherKind = Literal["oss", "sls", "oss_or_sls", "oss_ec", "trace", "masked", "truncated", "undashed", "top"]


@dataclass(frozen=True, slots=True)
class OtherId:
    """An id, spelt as in the text, and what it is.

    ``oss``, ``sls``: a RequestId of Object Storage Service or Simple Log Service; ``oss_or_sls``: one of them, the text does
    not tell; ``oss_ec``: OSS's error detail code; ``trace``: a trace id; ``masked``, ``truncated``, ``undashed``: what is left
    of a RequestId; ``top``: an id of Taobao's open platform.
    """

    id: str
    kind: OtherKind


_H: Final = "[0-9A-Fa-f]"
_HEX: Final = re.compile(r"(?<![0-9A-Za-z_-])(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{24})(?![0-9A-Za-z-])")
_PATH_AFTER: Final = re.compile(r"[/.]\w")
_TRACEPARENT: Final = re.compile(r"(?<![0-9A-Za-z-])00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?![0-9A-Za-z-])")
_EC: Final = re.compile(r"-(?<=[0-9A-Fa-f]{4}-)(?<![0-9A-Fa-f]{5}-)[0-9A-Fa-f]{8}(?![0-9A-Za-z-])")
_EC_LABEL: Final = re.compile(
    r"(?:(?<![A-Za-z])[Ee][Cc][\"'`\])>*]{0,4}\s{0,4}(?::|=>?|,|>)?\s{0,8}[\"'`(\[<]{0,3}|[?&](?:q|[Kk]eyword)=)\Z"
)
_EC_REACH: Final = 24
_EC_FIRST: Final = 4
_ANNOUNCED: Final = (
    rf"(?i)(?:{REQUEST_NAME})s?[\"'`\])*]{{0,4}}\s{{0,8}}(?::(?:\*\*)?|=>?|->|>|,|\bis\b)?\s{{0,40}}[\"'`(\[<]{{0,3}}"
    r"(?:string\(\d{1,3}\) ?\"|[ub](?=[\"']))?\s{0,40}[\"']{0,2}([0-9A-Za-z*•█●.…-]{4,64})(?![0-9A-Za-z*])"
)
_NAME_MARK: Final = re.compile(r"[Ee]quest|EQUEST|[Rr]eq|REQ|请求|[Rr][Ii][Dd]")
_MASKED: Final = re.compile(r"(?<![0-9A-Za-z*•█●-])[0-9A-Fa-fXx*•█●]{8}(?:-[0-9A-Fa-fXx*•█●]{1,12}){1,4}+(?![0-9A-Za-z*-])")
_MASK: Final = re.compile(r"[*•█●]|[Xx]{3}")
_MASKED_VALUE: Final = re.compile(r"[0-9A-Fa-fXx*•█●-]+\Z")
_PIECES: Final = re.compile(
    r"[0-9A-Fa-f]{8}(?=-)(?<![0-9A-Za-z-].{8})(?:-[0-9A-Fa-f]*+)++(?![0-9A-Za-z*•█●])(?:(?:…|\.\.\.)[0-9A-Fa-f-]*+)?+"
)
_TAIL: Final = re.compile(r"(?<![0-9A-Za-z])(?:…|\.{3})-?([0-9A-Fa-f]{4}-){1,3}[0-9A-Fa-f]{12}(?![0-9A-Za-z-])")
_CUT: Final = re.compile(r"[0-9A-Fa-f]{3,8}[0-9A-Fa-f-]*+(?:…|\.\.\.)[0-9A-Fa-f-]*\Z")
_EMPHASIS: Final = re.compile(r"(\*{1,2})([^*]+|[^*]+.*[^*])\1\Z")
_TOP: Final = re.compile(r"(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{11,15}\Z")
_REST: Final = rf"{_H}{{8}}(?:(?:-{_H}{{4}}){{0,2}}-{_H}{{0,4}}|(?:-{_H}{{4}}){{3}}-{_H}{{0,11}})"
_LONG_REST: Final = _REST.replace("{0,2}", "{2}")
"""The beginning of a UUID: two groups are enough behind a label, without one it takes four."""

_OSS_ID_LENGTH: Final = 24

_OSS: Final = re.compile(
    r"\bx-oss-|(?<![a-z])oss(?![a-z])|AliyunOSS|NoSuch(?:Bucket|Key)|<BucketName>|OSSException", re.IGNORECASE
)
_SLS: Final = re.compile(
    r"\bx-log-|(?<![a-z])sls(?![a-z])|\blog\.aliyuncs|logstore|LogException|aliyun[._-]?log|loghub|ProjectNotExist",
    re.IGNORECASE,
)
_NEAR: Final = 400


def other_ids(text: str, found: Sequence[Uuid]) -> tuple[OtherId, ...]:
    """All such ids of a cleaned text in order of first appearance; ``found`` are the text's UUIDs."""
    places = [*_hex_ids(text), *_error_details(text), *_values(text), *_bare(text)]
    places += [(uuid.start, OtherId(uuid.text, "trace")) for uuid in found if uuid.role == "trace"]
    rests: dict[str, OtherId] = {}
    for _, other in sorted(places, key=lambda place: place[0]):
        rests.setdefault(other.id, other)
    cut = any(other.kind == "truncated" for other in rests.values())
    edges = {edge for id_ in {uuid.id for uuid in found} for n in range(1, 37) for edge in (id_[:n], id_[-n:])} if cut else ()
    return tuple(other for other in rests.values() if other.kind != "truncated" or not _known(other.id, edges))


def announced(text: str) -> Iterator[re.Match[str]]:
    """Whatever a cleaned text calls a RequestId, in group 1; only what is none is read this way, and what belongs to it."""
    return re.finditer(_ANNOUNCED, text) if _NAME_MARK.search(text) else iter(())


def _known(rest: str, edges: Container[str]) -> bool:
    """Whether a cut id is only a shortened repetition of one that stands in full elsewhere, as in a link's label."""
    parts = [part for part in rest.upper().replace("…", "...").split("...") if part.strip("-")]
    return bool(parts) and all(part in edges for part in parts)


def _hex_ids(text: str) -> Iterator[tuple[int, OtherId]]:
    for match in _TRACEPARENT.finditer(text):
        yield match.start(1), OtherId(match[1], "trace")
    matches = list(_HEX.finditer(text))
    near = _service_near(text if any(len(match[0]) == _OSS_ID_LENGTH for match in matches) else "")
    for match in matches:
        label = label_before(text, match.start())
        kind = _kind_of_24(match, label, near) if len(match[0]) == _OSS_ID_LENGTH else _kind_of_32(match, label)
        if kind:
            yield match.start(), OtherId(match[0], kind)


def _kind_of_32(match: re.Match[str], label: Label) -> OtherKind | None:
    """A trace id, or a UUID without dashes; what is part of a path or a file's name is neither."""
    role = role_of(label)
    if role == "trace":
        return "trace"
    in_path = match.string[match.start() - 1 : match.start()] == "/" or _PATH_AFTER.match(match.string, match.end())
    return None if role == "other" or label.glued or (in_path and role == "none") else "undashed"


def _kind_of_24(match: re.Match[str], label: Label, near: Callable[[int], OtherKind]) -> OtherKind | None:
    words, role = label.words.lower()[-16:].replace("_", "-"), role_of(label)
    unlike = (match[0].upper() != match[0] or match[0].isdigit()) and match[0] != match.string.strip()
    if role in ("other", "trace") or (role == "none" and unlike):
        return None
    if "oss-" in words:
        return "oss"
    if "log-req" in words or "sls" in words:
        return "sls"
    return None if "mns-" in words else near(match.start())


def _service_near(text: str) -> Callable[[int], OtherKind]:
    """Which of the two services the text speaks of: around a place, else anywhere."""
    oss = [match.start() for match in _OSS.finditer(text)]
    sls = [match.start() for match in _SLS.finditer(text)]

    def named(start: int, end: int) -> OtherKind | None:
        near_oss = bisect_left(oss, start) < bisect_left(oss, end)
        near_sls = bisect_left(sls, start) < bisect_left(sls, end)
        return None if near_oss == near_sls else "oss" if near_oss else "sls"

    return lambda place: named(place - _NEAR, place + _NEAR) or named(0, len(text)) or "oss_or_sls"


def _error_details(text: str) -> Iterator[tuple[int, OtherId]]:
    for match in _EC.finditer(text):
        start = match.start() - _EC_FIRST
        if _EC_LABEL.search(text, max(0, start - _EC_REACH), start):
            yield start, OtherId(text[start : match.end()], "oss_ec")


def _values(text: str) -> Iterator[tuple[int, OtherId]]:
    """What stands where a RequestId is announced and is none: masked, cut short, or of Taobao's platform."""
    for match in announced(text):
        value = _EMPHASIS.sub(r"\2", match[1])
        ellipsis = "..." in value or "…" in value
        value = value if ellipsis else value.strip(".")
        kind = _kind_of_value(value)
        if kind:
            yield match.start(1), OtherId(value, kind)


def _kind_of_value(value: str) -> OtherKind | None:
    if _MASK.search(value) and _MASKED_VALUE.match(value):
        return "masked"
    if _TOP.match(value):
        return "top"
    return "truncated" if _CUT.match(value) or re.fullmatch(_REST, value) else None


def _bare(text: str) -> Iterator[tuple[int, OtherId]]:
    """Masked and cut ids that nothing announces: their shape must speak for itself."""
    for match in _MASKED.finditer(text):
        if _MASK.search(match[0]) and role_of(label_before(text, match.start())) not in ("other", "trace"):
            yield match.start(), OtherId(match[0], "masked")
    for match in _PIECES.finditer(text):
        rest = re.fullmatch(_LONG_REST, match[0]) and not text.startswith(("*", "."), match.end())
        if (rest or _CUT.match(match[0])) and role_of(label_before(text, match.start())) not in ("other", "trace"):
            yield match.start(), OtherId(match[0], "truncated")
    for match in _TAIL.finditer(text):
        yield match.start(), OtherId(match[0], "truncated")
