"""Whether the service's own call inside this one failed: an error with another RequestId in the message of this one."""

import re
from typing import Final

from bot.explain.explanation import NestedCall
from bot.requestids import extract

_LONGEST: Final = 4_000
_MARK: Final = re.compile(r"request[\s_-]?id", re.IGNORECASE)


def nested_call(message: str | None, *, request_id: str | None) -> NestedCall | None:
    """The failed inner call that an error message tells of, or None.

    Services pass on the error of a call that they made themselves, with its RequestId (Terraform, ACK and ROS do so).
    Only an id other than the outer one counts.
    """
    text = (message or "")[:_LONGEST]
    if not _MARK.search(text):
        return None
    found = extract(text)
    others = {other.id for other in found.other_ids}
    for error in found.errors:
        if error.request_id and error.request_id not in others and error.request_id.upper() != (request_id or "").upper():
            return NestedCall(error.request_id, error.code, error.message)
    return None
