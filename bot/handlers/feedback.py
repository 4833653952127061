"""Opinions on explanations, counted by catalogue entry: which entries help, which want mending, and why."""

from typing import Final, Literal

from bot.blocks.feedback import answer, form_view, note, note_view
from bot.blocks.kit import Message
from bot.explain import redact
from bot.handlers.ask import Ask, Comment, Name, Opinion
from bot.handlers.services import Handler, Services, View
from bot.store.errors import StoreUnavailableError


def count(services: Services, ask: Ask) -> Message:
    """Count an opinion once a person, entry and day, the latest one, and say thanks. The text is the entry's reference."""
    said: Literal["new", "changed", "same", "lost"]
    helpful = ask.given(Opinion).helpful
    try:
        said = services.opinions.save_once(ask.text, ask.person, helpful=helpful, now=services.clock())
    except StoreUnavailableError:
        said = "lost"
    return answer(said, ask.text, ask.language, helpful=helpful)


def form(services: Services, ask: Ask) -> Message | None:
    """The button of who called an explanation wrong: a form for one line."""
    opened = services.modals.show(ask.origin, form_view(ask.text, ask.language))
    return note("late", ask.language) if opened is None else None


def comment(services: Services, ask: Ask) -> Message | None:
    """Keep the line, without the name of who wrote it."""

    def make() -> tuple[Message, View]:
        said = note("kept", ask.language)
        try:
            services.opinions.comment(ask.given(Comment).reference, redact(ask.text), ask.command, services.clock())
        except StoreUnavailableError:
            said = note("lost", ask.language)
        return said, note_view(said, ask.language)

    return services.in_waiting_modal(ask, make)


HANDLERS: Final[dict[Name, Handler]] = {Name.FEEDBACK: count, Name.FEEDBACK_SAY: form, Name.FEEDBACK_SAID: comment}
