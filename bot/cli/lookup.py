"""``requestlog lookup``: the same ladder as in Slack, with the environment's credential, in the terminal."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType

from bot.aliyun.deadline import Deadline
from bot.app.parts import lookup_parts
from bot.blocks.outcome import reason, sentence
from bot.cli.streams import TEXTS, bad_usage, could_not, print_json
from bot.cli.terminal import put, put_apart, shown, summed_up
from bot.explain.explanation import Explanation
from bot.identity.chain import NoOwnCredentialError, OwnCredential
from bot.identity.directory import Access, Identity
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.logs import configure_logs
from bot.lookup.plan import MOST_AT_ONCE, Asking, Question, from_text, plan, questions
from bot.outcomes import OUTCOMES, Found, NotConnected, Outcome, Refused, Rung, Unavailable
from bot.requestids import extract
from bot.settings import Environment, SettingsError, read_settings


@dataclass(frozen=True, slots=True)
class Viewer:
    """As whom the terminal looks: the environment's identity, or the sentence that says why there is none."""

    identities: tuple[Identity, ...]
    trouble: str | None = None


def run_lookup(text: str, lang: Language | None, *, as_json: bool, verbose: bool) -> None:
    """Look up the RequestIds of a text, all at once; exit 0 when at least one was found."""
    environment = Environment()
    try:
        settings = read_settings(environment)
        parts = lookup_parts(settings, environment)
    except SettingsError as error:
        bad_usage(error.reasons)
    configure_logs("DEBUG" if verbose else "CRITICAL")
    language = lang or settings.requestlog_lang
    extraction = extract(text)
    planned = plan(extraction)
    asking = Asking(language, datetime.now(UTC), parts.catalog)
    asked = questions(extraction, asking)
    deadline = Deadline.after(settings.requestlog_deadline)
    viewer = _viewer(parts.own, language) if planned.request_ids else Viewer(())

    def ask(question: Question) -> Outcome:
        return parts.lookup.answer(question, Access(viewer.identities), deadline).outcome

    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        outcomes = [*pool.map(ask, asked), *planned.unsupported]
    parts.close()
    said = {each.request_id or f"#{number}": each for number, each in enumerate(from_text(extraction, asking))}
    said |= {question.request_id: question.fallback for question in asked if question.fallback}
    if as_json:
        results = [_result(each, said.get(each.request_id), viewer, language) for each in outcomes]
        print_json({"results": results} | ({"beyond": planned.beyond} if planned.beyond else {}))
    else:
        put_apart(_parts(outcomes, said, viewer, language))
        if planned.beyond:
            put("", TEXTS("beyond", language, limit=MOST_AT_ONCE))
            print("requestlog lookup", *planned.beyond)  # to be copied: no line of it is broken
    if not any(isinstance(outcome, Found) for outcome in outcomes):
        could_not(_why_nothing(outcomes, viewer, language))


def _viewer(own: OwnCredential, language: Language) -> Viewer:
    try:
        credential = own.find()
    except NoOwnCredentialError:
        return Viewer((), TEXTS("no_credential", language))
    except CredentialMissingError as error:
        return Viewer((), TEXTS("bad_credential", language, said=error))
    masked = credential.masked_id
    name = masked if masked.strip("*") else TEXTS("own_credential", language)
    return Viewer((Identity(name, own.find),))


def _parts(outcomes: list[Outcome], said: dict[str, Explanation], viewer: Viewer, language: Language) -> list[RenderableType]:
    """Everything that was learnt, of several ids the sum last, where the reader's eye is.

    What ends the command unhappily is left to standard error, and not said twice.
    """
    rest = dict(said)
    parts: list[RenderableType] = []
    for outcome in outcomes:
        own = rest.pop(outcome.request_id, None)
        if isinstance(outcome, Found):
            rungs = tuple(_in_person(rung, language) for rung in outcome.rungs)
            parts.append(shown(outcome.explanation, rungs))
        elif own:
            told = () if len(outcomes) == 1 or isinstance(outcome, NotConnected) else (_message(outcome, viewer, language),)
            parts.append(Group(*told, shown(own)))
    if not any(isinstance(outcome, Found) for outcome in outcomes):
        parts += [shown(each) for each in rest.values()]
    if len(outcomes) > 1:
        parts.append(summed_up(outcomes, lambda outcome: _reason(outcome, viewer, language), language))
    return parts


def _in_person(rung: Rung, language: Language) -> Rung:
    """A rung that says that it was the person at this terminal who asked."""
    name = rung.viewed_as
    return replace(rung, viewed_as=TEXTS("you", language, name=name)) if name.strip("*") != name else rung


def _result(outcome: Outcome, said: Explanation | None, viewer: Viewer, language: Language) -> dict[str, Any]:
    explanation = outcome.explanation if isinstance(outcome, Found) else said
    return {
        "request_id": outcome.request_id,
        "outcome": OUTCOMES[type(outcome)],
        "message": _message(outcome, viewer, language),
        "rungs": [{"rung": each.rung, "as": each.viewed_as, "result": each.result} for each in outcome.rungs],
        "explanation": explanation.as_json() if explanation else None,
    }


def _message(outcome: Outcome, viewer: Viewer, language: Language) -> str:
    why = _reason(outcome, viewer, language)
    return why if isinstance(outcome, NotConnected) and viewer.trouble else sentence(outcome, language, why)


def _reason(outcome: Outcome, viewer: Viewer, language: Language) -> str:
    """Why, for who runs this program themselves: nobody else is to be asked to mend it."""
    if isinstance(outcome, NotConnected) and viewer.trouble:
        return viewer.trouble
    key = f"here.{outcome.reason}" if isinstance(outcome, Refused | Unavailable) else ""
    return TEXTS(key, language) if TEXTS.has(key) else reason(outcome, language)


def _why_nothing(outcomes: list[Outcome], viewer: Viewer, language: Language) -> str:
    if not outcomes:
        return TEXTS("no_ids", language)
    if len(outcomes) > 1 and not viewer.trouble:
        return TEXTS("none_found", language, count=len(outcomes))
    return _message(outcomes[0], viewer, language)
