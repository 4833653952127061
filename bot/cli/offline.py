"""The commands that need no network: extract and explain."""

import json
import sys
from pathlib import Path
from typing import Final

from bot.cli.ending import could_not
from bot.languages import Language, Texts
from bot.requestids import Extraction

TEXTS: Final = Texts("bot.cli", "offline.toml")


def run_extract(text: str, *, as_json: bool) -> None:
    """Print what a text holds."""
    from bot.requestids import extract

    found = extract(text)
    sys.stdout.write(json.dumps(found.as_json(), ensure_ascii=False) + "\n" if as_json else _listed(found))


def _listed(found: Extraction) -> str:
    lines = [f"RequestId      {each}" for each in found.request_ids]
    lines += [f"other id       {each.id} ({each.kind})" for each in found.other_ids]
    lines += [f"error code     {each}" for each in found.error_codes]
    lines += [f"product        {each}" for each in found.products]
    lines += [f"denied         {key}: {value}" for key, value in (found.access_denied_detail or {}).items()]
    return "\n".join(lines or ["There is no RequestId, other id or error code in this text."]) + "\n"


def run_explain(file: str | None, lang: Language | None, *, as_json: bool, as_blocks: bool) -> None:
    """Explain a saved answer: in words, as JSON, or as the Slack message."""
    from datetime import UTC, datetime

    from bot.explain import Evidence, NotAnAnswerError, explain, parse_answer
    from bot.explain.catalog import load_catalog

    try:
        log = parse_answer(_read(file))
    except NotAnAnswerError as error:
        could_not(error.sentence(lang or "en"))
    now = datetime.now(UTC)
    explanation = explain(log, Evidence(load_catalog()), language=lang or "en", now=now)
    if as_blocks:
        from bot.blocks.requestlog import card

        print(json.dumps(card(explanation, (), now=now).as_json(), ensure_ascii=False))
    elif as_json:
        print(json.dumps(explanation.as_json(), ensure_ascii=False))
    else:
        from bot.cli.terminal import show

        show(explanation, ())


def run_explain_text(file: str | None, lang: Language | None, *, as_json: bool) -> None:
    """Explain each error of a pasted text, in words or as JSON."""
    from datetime import UTC, datetime

    from bot.cli.terminal import put, shown
    from bot.explain.catalog import load_catalog
    from bot.lookup.plan import Asking, from_text
    from bot.requestids import extract

    language = lang or "en"
    said = from_text(extract(_read(file)), Asking(language, datetime.now(UTC), load_catalog()))
    if as_json:
        print(json.dumps({"explanations": [each.as_json() for each in said]}, ensure_ascii=False))
    else:
        for number, each in enumerate(said):
            put(*(["", "─" * 40, ""] if number else []), shown(each, ()))
    if not said:
        could_not(TEXTS("no_errors", language))


def _read(file: str | None) -> str:
    if file is None or file == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        return Path(file).read_text("utf-8", errors="replace")
    except OSError as error:
        could_not(f"The file {file} cannot be read: {error.strerror or type(error).__name__}.")
