"""What is known of a call, wherever from: cleaned, redacted, and not yet judged."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from bot.aliyun.models import AccessDeniedDetail, DecodedMessage, ProductName, start_of
from bot.explain.body import Body
from bot.explain.explanation import Call, NestedCall, Source
from bot.explain.redaction import redact
from bot.explain.visible import cut, one_line, visible

LONGEST_LINE = 400
_ACTION = re.compile(
    r"(?i:perform|action|operation|permission|privilege|invoke|call|do)[\s:=\[]{0,4}[\"'“‘`]?(?!acs:)([a-z][a-z0-9-]{1,40}:[A-Z][A-Za-z0-9]{1,80})\b"
)
_ARN = re.compile(
    r"(?P<label>(?:user|principal|caller|identity|requester)[\s:=\[\"'“(]{1,6})?"
    r"(?P<arn>acs:(?P<service>[a-z][a-z0-9-]{0,40}):[a-z0-9*-]{0,40}:(?P<account>[0-9*]{0,32}):"
    r"(?P<what>[^\s\"'“”‘’`<>,;}\])，。；]{1,500}))(?<![.:])",
    re.IGNORECASE,
)
_PRINCIPALS: Final = {"user": "SubUser", "assumed-role": "AssumedRoleUser", "role": "AssumedRoleUser"}
_READING_VERBS = re.compile(
    r"(?:Batch)?(?:Describe|List|Get|Query|Check|Search|Lookup|LookUp|Count|Head|Validate|Estimate|Decode|Preview|Inquiry)(?![a-z])"
)
_TOKENS: Final = frozenset({"clienttoken", "idempotenttoken", "idempotencytoken"})
_NAME_SEPARATORS = re.compile(r"[._-]")
LONGEST_PASSAGE = 8_000
_LONGEST_READ: Final = 20_000
# What is too short for a secret without a name before it, an account, a date, a RequestId, a region, and words as APIs and
# error codes are called by: most of what a log holds, and no shape of a secret.
_PLAIN = re.compile(
    r"[\w.*-]{1,11}|(?:[A-Z][a-z]{1,20}\.?){1,12}|"
    r"\d{1,20}|\d{4}-\d\d-\d\d|[A-Fa-f\d]{8}(?:-[A-Fa-f\d]{4}){3}-[A-Fa-f\d]{12}|(?:cn|ap|us|eu|me|na)-[a-z]{1,12}(?:-\d)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Refused:
    """What a message itself tells of a refused call: the action, the resource's ARN, the account in it, and the principal."""

    action: str | None = None
    resource: str | None = None
    account_id: str | None = None
    principal_type: str | None = None
    principal: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that an explanation is made of. Texts are ready to be shown; times are aware datetimes in UTC.

    ``idempotent`` says that a client token makes repeating harmless; ``reads_only`` that the call changes nothing (None when
    nothing tells); ``decodable`` that a message for DecodeDiagnosticMessage stands in the log; ``says_success`` that the
    source names errors reliably, so that none means success; ``client_failed`` that no service answered;
    ``detail_decides`` that a detail without a code is a denial even where no status stands beside it.
    """

    sources: tuple[Source, ...]
    request_id: str | None = None
    api: str | None = None
    product: str | None = None
    product_name: ProductName = field(default_factory=ProductName)
    region_id: str | None = None
    http_status: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    throttling_result: str | None = None
    detail: AccessDeniedDetail = field(default_factory=AccessDeniedDetail)
    refused: Refused = field(default_factory=Refused)
    body: Body = field(default_factory=Body)
    duration: str | None = None
    call: Call = field(default_factory=Call)
    nested: NestedCall | None = None
    idempotent: bool = False
    reads_only: bool | None = None
    decodable: bool = False
    says_success: bool = False
    detail_decides: bool = False
    client_failed: bool = False

    @property
    def logged(self) -> bool:
        """Whether it is the call's log that is read."""
        return any(source.kind == "log" for source in self.sources)

    @property
    def account_id(self) -> str | None:
        """The account that the call was made in."""
        return self.call.account_id


