"""How this program logs: one JSON object a line, ids and outcomes only, every text redacted before it is written."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

from bot.explain.redaction import redact

# These write addresses, headers or bodies below WARNING: httpx every response_url, slack_sdk every block, Bolt raw bodies.
TALKATIVE: Final = (
    "httpx",
    "httpcore",
    "slack_sdk",
    "slack_bolt",
    "urllib3",
    "sqlalchemy",
    "alembic",
    "dbos",
    "waitress",
    "werkzeug",
    "websockets",
)


class RedactingFormatter(logging.Formatter):
    """Redacts whatever a library logs, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, redacted; a line break in foreign text cannot forge a second line."""
        return redact(super().format(record)).replace("\n", "\\n").replace("\r", "\\r")


def configure_logs(level: str) -> None:
    """Set up logging for the process, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter('{"level":"%(levelname)s","logger":"%(name)s","event":"%(message)s"}'))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # Bolt warns at each start that a token in the environment is not the one it uses.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
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
