"""The logs that the stand-in holds: who made each call, who may see it, since when."""

import json
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any, Final, Literal

from bot.playground.alibaba.people import Caller
from bot.playground.alibaba.wire import JsonObject

Granularity = Literal["user", "role", "session"]

_NOW: Final = re.compile(r"\{now(?:([+-]\d+)([smhd]))?\}")
_REPEAT: Final = re.compile(r"\{repeat (\d+)\|(.*?)\|\}", re.DOTALL)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class StoredLog:
    """The log of one call. ``answer_id`` is set where the looking-up call's own RequestId is fixed, as in the sample."""

    request_id: str
    owner: Caller
    info: JsonObject | None = field(repr=False)
    visible_from: datetime
    answer_id: str | None = None


class RequestLogs:
    """The logs, by RequestId. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logs: dict[str, StoredLog] = {}

    def add(self, log: StoredLog) -> None:
        """Keep a log; one of the same RequestId is replaced."""
        with self._lock:
            self._logs[log.request_id] = log

    def find(self, request_id: str, at: datetime) -> StoredLog | None:
        """The log of a RequestId, if it can be seen by then."""
        with self._lock:
            log = self._logs.get(request_id)
        return log if log and log.visible_from <= at else None


def is_own(caller: Caller, owner: Caller, granularity: Granularity) -> bool:
    """Whether a caller's look-up is of an own call.

    Nobody published whether "own" means the RAM user behind a role session, the role or the session: so all three are here.
    """
    return bool(_key(caller, granularity)) and _key(caller, granularity) == _key(owner, granularity)


def _key(caller: Caller, granularity: Granularity) -> str:
    if granularity == "user" or not caller.role:
        return caller.user_id
    return caller.role if granularity == "role" else caller.display_name


def case_content(file: str, now: datetime) -> JsonObject:
    """A case's file from logs/, its times and repetitions filled in.

    ``{now-12m}`` becomes a time (units s, m, h, d), ``{repeat 100|text|}`` the text a hundred times.
    """
    text = resources.files("bot.playground.alibaba").joinpath("logs", file).read_text("utf-8")
    content: JsonObject = filled(json.loads(text), now)
    return content


def filled(value: Any, now: datetime) -> Any:  # noqa: ANN401 - any JSON value in, the same kind out
    """A JSON value with the times and repetitions in its texts filled in."""
    if isinstance(value, dict):
        return {name: filled(item, now) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, now) for item in value]
    if not isinstance(value, str):
        return value
    text = _REPEAT.sub(lambda match: match[2] * int(match[1]), value)
    return _NOW.sub(lambda match: moment(now + _shift(match[1], match[2])), text)


def moment(at: datetime) -> str:
    """A time as Alibaba Cloud writes it: ISO 8601, UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _shift(amount: str | None, unit: str | None) -> timedelta:
    return timedelta(**{_UNITS[unit]: int(amount)}) if amount and unit else timedelta()
