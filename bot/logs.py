"""How this program logs: one JSON object a line, ids and outcomes only, every text redacted before it is written."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.explain.redaction import redact


class RedactingFormatter(logging.Formatter):
    """Redacts whatever a library logs, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, redacted; a line break in foreign text cannot forge a second line."""
        return redact(super().format(record)).replace("\n", "\\n").replace("\r", "\\r")


class _NothingTyped(logging.Filter):
    """Drops what Bolt says below ERROR: it quotes whole payloads, from loggers whose levels it sets by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR or not record.name.startswith("slack_bolt")


def configure_logs(level: str) -> None:
    """Set up logging for the process, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter('{"level":"%(levelname)s","logger":"%(name)s","event":"%(message)s"}'))
    handler.addFilter(_NothingTyped())
    # Below WARNING libraries write addresses, headers or bodies: httpx every response_url, slack_sdk every block.
    logging.basicConfig(level=max(logging.WARNING, logging.getLevelName(level)), handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redacted,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _redacted(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}
