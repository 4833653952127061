"""The modal that is on the screen at once, while the look-up runs."""

from typing import Any

from bot.blocks.kit import line, rich
from bot.blocks.shortcut import TEXTS
from bot.blocks.views import modal
from bot.languages import Language


def loading(language: Language, *, external_id: str | None = None, progress: tuple[int, int] | None = None) -> dict[str, Any]:
    """The loading modal; ``external_id`` is how it is found when an acknowledgement puts it on the screen.

    ``progress`` says how many of how many look-ups are done.
    """
    said = [line(TEXTS("loading", language))]
    if progress:
        said.append(line(TEXTS("progress", language, done=progress[0], total=progress[1])))
    return modal(TEXTS("title", language), [rich(*said)], language, external_id=external_id)
