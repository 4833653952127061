"""The commands that keep running: the bot, the playground, the stand-in; and what containers ask of them."""

import contextlib
import ctypes
import os
import signal
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable
from typing import NoReturn, TypeVar

from bot.cli.ending import bad_usage, could_not
from bot.logs import configure_logs
from bot.playground import Playground
from bot.settings import Environment, Settings, SettingsError, read_settings
from bot.store.errors import NewerDatabaseError, SealError, StoreError

LOOPBACK = "127.0.0.1"
HEALTH_TIMEOUT_S = 3
M_ARENA_MAX = -8  # malloc.h
ARENAS = 2
T = TypeVar("T")


def usable_settings(environment: Environment) -> Settings:
    """The settings, or the end of the program with every mistake told."""
    try:
        return read_settings(environment)
    except SettingsError as error:
        bad_usage(error.reasons)


def run_bot() -> NoReturn:
    """Run until SIGTERM or SIGINT, then drain; exit 0 when nothing was left undone."""
    told = listen_for_signals()
    from bot.app import Bot
    from bot.app.parts import folder_note
    from bot.cli.checks import NOBODY, checked_settings, serves_nobody

    _keep_memory_together()
    environment = Environment()
    try:
        settings = checked_settings(environment)
        configure_logs(settings.requestlog_log_level)
        bot = Bot(settings, environment)
    except SettingsError as error:
        bad_usage(error.reasons)
    except (SealError, NewerDatabaseError) as error:
        could_not(str(error))
    except StoreError as error:
        could_not(f"The database cannot be used: {error}")
    for said in (NOBODY if serves_nobody(settings) else None, folder_note(settings.data_dir)):
        if said:
            print(said, file=sys.stderr)
    try:
        bot.start()
    except (OSError, StoreError) as error:
        could_not(f"The bot cannot start: {error}")
    where = f"HTTP, port {bot.port}" if bot.port else "Socket Mode"
    print(f"requestlog is running ({where}). Stop it with Ctrl-C.", file=sys.stderr)
    wait_for(told)
    sys.exit(0 if bot.stop() else 1)


def _keep_memory_together() -> None:
    """Let the bot's many threads share two of glibc's memory arenas, where there is a glibc: it saves about 8 MiB."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def run_playground(port: int, *, browser: bool) -> None:
    """Everything on this machine: both stand-ins, the bot, the page."""
    told = listen_for_signals()
    configure_logs("WARNING")
    stage = _started(lambda: _playground(port))
    print(f"The playground is at {stage.url}", flush=True)
    print("Type /requestlog help there. Stop it with Ctrl-C.", flush=True)
    if browser:
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(stage.url,), daemon=True).start()
    wait_for(told)
    stage.stop()


def _playground(port: int) -> Playground:
    """The playground. A taken port is found out first: the page's web server would print lines of its own, and exit."""
    from bot.playground import Playground

    socket.create_server((LOOPBACK, port)).close()
    return Playground(port)


def run_standin(port: int) -> None:
    """The stand-in of Alibaba Cloud alone."""
    from bot.playground.alibaba import AlibabaStandIn

    told = listen_for_signals()
    server = _started(lambda: AlibabaStandIn(port).start())
    print(server.describe(), flush=True)
    wait_for(told)
    server.stop()


def _started(start: Callable[[], T]) -> T:
    try:
        return start()
    except OSError as error:
        could_not(
            f"The port cannot be used ({os.strerror(error.errno) if error.errno else error}). Name another one with --port."
        )


def run_healthcheck() -> None:
    """Exit 0 when the running bot says that it is ready."""
    settings = usable_settings(Environment())
    port = settings.requestlog_port
    if port is None:
        if settings.socket_mode:
            could_not("Set REQUESTLOG_PORT, so that the bot can be asked whether it is ready.")
        port = 3000
    try:
        # Past any proxy that the environment names: the question goes to this machine.
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"http://{LOOPBACK}:{port}/readyz", timeout=HEALTH_TIMEOUT_S):
            return
    except OSError:
        could_not("The bot is not ready.")


def run_rotate() -> None:
    """Put a new key in front of the others in the data folder's key file."""
    from bot.store.sealing import add_key

    settings = usable_settings(Environment())
    if settings.requestlog_key is not None:
        could_not("The key is set by REQUESTLOG_KEY; put the new one in front of it there, separated by a comma.")
    try:
        add_key(settings.data_dir / "sealing.key")
    except (OSError, StoreError) as error:
        could_not(f"The key could not be changed: {error}")
    print("A new key seals from the next start on; the older ones still open what they sealed.")


def listen_for_signals() -> threading.Event:
    """An event that SIGINT or SIGTERM sets; from here on neither ends the process by itself, nor is it missed."""
    told = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _number, _frame: told.set())
    return told


def wait_for(told: threading.Event) -> None:
    """Return when the event is set; in steps, for a wait without end would not be interrupted."""
    while not told.wait(1):
        pass
