"""The limits of Block Kit's elements: buttons, menus, inputs, images.

Figures: Slack's reference, as slack_sdk 3.47 has them.
"""

from typing import Final

from bot.playground.slack.shapes import (
    Check,
    anything,
    array,
    boolean,
    choice,
    number,
    plain_text,
    record,
    string,
    tagged,
    text,
)

_ID: Final = string(255)

CONFIRM: Final = record(
    {
        "title": plain_text(100),
        "text": text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
        "style": choice("primary", "danger"),
    },
    ("title", "text", "confirm", "deny"),
)

_OPTION: Final = record(
    {"text": text(75), "value": string(150), "description": text(75), "url": string(3000)}, ("text", "value")
)
_PLAIN_OPTION: Final = record(
    {"text": plain_text(75), "value": string(150), "description": plain_text(75), "url": string(3000)}, ("text", "value")
)
_OPTION_GROUP: Final = record({"label": plain_text(75), "options": array(_PLAIN_OPTION, 100)}, ("label", "options"))

BUTTON: Final = record(
    {
        "text": plain_text(75),
        "action_id": _ID,
        "url": string(3000),
        "value": string(2000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    ("text",),
)

IMAGE: Final = record(
    {"image_url": string(3000), "slack_file": anything, "alt_text": string(2000)}, ("alt_text",), ("image_url", "slack_file")
)

_OVERFLOW: Final = record({"action_id": _ID, "options": array(_PLAIN_OPTION, 5), "confirm": CONFIRM}, ("options",))

_STATIC_SELECT: Final = record(
    {
        "action_id": _ID,
        "placeholder": plain_text(150),
        "options": array(_PLAIN_OPTION, 100),
        "option_groups": array(_OPTION_GROUP, 100),
        "initial_option": _PLAIN_OPTION,
        "confirm": CONFIRM,
        "focus_on_load": boolean,
    },
    (),
    ("options", "option_groups"),
)

_RADIO: Final = record(
    {
        "action_id": _ID,
        "options": array(_OPTION, 10),
        "initial_option": _OPTION,
        "confirm": CONFIRM,
        "focus_on_load": boolean,
    },
    ("options",),
)

_CHECKBOXES: Final = record(
    {
        "action_id": _ID,
        "options": array(_OPTION, 10),
        "initial_options": array(_OPTION, 10),
        "confirm": CONFIRM,
        "focus_on_load": boolean,
    },
    ("options",),
)

_PLAIN_INPUT: Final = record(
    {
        "action_id": _ID,
        "placeholder": plain_text(150),
        "initial_value": string(3000, 0),
        "multiline": boolean,
        "min_length": number,
        "max_length": number,
        "dispatch_action_config": anything,
        "focus_on_load": boolean,
    }
)

_CONVERSATIONS: Final = record(
    {
        "action_id": _ID,
        "placeholder": plain_text(150),
        "initial_conversation": string(255),
        "initial_channel": string(255),
        "default_to_current_conversation": boolean,
        "response_url_enabled": boolean,
        "filter": anything,
        "confirm": CONFIRM,
        "focus_on_load": boolean,
    }
)

_MENUS: Final[dict[str, Check]] = {
    "static_select": _STATIC_SELECT,
    "radio_buttons": _RADIO,
    "checkboxes": _CHECKBOXES,
    "conversations_select": _CONVERSATIONS,
    "channels_select": _CONVERSATIONS,
}

ACTION: Final = tagged({"button": BUTTON, "overflow": _OVERFLOW, **_MENUS})
ACCESSORY: Final = tagged({"button": BUTTON, "image": IMAGE, "overflow": _OVERFLOW, **_MENUS})
INPUT: Final = tagged({"plain_text_input": _PLAIN_INPUT, **_MENUS})

_OPINION: Final = record({"text": plain_text(75), "value": string(2000), "accessibility_label": string(75)}, ("text", "value"))
#: What a context_actions block holds.
FEEDBACK: Final = tagged(
    {
        "feedback_buttons": record(
            {"action_id": _ID, "positive_button": _OPINION, "negative_button": _OPINION}, ("positive_button", "negative_button")
        ),
        "icon_button": record(
            {
                "action_id": _ID,
                "icon": choice("trash"),
                "text": plain_text(75),
                "value": string(2000),
                "accessibility_label": string(75),
                "visible_to_user_ids": array(string(255), 10),
                "confirm": CONFIRM,
            },
            ("icon", "text"),
        ),
    }
)
