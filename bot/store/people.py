"""What is kept of people: choices, their last ten look-ups for the App Home, logs they wait for, opinions on explanations."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.identity.person import Person
from bot.languages import Language
from bot.store.database import Database
from bot.store.sealing import Keyring, Sealed
from bot.store.tables import (
    CANVASES,
    COMMENTS,
    FEEDBACK,
    LOOKUPS,
    OPINIONS,
    PREFERENCES,
    SUMMARIES,
    WAITS,
    insert_if_new,
    insert_or_replace,
    moment,
    stamp,
)

Saved = Literal["new", "changed", "same"]

WAITS_LIVE: Final = timedelta(minutes=15)
"""After so long nobody waits for a log any more, even if a wait never came to its end."""

SUMMARIES_LIVE: Final = timedelta(days=1)
"""After so long an incident is another one."""

KEPT: Final = 10
_CANVAS: Final = select(CANVASES.c.canvas).where(CANVASES.c.channel == bindparam("where"))
# Made once: building a statement costs more than running it.
_CHOSEN: Final = select(PREFERENCES.c.sealed).where(PREFERENCES.c.owner == bindparam("whose"))
_MINE: Final = LOOKUPS.c.owner == bindparam("whose")
_NEWEST: Final = select(LOOKUPS.c.request, LOOKUPS.c.sealed, LOOKUPS.c.at).where(_MINE).order_by(LOOKUPS.c.at.desc())
_PRUNE: Final = delete(LOOKUPS).where(
    _MINE,
    LOOKUPS.c.request.not_in(select(LOOKUPS.c.request).where(_MINE).order_by(LOOKUPS.c.at.desc()).limit(KEPT)),
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's choices; None and empty mean that they never chose.

    Attributes:
        language: of the answers.
        account: Alibaba Cloud account id to look in first.
        ticket_form: what the log ticket form showed last, JSON-able and small.
    """

    language: Language | None = None
    account: str | None = None
    ticket_form: dict[str, str] = field(default_factory=dict)


class PreferenceStore:
    """Finds and saves preferences, sealed to their owner. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._sealed = Sealed(keyring, "preferences")

    def find(self, owner: Person) -> Preferences:
        """A person's choices; the defaults when there are none, or when their row does not open."""
        sealed = self._database.read(lambda connection: connection.execute(_CHOSEN, {"whose": owner.key}).scalar())
        return Preferences(**((sealed and self._sealed.find(sealed, *owner.ids)) or {}))

    def save(self, owner: Person, preferences: Preferences) -> None:
        """Remember a person's choices in place of the earlier ones."""
        row = {"owner": owner.key, "sealed": self._sealed.seal(asdict(preferences), *owner.ids)}
        self._database.write(lambda connection: insert_or_replace(connection, PREFERENCES, row))


@dataclass(frozen=True, slots=True)
class PastLookup:
    """One look-up of the past.

    Attributes:
        request_id: what was looked up.
        verdict: one line, redacted, in ``language``.
        outcome: a name of ``outcomes.OUTCOMES``.
        at: when, with a time zone.
        right: what the verdict was shown by, see ``Identity.right``; empty where nothing was found.
    """

    request_id: str
    verdict: str
    outcome: str
    at: datetime
    language: Language = "en"
    right: str = ""


class LookupStore:
    """Saves and finds past look-ups, sealed to their owner. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._sealed = Sealed(keyring, "lookup")

    def saving(self, owner: Person, lookup: PastLookup) -> Callable[[Connection], None]:
        """What remembers a look-up; an earlier one of the same RequestId gives way, and so does the eleventh."""
        request = hashlib.sha256(lookup.request_id.encode()).hexdigest()
        kept = [lookup.request_id, lookup.verdict, lookup.outcome, lookup.language, lookup.right]
        sealed = self._sealed.seal(kept, *owner.ids, request)
        row = {"owner": owner.key, "request": request, "sealed": sealed, "at": stamp(lookup.at)}

        def work(connection: Connection) -> None:
            insert_or_replace(connection, LOOKUPS, row)
            connection.execute(_PRUNE, {"whose": owner.key})

        return work

    def find(self, owner: Person) -> list[PastLookup]:
        """A person's look-ups, newest first; rows that do not open are left out."""
        rows = self._database.read(lambda connection: connection.execute(_NEWEST, {"whose": owner.key}).all())
        opened = ((self._sealed.find(sealed, *owner.ids, request), at) for request, sealed, at in rows[:KEPT])
        # Rows of older versions have no language, or no right.
        names = ("request_id", "verdict", "outcome", "language", "right")
        known = [(dict(zip(names, value, strict=False)), moment(at)) for value, at in opened if value is not None]
        return [PastLookup(**said, at=at) for said, at in known]


@dataclass(frozen=True, slots=True)
class PastSummary:
    """The RequestIds of a summary, and when it was made."""

    ids: tuple[str, ...]
    at: datetime


