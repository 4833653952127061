"""The buttons of a card: each looks the request up as the person who clicks, then shows one side of it in a modal."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

from bot.blocks.details import Detail, Place, detail_loading, details, note, refreshed, support_text
from bot.blocks.kit import Message
from bot.blocks.reproduce import reproduce
from bot.blocks.shortcut import TEXTS, result
from bot.delivery import Target
from bot.explain import Evidence, explain, impersonal
from bot.explain.explanation import Explanation, Source
from bot.handlers.ask import Ask, Name, Page, Shown
from bot.handlers.requestlog import outcome_card, outcomes
from bot.handlers.services import Handler, Services, View
from bot.outcomes import Found, NotConnected, NotFound, Outcome, Unsupported
from bot.requestids import PastedError, extract

#: What a denied call's detail calls the facts that a shared card shows of it.
_OF_DENIAL: Final = {
    "action": "AuthAction",
    "deny": "NoPermissionType",
    "policy_type": "PolicyType",
    "principal_type": "AuthPrincipalType",
    "principal": "AuthPrincipalDisplayName",
    "account": "AuthPrincipalOwnerId",
}


def outcome_of(services: Services, ask: Ask, *, fresh: bool = False) -> Outcome:
    """How the look-up of a button's RequestId ended, by the rights of the person who clicked, at that moment."""
    found = outcomes(services, ask, extract(ask.text), fresh=fresh)
    return found[0] if found else Unsupported(ask.text or "–", "other")


def show_detail(services: Services, ask: Ask, detail: Detail, make: Callable[[], View]) -> Message | None:
    """A loading modal at once, then what ``make`` gives; where no modal can be, the sentence that takes its place."""
    loading, late, closed = detail_loading(detail, ask.language), note("late", ask.language), note("closed", ask.language)
    return services.in_new_modal(ask, loading, lambda _waiting: make(), late=late, closed=closed)


def not_shown(services: Services, outcome: Outcome, ask: Ask) -> View:
    """What is shown to somebody who may not see the request, or no longer can."""
    return in_modal(ask, outcome_card(services, ask, outcome))


def in_modal(ask: Ask, said: Message) -> View:
    """A message in a modal whose buttons know where the ask was made."""
    title = TEXTS("title", ask.language)
    return result(said, ask.language, title=title, channel=ask.origin.channel, thread_ts=ask.origin.thread_ts)


def _of_found(detail: Detail, view_of: Callable[[Services, Ask, Found], View]) -> Handler:
    """A handler that shows one side of a found request."""

    def handler(services: Services, ask: Ask) -> Message | None:
        def make() -> View:
            outcome = outcome_of(services, ask)
            return view_of(services, ask, outcome) if isinstance(outcome, Found) else not_shown(services, outcome, ask)

        return show_detail(services, ask, detail, make)

    return handler


def _detail(detail: Literal["parameters", "response"]) -> Handler:
    return _of_found(detail, lambda _services, ask, found: details(detail, found.explanation, 0, _place(ask)))


def _support_text(services: Services, ask: Ask, found: Found) -> View:
    """What to paste into a support ticket, in both languages whatever the reader's own is."""
    other = outcome_of(services, replace(ask, language="en" if found.explanation.language == "zh" else "zh"))
    same = (other if isinstance(other, Found) else found).explanation
    return support_text(impersonal(found.explanation), impersonal(same))


def open_card(services: Services, ask: Ask) -> Message | None:
    """The whole card, for somebody who met a shared one: by their own rights, else what the shared one shows."""

    def make() -> View:
        outcome = outcome_of(services, ask)
        if isinstance(outcome, NotFound | NotConnected):
            outcome = replace(outcome, explanation=_said_by_card(services, ask))
        return not_shown(services, outcome, ask)

    return show_detail(services, ask, "card", make)


def _said_by_card(services: Services, ask: Ask) -> Explanation | None:
    """The facts that were shared, explained like any others."""
    shown = ask.given(Shown).facts
    if not (shown.get("code") or shown.get("action")):
        return None
    error = PastedError(
        request_id=ask.text,
        code=shown.get("code"),
        message=shown.get("message"),
        product=shown.get("product"),
        region_id=shown.get("region"),
        api=shown.get("api"),
        http_status=shown.get("http_status"),
        access_denied_detail={name: shown[fact] for fact, name in _OF_DENIAL.items() if fact in shown} or None,
    )
    said = explain(error, Evidence(services.catalog), language=ask.language, now=services.clock())
    return replace(said, sources=(Source("card", ask.text), *(each for each in said.sources if each.kind != "text")))


def turn_page(services: Services, ask: Ask) -> None:
    """Another page of the modal that was clicked in. Whoever closed it meanwhile has seen enough: nothing is said."""
    wanted, outcome = ask.given(Page), outcome_of(services, ask)
    if isinstance(outcome, Found):
        view = details(wanted.detail, outcome.explanation, wanted.page, _place(ask))
    else:
        view = not_shown(services, outcome, ask)
    services.modals.answer_in(ask.origin, view)


def refresh(services: Services, ask: Ask) -> Message | None:
    """The card once more, asked past the cache."""
    said = outcome_card(services, ask, outcome_of(services, ask, fresh=True))
    return in_place(services, ask, refreshed(said, services.clock(), ask.language))


def in_place(services: Services, ask: Ask, said: Message) -> Message | None:
    """A message in place of the one that was clicked in, where nobody else sees that one; what to tell where it cannot be."""
    origin = ask.origin
    if origin.view:
        return None if services.modals.answer_in(origin, in_modal(ask, said)) else said
    if origin.response_url and origin.message_ts and (origin.private or (origin.channel or "").startswith("D")):
        target = Target(ask.person.user, response_url=origin.response_url)
        services.delivery.privately(said, target, replace_original=True)
        return None
    return said


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
