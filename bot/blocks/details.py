"""The buttons under a card, and the modals that show what does not fit on it.

Parameters and response body page by page; and the call described for Alibaba Cloud's support, in Chinese and English one
below the other, ready to be pasted.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from bot.blocks import kit
from bot.blocks.kit import SHARED, Block, Element, Message
from bot.blocks.pretty import pretty
from bot.blocks.views import feedback, modal, notice, opinion, overflow
from bot.blocks.words import name_of, values_of
from bot.explain.around import around
from bot.explain.explanation import Explanation, Parameter
from bot.languages import Language, Texts, mark

TEXTS: Final = Texts("bot.blocks", "details.toml")
FEEDBACK: Final = Texts("bot.blocks", "feedback.toml")
HANDOFF: Final = Texts("bot.blocks", "handoff.toml")
Detail = Literal["parameters", "response", "reproduce", "support_text", "share", "card"]

#: Action ids of the buttons; each is also the name of its handler.
SHARE: Final = "card_share"
PARAMETERS: Final = "card_parameters"
RESPONSE: Final = "card_response"
REPRODUCE: Final = "card_reproduce"
SUPPORT_TEXT: Final = "card_ticket_text"
REFRESH: Final = "card_refresh"
WHO: Final = "card_who"
#: The button that asks for what was denied, and what a press of an opinion's button says first in its value.
ASK: Final = "ask_permission"
OPINIONS: Final = "feedback"
HELPFUL: Final = "feedback_helpful"
WRONG: Final = "feedback_wrong"
BUTTONS: Final = (SHARE, PARAMETERS, RESPONSE, REPRODUCE, SUPPORT_TEXT, REFRESH, WHO)
#: The menu of the less usual ones; an option's value is the action id of the button that it stands for, and its value.
MORE: Final = "card_more"
LONGEST_OPTION: Final = 150
PREVIOUS: Final = "details_previous"
NEXT: Final = "details_next"

CHUNK: Final = 2_900
CHUNKS_A_PAGE: Final = 10
LONGEST_IN_LINE: Final = 120

RULE: Final = "-" * 40
LONGEST_VALUE: Final = 1_500
TOLD: Final = ("request_id", "call", "time", "region", "endpoint", "account", "status", "code", "message", "duration")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card was seen, so that what follows from its buttons stays there and is narrowed by the channel's rules."""

    channel: str | None = None
    thread_ts: str | None = None


def card_buttons(explanation: Explanation, *first: Element) -> Block | None:
    """The row of buttons under a card; None for what only a pasted text told, since no look-up could repeat it."""
    request_id, language = explanation.request_id, explanation.language
    if request_id is None or all(source.kind != "log" for source in explanation.sources):
        return None
    shown: tuple[tuple[str, str, object], ...] = (
        ("parameters", PARAMETERS, explanation.call.parameters),
        ("response", RESPONSE, explanation.call.response_body),
    )
    share = kit.button(SHARED("button.share", language), SHARE, request_id, label=SHARED("button.share_label", language))
    row = [kit.button(SHARED(f"button.{name}", language), action, request_id) for name, action, possible in shown if possible]
    asked = around(explanation)
    who = None if asked is None else kit.button(SHARED(f"button.{asked.asked}", language), WHO, request_id)
    return {**kit.actions(*first, who, share, *row, overflow(MORE, _more(explanation, request_id))), "block_id": "card_actions"}


def _more(explanation: Explanation, request_id: str) -> list[tuple[str, str]]:
    shown: tuple[tuple[str, str, object], ...] = (
        ("reproduce", REPRODUCE, explanation.api and explanation.product),
        ("support_text", SUPPORT_TEXT, True),
        ("refresh", REFRESH, True),
    )
    rest = [
        (action, request_id, SHARED(f"button.{name}", explanation.language)) for name, action, possible in shown if possible
    ]
    return [(f"{action} {value}"[:LONGEST_OPTION], said) for action, value, said in rest]


