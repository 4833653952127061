"""STS 2015-04-01: who a credential is, and sessions of the two roles. AssumeRoleWithOIDC is not served."""

import base64
import fnmatch
import json
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NoReturn

from bot.playground.alibaba.gate import Credential, Gate
from bot.playground.alibaba.operations import Call, Operation
from bot.playground.alibaba.people import ACCOUNT_ID, ASSUME_ROLE, ROLES, Caller, Role
from bot.playground.alibaba.requestlogs import RequestLogs, StoredLog, moment
from bot.playground.alibaba.wire import ApiError, JsonObject

VERSION: Final = "2015-04-01"
POLICY_LENGTH: Final = 2048
DURATIONS: Final = range(900, 3601)
_ARN: Final = re.compile(r"acs:ram::\d+:role/[\w.-]{1,64}", re.ASCII)
_FORMS: Final = {
    "RoleSessionName": re.compile(r"[A-Za-z0-9.@_-]{2,64}"),
    "ExternalId": re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII),
    "SourceIdentity": re.compile(r"(?!acs:|aliyun:|alibabacloud:)[\w+=,.@-]{2,64}", re.ASCII),
    "DurationSeconds": re.compile(r"\d{1,6}", re.ASCII),
}


@dataclass(slots=True)
class SecurityTokenService:
    """The product's operations: sessions go to the gate, the log of GetCallerIdentity to the logs."""

    gate: Gate
    logs: RequestLogs

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "AssumeRole": Operation("Sts", VERSION, self.assume_role),
            "GetCallerIdentity": Operation("Sts", VERSION, self.caller_identity),
        }

    def assume_role(self, call: Call) -> JsonObject:
        """A session of a role. Raises ApiError for a bad parameter, an unknown role, and for whom the role does not trust."""
        _check_forms(call)
        role = _role(call.query("RoleArn"))
        allowed = _allowed(call.query("Policy"), role.permissions)
        if not _trusted(call, role):
            text = "You are not authorized to do this action. You should be authorized by RAM."
            raise ApiError(403, "NoPermission", text)
        name = call.query("RoleSessionName")
        session = Caller(f"{role.name}:{name}", call.caller.user_id, allowed, role.name, role.role_id, name)
        until = call.at + timedelta(seconds=int(call.query("DurationSeconds") or DURATIONS[-1]))
        key, secret = f"STS.{secrets.token_hex(12)}", secrets.token_urlsafe(32)
        token = "CAIS" + base64.b64encode(secrets.token_bytes(301)).decode()
        self.gate.issue(key, Credential(session, secret, token, until))
        answer: JsonObject = {
            "RequestId": call.request_id,
            "AssumedRoleUser": {"AssumedRoleId": session.caller_id, "Arn": f"{role.arn}/{name}"},
            "Credentials": {
                "AccessKeyId": key,
                "AccessKeySecret": secret,
                "SecurityToken": token,
                "Expiration": moment(until),
            },
        }
        return answer | ({"SourceIdentity": identity} if (identity := call.query("SourceIdentity")) else {})

    def caller_identity(self, call: Call) -> JsonObject:
        """Who signed the call. The call itself becomes a log that can be looked up."""
        answer = _identity(call)
        self.logs.add(StoredLog(call.request_id, call.caller, _log(call, answer), call.at))
        return answer


def _check_forms(call: Call) -> None:
    for name, form in _FORMS.items():
        value = call.query(name)
        wrong = bool(value) and not form.fullmatch(value)
        if wrong or (name == "RoleSessionName" and not value):
            _refuse(name)
    duration = call.query("DurationSeconds")
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
    may = ASSUME_ROLE in call.caller.permissions and call.caller.name in role.trusts
    return may and (role.external_id is None or call.query("ExternalId") == role.external_id)


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
    who: JsonObject = {"AccountId": ACCOUNT_ID, "PrincipalId": caller.caller_id, "RequestId": call.request_id}
    if caller.role:
        arn = f"acs:ram::{ACCOUNT_ID}:assumed-role/{caller.role}/{caller.session}"
        return who | {"IdentityType": "AssumedRoleUser", "RoleId": caller.role_id, "Arn": arn}
    arn = f"acs:ram::{ACCOUNT_ID}:user/{caller.name}"
    return who | {"IdentityType": "RAMUser", "UserId": caller.user_id, "Arn": arn}


def _log(call: Call, answer: JsonObject) -> JsonObject:
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
        "masterAccountId": ACCOUNT_ID,
        "callerAccountId": call.caller.caller_id,
        "userAgent": request.header("user-agent"),
    }
    return {
        "basicInfo": basic,
        "callerInfo": caller,
        "authenticationInfo": {"signatureVersion": "3.0", "signatureMethod": "HMAC-SHA256", "authenticationType": "AK"},
        "parameters": [],
        "responses": {"responseBody": json.dumps(answer), "responseBodyFormat": "JSON"},
    }
