"""What is known of a call, wherever from: cleaned, redacted, and not yet judged."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from bot.aliyun.models import AccessDeniedDetail, DecodedMessage, ProductName, start_of
from bot.explain.body import Body
from bot.explain.explanation import Call, NestedCall, Source
from bot.explain.redaction import redact
from bot.explain.visible import cut, one_line, visible
from bot.languages import Language

LONGEST_LINE = 400
LONGEST_PASSAGE = 8_000
_LONGEST_READ: Final = 20_000


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that an explanation is made of. Texts are ready to be shown; times are aware datetimes in UTC.

    ``idempotent`` says that a client token makes repeating harmless; ``reads_only`` that the call changes nothing (None when
    nothing tells); ``decodable`` that a message for DecodeDiagnosticMessage stands in the log; ``says_success`` that the
    source names errors reliably, so that none means success;
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
    body: Body = field(default_factory=Body)
    duration: str | None = None
    call: Call = field(default_factory=Call)
    nested: NestedCall | None = None
    idempotent: bool = False
    reads_only: bool | None = None
    decodable: bool = False
    says_success: bool = False
    detail_decides: bool = False

    @property
    def account_id(self) -> str | None:
        """The account that the call was made in."""
        return self.call.account_id

    def name_in(self, language: Language) -> str | None:
        """The product's name in a language, else in the other one, else None."""
        names = (self.product_name.zh, self.product_name.en)
        own, other = names if language == "zh" else names[::-1]
        return own or other


def shown_line(text: str | None) -> str | None:
    """A foreign text on one line, as it may be shown."""
    if text is None:
        return None
    text = start_of(text, _LONGEST_READ)
    return cut(redact(one_line(redact(text) if "\n" in text else text)), LONGEST_LINE) or None


def shown_passage(text: str | None) -> str | None:
    """A foreign text of several lines, as it may be shown."""
    if text is None:
        return None
    lines = (line.rstrip() for line in redact(visible(start_of(text, _LONGEST_READ))).strip().split("\n"))
    return cut("\n".join(lines), LONGEST_PASSAGE) or None


def shown_detail(detail: AccessDeniedDetail) -> AccessDeniedDetail:
    """The detail of a denial as it may be shown; the encoded message is for decoding, not for showing."""
    texts = {name: shown_line(getattr(detail, name)) for name in AccessDeniedDetail.model_fields if name != "encoded_message"}
    return detail.model_copy(update={**texts, "encoded_message": None})


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
