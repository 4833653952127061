"""The smallest RAM policy that would have allowed a call, or why none is offered."""

import re
from dataclasses import dataclass
from typing import Any, Final

from bot.explain.explanation import Deny
from bot.explain.wording import say
from bot.languages import Language

_ACTION = re.compile(r"(?P<service>[a-z][a-z0-9-]{0,62}):(?P<operation>[A-Za-z][A-Za-z0-9]{0,127})", re.IGNORECASE)
_RESOURCE = re.compile(
    r"acs:(?P<service>[a-z][a-z0-9-]{0,62}):[A-Za-z0-9*-]{0,63}:[0-9*]{0,32}:(?P<what>[^\s\"'<>]{1,900})", re.IGNORECASE
)
_ACCOUNT = re.compile(r"\d{5,32}")
_WORD_SEPARATORS = re.compile(r"[^a-z0-9]+")

# RAM services whose name is not the product code, by product code, from the products' authorization pages.
_SERVICES: Final[dict[str, tuple[str, ...]]] = {
    "sls": ("log",),
    "sas": ("yundunsas", "yundunaegis"),
    "cloudsiem": ("yundunsas", "yunduncloudsiem"),
    "aegis": ("yundunaegis", "yundunsas"),
    "cas": ("yunduncert",),
    "wafopenapi": ("yundunwaf",),
    "ddoscoo": ("yundunddoscoo",),
    "ddosbasic": ("yundunddos",),
    "cloudfw": ("yunduncloudfirewall",),
    "cloudfirewall": ("yunduncloudfirewall",),
    "rkvstore": ("kvstore",),
    "bssopenapi": ("bss", "bssapi"),
    "dysmsapi": ("dysms",),
    "dyvmsapi": ("dyvms",),
    "dmsenterprise": ("dms",),
    "ons": ("mq",),
    "rocketmq": ("mq", "rocketmq"),
    "mnsopen": ("mns",),
    "vpcpeer": ("vpc",),
    "sts": ("ram", "sts"),
    "ims": ("ram", "ims"),
    "adb": ("adb", "adbmysql"),
    "gpdb": ("gpdb", "adbpg"),
    "eipanycast": ("vpc", "eipanycast"),
    "pvtz": ("pvtz", "privatezone"),
    "fcopen": ("fc",),
    "domain": ("domain",),
    "resourcemanager": ("ram", "resourcemanager"),
    "quickbipublic": ("quickbi",),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy to ask for with a remark on it, or the reason why there is none; both in the language asked for."""

    policy: dict[str, Any] | None = None
    note: str | None = None
    no_draft_because: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is known of a denied call. ``layer`` is one of the names in ``denial.LAYERS``."""

    layer: str
    deny: Deny
    action: str | None = None
    resource: str | None = None
    account_id: str | None = None
    principal_type: str | None = None
    product: str | None = None
    api: str | None = None


def policy_draft(refusal: Refusal, language: Language) -> Draft:
    """Draft the policy for an implicit deny of an identity policy with a known action, and only then.

    With an unknown resource the draft is scoped to the action's service in the account, since a bare ``*`` grants more
    than anybody asked for.
    """
    found = _ACTION.fullmatch(refusal.action or "")
    reason = _no_draft(refusal) or (None if found else "odd_action")
    if reason or not found:
        return _none(reason or "odd_action", refusal, language)
    beside = _dependence(refusal, language)
    if refusal.resource and _RESOURCE.fullmatch(refusal.resource):
        return Draft(_policy(found.group(), refusal.resource), _joined([*beside, say("draft.known", language)], language))
    account = _ACCOUNT.fullmatch(refusal.account_id or "")
    if not account:
        return _none("no_account", refusal, language)
    scope = f"acs:{found.group('service').lower()}:*:{account.group()}:*"
    note = _joined([*beside, say("draft.unknown_resource", language, scope=scope)], language)
    return Draft(_policy(found.group(), scope), note)


def is_dependent(action: str | None, product: str | None, api: str | None) -> bool:
    """Whether an API was denied an action of another service: RunInstances of ECS needs some of VPC, KMS or RAM as well."""
    found = _ACTION.fullmatch(action or "")
    return bool(found and product and not _fits(found, product, api))


def _dependence(refusal: Refusal, language: Language) -> list[str]:
    if not is_dependent(refusal.action, refusal.product, refusal.api):
        return []
    call = " ".join(filter(None, (refusal.product, refusal.api)))
    return [say("draft.dependent", language, call=call, action=refusal.action)]


def _joined(sentences: list[str], language: Language) -> str:
    return say("glue.sentences", language).join(sentences)


def _none(reason: str, refusal: Refusal, language: Language) -> Draft:
    return Draft(no_draft_because=say(f"no_draft.{reason}", language, action=refusal.action or ""))


def _no_draft(refusal: Refusal) -> str | None:
    if refusal.layer not in ("account", "resource_group"):
        return refusal.layer
    if refusal.deny != "implicit":
        return f"deny_{refusal.deny}"
    if refusal.principal_type == "RootUser":
        return "main_account"
    return None if refusal.action else "no_action"


def _fits(action: re.Match[str], product: str, api: str | None) -> bool:
    """Whether the action is the API's own: same operation, or same service."""
    if api and action.group("operation").lower() == api.lower():
        return True
    service, code = _flat(action.group("service")), _flat(product)
    return service in (code, *_SERVICES.get(code, ())) or code in (f"{service}openapi", f"{service}api", f"{service}open")


def _flat(name: str) -> str:
    return _WORD_SEPARATORS.sub("", name.lower())


def _policy(action: str, resource: str) -> dict[str, Any]:
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}
