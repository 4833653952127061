"""STS 2015-04-01: who a credential is, and sessions of the roles, entered with a key or with an OIDC token."""

import base64
import fnmatch
import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, NoReturn

from bot.playground.alibaba.gate import Credential, Gate
from bot.playground.alibaba.identity_provider import CLIENT_ID, PROVIDER_ARN, SUBJECT, IdentityProvider
from bot.playground.alibaba.operations import Call, Operation
from bot.playground.alibaba.people import ASSUME_ROLE, ROLES, WORKLOAD, Caller, Role
from bot.playground.alibaba.requestlogs import RequestLogs, StoredLog, moment
from bot.playground.alibaba.wire import ApiError, JsonObject

RoleForm = Literal["role:session", "role", "session"]

VERSION: Final = "2015-04-01"
POLICY_LENGTH: Final = 2048
DURATIONS: Final = range(900, 43_201)
DEFAULT_DURATION_S: Final = 3600
_ARN: Final = re.compile(r"acs:ram::\d+:role/[\w.-]{1,64}", re.ASCII)
_FORMS: Final = {
    "RoleSessionName": re.compile(r"[A-Za-z0-9.@_-]{2,64}"),
    "ExternalId": re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII),
    "SourceIdentity": re.compile(r"(?!acs:|aliyun:|alibabacloud:)[\w+=,.@-]{2,64}", re.ASCII),
    "DurationSeconds": re.compile(r"\d{1,6}", re.ASCII),
}


@dataclass(slots=True)
class SecurityTokenService:
    """The product's operations: sessions go to the gate, the log of GetCallerIdentity to the logs.

    ``source_identity`` says whether roles let their sessions have one, ``role_form`` how a log names a role session, and
    ``log_delay_s`` after how many seconds a log can be seen: nobody published any of them.
    """

    gate: Gate
    logs: RequestLogs
    provider: IdentityProvider
    source_identity: Literal["allow", "deny"] = "allow"
    role_form: RoleForm = "role:session"
    log_delay_s: float = 0

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "AssumeRole": Operation("Sts", VERSION, self.assume_role),
            "AssumeRoleWithOIDC": Operation("Sts", VERSION, self.assume_role_with_oidc, unsigned=True),
            "GetCallerIdentity": Operation("Sts", VERSION, self.caller_identity),
        }

    def assume_role(self, call: Call) -> JsonObject:
        """A session of a role. Raises ApiError for a bad parameter, an unknown role, and for whom the role does not trust."""
        _check_forms(call)
        role = _role(call.given("RoleArn"))
        allowed = _allowed(call.given("Policy"), role.permissions)
        identity = call.given("SourceIdentity")
        if not _trusted(call, role) or (identity and self.source_identity == "deny"):
            raise _not_authorized()
        return self._session(call, role, allowed) | ({"SourceIdentity": identity} if identity else {})

    def assume_role_with_oidc(self, call: Call) -> JsonObject:
        """The same for who brings a token of the provider that the workload's role trusts."""
        _check_forms(call)
        role = _role(call.given("RoleArn"))
        if call.given("OIDCProviderArn") != PROVIDER_ARN:
            raise ApiError(404, "EntityNotExist.OIDCProvider", "The OIDC provider does not exist.")
        allowed = _allowed(call.given("Policy"), role.permissions)
        claims = self.provider.read(call.given("OIDCToken"), call.at)
        if role != WORKLOAD or claims.get("sub") != SUBJECT:
            raise ApiError(403, "AuthenticationFail.NoPermission", "This operation is forbidden by the role's trust policy.")
        info = {"Subject": claims["sub"], "Issuer": claims["iss"], "ClientIds": CLIENT_ID, "VerificationInfo": "Success"}
        times = {"IssuanceTime": claims["iat"], "ExpirationTime": claims["exp"]}
        written = {name: moment(datetime.fromtimestamp(at, UTC)) for name, at in times.items()}
        return self._session(call, role, allowed) | {"OIDCTokenInfo": info | written}

    def _session(self, call: Call, role: Role, allowed: frozenset[str]) -> JsonObject:
        duration = int(call.given("DurationSeconds") or DEFAULT_DURATION_S)
        if duration > role.longest_s:
            _refuse("DurationSeconds")
        name = call.given("RoleSessionName")
        return {
            "RequestId": call.request_id,
            "AssumedRoleUser": {"AssumedRoleId": f"{role.role_id}:{name}", "Arn": f"{role.arn}/{name}"},
            "Credentials": self.issue(
                role, name, timedelta(seconds=duration), call.at, allowed=allowed, user_id=call.caller.user_id
            ),
        }

    def issue(
        self,
        role: Role,
        name: str,
        lives: timedelta,
        at: datetime,
        *,
        allowed: frozenset[str] | None = None,
        user_id: str = "",
    ) -> JsonObject:
        """A credential of a role session, which the gate lets in from now on."""
        permissions = role.permissions if allowed is None else allowed
        session = Caller(f"{role.name}:{name}", user_id, permissions, role.name, role.role_id, name, role.account_id)
        until = at + lives
        key, secret = f"STS.{secrets.token_hex(12)}", secrets.token_urlsafe(32)
        token = "CAIS" + base64.b64encode(secrets.token_bytes(301)).decode()
        self.gate.issue(key, Credential(session, secret, token, until))
        return {"AccessKeyId": key, "AccessKeySecret": secret, "SecurityToken": token, "Expiration": moment(until)}

    def caller_identity(self, call: Call) -> JsonObject:
        """Who signed the call. The call itself becomes a log that can be looked up."""
        answer = _identity(call)
        seen_from = call.at + timedelta(seconds=self.log_delay_s)
        self.logs.add(StoredLog(call.request_id, call.caller, _log(call, answer, self.role_form), seen_from))
        return answer


