"""A text with RequestIds in it → each looked up as the asker → one private answer; and the slash command that asks for it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from bot.aliyun.deadline import Deadline
from bot.blocks.compare import compare_button
from bot.blocks.help import help_message, nothing_found
from bot.blocks.kit import Element, Message
from bot.blocks.outcome import outcome_message
from bot.blocks.requestlog import card
from bot.blocks.summary import progress, summary, with_notes
from bot.delivery import UndeliverableError
from bot.explain import with_inner
from bot.explain.explanation import Explanation
from bot.handlers.ask import Ask, Name
from bot.handlers.code import code_in, explain_code
from bot.handlers.help import nearest
from bot.handlers.services import Handler, Services
from bot.identity.directory import Access
from bot.lookup import Looked
from bot.lookup.plan import Asking, Plan, Question, from_text, plan, questions
from bot.outcomes import OUTCOMES, Found, NotConnected, NotFound, Outcome, Refused, Unavailable, Unsupported
from bot.requestids import Extraction, extract
from bot.store.chain import Entry
from bot.store.errors import StoreUnavailableError
from bot.store.people import PastSummary
from bot.traces import TRACES

LONGEST_UNKNOWN_WORD: Final = 40
#: A response_url of a command takes five posts and replaces none of them (slackapi/bolt-js#2287), so one note has to do,
#: and only for those who have waited a while.
PROGRESS_AFTER_S: Final = (1.5,)


#: Shows once more what was looked up, and counted, just now: its logs are remembered.
AGAIN: Final = frozenset({Name.SHARE_PREVIEW, Name.SHARE_SUBMITTED, Name.SHARE_KEEP, Name.SHARE_CANVAS})


_AS_WHOM: Final = ("identity", "kind", "account", "session", "upstream", "decision")


@dataclass(frozen=True, slots=True)
class Watch:
    """Who wants to hear how far the look-ups are: ``tell(done, total)``, after so many seconds each, while they run."""

    tell: Callable[[int, int], None]
    pauses_s: tuple[float, ...]


def typed(services: Services, ask: Ask) -> Message:
    """The slash command: the answer, and before it, when that takes long, how far it is."""

    def tell(done: int, total: int) -> None:
        with suppress(UndeliverableError):  # the answer itself finds another way, or is noted as undeliverable
            services.delivery.in_passing().privately(progress(done, total, ask.language), ask.target)

    return answer(services, ask, Watch(tell, PROGRESS_AFTER_S))


def answer(services: Services, ask: Ask, watch: Watch | None = None) -> Message:
    """The private answer to a text, whatever it holds. ``watch`` hears of the look-ups while they run."""
    extraction = extract(ask.text)
    planned = plan(extraction)
    if not planned.request_ids:
        said = next(iter(from_text(extraction, Asking(ask.language, services.clock(), services.catalog))), None)
        if said is not None or not planned.unsupported:
            return _without_ids(services, ask, said, planned, extraction)
    ended = (*outcomes(services, ask, extraction, watch=watch), *planned.unsupported)
    services.unwritten.extend(services.memory.keep(ask.person, ended))
    if (len(ended) == 1 and not planned.beyond) or all(isinstance(each, NotConnected) for each in ended):
        early = isinstance(ended[0], NotFound) and "late" in ended[0].hints
        waits = early and services.wait_for_log(replace(ask, text=ended[0].request_id))
        return outcome_card(services, ask, ended[0], waits=waits)
    return summary(ended, planned.beyond, ask.language, now=services.clock(), compare=_compare(services, ask, ended))


def _compare(services: Services, ask: Ask, ended: Sequence[Outcome]) -> Element | None:
    """The button for the person's summary before this one in the channel, if it was of other ids.

    A store that is away costs only that.
    """
    ids = tuple(each.request_id for each in ended if not isinstance(each, Unsupported))
    try:
        before = services.summaries.replace(ask.person, ask.origin.channel or "", PastSummary(ids, services.clock()))
    except StoreUnavailableError:
        return None
    if before is None or set(before.ids) == set(ids):
        return None
    return compare_button(before.ids, before.at, ids, ask.language)


def outcome_card(services: Services, ask: Ask, outcome: Outcome, *, waits: bool = False) -> Message:
    """How one look-up ended, whole; ``waits`` says that a log that is not there is looked for again by itself."""
    handoff = services.settings.requestlog_admin_channel is not None
    return outcome_message(outcome, ask.language, now=services.clock(), reference=ask.reference, handoff=handoff, waits=waits)


def outcomes(
    services: Services, ask: Ask, extraction: Extraction, *, watch: Watch | None = None, fresh: bool = False
) -> tuple[Outcome, ...]:
    """The outcome of each RequestId of a text, looked up as the asker, in the text's order; ``fresh`` asks past the cache.

    All of them are in the audit before anything of them is told.
    """
    looked = _looked(services, ask, extraction, watch=watch, fresh=fresh)
    services.attempted(ask, *(_attempt(each) for _, steps in looked for each in steps))
    return tuple(outcome for outcome, _ in looked)


def _looked(
    services: Services, ask: Ask, extraction: Extraction, *, watch: Watch | None, fresh: bool
) -> Sequence[tuple[Outcome, Sequence[Looked]]]:
    """Each outcome, and the look-ups behind it."""
    asked_at = None if ask.said_at is None else datetime.fromtimestamp(ask.said_at, UTC)
    asked = questions(extraction, Asking(ask.language, services.clock(), services.catalog, asked_at, ask.person, fresh=fresh))
    if not asked:
        return []
    access = services.directory.access(ask.person, ask.origin.channel)
    counted = 0 if ask.name in AGAIN else len(asked) - 1  # the runner counted one
    if access.identities and not services.rate.allows(ask.person.key, counted):
        refused = [Refused(each.request_id, "rate") for each in asked]
        return [(each, [Looked(each)]) for each in refused]
    look = partial(_look, services, access, alone=len(asked) == 1)
    if len(asked) == 1 and watch is None:
        return [look(asked[0])]
    with ThreadPoolExecutor(len(asked), "lookup") as pool:
        running = [pool.submit(TRACES.carried(look), each) for each in asked]
        for pause_s in watch.pauses_s if watch else ():
            done, waiting = wait(running, pause_s)
            if watch and waiting:
                watch.tell(len(done), len(running))
        return [each.result() for each in running]


def _look(services: Services, access: Access, question: Question, *, alone: bool) -> tuple[Outcome, Sequence[Looked]]:
    """One look-up. Where it is the only one, the service's own call that failed inside it is looked up in what time is left."""
    deadline = Deadline.after(services.settings.requestlog_deadline)
    looked = services.lookup.answer(question, access, deadline)
    outcome = looked.outcome
    nested = outcome.explanation.nested if alone and isinstance(outcome, Found) else None
    if not isinstance(outcome, Found) or nested is None or nested.request_id is None:
        return outcome, [looked]
    inner = services.lookup.answer(Question(nested.request_id, question.language, trail=False), access, deadline)
    if isinstance(inner.outcome, Found):
        outcome = replace(outcome, explanation=with_inner(outcome.explanation, inner.outcome.explanation))
    return outcome, [looked, inner]


