"""Sharing a card or a summary: the preview with its switches, and what is posted or kept as it shows.

The file and the canvas are the preview's own blocks as Markdown. Foreign values stand in code spans and fences that are longer
than any run of backticks in them, and everything else is escaped, so that nothing in them links, pings or formats by itself.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.blocks import inert, kit
from bot.blocks.details import TEXTS as DETAILS
from bot.blocks.details import Place, private
from bot.blocks.kit import Block, Element, Message, visible
from bot.blocks.requestlog import facts, fold, top
from bot.blocks.summary import TEXTS as SUMMARY
from bot.blocks.summary import composed
from bot.blocks.views import checkboxes, conversation, modal, person
from bot.blocks.words import name_of
from bot.explain.explanation import Explanation
from bot.explain.masking import MASK_CLASSES, MaskClass
from bot.languages import Language, Texts, mark
from bot.outcomes import Found, Outcome

TEXTS: Final = Texts("bot.blocks", "share.toml")
CALLBACK: Final = "share_card"
MASKS: Final = "share_masks"
KEEP: Final = "share_keep"
CANVAS: Final = "share_canvas"
WHERE: Final = "share_where"
OPEN: Final = "card_open"

MOST_PARAMETERS: Final = 12
LONGEST_VALUE: Final = 60
#: Of the 2,000 characters of a button's value, escaped as JSON may need.
LONGEST_FACT: Final = 200

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~!&])")
#: Where viewers would begin to link an address, a host or a mailbox; none reads across a word joiner.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=@)|(?<=[Ww]{3})(?=\.)|(?<=\w)(?=\.[a-z]{2})")
_BACKTICKS = re.compile(r"`+")
#: What is ours in mrkdwn: foreign text has neither sign, for it was escaped.
_MRKDWN = re.compile(r"`(?P<code>[^`]+)`|(?<!\w)\*(?P<bold>[^*\s][^*\n]*)\*")


@dataclass(frozen=True, slots=True)
class Shared:
    """Redacted look-ups as they are shown to others: by whom, and which classes are masked in them."""

    outcomes: tuple[Outcome, ...]
    user: str
    masks: frozenset[MaskClass]
    language: Language

    @property
    def one(self) -> Explanation | None:
        """The explanation, where it is a single one."""
        first = self.outcomes[0]
        return first.explanation if len(self.outcomes) == 1 and isinstance(first, Found) else None

    @property
    def ids(self) -> str:
        """The RequestIds, as a button's value has them."""
        return " ".join(each.request_id for each in self.outcomes)


def shared_message(shared: Shared, *, now: datetime) -> Message:
    """What is posted. Its only live mention is that of the person who shares."""
    language, said = shared.language, shared.one
    by = kit.rich(kit.line(kit.words(TEXTS("shared_by", language)), person(shared.user)))
    hidden = kit.context(kit.escape(_hidden(shared)))
    if said is None:
        return composed(shared.outcomes, language, _opener, now=now, above=by, below=(hidden,))
    parameters = kit.piece(2, _parameters(said, shared.masks), folded=True)
    opened = kit.actions(_opener(shared.outcomes[0], 0, language))
    parts = (by, *top(said, now), *facts(said), parameters, opened, hidden)
    return kit.message(said.verdict, language, *parts, fold=fold(said, now))


def _opener(outcome: Outcome, _number: int, language: Language) -> Element | None:
    """The button with which a reader looks the call up with their own rights."""
    if not isinstance(outcome, Found):
        return None
    return kit.button(TEXTS("open", language), OPEN, value_of(outcome.explanation), label=TEXTS("open_label", language))


