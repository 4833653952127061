"""What the ladder is asked: one RequestId, and what is known of where it came from."""

from dataclasses import dataclass
from datetime import timedelta

from bot.explain.explanation import Explanation
from bot.identity.person import Person
from bot.languages import Language


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
