"""Two summaries of one incident: which groups are new, which grew or shrank, which are gone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from bot.blocks import kit
from bot.blocks.kit import Element, Message
from bot.blocks.summary import TEXTS as SUMMARY
from bot.blocks.summary import Group, grouped, key_of, place_of, shared_by
from bot.languages import Language, Texts, mark
from bot.outcomes import Found, Outcome

TEXTS: Final = Texts("bot.blocks", "compare.toml")
COMPARE: Final = "compare_summaries"
Change = Literal["new", "grown", "shrunk", "gone"]
MARKS: Final[dict[Change, str]] = {"new": "🆕", "grown": "📈", "shrunk": "📉", "gone": "✅"}
MOST_GROUPS: Final = 25
LONGEST: Final = 160


def comparison(before: Sequence[Outcome], now: Sequence[Outcome], since: datetime, language: Language) -> Message:
    """What is told: ``before`` was summed up at ``since``, both as they are found today."""
    changes, same = _changes(before, now, language)
    title = _title([change for change, *_ in changes], since, language)
    shared = shared_by((*before, *now))
    lines = [list(_line(each, shared, language)) for each in changes[:MOST_GROUPS]]
    counts = [TEXTS("counts", language, before=len(before), now=len(now))]
    counts += [SUMMARY("shared", language, what=" · ".join(shared))] if shared else []
    rest = [TEXTS("same", language, count=same)] if same else []
    return kit.message(
        title,
        language,
        kit.header(title),
        kit.context(*(kit.escape(each) for each in counts)),
        kit.steps(lines, "bullet") if lines else None,
        kit.context(*(kit.escape(each) for each in rest)) if rest else None,
    )


def compare_button(before: Sequence[str], since: datetime, now: Sequence[str], language: Language) -> Element:
    """The button under the later of two summaries, of these RequestIds each."""
    value = f"{' '.join(before)}|{int(since.timestamp())}|{' '.join(now)}"
    text, label = (TEXTS(key, language, time=clock(since)) for key in ("button", "button_label"))
    return kit.button(text, COMPARE, value, label=label)


def clock(when: datetime) -> str:
    """A time as a button shows it, where Slack shows nobody's own zone."""
    return f"{when.astimezone(UTC):%H:%M} UTC"


def _changes(
    before: Sequence[Outcome], now: Sequence[Outcome], language: Language
) -> tuple[list[tuple[Change, Group, int, int]], int]:
    """The groups that are not as they were, the news first, with how many calls of each there were and are; how many are."""
    then, today = ({key_of(each.first, language): each for each in grouped(side, language)} for side in (before, now))
    changes: list[tuple[Change, Group, int, int]] = []
    same = 0
    for key, group in (then | today).items():
        was, are = (len(side[key].members) if key in side else 0 for side in (then, today))
        if was == are:
            same += 1
            continue
        change: Change = "new" if not was else "gone" if not are else "grown" if are > was else "shrunk"
        changes.append((change, group, was, are))
    order = list(MARKS)
    return sorted(changes, key=lambda each: (order.index(each[0]), -abs(each[3] - each[2]))), same


def _title(changes: Sequence[Change], since: datetime, language: Language) -> str:
    counted = [TEXTS(f"title.{change}", language, count=changes.count(change)) for change in MARKS if change in changes] or [
        TEXTS("title.none", language)
    ]
    return TEXTS("title.since", language, time=clock(since), what=mark("，", language).join(counted))


def _line(changed: tuple[Change, Group, int, int], shared: Sequence[str], language: Language) -> Iterator[Element | str]:
    change, group, was, now = changed
    first = group.first
    place = place_of(first.explanation) if isinstance(first, Found) else ()
    yield f"{MARKS[change]} {TEXTS(f'change.{change}', language)}"
    yield kit.words(kit.fit(group.label, LONGEST), bold=True)
    yield kit.fit(" · ".join((f" {was} → {now}", *(each for each in place if each and each not in shared))), LONGEST)
