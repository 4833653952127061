"""What a person asked, in a form that survives a restart: plain values out of Slack's payload and back."""

from dataclasses import dataclass
from typing import Any, Self

from bot.delivery import Target
from bot.identity.person import Person


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asked what and where the answer goes.

    ``said_at`` is the Unix time of the message that holds the ids, when it is another one than the command. ``extra``
    holds what a story needs beside the text, as JSON values.
    """

    person: Person
    text: str = ""
    channel: str | None = None
    thread_ts: str | None = None
    response_url: str | None = None
    said_at: float | None = None
    view: str | None = None
    extra: dict[str, Any] | None = None

    @property
    def target(self) -> Target:
        """Where the answer goes."""
        return Target(self.person.user, self.channel, self.thread_ts, self.response_url)

    def as_payload(self) -> dict[str, Any]:
        """JSON values for the inbox."""
        return {
            "user": self.person.user,
            "team": self.person.team,
            "enterprise": self.person.enterprise,
            "text": self.text,
            "channel": self.channel,
            "thread_ts": self.thread_ts,
            "response_url": self.response_url,
            "said_at": self.said_at,
            "view": self.view,
            "extra": self.extra,
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """The ask that was put into the inbox."""
        person = Person(payload["user"], payload["team"], payload["enterprise"])
        rest = {name: payload[name] for name in ("text", "channel", "thread_ts", "response_url", "said_at", "view", "extra")}
        return cls(person, **rest)
