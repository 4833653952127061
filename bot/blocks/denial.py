"""The denial block: who can fix it, the policy that decided, and the smallest policy to ask for."""

import json
from typing import Final

from bot.blocks.fields import field, name_of
from bot.blocks.kit import Block, Element, Piece, code, labelled, line, piece, preformatted, rich
from bot.explain.explanation import Denial, Matched
from bot.explain.shapes import MASK
from bot.languages import Language, Texts, mark

TEXTS: Final = Texts("bot.blocks", "denial.toml")


def denial_pieces(denial: Denial, language: Language) -> list[Piece]:
    """The pieces of a card that a denial adds, in reading order; what is needed most goes last when room is short."""
    return [
        piece(9, rich(field("fixer", language, denial.fixer))),
        piece(5, _evidence(denial, language)),
        piece(8, _draft(denial, language)),
    ]


def _draft(denial: Denial, language: Language) -> Block | None:
    """The policy alone: the steps above say already what it covers. One with masked names is nothing to paste."""
    if denial.policy_draft is not None:
        policy = json.dumps(denial.policy_draft, indent=2, ensure_ascii=False)
        name = "draft_wide" if denial.draft_to_narrow else "draft"
        label = labelled(TEXTS("draft_masked", language)) if MASK in policy else field(name, language)
        return rich(label, preformatted(policy))
    if denial.no_draft_because:
        return rich(field("no_draft", language, denial.no_draft_because))
    return None


def _evidence(denial: Denial, language: Language) -> Block | None:
    lines: list[Element] = []
    if denial.resource and denial.policy_draft is None:
        lines.append(field("resource", language, code(denial.resource)))
    lines += [_policy(policy, language) for policy in denial.matched]
    if denial.conditions:
        shown: list[Element | str] = []
        for key, values in denial.conditions:
            shown += [code(f"{key} = {', '.join(values)}"), "  "]
        lines.append(labelled(TEXTS("conditions", language), *shown[:-1]))
    if denial.decode_note:
        lines.append(line(denial.decode_note))
    return rich(*lines) if lines else None


def _policy(policy: Matched, language: Language) -> Element:
    """A policy by its name, then in words what somebody needs to find it: type, version, where it is attached."""
    kind = policy.type and (TEXTS(f"type.{policy.type}", language) if TEXTS.has(f"type.{policy.type}") else policy.type)
    found = (
        kind,
        policy.version and TEXTS("version", language, version=policy.version),
        policy.attached_to and TEXTS("attached", language, entity=_spaced(policy.attached_to, language)),
        policy.scope and TEXTS("scope", language, scope=policy.scope),
    )
    where = mark("，", language).join(part for part in found if part)
    label = TEXTS("matched_allow", language) if policy.effect == "Allow" else name_of("matched", language)
    return labelled(label, code(policy.name), f"  {where}" if where else " ")


def _spaced(name: str, language: Language) -> str:
    """A name inside a Chinese sentence stands apart from it when it begins in Latin letters."""
    return f" {name}" if language == "zh" and name[:1].isascii() else name
