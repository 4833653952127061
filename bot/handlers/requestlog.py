"""A text with RequestIds in it → each looked up as the asker → one private answer; and the slash command that asks for it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from bot.aliyun.deadline import Deadline
from bot.blocks.help import help_message, nothing_found
from bot.blocks.kit import Message
from bot.blocks.outcome import outcome_message
from bot.blocks.requestlog import card
from bot.blocks.summary import looking_up, progress, summary, with_notes
from bot.delivery import UndeliverableError
from bot.explain import Evidence, explain
from bot.explain.explanation import Explanation
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services
from bot.handlers.subcommands import nearest
from bot.identity.directory import Identity
from bot.languages import Language
from bot.lookup.plan import Plan, plan
from bot.lookup.question import Question
from bot.outcomes import NotConnected, Outcome, Refused
from bot.requestids import Extraction, extract
from bot.requestids.pasted import pasted_error

#: Twenty ids are two rounds; more at once would only meet the vendor's flow control.
SIDE_BY_SIDE: Final = 10
#: ActionTrail takes two calls a second, and a month each: with more ids it would keep the whole answer waiting. Each of
#: them can still be opened alone.
MOST_ON_THE_TRAIL: Final = 3
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
    error = pasted_error(extraction)
    said = explain(error, Evidence(services.catalog), language=language, now=now) if error else None
    if not planned.request_ids and (said is not None or not planned.unsupported):
        return _without_ids(ask, said, planned, language, now)
    asked = outcomes(services, ask, extraction, planned, language, said=said, watch=watch)
    all_ended = (*asked, *planned.unsupported)
    services.memory.keep(ask.person, all_ended)
    if (len(all_ended) == 1 and not planned.beyond) or all(isinstance(each, NotConnected) for each in all_ended):
        handoff = services.settings.requestlog_admin_channel is not None
        return outcome_message(all_ended[0], language, now=now, reference=ask.reference, handoff=handoff)
    return summary(all_ended, planned.beyond, language)


def outcomes(  # noqa: PLR0913 - what is asked, and three things that may be left out
    services: Services,
    ask: Ask,
    extraction: Extraction,
    planned: Plan,
    language: Language,
    *,
    said: Explanation | None = None,
    watch: Watch | None = None,
    fresh: bool = False,
) -> tuple[Outcome, ...]:
    """The outcome of each planned RequestId, looked up at the same time as the asker, in the text's order.

    ``said`` is what the text alone explains; ``fresh`` asks past the cache.
    """
    if not planned.request_ids:
        return ()
    access = services.directory.access(ask.person, ask.origin.channel)
    if access.barrier == "channel":
        return tuple(Refused(each, "channel") for each in planned.request_ids)
    if access.identities and not services.rate.allows(ask.person.key, len(planned.request_ids)):
        return tuple(Refused(each, "rate") for each in planned.request_ids)
    question = partial(_question, services, ask, extraction, language, said=said, fresh=fresh)
    questions = [question(each) for each in planned.request_ids]
    look = partial(_look, services, access.identities)
    if len(questions) == 1 and watch is None:
        return (look(questions[0]),)
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(questions)), "lookup") as pool:
        running = [pool.submit(look, each) for each in questions]
        if watch is not None:
            _tell(running, watch)
        return tuple(each.result() for each in running)


def _look(services: Services, identities: tuple[Identity, ...], question: Question) -> Outcome:
    return services.lookup.answer(question, identities, Deadline.after(services.settings.requestlog_deadline))


def _question(  # noqa: PLR0913 - what is known of the one RequestId
    services: Services,
    ask: Ask,
    extraction: Extraction,
    language: Language,
    request_id: str,
    *,
    said: Explanation | None,
    fresh: bool,
) -> Question:
    age: timedelta | None = None
    if ask.said_at is not None:
        age = services.clock() - datetime.fromtimestamp(ask.said_at, UTC)
    return Question(
        request_id,
        language,
        age=age,
        lower_case=request_id in extraction.lower_case,
        inner=request_id in extraction.inner_ids,
        regions=extraction.regions,
        fallback=said if len(extraction.request_ids) == 1 else None,
        fresh=fresh,
        person=ask.person,
        trail=len(extraction.request_ids) <= MOST_ON_THE_TRAIL,
    )


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
