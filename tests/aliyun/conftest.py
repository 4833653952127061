import ssl
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Protocol

import pytest

from bot.aliyun.exchange import Dialer
from bot.aliyun.transport import Transport


class Opening(Protocol):
    def __call__(
        self, *, dialer: Dialer | None = None, tls: ssl.SSLContext | None = None, max_connections: int = 64
    ) -> Transport: ...


@pytest.fixture
def opening() -> Iterator[Opening]:
    """Makes transports that are closed when the test ends."""
    with ExitStack() as stack:

        def make(*, dialer: Dialer | None = None, tls: ssl.SSLContext | None = None, max_connections: int = 64) -> Transport:
            return stack.enter_context(closing(Transport(dialer=dialer, tls=tls, max_connections=max_connections)))

        yield make


@pytest.fixture
def transport(opening: Opening) -> Transport:
    return opening()
