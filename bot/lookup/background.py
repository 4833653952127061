"""What a look-up asks beside the log itself: curated solutions, the decoded denial, ActionTrail's memory.

All of it is optional: when one of these calls fails, the explanation stands without it and says so where it matters.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from cachetools import TTLCache

from bot.aliyun.cache import SOLUTIONS_BYTES, SharedCache
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, DeadlineError, DeniedError
from bot.aliyun.models import DecodedMessage, RequestLog, Solution
from bot.aliyun.trail import TrailEvent
from bot.explain import Evidence, encoded_message, explain
from bot.explain.catalog import Catalog
from bot.explain.explanation import Explanation
from bot.explain.vendor import Site
from bot.identity.directory import Identity
from bot.identity.ownership import Decision, Principal, Sight
from bot.identity.references import CredentialMissingError
from bot.languages import Language, Texts
from bot.lookup.logs import caller_words, is_unreadable, judged_in_time
from bot.lookup.plan import Question
from bot.outcomes import RungResult

TEXTS: Final = Texts("bot.lookup")
_UNDECODED: Final = ("denied", "expired", "unknown")
SOLUTIONS_LIVE_S: Final = 3 * 24 * 3600.0
TRAIL_REFUSAL_LIVES_S: Final = 300.0
BESIDE_S: Final = 3.0
"""How long a card waits for what only stands beside its explanation."""
TRAIL_KEEPS: Final = timedelta(days=90)
TRAIL_WINDOW: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: with which credential, shown what of its account, and as which callers: what those did is told in person."""

    credential: Credential
    sight: Sight | None = None
    own: frozenset[Principal] = frozenset()

    @property
    def own_callers(self) -> frozenset[tuple[str, str, str]]:
        """The callers as an explanation knows them."""
        return frozenset((each.account, each.type, each.id) for each in self.own)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What ActionTrail gave: the event's explanation, where there is one to be shown; the rest is for the audit alone."""

    result: RungResult
    decision: Decision | None = None
    caller: str | None = None
    explanation: Explanation | None = None


