"""What is said to an opinion on an explanation, and the line that says what is wrong with it."""

import json
from typing import Any, Final, Literal

from bot.blocks import kit
from bot.blocks.details import FEEDBACK as TEXTS
from bot.blocks.kit import Message
from bot.blocks.views import modal, notice, text_input
from bot.languages import Language

SAY: Final = "feedback_say"
FORM: Final = "feedback_form"
FIELD: Final = "comment"
LONGEST_COMMENT: Final = 300


def answer(said: Literal["new", "changed", "same", "lost"], reference: str, language: Language, *, helpful: bool) -> Message:
    """What the person is told; who calls an explanation wrong may say why."""
    if helpful or said == "lost":
        return kit.one_line(TEXTS(said, language))
    button = kit.button(TEXTS("say", language), SAY, reference)
    return kit.message(TEXTS(said, language), language, kit.line(TEXTS(said, language)), kit.actions(button))


def form_view(reference: str, language: Language) -> dict[str, Any]:
    """The form with its one line."""
    field = text_input(FIELD, TEXTS("form.comment", language), max_length=LONGEST_COMMENT)
    return modal(
        TEXTS("form.title", language),
        [field, kit.context(TEXTS("form.foot", language))],
        language,
        submit=TEXTS("form.submit", language),
        callback=FORM,
        private=json.dumps({"reference": reference, "language": language}),
    )


def waiting_view(language: Language, external_id: str) -> dict[str, Any]:
    """What stands in the form's place until the comment is kept; found again by ``external_id``."""
    return notice(TEXTS("form.title", language), TEXTS("form.sending", language), language, external_id)


def note(key: Literal["late", "kept", "lost"], language: Language) -> Message:
    """One sentence about the comment."""
    return kit.one_line(TEXTS("lost" if key == "lost" else f"note.{key}", language))


def note_view(said: Message, language: Language) -> dict[str, Any]:
    """A sentence in the form's place."""
    return modal(TEXTS("form.title", language), said.blocks, language)
