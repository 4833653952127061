"""Security Center's log ticket: the form with its four fields, the answer with its button, each way in which there is none.

The button's address is a bearer secret. It is a ``Secret`` from the moment it is made: what prints it prints a mask.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from bot.blocks import kit
from bot.blocks.details import ask_button, can_ask
from bot.blocks.kit import SHARED, Block, Element, Message
from bot.blocks.requestlog import card
from bot.blocks.views import choice, link_button, modal, notice, text_input
from bot.explain.explanation import Explanation
from bot.languages import LANGUAGES, Language, Texts, sentences

Hub = Literal["cn-hangzhou", "ap-southeast-1"]

TEXTS: Final = Texts("bot.blocks", "logticket.toml")
HUBS: Final[tuple[Hub, ...]] = ("cn-hangzhou", "ap-southeast-1")
FORM: Final = "ticket_form"
HUB: Final = "hub"
LANGUAGE: Final = "language"
MEMBER: Final = "member"
SOURCE: Final = "data"
OPEN: Final = "ticket_open"
CHANGE: Final = "ticket_change"
LONGEST_LINK: Final = 3000
PAGES: Final = "sls.console.aliyun.com, sls.console.alibabacloud.com"
EXAMPLE_PAGE: Final = "https://sls.console.aliyun.com/lognext/project/<project>/logsearch/<logstore>?slsRegion=<region>"
USAGES: Final = (
    "/requestlog ticket",
    "/requestlog ticket cn-hangzhou en",
    "/requestlog ticket ap-southeast-1 zh 1733260000000001",
    "/requestlog ticket member=1733260000000001 data=1733260000000002",
)


class Secret(str):
    """Text that a repr does not show, so that no log of a structure around it does either."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'****'"


@dataclass(frozen=True, slots=True)
class TicketForm:
    """The four fields. ``role_for`` is the member account to act as, ``log_user_id`` the account whose logs are read: UIDs."""

    hub: Hub
    language: Language
    role_for: str | None = None
    log_user_id: str | None = None

    def as_text(self) -> str:
        """The form as a button's value carries it: ids only."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket was given. ``link`` opens the console with it; ``caller`` in words and ``account`` are whom it acts as.

    ``name`` is the identity's name in this installation, for when nothing else is known.
    """

    form: TicketForm
    link: Secret
    name: str
    caller: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """There is no ticket. ``reason`` names the sentence under ``fault``, ``values`` fills it.

    ``message`` holds the service's own words, redacted; ``request_id`` is that of the failed call.
    """

    reason: str
    form: TicketForm | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    message: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class NoPage:
    """No page is configured, or one that may not be opened."""

    reason: Literal["none", "unusable"]
    form: TicketForm


@dataclass(frozen=True, slots=True)
class Denied:
    """RAM refused, and why."""

    explanation: Explanation
    form: TicketForm


TicketOutcome = Opened | Fault | NoPage | Denied


def ticket_message(
    outcome: TicketOutcome,
    language: Language,
    *,
    now: datetime,
    reference: str = "",
    changeable: bool = True,
    handoff: bool = False,
) -> Message:
    """The private answer. ``changeable`` adds the button to the form, for which a modal has no room.

    ``handoff`` says that there are administrators to whom a denial can be sent.
    """
    change = _change(outcome.form, language) if changeable and outcome.form else None
    if isinstance(outcome, Denied):
        asks = handoff and can_ask(outcome.explanation, logged=False)
        ask = ask_button(outcome.explanation, outcome.form.as_text()) if asks else None
        row = kit.actions(ask, change) | {"block_id": "ticket"} if ask or change else None
        return card(outcome.explanation, (), now=now, handoff=asks, row=row)
    if isinstance(outcome, Opened):
        return _opened(outcome, change, language)
    if isinstance(outcome, NoPage):
        title = TEXTS("page.title", language)
        return kit.message(title, language, kit.header(title), *_no_page(outcome, language))
    title, sentence = TEXTS("fault.title", language), TEXTS(f"fault.{outcome.reason}", language, **outcome.values)
    shown = _fault(outcome, sentence, reference, language)
    row = kit.actions(change) if change else None
    return kit.message(sentences(title, sentence, language), language, kit.header(title), *shown, row)


def fault_words(fault: Fault, language: Language) -> list[Block]:
    """The fault as the first lines of the form, which is shown again."""
    sentence = TEXTS(f"fault.{fault.reason}", language, **fault.values)
    return _fault(fault, sentence, "", language)


