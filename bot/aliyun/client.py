"""One method an API operation: arguments → ``Call`` → the answer as a value.

Every method takes, by keyword, ``credential`` (as whom), ``deadline`` (until when, all attempts included) and, where there
is one, ``refresh`` (where a new credential comes from when this one is not taken any more; asked once). Every method raises
``AliyunError``, one of the classes drawn in ``bot.aliyun.errors``.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal, NotRequired, Required, TypedDict, Unpack
from urllib.parse import quote, urlsplit

from bot.aliyun.caller import Caller, Sender, Terms, utc_now
from bot.aliyun.credentials import Credential, LogTicketAnswer, Session, Ticket
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.errors import Failure, StrangeAnswerError
from bot.aliyun.models import (
    DecodedAnswer,
    DecodedMessage,
    RequestLogAnswer,
    SolutionsAnswer,
)
from bot.aliyun.protocol import Call, HttpAnswer
from bot.aliyun.retries import Pace
from bot.aliyun.signing import Request
from bot.aliyun.sts import AssumeRoleAnswer, CallerIdentity
from bot.aliyun.trail import EventsAnswer, TrailKey

Language = Literal["en", "zh"]

_ACCEPT_LANGUAGE: Final = {"en": "en-US", "zh": "zh-CN"}
#: Two are allowed; a little less, for not every call is equally long under way.
_TRAIL_CALLS_A_SECOND: Final = 1.9
_LONGEST_MESSAGE: Final = 2_000
_OK: Final = 200


class CallTerms(TypedDict):
    """What every operation takes by keyword."""

    credential: Required[Credential]
    deadline: Required[Deadline]
    refresh: NotRequired[Callable[[Credential], Credential] | None]


class RoleTerms(CallTerms, total=False):
    """What AssumeRole takes besides: ``duration_s`` from 900, ``policy`` as JSON text that narrows the session's rights."""

    duration_s: int | None
    policy: str | None
    external_id: str | None
    source_identity: str | None


class TicketTerms(CallTerms, total=False):
    """What GetLogTicket takes besides.

    ``region_id`` is the hub, cn-hangzhou or ap-southeast-1. ``role_for`` is the member account to act as, ``log_user_id``
    the account whose logs are read: 64-bit numbers, kept as text.
    """

    region_id: Required[str]
    lang: Required[Language]
    role_for: str | None
    log_user_id: str | None


class TrailTerms(CallTerms, total=False):
    """What LookupEvents takes besides: the region, a window of at most 30 days (aware times), the account whose pace it is.

    ``page`` is the token of the answer before, to which all the rest must be equal.
    """

    region: Required[str]
    start: Required[datetime]
    end: Required[datetime]
    account: str | None
    page: str | None