class SummaryStore:
    """Of which ids a person's last summary in a channel was, sealed to them. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._sealed = Sealed(keyring, "summary")

    def replace(self, owner: Person, channel: str, now: PastSummary) -> PastSummary | None:
        """Remember a summary in place of the one before, which this gives; None where there was none within a day."""
        mine = (SUMMARIES.c.owner == owner.key) & (SUMMARIES.c.channel == channel)
        lately = SUMMARIES.c.at >= stamp(now.at - SUMMARIES_LIVE)
        sealed = self._sealed.seal([*now.ids], *owner.ids, channel)
        row = {"owner": owner.key, "channel": channel, "sealed": sealed, "at": stamp(now.at)}

        def work(connection: Connection) -> tuple[bytes, int] | None:
            before = connection.execute(select(SUMMARIES.c.sealed, SUMMARIES.c.at).where(mine, lately)).first()
            insert_or_replace(connection, SUMMARIES, row)
            return None if before is None else (before.sealed, before.at)

        before = self._database.write(work)
        ids = before and self._sealed.find(before[0], *owner.ids, channel)
        return PastSummary(tuple(ids), moment(before[1])) if before and ids else None


class WaitStore:
    """Who waits for which log, as a digest and a time. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, owner: Person, request_id: str, now: datetime) -> int:
        """Begin to wait, unless that person waits for that log already; which wait it is, a number."""
        who, outlived = _waiting(owner, request_id), delete(WAITS).where(WAITS.c.since < stamp(now - WAITS_LIVE))

        def work(connection: Connection) -> int:
            connection.execute(outlived)
            insert_if_new(connection, WAITS, {"who": who, "since": stamp(now)})
            return int(connection.execute(select(WAITS.c.since).where(WAITS.c.who == who)).scalar_one())

        return self._database.write(work)

    def find(self, owner: Person, request_id: str) -> int | None:
        """The wait of a person for a log; None when there is none, or it was ended."""
        query = select(WAITS.c.since).where(WAITS.c.who == _waiting(owner, request_id))
        since: int | None = self._database.read(lambda connection: connection.execute(query).scalar())
        return since

    def end(self, owner: Person, request_id: str) -> None:
        """Wait no longer."""
        ended = delete(WAITS).where(WAITS.c.who == _waiting(owner, request_id))
        self._database.write(lambda connection: connection.execute(ended).rowcount)


def _waiting(owner: Person, request_id: str) -> str:
    return hashlib.sha256(f"{owner.key}\n{request_id}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Feedback:
    """How many people said what of one catalogue entry."""

    helpful: int = 0
    wrong: int = 0


class FeedbackStore:
    """Saves and finds counts and comments. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._sealed = Sealed(keyring, "comment")

    def save_once(self, reference: str, owner: Person, *, helpful: bool, now: datetime) -> Saved:
        """Count a person's opinion, once a day and entry; another one on the same day takes the place of the first.

        What is kept of the person is a digest, and that for two days.
        """
        said, opposite = (_digest(owner, reference, now, helpful=each) for each in (helpful, not helpful))
        withdrawn = delete(OPINIONS).where(OPINIONS.c.voter == opposite)

        def work(connection: Connection) -> Saved:
            if not insert_if_new(connection, OPINIONS, {"voter": said, "given_at": stamp(now)}):
                return "same"
            changed = connection.execute(withdrawn).rowcount > 0
            if changed:
                _count(connection, reference, helpful=not helpful, by=-1)
            _count(connection, reference, helpful=helpful)
            return "changed" if changed else "new"

        return self._database.write(work)

    def find(self) -> dict[str, Feedback]:
        """The counts of every entry that anybody spoke of, by reference."""
        query = select(FEEDBACK.c.reference, FEEDBACK.c.helpful, FEEDBACK.c.wrong)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return {reference: Feedback(helpful, wrong) for reference, helpful, wrong in rows}

    def comment(self, reference: str, text: str, name: str, now: datetime) -> None:
        """Keep a comment under a name of its own, once; nobody is named."""
        row = {"id": name, "reference": reference, "sealed": self._sealed.seal(text, reference, name), "given_at": stamp(now)}
        self._database.write(lambda connection: insert_if_new(connection, COMMENTS, row))

    def comments(self) -> list[tuple[datetime, str, str]]:
        """When, on which entry and what somebody said, newest first; rows that do not open are left out."""
        query = select(COMMENTS).order_by(COMMENTS.c.given_at.desc())
        rows = self._database.read(lambda connection: connection.execute(query).all())
        opened = ((self._sealed.find(row.sealed, row.reference, row.id), row) for row in rows)
        return [(moment(row.given_at), row.reference, str(text)) for text, row in opened if text is not None]


def _digest(owner: Person, reference: str, now: datetime, *, helpful: bool) -> str:
    spoken = f"{owner.key}\n{reference}\n{now:%Y-%m-%d}\n{helpful}"
    return hashlib.sha256(spoken.encode()).hexdigest()


def _count(connection: Connection, reference: str, *, helpful: bool, by: int = 1) -> None:
    counted = FEEDBACK.c.helpful if helpful else FEEDBACK.c.wrong
    insert_if_new(connection, FEEDBACK, {"reference": reference, "helpful": 0, "wrong": 0})
    connection.execute(update(FEEDBACK).where(FEEDBACK.c.reference == reference).values({counted: counted + by}))


class CanvasStore:
    """Which canvas holds the post-mortem of a channel, by Slack's ids, so that later summaries extend it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, channel: str) -> str | None:
        """The canvas of a channel, if one was made. Raises StoreUnavailableError."""
        return self._database.read(lambda connection: connection.scalar(_CANVAS, {"where": channel}))

    def save(self, channel: str, canvas: str) -> None:
        """Remember a canvas, in place of one that is gone. Raises StoreUnavailableError."""
        row = {"channel": channel, "canvas": canvas}
        self._database.write(lambda connection: insert_or_replace(connection, CANVASES, row))
