"""Permission requests that wait for an administrator's word; they outlive restarts and end after two weeks."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bot.identity.person import Person
from bot.store.chain import Entry
from bot.store.database import Database
from bot.store.sealing import Keyring, Sealed
from bot.store.tables import PERMISSION_REQUESTS, insert_or_replace, moment, stamp

State = Literal["open", "granted", "declined", "expired"]

WAITS: Final = timedelta(days=14)
_ONE: Final = select(PERMISSION_REQUESTS).where(PERMISSION_REQUESTS.c.id == bindparam("request"))
_STANDING: Final = (
    select(PERMISSION_REQUESTS)
    .where(PERMISSION_REQUESTS.c.owner == bindparam("whose"), PERMISSION_REQUESTS.c.state.in_(("open", "granted")))
    .order_by(PERMISSION_REQUESTS.c.asked_at.desc())
)
_DECIDE: Final = (
    update(PERMISSION_REQUESTS)
    .where(PERMISSION_REQUESTS.c.id == bindparam("request"), PERMISSION_REQUESTS.c.state == "open")
    .values(state=bindparam("verdict"), sealed=bindparam("body"))
)
_TOLD: Final = (
    update(PERMISSION_REQUESTS).where(PERMISSION_REQUESTS.c.id == bindparam("request")).values(told_at=bindparam("at"))
)
_FORGET: Final = delete(PERMISSION_REQUESTS).where(PERMISSION_REQUESTS.c.id == bindparam("request"))


@dataclass(frozen=True, slots=True)
class PermissionRequest:
    """A person's request for a permission.

    Attributes:
        id: the same for each delivery of the same request; what the administrators' buttons carry.
        owner: who asks.
        request_id: the denied call.
        action: the denied action, such as ``ecs:RunInstances``.
        duration: for how long, a name of ``blocks.handoff.DURATIONS``.
        shown: the message that the administrators got, without its buttons: ``{"text": …, "blocks": […]}``.
        asked_at: when, with a time zone.
        channel: where the message stands; None until Slack took it.
        state: whether somebody decided, and how.
        decided_by: the Slack user who did.
        told_at: when the decision reached the person who asked; None before that.
    """

    id: str
    owner: Person
    request_id: str
    action: str
    duration: str
    shown: dict[str, Any]
    asked_at: datetime
    channel: str | None = None
    state: State = "open"
    decided_by: str | None = None
    told_at: datetime | None = None

    def expired(self, now: datetime) -> bool:
        """Whether it waited in vain for too long."""
        return self.state == "open" and now - self.asked_at > WAITS


class RequestStore:
    """Saves, finds, decides and deletes permission requests, sealed to who asked. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._sealed = Sealed(keyring, "permission request")

    def save(self, request: PermissionRequest, attempt: Entry | None = None) -> None:
        """Remember a request, in place of what stood under its id, with its entry in the audit."""
        row = {
            "id": request.id,
            "owner": request.owner.key,
            "sealed": self._seal(request),
            "asked_at": stamp(request.asked_at),
            "state": request.state,
            "told_at": None,
        }
        self._database.write(
            lambda connection: insert_or_replace(connection, PERMISSION_REQUESTS, row),
            lambda _result: (attempt,) if attempt else (),
        )

    def find(self, request_id: str) -> PermissionRequest | None:
        """The request of an id (not the RequestId of the call); None when there is none, or its row was altered."""
        row = self._database.read(lambda connection: connection.execute(_ONE, {"request": request_id}).first())
        return None if row is None else self._opened(row)

    def find_standing(self, owner: Person, call: str, now: datetime) -> PermissionRequest | None:
        """What a person last asked for because of the same denied call, or action: still waiting, or granted."""
        rows = self._database.read(lambda connection: connection.execute(_STANDING, {"whose": owner.key}).all())
        opened = (each for each in map(self._opened, rows) if each and not each.expired(now))
        return next((each for each in opened if call in (each.request_id, each.action)), None)

    def decide(self, request_id: str, verdict: State, who: str, attempt: Entry) -> bool:
        """Note a decision, and the attempt in the audit; False when one was noted before, which then stands.

        The verdict and who gave it lie inside the seal; the column only finds what is open.
        """

        def work(connection: Connection) -> int:
            row = connection.execute(_ONE, {"request": request_id}).first()
            known = None if row is None else self._opened(row)
            if known is None:
                return 0
            sealed = self._seal(replace(known, state=verdict, decided_by=who))
            return connection.execute(_DECIDE, {"request": request_id, "verdict": verdict, "body": sealed}).rowcount

        def told(count: int) -> tuple[Entry, ...]:
            return (replace(attempt, result=verdict if count else "late"),)

        return self._database.write(work, told) == 1

    def note_informed(self, request_id: str, at: datetime) -> None:
        """Note that the person who asked knows."""
        values = {"request": request_id, "at": stamp(at)}
        self._database.write(lambda connection: connection.execute(_TOLD, values).rowcount)

    def delete(self, request_id: str) -> None:
        """Forget a request, as if nobody had asked."""
        self._database.write(lambda connection: connection.execute(_FORGET, {"request": request_id}).rowcount)

    def _seal(self, request: PermissionRequest) -> bytes:
        body = [
            request.request_id,
            request.action,
            request.duration,
            request.shown,
            request.channel,
            request.state,
            request.decided_by,
        ]
        return self._sealed.seal(body, *request.owner.ids, request.id, str(stamp(request.asked_at)))

    def _opened(self, row: Row[Any]) -> PermissionRequest | None:
        """The request of a row; None when it was altered: also when its state or its age is another one than was sealed."""
        owner = Person.from_key(row.owner)
        body = self._sealed.find(row.sealed, *owner.ids, row.id, str(row.asked_at))
        if body is None:
            return None
        call, action, duration, shown, channel, state, decided_by = body
        if state != row.state:
            return None
        return PermissionRequest(
            id=row.id,
            owner=owner,
            request_id=call,
            action=action,
            duration=duration,
            shown=shown,
            asked_at=moment(row.asked_at),
            channel=channel,
            state=state,
            decided_by=decided_by,
            told_at=None if row.told_at is None else moment(row.told_at),
        )
