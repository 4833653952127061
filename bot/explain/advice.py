"""What to do about a call that ended: the next steps, whether the same request may be repeated, and who can fix it."""

import re
from collections.abc import Sequence
from typing import Final

from bot.explain.denial import inside, is_dependent, layer_of
from bot.explain.explanation import Denial, Retry
from bot.explain.facts import Facts
from bot.explain.judgement import NEVER, Judgement
from bot.explain.sentences import Known
from bot.explain.wording import joined, say
from bot.languages import Language

_MOST_STEPS: Final = 6
#: The field of an error answer that names action, policy type and kind of denial.
_DETAIL: Final = "AccessDeniedDetail"
_MANY_POLICIES: Final = frozenset({"account", "resource_group", "unknown"})
_SERVER_ERROR: Final = 500
_UNAVAILABLE: Final = 503
_PAUSE = re.compile(r"(?:after|in|for|wait) (\d{1,4}) ?(second|minute|hour)|(\d{1,4}) ?(秒|分钟|小时)后", re.IGNORECASE)
_UNITS: Final = {"second": "seconds", "minute": "minutes", "hour": "hours", "秒": "seconds", "分钟": "minutes", "小时": "hours"}
_LONGEST_READ: Final = 20_000
_UNDECIDED: Final = ("timeout", "internal")


def next_steps(known: Known) -> tuple[str, ...]:
    """The steps, most useful first; empty for a call that succeeded."""
    judged, denied, nested = known.judged, known.denied, known.facts.nested
    if judged.kind == "succeeded":
        return ()
    steps: list[str] = []
    if nested is not None:
        key = "step.nested" if nested.request_id else "step.nested_unnamed"
        steps.append(known.say(key, id=nested.request_id or "", code=nested.error_code or known.say("call.no_code")))
    solutions = [known.say("step.solutions", ids=", ".join(known.solution_ids))] if known.solution_ids else []
    if denied is not None and not known.tells and known.own_words:
        steps += known.own_words.steps
    elif denied is not None and (known.tells or judged.match is None):
        steps += _denial_steps(known, denied)
    elif judged.match is not None:
        steps += _without_the_log(judged.match.steps_for(known.facts.reads_only), known)
    elif known.inner_words:
        steps += known.inner_words.steps
    elif judged.reading is not None:
        steps += [*judged.reading.words(known.language).steps, *solutions]
    else:
        steps += solutions or _generic(known)
    return tuple(steps[:_MOST_STEPS])


def fixer(known: Known, retry: Retry | None) -> str | None:
    """Who can fix it: by the layer of a denial, else by what the error means, else by whether repeating helps.

    None where nothing tells.
    """
    judged, denied, told = known.judged, known.denied, known.meaning
    if judged.kind == "succeeded":
        return None
    if denied is not None and denied.who_can_fix != "unknown":
        return denied.fixer
    if retry in ("wait", "safe"):
        who = (told.fixer if told and told.retry == retry and judged.kind == "failed" else None) or retry
    elif denied is not None:
        who = (told.fixer if told else None) or ("unknown" if denied.policy_type else "ram_admin_perhaps")
    else:
        who = (told.fixer if told else None) or ("check" if retry == "never" else "caller" if retry else "unknown")
    return None if who == "unknown" else known.say(f"fixer.{who}", account=known.account)


def _without_the_log(steps: Sequence[str], known: Known) -> Sequence[str]:
    """Who reads the log is not sent to it for a detail that it does not hold; somebody else may know."""
    if not known.facts.logged or not any(_DETAIL in step for step in steps):
        return steps
    ask = known.say("denied.unknown.unknown", **_spans(known, known.denied)) if known.denied else None
    return [*([ask] if ask else []), *(step for step in steps if _DETAIL not in step)]


def _denial_steps(known: Known, denied: Denial) -> list[str]:
    """Who has to change what for this very denial."""
    layer, values = layer_of(denied.policy_type), _spans(known, denied)
    keys = [f"denied.{layer}.{denied.deny}"]
    if denied.deny == "explicit":
        keys += ["denied.policy_named"] if values["policy"] else ["denied.find_policy"] if layer in _MANY_POLICIES else []
        keys.append("denied.allow_does_not_help")
    if denied.policy_draft is not None:
        keys += ["denied.dependent"] if is_dependent(denied.action, known.facts.product, known.facts.api) else []
        keys += ["denied.draft_to_narrow"] if denied.draft_to_narrow else []
    if layer == "unknown" and (known.facts.decodable or not known.facts.logged):
        keys.append("denied.decode_first" if known.facts.decodable else "denied.no_detail")
    return [known.say(key, **values) for key in keys]


