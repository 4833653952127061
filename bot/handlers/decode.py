"""The sub-command decode: RAM's record of a denial, decoded as the asker and explained."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from bot.aliyun.client import Client
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import (
    AliyunError,
    ClockError,
    ConnectionFailedError,
    CredentialError,
    DeadlineError,
    DeniedError,
    ExpiredTokenError,
    MessageExpiredError,
    MessageUnknownError,
    MessageUnsupportedError,
    SearchInaccurateError,
    StrangeAnswerError,
    ThrottledError,
)
from bot.aliyun.models import DecodedMessage
from bot.blocks.decode import decode_failure, decode_usage, decoded_message
from bot.blocks.kit import Message
from bot.blocks.outcome import outcome_message
from bot.explain import Evidence, explain
from bot.explain.catalog import Catalog
from bot.handlers.ask import Ask
from bot.identity.directory import Directory, Identity
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.lookup.rate import RateLimit
from bot.outcomes import NotConnected, Refused
from bot.requestids import extract
from bot.requestids.pasted import PastedError

SHORTEST: Final = 40
_FRAMES: Final = re.compile(r"[\s│┃║|>\"'`“”‘’\\]+")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")

REASONS: Final[tuple[tuple[type[AliyunError], str], ...]] = (
    (MessageExpiredError, "expired"),
    (MessageUnknownError, "unknown"),
    (MessageUnsupportedError, "unsupported"),
    (SearchInaccurateError, "inaccurate"),
    (ThrottledError, "throttled"),
    (DeadlineError, "deadline"),
    (ConnectionFailedError, "unreachable"),
    (StrangeAnswerError, "strange"),
)
#: What is wrong with the asker's own credential is said as a look-up says it.
REFUSED: Final[tuple[tuple[type[AliyunError], str], ...]] = (
    (ClockError, "clock"),
    (ExpiredTokenError, "token_expired"),
    (CredentialError, "credential"),
)


class DecodeStory:
    """Decodes messages. ``clock`` gives aware times; ``deadline_s`` bounds the whole, all identities included."""

    def __init__(  # noqa: PLR0913 - keywords of the composition root
        self,
        client: Client,
        catalog: Catalog,
        directory: Directory,
        *,
        rate: RateLimit,
        clock: Callable[[], datetime],
        deadline_s: float,
    ) -> None:
        self._client = client
        self._catalog = catalog
        self._directory = directory
        self._rate = rate
        self._clock = clock
        self._deadline_s = deadline_s

    def answer(self, ask: Ask, language: Language, reference: str = "") -> Message:
        """The denial behind the encoded message in the text, or why it stays encoded."""
        encoded = encoded_in(ask.text)
        fault = _fault(encoded)
        if fault:
            return decode_usage(fault, language)
        access = self._directory.access(ask.person, ask.channel)
        if access.barrier == "channel":
            return decode_failure("channel", (), language)
        if not access.identities:
            return outcome_message(NotConnected("", person=ask.person), language, now=self._clock())
        if not self._rate.allows(ask.person.key):
            return decode_failure("rate", (), language)
        return self._decoded(encoded, access.identities, language, reference)

    def _decoded(self, encoded: str, identities: Sequence[Identity], language: Language, reference: str) -> Message:
        """Each identity in turn; one that may not decode, or whose key is unusable, gives way to the next."""
        deadline = Deadline.after(self._deadline_s)
        said: Message | None = None
        tried: list[str] = []
        for identity in identities:
            tried.append(identity.name)
            try:
                decoded = self._client.decode_diagnostic_message(encoded, credential=identity.credential(), deadline=deadline)
            except CredentialMissingError:
                said = said or self._refused("credential_missing", None, language, reference)
            except DeniedError as error:
                said = decode_failure("denied", tried, language, request_id=error.request_id, reference=reference)
            except AliyunError as error:
                refused = next((word for kind, word in REFUSED if isinstance(error, kind)), None)
                if refused is None:
                    return _failure(error, tried, language, reference)
                said = said or self._refused(refused, error, language, reference)
            else:
                return self._explained(decoded, identity.name, tried, language, reference)
        return said or decode_failure("denied", tried, language, reference=reference)

    def _refused(self, reason: str, error: AliyunError | None, language: Language, reference: str) -> Message:
        outcome = Refused("DecodeDiagnosticMessage", reason, (), error)
        return outcome_message(outcome, language, now=self._clock(), reference=reference)

    def _explained(
        self, decoded: DecodedMessage, name: str, tried: Sequence[str], language: Language, reference: str
    ) -> Message:
        if not decoded.action:
            return decode_failure("empty", tried, language, reference=reference)
        error = PastedError(access_denied_detail={"AuthAction": decoded.action})
        said = explain(error, Evidence(self._catalog, decoded=decoded), language=language, now=self._clock())
        return decoded_message(said, name, language)


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


def _failure(error: AliyunError, tried: Sequence[str], language: Language, reference: str) -> Message:
    reason = next((word for kind, word in REASONS if isinstance(error, kind)), "server")
    return decode_failure(reason, tried, language, request_id=error.request_id, reference=reference)
