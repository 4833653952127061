"""What an explanation is: plain values in the language asked for, already redacted, ready to be rendered.

The enumerated values and the JSON form are the outer contract of ``requestlog explain --json``.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal

from bot.languages import Language

Kind = Literal["succeeded", "succeeded_but", "failed", "denied", "throttled"]
Retry = Literal["safe", "wait", "change", "never"]
Deny = Literal["implicit", "explicit", "unknown"]
WhoCanFix = Literal["ram_admin", "resource_directory_admin", "role_owner", "session_issuer", "resource_owner", "unknown"]
Reading = Literal["normal", "slow_service", "client_delay", "clock_skew", "unknown"]
#: A caller: account id, type as ``callerInfo.callerType`` has it, and id.
Principal = tuple[str, str, str]
SourceKind = Literal["catalogue", "solutions", "log", "text", "card"]

_AS_THEY_ARE: Final = (
    *("kind", "request_id", "api", "product", "product_name", "region_id", "http_status", "error_code", "error_message"),
    *("verdict", "cause", "retry", "retry_because", "fixer", "throttling", "solutions", "runbook"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement of the explanation comes from. ``note`` says in words how old it is, where that is known."""

    kind: SourceKind
    reference: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """A policy that decided the denial, in words: its name, type, version and where it is attached."""

    name: str
    effect: str | None
    type: str | None
    version: str | None
    attached_to: str | None
    scope: str | None


@dataclass(frozen=True, slots=True)
class Denial:
    """Who was denied what, by which policy layer, and who can change that.

    ``principal_words``, ``layer``, ``reason`` and ``fixer`` are the same facts as sentences in the explanation's language.
    ``policy_draft`` is a RAM policy object, or None with the reason in ``no_draft_because``; ``draft_to_narrow`` says that
    it covers more than the resource of the call.
    """

    principal_type: str | None
    principal: str | None
    account_id: str | None
    action: str | None
    resource: str | None
    policy_type: str | None
    deny: Deny
    who_can_fix: WhoCanFix
    policy_draft: dict[str, Any] | None
    no_draft_because: str | None
    draft_note: str | None
    principal_words: str
    layer: str
    reason: str
    fixer: str
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    matched: tuple[Matched, ...] = ()
    decode_note: str | None = None
    draft_to_narrow: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """``duration_ms`` at the gateway; ``clock_skew_s`` is gateway time minus the caller's time, in seconds.

    ``skew`` (without its sign) and ``duration`` are the same in words, as a person would say them.
    """

    duration_ms: int | None
    clock_skew_s: int | None
    reading: Reading
    words: str | None = None
    skew: str = ""
    duration: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the call, its value redacted and as text."""

    name: str
    value: str
    type: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """Who called what, where and when; every text redacted. Times are aware datetimes in UTC."""

    api_version: str | None = None
    api_style: str | None = None
    http_method: str | None = None
    endpoint: str | None = None
    document: str | None = None
    caller_type: str | None = None
    caller_id: str | None = None
    caller_words: str | None = None
    account_id: str | None = None
    caller_ip: str | None = None
    user_agent: str | None = None
    authentication: str | None = None
    signature: str | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    parameters: tuple[Parameter, ...] = ()
    response_body: str | None = None
    response_format: str | None = None


@dataclass(frozen=True, slots=True)
class NestedCall:
    """A call that the service itself made and that failed inside this one; its ids are offered, not looked up alone."""

    request_id: str | None
    error_code: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, why, who can fix it (``fixer``) and how, in one language.

    ``own`` holds how the asker's own principals are called in it ("you (RAM user …)"), each with the words that others use.
    """

    language: Language
    kind: Kind
    request_id: str | None
    api: str | None
    product: str | None
    product_name: str | None
    region_id: str | None
    http_status: str | None
    error_code: str | None
    error_message: str | None
    verdict: str
    cause: str | None
    next_steps: tuple[str, ...]
    retry: Retry | None
    retry_because: str | None
    fixer: str | None
    denial: Denial | None
    throttling: str | None
    timing: Timing
    sources: tuple[Source, ...]
    call: Call
    nested: NestedCall | None = None
    inner: "Explanation | None" = None
    solutions: str | None = None
    runbook: str | None = None
    own: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The object that ``requestlog explain --json`` prints: the contract's fields, and what stands beside them."""
        return {
            **{name: getattr(self, name) for name in _AS_THEY_ARE},
            "next_steps": list(self.next_steps),
            "denial": self.denial and asdict(self.denial),
            "timing": {name: getattr(self.timing, name) for name in ("duration_ms", "clock_skew_s", "reading")},
            "timing_words": self.timing.words,
            "sources": [{"kind": source.kind, "reference": source.reference} for source in self.sources],
            "nested": self.nested and asdict(self.nested),
        }
