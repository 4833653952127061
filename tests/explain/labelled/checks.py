"""Whether an explanation says what its labels expect, label by label."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from bot.explain.explanation import Explanation

NOT_CHECKED: Final = frozenset({"why", "raw", "repeat", "error"})


@dataclass(frozen=True, slots=True)
class Check:
    """One label held against the explanation: the field, whether it is right, and both values in words."""

    field: str
    right: bool
    words: str


def checks(explanation: Explanation, labels: dict[str, Any]) -> Iterator[Check]:
    """Every label of a case held against its explanation."""
    for key, expected in labels.items():
        if key not in NOT_CHECKED:
            yield from LISTS[key](explanation, expected) if key in LISTS else (_one(explanation, key, expected),)


def leaves(value: object) -> Iterator[str]:
    """Every text inside a value, the keys too."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(key)
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield str(value)


def field(shown: dict[str, Any], path: str) -> object:
    """The value at a dotted path of the JSON form; None where a table on the way is null."""
    value: Any = shown
    for part in path.split("."):
        value = value[part] if value is not None else None
    return value


def draft(explanation: Explanation) -> dict[str, Any] | None:
    """The drafted policy, if there is one."""
    return explanation.denial.policy_draft if explanation.denial else None


def drafted(explanation: Explanation, element: str) -> list[str]:
    """What the draft's statements name: their ``Action`` or ``Resource``, as one list."""
    statements = (draft(explanation) or {}).get("Statement", [])
    named: list[str] = []
    for statement in statements if isinstance(statements, list) else [statements]:
        value = statement[element]
        named += [value] if isinstance(value, str) else value
    return named


def _found(explanation: Explanation, key: str) -> object:
    nested = explanation.nested.request_id if explanation.nested else None
    if key == "draft":
        return draft(explanation) is not None
    if key == "nested_request_id":
        return nested
    if key == "no_nested":
        return nested is None
    return field(explanation.as_json(), key)


def _one(explanation: Explanation, key: str, expected: object) -> Check:
    found = _found(explanation, key)
    return Check(key, type(found) is type(expected) and found == expected, f"{key}: expected {expected!r}, found {found!r}")


def _null(explanation: Explanation, paths: list[str]) -> Iterator[Check]:
    for path in paths:
        found = field(explanation.as_json(), path)
        yield Check(path, found is None, f"{path}: expected null, found {found!r}")


def _unknown(explanation: Explanation, paths: list[str]) -> Iterator[Check]:
    for path in paths:
        found = field(explanation.as_json(), path)
        yield Check(path, found in (None, "unknown"), f"{path}: nothing is known of it, found {found!r}")


def _choices(explanation: Explanation, choices: dict[str, list[str]]) -> Iterator[Check]:
    for path, allowed in choices.items():
        found = field(explanation.as_json(), path)
        yield Check(path, found in allowed, f"{path}: expected one of {allowed}, found {found!r}")


def _named(key: str, element: str) -> Callable[[Explanation, str], Iterator[Check]]:
    def check(explanation: Explanation, expected: str) -> Iterator[Check]:
        found = drafted(explanation, element)
        yield Check(key, found == [expected], f"{key}: expected only {expected!r}, found {found!r}")

    return check


def _holds(key: str, path: str) -> Callable[[Explanation, list[str]], Iterator[Check]]:
    def check(explanation: Explanation, literals: list[str]) -> Iterator[Check]:
        text = str(field(explanation.as_json(), path))
        for literal in literals:
            yield Check(key, literal in text, f"{key}: {literal!r} is not in {text!r}")

    return check


def _product_names(explanation: Explanation, names: dict[str, str]) -> Iterator[Check]:
    expected = names[explanation.language]
    right = explanation.product_name == expected
    yield Check("product_name", right, f"product_name: expected {expected!r}, found {explanation.product_name!r}")


def _all_texts(explanation: Explanation) -> str:
    return "\n".join([*leaves(asdict(explanation)), *leaves(explanation.as_json())])


def _shows(explanation: Explanation, literals: list[str]) -> Iterator[Check]:
    texts = _all_texts(explanation)
    for literal in literals:
        yield Check("shows", literal in texts, f"shows: {literal!r} stands nowhere")


def _never_shows(explanation: Explanation, secrets: list[str]) -> Iterator[Check]:
    texts = _all_texts(explanation)
    for secret in secrets:
        yield Check("never_shows", secret not in texts, f"never_shows: {secret!r} is shown")


LISTS: Final[dict[str, Callable[[Explanation, Any], Iterator[Check]]]] = {
    "absent": _null,
    "unknown": _unknown,
    "one_of": _choices,
    "draft_action": _named("draft_action", "Action"),
    "draft_resource": _named("draft_resource", "Resource"),
    "verdict_holds": _holds("verdict_holds", "verdict"),
    "error_message_holds": _holds("error_message_holds", "error_message"),
    "never_shows": _never_shows,
    "product_names": _product_names,
    "shows": _shows,
}
