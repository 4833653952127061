"""The question after a card, to ActionTrail, as who clicks: who touched it, who else calls it, what changed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from bot.aliyun.client import CallTerms
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import DeniedError
from bot.aliyun.trail import TrailEvent
from bot.blocks.details import note
from bot.blocks.kit import Message
from bot.blocks.who import Deed, Told, who_failure, who_loading, who_message, who_view
from bot.delivery import AwayError
from bot.explain.around import WHAT, Around, around, touches
from bot.explain.explanation import Explanation
from bot.explain.records import facts_of
from bot.explain.wording import say
from bot.handlers.ask import Ask, Name
from bot.handlers.card import outcome_of
from bot.handlers.doctor import DEFAULT_REGION
from bot.handlers.requestlog import outcome_card
from bot.handlers.services import Handler, Services, View
from bot.identity.directory import Identity
from bot.identity.ownership import Principal, of_event
from bot.identity.references import CredentialMissingError
from bot.lookup import UNAVAILABLE
from bot.lookup.events import Heard, Reader, viewers
from bot.outcomes import Found, Refused, Unavailable
from bot.store.chain import Entry

#: In the words of ``blocks.who``: what ended the reading early.
ENDINGS: Final = frozenset({"throttled", "deadline"})


def who(services: Services, ask: Ask) -> Message | None:
    """The button: the answer in a modal, and in it, while ActionTrail is read, how far it is."""

    def make(waiting: Ask) -> View:
        in_passing = services.modals.over(services.delivery.in_passing())

        def go_on(count: int) -> bool:
            with suppress(AwayError):  # the answer itself waits for Slack
                return in_passing.answer_in(waiting.origin, who_loading(ask.language, count))
            return True

        return who_view(_answer(services, ask, go_on), ask.language)

    loading, late, closed = who_loading(ask.language), note("late", ask.language), note("closed", ask.language)
    return services.in_new_modal(ask, loading, make, late=late, closed=closed)


def _answer(services: Services, ask: Ask, go_on: Callable[[int], bool]) -> Message:
    outcome = outcome_of(services, ask)
    if not isinstance(outcome, Found):
        return outcome_card(services, ask, outcome)
    asked = around(outcome.explanation)
    if asked is None:
        return who_failure("nothing", ask.language)
    access = services.directory.access(ask.person, ask.origin.channel)
    identities = viewers(access, outcome)
    if not identities:
        reason = "channel" if any(each.own_only for each in access.identities) else "sight"
        services.record(ask, _attempt(ask, asked, None, reason))
        return who_failure(reason, ask.language)
    deadline = Deadline.after(services.settings.requestlog_deadline)
    refused: Message | None = None
    for identity in identities:
        try:
            reader = _reader(services, outcome.explanation, asked, identity, deadline=deadline, go_on=go_on)
            said, heard = _told(reader, asked, outcome.explanation, access.own)
        except CredentialMissingError as missing:
            services.record(ask, _attempt(ask, asked, identity, missing.word))
            kind = Unavailable if missing.word in UNAVAILABLE else Refused
            refused = outcome_card(services, ask, kind(ask.text, missing.word, (), missing.error))
        except DeniedError as error:
            services.record(ask, _attempt(ask, asked, identity, "denied", error.request_id))
            tried = [each.name for each in identities]
            refused = who_failure("denied", ask.language, names=tried, request_id=error.request_id)
        else:
            result = heard.error.word if heard.error else "found" if heard.events else "empty"
            services.record(ask, _attempt(ask, asked, identity, result))
            return who_message(said, ask.language, services.clock())
    return refused or who_failure("nothing", ask.language)


def _reader(
    services: Services,
    said: Explanation,
    asked: Around,
    identity: Identity,
    *,
    deadline: Deadline,
    go_on: Callable[[int], bool],
) -> Reader:
    renew = partial(identity.open, deadline)
    terms: CallTerms = {"credential": identity.open(deadline), "deadline": deadline, "refresh": renew}
    # Events of RAM are shown in every region, those of other services in their own alone.
    known = said.region_id if asked.asked != "changed" else None
    region = known or next(iter(services.settings.requestlog_trail_regions), DEFAULT_REGION)
    return Reader(services.client, identity, said.call.account_id, region, services.clock(), go_on, terms)


def _told(reader: Reader, asked: Around, said: Explanation, own: frozenset[Principal]) -> tuple[Told, Heard]:
    """What is told of what was read."""
    name = _name_of(said, asked) if asked.asked == "changed" else None
    if name == "":  # of a RAM user the log tells the number alone, an event the name too
        of_call = reader.read(replace(asked, key="EventId", values=(said.request_id or "",), end=reader.now))
        name = next((each.identity.user_name for each in of_call.events), None)
    heard = reader.read(asked)
    policies = {each.name for each in said.denial.matched} if said.denial else set()
    deeds = [_deed(each, said, own, touched=touches(_parameters(each), name, policies)) for each in heard.events]
    if asked.asked == "changed":
        asked = replace(asked, subject=name or asked.subject)
        deeds = [each for each in deeds if each.touches is not False]
    elif asked.asked == "callers":  # other services may have an API of that name
        deeds = [deed for deed, event in zip(deeds, heard.events, strict=True) if _of_service(event, said.product)] or deeds
    failed = heard.error.word_among(ENDINGS) if heard.error else None
    return Told(asked, deeds, reader.identity.name, reader.region, heard.more, heard.unread, failed), heard


def _name_of(said: Explanation, asked: Around) -> str | None:
    """The name by which a policy change names whom it touches; empty for a number, None where no change names anybody."""
    denial = said.denial
    if denial is None or asked.layer == "control":
        return None
    if asked.layer == "trust":  # the role is what was changed, not who wanted it
        return (denial.resource or "").rpartition("/")[2] or None
    principal = denial.principal or ""
    return "" if principal.isdecimal() else principal.partition(":")[0].partition("@")[0]


def _of_service(event: TrailEvent, product: str | None) -> bool:
    return (event.service_name or "").casefold() == (product or "").casefold()


def _parameters(event: TrailEvent) -> dict[str, str]:
    return {name: value for name, value in (event.parameters or event.parameters_as_text).items() if isinstance(value, str)}


def _deed(event: TrailEvent, said: Explanation, own: frozenset[Principal], *, touched: bool | None) -> Deed:
    """An event as it may be shown: cleaned and redacted as the facts of a card are."""
    facts = facts_of(event, language=said.language, now=datetime.now(UTC), site="china")
    who = facts.call.caller_words or say("principal.unknown", said.language)
    return Deed(
        facts.call.received_at,
        facts.api or "?",
        say("principal.you", said.language, who=who) if of_event(event) in own else who,
        facts.call.caller_ip,
        facts.error_code,
        reads=facts.reads_only is True,
        what=" · ".join(each.value for name in WHAT for each in facts.call.parameters if each.name == name),
        touches=touched,
    )


def _attempt(ask: Ask, asked: Around, identity: Identity | None, result: str, upstream: str | None = None) -> Entry:
    attempt = Entry("events", ask.text, upstream=upstream, result=result, detail={"asked": asked.asked})
    if identity is None:
        return attempt
    account = identity.sight.account if identity.sight else None
    return replace(attempt, identity=identity.name, kind=identity.kind, account=account, session=identity.session)


HANDLERS: Final[dict[Name, Handler]] = {Name.CARD_WHO: who}
