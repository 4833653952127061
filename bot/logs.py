"""How this program logs: one JSON object a line, ids and outcomes only, every text redacted before it is written.

Every logger speaks the same way, those of libraries too. Logging never blocks and never fails a command: what a pipe that
nobody reads, or a full disk, does not take is dropped and counted.
"""

import logging
import queue
import sys
import threading
import time
from collections.abc import MutableMapping
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.typing import Processor

from bot.explain.redaction import redact

MOST_WAITING: Final = 10_000
_FLUSHED_WITHIN_S: Final = 1.0
_REPEATED_AFTER_S: Final = 60.0
_MOST_REMEMBERED: Final = 1000
_LINE_BREAKS: Final = str.maketrans({"\n": "\\n", "\r": "\\r"})


class _NothingTyped(logging.Filter):
    """Drops what Bolt says below ERROR: it quotes whole payloads, from loggers whose levels it sets by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR or not record.name.startswith("slack_bolt")


class _NotAgain(logging.Filter):
    """Of what a library says in the same form again and again, such as that its database is away, one record a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "bot" or record.name.startswith("bot."):
            return True
        form = (record.name, str(record.msg)[:40])
        at, more = self._said.get(form, (0.0, 0))
        if at and time.monotonic() - at < _REPEATED_AFTER_S:
            self._said[form] = (at, more + 1)
            return False
        if len(self._said) >= _MOST_REMEMBERED:
            self._said.clear()
        self._said[form] = (time.monotonic(), 0)
        record.repeated = more
        return True


class Writer(logging.Handler):
    """Writes in a thread of its own; ``dropped`` counts what could not be written."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.dropped = 0
        self._told = 0
        self._stream = stream
        self._waiting: queue.Queue[str] = queue.Queue(MOST_WAITING)
        threading.Thread(target=self._write, name="log-writer", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a record over."""
        try:
            self._waiting.put_nowait(self.format(record))
        except queue.Full:
            self.dropped += 1

    def flush(self) -> None:
        """Wait for what was handed over, for a second at most."""
        deadline = time.monotonic() + _FLUSHED_WITHIN_S
        while self._waiting.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.002)

    def _write(self) -> None:
        while True:
            line = self._waiting.get()
            lost, self._told = self.dropped - self._told, self.dropped
            try:
                if lost:
                    self._stream.write(f'{{"event":"log_lines_dropped","lines":{lost}}}\n')
                self._stream.write(line + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                self.dropped += 1
            finally:
                self._waiting.task_done()


_COMMON: Final[list[Processor]] = [
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def formatter(form: Literal["json", "console"] = "json") -> logging.Formatter:
    """How a record becomes a line: redacted, and without a line break that could forge a second one."""
    shown: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "console":
        shown = structlog.dev.ConsoleRenderer(colors=False)
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redacted, shown]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[*_COMMON, _by_class, _how_often], processors=last)


def configure_logs(level: str, form: Literal["json", "console"] = "json") -> Writer:
    """Set up logging for the process, to standard error: JSON for machines, or ``console`` for people."""
    writer = Writer(sys.stderr)
    writer.setFormatter(formatter(form))
    writer.addFilter(_NothingTyped())
    writer.addFilter(_NotAgain())
    # Below WARNING libraries write addresses, headers or bodies: httpx every response_url, slack_sdk every block.
    logging.basicConfig(level=max(logging.WARNING, logging.getLevelName(level)), handlers=[writer], force=True)
    logging.getLogger("bot").setLevel(level)
    # It says of every burst how many requests wait for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_COMMON,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    return writer


def thread_failed(failed: threading.ExceptHookArgs) -> None:
    """For Python to call with an error that ended a thread: its class alone is told, for a traceback may quote people."""
    structlog.get_logger("bot.logs").error(
        "thread_failed", error=failed.exc_type.__name__, thread=getattr(failed.thread, "name", "")
    )


def dropped_lines() -> float:
    """How many lines this process could not write."""
    return float(sum(each.dropped for each in logging.getLogger().handlers if isinstance(each, Writer)))


def _by_class(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of a library's error its class alone: its text and its traceback may quote what people wrote."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple) and error[0] is not None:
        event["error"] = error[0].__name__
    return event


def _how_often(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and (more := record.__dict__.get("repeated")):
        event["left_out_before"] = more
    return event


def _redacted(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redact(value).translate(_LINE_BREAKS) if isinstance(value, str) else value for key, value in event.items()}
