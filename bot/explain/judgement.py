"""How a call ended and what its error means: by evidence in a fixed order.

The entry for exactly this code and product or message, then what the message says, then the family of the code, then the
HTTP status. What a stronger witness contradicts is not said.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.explain.body import is_success_code
from bot.explain.catalog import Catalog, Match
from bot.explain.entries import Entry
from bot.explain.explanation import Kind
from bot.explain.facts import Facts, shown_line, shown_passage
from bot.explain.meanings import Meaning, family_of, meanings, parameter_in, permission_code, said_by_message
from bot.languages import Language

_STATUS = re.compile(r"([1-5]\d\d)(?!\d)")
_SUCCESS: Final = range(200, 300)
_FORBIDDEN: Final = 403
_TOO_MANY: Final = 429
_BY_STATUS: Final = {
    401: "credential",
    403: "forbidden",
    404: "not_found",
    429: "throttling",
    500: "internal",
    502: "unavailable",
    503: "unavailable",
    504: "timeout",
}
_FLOW_CONTROL_DENIED: Final = "FC.DENY"
# A reading that says more than any entry of a code, readings that say too little to contradict one, and families that say
# the same as a reading and more.
_LEAVE_OPEN: Final = ("owner", "refused")
_SHARP: Final = ("quota_day", "leaked_key", "key_network", "root_account")
_VAGUE: Final = ("state", "parameter", "unsupported", "later", "internal", "format", "in_use", "mismatch")
_NARROWER: Final = {
    "permission": ("whitelist",),
    "parameter": ("credential",),
    "clash": ("progress",),
    "refused": (
        *("overdue", "whitelist", "clash", "in_use", "not_found", "state", "state_settled", "stock", "quota", "risk"),
        *("deletion_protection", "exists", "expired", "unsupported", "progress", "region", "mismatch", "not_activated"),
    ),
    "unsupported": ("in_use", "state", "state_settled", "progress", "region", "clash"),
    "state": ("state_settled", "progress"),
    "later": ("progress", "stock", "throttling", "busy", "unavailable", "in_use", "exists", "not_found", "missing", "internal"),
}

#: What no message can take back.
NEVER: Final = ("nonce", "risk")
_JOINED = re.compile("[a-z0-9](?:Or|And)[A-Z]")  # a code that speaks of two parameters names none


@dataclass(frozen=True, slots=True)
class Judgement:
    """The end of a call; ``status`` is the HTTP status as a number, where the record holds one.

    Who tells what the error means: ``match`` is the catalogue's entry, ``reading`` what the message says, ``family`` what
    the code looks like; a witness that a stronger one contradicts, or makes needless, is None.
    """

    kind: Kind
    error_code: str | None = None
    error_message: str | None = None
    status: int | None = None
    match: Match | None = None
    reading: Meaning | None = None
    family: Meaning | None = None

    @property
    def meaning(self) -> Meaning | None:
        """What the error means by the better witness of the two that are no entry."""
        return self.reading or self.family


def flow_control_denied(facts: Facts) -> bool:
    """Whether the gateway says that its flow control stopped the call."""
    return (facts.throttling_result or "").upper() == _FLOW_CONTROL_DENIED


def judge(facts: Facts, catalog: Catalog | None, language: Language) -> Judgement:
    """Decide how a call ended and what its error means.

    The error decides before the HTTP status does: products send permission errors as 400, 403 and 429 alike. A detail
    beside a code of another family proves nothing (the reference page's sample is such a call).
    """
    status, body = _status_number(facts.http_status), facts.body
    own = None if is_success_code(facts.error_code) else facts.error_code
    code, message = own or body.code, facts.error_message or body.message
    if status in _SUCCESS:
        if body.failed and body.format != "HTML" and permission_code(own) is None:
            code, message = body.code or own, body.message or facts.error_message
            judged = _weighed(facts, catalog, code, message, language)
            return replace(judged, kind="succeeded_but", status=status)
        if own is None:
            return Judgement("succeeded", status=status)
    elif status is None and not (code or message or body.failed or flow_control_denied(facts) or _denied_by_detail(facts)):
        return Judgement("succeeded")
    judged = _weighed(facts, catalog, code, message, language)
    kind = _kind(facts, judged, status)
    if judged.match is not None and judged.match.kind == "denied" != kind:
        judged = replace(judged, match=None)
    if status in _SUCCESS and kind == "failed":
        kind = "succeeded_but"
    return replace(judged, kind=kind, status=status)


def _status_number(text: str | None) -> int | None:
    """The HTTP status in a text such as ``403`` or ``403 Forbidden``."""
    found = _STATUS.match(text or "")
    return int(found.group(1)) if found else None


def _denied_by_detail(facts: Facts) -> bool:
    """A pasted detail may be all there is; in a log the status has to say that the call was refused."""
    return facts.detail_decides and facts.http_status is None and facts.detail.action is not None


def _weighed(facts: Facts, catalog: Catalog | None, code: str | None, message: str | None, language: Language) -> Judgement:
    """Which witnesses are heard."""
    code = code if code == facts.error_code else shown_line(code)  # what stands in the body has not been cleaned yet
    message = message if message == facts.error_message else shown_passage(message)
    reading, family = _told(facts, code, message)
    match = catalog.find(code, product=facts.product, message=message, language=language) if catalog and code else None
    if match is not None and (_outweighed(match, reading, family, message) or _misnamed(match, reading, message)):
        match = None
    return Judgement("failed", code, message, None, match, reading, family)


def _told(facts: Facts, code: str | None, message: str | None) -> tuple[Meaning | None, Meaning | None]:
    """What the message says and what the code looks like. A message that passes on the error of another call says nothing."""
    if facts.client_failed:
        return meanings()["client"], meanings()["client"]
    reading = None if facts.nested or says_nothing(code, message) else said_by_message(message)
    family = family_of(code)
    if code is None and family is None:
        family = meanings().get(_BY_STATUS.get(_status_number(facts.http_status) or 0, ""))
    if reading is None or family is None:
        return reading, family
    sharper = family.id in _NARROWER.get(reading.id, ()) or family.id in NEVER
    named = family.id == "throttling" and "throttl" in (code or "").lower() and reading.kind != "throttled"
    return family if sharper or named else reading, family


def says_nothing(code: str | None, message: str | None) -> bool:
    """Whether a message only repeats its code."""
    return bool(code and message) and code == (message or "").strip(" .")


def _misnamed(match: Match, reading: Meaning | None, message: str | None) -> bool:
    """Whether the parameter that a pattern takes from the code is not the one of the message."""
    if not match.guessed or not message or match.guessed.lower() in message.lower():
        return False
    return reading is None or _JOINED.search(match.guessed) is not None or parameter_in(message) is not None


def _outweighed(match: Match, reading: Meaning | None, family: Meaning | None, message: str | None) -> bool:
    """Whether the message says another thing than the entry of the code, or says it better.

    A pattern of codes is but a family; one that the code's own look or the message contradicts is not heard.
    """
    told = reading or family
    if told is None or told.id in _LEAVE_OPEN or match.entry is None or match.entry.message:
        return False
    if match.family is None:
        return _entry_gives_way(match, match.entry, reading, family)
    if told.id != match.family or told.retry != match.retry or told.kind != match.kind:
        return True
    better = match.reasoned or parameter_in(message) is not None
    return reading is not None and told.id == "parameter" and not match.guessed and better


def _entry_gives_way(match: Match, entry: Entry, reading: Meaning | None, family: Meaning | None) -> bool:
    """Whether a message speaks against the entry of a whole code."""
    denied = match.kind == "denied"
    other_kind = reading is not None and denied != (reading.kind == "denied") and (match.general or denied)
    if reading is None or (family is not None and reading.id == family.id) or other_kind:
        return other_kind
    if reading.id not in _VAGUE and entry.en is not None and reading.fits(f"{entry.en.title}. {entry.en.cause}".lower()):
        return False  # the entry says the same, and more
    if match.general:
        return reading.kind != "denied"
    if entry.products:
        return False
    looked_up = family is not None and (family.id, reading.id) == ("not_found", "missing")
    other_retry = match.retry != reading.retry is not None and reading.id not in _VAGUE
    return looked_up or reading.id in _SHARP or other_retry


def _kind(facts: Facts, judged: Judgement, status: int | None) -> Kind:
    if _is_denied(facts, judged, status):
        return "denied"
    told = judged.match or judged.meaning
    look = judged.family
    if look is not None and look.id == "throttling" and (judged.reading is None or judged.reading.retry == "wait"):
        return "throttled"
    throttled = told is not None and told.kind == "throttled" and not (look and look.id == "progress")
    by_status = status == _TOO_MANY and (told is None or told.retry in ("wait", "safe", None))
    return "throttled" if flow_control_denied(facts) or by_status or throttled else "failed"


def _is_denied(facts: Facts, judged: Judgement, status: int | None) -> bool:
    """Denied needs evidence of permission: an entry, a message that speaks of it, a code of the family, or a detail.

    A code that only begins like the family's is evidence where its message, if there is one, leaves that open.
    """
    code, match, reading = judged.error_code, judged.match, judged.reading
    standing = permission_code(code)
    if code is None:
        named = facts.detail.action is not None and status == _FORBIDDEN
        return named or _denied_by_detail(facts) or (reading is not None and reading.kind == "denied")
    if standing == "certain" and facts.detail.action:
        return True
    of_its_product = match is not None and match.entry is not None and match.entry.products
    if match is not None and (of_its_product or (match.family is None and (match.kind == "denied" or standing is None))):
        return match.kind == "denied"
    if reading is not None and not (reading.id in _LEAVE_OPEN and standing == "certain"):
        return reading.kind == "denied"
    return standing == "certain" or (standing == "perhaps" and (not judged.error_message or facts.detail.action is not None))
