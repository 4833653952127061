"""What a request log tells: the log's fields, by an allow-list, cleaned and redacted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.aliyun.models import AccessDeniedDetail, AuthenticationInfo, BasicInfo, ProductName, RequestLog
from bot.explain.body import Body, read_body
from bot.explain.explanation import Call, NestedCall, Parameter, Source
from bot.explain.facts import Facts, shown_detail, shown_line, shown_passage
from bot.explain.links import Site, document, site_of
from bot.explain.nested import nested_call
from bot.explain.principals import principal_words
from bot.explain.redaction import redact_body, redact_parameter, true_names
from bot.explain.retry import has_client_token, reads_only
from bot.explain.timing import moment
from bot.explain.visible import cut, visible
from bot.explain.wording import say
from bot.languages import Language

_MOST_PARAMETERS: Final = 300
_LONGEST_VALUE: Final = 20_000
_LONGEST_BODY: Final = 300_000
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


def facts_of_log(log: RequestLog, *, language: Language, now: datetime, site: Site | None) -> Facts:
    """The facts of a log. Undocumented fields are no part of the model, so they cannot get here."""
    basic = log.basic
    body = read_body(log.responses.body)
    denied = _denied_detail(log, body)
    request_id = shown_line(basic.request_id)
    message = basic.error_message or body.message
    received = moment(basic.gateway_process_time)
    return Facts(
        sources=(Source("log", request_id or "RequestLog", _age(received, now, language)),),
        request_id=request_id,
        api=shown_line(basic.api),
        product=shown_line(basic.product),
        product_name=ProductName.model_construct(zh=shown_line(basic.product_name.zh), en=shown_line(basic.product_name.en)),
        region_id=shown_line(basic.region_id),
        http_status=shown_line(basic.http_status),
        error_code=shown_line(basic.error_code),
        error_message=shown_passage(basic.error_message),
        throttling_result=shown_line(basic.throttling_result),
        detail=shown_detail(denied),
        body=body,
        duration=basic.request_duration,
        call=_call(log, received, language=language, site=site),
        nested=shown_nested(message, request_id, basic.error_code or body.code),
        idempotent=has_client_token((item.name, item.value) for item in log.parameters),
        reads_only=reads_only(api=basic.api, method=basic.http_method, style=basic.api_style),
        decodable=denied.encoded_message is not None,
    )


def encoded_message(log: RequestLog) -> str | None:
    """The message for DecodeDiagnosticMessage, from the log's detail or, where that is empty, from the response body's."""
    return _denied_detail(log, read_body(log.responses.body)).encoded_message


def _denied_detail(log: RequestLog, body: Body) -> AccessDeniedDetail:
    detail = log.basic.access_denied_detail
    told = detail.action or detail.no_permission_type or detail.policy_type or detail.encoded_message
    return detail if told else body.detail


def shown_nested(message: str | None, request_id: str | None, code: str | None) -> NestedCall | None:
    """The inner call that a message tells of, as it may be shown."""
    found = nested_call(message, request_id=request_id, error_code=code)
    if found is None:
        return None
    return NestedCall(found.request_id, shown_line(found.error_code), shown_line(found.message))


def shown_parameters(parameters: Iterable[tuple[str | None, object, str | None]]) -> tuple[Parameter, ...]:
    """Parameters, given as name, value and type, as they may be shown: values as text, of whatever type they came."""
    listed = [(name or "", visible(value) if isinstance(value, str) else value, kind) for name, value, kind in parameters]
    names = true_names((name, value) for name, value, _ in listed)
    return tuple(
        Parameter(shown_line(name) or "?", _shown_value(names.get(name, name), value), shown_line(kind))
        for name, value, kind in listed
    )


def _shown_value(name: str, value: object) -> str:
    return cut(visible(redact_parameter(name, value)).strip(), _LONGEST_VALUE)


def shown_body(text: str | None) -> str | None:
    """A response body as it may be shown."""
    return cut(visible(redact_body(visible(text).strip())), _LONGEST_BODY) if text else None


def _call(log: RequestLog, received: datetime | None, *, language: Language, site: Site | None) -> Call:
    basic, caller = log.basic, log.caller
    caller_id, account = shown_line(caller.caller_account_id), shown_line(caller.master_account_id)
    caller_type = shown_line(caller.caller_type)
    named = caller_type or caller_id
    return Call(
        api_version=shown_line(basic.api_version),
        api_style=shown_line(basic.api_style),
        http_method=shown_line(basic.http_method),
        endpoint=shown_line(basic.endpoint),
        document=_document(basic, site_of(site, language)),
        caller_type=caller_type,
        caller_id=caller_id,
        caller_words=principal_words(caller_type, caller_id, account, language).strip() if named else None,
        account_id=account,
        caller_ip=shown_line(caller.caller_ip),
        user_agent=shown_line(caller.user_agent),
        authentication=shown_line(log.authentication.authentication_type),
        signature=_signature(log.authentication),
        sent_at=moment(basic.sdk_request_time),
        received_at=received,
        parameters=shown_parameters((item.name, item.value, item.type) for item in log.parameters[:_MOST_PARAMETERS]),
        response_body=shown_body(log.responses.body),
        response_format=_format(read_format=shown_line(log.responses.format), body=log.responses.body),
    )


def _document(basic: BasicInfo, site: Site) -> str | None:
    return document(basic.api_doc, product=basic.product, version=basic.api_version, api=basic.api, site=site)


def _signature(signed: AuthenticationInfo) -> str | None:
    """Method and version of the signature; a version that the gateway does not know it calls "unknown"."""
    version = f"({signed.signature_version})" if signed.signature_version not in (None, "unknown") else None
    return shown_line(" ".join(part for part in (signed.signature_method, version) if part))


def _format(*, read_format: str | None, body: str | None) -> str | None:
    """The format that the body has, else the one that the log declares: proxies answer in HTML where JSON is declared."""
    return (read_body(body).format if body else None) or read_format


def _age(received: datetime | None, now: datetime, language: Language) -> str | None:
    if received is None:
        return None
    at = now if now.tzinfo else now.replace(tzinfo=received.tzinfo)
    seconds = int((at - received).total_seconds())
    if seconds < 0:
        return None
    unit, size = ("minutes", _MINUTE) if seconds < _HOUR else ("hours", _HOUR) if seconds < 2 * _DAY else ("days", _DAY)
    return say("source.recorded", language, age=say(f"age.{unit}", language, count=seconds // size))
