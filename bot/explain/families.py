"""Which family an error code belongs to, by its dotted segments, without any catalogue.

The families are those of the vendor's own lists of common codes. A code that only looks like a family's
(``Forbidden.InstanceNotFound``, ``OperationDenied.NoStock``, ``SecondLevelDomainForbidden``) is told apart.
"""

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
        *("unauthorised", "statusforbidden", "actionunauthorized", "passroleforbidden", "kmsunauthorized", "notauthorized"),
        *("permissiondenied", "rampermissiondeny", "unauthorizedoperation", "accessforbidden"),
    }
)


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# In the order in which they are tried: a code such as Throttling.Resource or InvalidAccountStatus.NotEnoughBalance holds
# the words of two families, and the narrower meaning counts.
_BEFORE_PERMISSION: Final[tuple[tuple[Family, re.Pattern[str]], ...]] = (
    ("nonce", _any_of("signaturenonce", "nonceused", "duplicatenonce")),
    ("risk", _any_of("riskcontrol")),
    (
        "stock",
        _any_of(
            "nostock",
            "notonsale",
            "soldout",
            "outofstock",
            "insufficientstock",
            "stocknotenough",
            "outofusage",
            "noinstancestock",
        ),
    ),
    (
        "throttling",
        _any_of(
            *(
                "throttl",
                "toomanyrequest",
                "flowcontrol",
                "qpslimit",
                "limitcontrol",
                "requestlimit",
                "ratelimit",
                "toofrequent",
            ),
            "(?:write|read)quotaexceed",
        ),
    ),
)
_AFTER_PERMISSION: Final[tuple[tuple[Family, re.Pattern[str]], ...]] = (
    ("token_mismatch", _any_of(r"idempoten\w{0,12}mismatch", "idempotence?paramnotmatch", r"clienttoken\w{0,20}mismatch")),
    (
        "conflict",
        _any_of(
            *(r"(?:operation|task|concurrent|lock)\.?conflict", r"conflict\.lock", "otheroperation", "concurrentcall"),
            *("processing$", r"^operation\.blocking", "configuring", "modifying$", "lockfailed", "locktimeout"),
        ),
    ),
    ("busy", _any_of("busy", r"isp\.systemerror")),
    ("timeout", _any_of("^(?!.*(?:invalid|missing|illegal|unsupported|quota|denied|idle|drain)).*?timed?out")),
    ("unavailable", _any_of("serviceunavailable", "^unavailable", "temporarilyunavailable")),
    ("internal", _any_of("^internal", "internal(?:server)?(?:error|failure)", "^unknownerror", "systemerror")),
    ("balance", _any_of("balance(?!r)", "arrear", "indebt", "payment", "outofservice", "overdue", "userdisable")),
    ("quota", _any_of("quota", "limitexceed", "exceedlimit", "toomany", "ipnotenough", "exceeded", "amountlimit")),
    ("clock", _any_of("timestamp", "requesttimetooskewed")),
    ("credential", _any_of("accesskey", "signature", "securitytoken", "credential", "authenticationfail", "oidctoken")),
    (
        "state",
        _any_of(
            *(r"incorrect\w{0,40}(?:status|state)", r"^(?!missing|invalidobject).*?(?:status|state)(?:$|\.)"),
            *("notready", "creatingsnapshot", "isstopping"),
        ),
    ),
    (
        "parameter",
        _any_of("^(?:invalid|missing|illegal|unsupported|malformed|incomplete|parameter)", "notsupport", "malformed"),
    ),
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
    early = next((family for family, rule in _BEFORE_PERMISSION if rule.search(lowered)), None)
    if early:
        return early
    if _MISSING_THING.search(lowered) and "accesskey" not in lowered:
        return "not_found"
    if any(part in _PERMISSION for part in segments(code)):
        return "permission"
    return next((family for family, rule in _AFTER_PERMISSION if rule.search(lowered)), None)
