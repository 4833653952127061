"""The id router: what of a text is looked up and how, what is named as something else, and what is too much at once.

NotFound.RequestLog covers absent, expired and not permitted; a question ranks them by what is known of the text, and says no
more. Logs live about three days and may arrive late (the OpenAPI portal's troubleshooting playbook).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.explain import Evidence, Explanation, explain
from bot.explain.catalog import Catalog
from bot.identity.person import Person
from bot.languages import Language
from bot.outcomes import Unsupported
from bot.requestids import Extraction, PastedError

Hint = Literal["late", "expired", "not_permitted", "absent", "own_gateway", "inner"]

LOGS_LIVE: Final = timedelta(days=3)
LOGS_SETTLE: Final = timedelta(minutes=2)
MOST_AT_ONCE: Final = 20
MOST_ON_THE_TRAIL: Final = 3
"""ActionTrail takes two calls a second, and a month each: with more ids it would keep the whole answer waiting."""


@dataclass(frozen=True, slots=True)
class Question:
    """One RequestId to look up, and what is known of where it came from.

    ``age`` is that of the message that held it. ``inner``: the text shows it as a call that the service itself made.
    ``regions`` are region ids of the text, for ActionTrail. ``fallback`` is what the text alone explains.
    ``fresh`` asks past the cache. ``person`` is who asks, for the words alone: rights come with the identities.
    Without ``trail`` ActionTrail, which takes two calls a second, is left out.
    """

    request_id: str
    language: Language
    age: timedelta | None = None
    lower_case: bool = False
    inner: bool = False
    regions: tuple[str, ...] = ()
    fallback: Explanation | None = None
    fresh: bool = False
    person: Person | None = None
    trail: bool = True

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The possible reasons why no log is found, the likeliest first.

        The rungs do not help: GetRequestLog, too, answers "not found" to who lacks its permission.
        """
        early: list[Hint] = []
        if self.inner:
            early.append("inner")
        if self.lower_case:
            early.append("own_gateway")
        if self.age is not None and self.age < LOGS_SETTLE:
            early.append("late")
        if self.age is not None and self.age > LOGS_LIVE:
            return (*early, "expired", "not_permitted", "absent")
        if self.age is not None:
            return (*early, "not_permitted", "absent")
        return (*early, "not_permitted", "expired", "absent")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with a text: ids to look up, ids beyond the limit, and ids of other kinds with what they are."""

    request_ids: tuple[str, ...]
    beyond: tuple[str, ...]
    unsupported: tuple[Unsupported, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when and in which language. ``asked_at`` is when the message that holds the text was written, where known."""

    language: Language
    now: datetime
    catalog: Catalog
    asked_at: datetime | None = None
    person: Person | None = None
    fresh: bool = False


def plan(extraction: Extraction) -> Plan:
    """The plan for a text. Ids of other kinds count only when there is no RequestId to look up."""
    ids = extraction.request_ids
    others = () if ids else tuple(Unsupported(other.id, other.kind) for other in extraction.other_ids)
    return Plan(ids[:MOST_AT_ONCE], ids[MOST_AT_ONCE:], others)


def questions(extraction: Extraction, asking: Asking) -> tuple[Question, ...]:
    """What the ladder is asked of a text: a question for each RequestId, with what the text itself says of it."""
    return tuple(_question(name, extraction, asking) for name in plan(extraction).request_ids)


def from_text(extraction: Extraction, asking: Asking) -> tuple[Explanation, ...]:
    """What the text alone explains: each of its errors, in the text's order."""
    return tuple(_explained(error, asking) for error in extraction.errors)


def _question(request_id: str, extraction: Extraction, asking: Asking) -> Question:
    error = _error_of(request_id, extraction)
    return Question(
        request_id,
        asking.language,
        age=_age(error, asking),
        lower_case=request_id in extraction.lower_case,
        inner=request_id in extraction.inner_ids,
        regions=extraction.regions,
        fallback=_explained(error, asking) if error else None,
        fresh=asking.fresh,
        person=asking.person,
        trail=len(extraction.request_ids) <= MOST_ON_THE_TRAIL,
    )


def _error_of(request_id: str, extraction: Extraction) -> PastedError | None:
    """The error that a text tells of an id: the one with this id, else the one without any where it is the only id."""
    errors = extraction.errors
    own = next((error for error in errors if error.request_id == request_id), None)
    if own or len(extraction.request_ids) > 1:
        return own
    return next((replace(error, request_id=request_id) for error in errors if error.request_id is None), None)


def _age(error: PastedError | None, asking: Asking) -> timedelta | None:
    """How long ago the call was at least: by the text's own date, or by the message's; a date to come counts for nothing."""
    dates = (asking.asked_at, error.said_at if error else None)
    return max((asking.now - date for date in dates if date is not None and date <= asking.now), default=None)


def _explained(error: PastedError, asking: Asking) -> Explanation:
    return explain(error, Evidence(asking.catalog), language=asking.language, now=asking.now)
