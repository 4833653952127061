"""``requestlog lookup``: the same ladder as in Slack, with the environment's credential, in the terminal."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.aliyun.deadline import Deadline
from bot.app.parts import lookup_parts
from bot.blocks.outcome import sentence
from bot.cli.ending import bad_usage, could_not
from bot.cli.terminal import put, shown
from bot.explain import Evidence, explain
from bot.explain.explanation import Explanation
from bot.identity.chain import NoOwnCredentialError, OwnCredential
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.languages import Language, Texts
from bot.logs import configure_logs
from bot.lookup.plan import plan
from bot.lookup.question import Question
from bot.outcomes import OUTCOMES, Found, NotConnected, NotFound, Outcome
from bot.requestids import Extraction, extract
from bot.requestids.pasted import pasted_error
from bot.settings import Environment, SettingsError, read_settings

TEXTS: Final = Texts("bot.cli", "lookup.toml")
MOST_AT_ONCE: Final = 20
MOST_ON_THE_TRAIL: Final = 3  # ActionTrail takes two calls a second; more RequestIds would only wait for the deadline


@dataclass(frozen=True, slots=True)
class Eyes:
    """Whose eyes the terminal has: the environment's identity, or the sentence that says why there is none."""

    identities: tuple[Identity, ...]
    trouble: str | None = None


def run_lookup(text: str, lang: Language | None, *, as_json: bool, verbose: bool) -> None:
    """Look up the RequestIds of a text, all at once; exit 0 when at least one was found."""
    environment = Environment()
    try:
        settings = read_settings(environment)
        parts = lookup_parts(settings)
    except SettingsError as error:
        bad_usage(error.reasons)
    configure_logs("DEBUG" if verbose else "CRITICAL")
    language = lang or settings.requestlog_lang
    extraction = extract(text)
    planned = plan(extraction)
    pasted = pasted_error(extraction)
    said = explain(pasted, Evidence(parts.catalog), language=language, now=datetime.now(UTC)) if pasted else None
    deadline = Deadline.after(settings.requestlog_deadline)
    eyes = _eyes(environment, language) if planned.request_ids else Eyes(())

    def ask(request_id: str) -> Outcome:
        return parts.lookup.answer(_question(request_id, extraction, language, said), eyes.identities, deadline)

    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        outcomes = [*pool.map(ask, planned.request_ids), *planned.unsupported]
    parts.close()
    _print(outcomes, said, eyes, language, as_json=as_json)
    if not any(isinstance(outcome, Found) for outcome in outcomes):
        could_not(_why_nothing(outcomes, eyes, language))


def _eyes(environment: Environment, language: Language) -> Eyes:
    try:
        credential = OwnCredential(environment).find()
    except NoOwnCredentialError:
        return Eyes((), TEXTS("no_credential", language))
    except CredentialMissingError as error:
        return Eyes((), TEXTS("bad_credential", language, said=error))
    masked = credential.masked_id
    name = masked if masked.strip("*") else TEXTS("own_credential", language)
    return Eyes((Identity(name, lambda: credential),))


def _question(request_id: str, extraction: Extraction, language: Language, said: Explanation | None) -> Question:
    return Question(
        request_id,
        language,
        lower_case=request_id in extraction.lower_case,
        inner=request_id in extraction.inner_ids,
        regions=extraction.regions,
        fallback=said if len(extraction.request_ids) == 1 else None,
        trail=len(extraction.request_ids) <= MOST_ON_THE_TRAIL,
    )


def _print(outcomes: list[Outcome], said: Explanation | None, eyes: Eyes, language: Language, *, as_json: bool) -> None:
    """Everything that was learnt. What ends the command unhappily is left to standard error, and not said twice."""
    if as_json:
        results = [_result(each, eyes, language) for each in outcomes]
        sys.stdout.write(json.dumps({"results": results}, ensure_ascii=False) + "\n")
        return
    found = any(isinstance(outcome, Found) for outcome in outcomes)
    told = outcomes if found or len(outcomes) > 1 else []
    parts: list[Any] = []
    for outcome in told:
        if isinstance(outcome, Found):
            parts.append(shown(outcome.explanation, outcome.rungs))
        elif not isinstance(outcome, NotConnected):
            parts.append(sentence(outcome, language))
    if said is not None and not found:
        parts.append(shown(said, ()))
    for number, part in enumerate(parts):
        put(*(["", "─" * 40, ""] if number else []), part)


def _result(outcome: Outcome, eyes: Eyes, language: Language) -> dict[str, Any]:
    explanation = outcome.explanation if isinstance(outcome, Found | NotFound) else None
    return {
        "request_id": outcome.request_id,
        "outcome": OUTCOMES[type(outcome)],
        "message": _message(outcome, eyes, language),
        "rungs": [{"rung": each.rung, "as": each.viewed_as, "result": each.result} for each in outcome.rungs],
        "explanation": explanation.as_json() if explanation else None,
    }


def _message(outcome: Outcome, eyes: Eyes, language: Language) -> str:
    return eyes.trouble if isinstance(outcome, NotConnected) and eyes.trouble else sentence(outcome, language)


def _why_nothing(outcomes: list[Outcome], eyes: Eyes, language: Language) -> str:
    if not outcomes:
        return TEXTS("no_ids", language)
    if len(outcomes) > 1 and not eyes.trouble:
        return TEXTS("none_found", language, count=len(outcomes))
    return _message(outcomes[0], eyes, language)
