"""The modal that is on the screen at once, while the look-up runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks.kit import line, rich
from bot.blocks.shortcut import TEXTS
from bot.blocks.views import modal

if TYPE_CHECKING:
    from bot.languages import Language


def loading(language: Language, *, external_id: str | None = None) -> dict[str, Any]:
    """The loading modal; ``external_id`` is how it is found when an acknowledgement puts it on the screen."""
    view = modal(TEXTS("title", language), [rich(line(TEXTS("loading", language)))], close=TEXTS("close", language))
    return view | ({"external_id": external_id} if external_id else {})
