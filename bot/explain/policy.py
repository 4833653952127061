"""The smallest RAM policy that would have allowed a call, or why none is offered."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from bot.explain.explanation import Deny, Parameter
from bot.explain.wording import say
from bot.languages import Language

_ACTION = re.compile(r"(?P<service>[a-z][a-z0-9-]{0,62}):(?P<operation>[A-Za-z][A-Za-z0-9]{0,127})", re.IGNORECASE)
_RESOURCE = re.compile(
    r"acs:(?P<service>[a-z][a-z0-9-]{0,62}):[A-Za-z0-9*-]{0,63}:[0-9*]{0,32}:(?P<what>[^\s\"'<>]{1,900})", re.IGNORECASE
)
_ACCOUNT = re.compile(r"\d{5,32}")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")
_FORM_NAME = re.compile(r"\{(\w+)\}")
_NO_RESOURCES: Final = ("region", "zone", "resourcegroup", "account", "owner", "request")
_WIDE: Final = ("unknown_resource", "partly_filled")
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
    "quickbipublic": ("quickbi", "quickbipublic"),
    "maxcompute": ("odps",),
    "das": ("hdm",),
    "vpcipam": ("vpc",),
    "hitsdb": ("hitsdb", "lindorm"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy to ask for with a remark on it, or the reason why there is none; both in the language asked for.

    ``to_narrow`` says that the draft covers more than the one resource of the call.
    """

    policy: dict[str, Any] | None = None
    note: str | None = None
    no_draft_because: str | None = None
    to_narrow: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is known of a denied call. ``layer`` is one of the names in ``denial.LAYERS``; ``parameters`` are the call's own."""

    layer: str
    deny: Deny
    action: str | None = None
    resource: str | None = None
    account_id: str | None = None
    principal_type: str | None = None
    product: str | None = None
    api: str | None = None
    region_id: str | None = None
    parameters: Sequence[Parameter] = ()


def policy_draft(refusal: Refusal, language: Language) -> Draft:
    """Draft the policy for an implicit deny of an identity policy with a known action, and only then.

    The resource is ``*`` for actions that accept nothing else; else the one that was evaluated; else the action's resource
    type, filled from the call's parameters; else the action's service in the account, since a bare ``*`` grants more than
    anybody asked for.
    """
    found = _ACTION.fullmatch(refusal.action or "")
    reason = _no_draft(refusal) or (None if found else "odd_action")
    if reason or not found:
        return _none(reason or "odd_action", refusal, language)
    resource, key = _resource(refusal, found)
    if resource is None:
        return _none("no_account", refusal, language)
    note = say(f"draft.{key}", language, scope=resource)
    return Draft(
        _policy(found.group(), resource), _joined([*_dependence(refusal, language), note], language), None, key in _WIDE
    )


def _resource(refusal: Refusal, action: re.Match[str]) -> tuple[str | None, str]:
    """The resource to allow, None when not even the account is known, and the remark on it."""
    forms = _resources().get(action.group().lower(), ())
    if forms == ("*",):
        return "*", "only_all"
    if refusal.resource and _RESOURCE.fullmatch(refusal.resource):
        return refusal.resource, "known"
    account = _ACCOUNT.fullmatch(refusal.account_id or "")
    if not account:
        return None, ""
    given = {_flat(each.name.rpartition(".")[2]): each.value for each in refusal.parameters if _PLAIN.fullmatch(each.value)}
    region = refusal.region_id if _PLAIN.fullmatch(refusal.region_id or "") else None
    if len(forms) == 1:
        whole, filled = _filled(forms[0], given, account.group(), region or "*")
        return filled, "filled" if whole else "partly_filled"
    service = action.group("service").lower()
    named = _named_by_the_call(action.group("operation").lower(), given)
    if named and not forms:
        return f"acs:{service}:*:{account.group()}:{named}", "by_parameter"
    return f"acs:{service}:*:{account.group()}:*", "unknown_resource"


def _filled(form: str, given: Mapping[str, str], account: str, region: str) -> tuple[bool, str]:
    """An ARN's form with the call's own values, ``*`` for those that are not known, and whether all were."""
    known = {"account": account, "region": region}
    left = 0

    def value(found: re.Match[str]) -> str:
        nonlocal left
        name = found[1]
        told = known.get(name) or given.get(_flat(name)) or given.get(_flat(name).removesuffix("name"))
        left += told is None
        return told or "*"

    filled = _FORM_NAME.sub(value, form)
    return not left and not form.endswith("*"), filled


def _named_by_the_call(operation: str, given: Mapping[str, str]) -> str | None:
    """Type and id of the resource that an operation names and a parameter identifies: StopInstance with an InstanceId."""
    for name, value in given.items():
        noun = name.removesuffix("id")
        if noun not in ("", name, *_NO_RESOURCES) and noun in operation:
            return f"{noun}/{value}"
    return None


@cache
def _resources() -> dict[str, tuple[str, ...]]:
    """The documented forms of resources by action, in lower case; an action that is not listed is unknown."""
    tables = tomllib.loads(resources.files("bot.explain").joinpath("actions.toml").read_text("utf-8"))["resource"]
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for service, operations in table["actions"].items():
            for operation in operations.split():
                action = f"{service}:{operation}".lower()
                found[action] = (*found.get(action, ()), table["arn"])
    return found


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
