"""What the three records of a call tell: a request log, saved or fresh, an ActionTrail event, an error in a pasted text.

Logs are read by an allow-list: undocumented fields are no part of the models, so they cannot get here.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal

from bot.aliyun.models import LONGEST_VALUE, AccessDeniedDetail, BasicInfo, CallerInfo, ProductName, RequestLog, Responses
from bot.aliyun.models import Parameter as LoggedParameter
from bot.aliyun.trail import TrailEvent
from bot.explain.body import Body, is_success_code, nested_call, read_body
from bot.explain.explanation import Call, NestedCall, Parameter, Principal, Source
from bot.explain.facts import Facts, has_client_token, reads_only, refused_in, shown_detail, shown_line, shown_passage
from bot.explain.redaction import redact_body, redact_parameter, true_names
from bot.explain.timing import moment
from bot.explain.vendor import Site, document
from bot.explain.visible import cut, visible
from bot.explain.wording import principal_words, say
from bot.languages import Language
from bot.requestids import PastedError

_MOST_PARAMETERS: Final = 300
_LONGEST_BODY: Final = 300_000
# The aliyun CLI, from v3.3.12 on, and Alibaba Cloud's agent skills say so when an AI agent runs them.
_AGENT = re.compile(r"(?<![\w-])Agent/([a-z0-9._-]{1,32})(?![\w-])|AlibabaCloud-Agent-Skills/([a-z0-9._-]{1,40})")
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400

Record = RequestLog | TrailEvent | PastedError
Reason = Literal["not_json", "not_object", "error_answer", "no_log", "unreadable"]


def facts_of(
    record: Record, *, language: Language, now: datetime, site: Site, own: frozenset[Principal] = frozenset()
) -> Facts:
    """The facts that a record holds.

    ``site`` decides where the link to the API's page leads; ``own`` are the asker's principals.
    """
    if isinstance(record, RequestLog):
        return _facts_of_log(record, language=language, now=now, site=site, own=own)
    if isinstance(record, TrailEvent):
        return _facts_of_event(record, language, now, site, own)
    return _facts_of_text(record, language)


def encoded_message(record: Record) -> str | None:
    """The message for DecodeDiagnosticMessage: from the record's detail or, where that is empty, from the response body's."""
    if isinstance(record, RequestLog):
        return _denied_detail(record, read_body(record.responses.body)).encoded_message
    if isinstance(record, TrailEvent):
        return read_body(record.response).detail.encoded_message
    return AccessDeniedDetail.parse(dict(record.access_denied_detail or {})).encoded_message


def _facts_of_log(log: RequestLog, *, language: Language, now: datetime, site: Site, own: frozenset[Principal]) -> Facts:
    basic = log.basic
    body = read_body(log.responses.body)
    denied = _denied_detail(log, body)
    request_id, message = shown_line(basic.request_id), shown_passage(basic.error_message)
    api, product, version = shown_line(basic.api), shown_line(basic.product), shown_line(basic.api_version)
    page = document(basic.api_doc, product=product, version=version, api=api, site=site)
    call = _call_of_log(log, page, body, language, own)
    return Facts(
        sources=(Source("log", request_id or "RequestLog", _age(call.received_at, now, language)),),
        request_id=request_id,
        api=api,
        product=product,
        product_name=ProductName.model_construct(zh=shown_line(basic.product_name.zh), en=shown_line(basic.product_name.en)),
        region_id=shown_line(basic.region_id),
        http_status=shown_line(basic.http_status),
        error_code=shown_line(basic.error_code),
        error_message=message,
        throttling_result=shown_line(basic.throttling_result),
        detail=shown_detail(denied),
        refused=refused_in(message or shown_passage(body.message)),
        body=body,
        duration=basic.request_duration,
        call=call,
        nested=_shown_nested(basic.error_message or body.message, request_id),
        idempotent=has_client_token((item.name, item.value) for item in log.parameters),
        reads_only=reads_only(api=basic.api, method=basic.http_method, style=basic.api_style),
        decodable=denied.encoded_message is not None,
    )


def _call_of_log(log: RequestLog, page: str | None, body: Body, language: Language, own: frozenset[Principal]) -> Call:
    basic, caller, signed, body_text = log.basic, log.caller, log.authentication, log.responses.body or None
    caller_id, account = shown_line(caller.caller_account_id), shown_line(caller.master_account_id)
    caller_type = shown_line(caller.caller_type)
    # A version of the signature that the gateway does not know it calls "unknown".
    signature = f"({signed.signature_version})" if signed.signature_version not in (None, "unknown") else None
    return Call(
        api_version=shown_line(basic.api_version),
        api_style=shown_line(basic.api_style),
        http_method=shown_line(basic.http_method),
        endpoint=shown_line(basic.endpoint),
        document=page,
        caller_type=caller_type,
        caller_id=caller_id,
        caller_words=_caller_words((caller_type, caller_id, account), caller.user_agent, language, own),
        account_id=account,
        caller_ip=shown_line(caller.caller_ip),
        user_agent=shown_line(caller.user_agent),
        authentication=shown_line(signed.authentication_type),
        signature=shown_line(" ".join(filter(None, (signed.signature_method, signature)))),
        sent_at=moment(basic.sdk_request_time),
        received_at=moment(basic.gateway_process_time),
        parameters=_shown_parameters((item.name, item.value, item.type) for item in log.parameters[:_MOST_PARAMETERS]),
        response_body=body_text and cut(visible(redact_body(visible(body_text).strip(), _LONGEST_BODY)), _LONGEST_BODY),
        # Proxies answer in HTML where JSON is declared.
        response_format=body.format or shown_line(log.responses.format),
    )


def _facts_of_event(event: TrailEvent, language: Language, now: datetime, site: Site, own: frozenset[Principal]) -> Facts:
    """An event tells part of what a log does, and whether the call changed anything."""
    parameters: Mapping[str, Any] = event.parameters or event.parameters_as_text
    request_id = event.request_id or event.event_id
    basic = BasicInfo.model_construct(
        request_id=request_id and request_id.upper(),
        api=event.event_name,
        api_version=event.api_version,
        product=event.service_name,
        region_id=event.region,
        endpoint=event.event_source,
        error_code=event.error_code,
        error_message=event.error_message,
        gateway_process_time=event.event_time,
    )
    caller = CallerInfo.model_construct(
        caller_type=event.identity.type,
        caller_account_id=event.identity.user_name or event.identity.principal_id,
        master_account_id=event.identity.account_id,
        caller_ip=event.source_ip,
        user_agent=event.user_agent,
    )
    log = RequestLog.model_construct(
        basic=basic,
        caller=caller,
        parameters=tuple(LoggedParameter.model_construct(name=name, value=value) for name, value in parameters.items()),
        responses=Responses.model_construct(body=event.response),
    )
    facts = _facts_of_log(log, language=language, now=now, site=site, own=own)
    reference = shown_line(event.event_id) or facts.request_id or "?"
    return replace(
        facts,
        sources=(Source("log", f"actiontrail:{reference}", say("source.trail", language)),),
        reads_only={"read": True, "write": False}.get((event.event_rw or "").lower(), facts.reads_only),
        says_success=event.error_code is None,
    )


def _facts_of_text(error: PastedError, language: Language) -> Facts:
    detail = AccessDeniedDetail.parse(dict(error.access_denied_detail or {}))
    request_id, message = shown_line(error.request_id), shown_passage(error.message)
    code = None if is_success_code(error.code) else shown_line(error.code)
    return Facts(
        sources=(Source("text", request_id or code or shown_line(detail.action) or "text", say("source.pasted", language)),),
        request_id=request_id,
        api=shown_line(error.api),
        product=shown_line(error.product),
        region_id=shown_line(error.region_id),
        http_status=shown_line(error.http_status),
        error_code=code,
        error_message=message,
        detail=shown_detail(detail),
        refused=refused_in(message),
        call=Call(endpoint=shown_line(error.host)),
        nested=_shown_nested(error.message, request_id),
        detail_decides=True,
        client_failed=error.client_code is not None and code is None,
        decodable=detail.encoded_message is not None,
    )


def _denied_detail(log: RequestLog, body: Body) -> AccessDeniedDetail:
    detail = log.basic.access_denied_detail
    told = detail.action or detail.no_permission_type or detail.policy_type or detail.encoded_message
    return detail if told else body.detail


def _shown_nested(message: str | None, request_id: str | None) -> NestedCall | None:
    """The inner call that a message tells of, as it may be shown."""
    found = nested_call(message, request_id=request_id)
    return NestedCall(found.request_id, shown_line(found.error_code), shown_line(found.message)) if found else None


def _caller_words(
    who: tuple[str | None, str | None, str | None],
    user_agent: str | None,
    language: Language,
    own: frozenset[Principal],
) -> str | None:
    """The caller, given as type, name and account, in words; with the AI agent that called in the caller's name, if any."""
    caller = principal_words(*who, language, own).strip() if who[0] or who[1] else None
    agent = _AGENT.search(user_agent or "")
    if agent is None:
        return caller
    return say("principal.agent", language, caller=caller or say("principal.unknown", language), agent=agent[1] or agent[2])