def _spans(known: Known, denied: Denial) -> dict[str, str]:
    """What the steps of a denial are filled with."""
    layer = layer_of(denied.policy_type)
    return {
        "action": denied.action or (known.call if known.call_named else known.say("reason.this_call")),
        "who": denied.principal_words,
        "account": known.account,
        "layer": inside(layer, denied.policy_type, known.language),
        "call": known.call,
        "policy": known.say("glue.list").join(
            known.say("glue.quoted", text=item.name) for item in denied.matched if item.effect != "Allow"
        ),
    }


def _generic(known: Known) -> list[str]:
    """Steps for an error that no entry and no message explains; they say so."""
    judged = known.judged
    if known.facts.body.format == "HTML":
        return [known.say("step.page"), known.say("step.ticket")]
    if judged.family is not None:
        steps = list(judged.family.words(known.language).steps)
    elif judged.kind == "throttled":
        steps = [known.say("step.throttling")]
    else:
        server = judged.status is not None and judged.status >= _SERVER_ERROR
        steps = [known.say("step.internal" if server else "step.unknown")]
    return [*steps, known.say("step.not_in_catalogue", code=judged.error_code)] if judged.error_code else steps


def retry_verdict(facts: Facts, judged: Judgement, language: Language) -> tuple[Retry | None, str | None]:
    """The verdict and its reason in words; both None for a call that succeeded. Without evidence the verdict is None."""
    if judged.kind == "succeeded":
        return None, None
    verdict, because = _verdict(facts, judged, language)
    pause = _pause(judged.error_message, language) if verdict == "wait" else None
    return verdict, joined(language, because, pause)


def _verdict(facts: Facts, judged: Judgement, language: Language) -> tuple[Retry | None, str]:
    told = judged.family if judged.family and judged.family.id in NEVER else judged.meaning
    if told is not None and told.id in NEVER:
        return "never", told.words(language).because or say("retry.never", language)
    if judged.kind == "denied":
        never = judged.match is not None and judged.match.retry == "never"
        return ("never", say("retry.never", language)) if never else ("change", say("retry.permission", language))
    if judged.kind == "throttled":
        return "wait", _because(judged, "wait", language) or say("retry.throttling", language)
    if _may_have_been_carried_out(judged):
        return _undecided(facts, judged, language)
    verdict = (judged.match.retry if judged.match else None) or (told.retry if told else None)
    return verdict, _because(judged, verdict, language) or say(f"retry.{verdict or 'unknown'}", language)


def _because(judged: Judgement, verdict: Retry | None, language: Language) -> str | None:
    """The reason in the words of a meaning with this verdict, the code's first where an entry tells."""
    meanings = (judged.family, judged.reading) if judged.match else (judged.reading, judged.family)
    words = (each.words(language).because for each in meanings if each is not None and each.retry == verdict)
    return next(filter(None, words), None)


def _pause(message: str | None, language: Language) -> str | None:
    """The pause that a message itself asks for."""
    found = _PAUSE.search((message or "")[:_LONGEST_READ])
    if found is None:
        return None
    count, unit = next((found[n], found[n + 1]) for n in (1, 3) if found[n])
    span = say(f"span.{_UNITS[unit.lower()]}", language, count=count)
    return say("retry.pause", language, span=span)


def _may_have_been_carried_out(judged: Judgement) -> bool:
    """Whether the answer leaves open what the service did: a code that names a refusal settles it, whatever the status."""
    match, told = judged.match, judged.meaning
    server = judged.status is not None and judged.status >= _SERVER_ERROR
    if told is None:
        return server and (match is None or match.retry in ("safe", "never"))
    if told.id == "unavailable":
        return server or judged.status is None
    return told.id in _UNDECIDED


def _undecided(facts: Facts, judged: Judgement, language: Language) -> tuple[Retry, str]:
    if not facts.reads_only and not facts.idempotent:
        return "never", say("retry.write" if facts.reads_only is False else "retry.perhaps_write", language)
    told = judged.meaning
    if told.id == "unavailable" if told else judged.status == _UNAVAILABLE:
        return "wait", say("retry.unavailable", language)
    return "safe", say("retry.read" if facts.reads_only else "retry.token", language)
