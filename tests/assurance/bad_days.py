"""G18 on bad days of the machine: databases and files that go away, full disks, wrong clocks, nobody upstream."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from tests.assurance.figures import Result, figure
from tests.assurance.load import Loaded, Told, loaded
from tests.benchmarks.bot_process import bot
from tests.postgres import fresh_database

KEY: Final = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
_CLOCK: Final = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(id, now);
    if (!failed && id == CLOCK_REALTIME) now->tv_sec += atol(getenv("CLOCK_OFF_S"));
    return failed;
}
"""
"""The clock of the day, so many seconds off, for one process; its monotonic clock is right."""
_READY_WITHIN_S: Final = 3.0
_ACKNOWLEDGED_WITHIN_S: Final = 2.0


def _asked_during(here: Loaded, deed: Callable[[], None], seconds: float) -> Told:
    """Five commands a second while something happens, and what became of them."""
    found: list[Told] = []
    asking = threading.Thread(
        target=lambda: found.append(here.ask([number / 5 for number in range(int(seconds * 5))], at_once=60))
    )
    asking.start()
    deed()
    asking.join()
    return found[0]


@contextmanager
def _own_postgres() -> Iterator[tuple[str, Any, Any]]:
    """A PostgreSQL of its own: its address, its server, and what stops it."""
    package = pytest.importorskip("pgserver.postgres_server")
    folder = tempfile.mkdtemp(prefix="requestlog-postgres-")
    server = package.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://"), server, package.pg_ctl
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@figure("G18", "PostgreSQL stopped for 30 s (5 in the short form) under five commands a second")
def postgres_stopped(long: bool) -> Result:
    """Every acknowledgement within two seconds, true or with a sentence; ready within three seconds once it is back."""
    away, back = (30.0, 0.0) if long else (5.0, 0.0)
    with _own_postgres() as (url, server, pg_ctl), loaded(0.05, {"REQUESTLOG_DATABASE_URL": url}) as here:

        def deed() -> None:
            nonlocal back
            time.sleep(3)
            pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)
            time.sleep(away)
            server.ensure_postgres_running()
            back = here.until("ready")

        told = _asked_during(here, deed, away + 12)
    slowest = max(told.acknowledged.values())
    held = told.held and back <= _READY_WITHIN_S and slowest <= _ACKNOWLEDGED_WITHIN_S
    return Result(held, f"ready {back:.1f} s after it was back; {told}")


@figure("G18", "the store's file removed, and put back, and damaged")
def store_gone(long: bool) -> Result:
    """Not ready, and everybody is refused with a sentence; nobody is told something untrue."""
    del long
    with loaded(0.05) as here:
        file = here.folder / "bot" / "requestlog.sqlite"
        before = here.ask([0.0] * 20, at_once=20)
        file.rename(here.folder / "away")
        gone = here.until("not ready: store")
        without = here.ask([0.0] * 20, at_once=20, first=100)
        (here.folder / "away").rename(file)
        here.until("ready")
        after = here.ask([0.0] * 20, at_once=20, first=200)
        _damage(file)
        damaged = here.until("not ready: store")
        broken = here.ask([0.0] * 20, at_once=20, first=300)
    held = before.held and after.held and without.refused == broken.refused == 20
    said = f"not ready after {gone:.1f} s (removed) and {damaged:.1f} s (damaged); of 20 each {without.refused} and"
    return Result(held, f"{said} {broken.refused} refused with a sentence; before and after it {before.held and after.held}")


@figure("G18", "the engine's file removed, and damaged and then removed, under 50 commands")
def engine_gone(long: bool) -> Result:
    """Not ready meanwhile; it is made anew, and each command is answered once."""
    del long
    said, found, held = list[str](), list[str](), True
    for how in ("removed", "damaged"):
        with loaded(2.0) as here:
            file = here.folder / "bot" / "requestlog-engine.sqlite"

            def deed(how: str = how, file: Path = file, here: Loaded = here) -> None:
                time.sleep(1)
                if how == "damaged":
                    _damage(file)
                    here.until("not ready: engine")
                file.unlink()
                found.append(f"made anew after {here.until('ready'):.1f} s")

            told = _asked_during(here, deed, 10)
            held = held and told.held and file.exists()
            said.append(f"{how}: {found[-1]}, {told}")
    return Result(held, "; ".join(said))


@figure("G18", "a full disk (a tmpfs of 8 MiB)")
def disk_full(long: bool) -> Result:
    """Refused with a sentence while it is full, and ready again when there is room."""
    del long
    with tempfile.TemporaryDirectory() as name:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", name], check=False).returncode:
            return Result(None, "not run: this user may not mount")
        try:
            with loaded(0.05, {"REQUESTLOG_DATA_DIR": name}) as here:
                before = here.ask([0.0] * 20, at_once=20)
                rest = Path(name) / "rest"
                with suppress(OSError), rest.open("wb", buffering=0) as file:
                    while True:
                        file.write(b"x" * 4096)
                during = here.ask([number / 10 for number in range(60)], at_once=60, first=100)
                lacking = here.lacking()
                rest.unlink()
                back = here.until("ready")
                after = here.ask([0.0] * 20, at_once=20, first=200)
        finally:
            subprocess.run(["umount", "-l", name], check=False)
    held = before.held and during.held and after.held and during.refused > 0
    return Result(held, f"while full: {during}; /readyz said {lacking}; ready {back:.1f} s after there was room")


@figure("G18", "a replica whose clock is 90 s ahead, and one 90 s behind, with one that is right, on PostgreSQL")
def clock_off(long: bool) -> Result:
    """Nobody is answered twice: leases go by the database's clock."""
    del long
    if shutil.which("cc") is None:
        return Result(None, "not run: there is no C compiler")
    said, held = [], True
    for offset in ("90", "-90"):
        settings = {"REQUESTLOG_DATABASE_URL": fresh_database(), "REQUESTLOG_KEY": KEY}
        with loaded(3.0, settings | {"REQUESTLOG_REPLICA": "right"}) as here:
            shim = here.folder / "clock.so"
            compiled = ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(shim)]
            subprocess.run(compiled, input=_CLOCK, text=True, check=True)
            wrong = {"REQUESTLOG_REPLICA": "wrong", "LD_PRELOAD": str(shim), "CLOCK_OFF_S": offset}
            wrong |= {"REQUESTLOG_DATA_DIR": str(here.folder / "wrong")}
            with bot(here.upstream.url, dict(here.settings) | wrong) as other:
                told = here.ask([number / 4 for number in range(100)], at_once=60)
                more = replace(here, bot=other).ask([number / 4 for number in range(100)], at_once=60, first=100)
        held = held and told.held and more.held
        said.append(f"{offset} s: right {told}; wrong {more}")
    return Result(held, "; ".join(said))


@figure("G18", "Slack and Alibaba Cloud both away for 30 s (5 in the short form) under five commands a second")
def nobody_upstream(long: bool) -> Result:
    """Whoever asked is told when they are back, once."""
    away = 30.0 if long else 5.0
    with loaded(0.05) as here:

        def deed() -> None:
            time.sleep(2)
            here.upstream.go()
            time.sleep(away)
            here.upstream.come()

        told = _asked_during(here, deed, away + 5)
    return Result(told.held, str(told))


def _damage(path: Path) -> None:
    """Nonsense over the first pages; what the log held of them is written before."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.write(os.urandom(32_768))
