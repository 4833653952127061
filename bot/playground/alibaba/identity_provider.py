"""The stand-in's own OIDC issuer, as an ACK cluster is one for RRSA: signs tokens, and reads them as STS would."""

import base64
import json
import threading
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bot.playground.alibaba.people import ACCOUNT_ID
from bot.playground.alibaba.wire import ApiError

ISSUER: Final = "https://oidc-ack.standin.example"
CLIENT_ID: Final = "sts.aliyuncs.com"
PROVIDER_ARN: Final = f"acs:ram::{ACCOUNT_ID}:oidc-provider/ack-rrsa-standin"
SUBJECT: Final = "system:serviceaccount:default:requestlog"
LONGEST_TOKEN: Final = 20_000
ISSUED_WITHIN: Final = timedelta(hours=12)
_PADDING: Final = padding.PKCS1v15()


class IdentityProvider:
    """One key at a time; ``rotate`` makes a new one, whose fingerprint STS does not know until ``trust``. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: rsa.RSAPrivateKey | None = None
        self._trusted: rsa.RSAPrivateKey | None = None

    def token(self, at: datetime, **changed: Any) -> str:
        """A token issued at a time, for ten minutes; claims may be changed."""
        claims = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "sub": SUBJECT,
            "iat": int(at.timestamp()),
            "exp": int((at + timedelta(minutes=10)).timestamp()),
            **changed,
        }
        signed = f"{_encoded({'alg': 'RS256', 'typ': 'JWT'})}.{_encoded(claims)}"
        return f"{signed}.{_base64(self._own().sign(signed.encode(), _PADDING, hashes.SHA256()))}"

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self._own()
        with self._lock:
            self._key = rsa.generate_private_key(65537, 2048)

    def trust(self) -> None:
        """Let STS know the key."""
        with self._lock:
            self._trusted = self._key

    def _own(self) -> rsa.RSAPrivateKey:
        with self._lock:
            if self._key is None:
                self._key = self._trusted = rsa.generate_private_key(65537, 2048)
            return self._key

    def read(self, token: str, at: datetime) -> dict[str, Any]:
        """The claims of a token that holds now. Raises ApiError with STS's code for what is wrong with it."""
        if len(token) > LONGEST_TOKEN:
            raise _refusal("Invalid", "The OIDC token is too long.")
        try:
            head, body, signature = token.split(".")
            header, claims = _decoded(head), _decoded(body)
            issued, ends = int(claims["iat"]), int(claims["exp"])
        except (ValueError, KeyError, TypeError):
            raise _refusal("Invalid", "The OIDC token is malformed.") from None
        if header.get("alg") != "RS256":
            raise _refusal("Invalid", "The signing algorithm of the OIDC token is not supported.")
        if claims.get("iss") != ISSUER:
            raise _refusal("IssuerNotMatch", "The issuer of the OIDC token does not match the OIDC provider.")
        if CLIENT_ID not in (audience if isinstance(audience := claims.get("aud"), list) else [audience]):
            raise _refusal("AudienceNotMatch", "The audience of the OIDC token does not match the OIDC provider.")
        if not self._signed(f"{head}.{body}", signature):
            raise _refusal("PublicKeyFingerprintMismatch", "The fingerprint of the issuer's key does not match.")
        now = at.timestamp()
        if not issued - 60 <= now < ends or now - issued > ISSUED_WITHIN.total_seconds():
            raise _refusal("Expired", "The OIDC token has expired.")
        return claims

    def _signed(self, text: str, signature: str) -> bool:
        self._own()
        with self._lock:
            key = self._trusted
        try:
            raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
            return key is not None and key.public_key().verify(raw, text.encode(), _PADDING, hashes.SHA256()) is None
        except (InvalidSignature, ValueError):
            return False


def _refusal(kind: str, message: str) -> ApiError:
    return ApiError(400, f"AuthenticationFail.OIDCToken.{kind}", message)


def _encoded(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(part: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return value
