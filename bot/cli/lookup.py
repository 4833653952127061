"""``requestlog lookup``: the same ladder as in Slack, with the environment's credential, in the terminal."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.aliyun.deadline import Deadline
from bot.app.parts import lookup_parts
from bot.blocks.outcome import sentence
from bot.cli.ending import bad_usage, could_not
from bot.cli.terminal import show
from bot.identity.directory import Identity
from bot.identity.references import OWN_PREFIX, CredentialMissingError, from_environment
from bot.logs import configure_logs
from bot.lookup import Question
from bot.lookup.plan import plan, said_by
from bot.outcomes import OUTCOMES, Found, NotFound, Outcome
from bot.requestids import extract
from bot.settings import Environment, SettingsError, read_settings

if TYPE_CHECKING:
    from bot.explain.explanation import Explanation
    from bot.languages import Language
    from bot.requestids import Extraction

SIDE_BY_SIDE = 8


def run_lookup(text: str, lang: Language | None, *, as_json: bool, verbose: bool) -> None:
    """Look up the RequestIds of a text; exit 0 when at least one was found."""
    environment = Environment()
    try:
        settings = read_settings(environment)
    except SettingsError as error:
        bad_usage(error.reasons)
    configure_logs("DEBUG" if verbose else "CRITICAL")
    language = lang or settings.requestlog_lang
    extraction = extract(text)
    planned = plan(extraction)
    parts = lookup_parts(settings)
    said = said_by(extraction, language, datetime.now(UTC), parts.catalog)

    def ask(request_id: str) -> Outcome:
        question = _question(request_id, extraction, language, said)
        return parts.lookup.answer(question, _identities(environment), Deadline.after(settings.requestlog_deadline))

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        outcomes = [*pool.map(ask, planned.request_ids), *planned.unsupported]
    parts.close()
    _print(outcomes, said, language, as_json=as_json)
    if not any(isinstance(outcome, Found) for outcome in outcomes):
        could_not(_why_nothing(outcomes, said, language))


def _identities(environment: Environment) -> tuple[Identity, ...]:
    try:
        credential = from_environment(OWN_PREFIX, environment)
    except CredentialMissingError:
        return ()
    return (Identity("environment", lambda: credential),)


def _question(request_id: str, extraction: Extraction, language: Language, said: Explanation | None) -> Question:
    return Question(
        request_id,
        language,
        lower_case=request_id in extraction.lower_case,
        inner=request_id in extraction.inner_ids,
        regions=extraction.regions,
        fallback=said if len(extraction.request_ids) == 1 else None,
    )


def _print(outcomes: list[Outcome], said: Explanation | None, language: Language, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"results": [_result(each, language) for each in outcomes]}, ensure_ascii=False) + "\n")
        return
    for number, outcome in enumerate(outcomes):
        if number:
            print("\n" + "─" * 40 + "\n")  # noqa: T201 - a command line prints
        if isinstance(outcome, Found):
            show(outcome.explanation, outcome.rungs)
        else:
            print(sentence(outcome, language))  # noqa: T201
    if said is not None and not any(isinstance(outcome, Found) for outcome in outcomes):
        show(said, ())


def _result(outcome: Outcome, language: Language) -> dict[str, Any]:
    explanation = outcome.explanation if isinstance(outcome, Found | NotFound) else None
    return {
        "request_id": outcome.request_id,
        "outcome": OUTCOMES[type(outcome)],
        "message": sentence(outcome, language),
        "rungs": [{"rung": each.rung, "as": each.viewed_as, "result": each.result} for each in outcome.rungs],
        "explanation": explanation.as_json() if explanation else None,
    }


def _why_nothing(outcomes: list[Outcome], said: Explanation | None, language: Language) -> str:
    from bot.blocks.help import nothing_found  # noqa: PLC0415 - only a text without ids needs it

    if not outcomes:
        return said.verdict if said else nothing_found(language).text
    return sentence(outcomes[0], language)
