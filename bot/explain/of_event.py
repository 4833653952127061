"""What an ActionTrail event tells: the fallback when the request log is gone."""

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.aliyun.models import ApiDoc
from bot.explain.body import read_body
from bot.explain.explanation import Call, Source
from bot.explain.facts import Facts, shown_line, shown_passage
from bot.explain.links import Site, document, site_of
from bot.explain.of_log import shown_body, shown_nested, shown_parameters
from bot.explain.principals import principal_words
from bot.explain.retry import has_client_token, reads_only
from bot.explain.timing import moment
from bot.explain.wording import say
from bot.languages import Language

_MOST_PARAMETERS: Final = 300


def facts_of_event(event: Mapping[str, Any], *, language: Language, site: Site | None) -> Facts:
    """The facts of an event as LookupEvents returns it. Every field is optional and may be of any type."""
    parameters = _object(event, "requestParameters") or _parsed(_text(event, "requestParameterJson"))
    answer = _answer(event)
    request_id = shown_line(_text(event, "requestId") or _text(event, "eventId"))
    api, product = shown_line(_text(event, "eventName")), shown_line(_text(event, "serviceName"))
    code, message = _text(event, "errorCode"), _text(event, "errorMessage")
    writes = (_text(event, "eventRW") or "").lower()
    known = {"read": True, "write": False}.get(writes)
    body = read_body(answer)
    return Facts(
        sources=(
            Source(
                "log", f"actiontrail:{shown_line(_text(event, 'eventId')) or request_id or '?'}", say("source.trail", language)
            ),
        ),
        request_id=request_id.upper() if request_id else None,
        api=api,
        product=product,
        region_id=shown_line(_text(event, "acsRegion")),
        error_code=shown_line(code),
        error_message=shown_passage(message),
        body=body,
        call=_call(event, parameters, answer, language=language, site=site),
        nested=shown_nested(message, request_id, code),
        idempotent=has_client_token(parameters.items()),
        reads_only=reads_only(api=api, method=None, style=None) if known is None else known,
        says_success=code is None,
    )


def _call(
    event: Mapping[str, Any], parameters: Mapping[str, Any], answer: str | None, *, language: Language, site: Site | None
) -> Call:
    identity = _object(event, "userIdentity")
    kind = shown_line(_text(identity, "type"))
    name = shown_line(_text(identity, "userName") or _text(identity, "principalId"))
    account = shown_line(_text(identity, "accountId"))
    version = shown_line(_text(event, "apiVersion"))
    page = document(
        ApiDoc(),
        product=_text(event, "serviceName"),
        version=version,
        api=_text(event, "eventName"),
        site=site_of(site, language),
    )
    return Call(
        api_version=version,
        endpoint=shown_line(_text(event, "eventSource")),
        document=page,
        caller_type=kind,
        caller_id=name,
        caller_words=principal_words(kind, name, account, language).strip() if kind or name else None,
        account_id=account,
        caller_ip=shown_line(_text(event, "sourceIpAddress")),
        user_agent=shown_line(_text(event, "userAgent")),
        received_at=moment(_text(event, "eventTime")),
        parameters=shown_parameters((key, value, None) for key, value in list(parameters.items())[:_MOST_PARAMETERS]),
        response_body=shown_body(answer),
        response_format="JSON" if answer else None,
    )


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = value.strip() if isinstance(value, str) else ""
    return None if text in ("", "-") else text


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def _parsed(text: str | None) -> Mapping[str, Any]:
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _answer(event: Mapping[str, Any]) -> str | None:
    value = event.get("responseElements")
    if isinstance(value, str):
        return value.strip() or None
    try:
        return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) and value else None
    except (ValueError, RecursionError):
        return None
