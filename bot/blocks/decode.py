"""A decoded denial as a card; and why a message was not decoded, with the policy to ask for."""

import json
from collections.abc import Sequence
from typing import Any, Final

from bot.blocks.denial import denial_pieces
from bot.blocks.help import COMMAND
from bot.blocks.kit import Message, code, context, escape, header, line, message, piece, preformatted, rich, words
from bot.blocks.requestlog import SYMBOLS
from bot.blocks.words import TEXTS as SHARED
from bot.explain.explanation import Explanation
from bot.languages import Language, Texts

TEXTS: Final = Texts("bot.blocks", "decode.toml")
EXAMPLE: Final = f"{COMMAND} decode AQIB…"
POLICY: Final[dict[str, Any]] = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "ram:DecodeDiagnosticMessage", "Resource": "*"}],
}


def decoded_message(said: Explanation, name: str, language: Language) -> Message:
    """The card of a decoded denial; ``name`` is the identity that decoded it."""
    pieces = [
        piece(9, header(f"{SYMBOLS[said.kind]} {said.verdict}")),
        piece(9, rich(line(words(SHARED("card.why", language), bold=True), "  ", said.cause or "–"))),
        *(denial_pieces(said.denial, language) if said.denial else ()),
        piece(9, context(escape(TEXTS("footer", language, name=name)))),
    ]
    return message(TEXTS("title", language, verdict=said.verdict), pieces, SHARED("card.shortened", language))


def decode_usage(reason: str, language: Language) -> Message:
    """How to ask: ``none``, ``not_encoded`` or ``short``."""
    title, body = TEXTS("usage.title", language), TEXTS(f"usage.{reason}", language)
    pieces = [piece(9, header(title)), piece(9, rich(line(body, code(EXAMPLE))))]
    return message(f"{title} {body}{EXAMPLE}", pieces, SHARED("card.shortened", language))


def decode_failure(
    reason: str, names: Sequence[str], language: Language, *, request_id: str | None = None, reference: str = ""
) -> Message:
    """Why a message was not decoded. ``names`` are the identities tried, ``request_id`` that of the bot's own failed call."""
    title, body = TEXTS("failed.title", language), TEXTS(f"failed.{reason}", language)
    small = [TEXTS("failed.tried", language, names=", ".join(names))] if names else []
    small += [SHARED("reference.own", language, id=request_id)] if request_id else []
    small += [SHARED("reference.id", language, id=reference)] if reference else []
    policy = preformatted(json.dumps(POLICY, indent=2)) if reason == "denied" else None
    pieces = [
        piece(9, header(title)),
        piece(9, rich(line(body), *([policy] if policy else []))),
        piece(9, context(*(escape(each) for each in small)) if small else None),
    ]
    stop = "。" if language == "zh" else ". "
    return message(f"{title}{stop}{body}", pieces, SHARED("card.shortened", language))
