"""The id router: what of a text is looked up, what is named as something else, and what is too much at once."""

from dataclasses import dataclass
from typing import Final

from bot.outcomes import Unsupported
from bot.requestids import Extraction

MOST_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with a text: ids to look up, ids beyond the limit, and ids of other kinds with what they are."""

    request_ids: tuple[str, ...]
    beyond: tuple[str, ...]
    unsupported: tuple[Unsupported, ...]


def plan(extraction: Extraction) -> Plan:
    """The plan for a text. Ids of other kinds count only when there is no RequestId to look up."""
    ids = extraction.request_ids
    others = () if ids else tuple(Unsupported(other.id, other.kind) for other in extraction.other_ids)
    return Plan(ids[:MOST_AT_ONCE], ids[MOST_AT_ONCE:], others)
