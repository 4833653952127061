"""What ActionTrail can be asked around a call: who touched its resource, who else calls its API, what changed in the policies.

A pure reading of the explanation. The RAM events are those of "Auditable events of RAM", the control policies' those of the
API reference of Resource Management.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.aliyun.trail import TrailKey
from bot.explain.denial import Layer, layer_of
from bot.explain.explanation import Explanation
from bot.explain.meanings import family_of, said_by_message

Asked = Literal["touched", "callers", "changed"]

BEFORE: Final[dict[Asked, timedelta]] = {
    "touched": timedelta(hours=1),
    "callers": timedelta(seconds=30),
    "changed": timedelta(days=1),
}
#: What an error can mean where somebody else's hand is likely: its state, a conflict, its absence.
_OF_OTHERS: Final = frozenset(
    {"state", "state_settled", "progress", "clash", "in_use", "exists", "not_found", "mismatch", "deletion_protection", "busy"}
)
_POLICY: Final = ("SetDefaultPolicyVersion", "CreatePolicyVersion", "DeletePolicy")
_USER: Final = ("DetachPolicyFromUser", "AttachPolicyToUser", "RemoveUserFromGroup", "AddUserToGroup")
_GROUP: Final = ("DetachPolicyFromGroup", "AttachPolicyToGroup")
_ROLE: Final = ("DetachPolicyFromRole", "AttachPolicyToRole", "UpdateRole")
_IN_RESOURCE_GROUP: Final = ("DetachPolicy", "AttachPolicy", "RemoveUserFromGroup", "AddUserToGroup")
_CONTROL: Final = (
    "AttachControlPolicy",
    "UpdateControlPolicy",
    "DetachControlPolicy",
    "DeleteControlPolicy",
    "EnableControlPolicy",
)

#: The parameters of such a change, in the order in which people read them; the first ones name who is touched.
_PRINCIPALS: Final = ("UserName", "UserPrincipalName", "RoleName", "PrincipalName")
WHAT: Final = ("PolicyName", "PolicyId", "VersionId", *_PRINCIPALS, "GroupName", "TargetId")

_ID: Final = r"[a-z][a-z0-9]{0,11}-(?=[a-z]*\d)[a-z0-9]{6,40}"
_IN_TEXT: Final = re.compile(rf"(?<![A-Za-z0-9._-]){_ID}(?![A-Za-z0-9*._-])")
_NAME: Final = re.compile(r"[A-Za-z0-9][\w.@-]{1,126}")
_NOUN: Final = re.compile(r"(?:^|\.)(\w+?)(?:Ids?|Names?)(?:\.\d+)?$")
_NO_RESOURCES: Final = frozenset({"region", "zone", "resourcegroup", "account", "owner", "request"})


@dataclass(frozen=True, slots=True)
class Around:
    """A question to ActionTrail: events that have one of ``values`` as their ``key``, from ``start`` to ``end``.

    ``subject`` is what it is about, as people know it: a resource's id, an API, a principal. ``layer`` is that of a denial.
    """

    asked: Asked
    key: TrailKey
    values: tuple[str, ...]
    subject: str
    start: datetime
    end: datetime
    layer: Layer = "unknown"


def around(said: Explanation) -> Around | None:
    """What can be asked around a call; None where nothing would help, or no time or account is known."""
    when = said.call.received_at or said.call.sent_at
    if when is None or said.call.account_id is None:
        return None
    if said.kind == "throttled":
        half = BEFORE["callers"]
        return Around("callers", "EventName", (said.api,), said.api, when - half, when + half) if said.api else None
    if said.kind == "denied":
        return _changed(said, when)
    return _touched(resource_of(said), when) if _of_others(said) else None


def _touched(resource: str | None, when: datetime) -> Around | None:
    if resource is None:
        return None
    return Around("touched", "ResourceName", (resource,), resource, when - BEFORE["touched"], when)


def _changed(said: Explanation, when: datetime) -> Around | None:
    denial = said.denial
    layer = layer_of(denial.policy_type) if denial else "unknown"
    if denial is None or layer == "session":  # whoever entered the role gave it, and no event tells of that
        return None
    if layer == "resource":
        return _touched((denial.resource or "").rpartition(":")[2].partition("/")[0] or None, when)
    role = denial.principal_type == "AssumedRoleUser"
    of_identity = (*_ROLE, *_POLICY) if role else (*_USER, *_GROUP, *_POLICY)
    names = {"control": _CONTROL, "trust": ("UpdateRole",), "resource_group": (*_IN_RESOURCE_GROUP, *_POLICY)}.get(
        layer, of_identity
    )
    subject = denial.principal or said.call.caller_id or ""
    return Around("changed", "EventName", names, subject, when - BEFORE["changed"], when, layer)


def _of_others(said: Explanation) -> bool:
    if said.kind not in ("failed", "succeeded_but"):
        return False
    family = family_of(said.error_code) or said_by_message(said.error_message)
    return family is not None and family.id in _OF_OTHERS


def touches(parameters: Mapping[str, str], name: str | None, policies: Collection[str]) -> bool | None:
    """Whether a policy change touches a principal: one that names it or one of its policies does, one that names another not.

    ``name`` is the principal's, where it is known. None for a group's or a policy's change, for no event tells its members. A
    new version that does not become the default one touches nobody.
    """
    if parameters.get("SetAsDefault", "true").lower() != "true":
        return False
    who = next((parameters[each] for each in _PRINCIPALS if each in parameters), None)
    if who is not None:
        return None if name is None else who.partition("@")[0].casefold() == name.casefold()
    return True if parameters.get("PolicyName", parameters.get("PolicyId")) in policies else None


def resource_of(said: Explanation) -> str | None:
    """The id of the resource that an error is about: the one that its message names, else the parameter that its code names.

    Of several parameters with an id the one whose noun stands in the code, the message or the API's name goes first.
    """
    found = _IN_TEXT.search(said.error_message or "")
    if found:
        return found.group()
    told = [_flat(text or "") for text in (said.error_code, said.error_message, said.api)]
    best: tuple[int, str] | None = None
    for parameter in said.call.parameters:
        noun = _NOUN.search(parameter.name)
        named = _flat(noun[1]) if noun else ""
        if not noun or named in _NO_RESOURCES:
            continue
        rank = next((rank for rank, text in enumerate(told) if named.removeprefix("db") in text), len(told))
        found = _IN_TEXT.search(parameter.value)
        value = found.group() if found else parameter.value if rank == 0 and _NAME.fullmatch(parameter.value) else None
        if value and (best is None or rank < best[0]):
            best = (rank, value)
    return best[1] if best else None


def _flat(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
