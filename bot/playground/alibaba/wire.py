"""What comes in and what goes out, as plain values: a request as the socket gave it, an answer, an error of the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

JsonObject = dict[str, Any]

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. ``path`` is as sent, without the query; header names are lower-case, each with all its values."""

    method: str
    path: str
    query_text: str
    headers: Mapping[str, tuple[str, ...]]
    body: bytes
    client_ip: str

    def header(self, name: str) -> str:
        """The first value of a header, trimmed; empty when it is absent."""
        return self.headers.get(name, ("",))[0].strip()

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the query, form-decoded: a ``+`` is a space, as the official SDK writes it on the wire."""
        return tuple(parse_qsl(self.query_text, keep_blank_values=True))

    @property
    def form(self) -> tuple[tuple[str, str], ...]:
        """Names and values of a form body; none when the body is not declared as a form."""
        if not self.header("content-type").startswith(FORM):
            return ()
        return tuple(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, without the headers that every answer bears."""

    status: int
    body: bytes
    content_type: str = "application/json;charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(eq=False)
class ApiError(Exception):
    """An error that the API answers with; ``retry_after_ms`` becomes the header x-acs-retry-after."""

    status: int
    code: str
    message: str
    detail: JsonObject | None = None
    retry_after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an error is answered from: what its body names beside code and message."""

    request_id: str
    host: str
    product: str = field(default="Gateway")
