"""The sub-command decode: RAM's record of a denial, decoded as the asker and explained."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import unquote

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, DeniedError, MessageUnknownError
from bot.aliyun.models import DecodedMessage
from bot.blocks.decode import decode_failure, decode_usage, decoded_message
from bot.blocks.kit import Message
from bot.explain import Evidence, explain
from bot.handlers.ask import Ask, Name
from bot.handlers.requestlog import outcome_card
from bot.handlers.services import Handler, Services
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.lookup.logs import end_of_waiting, is_unreadable, judged_in_time
from bot.outcomes import NotConnected, Refused, Unavailable
from bot.requestids import PastedError, extract
from bot.store.chain import Entry

SHORTEST: Final = 40
_FRAMES: Final = re.compile(r"[\s│┃║|>\"'`“”‘’\\]+")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")

REASONS: Final = frozenset(
    {"expired", "unknown", "unsupported", "inaccurate", "throttled", "deadline", "unreachable", "strange"}
)
#: What is wrong with the asker's own credential is said as a look-up says it.
REFUSED: Final = frozenset({"clock", "token_expired", "credential"})


def decode(services: Services, ask: Ask) -> Message:
    """The denial behind the encoded message in the text, or why it stays encoded."""
    encoded = encoded_in(ask.text)
    fault = _fault(encoded)
    if fault:
        return decode_usage(fault, ask.language)
    said, attempt = _decoded(services, ask, encoded)
    # The message itself stays out of the audit; a digest tells whether two were the same.
    services.record(ask, replace(attempt, subject=hashlib.sha256(encoded.encode()).hexdigest()[:32]))
    return said


def _decoded(services: Services, ask: Ask, encoded: str) -> tuple[Message, Entry]:
    """What is said, and what is recorded of it."""
    access = services.directory.access(ask.person, ask.origin.channel)
    if access.barrier in ("channel", "own_channel"):
        reason = "channel" if access.barrier == "channel" else "own_only"
        return decode_failure(reason, (), ask.language), _attempt(reason)
    if access.barrier == "groups":
        return outcome_card(services, ask, Unavailable("DecodeDiagnosticMessage", "groups")), _attempt("groups")
    if not access.identities:
        return outcome_card(services, ask, NotConnected("", person=ask.person)), _attempt("unlinked")
    # An encoded message tells of anybody's call: an identity narrowed to its own calls decodes none, and what a role decodes
    # is judged.
    unnarrowed = [identity for identity in access.identities if not identity.own_only]
    if not unnarrowed:
        return decode_failure("own_only", (), ask.language), _attempt("own_only")
    deadline = Deadline.after(services.settings.requestlog_deadline)
    began = deadline.clock()
    said, attempt = _decoded_as(services, ask, encoded, unnarrowed, deadline)
    if attempt.decision != "shown" and any(identity.sight for identity in unnarrowed):
        services.lookup.hold(began, deadline, end_of_waiting(deadline))
    return said, attempt


def _decoded_as(
    services: Services, ask: Ask, encoded: str, identities: Sequence[Identity], deadline: Deadline
) -> tuple[Message, Entry]:
    """Each identity in turn; one that may not decode or show it, or whose key is unusable, gives way to the next."""
    said: tuple[Message, Entry] | None = None
    tried: list[str] = []
    failure = partial(decode_failure, names=tried, language=ask.language, reference=ask.reference)
    for identity in identities:
        tried.append(identity.name)
        decision = None
        try:
            credential = identity.open(deadline)
            until = judged_in_time(identity.sight, deadline)
            decoded = services.client.decode_diagnostic_message(encoded, credential=credential, deadline=until)
            decision = identity.sight.of_message(decoded) if identity.sight else None
            if decision not in (None, "shown"):
                raise MessageUnknownError
        except CredentialMissingError as missing:
            said = said or (_refused(services, ask, missing.word, missing.error), _attempt(missing.word, identity))
        except DeniedError as error:
            said = failure("denied", request_id=error.request_id), _attempt("denied", identity, error.request_id)
        except AliyunError as error:
            word = "unknown" if is_unreadable(error, identity.sight) else error.word
            attempt = _attempt(word, identity, error.request_id, decision)
            if error.word in REFUSED:
                said = said or (_refused(services, ask, error.word, error), attempt)
                continue
            # The id of the bot's own call would tell an unknown message from one that is not shown.
            said = (
                failure(word if word in REASONS else "server", request_id=None if identity.sight else error.request_id),
                attempt,
            )
            if identity.sight is None:
                break
        else:
            shown = _explained(services, ask, decoded, identity) if decoded.action else failure("empty")
            return shown, _attempt("decoded" if decoded.action else "empty", identity, None, decision)
    return said or (failure("denied"), _attempt("denied"))


def _attempt(result: str, identity: Identity | None = None, upstream: str | None = None, decision: str | None = None) -> Entry:
    attempt = Entry("decode", upstream=upstream, result=result, decision=decision)
    if identity is None:
        return attempt
    account = identity.sight.account if identity.sight else None
    return replace(attempt, identity=identity.name, kind=identity.kind, account=account, session=identity.session)


def _refused(services: Services, ask: Ask, reason: str, error: AliyunError | None) -> Message:
    return outcome_card(services, ask, Refused("DecodeDiagnosticMessage", reason, (), error))


def _explained(services: Services, ask: Ask, decoded: DecodedMessage, identity: Identity) -> Message:
    error = PastedError(access_denied_detail={"AuthAction": decoded.action or ""})
    said = explain(error, Evidence(services.catalog, decoded=decoded), language=ask.language, now=services.clock())
    return decoded_message(said, identity.name, ask.language)


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
