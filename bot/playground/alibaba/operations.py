"""What an API operation is to the server: its product, version, path, and what it does with an admitted call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.playground.alibaba.people import Caller
from bot.playground.alibaba.wire import ApiError, JsonObject, Request

RPC_METHODS: Final = frozenset({"GET", "POST"})


@dataclass(frozen=True, slots=True)
class Call:
    """An admitted call: ``caller`` signed it, ``request_id`` is its own id, ``at`` the time it came in."""

    request: Request
    caller: Caller
    request_id: str
    at: datetime

    def query(self, name: str) -> str:
        """A parameter of the query; empty when it is absent."""
        return dict(self.request.query).get(name, "")

    def given(self, name: str) -> str:
        """A parameter of the query or of the form body: who signs nothing may send it either way."""
        return self.query(name) or dict(self.request.form).get(name, "")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``asks_about`` names the query parameter that holds the RequestId a fault may be meant for.

    ``unsigned`` ones take no signature: what proves the caller is among the parameters.
    """

    product: str
    version: str
    run: Callable[[Call], JsonObject]
    path: str = "/"
    methods: frozenset[str] = RPC_METHODS
    asks_about: str = ""
    unsigned: bool = False

    def check(self, request: Request) -> None:
        """Raise ApiError when the request names another version, path or method than the operation's."""
        if (request.header("x-acs-version") or dict(request.query).get("Version")) != self.version:
            raise ApiError(400, "InvalidVersion", "Specified parameter Version is not valid.")
        if request.path != self.path:
            raise ApiError(404, "InvalidApi.NotFound", "Specified api is not found, please check your url and method.")
        if request.method not in self.methods:
            raise ApiError(400, "UnsupportedHTTPMethod", f"This http method is not supported: {request.method}.")


def action_of(request: Request) -> str:
    """The action that a request names: in its header, or, in the older style, in its query."""
    return request.header("x-acs-action") or dict(request.query).get("Action", "")


def operation_of(operations: dict[str, Operation], request: Request) -> Operation:
    """The operation that a request's x-acs-action and path name. Raises ApiError when there is none of that kind."""
    operation = operations.get(action_of(request))
    if operation is None:
        message = "Specified api is not found, please check your url and method."
        raise ApiError(404, "InvalidAction.NotFound", message)
    operation.check(request)
    return operation
