"""A text with RequestIds in it → each looked up as the asker → one private answer; and the slash command that asks for it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from bot.aliyun.deadline import Deadline
from bot.blocks.help import help_message, nothing_found
from bot.blocks.kit import Message
from bot.blocks.outcome import outcome_message
from bot.blocks.requestlog import card
from bot.blocks.summary import looking_up, progress, summary, with_notes
from bot.delivery import UndeliverableError
from bot.explain import with_inner
from bot.explain.explanation import Explanation
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services
from bot.handlers.subcommands import nearest
from bot.identity.directory import Identity
from bot.languages import Language
from bot.lookup.plan import Asking, Plan, Question, from_text, plan, questions
from bot.outcomes import Found, NotConnected, Outcome, Refused
from bot.requestids import Extraction, extract

#: Twenty ids are two rounds; more at once would only meet the vendor's flow control.
SIDE_BY_SIDE: Final = 10
LONGEST_UNKNOWN_WORD: Final = 40
#: A response_url of a command takes five posts and replaces none of them (slackapi/bolt-js#2287), so one note has to do,
#: and only for those who have waited a while.
PROGRESS_AFTER_S: Final = (1.5,)


@dataclass(frozen=True, slots=True)
class Watch:
    """Who wants to hear how far the look-ups are: ``tell(done, total)``, after so many seconds each, while they run."""

    tell: Callable[[int, int], None]
    pauses_s: tuple[float, ...]


def typed(services: Services, ask: Ask) -> None:
    """The slash command: the answer, and before it, when that takes long, how far it is."""
    language = services.language(ask.person)

    def tell(done: int, total: int) -> None:
        try:
            services.tell(ask, looking_up(language) if total == 1 else progress(done, total, language))
        except UndeliverableError:
            return  # the answer itself finds another way, or is noted as undeliverable

    services.tell(ask, answer(services, ask, language, Watch(tell, PROGRESS_AFTER_S)))


def answer(services: Services, ask: Ask, language: Language, watch: Watch | None = None) -> Message:
    """The private answer to a text, whatever it holds. ``watch`` hears of the look-ups while they run."""
    extraction = extract(ask.text)
    planned = plan(extraction)
    now = services.clock()
    if not planned.request_ids:
        said = next(iter(from_text(extraction, Asking(language, now, services.catalog))), None)
        if said is not None or not planned.unsupported:
            return _without_ids(ask, said, planned, language, now)
    asked = outcomes(services, ask, extraction, planned, language, watch=watch)
    all_ended = (*asked, *planned.unsupported)
    services.memory.keep(ask.person, all_ended)
    if (len(all_ended) == 1 and not planned.beyond) or all(isinstance(each, NotConnected) for each in all_ended):
        handoff = services.settings.requestlog_admin_channel is not None
        outcome = with_inner_call(services, ask, all_ended[0], language)
        return outcome_message(outcome, language, now=now, reference=ask.reference, handoff=handoff)
    return summary(all_ended, planned.beyond, language)


def outcomes(
    services: Services,
    ask: Ask,
    extraction: Extraction,
    planned: Plan,
    language: Language,
    *,
    watch: Watch | None = None,
    fresh: bool = False,
) -> tuple[Outcome, ...]:
    """The outcome of each planned RequestId, looked up as the asker, in the text's order; ``fresh`` asks past the cache."""
    if not planned.request_ids:
        return ()
    access = services.directory.access(ask.person, ask.origin.channel)
    if access.barrier == "channel":
        return tuple(Refused(each, "channel") for each in planned.request_ids)
    if access.identities and not services.rate.allows(ask.person.key, len(planned.request_ids) - 1):  # the runner counted one
        return tuple(Refused(each, "rate") for each in planned.request_ids)
    asked_at = None if ask.said_at is None else datetime.fromtimestamp(ask.said_at, UTC)
    asking = Asking(language, services.clock(), services.catalog, asked_at, ask.person, fresh=fresh)
    asked = questions(extraction, asking)
    look = partial(_look, services, access.identities)
    if len(asked) == 1 and watch is None:
        return (look(asked[0]),)
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(asked)), "lookup") as pool:
        running = [pool.submit(look, each) for each in asked]
        if watch is not None:
            _tell(running, watch)
        return tuple(each.result() for each in running)


def with_inner_call(services: Services, ask: Ask, outcome: Outcome, language: Language) -> Outcome:
    """What was found, with the service's own call that failed inside it looked up by the same rights, if they reach it."""
    nested = outcome.explanation.nested if isinstance(outcome, Found) else None
    if not isinstance(outcome, Found) or nested is None or nested.request_id is None:
        return outcome
    extraction = extract(nested.request_id)
    found = next(iter(outcomes(services, ask, extraction, plan(extraction), language)), None)
    if not isinstance(found, Found):
        return outcome
    return replace(outcome, explanation=with_inner(outcome.explanation, found.explanation))


def _look(services: Services, identities: tuple[Identity, ...], question: Question) -> Outcome:
    return services.lookup.answer(question, identities, Deadline.after(services.settings.requestlog_deadline)).outcome


def _without_ids(ask: Ask, said: Explanation | None, planned: Plan, language: Language, now: datetime) -> Message:
    if said is not None:
        return with_notes(card(said, (), now=now), planned.unsupported, language)
    words = ask.text.split()
    if len(words) == 1 and len(words[0]) <= LONGEST_UNKNOWN_WORD:
        return help_message(language, unknown=words[0], nearest=nearest(words[0]))
    return nothing_found(language)


def _tell(running: Sequence[Future[Outcome]], watch: Watch) -> None:
    for pause_s in watch.pauses_s:
        done, waiting = wait(running, pause_s)
        if not waiting:
            return
        watch.tell(len(done), len(running))


HANDLERS: Final[dict[Name, Handler]] = {Name.REQUESTLOG: typed}