def ask_button(explanation: Explanation, asked: str | None = None) -> Element:
    """The button that asks for the permission that was missing, because of a denied call, or of what else was ``asked`` for."""
    language, ours = explanation.language, grantable(explanation)
    label = HANDOFF("button_label", language)
    text = HANDOFF("button" if ours else "button_on", language)
    return kit.button(text, ASK, asked or explanation.request_id, style="primary" if ours else None, label=label)


def grantable(explanation: Explanation) -> bool:
    """Whether the RAM administrators, to whom requests go, can grant what was denied; else they can only pass it on."""
    return explanation.denial is not None and explanation.denial.who_can_fix == "ram_admin"


def can_ask(explanation: Explanation, *, logged: bool = True) -> bool:
    """Whether there is something to ask for: a denied action, of a logged call or of the bot's own, that somebody can allow."""
    denial = explanation.denial
    known = not logged or (explanation.request_id and any(source.kind == "log" for source in explanation.sources))
    return bool(known and denial and denial.action and denial.who_can_fix != "unknown")


def opinions(explanation: Explanation) -> Block | None:
    """The two buttons, each with the catalogue reference; None where no entry explains the error.

    Only an entry, ours or the team's, can be mended.
    """
    reference = next((source.reference for source in explanation.sources if source.kind == "catalogue"), None)
    if reference is None:
        return None
    language = explanation.language
    helpful, wrong = (
        opinion(FEEDBACK(name, language), f"{action} {reference}", FEEDBACK(f"{name}_label", language))
        for name, action in (("helpful", HELPFUL), ("wrong", WRONG))
    )
    return feedback(OPINIONS, helpful, wrong)


