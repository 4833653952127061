"""Who was denied what, by which policy layer and how, who can change that, and with which RAM policy."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from bot.aliyun.models import AuthPrincipal, DecodedMessage, MatchedPolicy
from bot.explain.explanation import Denial, Deny, Matched, Parameter, Principal, WhoCanFix
from bot.explain.facts import Facts, shown_decoded
from bot.explain.wording import account_words, has_words, joined, principal_type, principal_words, say
from bot.languages import Language

Layer = Literal["account", "resource_group", "trust", "session", "control", "resource", "other", "unknown"]

_LAYERS: Final[dict[str, Layer]] = {
    "accountlevelidentitybasedpolicy": "account",
    "identitybasedpolicy": "account",
    "resourcegrouplevelidentitybasedpolicy": "resource_group",
    "assumerolepolicy": "trust",
    "sessionpolicy": "session",
    "controlpolicy": "control",
}
_OF_RESOURCES = re.compile(
    "(?:resource|resourcebased|resourcelevel|bucket|project|key|secret|accesspoint|repository|instance)policy"
)
_WHO_CAN_FIX: Final[dict[Layer, WhoCanFix]] = {
    "account": "ram_admin",
    "resource_group": "ram_admin",
    "trust": "role_owner",
    "session": "session_issuer",
    "control": "resource_directory_admin",
    "resource": "resource_owner",
    "other": "unknown",
    "unknown": "unknown",
}
_ACTION = re.compile(r"(?P<service>[a-z][a-z0-9-]{0,62}):(?P<operation>[A-Za-z][A-Za-z0-9]{0,127})", re.IGNORECASE)
_RESOURCE = re.compile(
    r"acs:(?P<service>[a-z][a-z0-9-]{0,62}):[A-Za-z0-9*-]{0,63}:[0-9*]{0,32}:(?P<what>[^\s\"'<>]{1,900})", re.IGNORECASE
)
_ACCOUNT = re.compile(r"\d{5,32}")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")
_FORM_NAME = re.compile(r"\{(\w+)\}")
_NO_RESOURCES: Final = ("region", "zone", "resourcegroup", "account", "owner", "request")
_WHOLE: Final = "acs:{service}:*:{account}:*"
_WIDE: Final = ("unknown_resource", "partly_filled")
_WORD_SEPARATORS = re.compile(r"[^a-z0-9]+")


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
    """What is known of a denied call. ``layer`` is one of the names in ``LAYERS``; ``parameters`` are the call's own."""

    layer: Layer
    deny: Deny
    action: str | None = None
    resource: str | None = None
    account_id: str | None = None
    principal_type: str | None = None
    product: str | None = None
    api: str | None = None
    region_id: str | None = None
    parameters: Sequence[Parameter] = ()


def layer_of(policy_type: str | None) -> Layer:
    """The policy layer of a policy type; ``other`` for a type that nobody documented, ``unknown`` for none."""
    known = (policy_type or "").lower()
    return _LAYERS.get(known) or ("unknown" if not known else "resource" if _OF_RESOURCES.fullmatch(known) else "other")


def denial(
    facts: Facts,
    decoded: DecodedMessage | None,
    decode_note: str | None,
    language: Language,
    own: frozenset[Principal] = frozenset(),
) -> Denial:
    """The denial of a call from the log's detail, joined with RAM's own record of it where that was decoded.

    Where neither names the principal it is the caller, whom the log does name.
    """
    told = shown_decoded(decoded) if decoded else None
    detail, message = facts.detail, facts.refused
    policy_type = _policy_type(detail.policy_type, told)
    layer, deny = layer_of(policy_type), _deny(detail.no_permission_type, told)
    action = detail.action or (told.action if told else None) or message.action
    kind, name, account_id = _principal(facts, told)
    resource = (told.resource if told else None) or message.resource
    if action is None and facts.api and (resource or "").startswith("acs:kms:"):
        action = f"kms:{facts.api}"  # KMS names the key alone, and its actions are its operations
    account = account_id if (account_id or "").isdigit() else facts.account_id or message.account_id
    refusal = Refusal(
        *(layer, deny, action, resource, account, kind, facts.product, facts.api, facts.region_id, facts.call.parameters)
    )
    draft = policy_draft(refusal, language)
    if told is None and facts.decodable:
        decode_note = decode_note or say("decode.possible", language)
    return Denial(
        principal_type=kind,
        principal=name,
        account_id=account_id,
        action=action,
        resource=resource,
        policy_type=policy_type,
        deny=deny,
        who_can_fix=_WHO_CAN_FIX[layer],
        policy_draft=draft.policy,
        no_draft_because=draft.no_draft_because,
        draft_note=draft.note,
        draft_to_narrow=draft.to_narrow,
        principal_words=principal_words(kind, name, account_id, language, own),
        layer=say(f"layer.{layer}", language, type=policy_type or ""),
        reason=_reason(refusal, inside(layer, policy_type, language), detail.no_permission_type, language),
        fixer=say(f"fixer.{_WHO_CAN_FIX[layer]}", language, account=account_words(account_id, language)),
        conditions=tuple((item.key, item.values) for item in told.conditions if item.key) if told else (),
        matched=tuple(_matched(item, language) for item in told.matched_policies) if told else (),
        decode_note=decode_note,
    )


def _reason(refusal: Refusal, layer: str, written: str | None, language: Language) -> str:
    key = "other_deny" if refusal.deny == "unknown" and written else refusal.deny
    action = refusal.action or say("reason.this_call", language)
    said = say(f"reason.{key}", language, layer=layer, action=action, written=written or "")
    return said[:1].upper() + said[1:]


def inside(layer: Layer, policy_type: str | None, language: Language) -> str:
    """A layer as it is called inside a sentence."""
    return say(f"inside.{layer}", language, type=policy_type or "")


