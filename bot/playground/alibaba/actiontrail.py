"""ActionTrail 2020-07-06 LookupEvents: what is left of a call when its log is gone. Two calls a second, as published.

The documented attributes, and one a query, as the official SDK's notes on LookupAttribute have it (2.6.0).
"""

import hashlib
import threading
from collections import defaultdict, deque
from datetime import UTC, datetime, timedelta
from typing import Final, NoReturn

from bot.playground.alibaba.diagnostics import Diagnostics
from bot.playground.alibaba.gate import TIME_FORM
from bot.playground.alibaba.operations import Call, Operation
from bot.playground.alibaba.people import ACCOUNT_ID, LOOKUP_EVENTS
from bot.playground.alibaba.requestlogs import moment
from bot.playground.alibaba.wire import ApiError, JsonObject

VERSION: Final = "2020-07-06"
SPAN: Final = timedelta(days=30)
DEFAULT_SPAN: Final = timedelta(days=7)
KEPT: Final = timedelta(days=90)
A_SECOND: Final = timedelta(seconds=1)
CALLS_A_SECOND: Final = 2
MOST_RESULTS: Final = 50
_ATTRIBUTES: Final = {
    "EventId": ("eventId",),
    "EventName": ("eventName",),
    "ServiceName": ("serviceName",),
    "EventRW": ("eventRW",),
    "ResourceType": ("resourceType",),
    "ResourceName": ("resourceName",),
    "User": ("userIdentity", "userName"),
    "EventAccessKeyId": ("userIdentity", "accessKeyId"),
}
#: What may change from page to page.
_OF_A_PAGE: Final = frozenset({"NextToken", "MaxResults"})


class ActionTrail:
    """The events, and each account's calls of the last second. Safe to use from many threads."""

    def __init__(self, events: tuple[JsonObject, ...], diagnostics: Diagnostics) -> None:
        self._events = list[JsonObject]()
        self.add(*events)
        self._diagnostics = diagnostics
        self._lock = threading.Lock()
        self._recent: dict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=CALLS_A_SECOND))

    def add(self, *events: JsonObject) -> None:
        """Keep more events; each needs eventId and eventTime."""
        kept = [{"recipientAccountId": ACCOUNT_ID} | event for event in events]
        self._events = sorted([*self._events, *kept], key=lambda event: str(event["eventTime"]))

    def operations(self) -> dict[str, Operation]:
        """The operation by name."""
        about = "LookupAttribute.1.Value"
        return {"LookupEvents": Operation("Actiontrail", VERSION, self.lookup_events, asks_about=about)}

    def lookup_events(self, call: Call) -> JsonObject:
        """The events of an attribute's value within a time, newest first unless asked for FORWARD."""
        self._throttle(call.caller.account_id, call.at)
        if LOOKUP_EVENTS not in call.caller.permissions:
            raise self._diagnostics.denied(call, LOOKUP_EVENTS)
        start, end = _span(call)
        name, value = _attribute(call)
        found = [
            event
            for event in self._events
            if (not name or _value(event, _ATTRIBUTES[name]) == value)
            and start <= _time(event["eventTime"]) <= end
            and event["recipientAccountId"] == call.caller.account_id
        ]
        if call.query("Direction") != "FORWARD":
            found.reverse()
        most, skip = _page(call)
        rest = {"NextToken": f"{_question(call)}.{skip + most}"} if most and len(found) > skip + most else {}
        page = found[skip : skip + most]
        return {"RequestId": call.request_id, "StartTime": moment(start), "EndTime": moment(end), "Events": page} | rest

    def _throttle(self, account: str, at: datetime) -> None:
        with self._lock:
            recent = self._recent[account]
            full = len(recent) == CALLS_A_SECOND
            left = recent[0] + A_SECOND - at if full else timedelta()
            if left <= timedelta():
                recent.append(at)
                return
        milliseconds = int(left / timedelta(milliseconds=1)) + 1
        raise ApiError(400, "Throttling.User", "Request was denied due to user flow control.", retry_after_ms=milliseconds)


def _attribute(call: Call) -> tuple[str, str]:
    name, value = call.query("LookupAttribute.1.Key"), call.query("LookupAttribute.1.Value")
    if (name and name not in _ATTRIBUTES) or bool(name) != bool(value) or call.query("LookupAttribute.2.Key"):
        _refuse("LookupAttribute")
    return name, value


def _value(event: JsonObject, path: tuple[str, ...]) -> object:
    value: object = event
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _question(call: Call) -> str:
    """What all pages of an answer share: a token of another question is none."""
    asked = sorted((name, value) for name, value in call.request.query if name not in _OF_A_PAGE)
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]


def _span(call: Call) -> tuple[datetime, datetime]:
    try:
        end = _time(call.query("EndTime")) if call.query("EndTime") else call.at
        start = _time(call.query("StartTime")) if call.query("StartTime") else end - DEFAULT_SPAN
    except ValueError:
        _refuse("StartTime or EndTime")
    # a minute of grace: who asks for the last 90 days asks some milliseconds before we answer
    kept = start >= call.at - KEPT - timedelta(minutes=1)
    if start > end or end - start > SPAN or not kept:
        _refuse("StartTime or EndTime")
    return start, end


def _page(call: Call) -> tuple[int, int]:
    most, token = call.query("MaxResults") or "20", call.query("NextToken")
    if not (most.isdecimal() and int(most) <= MOST_RESULTS):
        _refuse("MaxResults")
    question, _, skip = token.partition(".")
    if token and not (question == _question(call) and skip.isdecimal()):
        _refuse("NextToken")
    return int(most), int(skip or "0")


def _time(text: str) -> datetime:
    return datetime.strptime(text, TIME_FORM).replace(tzinfo=UTC)


def _refuse(name: str) -> NoReturn:
    raise ApiError(400, "InvalidQueryParameter", f"The specified query parameter {name} is not valid.")
