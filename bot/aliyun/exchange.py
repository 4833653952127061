"""What one exchange may still take, and what has come of it: the accounts that every read and write is entered in."""

import select
import socket
import threading
from typing import Final

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import DeadlineError, Failure, StrangeAnswerError

LARGEST_BODY: Final = 1 << 20
_LARGEST_HEAD: Final = 1 << 18


class Exchange:
    """The exchange that a thread is in the middle of: what it may still take, and what has come."""

    __slots__ = ("deadline", "ended", "received")

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.received = 0
        self.ended = False

    def allow(self, step: str) -> float:
        """Seconds that a step may take."""
        left = self.deadline.remaining()
        if left <= 0:
            raise DeadlineError(Failure(reason=step))
        return left

    def receive(self, size: int) -> None:
        """Count what came; nothing means that the server has hung up."""
        self.ended = size == 0
        self.received += size
        if self.received > LARGEST_BODY + _LARGEST_HEAD:
            raise StrangeAnswerError(Failure(reason="too_large"))


class Current(threading.local):
    """The exchange of the thread that asks: httpcore hands its streams a timeout a step, and no deadline."""

    exchange: Exchange


def is_readable(connection: socket.socket) -> bool:
    """Whether something can be read at once, if only the end. A closed socket is readable."""
    if connection.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))