def details(detail: Literal["parameters", "response"], explanation: Explanation, page: int, place: Place) -> dict[str, Any]:
    """The modal of a call's parameters or response body. ``page`` counts from 0 and is brought into range."""
    blocks = list(_parameter_blocks(explanation) if detail == "parameters" else _body_blocks(explanation))
    pages = max(1, -(-len(blocks) // CHUNKS_A_PAGE))
    page = min(max(page, 0), pages - 1)
    language = explanation.language
    shown = blocks[page * CHUNKS_A_PAGE : (page + 1) * CHUNKS_A_PAGE]
    known = {"detail": detail, "request_id": explanation.request_id, "page": page}
    return modal(
        TEXTS(f"title.{detail}", language),
        [_lead(detail, explanation, page, pages), *shown, *_turning(page, pages, language)],
        language,
        private=private(known, place),
    )


def private(known: dict[str, Any], place: Place) -> str:
    """What travels with a modal: ids and a page number, and where its card was seen."""
    return json.dumps(known | {"channel": place.channel, "thread_ts": place.thread_ts})


def detail_loading(detail: Detail, language: Language, external_id: str | None = None) -> dict[str, Any]:
    """What is on the screen while the look-up runs."""
    return notice(TEXTS(f"title.{detail}", language), TEXTS("loading", language), language, external_id)


def note(key: Literal["late", "closed"], language: Language) -> Message:
    """The sentence for a button whose modal could not be shown."""
    return kit.one_line(TEXTS(key, language))


def refreshed(said: Message, when: datetime, language: Language) -> Message:
    """A card looked up again, with the time, so that one sees it also where nothing else has changed."""
    stamp = {
        **kit.rich(kit.line(kit.words(TEXTS("refreshed", language), italic=True), " ", kit.moment(when))),
        "block_id": "refreshed",
    }
    return said.around(below=stamp)


def _lead(detail: Detail, explanation: Explanation, page: int, pages: int) -> Block:
    call = explanation.call
    values = {"api": explanation.api or "–", "count": len(call.parameters), "format": call.response_format or "–"}
    key = "one_parameter" if detail == "parameters" and len(call.parameters) == 1 else detail
    lead = kit.escape(TEXTS(f"lead.{key}", explanation.language, **values))
    where = TEXTS("page", explanation.language, page=page + 1, pages=pages)
    return kit.context(f"{lead} · {where}" if pages > 1 else lead)


def _turning(page: int, pages: int, language: Language) -> list[Block]:
    if pages == 1:
        return []
    back = kit.button(TEXTS("previous", language), PREVIOUS, str(page - 1)) if page > 0 else None
    on = kit.button(TEXTS("next", language), NEXT, str(page + 1)) if page < pages - 1 else None
    return [kit.actions(back, on), kit.context(TEXTS("page", language, page=page + 1, pages=pages))]


def _body_blocks(explanation: Explanation) -> Iterator[Block]:
    call = explanation.call
    if not call.response_body:
        yield kit.rich(kit.line(TEXTS("no_response", explanation.language)))
        return
    for chunk in chunks(kit.visible(pretty(call.response_body, call.response_format))):
        yield kit.rich(kit.preformatted(chunk))


def _parameter_blocks(explanation: Explanation) -> Iterator[Block]:
    """Short values share a block with their neighbours; a long one is laid out below its name."""
    waiting: list[Element] = []
    size = 0
    for parameter in explanation.call.parameters:
        elements = list(_parameter(parameter))
        length = sum(len(_text_of(element)) for element in elements)
        if waiting and size + length > CHUNK:
            yield kit.rich(*waiting)
            waiting, size = [], 0
        if length > CHUNK:
            for element in elements:
                yield kit.rich(element)
        else:
            waiting += elements
            size += length
    if waiting:
        yield kit.rich(*waiting)
    if not explanation.call.parameters:
        yield kit.rich(kit.line(TEXTS("no_parameters", explanation.language)))


def _parameter(parameter: Parameter) -> Iterator[Element]:
    name = kit.words(parameter.name, bold=True)
    value = kit.visible(pretty(parameter.value))
    if len(value) <= LONGEST_IN_LINE and "\n" not in value:
        yield kit.line(name, "  ", kit.code(value))
        return
    yield kit.line(name)
    for chunk in chunks(value):
        yield kit.preformatted(chunk)


def _text_of(element: Element) -> str:
    return "".join(str(span.get("text", "")) for span in element["elements"])


def chunks(text: str, size: int = CHUNK) -> Sequence[str]:
    """A text in parts of at most ``size`` characters, parted at line ends where there are any."""
    parts: list[str] = []
    start = 0
    while start < len(text):
        end = start + size
        if end < len(text):
            cut = text.rfind("\n", start, end)
            end = cut + 1 if cut > start else end
        parts.append(text[start:end].rstrip("\n") or " ")
        start = end
    return parts or [" "]


def support_text(own: Explanation, other: Explanation) -> dict[str, Any]:
    """The modal. ``own`` and ``other`` explain the same call, in the reader's language and in the other one."""
    language = own.language
    blocks = [kit.rich(kit.preformatted(chunk)) for chunk in chunks(kit.visible(pasted(own, other)))]
    lead = kit.context(kit.escape(TEXTS("support.lead", language)))
    return modal(TEXTS("title.support_text", language), [lead, *blocks], language)


def pasted(own: Explanation, other: Explanation) -> str:
    """The text itself, the reader's own language first, so that they see at once what they send."""
    return f"\n{RULE}\n".join("\n".join(_lines(each)) for each in (own, other))


def _lines(said: Explanation) -> Iterator[str]:
    language = said.language
    api = " ".join(part for part in (said.product, said.api) if part) or "–"
    error = said.error_code or said.http_status
    failed = said.kind != "succeeded" and error
    yield (
        TEXTS("support.subject", language, api=api, error=error)
        if failed
        else TEXTS("support.subject_ended", language, api=api)
    )
    yield ""
    colon = mark("：", language)
    values = values_of(said)
    for name in TOLD:
        value = values[name]
        if value:
            yield f"{name_of(name, language)}{colon}{kit.fit(value, LONGEST_VALUE)}"
    yield ""
    yield TEXTS("support.tried", language) + colon.rstrip()
    yield TEXTS("support.tried_log", language)
    if said.cause:
        yield TEXTS("support.tried_cause", language, cause=said.cause)
    yield TEXTS("support.tried_own", language)
    yield ""
    yield TEXTS("support.ask", language)
