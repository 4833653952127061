"""An explanation for other eyes: what tells the account, the addresses, the names or the parameters apart is masked by class.

Values that the explanation itself names (its caller, its principal, its parameters) are masked wherever they occur, in
sentences and error messages too; beside them everything that has the shape of such a value. Secrets are masked before, in
``redaction``: this is about what is no secret and still nobody else's business.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, Literal, TypeVar, cast

from bot.explain.explanation import Explanation
from bot.explain.shapes import MASK

MaskClass = Literal["accounts", "addresses", "names", "parameters"]
MASK_CLASSES: Final[tuple[MaskClass, ...]] = ("accounts", "addresses", "names", "parameters")

Value = TypeVar("Value")

_KEPT_END: Final = 4
_LONG_ENOUGH_TO_KEEP_END: Final = 12
_SHORTEST: Final = 3
_SHORTEST_NUMBER: Final = 4
_DEEPEST: Final = 20

#: What the reader needs to look the request up and to know what failed; none of it is of a masked class.
_KEPT: Final = frozenset(
    {
        *("language", "kind", "request_id", "api", "product", "product_name", "region_id", "http_status", "error_code"),
        *("retry", "api_version", "api_style", "http_method", "endpoint", "document", "sources", "deny", "who_can_fix"),
        *(
            "policy_type",
            "principal_type",
            "caller_type",
            "action",
            "reading",
            "response_format",
            "runbook",
            "authentication",
            "signature",
        ),
    }
)
#: Words that are no one's: masking them would only make the sentences unreadable.
_COMMON: Final = frozenset({"true", "false", "null", "none", "default", "json", "xml", "html"})

_MASKED = re.compile(rf"{MASK}\w{{0,4}}")
_JSON_VALUE = re.compile(r'"((?:[^"\\]|\\.)*+)|(\d+(?:\.\d+)?)')
_WORD = re.compile(r"[\w-]+")
_ACCOUNT = re.compile(r"(?<![\w-])\d{15,20}(?![\w-])")
_ADDRESS = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)"
    r"|(?<![\w:.])(?:(?=[0-9A-Fa-f:]*::)[0-9A-Fa-f:]{3,39}|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4})(?![\w:])"
)
_RESOURCE_NAME = re.compile(r"(?P<head>acs:[\w*-]{1,40}:[\w*-]{0,40}:[\w*•-]{0,40}:)(?P<name>[^\s\"'，。,;）)]{1,400})")
#: It decodes to the caller, the resource and the address.
_ENCODED = re.compile(r"(?P<head>[Ee]ncodedDiagnosticMessage[\\\"'\s:=>]{1,8})[A-Za-z0-9+/=_-]{16,}")
_RESOURCE_ID = re.compile(r"(?<![\w-])[a-z]{1,8}-[a-z0-9]{15,24}(?![\w-])")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


def mask(explanation: Explanation, classes: Iterable[MaskClass]) -> Explanation:
    """The explanation with the values of these classes masked in every text. RequestId, API and error code stay.

    ``accounts`` are account and user ids, ``addresses`` IP addresses, ``names`` those of users, roles, sessions, policies
    and resources, ``parameters`` the call's parameter values and its response. Long values keep their last four characters.
    """
    wanted = frozenset(classes)
    if not wanted:
        return explanation
    masked = _mapped(_without_values(explanation) if "parameters" in wanted else explanation, _masking(explanation, wanted))
    return masked if "parameters" in wanted else _with_plain_names(masked, explanation)


def masked_value(text: str) -> str:
    """A value as it is shown masked. Of one that holds a redacted secret nothing stays: what else it holds is as private."""
    if _MASKED.fullmatch(text):
        return text
    return MASK + (text[-_KEPT_END:] if len(text) >= _LONG_ENOUGH_TO_KEEP_END and MASK not in text else "")


def _without_values(explanation: Explanation) -> Explanation:
    call = explanation.call
    parameters = tuple(replace(each, value=masked_value(each.value)) for each in call.parameters)
    return replace(explanation, call=replace(call, parameters=parameters, response_body=call.response_body and MASK))


def _with_plain_names(masked: Explanation, original: Explanation) -> Explanation:
    """Parameter names come from the API's documentation, so they stay even where one looks like somebody's name."""
    pairs = zip(masked.call.parameters, original.call.parameters, strict=True)
    parameters = tuple(replace(after, name=before.name) for after, before in pairs)
    return replace(masked, call=replace(masked.call, parameters=parameters))


def _masking(explanation: Explanation, wanted: frozenset[MaskClass]) -> Callable[[str], str]:
    """The one function that every text goes through."""
    known = _known_values(explanation, wanted)
    words = {value for value in known if _WORD.fullmatch(value)}
    others = sorted(known - words, key=lambda value: -len(value))  # so that none hides behind a shorter one
    address = explanation.call.caller_ip or ""

    def masked(text: str) -> str:
        if "names" in wanted:
            text = _RESOURCE_NAME.sub(_mask_resource, text)
        for value in others:
            if value in text:
                text = re.sub(rf"(?<![\w-]){re.escape(value)}(?![\w-])", lambda found: masked_value(found.group()), text)
        text = _WORD.sub(lambda found: masked_value(found.group()) if found.group() in words else found.group(), text)
        text = _ENCODED.sub(rf"\g<head>{MASK}", text)
        if "names" in wanted:
            text = _RESOURCE_ID.sub(lambda found: masked_value(found.group()), text)
            text = _EMAIL.sub(MASK, text)
        if "addresses" in wanted:
            text = _ADDRESS.sub(MASK, text.replace(address, MASK) if len(address) >= _SHORTEST else text)
        return _ACCOUNT.sub(lambda found: masked_value(found.group()), text) if "accounts" in wanted else text

    return masked


def _mask_resource(found: re.Match[str]) -> str:
    """The kind of the resource stays, its name goes: ``acs:ram::…:role/deploy`` becomes ``acs:ram::…:role/••••``."""
    kind, slash, name = found.group("name").partition("/")
    if not slash:
        kind, name = "", kind
    return found.group("head") + kind + slash + (name if set(name) <= {"*", "/", "•"} else masked_value(name))


def _known_values(explanation: Explanation, wanted: frozenset[MaskClass]) -> set[str]:
    found: set[str] = set()
    if "accounts" in wanted:
        found.update(_account_ids(explanation))
    if "names" in wanted:
        found.update(_names(explanation))
    if "parameters" in wanted:
        found.update(_parameter_values(explanation))
    plain = {explanation.request_id, explanation.api, explanation.product, explanation.product_name, explanation.region_id}
    plain |= {explanation.error_code, explanation.http_status, explanation.call.endpoint}
    return {
        value
        for value in found
        if len(value) >= (_SHORTEST_NUMBER if value.isdigit() else _SHORTEST)
        and value not in plain
        and value.lower() not in _COMMON
    }


def _account_ids(explanation: Explanation) -> Iterator[str]:
    call, denial = explanation.call, explanation.denial
    for value in (call.account_id, call.caller_id, denial and denial.account_id, denial and denial.principal):
        if value and value.isdigit():
            yield value


def _names(explanation: Explanation) -> Iterator[str]:
    denial = explanation.denial
    for value in (explanation.call.caller_id, denial and denial.principal):
        if value and not value.isdigit():
            yield from value.split(":")
    if denial is None:
        return
    yield from (policy.name for policy in denial.matched)
    if denial.resource:
        name = denial.resource.split(":", 5)[-1]
        yield from (part for part in (name, name.partition("/")[2]) if MASK not in part and not set(part) <= {"*", "/"})


def _parameter_values(explanation: Explanation) -> Iterator[str]:
    for parameter in explanation.call.parameters:
        for value in _leaves(_parsed(parameter.value), _DEEPEST):
            yield value
            if MASK in value and not _MASKED.fullmatch(value):
                yield from (part.strip() for part in value.split(MASK))


def _parsed(text: str) -> object:
    """What a JSON text holds; of one that was cut off its strings and numbers."""
    if text[:1] not in ("{", "["):
        return text
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return [text, *(string or number for string, number in _JSON_VALUE.findall(text))]
    return value


def _leaves(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict | list) and depth > 0:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item, depth - 1)


def _mapped(value: Value, change: Callable[[str], str]) -> Value:
    """A value with ``change`` applied to every text in it, those of the kept fields aside."""
    return cast("Value", _changed(value, change))


def _changed(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - walks values of any shape
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple | list):
        return type(value)(_changed(item, change) for item in value)
    if isinstance(value, dict):
        return {key: _changed(item, change) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.name not in _KEPT]
        return replace(value, **{name: _changed(getattr(value, name), change) for name in names})
    return value