class Client:
    """Alibaba Cloud's operations that this bot uses. Thread-safe."""

    def __init__(
        self,
        transport: Sender,
        endpoints: Endpoints | None = None,
        *,
        caller: Caller | None = None,
        trail_pace: Pace | None = None,
    ) -> None:
        self._sender = transport
        self._endpoints = endpoints or Endpoints()
        self._caller = caller or Caller(transport)
        self._trail_pace = trail_pace or Pace(_TRAIL_CALLS_A_SECOND)

    def get_own_request_log(self, request_id: str, **terms: Unpack[CallTerms]) -> RequestLogAnswer:
        """The log of a call that the credential's own identity made. ``request_id`` in upper case.

        Raises:
            NotFoundError: Absent, expired, or not this identity's.
        """
        return self._get_log("GetOwnRequestLog", "/getOwnRequestLog", request_id, terms)

    def get_request_log(self, request_id: str, **terms: Unpack[CallTerms]) -> RequestLogAnswer:
        """The log of a call that anybody in the credential's account made. ``request_id`` in upper case.

        Raises:
            NotFoundError: Absent, expired, or not permitted.
            DeniedError: ``openapiexplorer:GetRequestLog`` is missing.
        """
        return self._get_log("GetRequestLog", "/getRequestLog", request_id, terms)

    def _get_log(self, action: str, path: str, request_id: str, terms: CallTerms) -> RequestLogAnswer:
        call = Call("OpenAPIExplorer", "2024-11-30", action, "GET", path, (("logRequestId", request_id),))
        answer = RequestLogAnswer.model_validate(self._ask(call, self._endpoints.for_openapiexplorer(), terms))
        told = answer.log.basic.request_id if answer.log else None
        # Nothing else ties an answer to its question where a server on the way mixes answers up.
        if told and told.casefold() != request_id.casefold():
            raise StrangeAnswerError(Failure(reason="another_log", request_id=answer.request_id, http_status=_OK))
        return answer

    def get_error_code_solutions(
        self, code: str, *, product: str | None, message: str | None, language: Language, **terms: Unpack[CallTerms]
    ) -> SolutionsAnswer:
        """What the vendor advises on an error code; empty when nobody wrote anything in this language.

        Args:
            code: the error code of somebody's call.
            product: narrows the search; the code as in ``basicInfo.product``.
            message: narrows it further; the error's own words.
            language: en or zh.
            terms: see the module.

        Raises:
            UnknownProductError: No such product.
        """
        query = _given(
            {
                "errorCode": code,
                "errorMessage": message and message[:_LONGEST_MESSAGE],
                "product": product,
                "acceptLanguage": _ACCEPT_LANGUAGE[language],
            }
        )
        call = Call("OpenAPIExplorer", "2024-11-30", "GetErrorCodeSolutions", "GET", "/getErrorCodeSolutions", query)
        return SolutionsAnswer.model_validate(self._ask(call, self._endpoints.for_openapiexplorer(), terms))

    def get_caller_identity(self, **terms: Unpack[CallTerms]) -> CallerIdentity:
        """Who the credential is."""
        call = Call("Sts", "2015-04-01", "GetCallerIdentity")
        return CallerIdentity.model_validate(self._ask(call, self._endpoints.for_sts(), terms))

    def assume_role(self, role_arn: str, session_name: str, **terms: Unpack[RoleTerms]) -> Session:
        """A temporary credential of a role.

        Raises:
            DeniedError: The credential may not assume roles, or the role does not trust it.
            UnknownRoleError: No such role.
        """
        duration_s = terms.get("duration_s")
        query = _given(
            {
                "RoleArn": role_arn,
                "RoleSessionName": session_name,
                "DurationSeconds": None if duration_s is None else str(duration_s),
                "Policy": terms.get("policy"),
                "ExternalId": terms.get("external_id"),
                "SourceIdentity": terms.get("source_identity"),
            }
        )
        call = Call("Sts", "2015-04-01", "AssumeRole", query=query)
        return _session(AssumeRoleAnswer.model_validate(self._ask(call, self._endpoints.for_sts(), terms)))

    def assume_role_with_oidc(
        self,
        role_arn: str,
        session_name: str,
        *,
        provider: str,
        token: str,
        duration_s: int | None,
        policy: str | None = None,
        deadline: Deadline,
    ) -> Session:
        """The same for who holds an OIDC token; unsigned, as the official libraries ask: the token is the proof.

        ``provider`` is the ARN of the OIDC provider. Raises UnlistedError for what is wrong with the token.
        """
        action, version = "AssumeRoleWithOIDC", "2015-04-01"
        query = (("Action", action), ("Version", version), ("Format", "JSON"), ("Timestamp", _iso(utc_now())))
        form = _given(
            {
                "RoleArn": role_arn,
                "OIDCProviderArn": provider,
                "OIDCToken": token,
                "RoleSessionName": session_name,
                "DurationSeconds": None if duration_s is None else str(duration_s),
                "Policy": policy,
            }
        )
        call = Call("Sts", version, action, query=query, form=form)
        answer = self._caller.ask(call, self._endpoints.for_sts(), Terms(None, deadline))
        return _session(AssumeRoleAnswer.model_validate(answer))

    def fetch(
        self, url: str, deadline: Deadline, *, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        """What an address that is no API answers to one unsigned request, whatever its status; sent past any proxy."""
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        path, query = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~"), quote(parts.query, safe="/%:@!$&'()*+,;=~?")
        request = Request(parts.scheme, host, method, path, query)
        return self._sender.send(request, {"host": host, **(headers or {})}, deadline)

    def decode_diagnostic_message(self, encoded: str, **terms: Unpack[CallTerms]) -> DecodedMessage:
        """What the encoded message of a denial says. Line breaks and spaces that a paste brought in are taken out.

        Raises:
            DiagnosticMessageError: It cannot be decoded; the subclass says why.
            DeniedError: ``ram:DecodeDiagnosticMessage`` is missing.
        """
        query = (("EncodedDiagnosticMessage", "".join(encoded.split())),)
        call = Call("Ram", "2015-05-01", "DecodeDiagnosticMessage", query=query)
        return DecodedAnswer.model_validate(self._ask(call, self._endpoints.for_ram(), terms)).message

    def get_log_ticket(self, **terms: Unpack[TicketTerms]) -> LogTicketAnswer:
        """A ticket with which Security Center's logs open in Simple Log Service; a secret, asked anew each time.

        Raises:
            ValueError: No such hub.
            DeniedError: ``yundun-sas:GetLogTicket`` is missing.
        """
        form = _given(
            {
                "RegionId": terms["region_id"],
                "Lang": terms["lang"],
                "RoleFor": terms.get("role_for"),
                "LogUserId": terms.get("log_user_id"),
            }
        )
        call = Call("cloud-siem", "2024-12-12", "GetLogTicket", form=form)
        answer = self._ask(call, self._endpoints.for_cloud_siem(terms["region_id"]), terms)
        found = {name.lower(): value for name, value in answer.items() if isinstance(value, str)}
        request_id = found.get("requestid")
        if not found.get("logticket", "").strip():
            raise StrangeAnswerError(Failure(request_id=request_id, reason="incomplete"))
        return LogTicketAnswer(Ticket(found["logticket"].strip()), request_id)

    def lookup_events(self, key: TrailKey, value: str, **terms: Unpack[TrailTerms]) -> EventsAnswer:
        """ActionTrail's events with one attribute in one region and window, fifty a page; their absence proves nothing.

        A query has one attribute, compared exactly (the API reference's note on LookupAttribute).

        Raises:
            ValueError: The region is not spelt like one.
            ThrottledError: Also when this bot's own pace, two calls a second and account, leaves no time.
        """
        query = _given(
            {
                "LookupAttribute.1.Key": key,
                "LookupAttribute.1.Value": value,
                "StartTime": _iso(terms["start"]),
                "EndTime": _iso(terms["end"]),
                "MaxResults": "50",
                "NextToken": terms.get("page"),
            }
        )
        call = Call("ActionTrail", "2020-07-06", "LookupEvents", query=query)
        paced = (terms["credential"].access_key_id, *filter(None, [terms.get("account")]))
        turn = partial(self._trail_pace.wait, paced, terms["deadline"])
        answer = self._ask(call, self._endpoints.for_actiontrail(terms["region"]), terms, before_attempt=turn)
        return EventsAnswer.model_validate(answer)

    def _ask(
        self, call: Call, origin: str, terms: CallTerms, *, before_attempt: Callable[[], None] | None = None
    ) -> dict[str, object]:
        agreed = Terms(terms["credential"], terms["deadline"], terms.get("refresh"), before_attempt)
        return self._caller.ask(call, origin, agreed)


def _given(parameters: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    """The parameters that have a value."""
    return tuple((name, value) for name, value in parameters.items() if value)


def _session(answer: AssumeRoleAnswer) -> Session:
    try:
        return answer.credentials.session()
    except ValueError:
        raise StrangeAnswerError(Failure(request_id=answer.request_id, reason="incomplete")) from None


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
