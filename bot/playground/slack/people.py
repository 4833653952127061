"""Who is in the stand-in's workspace and where they talk: people, channels, and the posts that a scene begins with."""

from dataclasses import dataclass
from typing import Any, Final, Literal

Json = dict[str, Any]

TEAM: Final = "T0REQLOG1"
PARTNER_TEAM: Final = "T0PARTNER"
APP: Final = "A0REQLOG01"
BOT: Final = "B0REQLOG01"
BOT_USER: Final = "U0REQLOGBOT"
BOT_NAME: Final = "requestlog"
#: What Slack's own notices ("only visible to you") are signed with; no bot can write as this user.
SLACKBOT: Final = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the workspace. ``team`` differs for somebody of another organisation in a shared channel.

    ``deleted`` says that the account was deactivated.
    """

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    zone: str = "Asia/Shanghai"
    zone_offset_s: int = 8 * 3600
    team: str = TEAM
    guest: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation. ``shared`` says that another organisation is in it (Slack Connect)."""

    id: str
    name: str
    kind: Literal["public", "private", "im"]
    members: frozenset[str]
    archived: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A message that stands in the workspace at the start.

    ``thread`` is the position, among the posts given, of the post that this one answers. ``minutes_ago`` places it in time.
    """

    author: str
    text: str
    channel: str = "C0INCIDENT"
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread: int | None = None
    minutes_ago: float = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A RequestId worth trying, with what it shows, for the page's list. ``request_id`` may be any command text.

    ``group`` is the heading that it stands under, without ``group_`` a key of the page's texts; ``who`` is the person to be
    when the page's first person would not see the call.
    """

    request_id: str
    title_en: str
    title_zh: str
    group: str = ""
    who: str = ""


PEOPLE: Final = (
    Person("U0ALICE", "alice", "Alice"),
    Person("U0BOB", "bob", "Bob"),
    Person("U0CAROL", "carol", "Carol"),
    Person("U0AUDITOR", "auditor", "Auditor", zone="Europe/Berlin", zone_offset_s=3600),
    Person("U0DANA", "dana", "Dana"),
    Person("U0NOBODY", "nobody", "Nobody yet"),
    Person("U0GUEST", "guest", "Guest", guest=True),
    Person("U0PARTNER", "partner", "Partner", team=PARTNER_TEAM),
)

_STAFF: Final = frozenset({"U0ALICE", "U0BOB", "U0CAROL", "U0AUDITOR", "U0DANA", "U0NOBODY"})

CHANNELS: Final = (
    Channel("C0INCIDENT", "inc-42-checkout", "public", _STAFF | {"U0GUEST", BOT_USER}),
    Channel("C0PUBLIC", "lobby", "public", _STAFF | {"U0GUEST"}),
    Channel("G0PRIVATE", "payments-private", "private", _STAFF),
    Channel("C0SHARED", "shared-with-partner", "public", _STAFF | {"U0PARTNER", BOT_USER}, shared=True),
    Channel("C0ARCHIVED", "inc-07-archived", "public", _STAFF | {BOT_USER}, archived=True),
)

POSTS: Final = (
    Post("U0ALICE", "Checkout fails in cn-hangzhou. RequestId: 123E4567-E89B-12D3-A456-426614174000", minutes_ago=12),
    Post("U0BOB", "Same here, looking.", thread=0, minutes_ago=11),
)


def direct_messages(person: Person) -> Channel:
    """The conversation of one person with the bot."""
    return Channel(f"D0{person.id.removeprefix('U0')}", "directmessage", "im", frozenset({person.id, BOT_USER}))
