"""The state of the inputs in a message or view, and the action that a click makes of an element; pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.playground.slack.people import Json

#: What a person may enter: text for a field, the value of an option, or the values of several.
Entry = str | list[str] | None

_CONVERSATIONS: Final = {"conversations_select": "selected_conversation", "channels_select": "selected_channel"}
_OPINIONS: Final = ("positive_button", "negative_button")
_ONE_OPTION: Final = frozenset({"static_select", "radio_buttons", "overflow"})


def elements_of(blocks: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    """Each interactive element with its block's id, in order."""
    for block in blocks:
        single = [block.get("accessory"), block.get("element")]
        several = block.get("elements", []) if block.get("type") in {"actions", "context_actions"} else []
        for element in [*single, *several]:
            if isinstance(element, dict) and "action_id" in element:
                yield str(block["block_id"]), element
        yield from elements_of(block.get("child_blocks", ()))


def find_element(
    blocks: Sequence[Json], action_id: str, value: str | None = None, block_id: str | None = None
) -> tuple[str, Json]:
    """The element of an action id, with its block's id; where several share it, ``value`` or ``block_id`` decides.

    Raises LookupError when nothing fits, naming the action ids that there are.
    """
    found = [
        (block, element)
        for block, element in elements_of(blocks)
        if element["action_id"] == action_id and block_id in {None, block}
    ]
    if not found:
        known = ", ".join(str(element["action_id"]) for _, element in elements_of(blocks)) or "none"
        reason = f"nothing here has the action id {action_id}; there are: {known}"
        raise LookupError(reason)
    return next((pair for pair in found if value is not None and value in _offered(pair[1])), found[0])


def state_of(blocks: Sequence[Json], entries: Mapping[str, Entry]) -> Json:
    """``state.values``: by block id, then action id. What ``entries`` leaves out keeps its initial value.

    A key of ``entries`` is an action id, a block id, or ``block_id.action_id`` where neither alone is unique.
    """
    values: Json = {}
    for block_id, element in elements_of(blocks):
        action_id = str(element["action_id"])
        key = next((key for key in (f"{block_id}.{action_id}", block_id, action_id) if key in entries), None)
        state = _state(element, _initial(element) if key is None else entries[key])
        if state is not None:
            values.setdefault(block_id, {})[action_id] = state
    return values


def missing_inputs(blocks: Sequence[Json], values: Json) -> dict[str, str]:
    """Slack's own check before it sends a modal off: the blocks that need an answer and have none."""
    missing = {}
    for block in blocks:
        if block.get("type") != "input" or block.get("optional"):
            continue
        state = values.get(block["block_id"], {}).get(block["element"]["action_id"], {})
        if not any(value for key, value in state.items() if key != "type"):
            missing[str(block["block_id"])] = "Please complete this required field."
    return missing


def action_of(block_id: str, element: Json, entry: Entry = None) -> Json:
    """The action that a click, or a choice of ``entry``, sends."""
    action: Json = {"type": element["type"], "block_id": block_id, "action_id": element["action_id"]}
    if element["type"] == "button":
        return action | {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    if element["type"] == "feedback_buttons":
        chosen = next((element[key] for key in _OPINIONS if element[key].get("value") == entry), element[_OPINIONS[0]])
        return action | {"text": chosen["text"], "value": chosen.get("value")}
    return action | (_state(element, entry) or {})


def _offered(element: Json) -> list[object]:
    opinions = [element[key].get("value") for key in _OPINIONS if key in element]
    return [element.get("value"), *opinions, *(option["value"] for option in _options(element))]


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or []
    options: list[Json] = [option for group in groups for option in group["options"]]
    return [*element.get("options", []), *options]


def _initial(element: Json) -> Entry:
    if element["type"] == "checkboxes":
        return [str(option["value"]) for option in element.get("initial_options", [])]
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    for key in ("initial_value", "initial_conversation", "initial_channel"):
        if key in element:
            return str(element[key])
    return None


def _state(element: Json, entry: Entry) -> Json | None:
    kind = str(element["type"])
    if kind == "plain_text_input":
        return {"type": kind, "value": entry or None}
    if kind == "checkboxes":
        wanted = entry if isinstance(entry, list) else [entry]
        return {"type": kind, "selected_options": [option for option in _options(element) if option["value"] in wanted]}
    if kind in _CONVERSATIONS:
        return {"type": kind, _CONVERSATIONS[kind]: entry}
    if kind in _ONE_OPTION:
        chosen = next((option for option in _options(element) if option["value"] == entry), None)
        return None if kind == "overflow" and chosen is None else {"type": kind, "selected_option": chosen}
    return None
