"""What goes wrong on order: delays, refusals and broken bodies, a RequestId, an operation or all of them at a time."""

import threading
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.playground.alibaba.wire import ApiError

Body = Literal["html", "xml", "camel", "truncated", "garbage", "drip", "hang", "huge", "gzip"]

_CODES: Final = {
    400: ("InvalidParameter", "The specified parameter is not valid."),
    403: ("NoPermission", "You are not authorized to perform this action."),
    404: ("NotFound.RequestLog", "The log does not exist, has expired, or you do not have permission to view it."),
    429: ("TooManyRequests", "Too many requests. Try again later."),
    500: ("InternalError", "The request processing has failed due to some unknown error, exception or failure."),
    502: ("BadGateway", "The gateway got no answer from the service."),
    503: ("ServiceUnavailable", "The request has failed due to a temporary failure of the server."),
}


class Fault(BaseModel):
    """One fault. Without ``request_id`` and ``action`` it meets every call; without ``times`` it stays until deleted.

    ``status``, ``code`` or ``retry_after_ms`` make the answer an error; ``body`` says how the answer, error or not, is
    spoilt; ``delay_s`` alone makes a right answer late.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    request_id: str | None = None
    action: str | None = None
    delay_s: float = Field(0, ge=0, le=600)
    status: int | None = Field(None, ge=200, le=599)
    code: str | None = None
    message: str | None = None
    body: Body | None = None
    retry_after_ms: int | None = None
    times: int | None = Field(None, ge=1)

    def meets(self, action: str, request_id: str) -> bool:
        """Whether the fault is meant for a call of this operation that asks about this RequestId."""
        return self.action in (None, action) and (self.request_id or request_id).upper() == request_id.upper()

    def error(self) -> ApiError | None:
        """The error that the call is answered with; None when the answer itself stays right."""
        if self.status is None and self.code is None and self.retry_after_ms is None:
            return None
        status = self.status or (503 if self.code is None else 400)
        code, message = _CODES.get(status, ("InternalError", "The request has failed."))
        return ApiError(status, self.code or code, self.message or message, retry_after_ms=self.retry_after_ms)


class Faults:
    """The faults in force, in order of their setting. Those of the cases stay; the others can be deleted."""

    def __init__(self, lasting: tuple[Fault, ...]) -> None:
        self._lock = threading.Lock()
        self._lasting = lasting
        self._ordered: list[tuple[Fault, int | None]] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in force behind those that are."""
        with self._lock:
            self._ordered.append((fault, fault.times))

    def clear(self) -> None:
        """Delete every fault that somebody set; those of the cases stay."""
        with self._lock:
            self._ordered.clear()

    def take(self, action: str, request_id: str) -> Fault:
        """The first fault that meets a call, one of its times used up; a fault without effect when none does."""
        with self._lock:
            for place, (fault, left) in enumerate(self._ordered):
                if fault.meets(action, request_id):
                    self._ordered[place : place + 1] = [(fault, left and left - 1)] if left != 1 else []
                    return fault
        return next((fault for fault in self._lasting if fault.meets(action, request_id)), Fault())

    def listed(self) -> list[Fault]:
        """The faults that somebody set and that are still in force."""
        with self._lock:
            return [fault.model_copy(update={"times": left}) for fault, left in self._ordered]
