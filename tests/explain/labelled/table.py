"""The table: every answer of ``answers/`` with the facts that ``labels.toml`` expects of its explanation."""

import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bot.aliyun.models import DecodedMessage

HERE: Final = Path(__file__).parent
ANSWERS: Final = HERE / "answers"
NOW: Final = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """One answer as its reader would save it, the decoded diagnostic message beside it, and its labels."""

    name: str
    text: str
    decoded: DecodedMessage | None
    labels: dict[str, Any]

    @property
    def error(self) -> str | None:
        """``must``: no explanation is possible; ``may``: either way is right; None: there must be one."""
        error: str | None = self.labels.get("error")
        return error


def read_labels() -> dict[str, dict[str, Any]]:
    """The labels by name, in the file's order."""
    return tomllib.loads((HERE / "labels.toml").read_text("utf-8"))


def read_cases() -> tuple[Case, ...]:
    """All cases, with their long texts filled in."""
    return tuple(Case(name, _text(name, labels), _decoded(name), labels) for name, labels in read_labels().items())


def _text(name: str, labels: dict[str, Any]) -> str:
    if raw := labels.get("raw"):
        return str(raw["text"]) * int(raw["times"])
    text = (ANSWERS / f"{name}.json").read_text("utf-8")
    return _filled(text, labels["repeat"]) if "repeat" in labels else text


def _filled(text: str, repeat: dict[str, Any]) -> str:
    answer = json.loads(text)
    *parents, last = repeat["path"].split(".")
    place = answer["logInfo"]
    for parent in parents:
        place = place[int(parent) if isinstance(place, list) else parent]
    place[last] = repeat["text"] * repeat["times"]
    return json.dumps(answer)


def _decoded(name: str) -> DecodedMessage | None:
    path = ANSWERS / f"{name}.decoded.json"
    if not path.exists():
        return None
    return DecodedMessage.model_validate(json.loads(path.read_text("utf-8"))["DecodedDiagnosticMessage"])
