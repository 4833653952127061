"""What of a foreign text may be shown: secrets are masked, by the name that stands before them and by their own shape.

Also meant for log filters: ``redact`` takes any text, never raises, and needs time linear in its length. A mask keeps
the kind of a key, and the last four characters of an AccessKey ID; of what is secret itself nothing.
"""

import json
import re
from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Final

from bot.aliyun.models import start_of
from bot.explain.secret_names import names_a_secret
from bot.explain.secret_values import PLAIN
from bot.explain.shapes import MASK, live
from bot.explain.visible import ELLIPSIS, visible

_KEPT_END: Final = 4
_MOST_READINGS: Final = 8
_DEEPEST: Final = 40
#: Who has one of these has no secret yet, and knows by its end which key it is.
_KEY_ID = re.compile(r"(?:LTAI|STS\.|AKIA|ASIA)[0-9A-Za-z]{12,}")
_PREFIX = re.compile(r"LTAI|STS\.|AKIA|xox[a-z]-|xapp-")
_ESCAPED = re.compile(r"\\{1,8}u([0-9A-Fa-f]{4})")
_MASKED = re.compile(rf"\s*(?:(?:[Bb]earer|[Bb]asic)\s{{1,3}})?(?:{_PREFIX.pattern})?{MASK}\S{{0,{_KEPT_END}}}\s*")
_NAMES_ANOTHER = re.compile(r"(?P<of>.{0,200}?)(?:key|name)", re.IGNORECASE | re.DOTALL)
_VALUE_OF_ANOTHER = re.compile(r"(?P<of>.{0,200}?)value", re.IGNORECASE | re.DOTALL)


def masked(secret: str) -> str:
    """What is shown in place of a secret: its kind, and of an AccessKey ID its end, ``LTAI••••4cde``. A mask stays as it is."""
    if _MASKED.fullmatch(secret):
        return secret
    prefix = _PREFIX.match(secret)
    end = secret[-_KEPT_END:] if _KEY_ID.fullmatch(secret) else ""
    return (prefix.group() if prefix else "") + MASK + end


def redact(text: str) -> str:
    r"""The text with every secret masked, of each shape in ``shapes``.

    A mask may lay open where the next secret begins, so it is read again until nothing more is found. Letters that stand as
    ``\u0070`` are read as letters, and stay as they are where they hide nothing.
    """
    read = unescaped(visible(text))
    for _ in range(_MOST_READINGS):
        once = _masked_once(read)
        if once == read:
            break
        text = read = once
    return text


def unescaped(text: str) -> str:
    """The text with the letters and ties that stand in it as JSON's escapes; quotes and all other signs stay escaped."""
    return _ESCAPED.sub(_letter, text) if "\\u" in text else text


def _letter(escape: re.Match[str]) -> str:
    letter = chr(int(escape[1], 16))
    return letter if letter.isalnum() or letter in "=:" else escape[0]


def _masked_once(text: str) -> str:
    for shape in live(text):
        parts: list[str] = []
        done = 0
        for start, end, _kind in sorted(shape.spans(text), key=itemgetter(0)):
            if start >= done:
                parts += [text[done:start], masked(text[start:end])]
                done = end
        if parts:
            text = "".join(parts) + text[done:]
    return text


def redact_parameter(name: str, value: object) -> str:
    """One parameter's value, of any JSON type, as text without secrets."""
    redacted = _Reader().value(name, value, _DEEPEST)
    return redacted if isinstance(redacted, str) else json.dumps(redacted, ensure_ascii=False)


def redact_body(body: str, most: int) -> str:
    """A response body's first ``most`` characters or so, without secrets.

    JSON is read, so that nothing hides behind its escapes or its name-value pairs.
    """
    return _Reader(most).text(body, _DEEPEST) if "\\u" in body or live(body) else start_of(body, most)


def true_names(pairs: Iterable[tuple[str, object]]) -> dict[str, str]:
    """The names that stand as values beside their own values, by the label of the value.

    ``Env.1.Key = DB_PASSWORD`` and ``Env.1.Value = …`` give ``{"Env.1.Value": "DB_PASSWORD"}``; so do ``name`` and
    ``value``, ``ParameterKey`` and ``ParameterValue``.
    """
    listed = list(pairs)
    told = {
        found.group("of").lower(): value
        for label, value in listed
        if isinstance(value, str) and (found := _NAMES_ANOTHER.fullmatch(label)) and names_a_secret(value.strip())
    }
    named = ((label, _VALUE_OF_ANOTHER.fullmatch(label)) for label, _ in listed) if told else ()
    return {
        label: told[found.group("of").lower()].strip() for label, found in named if found and found.group("of").lower() in told
    }


class _Reader:
    """Redacts values of any JSON type, as long as there is room for what it gives back."""

    def __init__(self, room: int = 1 << 62) -> None:
        self._room = room

    def text(self, text: str, depth: int) -> str:
        if text[:1] in ("{", "[") and text[-1:] in ("}", "]") and depth > 0:
            parsed = _parsed(text)
            if parsed is not None:
                return json.dumps(self.value("", parsed, depth - 1), ensure_ascii=False)
        text = start_of(text, max(self._room, 0))
        self._room -= len(text)
        return redact(text)

    def value(self, name: str, value: object, depth: int) -> object:
        if isinstance(value, bool | None):
            return value
        if names_a_secret(name):
            return _masked_leaf(value)
        if isinstance(value, str):
            return self.text(visible(value), depth)
        if isinstance(value, dict):
            return self._object(value, depth - 1) if depth > 0 else ELLIPSIS
        if isinstance(value, list | tuple):
            return self._list(value, depth - 1) if depth > 0 else ELLIPSIS
        return value if isinstance(value, int | float) else redact(str(value))

    def _list(self, items: list[Any] | tuple[Any, ...], depth: int) -> list[object]:
        given: list[object] = []
        for item in items:
            if self._room <= 0:
                return [*given, ELLIPSIS]
            self._room -= 2
            given.append(item if isinstance(item, int | float) else self.value("", item, depth))
        return given

    def _object(self, items: dict[Any, Any], depth: int) -> dict[str, object]:
        names = true_names((str(key), item) for key, item in items.items()) | dict.fromkeys(_private_fields(items), "secret")
        given: dict[str, object] = {}
        for key, item in items.items():
            if self._room <= 0:
                return given | {ELLIPSIS: ELLIPSIS}
            self._room -= len(str(key)) + 4
            given[redact(str(key))] = self.value(names.get(str(key), str(key)), item, depth)
        return given


def _private_fields(items: dict[Any, Any]) -> tuple[str, ...]:
    """The fields of an object that hold nothing but secrets: of a Kubernetes Secret, and of a key as JSON Web Key."""
    if items.get("kind") == "Secret":
        return ("data", "stringData")
    return ("d", "p", "q", "dp", "dq", "qi", "k") if "kty" in items else ()


def _parsed(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _masked_leaf(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value) if isinstance(value, int | float) else ""
    if text.lower() in PLAIN and isinstance(value, str):
        return text
    return masked(text)
