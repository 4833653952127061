"""Several requests at once: what most of them have in common, then a section a group, each with its card on demand."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.blocks import kit
from bot.blocks.details import SHARE
from bot.blocks.help import COMMAND
from bot.blocks.kit import SHARED, Block, Element, Message
from bot.blocks.outcome import reason, sentence
from bot.blocks.requestlog import sign
from bot.blocks.timeline import FEWEST_CALLS, calls_table, chart, in_fixed_width, sent, timeline
from bot.blocks.words import answer_words
from bot.explain.explanation import Explanation
from bot.explain.sentences import SLOW
from bot.languages import Language, Texts, sentences
from bot.outcomes import OUTCOMES, Found, NotConnected, NotFound, Outcome, Unsupported

TEXTS: Final = Texts("bot.blocks", "summary.toml")
OPEN_CARD: Final = "open_card_"
SYMBOL_WITHOUT_LOG: Final = "❔"
LONGEST_SENTENCE: Final = 260
MOST_NOTES: Final = 3
#: So many groups stand in the open beside a table; the others are folded.
MOST_OPEN: Final = 5
MOST_BEYOND: Final = 60
MOST_IN_A_COMMAND: Final = 20
#: The first call of a group, its number and the language → the button that opens it.
Opener = Callable[[Outcome, int, Language], Element | None]
_FAILED, _SLOW, _UNFOUND, _SUCCEEDED = range(4)


@dataclass(frozen=True, slots=True)
class Group:
    """Look-ups that ended the same way: one product, API, code, caller and region."""

    label: str
    members: tuple[Outcome, ...]
    apart: bool = False
    """Whether it is titled by what sets it apart, because the headline says its label already."""

    @property
    def first(self) -> Outcome:
        """The member that stands for all."""
        return self.members[0]


def summary(
    outcomes: Sequence[Outcome], beyond: Sequence[str], language: Language, *, now: datetime, compare: Element | None = None
) -> Message:
    """The private answer to several ids; ``beyond`` were too much at once, ``compare`` is the button to the one before."""
    ids = " ".join(each.request_id for each in outcomes if not isinstance(each, Unsupported))
    share = kit.button(SHARED("button.share", language), SHARE, ids, label=SHARED("button.share_label", language))
    found = any(isinstance(each, Found) for each in outcomes)
    row = kit.actions(share, compare) | {"block_id": "summary_actions"} if found else None
    further = _beyond(beyond, len(outcomes), language) if beyond else None
    return composed(outcomes, language, _opener, now=now, below=(row, further))


def composed(
    outcomes: Sequence[Outcome],
    language: Language,
    opener: Opener,
    *,
    now: datetime,
    above: Block | None = None,
    below: Sequence[Block | None] = (),
) -> Message:
    """One message for several look-ups: groups, and of more than three calls Slack's own chart and table.

    ``opener`` makes the button with which a group's first call is opened; ``now`` gives the calls' age.
    """
    title = headline(outcomes, language)
    top = [above, kit.header(title), kit.context(*_overview(outcomes, shared_by(outcomes), language))]
    line, full = timeline(outcomes), len(outcomes) >= FEWEST_CALLS

    def plain() -> Message:
        drawn = (kit.context(TEXTS("timeline.title", language)), kit.preformatted(in_fixed_width(line))) if line else ()
        listed = (kit.piece(*each) for each in _sections(outcomes, opener, language, now, ids=True))
        return kit.message(title, language, *top, *listed, kit.piece(3, *drawn), *below)

    if not full:
        return plain()
    named = enumerate(_sections(outcomes, opener, language, now, ids=False))
    table = calls_table(outcomes, [label(each, language) for each in outcomes], language)
    made = kit.message(
        title,
        language,
        *top,
        *(kit.piece(*each, folded=number >= MOST_OPEN) for number, each in named),
        kit.piece(3, chart(line, language) if line else None),
        kit.piece(8, table),
        *below,
        fold=(TEXTS("more_groups", language), ""),
    )
    return replace(made, plain=lambda: plain().blocks)


def _sections(
    outcomes: Sequence[Outcome], opener: Opener, language: Language, now: datetime, *, ids: bool
) -> Iterator[tuple[int, Block]]:
    """A section a group, the first ones last to go where room is short; ``ids`` lists the RequestIds, which a table has too."""
    shared = shared_by(outcomes)
    for number, group in enumerate(titled(outcomes, language)):
        lines = _lines(group, len(outcomes), shared, now, language)
        lines += [_call(member) for member in group.members] if ids else []
        yield 9 - min(number // 4, 5), kit.section("\n".join(filter(None, lines)), opener(group.first, number, language))


def _beyond(ids: Sequence[str], limit: int, language: Language) -> Block:
    """The ids that were too much at once, as commands to copy."""
    said = TEXTS("capped" if len(ids) > 1 else "capped_one", language, count=len(ids), limit=limit)
    parts = [ids[start : start + MOST_IN_A_COMMAND] for start in range(0, min(len(ids), MOST_BEYOND), MOST_IN_A_COMMAND)]
    return kit.rich(kit.line(said), *(kit.preformatted(f"{COMMAND} {' '.join(part)}") for part in parts))


def progress(done: int, total: int, language: Language) -> Message:
    """What is said while look-ups run, a single one or several."""
    said = TEXTS("looking_up", language) if total == 1 else TEXTS("progress", language, done=done, total=total)
    return kit.message(said, language, kit.context(kit.escape(said)))


def with_notes(said: Message, others: Sequence[Outcome], language: Language) -> Message:
    """A message with a line on each further id that is none of the log's; as many as a reader may want."""
    if not others:
        return said
    notes = [kit.escape(sentence(each, language)) for each in others[:MOST_NOTES]]
    return said.around(below={**kit.context(*notes), "block_id": "other_ids"})


