"""The main story: a text with RequestIds in it → each looked up as the asker → one private answer."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.aliyun.deadline import Deadline
from bot.blocks.help import help_message, nothing_found
from bot.blocks.kit import Message
from bot.blocks.outcome import outcome_message
from bot.blocks.requestlog import card
from bot.blocks.summary import summary, with_notes
from bot.explain import Evidence, explain
from bot.explain.catalog import Catalog
from bot.explain.explanation import Explanation
from bot.handlers.ask import Ask
from bot.handlers.subcommands import nearest
from bot.identity.directory import Directory, Identity
from bot.identity.person import Person
from bot.languages import Language
from bot.lookup import LookUp
from bot.lookup.plan import Plan, plan
from bot.lookup.question import Question
from bot.lookup.rate import RateLimit
from bot.outcomes import NotConnected, Outcome, Refused
from bot.requestids import Extraction, extract
from bot.requestids.pasted import pasted_error

#: Twenty ids are two rounds; more at once would only meet the vendor's flow control.
SIDE_BY_SIDE: Final = 10
#: ActionTrail takes two calls a second, and a month each: with more ids it would keep the whole answer waiting. Each of
#: them can still be opened alone.
MOST_ON_THE_TRAIL: Final = 3
LONGEST_UNKNOWN_WORD: Final = 40


@dataclass(frozen=True, slots=True)
class Watch:
    """Who wants to hear how far the look-ups are: ``tell(done, total)``, after so many seconds each, while they run."""

    tell: Callable[[int, int], None]
    pauses_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; of several look-ups, also how they ended, and the ids that were too much at once."""

    message: Message
    outcomes: tuple[Outcome, ...] = ()
    beyond: tuple[str, ...] = ()


class RequestLogStory:
    """Answers texts. ``clock`` gives aware times; ``deadline_s`` bounds one look-up with its whole ladder.

    ``remember`` is told of each person's outcomes, for their Home tab. ``handoff`` says that denials can be sent to somebody.
    """

    def __init__(  # noqa: PLR0913 - keywords of the composition root
        self,
        *,
        lookup: LookUp,
        directory: Directory,
        catalog: Catalog,
        rate: RateLimit,
        clock: Callable[[], datetime],
        deadline_s: float,
        remember: Callable[[Person, Sequence[Outcome]], None] = lambda _person, _outcomes: None,
        handoff: bool = False,
    ) -> None:
        self._lookup = lookup
        self._directory = directory
        self._catalog = catalog
        self._rate = rate
        self._clock = clock
        self._deadline_s = deadline_s
        self._remember = remember
        self.handoff = handoff

    def answer(self, ask: Ask, language: Language, reference: str = "", watch: Watch | None = None) -> Message:
        """The private answer to a text, whatever it holds. ``watch`` hears of the look-ups while they run."""
        return self.reply(ask, language, reference, watch).message

    def reply(self, ask: Ask, language: Language, reference: str = "", watch: Watch | None = None) -> Reply:
        """The same with what a summary is made of, for who can show it with a picture."""
        extraction = extract(ask.text)
        planned = plan(extraction)
        now = self._clock()
        said = self.from_text(extraction, language)
        if not planned.request_ids and (said is not None or not planned.unsupported):
            return Reply(self._without_ids(ask, said, planned, language))
        outcomes = (*self.outcomes(ask, extraction, planned, language, said, watch=watch), *planned.unsupported)
        self._remember(ask.person, outcomes)
        if (len(outcomes) == 1 and not planned.beyond) or all(isinstance(each, NotConnected) for each in outcomes):
            return Reply(outcome_message(outcomes[0], language, now=now, reference=reference, handoff=self.handoff))
        return Reply(summary(outcomes, planned.beyond, language), outcomes, planned.beyond)

    def outcomes(  # noqa: PLR0913 - what is asked, and two things that may be left out
        self,
        ask: Ask,
        extraction: Extraction,
        planned: Plan,
        language: Language,
        said: Explanation | None = None,
        *,
        watch: Watch | None = None,
    ) -> tuple[Outcome, ...]:
        """The outcome of each planned RequestId, looked up side by side as the asker, in the text's order."""
        if not planned.request_ids:
            return ()
        access = self._directory.access(ask.person, ask.channel)
        if access.barrier == "channel":
            return tuple(Refused(each, "channel") for each in planned.request_ids)
        if access.identities and not self._rate.allows(ask.person.key, len(planned.request_ids)):
            return tuple(Refused(each, "rate") for each in planned.request_ids)
        questions = [self._question(each, ask, extraction, language, said) for each in planned.request_ids]
        if len(questions) == 1 and watch is None:
            return (self._ask(questions[0], access.identities),)
        with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(questions)), "lookup") as pool:
            running = [pool.submit(self._ask, question, access.identities) for question in questions]
            if watch is not None:
                _tell(running, watch)
            return tuple(each.result() for each in running)

    def from_text(self, extraction: Extraction, language: Language) -> Explanation | None:
        """What the text alone explains, when it holds an error code or a denial."""
        error = pasted_error(extraction)
        return explain(error, Evidence(self._catalog), language=language, now=self._clock()) if error else None

    def _ask(self, question: Question, identities: tuple[Identity, ...]) -> Outcome:
        return self._lookup.answer(question, identities, Deadline.after(self._deadline_s))

    def _question(
        self, request_id: str, ask: Ask, extraction: Extraction, language: Language, said: Explanation | None
    ) -> Question:
        age: timedelta | None = None
        if ask.said_at is not None:
            age = self._clock() - datetime.fromtimestamp(ask.said_at, UTC)
        return Question(
            request_id,
            language,
            age=age,
            lower_case=request_id in extraction.lower_case,
            inner=request_id in extraction.inner_ids,
            regions=extraction.regions,
            fallback=said if len(extraction.request_ids) == 1 else None,
            fresh=bool(ask.extra and ask.extra.get("fresh")),
            person=ask.person,
            trail=len(extraction.request_ids) <= MOST_ON_THE_TRAIL,
        )

    def _without_ids(self, ask: Ask, said: Explanation | None, planned: Plan, language: Language) -> Message:
        if said is not None:
            return with_notes(card(said, (), now=self._clock()), planned.unsupported, language)
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
