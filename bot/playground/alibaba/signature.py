"""The witness of signature V3: what must a request's signature be? Written apart from the bot's signer.

Rules: the vendor's page "Request structure and signature, V3". The query is form-decoded and encoded again strictly, since
the official SDK writes a space as ``+`` on the wire and signs ``%20``; of the headers, those that the request says are signed.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from bot.playground.alibaba.wire import Request

ALGORITHM: Final = "ACS3-HMAC-SHA256"
_AUTHORIZATION: Final = re.compile(rf"{ALGORITHM} Credential=([^,\s]+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Authorization:
    """The header Authorization, taken apart."""

    access_key_id: str
    signed_headers: tuple[str, ...]
    signature: str


def parse(header: str) -> Authorization | None:
    """Take an Authorization header apart; None when it has not the form of V3."""
    match = _AUTHORIZATION.fullmatch(header)
    return Authorization(match[1], tuple(match[2].split(";")), match[3]) if match else None


def left_unsigned(request: Request, authorization: Authorization) -> tuple[str, ...]:
    """The headers that must be signed and are not: host, and every x-acs-* that was sent."""
    must = {"host"} | {name for name in request.headers if name.startswith("x-acs-")}
    return tuple(sorted(must - set(authorization.signed_headers)))


def string_to_sign(request: Request, authorization: Authorization) -> str:
    """What the signer should have signed, as we read the request off the wire."""
    names = sorted(authorization.signed_headers)
    canonical = "\n".join(
        [
            request.method,
            quote(unquote(request.path), safe="/-_.~"),
            "&".join(f"{_strict(name)}={_strict(value)}" for name, value in sorted(request.query)),
            *(f"{name}:{_joined(request.headers.get(name, ()))}" for name in names),
            "",
            ";".join(names),
            payload_hash(request),
        ]
    )
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def payload_hash(request: Request) -> str:
    """The lower-case hex SHA-256 of the body's bytes."""
    return hashlib.sha256(request.body).hexdigest()


def is_right(authorization: Authorization, secret: str, text: str) -> bool:
    """Whether the signature is the one that the secret makes of the string to sign."""
    right = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(right, authorization.signature)


def _strict(text: str) -> str:
    return quote(text, safe="-_.~")


def _joined(values: tuple[str, ...]) -> str:
    return ",".join(sorted(value.strip() for value in values))
