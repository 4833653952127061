"""What to do next, and what the cause is, as far as somebody knows: never more than the sources say."""

from dataclasses import dataclass
from typing import Final

from bot.explain.catalog import Match
from bot.explain.denial import inside, layer_of
from bot.explain.explanation import Denial
from bot.explain.facts import Facts
from bot.explain.families import family_of, is_permission_code
from bot.explain.kind import Ending
from bot.explain.policy import is_dependent
from bot.explain.throttling import throttling_words
from bot.explain.wording import say
from bot.languages import Language

_MOST_STEPS: Final = 6
_SERVER_ERROR: Final = 500
_CONFLICT: Final = 409
_MANY_POLICIES: Final = frozenset({"account", "resource_group", "unknown"})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the error beside the log: the catalogue's match, and Alibaba Cloud's own solutions by their ids.

    ``inner`` is the catalogue's match of the error of the service's own call inside this one.
    """

    match: Match | None = None
    solution_ids: tuple[str, ...] = ()
    inner: Match | None = None


def cause(facts: Facts, ending: Ending, denied: Denial | None, known: Known, language: Language) -> str | None:
    """Why it failed: by the denial's facts, by the catalogue, else by the inner call; None when not even a message is left."""
    if ending.kind == "succeeded":
        return None
    if denied is not None and (known.match is None or tells(denied)):
        return denied.reason
    if known.match is not None:
        return known.match.cause
    return (
        throttling_words(facts, ending, language) or _inner_cause(facts, known, language) or _message(facts, ending, language)
    )


def _inner_cause(facts: Facts, known: Known, language: Language) -> str | None:
    code = facts.nested.error_code if facts.nested else None
    denied = is_permission_code(code)
    if code is None or not (denied or known.inner):
        return None
    words = [say("cause.nested_denied" if denied else "cause.nested", language, code=code)]
    return say("glue.sentences", language).join([*words, *([known.inner.cause] if known.inner else [])])


def _message(facts: Facts, ending: Ending, language: Language) -> str | None:
    if ending.error_message:
        return say("cause.message", language)
    return say("cause.page", language) if facts.body.format == "HTML" else None


def next_steps(facts: Facts, ending: Ending, denied: Denial | None, known: Known, language: Language) -> tuple[str, ...]:
    """The steps, most useful first; empty for a call that succeeded."""
    if ending.kind == "succeeded":
        return ()
    steps = _inner_call(facts, language)
    if denied is not None and tells(denied):
        steps += denial_steps(denied, facts, language)
    elif known.match is not None:
        steps += known.match.steps
    elif known.solution_ids:
        steps += [say("step.solutions", language, ids=", ".join(known.solution_ids))]
    elif denied is not None:
        steps += denial_steps(denied, facts, language)
    elif known.inner is not None:
        steps += known.inner.steps
    else:
        steps += _generic(facts, ending, language)
    return tuple(steps[:_MOST_STEPS])


def denial_steps(denied: Denial, facts: Facts, language: Language) -> list[str]:
    """Who has to change what for this very denial."""
    layer = layer_of(denied.policy_type)
    values = {
        "action": denied.action or say("reason.this_call", language),
        "who": denied.principal_words,
        "account": say("account.known" if denied.account_id else "account.unknown", language, account=denied.account_id or ""),
        "layer": inside(layer, denied.policy_type, language),
        "call": call_words(facts, language),
        "policy": say("glue.list", language).join(
            say("glue.quoted", language, text=item.name) for item in denied.matched if item.effect != "Allow"
        ),
    }
    keys = [f"denied.{layer}.{denied.deny}"]
    if denied.deny == "explicit":
        keys += ["denied.policy_named"] if values["policy"] else ["denied.find_policy"] if layer in _MANY_POLICIES else []
        keys.append("denied.allow_does_not_help")
    if denied.policy_draft is not None:
        keys += ["denied.dependent"] if is_dependent(denied.action, facts.product, facts.api) else []
        exact = denied.policy_draft["Statement"][0]["Resource"] == denied.resource
        keys += [] if exact else ["denied.draft_to_narrow"]
    if layer == "unknown":
        keys.append("denied.decode_first" if facts.decodable else "denied.no_detail")
    return [say(key, language, **values) for key in keys]


def call_words(facts: Facts, language: Language) -> str:
    """The call in a few words: product code and API, literally."""
    words = " ".join(filter(None, (facts.product, facts.api)))
    return words or say("call.unnamed", language)


def tells(denied: Denial) -> bool:
    """Whether the denial's own facts say more than the catalogue could."""
    return layer_of(denied.policy_type) != "unknown" or denied.deny != "unknown" or denied.action is not None


def _inner_call(facts: Facts, language: Language) -> list[str]:
    nested = facts.nested
    if nested is None:
        return []
    key = "step.nested" if nested.request_id else "step.nested_unnamed"
    return [say(key, language, id=nested.request_id or "", code=nested.error_code or say("call.no_code", language))]


def _generic(facts: Facts, ending: Ending, language: Language) -> list[str]:
    """Steps by the look of the code, for one that the catalogue doesn't know; it says so."""
    if facts.body.format == "HTML":
        return [say("step.page", language), say("step.ticket", language)]
    family = family_of(ending.error_code) if ending.error_code else None
    if family is None:
        server = ending.status is not None and ending.status >= _SERVER_ERROR
        conflict = "conflict_status" if ending.status == _CONFLICT else "unknown"
        family_key = "throttling" if ending.kind == "throttled" else "internal" if server else conflict
    else:
        family_key = family
    steps = [say(f"step.{family_key}", language)]
    if ending.error_code:
        steps.append(say("step.not_in_catalogue", language, code=ending.error_code))
    return steps
