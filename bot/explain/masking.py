"""An explanation for other readers: what tells account, addresses, names or parameters apart is masked by class.

Values that the explanation itself names (its caller, its principal, its parameters) are masked wherever they occur, in
sentences and error messages too; beside them everything that has the shape of such a value. Secrets are masked before, in
``redaction``: this is about what is no secret and still nobody else's business.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, Literal
from urllib.parse import quote, quote_plus

from bot.explain.explanation import Explanation
from bot.explain.shapes import MASK

MaskClass = Literal["accounts", "addresses", "names", "parameters"]
MASK_CLASSES: Final[tuple[MaskClass, ...]] = ("accounts", "addresses", "names", "parameters")

_KEPT_END: Final = 4
_DISTINCT: Final = 8
"""From this length on a value with a digit is told even within another word, and a value by its beginning."""

_CERTAIN: Final = 16
"""From this length on a beginning is that of the value, whatever follows it."""

_LONG_ENOUGH_TO_KEEP_END: Final = 12
_SHORTEST: Final = 3
_SHORTEST_NUMBER: Final = 4
_DEEPEST: Final = 20

#: What the reader needs to look the request up and to know what failed; none of it is of a masked class.
_KEPT: Final = frozenset(
    (  # noqa: SIM905 - names read better as text
        "language kind request_id api product product_name region_id http_status error_code retry api_version api_style "
        "http_method endpoint document sources deny who_can_fix policy_type principal_type caller_type action reading "
        "response_format runbook authentication signature"
    ).split()
)
#: Words that are no one's: masking them would only make the sentences unreadable.
_COMMON: Final = frozenset(
    (  # noqa: SIM905 - words read better as text
        "true false null none default json xml html key value name type assumed-role role user group policy"
    ).split()
)

_MASKED = re.compile(rf"{MASK}\w{{0,4}}")
_JSON_VALUE = re.compile(r'"((?:[^"\\]|\\.)*+)|(\d+(?:\.\d+)?)')
#: A part of a value that held a secret: no name of a field (``Uid=``), but what stands in one.
_PART = re.compile(r"[^\s;,&|=:/@\"'<>(){}\[\]•]{3,}+(?!\s*=)")
#: The names of an API's own fields are written like this; other keys are the caller's words.
_FIELD = re.compile(r"[A-Z][A-Za-z]*")
_ACCOUNT = re.compile(r"(?<!\d)\d{15,20}(?!\d)", re.ASCII)
_ADDRESS = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)"
    r"|(?<![\w:.])(?:(?=[0-9A-Fa-f:]*::)[0-9A-Fa-f:]{3,39}|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4})(?![\w:])",
    re.ASCII,
)
_RESOURCE_NAME = re.compile(r"(?P<head>acs:[\w*-]{1,40}:[\w*-]{0,40}:[\w*•-]{0,40}:)(?P<name>[^\s\"'，。,;）)]{1,400})")
#: Who assumed a role, and a resource within an address.
_OTHER_NAME = re.compile(r"(?P<head>\bassumed-role/|\bacs%(?:25)*3a)[^\s\"'，。,;）)]{1,400}", re.ASCII | re.IGNORECASE)
#: It decodes to the caller, the resource and the address.
_ENCODED = re.compile(r"(?P<head>[Ee]ncodedDiagnosticMessage[\\\"'\s:=>]{1,8})[A-Za-z0-9+/=_-]{16,}")
_RESOURCE_ID = re.compile(r"(?<![\w-])[a-z]{1,8}-[a-z0-9]{15,24}(?![\w-])", re.ASCII)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)


def mask(explanation: Explanation, classes: Iterable[MaskClass]) -> Explanation:
    """The explanation with the values of these classes masked in every text. RequestId, API and error code stay.

    ``accounts`` are account and user ids, ``addresses`` IP addresses, ``names`` those of users, roles, sessions, policies
    and resources, ``parameters`` the call's parameter values and its response. Long ids keep their last four characters;
    names keep nothing.
    """
    wanted = frozenset(classes)
    if not wanted:
        return explanation
    shown = _without_values(explanation) if "parameters" in wanted else explanation
    masked: Explanation = _changed(shown, _masking(explanation, wanted))
    return masked if "parameters" in wanted else _with_plain_names(masked, explanation)


def masked_value(text: str) -> str:
    """A value as it is shown masked: of a long one that ends like an id its end stays.

    Of one that holds a redacted secret nothing stays: what else it holds is as private.
    """
    if _MASKED.fullmatch(text):
        return text
    end = text[-_KEPT_END:]
    is_id = len(text) >= _LONG_ENOUGH_TO_KEEP_END and MASK not in text and end.isalnum() and any(map(str.isdigit, end))
    return MASK + (end if is_id else "")


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
    plain = _plain_values(explanation)
    nameless = {form for value in _names(explanation) for form in _forms(value)} if "names" in wanted else set()
    forms = {form for value in _known_values(explanation, wanted) - plain for form in _forms(value)}
    beginnings: dict[str, list[str]] = {}
    for form in forms:
        if len(form) > _DISTINCT:
            beginnings.setdefault(form[:_DISTINCT], []).append(form)

    def shown(found: re.Match[str]) -> str:
        return MASK if found.group().lower() in nameless else masked_value(found.group())

    def masked(text: str) -> str:
        if _MASKED.fullmatch(text):
            return text
        if "names" in wanted:
            text = _OTHER_NAME.sub(rf"\g<head>{MASK}", _RESOURCE_NAME.sub(_mask_resource, text))
        text = _whole(forms, text.lower()).sub(shown, text)
        text = _without_beginnings(text, beginnings, plain)
        text = _ENCODED.sub(rf"\g<head>{MASK}", text)
        if "names" in wanted:
            text = _RESOURCE_ID.sub(lambda found: masked_value(found.group()), text)
            text = _EMAIL.sub(MASK, text)
        if "addresses" in wanted:
            text = _ADDRESS.sub(MASK, text)
        return _ACCOUNT.sub(lambda found: masked_value(found.group()), text) if "accounts" in wanted else text

    return masked


def _forms(value: str) -> frozenset[str]:
    """A value in lower case as a message may repeat it: as it is, as part of an address, and within JSON."""
    once, in_json = quote(value, safe=""), json.dumps(value, ensure_ascii=False)[1:-1]
    forms = (value, once, quote(once, safe=""), quote(value), quote_plus(value), in_json, in_json.replace("/", "\\/"))
    return frozenset(form.lower() for form in forms)


def _whole(forms: Iterable[str], text: str) -> re.Pattern[str]:
    """What finds the values that occur in a text, in any case; the longest first, so that none hides behind a shorter one."""
    present = sorted((form for form in forms if form in text), key=lambda form: -len(form))
    return re.compile("|".join(map(_bounded, present)) or r"(?!)", re.IGNORECASE)


def _bounded(form: str) -> str:
    """A value that could be a part of an ordinary word counts only where it is none."""
    if len(form) >= _DISTINCT and any(map(str.isdigit, form)):
        return re.escape(form)
    return rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])"


def _without_beginnings(text: str, beginnings: Mapping[str, list[str]], plain: AbstractSet[str]) -> str:
    """The text without what is left of values that were cut off before they were masked, or quoted in part."""
    done, at = [], 0
    present = "|".join(re.escape(beginning) for beginning in beginnings if beginning in text.lower())
    for found in re.finditer(rf"(?<![A-Za-z0-9])(?:{present or '(?!)'})", text, re.IGNORECASE):
        rest = text[found.start() :].lower()
        size = max((_shared(form, rest) for form in beginnings.get(found.group().lower(), ())), default=0)
        run, after = rest[:size], rest[size : size + 1]
        ends = after == "…" or not (run.isalpha() or (after.isascii() and after.isalnum()))
        if found.start() >= at and run not in plain and (ends or size >= _CERTAIN):
            done += [text[at : found.start()], MASK]
            at = found.start() + size
    return "".join([*done, text[at:]])


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _mask_resource(found: re.Match[str]) -> str:
    """The kind of the resource stays, its name goes: ``acs:ram::…:role/deploy`` becomes ``acs:ram::…:role/••••``."""
    kind, slash, name = found.group("name").partition("/")
    if not slash:
        kind, name = "", kind
    return found.group("head") + kind + slash + (name if set(name) <= {"*", "/", "•"} else MASK)


def _known_values(explanation: Explanation, wanted: frozenset[MaskClass]) -> set[str]:
    """The values to mask; those of the call inside it too, for its words are told as the cause."""
    found = _known_values(explanation.inner, wanted) if explanation.inner else set()
    if "accounts" in wanted:
        found.update(_account_ids(explanation))
    if "names" in wanted:
        found.update(_names(explanation))
    if "parameters" in wanted:
        found.update(_parameter_values(explanation))
    if "addresses" in wanted and explanation.call.caller_ip:
        found.add(explanation.call.caller_ip)
    return {value.lower() for value in found if len(value) >= (_SHORTEST_NUMBER if value.isdigit() else _SHORTEST)}


def _plain_values(explanation: Explanation) -> set[str]:
    """What stays even where it is a value too."""
    plain = {explanation.request_id, explanation.api, explanation.product, explanation.product_name, explanation.region_id}
    plain |= {explanation.error_code, explanation.http_status, explanation.call.endpoint}
    return {value.lower() for value in plain if value} | _COMMON


def _account_ids(explanation: Explanation) -> Iterator[str]:
    call, denial = explanation.call, explanation.denial
    for value in (call.account_id, call.caller_id, denial and denial.account_id, denial and denial.principal):
        if value and value.isdigit():
            yield value


def _names(explanation: Explanation) -> Iterator[str]:
    denial = explanation.denial
    for value in (explanation.call.caller_id, denial and denial.principal):
        if value and not value.isdigit():
            yield from (value, *re.split("[:/]", value))
    if denial is None:
        return
    yield from (policy.name for policy in denial.matched)
    if denial.resource:
        name = denial.resource.split(":", 5)[-1]
        yield from (
            part
            for part in (name.partition("/")[2] or name, name.rpartition("/")[2])
            if MASK not in part and not set(part) <= {"*", "/"}
        )


def _parameter_values(explanation: Explanation) -> Iterator[str]:
    for parameter in explanation.call.parameters:
        for value in _leaves(_parsed(parameter.value), _DEEPEST):
            yield value
            if value.startswith("acs:"):
                yield value.split(":", 5)[-1]
            if MASK in value and not _MASKED.fullmatch(value):
                yield from (part.strip() for part in value.split(MASK))
                yield from _PART.findall(value)


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
        if isinstance(value, dict):
            yield from (key for key in value if not _FIELD.fullmatch(key))
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item, depth - 1)


def _changed(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - walks values of any shape
    """A value with ``change`` applied to every text in it, those of the kept fields aside."""
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
