"""The buttons of a card: each looks the request up as the person who clicks, then shows one side of it in a modal."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, Literal

from bot.blocks.details import Detail, Place, detail_loading, details, note, refreshed, support_text
from bot.blocks.outcome import outcome_message
from bot.blocks.reproduce import reproduce
from bot.blocks.shortcut import result
from bot.blocks.trouble import trouble
from bot.delivery import Target
from bot.explain import Evidence, explain
from bot.explain.explanation import Explanation
from bot.handlers.ask import Ask, Page, Shown
from bot.handlers.modal import View, fill
from bot.handlers.names import Name
from bot.handlers.requestlog import outcomes
from bot.handlers.services import Handler, Services
from bot.languages import Language
from bot.lookup.plan import plan
from bot.outcomes import Found, NotConnected, NotFound, Outcome, Unsupported
from bot.requestids import PastedError, extract


def outcome_of(services: Services, ask: Ask, language: Language, *, fresh: bool = False) -> Outcome:
    """How the look-up of a button's RequestId ended, by the rights of the person who clicked, at that moment."""
    extraction = extract(ask.text)
    found = outcomes(services, ask, extraction, plan(extraction), language, fresh=fresh)
    return found[0] if found else Unsupported(ask.text or "–", "other")


def show_detail(services: Services, ask: Ask, detail: Detail, make: Callable[[Language], View]) -> None:
    """A loading modal at once, then what ``make`` gives; where no modal can be, a sentence in its place."""
    language = services.language(ask.person)
    view_id = services.modals.show(ask.origin, detail_loading(detail, language))
    if view_id is None:
        services.tell(ask, note("late", language))
        return
    failed = result(trouble(language, ask.reference), language)
    if not fill(partial(services.modals.update, view_id), partial(make, language), failed):
        services.tell(ask, note("closed", language))


def not_shown(services: Services, outcome: Outcome, ask: Ask, language: Language) -> View:
    """What is shown to somebody who may not see the request, or no longer can."""
    said = outcome_message(outcome, language, now=services.clock(), reference=ask.reference)
    return result(said, language, channel=ask.origin.channel, thread_ts=ask.origin.thread_ts)


def _of_found(detail: Detail, view_of: Callable[[Services, Ask, Found], View]) -> Handler:
    """A handler that shows one side of a found request."""

    def handler(services: Services, ask: Ask) -> None:
        def make(language: Language) -> View:
            outcome = outcome_of(services, ask, language)
            if isinstance(outcome, Found):
                return view_of(services, ask, outcome)
            return not_shown(services, outcome, ask, language)

        show_detail(services, ask, detail, make)

    return handler


def _detail(detail: Literal["parameters", "response"]) -> Handler:
    return _of_found(detail, lambda _services, ask, found: details(detail, found.explanation, 0, _place(ask)))


def _support_text(services: Services, ask: Ask, found: Found) -> View:
    """What to paste into a support ticket, in both languages whatever the reader's own is."""
    other = outcome_of(services, ask, "en" if found.explanation.language == "zh" else "zh")
    return support_text(found.explanation, (other if isinstance(other, Found) else found).explanation)


def open_card(services: Services, ask: Ask) -> None:
    """The whole card, for somebody who met a shared one: by their own rights, else what the shared one shows."""

    def make(language: Language) -> View:
        outcome = outcome_of(services, ask, language)
        if isinstance(outcome, NotFound | NotConnected):
            outcome = replace(outcome, explanation=_said_by_card(services, ask, language))
        return not_shown(services, outcome, ask, language)

    show_detail(services, ask, "card", make)


def _said_by_card(services: Services, ask: Ask, language: Language) -> Explanation | None:
    shown = ask.given(Shown)
    if not (shown.code or shown.action):
        return None
    error = PastedError(
        request_id=ask.text,
        code=shown.code,
        message=shown.message,
        product=shown.product,
        api=shown.api,
        http_status=shown.http_status,
        access_denied_detail={"AuthAction": shown.action} if shown.action else None,
    )
    return explain(error, Evidence(services.catalog), language=language, now=services.clock())


def turn_page(services: Services, ask: Ask) -> None:
    """Another page of the modal that was clicked in. Whoever closed it meanwhile has seen enough: nothing is said."""
    language = services.language(ask.person)
    wanted = ask.given(Page)
    outcome = outcome_of(services, ask, language)
    if isinstance(outcome, Found):
        view = details(wanted.detail, outcome.explanation, wanted.page, _place(ask))
    else:
        view = not_shown(services, outcome, ask, language)
    services.modals.answer_in(ask.origin, view)


def refresh(services: Services, ask: Ask) -> None:
    """The card once more, asked past the cache, in place of the old one where nobody else sees that."""
    language = services.language(ask.person)
    outcome = outcome_of(services, ask, language, fresh=True)
    now = services.clock()
    handoff = services.settings.requestlog_admin_channel is not None
    said = refreshed(outcome_message(outcome, language, now=now, reference=ask.reference, handoff=handoff), now, language)
    origin = ask.origin
    if origin.in_modal:
        shown = result(said, language, channel=origin.channel, thread_ts=origin.thread_ts)
        if not services.modals.answer_in(origin, shown):
            services.tell(ask, said)
    elif origin.response_url and (origin.private or (origin.channel or "").startswith("D")):
        target = Target(ask.person.user, response_url=origin.response_url)
        services.delivery.privately(said, target, replace_original=True)
    else:
        services.tell(ask, said)


def _place(ask: Ask) -> Place:
    return Place(ask.origin.channel, ask.origin.thread_ts)


HANDLERS: Final[dict[Name, Handler]] = {
    Name.CARD_OPEN: open_card,
    Name.CARD_PARAMETERS: _detail("parameters"),
    Name.CARD_RESPONSE: _detail("response"),
    Name.CARD_REPRODUCE: _of_found("reproduce", lambda _services, _ask, found: reproduce(found.explanation)),
    Name.CARD_SUPPORT_TEXT: _of_found("support_text", _support_text),
    Name.CARD_REFRESH: refresh,
    Name.DETAILS_PAGE: turn_page,
}