def value_of(masked: Explanation) -> str:
    """The button's value: the RequestId and the facts that the card shows, for readers who may not look the call up."""
    denial = masked.denial
    facts = {
        "request_id": masked.request_id,
        "code": masked.error_code,
        "message": masked.error_message,
        "product": masked.product,
        "api": masked.api,
        "http_status": masked.http_status,
        "region": masked.region_id,
    }
    if denial is not None:
        facts |= {
            "action": denial.action,
            "deny": None if denial.deny == "unknown" else f"{denial.deny.capitalize()}Deny",
            "policy_type": denial.policy_type,
            "principal_type": denial.principal_type,
            "principal": denial.principal,
            "account": denial.account_id,
        }
    return json.dumps({name: value[:LONGEST_FACT] for name, value in facts.items() if value}, separators=(",", ":"))


def share_view(
    shared: Shared, place: Place, *, now: datetime, way: str | None = None, said: str | None = None
) -> dict[str, Any]:
    """The modal: switches above a live preview.

    ``way`` is the sealed address of the click, for where the bot is no member; ``said`` is what came of the last press of a
    button in the modal.
    """
    language = shared.language
    options = [(name, TEXTS(f"masks.{name}", language)) for name in MASK_CLASSES]
    keep = kit.button(TEXTS("keep", language), KEEP, shared.ids, label=TEXTS("keep_label", language))
    canvas = kit.button(TEXTS("canvas", language), CANVAS, shared.ids, label=TEXTS("canvas_label", language))
    blocks: list[Block | None] = [
        kit.rich(kit.line(kit.words(said, bold=True))) if said else None,
        conversation(WHERE, TEXTS("where", language), TEXTS("where_hint", language)) if place.channel is None else None,
        kit.rich(kit.line(kit.words(TEXTS("mask", language), bold=True))),
        {**kit.actions(checkboxes(MASKS, options, shared.masks)), "block_id": MASKS},
        kit.context(kit.escape(TEXTS("lead", language))),
        kit.DIVIDER,
        *({**block, "block_id": f"preview_{number}"} for number, block in enumerate(preview(shared, now))),
        kit.DIVIDER,
        kit.actions(keep, canvas),
        kit.context(kit.escape(TEXTS("keep_small", language))),
    ]
    known = {"request_id": shared.ids, "way": way, "language": language}
    return modal(
        DETAILS("title.share", language),
        [block for block in blocks if block is not None],
        language,
        submit=TEXTS("submit", language),
        callback=CALLBACK,
        private=private(known, place),
    )


def preview(shared: Shared, now: datetime) -> list[Block]:
    """What others will see, in the open and without buttons."""
    shown = shared_message(shared, now=now).plainer().blocks
    return [{name: block[name] for name in block if name != "accessory"} for block in shown if block["type"] != "actions"]


def file_name(shared: Shared, now: datetime) -> str:
    """What the file is called: by its RequestId, of several by the time."""
    return f"requestlog-{shared.ids if shared.one else f'{now:%Y-%m-%d-%H%M}'}.md"


def markdown(shared: Shared, *, now: datetime) -> str:
    """The preview as Markdown, for a file or a canvas: evidence that outlives the log's three days."""
    by, title, *others = preview(shared, now)
    kept = TEXTS("kept_at", shared.language, when=f"{now:%Y-%m-%d %H:%M}")
    parts = [f"# {_plain(title['text']['text'])}", f"{_spans(by['elements'][0])} · {_plain(kept)}"]
    return "\n\n".join([*parts, *(text for block in others for text in _paragraphs(block, shared.language))]) + "\n"


def _paragraphs(block: Block, language: Language) -> Iterator[str]:
    match block["type"]:
        case "section":
            yield _ours(block["text"]["text"], language)
        case "context":
            yield from (_words(each["text"]) for each in block["elements"])
        case "rich_text":
            yield from (_element(each) for each in block["elements"])


def _element(element: Element) -> str:
    parts = element["elements"]
    match element["type"]:
        case "rich_text_preformatted" | "rich_text_quote":
            return _fenced("".join(part["text"] for part in parts))
        case "rich_text_list":
            numbers = element["style"] == "ordered"
            return "\n".join(f"{f'{place}.' if numbers else '-'} {_spans(part)}" for place, part in enumerate(parts, 1))
        case _:
            return _spans(element)


