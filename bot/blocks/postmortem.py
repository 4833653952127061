"""A redacted explanation as a Markdown file: evidence that outlives the log's three days.

Foreign values stand in code spans and fences that are longer than any run of backticks in them, and everything else is
escaped, so that nothing in the file links, pings or formats by itself.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.blocks.kit import visible
from bot.blocks.pretty import pretty
from bot.blocks.words import name_of, retry_words, values_of
from bot.explain.explanation import Explanation
from bot.languages import Texts

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


def file_name(explanation: Explanation) -> str:
    """What the file is called."""
    return f"requestlog-{explanation.request_id or 'unknown'}.md"


def markdown(explanation: Explanation, *, now: datetime) -> str:
    """The file's text. ``explanation`` has been masked already."""
    return "\n".join(_lines(explanation, now)) + "\n"


def _lines(said: Explanation, now: datetime) -> Iterator[str]:
    language = said.language
    yield f"# {_plain(said.verdict)}"
    yield ""
    yield _plain(TEXTS("kept", language, when=f"{now:%Y-%m-%d %H:%M}"))
    yield from ("", f"## {TEXTS('facts', language)}", "")
    values = values_of(said) | {"retry": retry_words(said), "timing": said.timing.words}
    values["fixer"] = said.denial.fixer if said.denial else None
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
