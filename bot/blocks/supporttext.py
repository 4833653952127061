"""A call described for Alibaba Cloud's support, in Chinese and English one below the other, ready to be pasted."""

from collections.abc import Iterator
from typing import Any, Final

from bot.blocks.details import TEXTS as SHARED
from bot.blocks.details import chunks
from bot.blocks.fields import name_of, values_of
from bot.blocks.kit import context, escape, fit, preformatted, rich, visible
from bot.blocks.views import modal
from bot.explain.explanation import Explanation
from bot.languages import Texts, mark

TEXTS: Final = Texts("bot.blocks", "supporttext.toml")
RULE: Final = "-" * 40
LONGEST_VALUE: Final = 1_500
TOLD: Final = ("request_id", "call", "time", "region", "endpoint", "account", "status", "code", "message", "duration")


def support_text(own: Explanation, other: Explanation) -> dict[str, Any]:
    """The modal. ``own`` and ``other`` explain the same call, in the reader's language and in the other one."""
    language = own.language
    blocks = [rich(preformatted(chunk)) for chunk in chunks(visible(pasted(own, other)))]
    lead = context(escape(TEXTS("lead", language)))
    return modal(SHARED("title.support_text", language), [lead, *blocks], language)


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
    colon = mark("：", language)
    values = values_of(said)
    for name in TOLD:
        value = values[name]
        if value:
            yield f"{name_of(name, language)}{colon}{fit(value, LONGEST_VALUE)}"
    yield ""
    yield TEXTS("tried", language) + colon.rstrip()
    yield TEXTS("tried_log", language)
    if said.cause:
        yield TEXTS("tried_cause", language, cause=said.cause)
    yield TEXTS("tried_own", language)
    yield ""
    yield TEXTS("ask", language)
