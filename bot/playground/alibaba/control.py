"""The stand-in's own controls under /_standin: read its description, set faults, add logs."""

import json
from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.playground.alibaba import description
from bot.playground.alibaba.faults import Fault
from bot.playground.alibaba.requestlogs import Granularity
from bot.playground.alibaba.stock import NewLog
from bot.playground.alibaba.wire import Answer, Request


class Settings(BaseModel):
    """What may be changed while the stand-in runs."""

    model_config = ConfigDict(extra="forbid")

    own: Granularity


class Controlled(Protocol):
    """The stand-in as its controls see it."""

    @property
    def url(self) -> str: ...
    @property
    def console_page(self) -> str: ...
    def state(self) -> dict[str, object]: ...
    def fault(self, **values: object) -> None: ...
    def clear_faults(self) -> None: ...
    def add_log(self, new: NewLog) -> str: ...
    def set_own(self, own: Granularity) -> None: ...


def answer(standin: Controlled, request: Request) -> Answer:
    """Answer a request for the controls; 400 with the reason for what has not the right shape."""
    try:
        return _answer(standin, request)
    except (ValidationError, KeyError) as error:
        return _json(400, {"error": f"not understood: {error}"})


def _answer(standin: Controlled, request: Request) -> Answer:
    place = (request.method, request.path.removeprefix("/_standin"))
    if place == ("GET", ""):
        content = description.as_json(standin.url, standin.console_page) | standin.state()
        return _json(200, content)
    if place == ("POST", "/faults"):
        standin.fault(**Fault.model_validate_json(request.body).model_dump())
        return _json(200, {"faults": standin.state()["faults"]})
    if place == ("DELETE", "/faults"):
        standin.clear_faults()
        return _json(200, {"faults": []})
    if place == ("POST", "/logs"):
        return _json(200, {"request_id": standin.add_log(NewLog.model_validate_json(request.body))})
    if place == ("POST", "/settings"):
        settings = Settings.model_validate_json(request.body)
        standin.set_own(settings.own)
        return _json(200, settings.model_dump())
    return _json(404, {"error": "GET /_standin, POST or DELETE /_standin/faults, POST /_standin/logs, POST /_standin/settings"})


def _json(status: int, content: dict[str, object]) -> Answer:
    return Answer(status, json.dumps(content, ensure_ascii=False, indent=1).encode())
