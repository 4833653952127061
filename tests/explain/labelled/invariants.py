"""What the contract promises of every explanation, whatever the answer was."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from bot.explain.explanation import Explanation

from .checks import draft, drafted

KINDS: Final = {"succeeded", "succeeded_but", "failed", "denied", "throttled"}
RETRIES: Final = {"safe", "wait", "change", "never"}
DENIES: Final = {"implicit", "explicit", "unknown"}
FIXERS: Final = {"ram_admin", "resource_directory_admin", "role_owner", "session_issuer", "resource_owner", "unknown"}
READINGS: Final = {"normal", "slow_service", "client_delay", "clock_skew", "unknown"}
SOURCES: Final = {"catalogue", "solutions", "log", "text"}
FIELDS: Final = {
    *("kind", "request_id", "api", "product", "region_id", "http_status", "error_code", "error_message", "verdict"),
    *("cause", "next_steps", "retry", "denial", "timing", "sources"),
}
DENIAL_FIELDS: Final = {
    *("principal_type", "principal", "account_id", "action", "resource", "policy_type", "deny", "who_can_fix"),
    *("policy_draft", "no_draft_because"),
}
ENUMERATED: Final = ("kind", "request_id", "api", "product", "region_id", "http_status", "error_code", "retry", "timing")
ENUMERATED_OF_DENIAL: Final = tuple(sorted(DENIAL_FIELDS - {"no_draft_because"}))

_CJK: Final = re.compile(r"[\u4e00-\u9fff]")
_QUOTED: Final = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|`[^`]*`|\"[^\"]*\"")
_SENTENCE_END: Final = re.compile(r"[。！？\n]|(?<=[.!?])\s+(?=[A-Z])")
_ACTION: Final = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9]+")


def broken(explanation: Explanation) -> Iterator[str]:
    """Every promise that an explanation breaks, in words."""
    shown = explanation.as_json()
    yield from _shapes(shown)
    yield from _draft(explanation)
    yield from _cleanliness(shown)
    if explanation.language == "zh":
        yield from _without_chinese(shown)


def different(first: Explanation, second: Explanation) -> Iterator[str]:
    """Every enumerated value that differs between two languages of one answer."""
    one, other = first.as_json(), second.as_json()
    for key in ENUMERATED:
        if one[key] != other[key]:
            yield f"{key}: {one[key]!r} and {other[key]!r}"
    for key in ENUMERATED_OF_DENIAL:
        if (one["denial"] or {}).get(key) != (other["denial"] or {}).get(key):
            yield f"denial.{key} differs"


def _shapes(shown: dict[str, Any]) -> Iterator[str]:
    denial, timing = shown["denial"], shown["timing"]
    rules = {
        "fields are missing": shown.keys() >= FIELDS,
        "kind is none of the contract's": shown["kind"] in KINDS,
        "retry is null of what succeeded": shown["retry"] is None or shown["kind"] != "succeeded",
        "retry is none of the contract's": shown["retry"] is None or shown["retry"] in RETRIES,
        "a denial stands exactly beside kind denied": (denial is not None) == (shown["kind"] == "denied"),
        "reading is none of the contract's": timing["reading"] in READINGS,
        "a source's kind is none of the contract's": all(source["kind"] in SOURCES for source in shown["sources"]),
        "http_status is text or null": isinstance(shown["http_status"], str | None),
        "next_steps are texts": all(isinstance(step, str) and step for step in shown["next_steps"]),
        "the times are whole numbers or null": all(
            type(timing[k]) in (int, type(None)) for k in ("duration_ms", "clock_skew_s")
        ),
    }
    yield from (rule for rule, kept in rules.items() if not kept)
    if denial is not None:
        yield from _denial_shapes(denial)


def _denial_shapes(denial: dict[str, Any]) -> Iterator[str]:
    rules = {
        "denial fields are missing": denial.keys() >= DENIAL_FIELDS,
        "deny is none of the contract's": denial["deny"] in DENIES,
        "who_can_fix is none of the contract's": denial["who_can_fix"] in FIXERS,
        "without a draft no_draft_because says why": bool(denial["policy_draft"]) != bool(denial["no_draft_because"]),
    }
    yield from (rule for rule, kept in rules.items() if not kept)


def _draft(explanation: Explanation) -> Iterator[str]:
    policy = draft(explanation)
    if policy is None:
        return
    actions, resources = drafted(explanation, "Action"), drafted(explanation, "Resource")
    if not actions or not all(_ACTION.fullmatch(action) for action in actions):
        yield f"the draft grants what is no action: {actions}"
    if not resources or not all(resource.startswith("acs:") for resource in resources):
        yield f"the draft names what is no resource: {resources}"
    if policy.get("Version") != "1":
        yield "the draft is no RAM policy of version 1"
    if any(statement.get("Effect") != "Allow" for statement in policy["Statement"]):
        yield "the draft does more than allow"
    if explanation.denial and explanation.denial.deny != "implicit":
        yield "a draft stands beside a denial that is not implicit"


def _texts(shown: dict[str, Any]) -> Iterator[str]:
    yield shown["verdict"]
    yield shown["cause"] or ""
    yield from shown["next_steps"]


def _cleanliness(shown: dict[str, Any]) -> Iterator[str]:
    if not shown["verdict"] or len(shown["verdict"].splitlines()) != 1:
        yield f"the verdict is not one line: {shown['verdict']!r}"
    for text in (*_texts(shown), shown["error_message"] or ""):
        if any(unicodedata.category(character) == "Cc" and character not in "\n\t" for character in text):
            yield f"a control character stands in {text!r}"
    try:
        json.dumps(shown, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        yield "the JSON form cannot be written as UTF-8"


def _without_chinese(shown: dict[str, Any]) -> Iterator[str]:
    for text in _texts(shown):
        for sentence in _SENTENCE_END.split(_QUOTED.sub("", text)):
            if re.search(r"\w", sentence) and not _CJK.search(sentence):
                yield f"a sentence without Chinese: {sentence!r} in {text!r}"
