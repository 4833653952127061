"""The fields of a request as people read them: one name and one value for each, wherever they are listed."""

from datetime import datetime

from bot.blocks.kit import SHARED, Element, labelled
from bot.explain.explanation import Explanation
from bot.languages import Language


def name_of(field: str, language: Language) -> str:
    """What a field is called."""
    return SHARED(f"field.{field}", language)


def field(name: str, language: Language, *spans: Element | str) -> Element:
    """A paragraph that begins with the field's name; the name alone where nothing follows it."""
    return labelled(name_of(name, language), *spans)


def values_of(said: Explanation) -> dict[str, str | None]:
    """Every field that can be told in a line; None where the log does not tell it. Times are in UTC."""
    call, ms = said.call, said.timing.duration_ms
    sent, received = _moment(call.sent_at), _moment(call.received_at)
    return {
        "request_id": said.request_id,
        "call": " ".join(part for part in (said.product, call.api_version, said.api) if part),
        "caller": call.caller_words or call.caller_id,
        "account": call.account_id,
        "address": call.caller_ip,
        "region": said.region_id,
        "endpoint": call.endpoint,
        "product": said.product_name or said.product,
        "api": said.api,
        "version": call.api_version,
        "method": call.http_method,
        "status": said.http_status,
        "code": said.error_code,
        "ended": " ".join(part for part in (said.http_status, said.error_code) if part),
        "message": said.error_message,
        "user_agent": call.user_agent,
        "authentication": call.authentication,
        "signature": call.signature,
        "time": sent or received,
        "sent": sent and f"{sent} UTC",
        "received": received and f"{received} UTC",
        "duration": None if ms is None else SHARED("milliseconds", said.language, ms=ms),
    }


def _moment(when: datetime | None) -> str | None:
    return None if when is None else f"{when:%Y-%m-%d %H:%M:%S}"
