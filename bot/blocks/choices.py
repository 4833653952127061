"""Elements in which a person chooses, beside views' inputs: checkboxes, a channel, a person's name."""

from collections.abc import Collection, Sequence

from bot.blocks.kit import Block, Element, plain


def checkboxes(action: str, options: Sequence[tuple[str, str]], chosen: Collection[str]) -> Element:
    """A list of (value, words) with ticks; in an ``actions`` block every change is told to the bot."""
    made = {value: {"text": plain(text, 75), "value": value} for value, text in options}
    element: Element = {"type": "checkboxes", "action_id": action, "options": list(made.values())}
    ticked = [made[value] for value in made if value in chosen]
    return element | ({"initial_options": ticked} if ticked else {})


def conversation(block: str, label: str, placeholder: str) -> Block:
    """A field to pick a channel, which gives the bot one post there even where it is no member (``response_urls``)."""
    element: Element = {
        "type": "conversations_select",
        "action_id": "value",
        "placeholder": plain(placeholder, 150),
        "response_url_enabled": True,
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    return {"type": "input", "block_id": block, "label": plain(label, 2000), "element": element}


def person(user: str) -> Element:
    """A person's name in rich text, as Slack shows it to each reader."""
    return {"type": "user", "user_id": user}
