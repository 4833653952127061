"""How a look-up ended: one frozen value a way of ending, each with the rungs of the ladder that were tried.

The names in ``OUTCOMES`` are those of the outer contract (``requestlog lookup --json``).
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from bot.aliyun.errors import AliyunError
from bot.explain.explanation import Explanation
from bot.identity.person import Person

RungName = Literal["own", "account", "trail", "text"]
RungResult = Literal["found", "not_found", "not_permitted", "refused", "unavailable", "skipped"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the look-up ladder: which log was asked, as whom, and what came of it."""

    rung: RungName
    viewed_as: str
    result: RungResult


@dataclass(frozen=True, slots=True)
class Found:
    """The request was found, in a log or in ActionTrail (the last rung says which), and explained.

    ``right`` is what it was shown by, see ``Identity.right``: what is kept of it goes when that is lost.
    """

    request_id: str
    explanation: Explanation
    rungs: tuple[Rung, ...]
    lookup_request_id: str | None = None
    right: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NotFound:
    """Absent, expired or not permitted: Alibaba Cloud does not tell them apart, so nobody may pretend to.

    ``hints`` are the reasons in their order of likelihood: ``expired``, ``late``, ``not_permitted``, ``absent``,
    ``own_gateway`` (a lower-case id of a service with a gateway of its own).
    """

    request_id: str
    rungs: tuple[Rung, ...]
    hints: tuple[str, ...] = ()
    explanation: Explanation | None = None
    lookup_request_id: str | None = None


@dataclass(frozen=True, slots=True)
class NotConnected:
    """Nobody said which Alibaba Cloud identity the asker has; nothing was asked.

    ``person`` is the asker, for what their administrator needs to know; None in a terminal.
    """

    request_id: str
    rungs: tuple[Rung, ...] = ()
    explanation: Explanation | None = None
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Alibaba Cloud or a rule of this installation refused the look-up: credential, permission, clock or channel."""

    request_id: str
    reason: str
    rungs: tuple[Rung, ...] = ()
    error: AliyunError | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Not an id that the request log knows: an OSS or SLS id, a trace id, a masked or broken one. ``kind`` says which."""

    request_id: str
    kind: str
    rungs: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The log could not be asked: upstream down, hanging, throttling or strange. ``reason`` says which."""

    request_id: str
    reason: str
    rungs: tuple[Rung, ...] = ()
    error: AliyunError | None = field(default=None, compare=False)


Outcome = Found | NotFound | NotConnected | Refused | Unsupported | Unavailable

OUTCOMES: Final[dict[type, str]] = {
    Found: "found",
    NotFound: "not_found",
    NotConnected: "not_connected",
    Refused: "refused",
    Unsupported: "unsupported",
    Unavailable: "unavailable",
}
