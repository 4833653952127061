"""The forms that addresses and keys in the settings may have. Pure.

Each function gives back what it was given, or raises a ValueError whose text goes on after the setting's name and never
quotes the address: it may hold a password.
"""

import re
from base64 import standard_b64decode
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_SQLITE: Final = "sqlite:///"
_POSTGRESQL: Final = "postgresql+psycopg://"
_PLACE: Final = re.compile(r"(?:\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>[0-9]{1,5}))?")
_LARGEST_PORT: Final = 65535
_KEY_BYTES: Final = 32


def web_address(url: str) -> str:
    """An address on the web: https, or plain http on this machine's loopback; no user name, no password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or port == 0:
        message = "must be a URL like https://host/path/"
        raise ValueError(message)
    if parts.username is not None or parts.password is not None:
        message = "must not hold a user name or a password"
        raise ValueError(message)
    if parts.scheme == "http" and not is_loopback(host):
        message = "must use https: plain http is only for this machine's own loopback address"
        raise ValueError(message)
    return url


def loopback_address(url: str) -> str:
    """An origin on this machine's loopback, like http://127.0.0.1:9000."""
    try:
        parts = urlsplit(url)
        fits = is_loopback(parts.hostname or "") and parts.port != 0 and not (parts.path.strip("/") or parts.query)
    except ValueError:
        fits = False
    if not fits or parts.scheme != "http" or "@" in parts.netloc:
        message = "must be an address of this machine itself, like http://127.0.0.1:9000"
        raise ValueError(message)
    return url.rstrip("/")


def bare_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Names or addresses of hosts, without scheme, port and path."""
    if not all(_HOST.fullmatch(host) or _is_ip(host) for host in hosts):
        message = "must hold bare host names like hooks.slack.com, without https:// and without a port"
        raise ValueError(message)
    return hosts


def database_address(url: str) -> str:
    """An SQLite file or a PostgreSQL database, spelt as SQLAlchemy spells them."""
    if url.startswith(_SQLITE):
        path = url.removeprefix(_SQLITE)
        if path.strip("/") in ("", ".", "..", ":memory:") or "?" in path or path.endswith("/"):
            message = "must name a file after sqlite:///, and nothing after it"
            raise ValueError(message)
        return url
    if not url.startswith(_POSTGRESQL):
        message = "must begin with sqlite:/// or postgresql+psycopg://"
        raise ValueError(message)
    place = re.split(r"[/?]", url.removeprefix(_POSTGRESQL).rpartition("@")[2], maxsplit=1)[0]
    spelt = _PLACE.fullmatch(place)
    if spelt is None or int(spelt["port"] or 0) > _LARGEST_PORT:
        message = "must have a number as its port, like postgresql+psycopg://user:password@host:5432/name"
        raise ValueError(message)
    return url


def sealing_keys(text: str) -> str:
    """Keys of 32 bytes as base64, either alphabet, separated by white space or commas."""
    words = text.replace("-", "+").replace("_", "/").replace(",", " ").split()
    try:
        fits = bool(words) and all(len(standard_b64decode(word)) == _KEY_BYTES for word in words)
    except ValueError:
        fits = False
    if not fits:
        message = "must hold keys of 32 bytes in base64, separated by commas; `openssl rand -base64 32` makes one"
        raise ValueError(message)
    return text


def _is_ip(text: str) -> bool:
    try:
        return ip_address(text) is not None
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, by address or by name: the only one that plain http may lead to."""
    return ip_address(host).is_loopback if _is_ip(host) else host.lower() == "localhost"
