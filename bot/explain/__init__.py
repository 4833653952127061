"""From the record of a call to its explanation: what happened, why, who can fix it and how. Pure; no I/O.

A request log, an ActionTrail event and an error in a pasted text are three records with one way in: each gives ``Facts``,
and one composition explains them.
"""

from bot.explain.answers import NotAnAnswerError, parse_answer
from bot.explain.composition import Evidence, explain
from bot.explain.explanation import Explanation
from bot.explain.records import Record, encoded_message
from bot.explain.redaction import redact, redact_parameter

__all__ = [
    "Evidence",
    "Explanation",
    "NotAnAnswerError",
    "Record",
    "encoded_message",
    "explain",
    "parse_answer",
    "redact",
    "redact_parameter",
]