def headline(outcomes: Sequence[Outcome], language: Language) -> str:
    """What most of the requests have in common: "7 of 9: Throttling.User, one caller".

    Failures are the news; without any, what was slow; then what has no log. Success is news only when alone.
    """
    total = len(outcomes)
    worst = min(_rank(outcome) for outcome in outcomes)
    most, counted = _leading(outcomes, language)
    count, alone = counted[most], len(counted) == 1
    telling = [outcome for outcome in outcomes if _rank(outcome) == worst]
    like = [outcome for outcome in telling if label(outcome, language) == most] if count > 1 or alone else telling
    key = "all" if count == total else "some" if count > 1 or alone else "each" if worst == _FAILED else "unfound"
    values = {"total": total, "count": len(like), "label": most, "callers": _callers(like, language)}
    return TEXTS(f"head.{key}", language, **values)


def _leading(outcomes: Sequence[Outcome], language: Language) -> tuple[str, Counter[str]]:
    """The label that leads the headline: the most frequent of the worst endings; and how many have each of these."""
    worst = min(_rank(outcome) for outcome in outcomes)
    counted = Counter(label(outcome, language) for outcome in outcomes if _rank(outcome) == worst)
    return max(counted, key=lambda said: counted[said]), counted


def _callers(outcomes: Sequence[Outcome], language: Language) -> str:
    callers = {each.explanation.call.caller_id for each in outcomes if isinstance(each, Found)} - {None}
    if not callers or len(outcomes) == 1:
        return ""
    return TEXTS("callers.one" if len(callers) == 1 else "callers.several", language, count=len(callers))


def grouped(outcomes: Sequence[Outcome], language: Language) -> list[Group]:
    """The outcomes by product, API, code, caller and region, the largest group first, of equal ones the failures.

    What was not found comes last.
    """
    members: dict[tuple[str, ...], list[Outcome]] = {}
    for outcome in outcomes:
        members.setdefault(key_of(outcome, language), []).append(outcome)
    groups = [Group(label(each[0], language), tuple(each)) for each in members.values()]
    return sorted(groups, key=lambda group: (not isinstance(group.first, Found), -len(group.members), _rank(group.first)))


def titled(outcomes: Sequence[Outcome], language: Language) -> list[Group]:
    """The groups as they are titled, the headline's first: of several with its code, each by what sets it apart."""
    shared = shared_by(outcomes)
    leading, _ = _leading(outcomes, language)
    groups = sorted(grouped(outcomes, language), key=lambda group: group.label != leading)
    several = sum(group.label == leading for group in groups) > 1
    return [
        replace(group, apart=True)
        if several and group.label == leading and isinstance(group.first, Found) and _apart(group, shared)
        else group
        for group in groups
    ]


def _apart(group: Group, shared: Sequence[str]) -> list[str]:
    """What is a group's own: API, product, region, caller, as far as not all that were found have the same."""
    if not isinstance(group.first, Found):
        return []
    product, api, region, caller = place_of(group.first.explanation)
    return [each for each in (api, product, region, caller) if each and each not in shared]


def label(outcome: Outcome, language: Language) -> str:
    """How a look-up ended, in a word: the error code where there is one."""
    if isinstance(outcome, Found):
        said = outcome.explanation
        slow = _rank(outcome) == _SLOW
        return said.error_code or TEXTS("label.slow" if slow else f"label.{said.kind}", language)
    return TEXTS(f"label.{OUTCOMES[type(outcome)]}", language)


