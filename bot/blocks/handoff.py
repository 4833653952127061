"""The hand-off of a denial: the button under it, the form, and the request as administrators see it with its state."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from bot.blocks import kit
from bot.blocks.details import HANDOFF as TEXTS
from bot.blocks.details import grantable
from bot.blocks.kit import SHARED, Block, Element, Message
from bot.blocks.views import choice, confirm, modal, notice, text_input
from bot.blocks.words import field
from bot.explain.explanation import Denial, Explanation
from bot.languages import Language, bracketed
from bot.outcomes import Found

Verdict = Literal["granted", "declined"]

FORM: Final = "permission_form"
GRANT: Final = "permission_granted"
DECLINE: Final = "permission_declined"
DECLINE_FORM: Final = "permission_decline_form"
LONGEST_WHY: Final = 300
REASON: Final = "reason"
DURATION: Final = "wish"
RESOURCE: Final = "resource"
#: For how long a permission may be asked; None for one that does not end.
DURATIONS: Final[dict[str, timedelta | None]] = {
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "permanent": None,
}
USUAL_DURATION: Final = "1d"
LONGEST_REASON: Final = 1000
LONGEST_RESOURCE: Final = 300
_RESOURCE: Final = re.compile(r"\*|acs:[a-z0-9*-]+:[^\s:]*:[0-9*]*:[^\s\"'<>&|`]+")


def loading_view(language: Language) -> dict[str, Any]:
    """What stands on the screen while the evidence is read."""
    return notice(TEXTS("title", language), TEXTS("loading", language), language)


def waiting_view(language: Language, external_id: str) -> dict[str, Any]:
    """What stands in the form's place until the request is sent; found again by ``external_id``."""
    return notice(TEXTS("title", language), TEXTS("sending", language), language, external_id)


def note_view(said: Message, language: Language, title: str = "title") -> dict[str, Any]:
    """A sentence in a modal."""
    return modal(TEXTS(title, language), said.blocks, language)


def form_view(found: Found, admins: str, carried: dict[str, str | None]) -> dict[str, Any]:
    """The form: a reason, for how long, and what will be sent with them. ``carried`` is what is asked for, and where."""
    explanation, language = found.explanation, found.explanation.language
    durations = [(each, TEXTS(f"duration.{each}", language)) for each in DURATIONS]
    lead = TEXTS("form.lead" if grantable(explanation) else "form.lead_on", language, admins=mention(admins))
    blocks = [
        text_input(
            REASON,
            TEXTS("form.reason", language),
            multiline=True,
            max_length=LONGEST_REASON,
            placeholder=TEXTS("form.reason_hint", language),
        ),
        choice(DURATION, TEXTS("form.duration", language), durations, USUAL_DURATION),
        *_resource_field(explanation.denial, language),
        kit.section(lead),
        *_evidence(found),
        kit.context(TEXTS("form.foot", language)),
    ]
    return modal(
        TEXTS("title", language),
        blocks,
        language,
        submit=TEXTS("submit", language),
        callback=FORM,
        private=json.dumps(carried | {"language": language}),
    )


def _resource_field(denial: Denial | None, language: Language) -> list[Block]:
    """Where the draft's resource is not known for sure, the asker may know it better."""
    if denial is None or denial.policy_draft is None or not denial.draft_to_narrow:
        return []
    drafted = str(denial.policy_draft["Statement"][0]["Resource"])
    label = TEXTS("form.resource", language)
    return [text_input(RESOURCE, label, optional=True, max_length=LONGEST_RESOURCE, initial_value=drafted[:LONGEST_RESOURCE])]


def is_resource(typed: str) -> bool:
    """Whether a text has the form of a resource in a RAM policy."""
    return _RESOURCE.fullmatch(typed) is not None


def wrong_resource(language: Language) -> str:
    """What stands under the resource's field when its text has not that form."""
    return TEXTS("form.wrong_resource", language)


