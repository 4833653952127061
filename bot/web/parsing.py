"""The bytes of a verified request → the payload that Bolt dispatches. Pure.

Bolt itself looks for the letters ``payload`` anywhere in a form and drops every slash command whose text holds them; here a
form is a form, and only its field of that name is an interaction.
"""

import json
import re
from typing import Any, Final
from urllib.parse import parse_qsl

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"

_MOST_FIELDS: Final = 200
_MAYBE_LONE_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


class NonsenseError(Exception):
    """The request came from Slack's secret holder but makes no sense; the message says what is missing, quoting nothing."""


def parse(media_type: str, body: bytes) -> dict[str, Any]:
    """The payload in a request's body.

    Args:
        media_type: FORM or JSON, without parameters.
        body: the raw bytes.

    Raises:
        NonsenseError: the body is not of that type, not UTF-8, nested too deeply, or no object.
    """
    try:
        text = body.decode("utf-8")
        if media_type == JSON:
            return _object(text)
        fields = dict(parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=_MOST_FIELDS))
        if "command" not in fields and "payload" in fields:
            return _object(fields["payload"])
    except (ValueError, RecursionError):
        message = "unreadable body"
        raise NonsenseError(message) from None
    return dict(fields)


def _object(text: str) -> dict[str, Any]:
    parsed = json.loads(text)
    if not isinstance(parsed, dict):
        message = "no object"
        raise NonsenseError(message)
    if _MAYBE_LONE_SURROGATE.search(text):
        # Half a character pair cannot be stored or sent; encoding it raises a ValueError.
        json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    return parsed