def _shown_parameters(parameters: Iterable[tuple[str | None, object, str | None]]) -> tuple[Parameter, ...]:
    """Parameters, given as name, value and type, as they may be shown: values as text, of whatever type they came."""
    listed = [(name or "", visible(value) if isinstance(value, str) else value, kind) for name, value, kind in parameters]
    names = true_names((name, value) for name, value, _ in listed)
    return tuple(
        Parameter(
            shown_line(name) or "?",
            cut(visible(redact_parameter(names.get(name, name), value)).strip(), LONGEST_VALUE),
            shown_line(kind),
        )
        for name, value, kind in listed
    )


def _age(received: datetime | None, now: datetime, language: Language) -> str | None:
    if received is None:
        return None
    at = now if now.tzinfo else now.replace(tzinfo=received.tzinfo)
    seconds = int((at - received).total_seconds())
    if seconds < 0:
        return None
    unit, size = ("minutes", _MINUTE) if seconds < _HOUR else ("hours", _HOUR) if seconds < 2 * _DAY else ("days", _DAY)
    return say("source.recorded", language, age=say(f"age.{unit}", language, count=seconds // size))


class NotAnAnswerError(ValueError):
    """The text holds no log. ``reason`` says which way, ``code`` is the error code of a saved error answer."""

    def __init__(self, reason: Reason, code: str | None = None) -> None:
        self.reason: Reason = reason
        self.code = code
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """The reason as one plain sentence."""
        return say(f"answer.{self.reason}", language, code=self.code or say("call.no_code", language))


def parse_answer(text: str) -> RequestLog:
    """The log in a saved answer, as the API, the CLI or an SDK's ``to_map`` wrote it.

    Raises NotAnAnswerError for everything else: other text, a saved error, an answer without ``logInfo`` or with one that
    holds nothing, JSON that is too deep or holds numbers of thousands of digits.
    """
    answer = _read(text)
    if not isinstance(answer, dict):
        raise NotAnAnswerError(reason="not_object")
    inner = answer.get("body")
    answer = inner if isinstance(inner, dict) and "logInfo" not in answer else answer
    log = answer.get("logInfo")
    if not isinstance(log, dict):
        named = answer.get("Code") or answer.get("code")
        code = shown_line(named) if isinstance(named, str) else None
        raise NotAnAnswerError("error_answer" if code else "no_log", code)
    sections = (item for section in log.values() for item in (section if isinstance(section, list) else [section]))
    if not any(isinstance(item, dict) for item in sections):
        raise NotAnAnswerError(reason="no_log")
    try:
        return RequestLog.model_validate(log)
    except RecursionError as error:
        raise NotAnAnswerError(reason="unreadable") from error


def _read(text: str) -> object:
    try:
        answer: object = json.loads(text.lstrip("\ufeff"))
    except RecursionError as error:
        raise NotAnAnswerError(reason="unreadable") from error
    except json.JSONDecodeError as error:
        raise NotAnAnswerError(reason="not_json") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise NotAnAnswerError(reason="unreadable") from error
    return answer
