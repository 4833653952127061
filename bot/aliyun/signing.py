"""Signature V3, ACS3-HMAC-SHA256: canonical request → string to sign → Authorization.

Pure: the date and the nonce come in as arguments. Source of the rules: Alibaba Cloud's page on request structure and
signature V3, whose published vector is one of the tests.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote

from bot.aliyun.credentials import Credential

ALGORITHM: Final = "ACS3-HMAC-SHA256"
_HASH_OF_NOTHING: Final = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request to sign.

    ``host`` as it goes over the wire, with a port that is not the scheme's own. ``path`` and ``query`` already encoded by
    ``encode_path`` and ``encode_query``. ``headers`` with lower-case names.
    """

    scheme: str
    host: str
    method: str
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __repr__(self) -> str:
        # Query, headers and body hold what nobody may read in a log.
        return f"Request({self.method} {self.host})"


def encode(text: str) -> str:
    """Percent-encode by the strict rule: only letters, digits and ``-_.~`` stay."""
    return quote(text, safe="", errors="replace")


def encode_path(path: str) -> str:
    """Percent-encode each segment of a path."""
    return quote(path, safe="/", errors="replace") or "/"


def encode_query(pairs: Iterable[tuple[str, str]]) -> str:
    """The canonical query, which is also what goes over the wire: sorted by name, then by value."""
    return "&".join([f"{encode(name)}={encode(value)}" for name, value in sorted(pairs)])


def hash_payload(body: bytes) -> str:
    """Lower-case hex SHA-256 of the exact body."""
    return hashlib.sha256(body).hexdigest() if body else _HASH_OF_NOTHING


def canonical_request(request: Request, signed: Mapping[str, str], payload_hash: str) -> tuple[str, str]:
    """The canonical request, and the list of the signed headers' names. ``signed`` has lower-case names."""
    ordered = sorted(signed.items())
    lines = "".join([f"{name}:{value.strip()}\n" for name, value in ordered])
    names = ";".join([name for name, _ in ordered])
    return f"{request.method}\n{request.path}\n{request.query}\n{lines}\n{names}\n{payload_hash}", names


def string_to_sign(canonical: str) -> str:
    """The algorithm's name and the hash of the canonical request."""
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def authorization(to_sign: str, signed_names: str, credential: Credential) -> str:
    """The value of the Authorization header."""
    signature = hmac.digest(credential.access_key_secret.encode(), to_sign.encode(), "sha256").hex()
    return f"{ALGORITHM} Credential={credential.access_key_id},SignedHeaders={signed_names},Signature={signature}"


def is_signed(name: str) -> bool:
    """Whether the rules ask that the header of this lower-case name be signed."""
    return name in ("host", "content-type") or name.startswith("x-acs-")


def sign(request: Request, credential: Credential, date: datetime, nonce: str) -> dict[str, str]:
    """All headers to send with the request, signed. ``date`` is aware and in UTC; ``nonce`` was never used before."""
    payload_hash = hash_payload(request.body)
    headers = {
        **request.headers,
        "host": request.host,
        "x-acs-date": f"{date:%Y-%m-%dT%H:%M:%SZ}",
        "x-acs-signature-nonce": nonce,
        "x-acs-content-sha256": payload_hash,
    }
    if credential.security_token is not None:
        headers["x-acs-security-token"] = credential.security_token
    signed = {name: value for name, value in headers.items() if is_signed(name)}
    canonical, names = canonical_request(request, signed, payload_hash)
    headers["authorization"] = authorization(string_to_sign(canonical), names, credential)
    return headers


def unsigned(request: Request) -> dict[str, str]:
    """The headers of a request that goes without a signature: its query says what is called, as in the older style."""
    return {name: value for name, value in request.headers.items() if not name.startswith("x-acs-")} | {"host": request.host}
