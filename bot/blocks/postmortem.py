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
from bot.blocks.requestlog import retry_words
from bot.explain.explanation import Explanation
from bot.languages import Texts

TEXTS: Final = Texts("bot.blocks", "postmortem.toml")
LONGEST_BODY: Final = 100_000
LONGEST_VALUE: Final = 4_000

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
    yield from _heading("facts", said)
    for name, value in _fields(said):
        if value:
            yield f"- {TEXTS(f'fields.{name}', language)}: {value}"
    if said.error_message:
        yield from (*_heading("message", said), _fenced(said.error_message))
    if said.cause:
        yield from (*_heading("why", said), _plain(said.cause))
    if said.next_steps:
        yield from _heading("steps", said)
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
    return ("", f"## {TEXTS(key, said.language)}", "")


def _fields(said: Explanation) -> tuple[tuple[str, str], ...]:
    call, denial = said.call, said.denial
    when = call.sent_at or call.received_at
    api = " ".join(part for part in (said.product, call.api_version, said.api) if part)
    status = " ".join(part for part in (said.http_status, said.error_code) if part)
    return (
        ("request_id", _code(said.request_id)),
        ("api", _code(api)),
        ("region", _code(said.region_id)),
        ("endpoint", _code(call.endpoint)),
        ("time", f"{when:%Y-%m-%d %H:%M:%S}" if when else ""),
        ("caller", _plain(call.caller_words or "")),
        ("address", _code(call.caller_ip)),
        ("status", _code(status)),
        ("retry", _plain(retry_words(said))),
        ("fixer", _plain(denial.fixer) if denial else ""),
        ("timing", _plain(said.timing.words or "")),
    )


def _plain(text: str) -> str:
    """Words, with nothing in them that Markdown would take for its own."""
    return _SPECIAL.sub(r"\\\1", _ADDRESS.sub("\u2060", " ".join(visible(text).split())))


def _code(text: str | None) -> str:
    """A value in a code span; empty for none."""
    if not text:
        return ""
    shown = " ".join(visible(text).split())
    ticks = "`" * (_longest_run(shown) + 1)
    return f"{ticks} {shown} {ticks}" if "`" in shown else f"{ticks}{shown}{ticks}"


def _fenced(text: str, kind: str = "") -> str:
    shown = visible(text)
    ticks = "`" * max(3, _longest_run(shown) + 1)
    return f"{ticks}{kind}\n{shown}\n{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
