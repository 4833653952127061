"""Modals and the Home tab as dicts: titles, inputs and their limits. The blocks in them come from kit."""

from collections.abc import Sequence
from typing import Any, Final

from bot.blocks.kit import MOST_VIEW_BLOCKS, SHARED, Block, Element, line, numbered, plain, rich
from bot.languages import Language

TITLE_LIMIT: Final = 24


def modal(
    title: str,
    blocks: Sequence[Block],
    language: Language,
    *,
    submit: str | None = None,
    callback: str = "",
    private: str = "",
    external_id: str | None = None,
) -> dict[str, Any]:
    """A modal, which may be closed, or cancelled when it is a form.

    ``private`` travels with it (at most 3,000 characters); ``submit`` is needed when an input is in it. ``external_id`` is how
    it is found when an acknowledgement puts it on the screen.
    """
    view: dict[str, Any] = {
        "type": "modal",
        "title": plain(title, TITLE_LIMIT),
        "close": plain(SHARED("cancel" if submit else "close", language), TITLE_LIMIT),
        "blocks": numbered(blocks[:MOST_VIEW_BLOCKS]),
        "callback_id": callback,
        "private_metadata": private,
    }
    view |= {"submit": plain(submit, TITLE_LIMIT)} if submit else {}
    return view | ({"external_id": external_id} if external_id else {})


def notice(title: str, said: str, language: Language, external_id: str | None = None) -> dict[str, Any]:
    """A modal of one sentence: what is on the screen while something runs."""
    return modal(title, [rich(line(said))], language, external_id=external_id)


def home(blocks: Sequence[Block]) -> dict[str, Any]:
    """The Home tab."""
    return {"type": "home", "blocks": numbered(blocks[:MOST_VIEW_BLOCKS])}


def text_input(block: str, label: str, *, optional: bool = False, **options: Any) -> Block:
    """A field to type into; ``options`` are plain_text_input's: multiline, initial_value, max_length, placeholder text."""
    element: Element = {"type": "plain_text_input", "action_id": "value"}
    placeholder = options.pop("placeholder", None)
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return _input(block, label, element | options, optional=optional)


def choice(block: str, label: str, options: Sequence[tuple[str, str]], chosen: str, *, optional: bool = False) -> Block:
    """A field to pick one of (value, words)."""
    made = {value: {"text": plain(text, 75), "value": value} for value, text in options}
    element: Element = {"type": "static_select", "action_id": "value", "options": list(made.values())}
    if chosen in made:
        element["initial_option"] = made[chosen]
    return _input(block, label, element, optional=optional)


def menu(action: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> Element:
    """A menu that acts when something is chosen, next to a section. ``label`` is what a screen reader says."""
    made = {value: {"text": plain(text, 75), "value": value} for value, text in options}
    element: Element = {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(label, 150),
        "options": list(made.values()),
    }
    return element | ({"initial_option": made[chosen]} if chosen in made else {})


def _input(block: str, label: str, element: Element, *, optional: bool) -> Block:
    return {"type": "input", "block_id": block, "label": plain(label, 2000), "element": element, "optional": optional}
