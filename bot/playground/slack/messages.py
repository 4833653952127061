"""What the stand-in keeps and what its tests look at: messages, views, and what passed between Slack and the bot."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.playground.slack.people import BOT, BOT_USER, TEAM, Json

#: Keys whose strings a reader sees; ids, values and addresses are not among them.
_SEEN = ("text", "alt_text", "label", "title", "subtitle", "body", "caption", "hint", "description", "placeholder")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands. ``visible_to`` names the only person who sees it, for a private ("ephemeral") one.

    ``reactions`` are pairs of an emoji's name and who reacted.
    """

    ts: str
    channel: str
    author: str
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str | None = None
    visible_to: str | None = None
    files: tuple[Json, ...] = ()
    edited: bool = False
    reactions: tuple[tuple[str, str], ...] = ()

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.author == BOT_USER

    @property
    def words(self) -> str:
        """Everything a reader sees, top-level text first, one line a text; for assertions."""
        return "\n".join([self.text, *seen_texts([*self.blocks, *self.attachments])])

    def as_slack(self) -> Json:
        """The message as Slack's payloads carry it."""
        payload: Json = {"type": "message", "user": self.author, "text": self.text, "ts": self.ts, "team": TEAM}
        if self.by_bot:
            payload |= {"bot_id": BOT, "subtype": "bot_message"}
        for key in ("blocks", "attachments", "files"):
            if values := getattr(self, key):
                payload[key] = list(values)
        if self.thread_ts:
            payload["thread_ts"] = self.thread_ts
        return payload


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home tab as the bot last made it; ``content`` is what the bot sent, block ids filled in."""

    id: str
    user: str
    content: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    errors: Json = field(default_factory=dict)
    opened_from: str | None = None

    @property
    def title(self) -> str:
        """The modal's title; empty for a Home tab."""
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> tuple[Json, ...]:
        """The blocks as they stand."""
        return tuple(self.content.get("blocks", ()))

    @property
    def words(self) -> str:
        """Everything a reader sees, title first, one line a text; for assertions."""
        return "\n".join([self.title, *seen_texts(list(self.blocks))])


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule of Slack that the bot broke: its name, what exactly, and the call or payload it happened in."""

    rule: str
    detail: str
    source: str


@dataclass(frozen=True, slots=True)
class Request:
    """One payload that Slack sent to the bot, and how the bot acknowledged it.

    ``ms`` runs from sending to acknowledgement; ``status`` is the HTTP status (200 for a Socket Mode acknowledgement),
    None when there was no acknowledgement; ``error`` is what Slack would tell the user, such as operation_timeout.
    """

    kind: Literal["command", "interaction", "event"]
    payload: Json
    ms: float
    status: int | None
    error: str | None
    transport: Literal["http", "socket", "none"]
    answer: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot: a Web API method or ``response_url``, what it sent and what it was told."""

    method: str
    arguments: Json
    ok: bool
    error: str | None = None


def seen_texts(value: object) -> Iterator[str]:
    """Every text in blocks that a reader sees, in order."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from seen_texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str):
                if key in _SEEN:
                    yield item
            else:
                yield from seen_texts(item)
