"""The only maker of Block Kit dicts: what makes text inert and the budget are applied here, so no other file can forget them.

Foreign text goes into rich text or plain text, where Slack parses nothing; the few mrkdwn places escape it. Limits are those
of Slack's block reference and of slackapi/bolt-js#2509 (about 13,200 characters a message), with room left.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Literal

from bot.blocks import inert
from bot.languages import Language, Texts, sentences

SHARED: Final = Texts("bot.blocks")

Block = dict[str, Any]
Element = dict[str, Any]

MOST_BLOCKS: Final = 50
KEPT: Final = 9
MOST_VIEW_BLOCKS: Final = 100
MOST_CHILDREN: Final = 10
NEWER: Final = frozenset({"container", "context_actions", "data_table", "data_visualization"})
MOST_CHARACTERS: Final = 10_000
TEXT_LIMIT: Final = 3000
HEADER_LIMIT: Final = 150
FALLBACK_LIMIT: Final = 600

escape, fit, is_safe_link, visible = inert.escape, inert.fit, inert.is_safe_link, inert.visible
characters, numbered = inert.characters, inert.numbered


# Rich text: spans make lines, lines make a block.


def words(text: str, *, bold: bool = False, italic: bool = False) -> Element:
    """A run of text."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return {"type": "text", "text": visible(text) or "–"} | ({"style": style} if style else {})


def code(text: str, limit: int = 300) -> Element:
    """A foreign value in code style."""
    return {"type": "text", "text": fit(visible(text), limit) or "–", "style": {"code": True}}


def link(text: str, url: str | None) -> Element:
    """A link, or the plain words when the address is not one of the hosts that may be linked."""
    if url is None or len(url) > TEXT_LIMIT or not is_safe_link(url):
        return words(text)
    return {"type": "link", "url": url, "text": visible(text) or url}


def moment(when: datetime) -> Element:
    """A time in the reader's own zone; the fallback names UTC."""
    return {
        "type": "date",
        "timestamp": int(when.timestamp()),
        "format": "{date_short_pretty} {time_secs}",
        "fallback": f"{when:%Y-%m-%d %H:%M:%S} UTC",
    }


def line(*spans: Element | str) -> Element:
    """A paragraph of spans."""
    made = [words(span) if isinstance(span, str) else span for span in spans]
    return {"type": "rich_text_section", "elements": made or [words(" ")]}


def labelled(label: str, *spans: Element | str) -> Element:
    """A paragraph that begins with its name in bold; the name alone where nothing follows it."""
    return line(words(label, bold=True), *(("  ", *spans) if spans else ()))


def quote(text: str, limit: int = 1500) -> Element:
    """Somebody else's words, set off by a bar."""
    return {"type": "rich_text_quote", "elements": [words(fit(visible(text), limit))]}


def preformatted(text: str, limit: int = TEXT_LIMIT) -> Element:
    """Text in fixed width, as it stands: a policy, a command, a body."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": fit(visible(text), limit) or " "}]}


def steps(lines: Sequence[Sequence[Element | str] | str], style: Literal["bullet", "ordered"] = "ordered") -> Element:
    """A list."""
    items = [line(*([each] if isinstance(each, str) else each)) for each in lines]
    return {"type": "rich_text_list", "style": style, "elements": items}


# Blocks.


def rich(*elements: Element) -> Block:
    """A block of rich-text lines, quotes, lists and code."""
    return {"type": "rich_text", "elements": list(elements)}


def header(text: str) -> Block:
    """The headline; plain text, so foreign parts of it stay inert."""
    return {"type": "header", "text": plain(text, HEADER_LIMIT, emoji=False)}


def plain(text: str, limit: int, *, emoji: bool = False) -> Element:
    """A plain_text object."""
    return {"type": "plain_text", "text": fit(visible(text), limit, "…") or "–", "emoji": emoji}


def section(text: str, accessory: Element | None = None) -> Block:
    """Our own mrkdwn (foreign values in it must have gone through ``escape``), with an optional accessory."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": fit(text, TEXT_LIMIT), "verbatim": True}}
    return block | ({"accessory": accessory} if accessory else {})


def context(*texts: str) -> Block:
    """Small print: our own mrkdwn lines."""
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": fit(text, TEXT_LIMIT), "verbatim": True} for text in texts[:10]],
    }


DIVIDER: Final[Block] = {"type": "divider"}


def actions(*buttons: Element | None) -> Block:
    """A row of buttons; absent ones are left out."""
    return {"type": "actions", "elements": [button for button in buttons if button is not None][:25]}


def button(
    text: str,
    action: str,
    value: str | None = None,
    *,
    style: Literal["primary", "danger"] | None = None,
    label: str | None = None,
) -> Element:
    """A button. ``label`` is what a screen reader says when the text alone is too short to understand."""
    made: Element = {"type": "button", "action_id": action, "text": plain(text, 75)}
    if value is not None:
        made["value"] = value
    if style is not None:
        made["style"] = style
    if label is not None:
        made["accessibility_label"] = fit(visible(label), 75, "…")
    return made


