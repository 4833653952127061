"""No connection of a test outlives it."""

from collections.abc import Iterator

import pytest

from tests.identity.directories import close_clients


@pytest.fixture(autouse=True)
def _clients_are_closed() -> Iterator[None]:
    yield
    close_clients()
