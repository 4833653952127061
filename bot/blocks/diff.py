"""Two requests side by side: what differs first, as a table; what is equal after it, in a few lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.blocks import kit
from bot.blocks.help import COMMAND
from bot.blocks.kit import Block, Element, Message
from bot.blocks.outcome import outcome_message, reason
from bot.blocks.requestlog import sign
from bot.blocks.summary import OPEN_CARD, label
from bot.blocks.views import table
from bot.blocks.words import name_of, values_of
from bot.explain.explanation import Explanation
from bot.languages import Language, Texts, mark
from bot.outcomes import Found, NotConnected, Outcome

TEXTS: Final = Texts("bot.blocks", "diff.toml")
EXAMPLE: Final = f"{COMMAND} diff A B"
MOST_ROWS: Final = 40
LONGEST_CELL: Final = 110
LONGEST_SAME: Final = 80
NAMED_IN_TITLE: Final = 3
_LEAD: Final = 30
COMPARED: Final = (
    *("caller", "account", "address", "region", "endpoint", "product", "api", "version", "method", "status", "code", "message"),
    *("user_agent", "authentication", "signature", "sent", "received", "duration"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of both requests; None where a log does not tell it."""

    name: str
    one: str | None
    other: str | None
    parameter: bool = False

    @property
    def differs(self) -> bool:
        """Whether the two requests differ in it."""
        return self.one != self.other


def diff_message(one: Outcome, other: Outcome, language: Language, *, now: datetime) -> Message:
    """The comparison of two look-ups; where one of them found nothing, why."""
    if isinstance(one, NotConnected):
        return outcome_message(one, language, now=now)
    if not isinstance(one, Found) or not isinstance(other, Found):
        return _missing((one, other), language)
    compared = fields(one.explanation, other.explanation, language)
    differing = [field for field in compared if field.differs]
    title = _title(differing, language)
    return kit.message(
        title,
        language,
        kit.header(title),
        _line(one.explanation, one.request_id),
        _line(other.explanation, other.request_id),
        _table(differing, one.request_id, other.request_id, language),
        _left_out(differing, language),
        kit.piece(6, *_same([field for field in compared if not field.differs], language)),
        kit.piece(8, kit.actions(*(_opener(each, number, language) for number, each in enumerate((one, other))))),
    )


def bad_diff(reason: str, language: Language, count: int = 0) -> Message:
    """Why there is nothing to compare: ``none``, ``one``, ``many`` or ``same``."""
    return kit.titled(TEXTS("bad.title", language), TEXTS(f"bad.{reason}", language, count=count), language, example=EXAMPLE)


def fields(one: Explanation, other: Explanation, language: Language) -> list[Field]:
    """What is compared, in reading order; what neither log tells is left out."""
    left, right = _plain_fields(one), _plain_fields(other)
    if all(side["sent"] == side["received"] for side in (left, right)):
        left, right = _one_time(left), _one_time(right)
    plain = [Field(name_of(name, language), left[name], right[name]) for name in left]
    found = [*plain, *_parameters(one, other)]
    return [field for field in found if field.one is not None or field.other is not None]


def fitted(one: str, other: str, limit: int = LONGEST_CELL) -> tuple[str, str]:
    """Two values cut to a limit; of long ones that begin alike, the part around the first difference."""
    start = 0
    if max(len(one), len(other)) > limit:
        start = max(_alike(one, other) - _LEAD, 0)
    lead = "… " if start else ""
    return kit.fit(lead + one[start:], limit), kit.fit(lead + other[start:], limit)


def _alike(one: str, other: str) -> int:
    """How many letters two values begin with alike."""
    return next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


def _plain_fields(said: Explanation) -> dict[str, str | None]:
    values = values_of(said)
    return {name: values[name] for name in COMPARED}


def _one_time(side: dict[str, str | None]) -> dict[str, str | None]:
    """The fields with one row for both times, where those are the same second."""
    return {("sent_received" if name == "sent" else name): value for name, value in side.items() if name != "received"}


def _parameters(one: Explanation, other: Explanation) -> list[Field]:
    left, right = ({each.name: each.value for each in said.call.parameters} for said in (one, other))
    names = dict.fromkeys((*left, *right))
    return [Field(kit.fit(name, 80), left.get(name), right.get(name), parameter=True) for name in names]


def _title(differing: Sequence[Field], language: Language) -> str:
    if not differing:
        return TEXTS("title.same", language)
    named = mark("、", language).join(field.name for field in differing[:NAMED_IN_TITLE])
    rest = len(differing) - NAMED_IN_TITLE
    more = TEXTS("title.more", language, count=rest) if rest > 0 else ""
    key = "title.differ_one" if len(differing) == 1 else "title.differ"
    return TEXTS(key, language, count=len(differing), fields=named + more)


def _line(said: Explanation, request_id: str) -> Element:
    return kit.line(f"{sign(said)} ", kit.code(request_id), " ", kit.fit(said.verdict, 200))


def _table(differing: Sequence[Field], one: str, other: str, language: Language) -> Block | None:
    if not differing:
        return None
    absent = TEXTS("absent", language)
    rows = []
    for field in differing[:MOST_ROWS]:
        left, right = fitted(field.one or "", field.other or "")
        name = TEXTS("field.parameter", language, name=field.name) if field.parameter else field.name
        rows.append((name, left or absent, right or absent))
    return table((TEXTS("head.field", language), f"…{one[-6:]}", f"…{other[-6:]}"), rows)


def _left_out(differing: Sequence[Field], language: Language) -> Block | None:
    rest = len(differing) - MOST_ROWS
    return kit.context(TEXTS("left_out", language, count=rest)) if rest > 0 else None


def _same(same: Sequence[Field], language: Language) -> Iterator[Element]:
    """Equal fields in one paragraph: the plain ones with their value, of the parameters the names alone."""
    plain = [f"{field.name} {kit.fit(field.one or '', LONGEST_SAME)}" for field in same if not field.parameter]
    names = [field.name for field in same if field.parameter]
    if plain:
        yield kit.labelled(TEXTS("same", language), " · ".join(plain))
    if names:
        yield kit.labelled(TEXTS("same_parameters", language), kit.fit(mark("、", language).join(names), 1500))


def _opener(found: Found, number: int, language: Language) -> Element:
    label = TEXTS("open_label", language, id=found.request_id)
    return kit.button(TEXTS("open", language, id=found.request_id[-6:]), f"{OPEN_CARD}{number}", found.request_id, label=label)


def _missing(outcomes: Sequence[Outcome], language: Language) -> Message:
    found = [each for each in outcomes if isinstance(each, Found)]
    title = TEXTS("missing.one" if found else "missing.both", language)
    lines = [
        _line(each.explanation, each.request_id)
        if isinstance(each, Found)
        else kit.line(
            "❔ ", kit.code(each.request_id), " ", label(each, language), mark("。", language), reason(each, language)
        )
        for each in outcomes
    ]
    openers = [_opener(each, number, language) for number, each in enumerate(found)]
    return kit.message(title, language, kit.header(title), *lines, kit.piece(8, kit.actions(*openers) if openers else None))
