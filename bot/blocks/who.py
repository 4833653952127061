"""What ActionTrail tells around a call: who touched its resource, who else calls its API, what changed in the policies."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.blocks import kit
from bot.blocks.kit import SHARED, Element, Message, Piece
from bot.blocks.views import modal, notice
from bot.explain.around import Around
from bot.languages import Language, Texts, bracketed, mark

TEXTS: Final = Texts("bot.blocks", "who.toml")
#: So long events take at most until they can be queried (ActionTrail's user guide on querying events).
DELAY: Final = timedelta(minutes=10)
#: Within what one message may hold, however long the names are that somebody chose.
MOST_LINES: Final = 20
LONGEST: Final = 80
POLICY: Final[dict[str, Any]] = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "actiontrail:LookupEvents", "Resource": "*"}],
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One recorded call, as it may be shown. ``what`` are the names in it that say what it was done to.

    ``touches`` says of a policy change whether it touches who was denied; None where the event does not tell.
    """

    at: datetime | None
    api: str
    who: str
    address: str | None
    code: str | None
    reads: bool
    what: str = ""
    touches: bool | None = True


@dataclass(frozen=True, slots=True)
class Told:
    """What was asked and read: as whom, where, and how far it came.

    ``more`` says that there are more events than were read, ``unread`` what could not be asked for in time, ``failed`` why it
    ended early: ``throttled``, ``deadline`` or ``server``.
    """

    asked: Around
    deeds: Sequence[Deed]
    name: str
    region: str
    more: bool = False
    unread: Sequence[str] = ()
    failed: str | None = None


def who_message(told: Told, language: Language, now: datetime) -> Message:
    """The answer."""
    asked = told.asked
    title, listed = _LISTS[asked.asked](told, language)
    title = TEXTS("unread_title", language) if told.failed and not told.deeds else title
    return kit.message(
        title,
        language,
        kit.header(title),
        *_limits(told, language, now),
        *listed,
        kit.rich(
            kit.line(
                TEXTS("window", language, name=told.name, region=told.region, count=len(told.deeds)),
                kit.moment(asked.start),
                " – ",
                kit.moment(min(asked.end, now)),
            )
        ),
        kit.context(kit.escape(TEXTS("delay", language))),
    )


def who_failure(reason: str, language: Language, *, names: Sequence[str] = (), request_id: str | None = None) -> Message:
    """Why nothing was asked or answered: ``denied``, ``sight``, ``channel`` or ``nothing``.

    ``names`` are the identities that were tried, ``request_id`` that of the bot's own failed call.
    """
    small = [TEXTS("tried", language, names=", ".join(names))] if names else []
    small += [SHARED("reference.own", language, id=request_id)] if request_id else []
    return kit.titled(
        TEXTS(f"failed.{reason}_title", language),
        TEXTS(f"failed.{reason}", language),
        language,
        kit.preformatted(json.dumps(POLICY, indent=2)) if reason == "denied" else None,
        kit.context(*(kit.escape(each) for each in small)) if small else None,
    )


def who_loading(language: Language, count: int | None = None) -> dict[str, Any]:
    """What is on the screen while ActionTrail is read; ``count`` is how many events were."""
    key = "loading" if count is None else "progress"
    return notice(TEXTS("title", language), TEXTS(key, language, count=count), language)


def who_view(said: Message, language: Language) -> dict[str, Any]:
    """The answer as a modal."""
    return modal(TEXTS("title", language), said.plainer().blocks, language)


def _limits(told: Told, language: Language, now: datetime) -> Iterator[Element]:
    """What may be missing, where it matters."""
    if told.failed:
        yield kit.line(TEXTS(f"failed.{told.failed}", language))
    if told.unread:
        yield kit.line(TEXTS("unread", language, names=mark("、", language).join(told.unread)))
    if told.more:
        yield kit.line(TEXTS("more", language))
    settled = told.asked.end + DELAY
    if settled > now:
        yield kit.line(kit.words(TEXTS("early", language), bold=True), kit.moment(settled))


