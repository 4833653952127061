"""The answers of Alibaba Cloud's operations as values.

Tolerant on purpose: no element of these answers is marked as required, every text may carry stray white space, ``-`` can
mean "absent", and numbers come as text (the API reference of GetOwnRequestLog, its sample). What has a shape that nobody
documented is read as absent, never as an error; undocumented fields are dropped.
"""

import json
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _clean(value: object) -> str | None:
    if isinstance(value, str):
        stripped = value.strip().replace("\x00", "")
        return None if stripped in ("", "-") else stripped
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) and value else None


def as_object(value: object) -> dict[str, Any]:
    """The value if it is an object, or the text of one, else an empty one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> object:
    """The objects of a list; none if the value is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: object) -> object:
    return [str(item) for item in value] if isinstance(value, list) else []


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else None
    return {"true": True, "false": False}.get(text or "")


LONGEST_VALUE: Final = 20_000


def start_of(text: str, limit: int) -> str:
    """The start of a text that is too long, without the word that would be cut: half a key shows no shape of a key."""
    if len(text) <= limit:
        return text
    end = max(text.rfind(mark, max(limit - 4_000, 0), limit) for mark in " ,;&\"'\n")
    return text[: end if end > 0 else limit]


def _capped(value: object) -> object:
    """A value of a size that can be kept."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else ""
    return value if len(text) <= LONGEST_VALUE else start_of(text, LONGEST_VALUE - 1) + "…"


Text = Annotated[str | None, BeforeValidator(_clean)]
Truth = Annotated[bool | None, BeforeValidator(_truth)]


class Answer(BaseModel):
    """What all answers share: values that cannot be changed, unknown fields dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    _known: ClassVar[frozenset[str]] = frozenset()
    _spellings: ClassVar[dict[str, str]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Note how the fields are spelt."""
        super().__pydantic_init_subclass__(**kwargs)
        cls._spellings = {(field.alias or name).lower(): field.alias or name for name, field in cls.model_fields.items()}
        cls._known = frozenset(cls._spellings.values()).union(cls.model_fields)

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, value: object) -> object:
        """Products spell the same key requestId, RequestId and requestid."""
        if not isinstance(value, dict) or cls._known.issuperset(value):
            return value
        folded = {cls._spellings.get(name.lower(), name): item for name, item in value.items() if isinstance(name, str)}
        return folded | {name: item for name, item in value.items() if name in cls._known}


class ApiDoc(Answer):
    """Links to an API's page on the two sites."""

    china: Text = Field(None, alias="aliyunSite")
    international: Text = Field(None, alias="alibabacloudSite")


class ProductName(Answer):
    """A product's name in Chinese and in English."""

    zh: Text = Field(None, alias="cnName")
    en: Text = Field(None, alias="enName")


class AccessDeniedDetail(Answer):
    """Who was denied what by which policy layer. Gateway errors spell the keys in PascalCase, the log in camelCase."""

    policy_type: Text = Field(None, alias="policyType")
    principal_owner_id: Text = Field(None, alias="authPrincipalOwnerId")
    principal_type: Text = Field(None, alias="authPrincipalType")
    principal: Text = Field(None, alias="authPrincipalDisplayName")
    no_permission_type: Text = Field(None, alias="noPermissionType")
    action: Text = Field(None, alias="authAction")
    encoded_message: Text = Field(None, alias="encodedDiagnosticMessage")

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read a detail from any JSON value, its text too, whatever the case of its keys' first letters."""
        folded = {str(key)[:1].lower() + str(key)[1:]: item for key, item in as_object(value).items()}
        # Some products call the encoded message by another name.
        return cls.model_validate({"encodedDiagnosticMessage": folded.get("encodedDiagnosticInfo"), **folded})


Detail = Annotated[AccessDeniedDetail, BeforeValidator(AccessDeniedDetail.parse)]


class BasicInfo(Answer):
    """What was called, how it ended and when."""

    api: Text = None
    api_doc: Annotated[ApiDoc, BeforeValidator(as_object)] = Field(ApiDoc(), alias="apiDoc")
    api_version: Text = Field(None, alias="apiVersion")
    product: Text = None
    product_name: Annotated[ProductName, BeforeValidator(as_object)] = Field(ProductName(), alias="productName")
    api_style: Text = Field(None, alias="apiStyle")
    request_id: Text = Field(None, alias="logRequestId")
    http_status: Text = Field(None, alias="httpStatusCode")
    error_code: Text = Field(None, alias="errorCode")
    error_message: Text = Field(None, alias="errorMessage")
    access_denied_detail: Detail = Field(AccessDeniedDetail(), alias="accessDeniedDetail")
    http_method: Text = Field(None, alias="httpMethod")
    request_duration: Text = Field(None, alias="requestDuration")
    sdk_request_time: Text = Field(None, alias="sdkRequestTime")
    gateway_process_time: Text = Field(None, alias="gatewayProcessTime")
    region_id: Text = Field(None, alias="regionId")
    endpoint: Text = None
    throttling_result: Text = Field(None, alias="throttlingResult")


class CallerInfo(Answer):
    """Who called. ``caller_type`` is ``customer`` (main account), ``sub`` (RAM user) or ``AssumedRoleUser``."""

    caller_type: Text = Field(None, alias="callerType")
    caller_ip: Text = Field(None, alias="callerIp")
    master_account_id: Text = Field(None, alias="masterAccountId")
    caller_account_id: Text = Field(None, alias="callerAccountId")
    user_agent: Text = Field(None, alias="userAgent")


class AuthenticationInfo(Answer):
    """How the call was signed."""

    signature_version: Text = Field(None, alias="signatureVersion")
    signature_method: Text = Field(None, alias="signatureMethod")
    authentication_type: Text = Field(None, alias="authenticationType")


class Parameter(Answer):
    """One parameter of the call; its value may be of any JSON type, and of a long one is the start of its text."""

    name: Text = None
    value: Annotated[Any, BeforeValidator(_capped)] = None
    type: Text = None


class Responses(Answer):
    """The body that the caller got, as text, and its format: JSON, XML or HTML."""

    body: Text = Field(None, alias="responseBody")
    format: Text = Field(None, alias="responseBodyFormat")


class RequestLog(Answer):
    """The log of one call: ``logInfo`` of GetOwnRequestLog and GetRequestLog, whose schemas are equal."""

    basic: Annotated[BasicInfo, BeforeValidator(as_object)] = Field(BasicInfo(), alias="basicInfo")
    caller: Annotated[CallerInfo, BeforeValidator(as_object)] = Field(CallerInfo(), alias="callerInfo")
    authentication: Annotated[AuthenticationInfo, BeforeValidator(as_object)] = Field(
        AuthenticationInfo(), alias="authenticationInfo"
    )
    parameters: Annotated[tuple[Parameter, ...], BeforeValidator(as_objects)] = ()
    responses: Annotated[Responses, BeforeValidator(as_object)] = Responses()


class RequestLogAnswer(Answer):
    """The answer of GetOwnRequestLog and of GetRequestLog. ``request_id`` is that of the look-up call itself."""

    request_id: Text = Field(None, alias="requestId")
    log: Annotated[RequestLog | None, BeforeValidator(lambda value: value if isinstance(value, dict) else None)] = Field(
        None, alias="logInfo"
    )


class Solution(Answer):
    r"""One curated solution of GetErrorCodeSolutions; ``content`` is Markdown whose newlines may be written as ``\n``."""

    solution_id: Text = Field(None, alias="solutionId")
    error_code: Text = Field(None, alias="errorCode")
    content: Text = None


class SolutionsAnswer(Answer):
    """The answer of GetErrorCodeSolutions; empty when nobody wrote a solution for the code."""

    request_id: Text = Field(None, alias="requestId")
    solutions: Annotated[tuple[Solution, ...], BeforeValidator(as_objects)] = ()


class AuthPrincipal(Answer):
    """The principal of a decoded denial: ``SubUser``, ``AssumedRoleUser``, ``Federated`` or ``RootUser``."""

    type: Text = Field(None, alias="AuthPrincipalType")
    owner_id: Text = Field(None, alias="AuthPrincipalOwnerId")
    display_name: Text = Field(None, alias="AuthPrincipalDisplayName")


class AuthCondition(Answer):
    """A condition key with the values that were evaluated."""

    key: Text = Field(None, alias="ConditionKey")
    values: Annotated[tuple[str, ...], BeforeValidator(_texts)] = Field((), alias="ConditionValues")


class MatchedPolicy(Answer):
    """A policy that matched the denied call, and where it is attached."""

    effect: Text = Field(None, alias="Effect")
    identifier: Text = Field(None, alias="PolicyIdentifier")
    type: Text = Field(None, alias="PolicyType")
    version: Text = Field(None, alias="PolicyVersion")
    attached_entity_type: Text = Field(None, alias="AttachedEntityType")
    attached_scope: Text = Field(None, alias="AttachedScope")


class DecodedMessage(Answer):
    """``DecodedDiagnosticMessage`` of RAM DecodeDiagnosticMessage."""

    explicit_deny: Truth = Field(None, alias="ExplicitDeny")
    policy_type: Text = Field(None, alias="NoPermissionPolicyType")
    action: Text = Field(None, alias="AuthAction")
    resource: Text = Field(None, alias="AuthResource")
    principal: Annotated[AuthPrincipal, BeforeValidator(as_object)] = Field(AuthPrincipal(), alias="AuthPrincipal")
    conditions: Annotated[tuple[AuthCondition, ...], BeforeValidator(as_objects)] = Field((), alias="AuthConditions")
    matched_policies: Annotated[tuple[MatchedPolicy, ...], BeforeValidator(as_objects)] = Field((), alias="MatchedPolicies")


class DecodedAnswer(Answer):
    """The answer of RAM DecodeDiagnosticMessage."""

    request_id: Text = Field(None, alias="RequestId")
    message: Annotated[DecodedMessage, BeforeValidator(as_object)] = Field(DecodedMessage(), alias="DecodedDiagnosticMessage")