def words_message(reason: str, word: str, language: Language) -> Message:
    """What was typed after ``ticket`` cannot be understood; ``reason`` names the sentence under ``words``."""
    title, sentence = TEXTS("words.title", language), TEXTS(f"words.{reason}", language, word=word[:60])
    usages = (kit.line(TEXTS("words.usage", language)), kit.steps([[kit.code(usage)] for usage in USAGES], "bullet"))
    return kit.message(sentence, language, kit.header(title), kit.line(sentence), *usages)


def form_note(key: Literal["expired", "closed"], language: Language) -> Message:
    """One sentence about the form."""
    return kit.one_line(TEXTS(f"form.{key}", language))


def _opened(outcome: Opened, change: Element | None, language: Language) -> Message:
    title = TEXTS("header", language)
    opening = link_button(TEXTS("button.open", language), OPEN, outcome.link, style="primary")
    opening["accessibility_label"] = TEXTS("button.open_label", language)
    return kit.message(
        sentences(title, TEXTS("lead", language), language),
        language,
        kit.header(f"🔑 {title}"),
        *_rows(outcome, language),
        kit.actions(opening, change),
        kit.context(TEXTS("warning", language), TEXTS("fresh", language)),
    )


def _rows(outcome: Opened, language: Language) -> list[Element]:
    form = outcome.form
    key = "known" if outcome.caller else "unknown"
    who = TEXTS(f"who.{key}", language, caller=outcome.caller, account=outcome.account or "–", name=outcome.name)
    perspective = "member" if form.role_for else "own"
    rows: list[tuple[str, list[Element | str]]] = [
        ("who", [who]),
        ("hub", [kit.code(form.hub), f" · {TEXTS(f'hub.{form.hub}', language)}"]),
        ("perspective", [TEXTS(f"perspective.{perspective}", language, uid=form.role_for)]),
    ]
    if form.log_user_id:
        rows.append(("source", [TEXTS("source.uid", language, uid=form.log_user_id)]))
    rows.append(("language", [TEXTS(f"language.{form.language}", language)]))
    return [kit.labelled(TEXTS(f"row.{name}", language), *value) for name, value in rows]


def _fault(fault: Fault, sentence: str, reference: str, language: Language) -> list[Block]:
    elements = [kit.line(sentence)] + ([kit.quote(fault.message, 900)] if fault.message else [])
    small = [kit.escape(SHARED("reference.own", language, id=fault.request_id))] if fault.request_id else []
    if reference:
        small.append(kit.escape(SHARED("reference.id", language, id=reference)))
    return [kit.rich(*elements), *([kit.context(*small)] if small else [])]


def _no_page(outcome: NoPage, language: Language) -> tuple[Element, ...]:
    return (
        kit.line(TEXTS(f"page.{outcome.reason}", language, hosts=PAGES)),
        kit.labelled(TEXTS("page.everybody", language)),
        kit.preformatted(f"REQUESTLOG_SLS_PAGE={EXAMPLE_PAGE}"),
        kit.labelled(TEXTS("page.account", language)),
        kit.preformatted(f'sls_page = "{EXAMPLE_PAGE}"'),
        kit.line(TEXTS("page.where", language)),
    )


def _change(form: TicketForm, language: Language) -> Element:
    label = TEXTS("button.change_label", language)
    return kit.button(TEXTS("button.change", language), CHANGE, form.as_text(), label=label)


def form_view(form: TicketForm, language: Language, channel: str | None, above: Sequence[Block] = ()) -> dict[str, Any]:
    """The form with its fields filled; ``above`` says what was wrong with them. ``channel`` is where it was asked for."""
    hubs = [(hub, TEXTS("form.option", language, hub=hub, words=TEXTS(f"hub.{hub}", language))) for hub in HUBS]
    languages = [(each, TEXTS(f"language.{each}", language)) for each in LANGUAGES]
    member, source = ({"initial_value": uid} if uid else {} for uid in (form.role_for, form.log_user_id))
    blocks = [
        *above,
        choice(HUB, TEXTS("form.hub", language), hubs, form.hub),
        choice(LANGUAGE, TEXTS("form.language", language), languages, form.language),
        text_input(MEMBER, TEXTS("form.member", language), optional=True, max_length=40, **member),
        text_input(SOURCE, TEXTS("form.data", language), optional=True, max_length=40, **source),
    ]
    return modal(
        TEXTS("form.title", language),
        blocks,
        language,
        submit=TEXTS("form.submit", language),
        callback=FORM,
        private=json.dumps({"channel": channel, "language": language}),
    )


def waiting_view(language: Language, external_id: str) -> dict[str, Any]:
    """What stands in the form's place until the answer is there; found again by ``external_id``."""
    return notice(TEXTS("form.title", language), TEXTS("form.loading", language), language, external_id)


def answer_view(answer: Message, language: Language) -> dict[str, Any]:
    """The answer in a modal."""
    return modal(TEXTS("form.title", language), answer.plainer().blocks, language)
