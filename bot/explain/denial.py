"""Who was denied what, by which policy layer and how, and who can change that."""

from typing import Final, Literal

from bot.aliyun.models import AuthPrincipal, DecodedMessage, MatchedPolicy
from bot.explain.explanation import Denial, Deny, Matched, WhoCanFix
from bot.explain.facts import Facts, shown_decoded
from bot.explain.policy import Refusal, policy_draft
from bot.explain.principals import principal_type, principal_words
from bot.explain.wording import has_words, say
from bot.languages import Language

Layer = Literal["account", "resource_group", "trust", "session", "control", "resource", "other", "unknown"]

LAYERS: Final[dict[str, Layer]] = {
    "accountlevelidentitybasedpolicy": "account",
    "identitybasedpolicy": "account",
    "resourcegrouplevelidentitybasedpolicy": "resource_group",
    "assumerolepolicy": "trust",
    "sessionpolicy": "session",
    "controlpolicy": "control",
    "resourcepolicy": "resource",
    "resourcebasedpolicy": "resource",
    "resourcelevelpolicy": "resource",
    "bucketpolicy": "resource",
    "projectpolicy": "resource",
    "keypolicy": "resource",
    "secretpolicy": "resource",
    "accesspointpolicy": "resource",
    "repositorypolicy": "resource",
    "instancepolicy": "resource",
}
WHO_CAN_FIX: Final[dict[Layer, WhoCanFix]] = {
    "account": "ram_admin",
    "resource_group": "ram_admin",
    "trust": "role_owner",
    "session": "session_issuer",
    "control": "resource_directory_admin",
    "resource": "resource_owner",
    "other": "unknown",
    "unknown": "unknown",
}
_DENIES: Final[dict[str, Deny]] = {"implicitdeny": "implicit", "explicitdeny": "explicit"}


def layer_of(policy_type: str | None) -> Layer:
    """The policy layer of a policy type; ``other`` for a type that nobody documented, ``unknown`` for none."""
    return LAYERS.get(policy_type.lower(), "other") if policy_type else "unknown"


def denial(facts: Facts, decoded: DecodedMessage | None, decode_note: str | None, language: Language) -> Denial:
    """The denial of a call from the log's detail, joined with RAM's own record of it where that was decoded.

    Where neither names the principal it is the caller, whom the log does name.
    """
    told = shown_decoded(decoded) if decoded else None
    detail = facts.detail
    policy_type = _policy_type(detail.policy_type, told)
    layer, deny = layer_of(policy_type), _deny(detail.no_permission_type, told)
    message = facts.refused
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
    return Denial(
        principal_type=kind,
        principal=name,
        account_id=account_id,
        action=action,
        resource=resource,
        policy_type=policy_type,
        deny=deny,
        who_can_fix=WHO_CAN_FIX[layer],
        policy_draft=draft.policy,
        no_draft_because=draft.no_draft_because,
        draft_note=draft.note,
        draft_to_narrow=draft.to_narrow,
        principal_words=principal_words(kind, name, account_id, language),
        layer=say(f"layer.{layer}", language, type=policy_type or ""),
        reason=_reason(refusal, inside(layer, policy_type, language), detail.no_permission_type, language),
        fixer=say(f"fixer.{WHO_CAN_FIX[layer]}", language, account=_account_words(account_id, language)),
        conditions=tuple((item.key, item.values) for item in told.conditions if item.key) if told else (),
        matched=tuple(_matched(item, language) for item in told.matched_policies) if told else (),
        decode_note=decode_note or _decode_note(facts, told, language),
    )


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
    said = _DENIES.get((written or "").lower(), "unknown")
    explicit = told.explicit_deny if told else None
    if said == "explicit" or explicit:
        return "explicit"
    return "implicit" if explicit is False else said


def _principal(facts: Facts, told: DecodedMessage | None) -> tuple[str | None, str | None, str | None]:
    detail = facts.detail
    decoded = told.principal if told else AuthPrincipal()
    kind = detail.principal_type or decoded.type
    name = detail.principal or decoded.display_name
    owner = detail.principal_owner_id or decoded.owner_id
    message = facts.refused
    known = owner or facts.account_id or message.account_id
    if kind or name:
        return principal_type(kind), name, known
    if facts.call.caller_type or facts.call.caller_id:
        return principal_type(facts.call.caller_type), facts.call.caller_id, known
    return message.principal_type, message.principal, known


def _reason(refusal: Refusal, layer: str, written: str | None, language: Language) -> str:
    key = "other_deny" if refusal.deny == "unknown" and written else refusal.deny
    action = refusal.action or say("reason.this_call", language)
    return say(f"reason.{key}", language, layer=layer, action=action, written=written or "")


def _account_words(account_id: str | None, language: Language) -> str:
    return say("account.known" if account_id else "account.unknown", language, account=account_id or "")


def _matched(policy: MatchedPolicy, language: Language) -> Matched:
    entity = policy.attached_entity_type
    attached = entity and _known_or_quoted("attached", entity, language)
    scope = policy.attached_scope
    where = scope and _known_or_quoted("scope", scope, language)
    name = policy.identifier or say("attached.unnamed", language)
    return Matched(name, policy.effect, policy.type, policy.version, attached, where)


def _known_or_quoted(kind: str, value: str, language: Language) -> str:
    key = f"{kind}.{value}"
    return say(key, language) if has_words(key) else say("glue.quoted", language, text=value)


def _decode_note(facts: Facts, told: DecodedMessage | None, language: Language) -> str | None:
    return say("decode.possible", language) if facts.decodable and told is None else None
