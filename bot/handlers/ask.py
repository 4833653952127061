"""What a person asked, under the name of what answers it, in a form that survives a restart: plain values and back."""

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import Field, TypeAdapter

from bot.delivery import Target, Unsent
from bot.explain.masking import MASK_CLASSES, MaskClass
from bot.explain.shapes import KeyKind
from bot.identity.person import Person
from bot.languages import Language
from bot.store.chain import Entry

Given = TypeVar("Given")


class Name(StrEnum):
    """A name is part of a command's id and is stored with it, so an upgraded bot finds what an older one left behind."""

    DELIVER = "deliver"
    REQUESTLOG = "requestlog"
    HELP = "help"
    DIFF = "diff"
    COMPARE = "compare_summaries"
    CODE = "code"
    DECODE = "decode"
    TICKET = "ticket"
    TICKET_CHANGE = "ticket_change"
    TICKET_SUBMITTED = "ticket_submitted"
    SETTINGS = "settings"
    CHOOSE_SETTING = "choose_setting"
    WHOAMI = "whoami"
    DOCTOR = "doctor"
    LINK = "link"
    UNLINK = "unlink"
    LOGIN = "login"
    LOGOUT = "logout"
    HOME = "home"
    LEFT = "left"
    MENTION = "mention"
    REACTION = "reaction"
    LINKS_SHARED = "links_shared"
    EXPLAIN_LINK = "explain_link"
    EXPLAIN_MESSAGE = "explain_message"
    ASK_FOR_TEXT = "ask_for_text"
    SUBMITTED = "submitted"
    OPEN_CARD = "open_card"
    CARD_OPEN = "card_open"
    CARD_PARAMETERS = "card_parameters"
    CARD_RESPONSE = "card_response"
    CARD_REPRODUCE = "card_reproduce"
    CARD_SUPPORT_TEXT = "card_ticket_text"
    CARD_REFRESH = "card_refresh"
    CARD_WHO = "card_who"
    WAIT = "wait"
    WAIT_AGAIN = "wait_again"
    WAIT_END = "wait_end"
    DETAILS_PAGE = "details_page"
    CARD_SHARE = "card_share"
    SHARE_PREVIEW = "share_preview"
    SHARE_SUBMITTED = "share_submitted"
    SHARE_KEEP = "share_keep"
    SHARE_CANVAS = "share_canvas"
    PERMISSION_FORM = "permission_form"
    PERMISSION_SUBMITTED = "permission_submitted"
    PERMISSION_DECLINE = "permission_decline"
    PERMISSION_DECIDED = "permission_decided"
    PERMISSION_EXPIRED = "permission_expired"
    FEEDBACK = "feedback"
    FEEDBACK_SAY = "feedback_say"
    FEEDBACK_SAID = "feedback_said"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an ask was made, so that its answer goes there.

    Attributes:
        channel: of the message, or of the card that a modal was opened from.
        thread_ts: its thread.
        message_ts: the message that was clicked in or explained.
        response_url: takes five posts within half an hour, and works where the bot is no member.
        trigger: opens a modal within three seconds.
        view: the modal that was clicked in, or the external id of the one that waits for the answer.
        waiting: whether it is that external id.
        in_modal: whether a modal is open, so that another one goes on top of it.
        in_home: whether it was the Home tab.
        private: whether the message that was clicked in is seen by this person alone.
        shared: whether Slack says that the channel is shared with another organisation.
        author: who wrote the message that is explained.
    """

    channel: str | None = None
    thread_ts: str | None = None
    message_ts: str | None = None
    response_url: str | None = None
    trigger: str | None = None
    view: str | None = None
    waiting: bool = False
    in_modal: bool = False
    in_home: bool = False
    private: bool = False
    shared: bool = False
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Another page of a modal."""

    detail: Literal["parameters", "response"] = "parameters"
    page: int = 0
    kind: Literal["page"] = "page"


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a card is shared: what is masked, whether the place was chosen in the modal, and the sealed address to post to."""

    masks: tuple[MaskClass, ...] = MASK_CLASSES
    chosen: bool = False
    way: str | None = None
    kind: Literal["sharing"] = "sharing"


@dataclass(frozen=True, slots=True)
class Opinion:
    """Whether an explanation helped."""

    helpful: bool = False
    kind: Literal["opinion"] = "opinion"


@dataclass(frozen=True, slots=True)
class Comment:
    """Of which catalogue entry somebody says something."""

    reference: str = ""
    kind: Literal["comment"] = "comment"


@dataclass(frozen=True, slots=True)
class Choice:
    """A preference chosen in a menu."""

    setting: Literal["language", "account"] = "language"
    value: str = ""
    kind: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A permission asked for: why, for how long (a name of ``blocks.handoff.DURATIONS``), and on which resource, if typed."""

    reason: str = ""
    duration: str = ""
    resource: str = ""
    kind: Literal["wanted"] = "wanted"


