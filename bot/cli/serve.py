"""The commands that keep running: the bot, the playground, the stand-in."""

import contextlib
import ctypes
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

import structlog

from bot.cli.streams import could_not
from bot.cli.upkeep import DEFAULT_PORT, LOOPBACK, ends_in_sentences
from bot.logs import configure_logs, thread_failed
from bot.settings import Environment
from bot.store.errors import StoreError

_LOG: Final = structlog.get_logger("bot.cli")
M_ARENA_MAX = -8  # malloc.h
ARENAS = 2
#: How long /readyz says no before the port closes, so that an orchestrator sends nothing more.
LEAVES_S = 1.5
T = TypeVar("T")


def run_bot() -> NoReturn:
    """Run until SIGTERM or SIGINT, then drain; what is not done by then is left to the next start."""
    told = listen_for_signals()
    from bot.app.bot import Bot
    from bot.app.storage import folder_note
    from bot.cli.checks import NOBODY, checked_settings, serves_nobody

    _keep_memory_together()
    environment = Environment()
    with ends_in_sentences():
        settings, watched = checked_settings(environment)
        configure_logs(settings.requestlog_log_level, settings.requestlog_log_format)
        threading.excepthook = thread_failed
        bot = Bot(settings, environment, watched)
    for said in (NOBODY if serves_nobody(settings, watched) else None, folder_note(settings.data_dir)):
        if said:
            _LOG.warning("setting", meaning=said)
    try:
        bot.start()
    except StoreError as error:
        could_not(f"The bot cannot start: {error}")
    except OSError as error:
        port = DEFAULT_PORT if settings.requestlog_port is None else settings.requestlog_port
        reason = (error.strerror or str(error)).partition(" (while ")[0]
        where = f"{settings.requestlog_host}, port {port}"
        could_not(f"The bot cannot listen at {where} ({reason}). Set REQUESTLOG_PORT or REQUESTLOG_HOST.")
    if sys.stderr.isatty():
        way = f"HTTP, port {bot.port}" if bot.port else "Socket Mode"
        print(f"requestlog is running ({way}). Stop it with Ctrl-C.", file=sys.stderr)
    wait_for(told)
    bot.leave()
    if bot.port:
        time.sleep(LEAVES_S)
    bot.stop()
    logging.shutdown()
    # Not by sys.exit, which would wait for handlers that hang in a network.
    os._exit(0)


def _keep_memory_together() -> None:
    """Let the bot's many threads share two of glibc's memory arenas, where there is a glibc: it saves about 8 MiB."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def run_playground(port: int, *, browser: bool) -> None:
    """Everything on this machine: both stand-ins, the bot, the page."""
    from bot.playground import Playground

    def playground() -> Playground:
        # A taken port is found out first: the page's web server would print lines of its own, and exit.
        socket.create_server((LOOPBACK, port)).close()
        return Playground(port, broker=True)

    told = listen_for_signals()
    configure_logs("WARNING")
    stage = _started(playground)
    print(f"The playground is at {stage.url}", flush=True)
    print("Type /requestlog help there. Stop it with Ctrl-C.", flush=True)
    print(f"Who looked up what there: REQUESTLOG_DATA_DIR={stage.data_folder} requestlog audit", flush=True)
    if browser:
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(stage.url,), daemon=True).start()
    wait_for(told)
    stage.stop()


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
