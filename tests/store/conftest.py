from pathlib import Path

import pytest

from tests.postgres import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Both databases that the bot runs on; both real."""
    return f"sqlite:///{tmp_path}/store.sqlite" if request.param == "sqlite" else fresh_database()