@dataclass(frozen=True, slots=True)
class Decision:
    """An administrator's word on a permission request."""

    verdict: Literal["granted", "declined"] = "declined"
    reason: str = ""
    kind: Literal["decision"] = "decision"


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why a message has no text: it was deleted, holds only pictures or files, or is empty."""

    reason: str | None = None
    kind: Literal["lacking"] = "lacking"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a shared card shows of the call, by the names of ``blocks.share.value_of``: for a reader who may not look it up."""

    facts: dict[str, str] = field(default_factory=dict)
    kind: Literal["shown"] = "shown"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The RequestIds of an earlier summary, parted by blanks, and when it was made, in Unix time."""

    ids: str = ""
    at: int = 0
    kind: Literal["earlier"] = "earlier"


@dataclass(frozen=True, slots=True)
class Wait:
    """Which wait for a log it is, and how often the log was looked for in it."""

    since: int = 0
    tries: int = 0
    kind: Literal["wait"] = "wait"


Arguments = Annotated[
    Page | Shown | Sharing | Opinion | Comment | Choice | Wanted | Decision | Lacking | Earlier | Wait | Unsent,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asked what, and where.

    Attributes:
        name: which handler answers.
        person: who asks.
        text: what was typed or pasted, or the one id that a button carries.
        origin: where the answer goes.
        arguments: what this one handler needs beside the text; ``given`` reads it.
        said_at: Unix time of the message that holds the ids, when it is another one than the command.
        keys: the kinds of keys that were taken out of the text; known when it runs.
        tries: how often Slack was away when it was to be answered.
        reference: the short id under which the log knows this ask; given when it runs.
        command: the whole of that id, for the audit; given when it runs.
        language: what the person reads; found out when it runs.
    """

    name: Name
    person: Person
    text: str = ""
    origin: Origin = field(default_factory=Origin)
    arguments: Arguments | None = None
    said_at: float | None = None
    keys: tuple[KeyKind, ...] = ()
    tries: int = 0
    reference: str = ""
    command: str = ""
    language: Language = "en"

    @property
    def target(self) -> Target:
        """Where the answer goes."""
        return Target(self.person.user, self.origin.channel, self.origin.thread_ts, self.origin.response_url, self.person.team)

    def attempt(self, attempt: Entry) -> Entry:
        """An attempt with who made it, by which command, and where."""
        return replace(attempt, actor=self.person.key, command=self.command, channel=self.origin.channel)

    def given(self, kind: type[Given]) -> Given:
        """The arguments of one kind; its defaults when the ask came without them."""
        return self.arguments if isinstance(self.arguments, kind) else kind()

    def as_payload(self) -> dict[str, Any]:
        """JSON values for the inbox."""
        payload: dict[str, Any] = _ASKS.dump_python(self, mode="json", exclude_none=True)
        return payload

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """The ask that was put into the inbox. Raises ValueError for a payload of another version's form."""
        return _ASKS.validate_python(payload)  # type: ignore[return-value] # nothing derives from Ask


_ASKS: Final = TypeAdapter(Ask)


def identity_of(name: str, occasion: str) -> str:
    """The id of a command: the same for each delivery of the same thing, and nothing can be read out of it."""
    return hashlib.sha256(f"{name}\n{occasion}".encode()).hexdigest()[:32]
