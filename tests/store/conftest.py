from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.sealing import Keyring, new_key
from tests.postgres import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Both databases that the bot runs on; both real."""
    return f"sqlite:///{tmp_path}/store.sqlite" if request.param == "sqlite" else fresh_database()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.from_text(new_key())
