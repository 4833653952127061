"""What was looked up, redacted, as Markdown for a file or a canvas: evidence that outlives the log's three days.

Foreign values stand in code spans and fences that are longer than any run of backticks in them, and everything else is
escaped, so that nothing in the file links, pings or formats by itself.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from bot.blocks.kit import visible
from bot.blocks.pretty import pretty
from bot.blocks.summary import TEXTS as SUMMARY
from bot.blocks.summary import group_title, group_words, headline, label, shared_by, titled
from bot.blocks.timeline import calls_table, in_fixed_width, timeline
from bot.blocks.words import name_of, retry_words, values_of
from bot.explain.explanation import Explanation
from bot.languages import Language, Texts
from bot.outcomes import Found, Outcome

TEXTS: Final = Texts("bot.blocks", "postmortem.toml")
LONGEST_BODY: Final = 100_000
LONGEST_VALUE: Final = 4_000
FACTS: Final = (
    *("request_id", "call", "region", "endpoint", "time", "caller", "address", "ended"),
    *("retry", "fixer", "timing"),
)
IN_WORDS: Final = frozenset({"time", "caller", "retry", "fixer", "timing"})

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~!&])")
#: Where viewers would begin to link an address, a host or a mailbox; none reads across a word joiner.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=@)|(?<=[Ww]{3})(?=\.)|(?<=\w)(?=\.[a-z]{2})")
_BACKTICKS = re.compile(r"`+")


def file_name(outcomes: Sequence[Outcome], now: datetime) -> str:
    """What the file is called: by its RequestId, of several by the time."""
    return f"requestlog-{outcomes[0].request_id if len(outcomes) == 1 else f'{now:%Y-%m-%d-%H%M}'}.md"


def markdown(outcomes: Sequence[Outcome], language: Language, *, now: datetime) -> str:
    """The text: of one request all that is known, of several what the summary tells. All have been masked already."""
    first = outcomes[0]
    alone = len(outcomes) == 1 and isinstance(first, Found)
    lines = _lines(first.explanation, now) if alone and isinstance(first, Found) else _incident(outcomes, language, now)
    return "\n".join(lines) + "\n"


def _incident(outcomes: Sequence[Outcome], language: Language, now: datetime) -> Iterator[str]:
    """The groups with their causes and steps, when the calls were made, and a row a call."""
    shared = shared_by(outcomes)
    yield from (f"# {_plain(headline(outcomes, language))}", "", _plain(TEXTS("kept", language, when=f"{now:%Y-%m-%d %H:%M}")))
    if shared:
        yield from ("", _plain(SUMMARY("shared", language, what=" · ".join(shared))))
    for group in titled(outcomes, language):
        yield from ("", f"## {_plain(group_title(group, len(outcomes), shared, language))}", "")
        yield _plain(group_words(group, now, language))
        steps = group.first.explanation.next_steps if isinstance(group.first, Found) else ()
        yield from ("", *(f"{number}. {_plain(step)}" for number, step in enumerate(steps, 1))) if steps else ()
    line = timeline(outcomes)
    if line is not None:
        yield from ("", f"## {SUMMARY('timeline.title', language)}", "", _fenced(in_fixed_width(line)))
    heads, *rows = calls_table(outcomes, [label(each, language) for each in outcomes], language)["rows"]
    table = [f"| {' | '.join(_plain(cell['text']) for cell in row)} |" for row in (heads, *rows)]
    yield from ("", table[0], f"|{' --- |' * len(heads)}", *table[1:])


def _lines(said: Explanation, now: datetime) -> Iterator[str]:
    language = said.language
    yield f"# {_plain(said.verdict)}"
    yield ""
    yield _plain(TEXTS("kept", language, when=f"{now:%Y-%m-%d %H:%M}"))
    yield from ("", f"## {TEXTS('facts', language)}", "")
    values = values_of(said) | {"retry": retry_words(said), "timing": said.timing.words}
    values["fixer"] = said.fixer
    for name in FACTS:
        value = values[name]
        if value:
            yield f"- {name_of(name, language)}: {_plain(value) if name in IN_WORDS else _code(value)}"
    if said.error_message:
        yield from (*_heading("message", said), _fenced(said.error_message))
    if said.cause:
        yield from (*_heading("why", said), _plain(said.cause))
    if said.next_steps:
        yield from _heading("todo", said)
        yield from (f"{number}. {_plain(step)}" for number, step in enumerate(said.next_steps, 1))
    if said.denial and said.denial.policy_draft:
        yield from _heading("draft", said)
        yield _fenced(json.dumps(said.denial.policy_draft, indent=2, ensure_ascii=False), "json")
    if said.solutions:
        yield from (*_heading("solutions", said), _fenced(said.solutions))
    yield from _evidence(said)


def _evidence(said: Explanation) -> Iterator[str]:
    call = said.call
    if call.parameters:
        yield from _heading("parameters", said)
        yield from (f"- {_code(each.name)}: {_code(each.value[:LONGEST_VALUE])}" for each in call.parameters)
    if call.response_body:
        yield from _heading("response", said)
        yield _fenced(pretty(call.response_body[:LONGEST_BODY], call.response_format))


def _heading(key: str, said: Explanation) -> tuple[str, ...]:
    return ("", f"## {name_of(key, said.language)}", "")


def _plain(text: str) -> str:
    """Words, with nothing in them that Markdown would take for its own."""
    return _SPECIAL.sub(r"\\\1", _ADDRESS.sub("\u2060", " ".join(visible(text).split())))


def _code(text: str) -> str:
    """A value in a code span."""
    shown = " ".join(visible(text).split())
    ticks = "`" * (_longest_run(shown) + 1)
    return f"{ticks} {shown} {ticks}" if "`" in shown else f"{ticks}{shown}{ticks}"


def _fenced(text: str, kind: str = "") -> str:
    shown = visible(text)
    ticks = "`" * max(3, _longest_run(shown) + 1)
    return f"{ticks}{kind}\n{shown}\n{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