def _check_forms(call: Call) -> None:
    for name, form in _FORMS.items():
        value = call.given(name)
        wrong = bool(value) and not form.fullmatch(value)
        if wrong or (name == "RoleSessionName" and not value):
            _refuse(name)
    duration = call.given("DurationSeconds")
    if duration and int(duration) not in DURATIONS:
        _refuse("DurationSeconds")


def _role(arn: str) -> Role:
    if not _ARN.fullmatch(arn):
        _refuse("RoleArn")
    for role in ROLES:
        if role.arn == arn:
            return role
    raise ApiError(404, "EntityNotExist.Role", "The role does not exist.")


def _trusted(call: Call, role: Role) -> bool:
    may = ASSUME_ROLE in call.caller.permissions and (call.caller.role or call.caller.name) in role.trusts
    return may and (role.external_id is None or call.given("ExternalId") == role.external_id)


def _allowed(policy: str, permissions: frozenset[str]) -> frozenset[str]:
    """What the session policy leaves of the role's permissions; all of them when there is no policy."""
    if not policy:
        return permissions
    if len(policy) > POLICY_LENGTH:
        _refuse("PolicySize")
    try:
        statements = [(item["Effect"], _actions(item)) for item in json.loads(policy)["Statement"]]
    except (ValueError, TypeError, KeyError):
        _refuse("PolicyGrammar")
    return frozenset(
        permission
        for permission in permissions
        if _has(statements, "Allow", permission) and not _has(statements, "Deny", permission)
    )


def _actions(statement: dict[str, Any]) -> list[str]:
    action = statement["Action"]
    return [action] if isinstance(action, str) else [str(item) for item in action]


def _has(statements: list[tuple[str, list[str]]], effect: str, permission: str) -> bool:
    patterns = [pattern for found, actions in statements if found == effect for pattern in actions]
    return any(fnmatch.fnmatchcase(permission.lower(), pattern.lower()) for pattern in patterns)


def _refuse(name: str) -> NoReturn:
    raise ApiError(400, f"InvalidParameter.{name}", f"The parameter {name} is wrongly formed.")


def _identity(call: Call) -> JsonObject:
    caller = call.caller
    who: JsonObject = {"AccountId": caller.account_id, "PrincipalId": caller.caller_id, "RequestId": call.request_id}
    if caller.role:
        arn = f"acs:ram::{caller.account_id}:assumed-role/{caller.role}/{caller.session}"
        return who | {"IdentityType": "AssumedRoleUser", "RoleId": caller.role_id, "Arn": arn}
    arn = f"acs:ram::{caller.account_id}:user/{caller.name}"
    return who | {"IdentityType": "RAMUser", "UserId": caller.user_id, "Arn": arn}


def _written(caller: Caller, role_form: RoleForm) -> str:
    if not caller.role or role_form == "role:session":
        return caller.caller_id
    return str(caller.role_id if role_form == "role" else caller.session)


def _not_authorized() -> ApiError:
    return ApiError(403, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM.")


def _log(call: Call, answer: JsonObject, role_form: RoleForm) -> JsonObject:
    request = call.request
    basic = {
        "api": "GetCallerIdentity",
        "apiDoc": {
            "aliyunSite": "https://api.aliyun.com/document/Sts/2015-04-01/GetCallerIdentity",
            "alibabacloudSite": "https://api.alibabacloud.com/document/Sts/2015-04-01/GetCallerIdentity",
        },
        "apiVersion": VERSION,
        "product": "Sts",
        "productName": {"cnName": "访问令牌", "enName": "Security Token Service"},
        "apiStyle": "rpc",
        "logRequestId": call.request_id,
        "httpStatusCode": "200",
        "httpMethod": request.method,
        "requestDuration": "9",
        "sdkRequestTime": request.header("x-acs-date"),
        "gatewayProcessTime": moment(call.at),
        "regionId": "cn-hangzhou",
        "endpoint": request.header("host"),
        "throttlingResult": "FC.PASS",
    }
    caller = {
        "callerType": call.caller.caller_type,
        "callerIp": request.client_ip,
        "masterAccountId": call.caller.account_id,
        "callerAccountId": _written(call.caller, role_form),
        "userAgent": request.header("user-agent"),
    }
    return {
        "basicInfo": basic,
        "callerInfo": caller,
        "authenticationInfo": {"signatureVersion": "3.0", "signatureMethod": "HMAC-SHA256", "authenticationType": "AK"},
        "parameters": [],
        "responses": {"responseBody": json.dumps(answer), "responseBodyFormat": "JSON"},
    }