def shown_line(text: str | None) -> str | None:
    """A foreign text on one line, as it may be shown."""
    if not text or _PLAIN.fullmatch(text):
        return text or None
    text = start_of(text, _LONGEST_READ)
    return cut(redact(one_line(redact(text) if "\n" in text else text)), LONGEST_LINE) or None


def shown_passage(text: str | None) -> str | None:
    """A foreign text of several lines, as it may be shown."""
    if text is None:
        return None
    lines = (line.rstrip() for line in redact(visible(start_of(text, _LONGEST_READ))).strip().split("\n"))
    return cut("\n".join(lines), LONGEST_PASSAGE) or None


def refused_in(message: str | None) -> Refused:
    """Action, resource and principal of a refused call, in the notations of RAM, STS, FC, SLS, KMS and MaxCompute.

    The message has to be one that may be shown.
    """
    text = (message or "")[:LONGEST_PASSAGE]
    if ":" not in text:
        return Refused()
    action = _ACTION.search(text)
    arns = [found for found in _ARN.finditer(text) if not found["label"]]
    caller = next((found for found in _ARN.finditer(text) if found["label"] and found["service"] == "ram"), None)
    resource = arns[0] if arns else None
    kind, _, name = caller["what"].partition("/") if caller else ("", "", "")
    account = next((found["account"] for found in (resource, caller) if found and found["account"].isdigit()), None)
    return Refused(
        action=action[1] if action else None,
        resource=resource["arn"] if resource else None,
        account_id=account,
        principal_type=_PRINCIPALS.get(kind),
        principal=name.replace("/", ":", 1) or None if kind in _PRINCIPALS else None,
    )


def shown_detail(detail: AccessDeniedDetail) -> AccessDeniedDetail:
    """The detail of a denial as it may be shown; the encoded message is for decoding, not for showing."""
    texts = {name: shown_line(text) for name, text in detail if text}
    return detail.model_copy(update={**texts, "encoded_message": None}) if texts else detail


def shown_decoded(decoded: DecodedMessage) -> DecodedMessage:
    """A decoded denial as it may be shown."""

    def shown(values: Iterable[str]) -> tuple[str, ...]:
        return tuple(line for value in values if (line := shown_line(value)))

    def texts(value: object, names: Iterable[str]) -> dict[str, str | None]:
        return {name: shown_line(getattr(value, name)) for name in names}

    return decoded.model_copy(
        update={
            **texts(decoded, ("policy_type", "action", "resource")),
            "principal": decoded.principal.model_copy(update=texts(decoded.principal, type(decoded.principal).model_fields)),
            "conditions": tuple(
                item.model_copy(update={"key": shown_line(item.key), "values": shown(item.values)})
                for item in decoded.conditions
            ),
            "matched_policies": tuple(
                item.model_copy(update=texts(item, type(item).model_fields)) for item in decoded.matched_policies
            ),
        }
    )


def reads_only(*, api: str | None, method: str | None, style: str | None) -> bool | None:
    """Whether a call changes nothing, by its verb; by its HTTP method only in ROA style, since RPC sends writes as GET too.

    None when neither tells.
    """
    if api and _READING_VERBS.match(api):
        return True
    if (style or "").lower() == "roa" and method:
        return method.upper() in ("GET", "HEAD", "OPTIONS")
    return False if api else None


def has_client_token(parameters: Iterable[tuple[str | None, Any]]) -> bool:
    """Whether a parameter makes repeating harmless: ClientToken, at the top or as a field of a body."""
    return any(
        item not in (None, "", "-") and _NAME_SEPARATORS.sub("", str(key)).lower() in _TOKENS
        for name, value in parameters
        for key, item in ((name, value), *_fields(value).items())
    )


def _fields(value: object) -> dict[Any, Any]:
    if isinstance(value, str) and value[:1] == "{" and len(value) <= _LONGEST_READ:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}
