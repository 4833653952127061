"""A temporary credential from ALIBABA_CLOUD_CREDENTIALS_URI: one GET, past any proxy, following no redirect.

The answer's fields are those of the official chain: AccessKeyId, AccessKeySecret, SecurityToken, Expiration.
"""

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

from bot.addresses import is_loopback
from bot.aliyun.credentials import Credential, Session
from bot.identity.references import CredentialMissingError

VARIABLE: Final = "ALIBABA_CLOUD_CREDENTIALS_URI"
TIMEOUT_S: Final = 2.0
LARGEST_ANSWER: Final = 65_536


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_request: object) -> None:
        """None, which makes a redirect an error: a credential comes from the address that was set, or not at all."""


def fetch(uri: str) -> Session:
    """The credential behind the address, and when it ends (aware, UTC).

    Raises CredentialMissingError, whose text never quotes the address or the answer.
    """
    _check(uri)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
    try:
        with opener.open(uri, timeout=TIMEOUT_S) as answer:
            body = answer.read(LARGEST_ANSWER)
    except urllib.error.HTTPError as error:
        error.close()
        message = f"{VARIABLE} leads to an address that answers with HTTP status {error.code}."
    except (OSError, HTTPException, ValueError) as error:
        message = f"{VARIABLE} leads to an address that does not answer ({type(error).__name__})."
    else:
        return _session(body)
    raise CredentialMissingError(message)


def _check(uri: str) -> None:
    try:
        parts = urlsplit(uri)
        host = (parts.hostname or "").lower()
    except ValueError:
        safe = False
    else:
        safe = (parts.scheme == "https" and bool(host)) or (parts.scheme == "http" and is_loopback(host))
    if not safe:
        message = f"{VARIABLE} must be an https address, or plain http on this machine."
        raise CredentialMissingError(message)


def _session(body: bytes) -> Session:
    message = f"{VARIABLE} leads to an answer that holds no complete temporary credential."
    try:
        answer: Any = json.loads(body)
        fields = [answer[name] for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration")]
        if all(isinstance(each, str) for each in fields):
            return Session(Credential(*fields[:3]), _moment(fields[3]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    # Raised out here, so that it drags no exception along that knows the answer.
    raise CredentialMissingError(message)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
