"""A decoded denial as a card; and why a message was not decoded, with the policy to ask for."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.blocks.help import COMMAND
from bot.blocks.kit import SHARED, Message, Piece, context, escape, header, message, piece, preformatted, titled
from bot.blocks.requestlog import draft, evidence, sign
from bot.blocks.words import field
from bot.explain.explanation import Denial, Explanation
from bot.languages import Language, Texts

TEXTS: Final = Texts("bot.blocks", "decode.toml")
EXAMPLE: Final = f"{COMMAND} decode AQIB…"
POLICY: Final[dict[str, Any]] = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "ram:DecodeDiagnosticMessage", "Resource": "*"}],
}


def decoded_message(said: Explanation, name: str, language: Language) -> Message:
    """The card of a decoded denial; ``name`` is the identity that decoded it."""
    return message(
        TEXTS("title", language, verdict=said.verdict),
        language,
        header(f"{sign(said)} {said.verdict}"),
        field("why", language, said.cause or "–"),
        *(_decided(said.denial, language) if said.denial else ()),
        context(escape(TEXTS("footer", language, name=name))),
    )


def _decided(denial: Denial, language: Language) -> Iterator[Piece]:
    yield piece(9, field("fixer", language, denial.fixer))
    yield piece(5, *evidence(denial, language))
    yield piece(8, *draft(denial, language))


def decode_usage(reason: str, language: Language) -> Message:
    """How to ask: ``none``, ``not_encoded`` or ``short``."""
    return titled(TEXTS("usage.title", language), TEXTS(f"usage.{reason}", language), language, example=EXAMPLE)


def decode_failure(
    reason: str, names: Sequence[str], language: Language, *, request_id: str | None = None, reference: str = ""
) -> Message:
    """Why a message was not decoded. ``names`` are the identities tried, ``request_id`` that of the bot's own failed call."""
    small = [TEXTS("failed.tried", language, names=", ".join(names))] if names else []
    small += [SHARED("reference.own", language, id=request_id)] if request_id else []
    small += [SHARED("reference.id", language, id=reference)] if reference else []
    return titled(
        TEXTS("failed.title", language),
        TEXTS(f"failed.{reason}", language),
        language,
        preformatted(json.dumps(POLICY, indent=2)) if reason == "denied" else None,
        context(*(escape(each) for each in small)) if small else None,
    )
