"""Directories of an identities file, clients that reach nothing unless the test gives them somewhere, and a clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.aliyun.client import Client
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.transport import Transport
from bot.identity.chain import OwnCredential
from bot.identity.directory import FileDirectory
from bot.identity.identities import parse_identities
from bot.identity.sessions import RoleSessions

#: Nobody listens on port 9 of the loopback address.
NOWHERE = "http://127.0.0.1:9"


class Clock:
    """The time of the machine, shifted."""

    shift = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.shift


_OPEN: list[Transport] = []


def client_at(url: str = NOWHERE) -> Client:
    """A client of one URL, closed when the test ends."""
    _OPEN.append(Transport())
    return Client(_OPEN[-1], Endpoints(*[url] * 5))


def close_clients() -> None:
    """Close what ``client_at`` opened."""
    while _OPEN:
        _OPEN.pop().close()


def directory_of(
    text: str, environment: Mapping[str, str], *, in_group: bool | None = False, url: str = NOWHERE
) -> FileDirectory:
    """The directory of a file's text; every group has everybody, nobody, or Slack does not say."""
    identities, client = parse_identities(text), client_at(url)
    sessions = RoleSessions(client, OwnCredential(environment, client, metadata=NOWHERE).find, environment)
    return FileDirectory(lambda: identities, environment, sessions, lambda _person, _group: in_group)
