"""Whether the service's own call inside this one failed: a second RequestId in the error, with a code of its own."""

import re
from typing import Final

from bot.explain.explanation import NestedCall

_LONGEST: Final = 20_000
_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_LABELLED = re.compile(rf"request[\s_-]?id(?:[\s\"'\\:=\[>]|%3D){{1,12}}(?P<id>{_UUID})(?![0-9A-Fa-f-])", re.IGNORECASE)
_CODE = re.compile(
    r"(?<!status )(?<![a-z])(?:Error)?Code[\"'\\]{0,4}\s{0,3}[:=]\s{0,3}[\"'\\]{0,4}(?P<code>[A-Za-z][\w.]{2,120})",
    re.IGNORECASE,
)
_MESSAGE = re.compile(r"Message[\"'\\]{0,4}\s{0,3}[:=]\s{0,3}[\"'\\]{0,4}(?P<message>[^\"\\\n}]{3,600})", re.IGNORECASE)


def nested_call(message: str | None, *, request_id: str | None, error_code: str | None) -> NestedCall | None:
    """The failed inner call that an error message tells of, or None.

    Services pass on the error of a call that they made themselves, with its RequestId (Terraform, ACK and ROS do so).
    Only an id other than the outer one counts.
    """
    text = (message or "")[:_LONGEST]
    inner = next((hit for hit in _LABELLED.finditer(text) if hit.group("id").upper() != (request_id or "").upper()), None)
    if inner is None:
        return None
    codes = [hit.group("code").rstrip(".") for hit in _CODE.finditer(text)]
    code = next((code for code in codes if code != error_code), codes[0] if codes else None)
    said = _MESSAGE.search(text, inner.end()) or _MESSAGE.search(text)
    return NestedCall(inner.group("id").upper(), code, said.group("message").strip() if said else None)