def _touched(told: Told, language: Language) -> tuple[str, list[Piece]]:
    """The changes one by one, the readers in a line."""
    writes, reads = [each for each in told.deeds if not each.reads], [each for each in told.deeds if each.reads]
    title = _counted(told, len(writes), language)
    readers = TEXTS("touched.reads", language, count=len(reads), who=_counts(reads, language)) if reads else ""
    rest = "" if told.deeds or told.failed else TEXTS("touched.next", language)
    return title, [_listed(writes, language), kit.piece(5, *(kit.line(each) for each in (readers, rest) if each))]


def _callers(told: Told, language: Language) -> tuple[str, list[Piece]]:
    """The callers with the number of their calls, the busiest first."""
    by = Counter(each.who for each in told.deeds)
    title = _counted(told, len(by), language)
    lines: list[list[Element | str]] = []
    for who, count in by.most_common(MOST_LINES):
        own = [each for each in told.deeds if each.who == who]
        codes = Counter(each.code for each in own if each.code)
        refused = " · ".join(f"{number} × {kit.fit(code, LONGEST)}" for code, number in codes.most_common(2))
        lines.append([kit.words(f"{count} ×", bold=True), f" {kit.fit(who, LONGEST)}", *([f" · {refused}"] if refused else [])])
    rest = [] if lines or told.failed else [kit.line(TEXTS("callers.next", language))]
    return title, [kit.piece(8, kit.steps(lines, "bullet") if lines else None, *rest)]


def _changed(told: Told, language: Language) -> tuple[str, list[Piece]]:
    """The changes that name who was denied, then those that may touch them."""
    sure, perhaps = ([each for each in told.deeds if each.touches is known] for known in (True, None))
    subject, control = told.asked.subject, told.asked.layer == "control"
    opened = TEXTS("changed.open", language, subject=subject, count=len(perhaps)) if perhaps and not sure else ""
    pieces = [_listed(sure, language)]
    if perhaps:
        why = TEXTS("changed.nameless" if subject.isdecimal() and not control else "changed.perhaps", language)
        pieces += [kit.piece(7, kit.labelled(why)), _listed(perhaps, language)]
    elif not (sure or control or told.failed):
        pieces.append(kit.piece(5, kit.line(TEXTS("changed.next", language))))
    note = kit.line(TEXTS("changed.control", language)) if control else None
    return opened or _counted(told, len(sure), language), [*pieces, kit.piece(5, note)]


_LISTS: Final = {"touched": _touched, "callers": _callers, "changed": _changed}


def _counted(told: Told, number: int, language: Language) -> str:
    key = f"{told.asked.asked}.{ {0: 'none', 1: 'one'}.get(number, 'several') }"
    return TEXTS(key, language, subject=told.asked.subject, number=number, count=f"{len(told.deeds)}{'+' if told.more else ''}")


def _listed(deeds: Sequence[Deed], language: Language) -> Piece:
    """One line a call: when, what, who, from where, and how it ended where it failed."""
    lines = [list(_line(each, language)) for each in deeds[:MOST_LINES]]
    rest = len(deeds) - MOST_LINES
    further = kit.line(TEXTS("further", language, count=rest)) if rest > 0 else None
    return kit.piece(8, kit.steps(lines, "bullet") if lines else None, further)


def _line(deed: Deed, language: Language) -> Iterator[Element | str]:
    if deed.at is not None:
        yield from (kit.moment(deed.at), "  ")
    yield kit.code(deed.api, LONGEST)
    if deed.what:
        yield from (" ", kit.code(deed.what, LONGEST))
    yield TEXTS("by", language, who=kit.fit(deed.who, LONGEST))
    if deed.address:
        yield f" · {kit.fit(deed.address, LONGEST)}"
    if deed.code:
        yield from (" · ", TEXTS("refused", language), kit.code(deed.code, LONGEST))


def _counts(deeds: Sequence[Deed], language: Language) -> str:
    by = Counter(each.who for each in deeds).most_common(5)
    return mark("、", language).join(kit.fit(who, LONGEST) + bracketed(f"{count}", language) for who, count in by)
