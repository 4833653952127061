"""Fills the stand-in with its cases, and adds what a test or a curious person brings along."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from bot.playground.alibaba.cases import CASES, Case
from bot.playground.alibaba.diagnostics import Diagnostics, encoded
from bot.playground.alibaba.faults import Fault
from bot.playground.alibaba.people import ACCOUNT_ID, owner_named
from bot.playground.alibaba.requestlogs import RequestLogs, StoredLog, case_content, filled, moment
from bot.playground.alibaba.wire import JsonObject

_ENCODED: Final = "{encoded}"


@dataclass(frozen=True, slots=True)
class Stocked:
    """What the cases bring beside their logs."""

    events: tuple[JsonObject, ...]
    faults: tuple[Fault, ...]


class NewLog(BaseModel):
    """A log to be kept. ``owner`` is the name of one of the people, ``main`` or ``deploy-role:ci-4711``.

    ``log`` is what a log answer has as logInfo; its texts may hold ``{now-12m}`` and ``{encoded}``. ``late_s`` says after how
    many seconds it can be seen. ``decoded`` is what its encoded message decodes to; ``decode_error`` what it fails with,
    ``decode_error_once`` only the first time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str
    log: dict[str, Any] | None
    request_id: str = Field(default_factory=lambda: str(uuid.uuid4()).upper())
    answer_id: str | None = None
    late_s: float = 0
    decoded: dict[str, Any] | None = None
    decode_error: str | None = None
    decode_error_once: bool = False

    def add_to(self, logs: RequestLogs, diagnostics: Diagnostics, now: datetime) -> str:
        """Keep the log and what its message decodes to; gives the RequestId. Raises KeyError for an unknown owner."""
        owner = owner_named(self.owner)
        message = encoded(self.request_id, now)
        info = _with_message(filled(self.log, now), message)
        if info and isinstance(info.get("basicInfo"), dict):
            info["basicInfo"].setdefault("logRequestId", self.request_id)
        diagnostics.keep(message, self.decoded, self.decode_error, once=self.decode_error_once)
        logs.add(StoredLog(self.request_id, owner, info, now + timedelta(seconds=self.late_s), self.answer_id))
        return self.request_id


def stock(logs: RequestLogs, diagnostics: Diagnostics, now: datetime) -> Stocked:
    """Add every case's log; their times are reckoned from ``now``."""
    events, faults = list[JsonObject](), list[Fault]()
    for case in CASES:
        if case.file is None:
            continue
        content = case_content(case.file, now)
        if "log" in content:
            new = {name: content[name] for name in NewLog.model_fields if name in content}
            NewLog(**new, owner=case.owner, request_id=case.request_id).add_to(logs, diagnostics, now)
        if "fault" in content:
            faults.append(Fault(**content["fault"], request_id=case.request_id))
        for event in content.get("events") or ([content["event"]] if "event" in content else []):
            events.append(_of_account(event, case.request_id))
        events += [each for number, event in enumerate(content.get("around", ())) for each in _repeated(event, case, number)]
    return Stocked(tuple(events), tuple(faults))


def _of_account(event: JsonObject, event_id: str) -> JsonObject:
    identity = {"accountId": ACCOUNT_ID} | event.get("userIdentity", {})
    return event | {"eventId": event_id, "requestId": event_id, "userIdentity": identity}


def _repeated(event: JsonObject, case: Case, number: int) -> Iterator[JsonObject]:
    """An event of somebody else around a case's call: ``times`` of it, within ``over_s`` seconds."""
    times, over_s = event.pop("times", 1), event.pop("over_s", 0)
    began = datetime.fromisoformat(str(event["eventTime"]))
    for turn in range(times):
        at = moment(began + timedelta(seconds=over_s * turn / times))
        event_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{case.request_id} {number} {turn}")).upper()
        yield _of_account(event | {"eventTime": at}, event_id)


def _with_message(value: Any, message: str) -> Any:  # noqa: ANN401 - any JSON value in, the same kind out
    if isinstance(value, dict):
        return {name: _with_message(item, message) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_message(item, message) for item in value]
    return value.replace(_ENCODED, message) if isinstance(value, str) else value