def _attempt(looked: Looked) -> Entry:
    """What the audit keeps of a look-up: its steps, and the one that decided, where a log came back goes before others."""
    outcome, steps = looked.outcome, looked.steps
    decided = next((step for step in reversed(steps) if step.decision), steps[-1] if steps else None)
    detail = {
        "steps": [[each.rung, each.identity, each.account, each.result, each.decision, each.upstream] for each in steps],
        "reason": outcome.reason if isinstance(outcome, Refused | Unavailable) else None,
        "caller": decided and decided.caller,
    }
    known = {name: value for name, value in detail.items() if value}
    as_whom = {name: getattr(decided, name) for name in _AS_WHOM} if decided else {}
    return Entry("lookup", outcome.request_id, result=OUTCOMES[type(outcome)], detail=known, **as_whom)


def _without_ids(services: Services, ask: Ask, said: Explanation | None, planned: Plan, extraction: Extraction) -> Message:
    words = ask.text.split()
    code = code_in(ask.text, services.catalog)
    # Of a code in a sentence nothing more is known than what it means in general.
    bare = said is None or not (said.error_message or said.http_status or said.product or said.api or planned.unsupported)
    if said is not None and not (code and bare):
        return with_notes(card(said, (), now=services.clock()), planned.unsupported, ask.language)
    if code is not None:
        return explain_code(services, replace(ask, text=" ".join([code, *extraction.products[:1]])))
    if len(words) == 1 and len(words[0]) <= LONGEST_UNKNOWN_WORD:
        return help_message(ask.language, unknown=words[0], nearest=nearest(words[0]))
    return nothing_found(ask.language)


HANDLERS: Final[dict[Name, Handler]] = {Name.REQUESTLOG: typed}
