"""Which family an error code belongs to, by its dotted segments, without any catalogue.

The families are those of the vendor's own lists of common codes. A code that only looks like a family's
(``Forbidden.InstanceNotFound``, ``OperationDenied.NoStock``, ``SecondLevelDomainForbidden``) is told apart.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Family = Literal[
    "nonce", "risk", "stock", "throttling", "not_found", "permission", "credential", "clock", "token_mismatch", "conflict",
    "state", "busy", "timeout", "internal", "unavailable", "quota", "balance", "parameter",
]  # fmt: skip

_SEPARATORS = re.compile(r"[_\s-]+")
_PERMISSION: Final = frozenset(
    {
        *("forbidden", "forbedden", "forbbiden", "nopermission", "nopermissions", "accessdenied", "noauth", "unauthorized"),
        *("unauthorised", "statusforbidden", "actionunauthorized", "regionunauthorized", "passroleforbidden", "notauthorized"),
        *(
            "kmsunauthorized",
            "permissiondenied",
            "rampermissiondeny",
            "unauthorizedoperation",
            "accessforbidden",
            "noauthorized",
        ),
    }
)
_RULES: Final[tuple[tuple[Family, re.Pattern[str]], ...]] = (
    ("nonce", re.compile(r"signaturenonce|nonceused|duplicatenonce")),
    ("risk", re.compile(r"riskcontrol")),
    ("stock", re.compile(r"nostock|notonsale|soldout|outofstock|insufficientstock|throttling\.resource|stocknotenough")),
    (
        "throttling",
        re.compile(
            r"throttl|toomanyrequests|flowcontrol|qpslimit|limitcontrol|requestlimit|^(?:write|read)quotaexceed|ratelimit|toofrequent"
        ),
    ),
    ("token_mismatch", re.compile(r"idempoten\w{0,12}mismatch|idempotence?paramnotmatch|clienttoken\w{0,20}mismatch")),
    (
        "conflict",
        re.compile(
            r"idempoten\w{0,4}processing|last(?:token|order)processing|(?:operation|task|concurrent)\.?conflict|otheroperation|processing$|concurrentcall|^operation\.blocking|orderprocessing|isconfiguring"
        ),
    ),
    ("busy", re.compile(r"busy|isp\.systemerror")),
    ("timeout", re.compile(r"^(?!invalid|missing|illegal|unsupported).*?timed?out")),
    ("unavailable", re.compile(r"serviceunavailable|^unavailable|temporarilyunavailable")),
    ("internal", re.compile(r"internal\.?(?:server)?\.?(?:error|failure)|^unknownerror|systemerror|^internal")),
    ("balance", re.compile(r"balance|arrear|indebt|payment|outofservice|overdue|userdisable")),
    ("quota", re.compile(r"quota|limitexceed|exceedlimit|toomany|overquota|ipnotenough|exceeded|amountlimit")),
    ("clock", re.compile(r"timestamp|requesttimetooskewed")),
    ("credential", re.compile(r"accesskey|signature|securitytoken|credential|authenticationfail|oidctoken")),
    (
        "state",
        re.compile(
            r"incorrect\w{0,40}(?:status|state)|(?<!object)(?:status|state)(?:$|\.)|notready|creatingsnapshot|isstopping|operationdenied\.\w{0,40}(?:status|state)"
        ),
    ),
    ("parameter", re.compile(r"^(?:invalid|missing|illegal|unsupported|malformed|incomplete|parameter)|notsupport|malformed")),
)
_MISSING_THING = re.compile(r"notfound|notexist|nosuch")


def segments(code: str) -> list[str]:
    """The parts of a code between its dots, lower-case and without underscores: ``isp.RAM_PERMISSION_DENY`` has two."""
    return [_SEPARATORS.sub("", part) for part in code.lower().split(".")]


def is_permission_code(code: str | None) -> bool:
    """Whether a code means that a caller may not do this: by whole segments, and not when the thing is missing or sold out."""
    if not code or family_of(code) in ("not_found", "stock"):
        return False
    return any(part in _PERMISSION for part in segments(code))


def is_throttling_code(code: str | None) -> bool:
    """Whether a code means that a rate limit stopped the call; ``Throttling.Resource`` is a matter of stock."""
    return code is not None and family_of(code) == "throttling"


def family_of(code: str) -> Family | None:
    """The family of a code, or None for one of which nothing can be told by its look."""
    lowered = _SEPARATORS.sub("", code.lower()[:160])
    early = next((family for family, rule in _RULES[:4] if rule.search(lowered)), None)
    if early:
        return early
    if _MISSING_THING.search(lowered) and not re.search(r"accesskey", lowered):
        return "not_found"
    if any(part in _PERMISSION for part in segments(code)):
        return "permission"
    return next((family for family, rule in _RULES[4:] if rule.search(lowered)), None)
