"""The commands that need no network: extract and explain."""

import os

from bot.cli.streams import TEXTS, could_not, print_json, text_in
from bot.languages import Language, Texts
from bot.requestids import Extraction, extract


def run_extract(text: str, lang: Language | None, *, as_json: bool) -> None:
    """Print what a text holds."""
    found = extract(text)
    if as_json:
        print_json(found.as_json())
        return
    texts, language = Texts("bot.cli", "extract.toml"), lang or "en"
    print(*(texts(kind, language, said=said) for kind, said in _listed(found)), sep="\n")


def _listed(found: Extraction) -> list[tuple[str, str]]:
    return [
        *(("request_id", each) for each in found.request_ids),
        *(("other_id", f"{each.id} ({each.kind})") for each in found.other_ids),
        *(("error_code", each) for each in found.error_codes),
        *(("product", each) for each in found.products),
        *(("denied", f"{key}: {value}") for key, value in (found.access_denied_detail or {}).items()),
    ] or [("nothing", "")]


def run_explain(file: str, lang: Language | None, *, as_json: bool, as_blocks: bool) -> None:
    """Explain a saved answer: in words, as JSON, or as the Slack message."""
    from datetime import UTC, datetime

    from bot.explain import Evidence, NotAnAnswerError, explain, parse_answer
    from bot.explain.catalog import load_catalog

    language, now = lang or "en", datetime.now(UTC)
    text = text_in(file, language)
    try:
        log = parse_answer(text)
    except NotAnAnswerError as error:
        pasted = error.reason == "not_json" and text.strip()
        could_not(error.sentence(language) + (TEXTS("try_text", language) if pasted else ""))
    explanation = explain(log, Evidence(load_catalog()), language=language, now=now)
    if as_blocks:
        from bot.blocks.requestlog import card

        print_json(card(explanation, (), now=now).as_json())
    elif as_json:
        print_json(explanation.as_json())
    else:
        from bot.cli.terminal import put, shown

        put(shown(explanation))


def run_explain_text(file: str, lang: Language | None, *, as_json: bool) -> None:
    """Explain each error of a pasted text, in words or as JSON; what names no file is taken for the text itself."""
    from datetime import UTC, datetime

    from bot.explain.catalog import load_catalog
    from bot.explain.tripwire import defuse
    from bot.lookup.plan import Asking, from_text

    language = lang or "en"
    itself = file not in {"", "-"} and not os.access(file, os.F_OK)
    text = file if itself else text_in(file, language)
    said = from_text(extract(defuse(text).text), Asking(language, datetime.now(UTC), load_catalog()))
    if as_json:
        print_json({"explanations": [each.as_json() for each in said]})
    else:
        from bot.cli.terminal import put_apart, shown

        put_apart([shown(each) for each in said])
    if not said:
        could_not(TEXTS("no_file_no_errors" if itself else "no_errors", language))
