"""The one line that says how a call ended; also the text of the notification."""

from typing import Final

from bot.explain.catalog import Match
from bot.explain.denial import inside, layer_of
from bot.explain.explanation import Denial
from bot.explain.facts import Facts
from bot.explain.kind import Ending
from bot.explain.next_steps import call_words, tells
from bot.explain.visible import cut, one_line
from bot.explain.wording import say
from bot.languages import Language

_LONGEST: Final = 300
_NAMELESS: Final = ("failed", "throttled")
_LONGEST_NAME: Final = 160


def verdict(facts: Facts, ending: Ending, denied: Denial | None, match: Match | None, language: Language) -> str:
    """One line, at most 300 characters. A denial names the denied action, everything else product, API and code."""
    if denied is None:
        line = _ended(facts, ending, match, language)
    elif match is not None and not tells(denied):
        line = _known_denial(facts, denied, match, language)
    else:
        line = _denied(facts, denied, language)
    return cut(one_line(line), _LONGEST)


def _denied(facts: Facts, denied: Denial, language: Language) -> str:
    layer = layer_of(denied.policy_type)
    plain = layer == "unknown" or (layer == "account" and denied.deny != "unknown")
    key = denied.deny if plain else f"{denied.deny}_layer"
    return say(
        f"verdict.denied.{key}",
        language,
        what=cut(denied.action or call_words(facts, language), _LONGEST_NAME),
        who=cut(denied.principal_words, _LONGEST_NAME),
        layer=inside(layer, denied.policy_type, language),
    )


def _known_denial(facts: Facts, denied: Denial, match: Match, language: Language) -> str:
    """A refusal of which only the code tells, and the catalogue what it means: risk control, a product not activated."""
    who, what = cut(denied.principal_words, _LONGEST_NAME), cut(call_words(facts, language), _LONGEST_NAME)
    return say("verdict.denied.known", language, what=what, who=who, title=match.title)


def _ended(facts: Facts, ending: Ending, match: Match | None, language: Language) -> str:
    silent = ending.kind == "succeeded" and ending.status is None
    key: str = "silent" if silent and not facts.says_success else ending.kind
    if key in _NAMELESS and not (facts.api or facts.product):
        key = f"{key}_unnamed"
    error = ending.error_code or (say("call.no_code", language))
    if match is not None:
        error = say("verdict.titled", language, code=error, title=match.title)
    status = say("verdict.status", language, status=facts.http_status) if facts.http_status else ""
    return say(f"verdict.{key}", language, call=cut(call_words(facts, language), _LONGEST_NAME), error=error, status=status)