class Background:
    """Asks what the log alone does not tell, with the same rights as the look-up."""

    def __init__(
        self, client: Client, catalog: Catalog, *, regions: tuple[str, ...], site: Site | None, timer: Callable[[], float]
    ) -> None:
        self._client = client
        self._catalog = catalog
        self._regions = regions
        self._site = site
        # ActionTrail takes two calls a second of an account: none is spent on who was refused a moment ago.
        self._no_trail: TTLCache[str, bool] = TTLCache(1024, TRAIL_REFUSAL_LIVES_S, timer)
        self._lock = threading.Lock()
        self.solutions: SharedCache[tuple[Solution, ...]] = SharedCache(SOLUTIONS_BYTES, lambda _value: SOLUTIONS_LIVE_S, timer)

    def explain(
        self,
        log: RequestLog,
        language: Language,
        asker: Asker,
        deadline: Deadline,
        now: datetime,
    ) -> Explanation:
        """The log's explanation, joined with what else could be learnt before the deadline with the same rights.

        It is explained once from the log alone, which tells what is worth asking for.
        """
        credential, sight = asker.credential, asker.sight
        known = Evidence(self._catalog, site=self._site, own=asker.own_callers)
        alone = explain(log, known, language=language, now=now)
        encoded = encoded_message(log) if alone.denial else None
        decoded, note = (
            decoded_denial(self._client, encoded, credential, _soon(deadline), language, sight=sight, log=log)
            if encoded
            else (None, None)
        )
        solutions, spoken = self._solutions_for(alone, credential, deadline)
        if decoded is None and note is None and not solutions:
            return alone
        more = replace(
            known,
            decoded=decoded,
            decode_note=note,
            solutions=solutions,
            solutions_language=spoken,
        )
        return explain(log, more, language=language, now=now)

    def _solutions_for(
        self, said: Explanation, credential: Credential, deadline: Deadline
    ) -> tuple[tuple[Solution, ...], Language | None]:
        """Alibaba Cloud's solutions of an error, and the language they are in.

        A denial and a throttled call need none: their own facts say more. Where the catalogue is silent and nobody
        translated, Chinese text is better than none.
        """
        if not said.error_code or said.kind not in ("failed", "succeeded_but"):
            return (), None
        known = any(source.kind == "catalogue" for source in said.sources)
        spoken: tuple[Language, ...] = ("en", "zh") if said.language == "en" and not known else (said.language,)
        for each in spoken:
            found = self._ask_solutions(said.error_code, said.product, each, credential, deadline)
            if found:
                return found, each
        return (), None

    def _ask_solutions(
        self, code: str, product: str | None, language: Language, credential: Credential, deadline: Deadline
    ) -> tuple[Solution, ...]:
        def ask() -> tuple[Solution, ...]:
            return self._client.get_error_code_solutions(
                code, product=product, message=None, language=language, credential=credential, deadline=_soon(deadline)
            ).solutions

        try:
            return self.solutions.get((code, product, language), ask, deadline.remaining())
        except (AliyunError, TimeoutError):
            return ()

    def trail(
        self, question: Question, identity: Identity, own: frozenset[Principal], deadline: Deadline, now: datetime
    ) -> Remembered:
        """What ActionTrail remembers of a call whose log is gone: newest window first, in it the text's regions first."""
        try:
            credential = identity.open(deadline)
        except CredentialMissingError:
            return Remembered("refused")
        asker = Asker(credential, identity.sight, own)
        account = identity.sight.account if identity.sight else credential.access_key_id
        with self._lock:
            if account in self._no_trail:
                return Remembered("not_permitted")
        try:
            event, remembered = self._recorded(question, asker, account, deadline, now)
        except DeniedError:
            with self._lock:
                self._no_trail[account] = True
            return Remembered("not_permitted")
        if event is None:
            return remembered
        known = Evidence(self._catalog, site=self._site, own=asker.own_callers)
        return replace(remembered, explanation=explain(event, known, language=question.language, now=now))

    def _recorded(
        self,
        question: Question,
        asker: Asker,
        account: str,
        deadline: Deadline,
        now: datetime,
    ) -> tuple[TrailEvent | None, Remembered]:
        """The event under the RequestId that may be shown.

        A region that fails spoils no other; only a denial, which holds for all, ends it. A hidden event does not end it
        either, so that it takes as long as none.
        """
        credential, sight = asker.credential, asker.sight
        windows = _windows(now, question.age)
        remembered = Remembered("not_found" if windows else "skipped")
        for start, end in windows:
            for region in dict.fromkeys((*question.regions, *self._regions)):
                try:
                    answer = self._client.lookup_events(
                        "EventId",
                        question.request_id,
                        region=region,
                        start=start,
                        end=end,
                        account=account,
                        credential=credential,
                        deadline=judged_in_time(sight, deadline),
                    )
                except DeniedError:
                    raise
                except (AliyunError, ValueError) as error:
                    if not isinstance(error, AliyunError) or not is_unreadable(error, sight):
                        remembered = replace(remembered, result="unavailable")
                        if isinstance(error, DeadlineError):
                            return None, remembered
                    continue
                for event in answer.events:
                    if sight is None:
                        return event, Remembered("found")
                    who = event.identity
                    caller = caller_words(who.type, who.principal_id, who.account_id)
                    decision = sight.of_event(event)
                    if decision == "shown":
                        return event, Remembered("found", decision, caller)
                    remembered = replace(remembered, decision=decision, caller=caller)
        return None, remembered


def decoded_denial(
    client: Client,
    encoded: str,
    credential: Credential,
    deadline: Deadline,
    language: Language,
    *,
    sight: Sight | None = None,
    log: RequestLog | None = None,
) -> tuple[DecodedMessage | None, str | None]:
    """RAM's record of a denial, else the sentence on why it is missing; one that may not be shown is an unknown one.

    ``log`` is the one that holds it, where there is one.
    """
    word = "unknown"
    try:
        decoded = client.decode_diagnostic_message(encoded, credential=credential, deadline=deadline)
        if sight is None or sight.of_message(decoded, log) == "shown":
            return decoded, None
    except AliyunError as error:
        word = error.word if error.word in _UNDECODED else "failed"
    return None, TEXTS(f"decode.{word}", language)


def _soon(deadline: Deadline) -> Deadline:
    """The deadline of a call that the card can do without."""
    return Deadline.after(min(BESIDE_S, deadline.remaining()))


def _windows(now: datetime, age: timedelta | None) -> list[tuple[datetime, datetime]]:
    """Windows of thirty days back to the ninety that ActionTrail keeps, newest first.

    A message's age narrows them to the thirty days before it was written; none are left when that is longer ago than
    ninety days.
    """
    oldest = now - TRAIL_KEEPS
    if age is not None and age > TRAIL_KEEPS:
        return []
    if age is not None:
        end = max(now - age + timedelta(hours=1), oldest + TRAIL_WINDOW)
        return [(max(end - TRAIL_WINDOW, oldest), min(end, now))]
    return [(now - TRAIL_WINDOW * (index + 1), now - TRAIL_WINDOW * index) for index in range(3)]
