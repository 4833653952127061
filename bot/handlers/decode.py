"""The sub-command decode: RAM's record of a denial, decoded as the asker and explained."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, DeniedError
from bot.aliyun.models import DecodedMessage
from bot.blocks.decode import decode_failure, decode_usage, decoded_message
from bot.blocks.kit import Message
from bot.blocks.outcome import outcome_message
from bot.explain import Evidence, explain
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.outcomes import NotConnected, Refused
from bot.requestids import PastedError, extract

SHORTEST: Final = 40
_FRAMES: Final = re.compile(r"[\s│┃║|>\"'`“”‘’\\]+")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")

REASONS: Final = frozenset(
    {"expired", "unknown", "unsupported", "inaccurate", "throttled", "deadline", "unreachable", "strange"}
)
#: What is wrong with the asker's own credential is said as a look-up says it.
REFUSED: Final = frozenset({"clock", "token_expired", "credential"})


def decode(services: Services, ask: Ask) -> None:
    """The denial behind the encoded message in the text, or why it stays encoded."""
    services.tell(ask, _answer(services, ask, services.language(ask.person)))


def _answer(services: Services, ask: Ask, language: Language) -> Message:
    encoded = encoded_in(ask.text)
    fault = _fault(encoded)
    if fault:
        return decode_usage(fault, language)
    access = services.directory.access(ask.person, ask.origin.channel)
    if access.barrier == "channel":
        return decode_failure("channel", (), language)
    if not access.identities:
        return outcome_message(NotConnected("", person=ask.person), language, now=services.clock())
    # An encoded message tells of anybody's call, so an identity that is narrowed to its own calls decodes none.
    unnarrowed = [identity for identity in access.identities if not identity.own_only]
    if not unnarrowed:
        return decode_failure("own_only", (), language)
    return _decoded(services, ask, encoded, unnarrowed, language)


def _decoded(services: Services, ask: Ask, encoded: str, identities: Sequence[Identity], language: Language) -> Message:
    """Each identity in turn; one that may not decode, or whose key is unusable, gives way to the next."""
    deadline = Deadline.after(services.settings.requestlog_deadline)
    said: Message | None = None
    tried: list[str] = []
    for identity in identities:
        tried.append(identity.name)
        try:
            credential = identity.credential()
            decoded = services.client.decode_diagnostic_message(encoded, credential=credential, deadline=deadline)
        except CredentialMissingError:
            said = said or _refused(services, ask, "credential_missing", None, language)
        except DeniedError as error:
            said = decode_failure("denied", tried, language, request_id=error.request_id, reference=ask.reference)
        except AliyunError as error:
            if error.word not in REFUSED:
                reason = error.word_among(REASONS)
                return decode_failure(reason, tried, language, request_id=error.request_id, reference=ask.reference)
            said = said or _refused(services, ask, error.word, error, language)
        else:
            return _explained(services, ask, decoded, tried, language)
    return said or decode_failure("denied", tried, language, reference=ask.reference)


def _refused(services: Services, ask: Ask, reason: str, error: AliyunError | None, language: Language) -> Message:
    outcome = Refused("DecodeDiagnosticMessage", reason, (), error)
    return outcome_message(outcome, language, now=services.clock(), reference=ask.reference)


def _explained(services: Services, ask: Ask, decoded: DecodedMessage, tried: Sequence[str], language: Language) -> Message:
    if not decoded.action:
        return decode_failure("empty", tried, language, reference=ask.reference)
    error = PastedError(access_denied_detail={"AuthAction": decoded.action})
    said = explain(error, Evidence(services.catalog, decoded=decoded), language=language, now=services.clock())
    return decoded_message(said, tried[-1], language)


def encoded_in(text: str) -> str:
    """The encoded message in a text: behind its label in a pasted error, else the text itself, its line breaks taken out."""
    detail = extract(text).access_denied_detail or {}
    found = detail.get("EncodedDiagnosticMessage") or text
    whole = _FRAMES.sub("", found.strip())
    return unquote(whole) if "%" in whole else whole


def _fault(encoded: str) -> str | None:
    if not encoded:
        return "none"
    if not _ENCODED.fullmatch(encoded):
        return "not_encoded"
    return "short" if len(encoded) < SHORTEST else None


HANDLERS: Final[dict[Name, Handler]] = {Name.DECODE: decode}