def _policy_type(written: str | None, told: DecodedMessage | None) -> str | None:
    """The type by RAM's record where it is a known one: the log may show something else in place of an unknown type."""
    decoded = told and told.policy_type
    if decoded and (not written or layer_of(decoded) not in ("other", "unknown")):
        return decoded
    return written


def _deny(written: str | None, told: DecodedMessage | None) -> Deny:
    """Forbidden when either source says so: a draft offered against a Deny would be wrong, one left out is only missed."""
    said, explicit = (written or "").lower(), told.explicit_deny if told else None
    if said == "explicitdeny" or explicit:
        return "explicit"
    return "implicit" if said == "implicitdeny" or explicit is False else "unknown"


def _principal(facts: Facts, told: DecodedMessage | None) -> tuple[str | None, str | None, str | None]:
    detail, call, message = facts.detail, facts.call, facts.refused
    decoded = told.principal if told else AuthPrincipal()
    kind = detail.principal_type or decoded.type
    name = detail.principal or decoded.display_name
    known = detail.principal_owner_id or decoded.owner_id or facts.account_id or message.account_id
    if not (kind or name):
        kind, name = call.caller_type, call.caller_id
    if not (kind or name):
        return message.principal_type, message.principal, known
    return principal_type(kind), name, known


def _matched(policy: MatchedPolicy, language: Language) -> Matched:
    def words(kind: str, value: str | None) -> str | None:
        key = f"{kind}.{value}"
        return value and (say(key, language) if has_words(key) else say("glue.quoted", language, text=value))

    name = policy.identifier or say("attached.unnamed", language)
    attached, where = words("attached", policy.attached_entity_type), words("scope", policy.attached_scope)
    return Matched(name, policy.effect, policy.type, policy.version, attached, where)


def policy_draft(refusal: Refusal, language: Language) -> Draft:
    """The smallest RAM policy that would have allowed the call: for an implicit deny of an identity policy, and only then.

    The resource is ``*`` for actions that accept nothing else; else the one that was evaluated; else the action's resource
    type, filled from the call's parameters; else the action's service in the account, since a bare ``*`` grants more than
    anybody asked for.
    """
    found = _ACTION.fullmatch(refusal.action or "")
    reason = _no_draft(refusal)
    resource, key = _resource(refusal, found) if found and not reason else (None, "")
    if resource is None:
        return Draft(no_draft_because=say(f"no_draft.{reason or 'no_account'}", language, action=refusal.action or ""))
    dependence = None
    if is_dependent(refusal.action, refusal.product, refusal.api):
        dependence = say(
            "draft.dependent", language, call=f"{refusal.product} {refusal.api or ''}".strip(), action=refusal.action
        )
    policy = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": refusal.action, "Resource": resource}]}
    return Draft(policy, joined(language, dependence, say(f"draft.{key}", language, scope=resource)), None, key in _WIDE)


def _no_draft(refusal: Refusal) -> str | None:
    if refusal.layer not in ("account", "resource_group"):
        return refusal.layer
    if refusal.deny != "implicit":
        return f"deny_{refusal.deny}"
    if refusal.principal_type == "RootUser":
        return "main_account"
    if not refusal.action:
        return "no_action"
    return None if _ACTION.fullmatch(refusal.action) else "odd_action"


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
    if len(forms) == 1 and forms[0] != _WHOLE:
        region = refusal.region_id if _PLAIN.fullmatch(refusal.region_id or "") else None
        whole, filled = _filled(forms[0], {**given, "account": account.group(), "region": region or "*"})
        return filled, "filled" if whole else "partly_filled"
    service, operation = action["service"].lower(), action["operation"].lower()
    if not forms:  # StopInstance with an InstanceId names type and id of its resource
        for name, value in given.items():
            noun = name.removesuffix("id")
            if noun not in ("", name, *_NO_RESOURCES) and noun in operation:
                return f"acs:{service}:*:{account.group()}:{noun}/{value}", "by_parameter"
    return f"acs:{service}:*:{account.group()}:*", "whole_service" if forms == (_WHOLE,) else "unknown_resource"


def _filled(form: str, given: Mapping[str, str]) -> tuple[bool, str]:
    """An ARN's form with the call's own values, ``*`` for those that are not known, and whether all were."""
    names = {name: given.get(_flat(name)) or given.get(_flat(name).removesuffix("name")) for name in _FORM_NAME.findall(form)}
    return all(names.values()) and not form.endswith("*"), _FORM_NAME.sub(lambda found: names[found[1]] or "*", form)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("bot.explain").joinpath("actions.toml").read_text("utf-8"))


@cache
def _resources() -> dict[str, tuple[str, ...]]:
    """The documented forms of resources by action, in lower case; an action that is not listed is unknown."""
    found: dict[str, tuple[str, ...]] = {}
    for table in _table()["resource"]:
        for service, operations in table["actions"].items():
            for operation in operations.lower().split():
                found[f"{service}:{operation}"] = (*found.get(f"{service}:{operation}", ()), table["arn"])
    return found


def is_dependent(action: str | None, product: str | None, api: str | None) -> bool:
    """Whether an API was denied an action of another service: RunInstances of ECS needs some of VPC, KMS or RAM as well.

    An action is the API's own by the same operation or the same service.
    """
    found = _ACTION.fullmatch(action or "")
    if not found or not product or (api and found["operation"].lower() == api.lower()):
        return False
    service, code = _flat(found["service"]), _flat(product)
    own = (code, *_table()["services"].get(code, "").split())
    return service not in own and code not in (f"{service}openapi", f"{service}api", f"{service}open")


def _flat(name: str) -> str:
    return _WORD_SEPARATORS.sub("", name.lower())
