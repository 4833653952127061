"""The stand-in's own controls under /_standin: read its description, set faults, add logs."""

import json
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.playground.alibaba import description
from bot.playground.alibaba.faults import Fault
from bot.playground.alibaba.requestlogs import Granularity
from bot.playground.alibaba.stock import NewLog
from bot.playground.alibaba.sts import RoleForm
from bot.playground.alibaba.wire import Answer, Request


class Settings(BaseModel):
    """What may be changed while the stand-in runs."""

    model_config = ConfigDict(extra="forbid")

    own: Granularity | None = None
    role_form: RoleForm | None = None
    source_identity: Literal["allow", "deny"] | None = None
    denied: Literal[403, 404] | None = None
    log_delay_s: float | None = Field(None, ge=0)


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
    def set(self, **changed: object) -> None: ...
    def oidc_token(self, **claims: object) -> str: ...
    def rotate_oidc_key(self, *, trusted: bool) -> None: ...


def answer(standin: Controlled, request: Request) -> Answer:
    """Answer a request for the controls; 400 with the reason for what has not the right shape."""
    try:
        return _answer(standin, request)
    except (ValidationError, KeyError, TypeError, ValueError, AttributeError) as error:
        return _json(400, {"error": f"not understood: {error}"})


def _answer(standin: Controlled, request: Request) -> Answer:
    match request.method, request.path.removeprefix("/_standin"):
        case "GET", "":
            content = description.as_json(standin.url, standin.console_page) | standin.state()
        case "POST", "/faults":
            standin.fault(**Fault.model_validate_json(request.body).model_dump())
            content = {"faults": standin.state()["faults"]}
        case "DELETE", "/faults":
            standin.clear_faults()
            content = {"faults": []}
        case "POST", "/logs":
            content = {"request_id": standin.add_log(NewLog.model_validate_json(request.body))}
        case "POST", "/settings":
            content = Settings.model_validate_json(request.body).model_dump(exclude_none=True)
            standin.set(**content)
        case "POST", "/oidc-token":
            content = {"token": standin.oidc_token(**json.loads(request.body or b"{}"))}
        case "POST", "/oidc-key":
            standin.rotate_oidc_key(trusted=bool(json.loads(request.body or b"{}").get("trusted")))
            content = {}
        case _:
            paths = "faults (DELETE too), logs, settings, oidc-token, oidc-key"
            return _json(404, {"error": f"GET /_standin, or POST /_standin/ and one of: {paths}"})
    return _json(200, content)


def _json(status: int, content: dict[str, object]) -> Answer:
    return Answer(status, json.dumps(content, ensure_ascii=False, indent=1).encode())
