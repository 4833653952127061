"""What of a foreign text may be shown: secrets are masked, by the name that stands before them and by their own shape.

Also meant for log filters: ``redact`` takes any text, never raises, and needs time linear in its length. A mask keeps
what is needed to recognise a key (its kind and its last four characters), nothing of passwords.
"""

import json
import re
from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final

from bot.explain.secret_names import names_a_password, names_a_secret

MASK: Final = "••••"

_KEPT_END: Final = 4
_LONG_ENOUGH_TO_KEEP_END: Final = 16
_DEEPEST: Final = 40
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
_PREFIX = re.compile(r"LTAI|STS\.|AKIA|xox[a-z]-|xapp-")
_PLAIN: Final = frozenset({"true", "false", "null", "none", "nil", "undefined", ""})

_SHAPES = re.compile(
    r"""
      (?P<pem>-----BEGIN\ [A-Z0-9\ ]{0,40}PRIVATE\ KEY(?:\ BLOCK)?-----(?s:.*?)(?:-----END\ [A-Z0-9\ ]{0,50}-----|\Z))
    | (?P<hook>hooks\.slack(?:-gov)?\.com(?:/|%2[Ff]|\\/)[^\s"'<>|]{1,2000}+)
    | (?P<key>
          (?:LTAI|AKIA)[0-9A-Za-z]{8,128}+ | STS\.[0-9A-Za-z]{8,128}+
        | xox[a-z](?:\.xox[a-z])?-[0-9A-Za-z-]{6,512}+ | xapp-[0-9A-Za-z-]{6,512}+
        | eyJ[0-9A-Za-z_-]{12,}+(?:\.[0-9A-Za-z_-]*+){0,4}
        | CAIS[0-9A-Za-z+/%=]{40,}+
      )
    | (?P<bearer>[Bb]earer\s{1,3}[0-9A-Za-z._~+/=-]{8,}+)
    | ://(?P<login>[^/\s:@"'<>]{1,100}+:[^/\s@"'<>]{1,200}+)@
    """,
    re.VERBOSE,
)
_NAME = re.compile(
    r"""
    (?P<core>
        p(?:ass(?:word|wd|phrase)?|wd|laintext|rivate[-_]?key|sk) | s(?:ecret|ignature|k\b) | t(?:oken|icket|rigger[-_]?id)
      | c(?:redential|ookie) | a(?:uthori[sz]ation|ccess[-_]?key|pi[-_]?key|ssertion|k\b)
      | user[-_]?data | key[-_]?(?:material|data)
      | response[-_]?url | webhook
    )
    [0-9a-z_-]{0,24}+
    (?:["'\]]|\\{1,8}+(?:["']|u0022)|&(?:quot|\#34);)*+
    (?: [\ \t]{0,4}+(?:=>|[:=]|%(?:25){0,3}3[da]|>)[\ \t]{0,4}+
      | \s{0,4}+[,;&]\s{0,9}+["'\\]{0,9}+[0-9a-z_.-]{0,40}?value["'\\]{0,9}+\s{0,4}+[:=]\s{0,4}+
      | </[0-9a-z_.:-]{1,40}+>\s{0,40}+<[0-9a-z_.:-]{0,40}?value>
    )
    """,
    re.VERBOSE,
)
_NAME_BEFORE = re.compile(r"[0-9A-Za-z_.-]*\Z")
_VALUE = re.compile(
    r"""
      (?P<open>(?P<escape>\\{1,8}+)(?:"|u0022))(?P<escaped>(?s:.*?))(?=\\{1,8}(?:"|u0022)|\Z)
    | "(?P<double>(?:[^"\\]|\\.)*+)
    | '(?P<single>(?:[^'\\]|\\.)*+)
    | &(?:quot|\#34);(?P<entity>[^&]*+)
    | (?:<!\[CDATA\[)(?P<cdata>[^\]]*+)
    | (?P<list>\[[^\[\]{}]{0,4000}\])
    | (?P<bare>(?:(?!%(?:25){0,3}26)[^\s,;&"'<>()\[\]{}\\])++)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAMES_ANOTHER = re.compile(r"(?P<of>.{0,200}?)(?:key|name)", re.IGNORECASE | re.DOTALL)
_VALUE_OF_ANOTHER = re.compile(r"(?P<of>.{0,200}?)value", re.IGNORECASE | re.DOTALL)
_HEADER_VALUE = re.compile(r"""["']?(?P<bare>[^\r\n"'<\\]*)""")


def masked(secret: str, *, keep_end: bool = True) -> str:
    """What is shown in place of a secret: ``LTAI••••4cde``. A mask stays as it is."""
    if MASK in secret:
        return secret
    prefix = _PREFIX.match(secret)
    kind = prefix.group() if prefix else ""
    if not keep_end or len(secret) < _LONG_ENOUGH_TO_KEEP_END:
        return kind + MASK
    return kind + MASK + secret[-_KEPT_END:]


def redact(text: str) -> str:
    """The text with every secret masked: keys, tokens, private keys, hooks, and what follows a secret's name."""
    return _mask_named(_SHAPES.sub(_mask_shape, text))


def redact_parameter(name: str, value: object) -> str:
    """One parameter's value, of any JSON type, as text without secrets."""
    redacted = _redact_value(name, value, _DEEPEST)
    return redacted if isinstance(redacted, str) else _as_json(redacted)


def redact_body(body: str) -> str:
    """A response body without secrets; JSON is read, so that nothing hides behind its escapes or its name-value pairs."""
    return _redact_text(body, _DEEPEST)


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


def _mask_shape(found: re.Match[str]) -> str:
    kind, text = found.lastgroup, found.group()
    if kind == "login":
        user = found.group("login").split(":", 1)[0]
        return f"://{user}:{MASK}@"
    if kind == "hook":
        return text[: text.index(".com") + 4] + "/" + MASK
    if kind == "pem":
        return text[: text.index("KEY") + 3] + "----- " + MASK
    if kind == "bearer":
        word, _, token = text.partition(" ")
        return f"{word} {masked(token.strip())}"
    return masked(text)


def _mask_named(text: str) -> str:
    searched = text.translate(_LOWER)  # str.lower() can change the length, and so the places
    parts: list[str] = []
    done = position = 0
    while found := _NAME.search(searched, position):
        position = found.end()
        name = _full_name(text, found)
        if not names_a_secret(name):
            continue
        header = name.lower().endswith(("authorization", "authorisation", "cookie"))
        value = (_HEADER_VALUE if header else _VALUE).match(text, position)
        group = value.lastgroup if value else None
        if value is None or group is None or value.group(group).strip().lower() in _PLAIN:
            continue
        parts += [text[done : value.start(group)], masked(value.group(group), keep_end=not names_a_password(name))]
        done = position = value.end(group)
    return "".join(parts) + text[done:] if parts else text


def _full_name(text: str, found: re.Match[str]) -> str:
    before = _NAME_BEFORE.search(text[max(0, found.start() - 40) : found.start()])
    name = text[found.start() : found.end()].rstrip(" \t")
    core = re.match(r"[0-9A-Za-z_-]*", name)
    return (before.group() if before else "") + (core.group() if core else "")


def _redact_text(text: str, depth: int) -> str:
    if text[:1] in ("{", "[") and text[-1:] in ("}", "]") and depth > 0:
        parsed = _parsed(text)
        if parsed is not None:
            return _as_json(_redact_value("", parsed, depth - 1))
    return redact(text)


def _parsed(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _redact_value(name: str, value: object, depth: int) -> object:
    if isinstance(value, bool | None):
        return value
    if names_a_secret(name):
        return _masked_leaf(name, value)
    if isinstance(value, str):
        return _redact_text(value, depth)
    if isinstance(value, dict | list | tuple):
        return _redact_container(value, depth - 1) if depth > 0 else "…"
    return value if isinstance(value, int | float) else redact(str(value))


def _redact_container(value: dict[Any, Any] | list[Any] | tuple[Any, ...], depth: int) -> object:
    if isinstance(value, dict):
        return _redact_object(value, depth)
    return [_redact_value("", item, depth) for item in value]


def _masked_leaf(name: str, value: object) -> str:
    text = value if isinstance(value, str) else _as_json(value) if isinstance(value, int | float) else ""
    if text.lower() in _PLAIN and isinstance(value, str):
        return text
    return masked(text, keep_end=not names_a_password(name))


def _redact_object(value: dict[Any, Any], depth: int) -> dict[str, object]:
    names = true_names((str(key), item) for key, item in value.items())
    return {redact(str(key)): _redact_value(names.get(str(key), str(key)), item, depth) for key, item in value.items()}