def _spans(paragraph: Element) -> str:
    return "".join(_span(each) for each in paragraph["elements"])


def _span(span: Element) -> str:
    style = span.get("style", {})
    if span["type"] == "user":
        return _code(span["user_id"])
    text = span.get("text") or span["fallback"]
    return _code(text) if style.get("code") else f"**{_plain(text)}**" if style.get("bold") else _plain(text)


def _ours(mrkdwn: str, language: Language) -> str:
    """Mrkdwn of our own making; its last lines may each be a call, which make a table."""
    lines = mrkdwn.split("\n")
    calls = [line for line in lines if line.startswith("`")]
    heads = [*(SUMMARY(f"table.{name}", language) for name in ("request_id", "time")), name_of("duration", language)]
    rows = [[_code(call[1:].partition("`")[0]), *call.split("  ")[1:], "–", "–"][:3] for call in calls]
    table = [f"| {' | '.join(row)} |" for row in (heads, ["---"] * 3, *rows)] if rows else []
    words = [_words(line) for line in lines if line not in calls]
    return "\n\n".join([*words, *(["\n".join(table)] if table else [])])


def _words(line: str) -> str:
    made, end = "", 0
    for found in _MRKDWN.finditer(line):
        shown = inert.unescape(found["code"] or found["bold"])
        made += _plain(inert.unescape(line[end : found.start()])) + (_code(shown) if found["code"] else f"**{_plain(shown)}**")
        end = found.end()
    return made + _plain(inert.unescape(line[end:]))


def _plain(text: str) -> str:
    """Words, with nothing in them that Markdown would take for its own."""
    return _SPECIAL.sub(r"\\\1", _ADDRESS.sub("\u2060", re.sub(r"\s+", " ", visible(text))))


def _code(text: str) -> str:
    """A value in a code span."""
    shown = " ".join(visible(text).split())
    ticks = "`" * (_longest_run(shown) + 1)
    return f"{ticks} {shown} {ticks}" if "`" in shown else f"{ticks}{shown}{ticks}"


def _fenced(text: str) -> str:
    shown = visible(text)
    ticks = "`" * max(3, _longest_run(shown) + 1)
    return f"{ticks}\n{shown}\n{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def said_of(reason: str, language: Language) -> str:
    """The sentence for what Slack refused; ``reason`` is its error code."""
    key = "not_in_channel" if reason.startswith("response_url") else reason
    key = f"failed.{key}" if TEXTS.has(f"failed.{key}") else "failed.other"
    return TEXTS(key, language, reason=reason)


def note_view(said: Message, language: Language) -> dict[str, Any]:
    """A sentence on what came of sharing, in a modal."""
    return modal(DETAILS("title.share", language), said.plainer().blocks, language)


def _hidden(shared: Shared) -> str:
    language = shared.language
    if not shared.masks:
        return TEXTS("nothing_hidden", language)
    names = [TEXTS(f"masks.{name}", language) for name in MASK_CLASSES if name in shared.masks]
    return TEXTS("hidden", language, classes=mark("；", language).join(names))


def _parameters(said: Explanation, masks: frozenset[MaskClass]) -> Block | None:
    """The names of the parameters; with their values where these are shown."""
    parameters = said.call.parameters
    if not parameters:
        return None
    spans: list[Element | str] = [kit.words(name_of("parameters", said.language), bold=True), " "]
    for parameter in parameters[:MOST_PARAMETERS]:
        shown = parameter.name if "parameters" in masks else f"{parameter.name} = {parameter.value}"
        spans += [" ", kit.code(shown, LONGEST_VALUE + len(parameter.name))]
    rest = len(parameters) - MOST_PARAMETERS
    return kit.rich(kit.line(*spans, *([f" +{rest}"] if rest > 0 else [])))