def with_resource(found: Found, resource: str) -> Found:
    """The denial with the resource that the asker named, in the facts and in the draft."""
    denial = found.explanation.denial
    if not resource or denial is None or denial.policy_draft is None:
        return found
    statements = [{**each, "Resource": resource} for each in denial.policy_draft["Statement"]]
    named = replace(denial, resource=resource, policy_draft={**denial.policy_draft, "Statement": statements}, draft_note=None)
    return replace(found, explanation=replace(found.explanation, denial=named))


def blank_reason(language: Language) -> str:
    """What stands under the reason's field when it holds nothing."""
    return TEXTS("form.blank", language)


def request_message(found: Found, person: str, reason: str, duration: str) -> Message:
    """The request as administrators see it, without its state and buttons. ``person`` is the Slack user who asks."""
    language, denial = found.explanation.language, found.explanation.denial
    action = (denial and denial.action) or "–"
    title = TEXTS("request.title", language, action=action)
    named = TEXTS(
        "request.lead",
        language,
        person=mention(person),
        action=f"`{kit.escape(action)}`",
        duration=TEXTS(
            "wanted.permanent" if duration == "permanent" else "wanted.for",
            language,
            duration=TEXTS(f"duration.{duration}", language),
        ),
    )
    return kit.message(
        title,
        language,
        kit.header(f"🔑 {title}"),
        kit.section(named),
        kit.rich(kit.quote(reason, LONGEST_REASON)),
        None if grantable(found.explanation) else kit.line(TEXTS("request.pass_on", language)),
        *_evidence(found),
        kit.context(TEXTS("request.foot", language)),
    )


def waiting(shown: Message, request_id: str, until: datetime, language: Language) -> Message:
    """The request with the buttons to decide it. ``request_id`` is the store's id of the request."""
    state = kit.context(TEXTS("state.open", language, until=f"{until:%Y-%m-%d}"))
    buttons = kit.actions(
        kit.button(TEXTS("grant", language), GRANT, request_id, style="primary", label=TEXTS("grant_label", language))
        | {"confirm": _sure(language)},
        kit.button(TEXTS("decline", language), DECLINE, request_id, label=TEXTS("decline_label", language)),
    )
    return _with(shown, {**buttons, "block_id": "decide"}, {**state, "block_id": "state"})


def _sure(language: Language) -> Element:
    title, text = TEXTS("sure.grant", language), TEXTS("sure.grant_text", language)
    return confirm(title, text, TEXTS("grant", language), SHARED("cancel", language))


def decline_view(request_id: str, place: dict[str, str | None], language: Language) -> dict[str, Any]:
    """The form of who declines: why, which the person who asked reads. ``place`` is where the request stands."""
    field = text_input(REASON, TEXTS("decline_form.reason", language), optional=True, max_length=LONGEST_WHY)
    return modal(
        TEXTS("decline_form.title", language),
        [field, kit.context(TEXTS("sure.decline_text", language))],
        language,
        submit=TEXTS("decline_form.submit", language),
        callback=DECLINE_FORM,
        private=json.dumps(place | {"request_id": request_id, "language": language}),
    )


def ended(shown: Message, state: Verdict | Literal["expired"], by: str, language: Language) -> Message:
    """The request once it was decided or has expired: its state in place of the buttons."""
    said = TEXTS(f"state.{state}", language, **({} if state == "expired" else {"person": mention(by)}))
    return _with(shown, {**kit.section(said), "block_id": "state"})


def thread_note(state: Verdict, by: str, reason: str, language: Language) -> Message:
    """The decision as a reply in the request's thread, with the reason if there is one."""
    said = TEXTS(f"state.{state}", language, person=mention(by))
    return Message(said, [kit.section(said), *_because(reason)])


