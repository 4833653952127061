"""What each outcome of a look-up says when it is not a card: a title, the next step, the rungs, a reference."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.blocks import kit
from bot.blocks.account import how_to_link
from bot.blocks.details import REFRESH
from bot.blocks.kit import SHARED, Block, Element, Message, Piece
from bot.blocks.requestlog import card, facts, fold, top
from bot.blocks.words import ladder
from bot.languages import Language, sentences
from bot.outcomes import Found, NotConnected, NotFound, Outcome, Refused, Unavailable, Unsupported

WAIT: Final = "wait"
WAIT_END: Final = "wait_end"


def outcome_message(
    outcome: Outcome, language: Language, *, now: datetime, reference: str = "", handoff: bool = False, waits: bool = False
) -> Message:
    """The message of any outcome. ``reference`` is our own id of this command, for the person who runs the bot.

    ``handoff`` says that there are administrators to whom a denial can be sent, ``waits`` that a log that is not there is
    looked for again by itself; else a button offers that, unless the call is too old for its log to be still on its way.
    """
    if isinstance(outcome, Found):
        known = outcome.lookup_request_id
        return card(outcome.explanation, outcome.rungs, now=now, lookup_request_id=known, handoff=handoff)
    title = SHARED(_keys(outcome)[0], language, id=outcome.request_id)
    said = outcome.explanation if isinstance(outcome, NotFound | NotConnected) else None
    small = _small_print(outcome, language, reference)
    parts: list[Piece | Block]
    if said is None:
        parts = [kit.header(title), kit.rich(kit.line(SHARED("wait.lead", language) if waits else reason(outcome, language)))]
    else:
        # What the text itself says comes first; that there is no log is the footnote.
        parts = [*top(said, now)]
        small = [kit.escape(sentence(outcome, language)), *small]
    if isinstance(outcome, NotConnected) and outcome.person is not None:
        parts += [kit.piece(8, block) for block in how_to_link(outcome.person, language)]
    if isinstance(outcome, NotFound | Unavailable):
        again = kit.button(SHARED("button.refresh", language), REFRESH, outcome.request_id)
        parts.append({**kit.actions(again, _wait_button(outcome, language, waits=waits)), "block_id": "outcome_actions"})
    below = kit.context(*small) if small else None
    if said is not None:
        return kit.message(said.verdict, language, *parts, below, *facts(said), fold=fold(said, now))
    if isinstance(outcome, NotFound):
        folded = kit.piece(9, *_other_reasons(outcome, language, waits=waits), below, folded=True)
        return kit.message(sentence(outcome, language), language, *parts, folded, fold=(SHARED("not_found.fold", language), ""))
    return kit.message(sentence(outcome, language), language, *parts, below)


def _wait_button(outcome: NotFound | Unavailable, language: Language, *, waits: bool) -> Element | None:
    if waits:
        return kit.button(SHARED("wait.end", language), WAIT_END, outcome.request_id)
    early = isinstance(outcome, NotFound) and {"expired", "late"} & set(outcome.hints) and outcome.hints[0] != "expired"
    return kit.button(SHARED("wait.begin", language), WAIT, outcome.request_id) if early else None


def not_there(request_id: str, language: Language) -> Message:
    """The end of a wait in which no log came."""
    return kit.one_line(SHARED("wait.over", language, id=request_id))


def sentence(outcome: Outcome, language: Language, why: str | None = None) -> str:
    """The outcome in one plain sentence, for the terminal and for summaries; ``why`` in place of the usual reason."""
    why = why or reason(outcome, language)
    if isinstance(outcome, Found):
        return why
    return sentences(SHARED(_keys(outcome)[0], language, id=outcome.request_id), why, language)


def reason(outcome: Outcome, language: Language) -> str:
    """The verdict of what was found; of what was not, why: of several reasons the first, called what it is."""
    if isinstance(outcome, Found):
        return outcome.explanation.verdict
    if isinstance(outcome, NotFound) and outcome.hints:
        return SHARED("not_found.likeliest", language, reason=SHARED(f"not_found.{outcome.hints[0]}", language))
    stopped = ("refused", "not_permitted", "unavailable")
    name = next((rung.viewed_as for rung in reversed(outcome.rungs) if rung.result in stopped), "–")
    return SHARED(_keys(outcome)[1], language, name=name)


def _other_reasons(outcome: NotFound, language: Language, *, waits: bool) -> Iterator[Element]:
    """The reasons that the top does not name, the likelier first."""
    hints = [SHARED(f"not_found.{hint}", language) for hint in outcome.hints[0 if waits else 1 :]]
    if hints:
        yield kit.line(SHARED("not_found.lead", language))
        yield kit.steps(hints, "bullet")


def _keys(outcome: NotFound | NotConnected | Refused | Unsupported | Unavailable) -> tuple[str, str]:
    """Under which keys the title and the reason stand in the texts."""
    match outcome:
        case NotFound():
            return "not_found.title", "not_found.absent"
        case NotConnected():
            return "not_connected.title", "not_connected.body"
        case Refused(reason=word):
            return "refused.title", f"refused.{word}"
        case Unavailable(reason=word):
            return "unavailable.title", f"unavailable.{word}"
        case Unsupported(kind=kind):
            known = kind if SHARED.has(f"unsupported.{kind}") else "other"
            return f"unsupported_title.{known}", f"unsupported.{known}"


def _small_print(outcome: Outcome, language: Language, reference: str) -> list[str]:
    lines = [kit.escape(ladder(outcome.rungs, language))] if outcome.rungs else []
    own = outcome.error.request_id if isinstance(outcome, Refused | Unavailable) and outcome.error else None
    own = own or (outcome.lookup_request_id if isinstance(outcome, NotFound) else None)
    if own:
        lines.append(kit.escape(SHARED("reference.own", language, id=own)))
    if reference:
        lines.append(kit.escape(SHARED("reference.id", language, id=reference)))
    return lines