def _rank(outcome: Outcome) -> int:
    """How much of a news an outcome is, the greatest first."""
    if not isinstance(outcome, Found):
        return _UNFOUND
    if outcome.explanation.kind != "succeeded":
        return _FAILED
    return _SLOW if outcome.explanation.timing.reading in SLOW else _SUCCEEDED


def key_of(outcome: Outcome, language: Language) -> tuple[str, ...]:
    """What the members of a group share."""
    if not isinstance(outcome, Found):
        detail = outcome.kind if isinstance(outcome, Unsupported) else getattr(outcome, "reason", "")
        said_by_text = _said_by_text(outcome)
        return (type(outcome).__name__, detail, said_by_text.verdict if said_by_text else "")
    said = outcome.explanation
    parts = (said.product, said.api, label(outcome, language), said.call.caller_id, said.region_id)
    return tuple(part or "" for part in parts)


def _overview(outcomes: Sequence[Outcome], shared: Sequence[str], language: Language) -> list[str]:
    """How many were found, and what all of those share."""
    total, found = len(outcomes), sum(isinstance(each, Found) for each in outcomes)
    key = "all" if found == total else "some" if found else "none"
    counts = TEXTS(f"counts.{key}", language, total=total, found=found, missing=total - found)
    return [counts, TEXTS("shared", language, what=kit.escape(" · ".join(shared)))] if shared else [counts]


def shared_by(outcomes: Sequence[Outcome]) -> list[str]:
    """Product, API, region and caller, as far as all that were found have the same."""
    found = [place_of(each.explanation) for each in outcomes if isinstance(each, Found)]
    if len(found) < 2:  # noqa: PLR2004 - one alone shares nothing
        return []
    return [values[0] for values in zip(*found, strict=True) if values[0] and len(set(values)) == 1]


def place_of(said: Explanation) -> tuple[str | None, ...]:
    """Product, API, region and caller in words."""
    return (said.product_name or said.product, said.api, said.region_id, said.call.caller_words)


def group_title(group: Group, total: int, shared: Sequence[str], language: Language) -> str:
    """How many of how many, and how they ended; or what sets the group apart where the headline says that."""
    share = TEXTS("share", language, count=len(group.members), total=total) if len(group.members) > 1 else ""
    return kit.fit(share + (" · ".join(_apart(group, shared)) if group.apart else group.label), 150)


def group_words(group: Group, now: datetime, language: Language) -> str:
    """Why they ended so, whether to retry, who can fix it; nothing of several that succeeded, each in a time of its own."""
    first = group.first
    if not isinstance(first, Found):
        return kit.fit(reason(first, language), LONGEST_SENTENCE)
    if not first.explanation.cause and len(group.members) > 1:
        return ""
    return kit.fit(answer_words(first.explanation, now), LONGEST_SENTENCE)


def _lines(group: Group, total: int, shared: Sequence[str], now: datetime, language: Language) -> list[str]:
    own: list[str] = []
    if isinstance(group.first, Found) and not group.apart:
        own = [each for each in place_of(group.first.explanation) if each and each not in shared]
    title = f"{symbol(group.first)} *{kit.escape(group_title(group, total, shared, language))}*"
    lines = [" · ".join([title, *(kit.escape(each) for each in own)])]
    pasted = _said_by_text(group.first)
    if pasted is not None:
        told = sentences(pasted.verdict, pasted.cause, language) if pasted.cause else pasted.verdict
        lines.append(kit.escape(kit.fit(told, 2 * LONGEST_SENTENCE)))
    return [*lines, kit.escape(group_words(group, now, language))]


def _call(outcome: Outcome) -> str:
    """A call by its RequestId, when it was sent (UTC) and how long it took."""
    when, ms = sent(outcome), outcome.explanation.timing.duration_ms if isinstance(outcome, Found) else None
    known = (f"`{kit.escape(outcome.request_id)}`", when and f"{when:%Y-%m-%d %H:%M:%S}", None if ms is None else f"{ms} ms")
    return "  ".join(part for part in known if part)


def _said_by_text(outcome: Outcome) -> Explanation | None:
    """What the pasted text itself tells of a call that has no log."""
    return outcome.explanation if isinstance(outcome, NotFound | NotConnected) else None


def symbol(outcome: Outcome) -> str:
    """The mark of how a look-up ended."""
    return sign(outcome.explanation) if isinstance(outcome, Found) else SYMBOL_WITHOUT_LOG


def _opener(outcome: Outcome, number: int, language: Language) -> Element | None:
    if isinstance(outcome, Unsupported):
        return None
    said = TEXTS("open_label", language, id=outcome.request_id)
    return kit.button(TEXTS("open", language), f"{OPEN_CARD}{number}", outcome.request_id, label=said)
