"""An explanation laid out for a terminal, and the one way of printing that leaves no trailing blanks in a pipe."""

import io
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from bot.blocks.kit import SHARED, visible
from bot.blocks.requestlog import sign
from bot.blocks.summary import group_title, group_words, headline, shared_by, symbol, titled
from bot.blocks.words import QUIET_READINGS, ladder, retry_words
from bot.explain.explanation import Explanation
from bot.languages import Language
from bot.outcomes import Found, Outcome, Rung

LABEL_WIDTH = 16
PIPED_WIDTH = 100


def put(*parts: RenderableType) -> None:
    """Print, as wide as the terminal is; into a pipe or a file PIPED_WIDTH wide, and without the blanks that pad a line."""
    if sys.stdout.isatty():
        Console(highlight=False, markup=False, emoji=False).print(*parts, sep="\n")
        return
    laid_out = io.StringIO()
    Console(file=laid_out, width=PIPED_WIDTH, highlight=False, markup=False, emoji=False, color_system=None).print(
        *parts, sep="\n"
    )
    sys.stdout.write("".join(f"{line.rstrip(' ')}\n" for line in laid_out.getvalue().removesuffix("\n").split("\n")))


def put_columns(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows in columns. What comes from outside is made visible first."""
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(*(Text(visible(cell), overflow="fold") for cell in row))
    put(table)


def put_apart(parts: Sequence[RenderableType]) -> None:
    """Print parts with a rule between them."""
    for number, part in enumerate(parts):
        put(*(["", "─" * 40, ""] if number else []), part)


def shown(explanation: Explanation, rungs: tuple[Rung, ...] = ()) -> Group:
    """An explanation laid out: the verdict, a table of facts, the policy draft, the rungs."""
    verdict = Text(f"{sign(explanation)} {visible(explanation.verdict)}", style="bold")
    parts: list[Text | Table | Padding] = [verdict, Padding(_facts(explanation), (1, 0, 0, 0))]
    draft = explanation.denial.policy_draft if explanation.denial else None
    if draft is not None:
        laid_out = Syntax(json.dumps(draft, indent=2, ensure_ascii=False), "json", background_color="default", word_wrap=True)
        parts.append(Padding(laid_out, (1, 0, 0, 2)))
    if rungs:
        parts.append(Padding(Text(ladder(rungs, explanation.language), style="dim"), (1, 0, 0, 0)))
    return Group(*parts)


def summed_up(outcomes: Sequence[Outcome], reason: Callable[[Outcome], str], language: Language) -> Group:
    """Several look-ups as Slack's summary tells them: what most have in common, then a group each with its ids.

    ``reason`` tells why there is no log, in words for who sits at this terminal. Why a call must not be sent again is told in
    full: who copies ids out of a terminal is about to do just that.
    """
    now, shared = datetime.now(UTC), shared_by(outcomes)
    parts: list[RenderableType] = [Text(visible(headline(outcomes, language)), style="bold")]
    for group in titled(outcomes, language):
        title = group_title(group, len(outcomes), shared, language)
        told = [group_words(group, now, language)] if isinstance(group.first, Found) else [reason(group.first)]
        if isinstance(group.first, Found) and group.first.explanation.retry == "never":
            told.append(group.first.explanation.retry_because or "")
        told += [member.request_id for member in group.members]
        parts += ["", Text(visible(f"{symbol(group.first)} {title}"))]
        parts += [Padding(Text(visible(each)), (0, 0, 0, 3)) for each in told if each]
    return Group(*parts)


def _facts(explanation: Explanation) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", min_width=LABEL_WIDTH, no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in _rows(explanation):
        if value:
            table.add_row(SHARED(key, explanation.language), Text(visible(value)))
    return table


def _rows(explanation: Explanation) -> list[tuple[str, str | None]]:
    call, denial = explanation.call, explanation.denial
    where = " · ".join(part for part in (explanation.product_name, explanation.api, explanation.region_id) if part)
    status = " ".join(part for part in (explanation.http_status, explanation.error_code) if part)
    sent = call.sent_at.astimezone().isoformat(" ", "seconds") if call.sent_at else None
    by = " · ".join(part for part in (call.caller_words, call.caller_ip, call.user_agent) if part)
    matched = "\n".join(policy.name for policy in denial.matched) if denial else None
    timing = explanation.timing
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(explanation.next_steps, 1))
    return [
        ("field.request_id", explanation.request_id),
        ("field.called", " · ".join(part for part in (where, status, sent) if part)),
        ("card.by", by),
        ("field.message", explanation.error_message),
        ("field.why", explanation.cause),
        ("field.todo", steps),
        ("field.fixer", explanation.fixer),
        ("field.matched", matched),
        ("field.no_draft", denial.no_draft_because if denial else None),
        ("field.retry", retry_words(explanation, datetime.now(UTC))),
        ("field.throttling", explanation.throttling),
        ("field.timing", None if timing.reading in QUIET_READINGS else timing.words),
        ("field.solutions", explanation.solutions),
        ("field.draft", " " if denial and denial.policy_draft else None),
    ]
