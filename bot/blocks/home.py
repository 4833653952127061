"""The Home tab: as whom the bot looks, preferences, the last look-ups, help."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.blocks import kit
from bot.blocks.account import how_to_link, settings_blocks
from bot.blocks.kit import Block, Message
from bot.blocks.views import home
from bot.blocks.words import age
from bot.identity.person import Person
from bot.languages import Language, Texts

TEXTS: Final = Texts("bot.blocks", "home.toml")
OPEN_AGAIN: Final = "open_again"
#: The ways to ask, spelt as they are typed or chosen, each with its key in home.toml.
WAYS: Final = (
    ("/requestlog 123E4567-…", "command"),
    ("Explain RequestIds", "shortcut"),
    ("@requestlog", "mention"),
    ("/requestlog help", "help"),
)


@dataclass(frozen=True, slots=True)
class Past:
    """A look-up of the past: ``verdict`` is empty unless it was found; ``outcome`` is a name of ``outcomes.OUTCOMES``."""

    request_id: str
    verdict: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HomePage:
    """What a person's Home tab tells them. ``language`` and ``account`` are what they chose, None when they did not."""

    person: Person
    identities: tuple[str, ...]
    language: Language | None
    account: str | None
    lookups: tuple[Past, ...]


def home_page(page: HomePage, language: Language, *, now: datetime) -> dict[str, Any]:
    """The Home tab in a language; ``now`` gives the ages of the look-ups."""
    return home(
        [
            *_identity(page, language),
            kit.DIVIDER,
            kit.header(TEXTS("settings", language)),
            *settings_blocks(language, chosen=page.language, accounts=page.identities, account=page.account),
            kit.DIVIDER,
            kit.header(TEXTS("lookups", language)),
            *(_lookups(page, language, now) or [kit.rich(kit.line(TEXTS("none_yet", language)))]),
            kit.DIVIDER,
            kit.header(TEXTS("help", language)),
            kit.rich(kit.steps([[kit.code(what), "  ", TEXTS(f"ways.{way}", language)] for what, way in WAYS], "bullet")),
        ]
    )


def refused_home(said: Message) -> dict[str, Any]:
    """The Home tab of somebody who is not served."""
    return home(said.blocks)


def _identity(page: HomePage, language: Language) -> list[Block]:
    if not page.identities:
        return [kit.header(TEXTS("not_linked", language)), *how_to_link(page.person, language)]
    spans = [span for name in page.identities for span in (kit.code(name), kit.words(" "))]
    ids = TEXTS("ids", language, user=page.person.user, team=page.person.team or page.person.enterprise or "–")
    return [
        kit.header(TEXTS("linked", language)),
        kit.rich(kit.line(TEXTS("looks_as", language), " ", *spans)),
        kit.context(kit.escape(ids)),
    ]


def _lookups(page: HomePage, language: Language, now: datetime) -> list[Block]:
    return [_lookup(each, language, now) for each in page.lookups]


def _lookup(past: Past, language: Language, now: datetime) -> Block:
    verdict = kit.fit(kit.escape(past.verdict or TEXTS(f"outcome.{past.outcome}", language)), 400)
    small = f"`{kit.escape(past.request_id)}` · {age(now - past.at, language)}"
    label = TEXTS("open_label", language, id=past.request_id)
    return kit.section(f"{verdict}\n{small}", kit.button(TEXTS("open", language), OPEN_AGAIN, past.request_id, label=label))
