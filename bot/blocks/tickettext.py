"""A call described for Alibaba Cloud's support, in Chinese and English one below the other, ready to be pasted."""

from collections.abc import Iterator
from typing import Any, Final

from bot.blocks.details import TEXTS as SHARED
from bot.blocks.details import chunks
from bot.blocks.kit import context, escape, fit, preformatted, rich, visible
from bot.blocks.views import modal
from bot.explain.explanation import Explanation
from bot.languages import Texts

TEXTS: Final = Texts("bot.blocks", "tickettext.toml")
RULE: Final = "-" * 40
LONGEST_MESSAGE: Final = 1_500


def ticket_text(own: Explanation, other: Explanation) -> dict[str, Any]:
    """The modal. ``own`` and ``other`` explain the same call, in the reader's language and in the other one."""
    language = own.language
    blocks = [rich(preformatted(chunk)) for chunk in chunks(visible(pasted(own, other)))]
    lead = context(escape(TEXTS("lead", language)))
    return modal(SHARED("title.ticket_text", language), [lead, *blocks], close=SHARED("close", language))


def pasted(own: Explanation, other: Explanation) -> str:
    """The text itself, the reader's own language first, so that they see at once what they send."""
    return f"\n{RULE}\n".join("\n".join(_lines(each)) for each in (own, other))


def _lines(said: Explanation) -> Iterator[str]:
    language = said.language
    api = " ".join(part for part in (said.product, said.api) if part) or "–"
    error = said.error_code or said.http_status
    failed = said.kind != "succeeded" and error
    yield TEXTS("subject", language, api=api, error=error) if failed else TEXTS("subject_ended", language, api=api)
    yield ""
    colon = "：" if language == "zh" else ": "
    for name, value in _fields(said):
        if value:
            yield f"{TEXTS(f'fields.{name}', language)}{colon}{value}"
    yield ""
    yield TEXTS("tried", language) + colon.rstrip()
    yield TEXTS("tried_log", language)
    if said.cause:
        yield TEXTS("tried_cause", language, cause=said.cause)
    yield TEXTS("tried_own", language)
    yield ""
    yield TEXTS("ask", language)


def _fields(said: Explanation) -> tuple[tuple[str, str | None], ...]:
    call = said.call
    when = call.sent_at or call.received_at
    ms = said.timing.duration_ms
    api = " ".join(part for part in (said.product, call.api_version, said.api) if part)
    return (
        ("request_id", said.request_id),
        ("api", api),
        ("time", f"{when:%Y-%m-%d %H:%M:%S}" if when else None),
        ("region", said.region_id),
        ("endpoint", call.endpoint),
        ("account", call.account_id),
        ("status", said.http_status),
        ("code", said.error_code),
        ("message", fit(said.error_message, LONGEST_MESSAGE) if said.error_message else None),
        ("duration", None if ms is None else TEXTS("duration", said.language, ms=ms)),
    )