def decision(
    state: Verdict | Literal["expired"],
    action: str,
    request_id: str,
    by: str,
    language: Language,
    *,
    reason: str = "",
    until: datetime | None = None,
) -> Message:
    """The decision, or that there was none in time, as the person who asked reads it; ``until`` ends what was granted."""
    title = TEXTS(f"decision.{state}", language, action=action)
    call = f"`{kit.escape(request_id)}`"
    small = TEXTS("decision.by", language, person=mention(by), id=call) if by else TEXTS("decision.call", language, id=call)
    then = _because(reason) or [kit.section(TEXTS(f"decision.{state}_next", language))]
    then += [_lasting(until, language)] if state == "granted" else []
    return kit.message(title, language, kit.section(f"*{kit.escape(title)}*"), *then, kit.context(small))


def ending(duration: str, granted_at: datetime) -> datetime | None:
    """When a permission ends that was granted for a duration, as it was asked for; None for one that does not."""
    lasts = DURATIONS.get(duration)
    return None if lasts is None else granted_at + lasts


def _lasting(until: datetime | None, language: Language) -> Block:
    if until is None:
        return kit.rich(kit.line(TEXTS("lasting.permanent", language)))
    return kit.rich(kit.line(TEXTS("lasting.until", language), " ", kit.moment(until)))


def granted_before(by: str, until: datetime | None, language: Language) -> Message:
    """In place of the form: what is asked for was granted already, by whom and until when."""
    said = note("decided_granted", language, by)
    then = kit.section(TEXTS("decision.granted_next", language))
    return Message(said.text, [*said.blocks, _lasting(until, language), then])


def _because(reason: str) -> list[Block]:
    return [kit.rich(kit.quote(reason, LONGEST_WHY))] if reason else []


def note(reason: str, language: Language, by: str | None = None) -> Message:
    """One sentence; ``reason`` is a name under ``note`` in the texts, ``by`` the Slack user whom it names."""
    said = TEXTS(f"note.{reason}", language, **({"person": mention(by)} if by else {}))
    return Message(said, [kit.section(said)])


def mention(place: str) -> str:
    """A person or channel by its id, as Slack's markup names it; the id is Slack's own and never typed by anybody."""
    return f"<@{place}>" if place.startswith(("U", "W")) else f"<#{place}>"


def _who(found: Found, principal: str) -> str:
    """The principal; where the log is the looker's own, with the name of that identity, for a number says little."""
    last = found.rungs[-1] if found.rungs else None
    name = last.viewed_as if last and last.rung == "own" else ""
    if not name or name in principal:
        return principal
    return principal + bracketed(name, found.explanation.language)


def _evidence(found: Found) -> list[Block]:
    explanation = found.explanation
    denial, language = explanation.denial, explanation.language
    if denial is None:
        return []
    resource: Element | str = kit.code(denial.resource) if denial.resource else TEXTS("fact.resource_unknown", language)
    facts = kit.rich(
        kit.labelled(TEXTS("fact.who", language), _who(found, denial.principal_words)),
        kit.labelled(TEXTS("fact.action", language), kit.code(denial.action or "–")),
        field("resource", language, resource),
        field("why", language, denial.reason),
        field("fixer", language, denial.fixer),
        kit.labelled(TEXTS("fact.call", language), *_call(explanation)),
    )
    return [facts, kit.rich(*_draft(denial, language))]


def _call(explanation: Explanation) -> list[Element | str]:
    spans: list[Element | str] = []
    for value in (explanation.product, explanation.api, explanation.region_id):
        if value:
            spans += [value, " "]
    if explanation.call.sent_at:
        spans += [kit.moment(explanation.call.sent_at), " "]
    return [*spans, kit.code(explanation.request_id or "–")]


def _draft(denial: Denial, language: Language) -> list[Element]:
    if denial.policy_draft is None:
        because = denial.no_draft_because or "–"
        return [field("no_draft", language, because)]
    return [
        kit.labelled(TEXTS("fact.draft", language), denial.draft_note or ""),
        kit.preformatted(json.dumps(denial.policy_draft, indent=2, ensure_ascii=False)),
    ]


def _with(shown: Message, *blocks: Block) -> Message:
    return Message(shown.text, [*shown.blocks, *blocks])
