"""The modal with the four fields of a log ticket: empty, filled again with what was wrong, waiting, and answered."""

import json
from collections.abc import Sequence
from typing import Any, Final

from bot.blocks.kit import Block, Message
from bot.blocks.logticket import HUBS, TEXTS, TicketForm
from bot.blocks.views import choice, modal, notice, text_input
from bot.languages import LANGUAGES, Language

FORM: Final = "ticket_form"
HUB: Final = "hub"
LANGUAGE: Final = "language"
MEMBER: Final = "member"
SOURCE: Final = "data"


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