# Messages and views.


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to Slack: ``text`` is the notification and what a screen reader says; ``blocks`` what is seen.

    ``plain`` makes what says the same without a chart and a sortable table; None where there are none.
    """

    text: str
    blocks: list[Block] = field(default_factory=list)
    plain: Callable[[], list[Block]] | None = None

    def as_json(self) -> dict[str, Any]:
        """The two fields as Slack names them."""
        return {"text": self.text, "blocks": self.blocks}

    @property
    def newer(self) -> bool:
        """Whether it holds blocks that some workspaces do not take yet."""
        return any(block["type"] in NEWER for block in self.blocks)

    def plainer(self) -> "Message":
        """The message for modals and for workspaces that refuse Slack's newer blocks: nothing is folded in it."""
        shown = self.blocks if self.plain is None else self.plain()
        opened = [part for block in shown for part in (_opened(block) if block["type"] == "container" else [block])]
        return Message(self.text, numbered(_with_opinions_in_the_menu(opened)[:MOST_BLOCKS]))

    def around(self, above: Block | None = None, below: Block | None = None) -> "Message":
        """The message with a block before or after all others."""
        first, last = [above] if above else [], [below] if below else []
        room = MOST_BLOCKS - len(first) - len(last)
        plain = self.plain
        made = plain and (lambda: [*first, *plain()[:room], *last])
        return Message(self.text, [*first, *self.blocks[:room], *last], made)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message. When the message is too long the pieces of the lowest ``rank`` go first; rank 9 never goes.

    Those that are ``folded`` stand in a container that is opened on demand.
    """

    rank: int
    blocks: tuple[Block, ...]
    folded: bool = False


def piece(rank: int, *parts: Block | Element | None, folded: bool = False) -> Piece:
    """A piece of the parts that are there; elements of rich text that stand side by side make one block."""
    return Piece(rank, tuple(_blocks(parts)), folded)


def message(text: str, language: Language, *parts: Block | Element | Piece | None, fold: tuple[str, str] = ("", "")) -> Message:
    """A message within the budget; where something had to go, a last line says so.

    ``text`` may hold foreign words: it is escaped here. What stands in no piece never goes. ``fold`` is the container's title
    and what stands small under it.
    """
    made = [part if isinstance(part, Piece) else Piece(KEPT, (part,)) for part in parts if part is not None]
    kept = pieces = [each for each in made if each.blocks]
    shortened = SHARED("card.shortened", language)
    fallback = fit(escape(text), FALLBACK_LIMIT)
    blocks = _laid_out(kept, fold)
    while len(blocks) >= MOST_BLOCKS or len(fallback) + characters(blocks) + len(shortened) > MOST_CHARACTERS:
        lowest = min((each.rank for each in kept), default=KEPT)
        if lowest >= KEPT:
            break
        last = max(index for index, each in enumerate(kept) if each.rank == lowest)
        kept = [*kept[:last], *kept[last + 1 :]]
        blocks = _laid_out(kept, fold)
    if len(kept) < len(pieces):
        blocks.append(context(shortened))
    return Message(fallback, numbered(blocks[:MOST_BLOCKS]))


def titled(title: str, said: str, language: Language, *parts: Block | Element | Piece | None, example: str = "") -> Message:
    """A headline and a sentence, which make the notification too, and what comes after them.

    ``example`` is what may be typed; it ends the sentence.
    """
    body = line(said, code(example)) if example else line(said)
    return message(sentences(title, said + example, language), language, header(title), body, *parts)


def one_line(said: str) -> Message:
    """A message of one sentence."""
    return Message(fit(escape(said), FALLBACK_LIMIT), numbered([rich(line(said))]))


def _laid_out(pieces: Iterable[Piece], fold: tuple[str, str]) -> list[Block]:
    """The blocks in their order, those of folded pieces in a container."""
    made: list[Block] = []
    for folded, group in groupby(pieces, key=lambda each: each.folded):
        blocks = _blocks(part for each in group for part in each.blocks)
        made += [_container(fold, blocks[:MOST_CHILDREN])] if folded else blocks
    return made


def _blocks(parts: Iterable[Block | Element | None]) -> list[Block]:
    grouped = groupby((part for part in parts if part), key=lambda part: part["type"].startswith("rich_text_"))
    return [block for are_elements, group in grouped for block in ([rich(*group)] if are_elements else group)]


def _container(fold: tuple[str, str], blocks: list[Block]) -> Block:
    title, subtitle = (plain(text, HEADER_LIMIT) for text in fold)
    made: Block = {
        "type": "container",
        "title": title,
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": blocks,
    }
    return made | ({"subtitle": subtitle} if fold[1] else {})


def _opened(container: Block) -> list[Block]:
    """What a container holds, under its title."""
    small = [container["subtitle"]["text"]] if "subtitle" in container else []
    return [rich(labelled(container["title"]["text"], *small)), *container["child_blocks"]]


def _with_opinions_in_the_menu(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the row of opinions: they become options of the menu above it, under the same values."""
    buttons = next((block["elements"][0] for block in blocks if block["type"] == "context_actions"), None)
    if buttons is None:
        return [*blocks]
    both = (buttons["positive_button"], buttons["negative_button"])
    added = [{"text": plain(each["accessibility_label"], 75), "value": each["value"]} for each in both]

    def whole(element: Element) -> Element:
        return element | {"options": [*element["options"], *added]} if element["type"] == "overflow" else element

    return [
        block | {"elements": [whole(each) for each in block["elements"]]} if block["type"] == "actions" else block
        for block in blocks
        if block["type"] != "context_actions"
    ]
