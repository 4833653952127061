"""What stands around a result: the form to paste into, the waiting and the shown modal, and an answer that had to move."""

import json
import re
from dataclasses import replace
from typing import Any, Final

from bot.blocks.kit import SHARED, Block, Message, actions, button, context, line, rich, titled
from bot.blocks.views import modal, text_input
from bot.languages import Language, Texts

TEXTS: Final = Texts("bot.blocks", "shortcut.toml")
FORM: Final = "look_up_form"
FIELD: Final = "text"
LONGEST_TEXT: Final = 3000
EXPLAIN_LINK: Final = "explain_link"
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
#: Blocks that Slack shows in modals, of those that this bot makes.
IN_MODALS: Final = frozenset({"header", "section", "rich_text", "context", "actions", "divider", "image", "input"})


def form(language: Language) -> dict[str, Any]:
    """The modal to paste into. Its language travels with it, so that the acknowledgement speaks the same one."""
    field = text_input(
        FIELD,
        TEXTS("form.label", language),
        multiline=True,
        max_length=LONGEST_TEXT,
        placeholder=TEXTS("form.placeholder", language),
    )
    return modal(
        TEXTS("form.title", language),
        [field, context(TEXTS("form.private", language))],
        language,
        submit=TEXTS("form.submit", language),
        callback=FORM,
        private=language,
    )


def form_error(reason: str, language: Language) -> str:
    """What stands under the field: ``empty`` or ``long``."""
    return TEXTS(f"form.{reason}", language, limit=LONGEST_TEXT)


def result(
    said: Message, language: Language, *, title: str | None = None, channel: str | None = None, thread_ts: str | None = None
) -> dict[str, Any]:
    """A modal that shows a message; a note of the bot's own without ``title``.

    Where it was asked travels with it, for buttons that post there.
    """
    place = {name: value for name, value in (("channel", channel), ("thread_ts", thread_ts)) if value}
    return modal(
        title or TEXTS("note_title", language),
        [block for block in said.plainer().blocks if block["type"] in IN_MODALS],
        language,
        private=json.dumps(place) if place else "",
    )


def without_ids(reason: str, language: Language) -> Message:
    """A message in which there is nothing to look up: ``deleted``, ``image``, ``file``, ``empty`` or ``no_ids``."""
    title, body = TEXTS(f"nothing.{reason}_title", language), TEXTS(f"nothing.{reason}", language)
    return titled(title, body, language, context(SHARED("help.more", language)))


def explain_privately(request_id: str, language: Language) -> list[Block]:
    """The one neutral button under a pasted link."""
    made = button(TEXTS("explain_link", language), EXPLAIN_LINK, request_id, label=TEXTS("explain_link_label", language))
    return [{**actions(made), "block_id": "explain_link"}]


def aside(said: Message, reason: str, language: Language | None = None) -> Message:
    """A message that could not be shown where it was asked for; first the sentence why it is here.

    ``reason`` is one of ``expired``, ``closed``, ``is_archived``, ``not_in_channel``, ``thread_not_found``; others are
    said in general words. Where no language is given, it is that in which the message is written.
    """
    written = language or ("zh" if _CHINESE.search(said.text) else "en")
    why = TEXTS(f"aside.{reason}" if TEXTS.has(f"aside.{reason}") else "aside.other", written)
    above = {**context(why), "block_id": "why_here"} if said.blocks else None
    return replace(said.around(above=above), text=f"{why} {said.text}")


def loading(language: Language, *, external_id: str | None = None, progress: tuple[int, int] | None = None) -> dict[str, Any]:
    """The loading modal; ``external_id`` is how it is found when an acknowledgement puts it on the screen.

    ``progress`` says how many of how many look-ups are done.
    """
    said = [line(TEXTS("loading", language))]
    if progress:
        said.append(line(TEXTS("progress", language, done=progress[0], total=progress[1])))
    return modal(TEXTS("title", language), [rich(*said)], language, external_id=external_id)
