from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.postgres import fresh_database

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Both databases that the bot runs on; both real."""
    return f"sqlite:///{tmp_path}/store.sqlite" if request.param == "sqlite" else fresh_database()
