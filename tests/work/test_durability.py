"""The engine's tables on an SQLite that is older than DBOS takes for granted."""

from pathlib import Path

from sqlalchemy import text

from bot.work.durability import engine_for


def test_the_engines_database_knows_the_time_in_milliseconds(tmp_path: Path) -> None:
    """Python 3.12 and 3.13 on Debian 12 have SQLite 3.40, which gives nothing for ``subsec``: no bot would start."""
    engine = engine_for(f"sqlite:///{tmp_path}/engine.sqlite")
    with engine.connect() as connection:
        now = connection.execute(text("SELECT unixepoch('subsec') * 1000, strftime('%s', 'now') * 1000")).one()
    engine.dispose()
    assert abs(now[0] - now[1]) < 2000
