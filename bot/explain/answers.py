"""Whether a text is a saved answer of GetOwnRequestLog or GetRequestLog, and which log it holds."""

import json
from typing import Any, Literal

from bot.aliyun.models import RequestLog
from bot.explain.facts import shown_line
from bot.explain.wording import say
from bot.languages import Language

Reason = Literal["not_json", "not_object", "error_answer", "no_log", "unreadable"]


class NotAnAnswerError(ValueError):
    """The text holds no log. ``reason`` says which way, ``code`` is the error code of a saved error answer."""

    def __init__(self, reason: Reason, code: str | None = None) -> None:
        self.reason: Reason = reason
        self.code = code
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """The reason as one plain sentence."""
        return say(f"answer.{self.reason}", language, code=self.code or say("call.no_code", language))


def parse_answer(text: str) -> RequestLog:
    """The log in a saved answer, as the API, the CLI or an SDK's ``to_map`` wrote it.

    Raises NotAnAnswerError for everything else: other text, a saved error, an answer without ``logInfo`` or with one that
    holds nothing, JSON that is too deep or holds numbers of thousands of digits.
    """
    answer = _read(text)
    if not isinstance(answer, dict):
        raise NotAnAnswerError(reason="not_object")
    inner = answer.get("body")
    answer = inner if isinstance(inner, dict) and "logInfo" not in answer else answer
    log = answer.get("logInfo")
    if not isinstance(log, dict):
        code = _error_code(answer)
        raise NotAnAnswerError("error_answer" if code else "no_log", code)
    if not any(_holds_objects(section) for section in log.values()):
        raise NotAnAnswerError(reason="no_log")
    try:
        return RequestLog.model_validate(log)
    except RecursionError as error:
        raise NotAnAnswerError(reason="unreadable") from error


def _holds_objects(section: object) -> bool:
    return isinstance(section, dict) or (isinstance(section, list) and any(isinstance(item, dict) for item in section))


def _read(text: str) -> object:
    try:
        answer: object = json.loads(text.lstrip("\ufeff"))
    except RecursionError as error:
        raise NotAnAnswerError(reason="unreadable") from error
    except json.JSONDecodeError as error:
        raise NotAnAnswerError(reason="not_json") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise NotAnAnswerError(reason="unreadable") from error
    return answer


def _error_code(answer: dict[Any, Any]) -> str | None:
    code = answer.get("Code") or answer.get("code")
    return shown_line(code) if isinstance(code, str) else None
