"""The limits of Block Kit's blocks, and on which surface each may stand.

Figures: Slack's reference, as slack_sdk 3.47 has them.
"""

from typing import Final, Literal

from bot.playground.slack.elements import ACCESSORY, ACTION, IMAGE, INPUT
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

Surface = Literal["message", "modal", "home"]

_STYLE: Final = record({"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean})

_INLINE: Final = tagged(
    {
        "text": record({"text": string(12_000), "style": _STYLE}, ("text",)),
        "link": record({"url": string(3000), "text": string(3000), "style": _STYLE, "unsafe": boolean}, ("url",)),
        "emoji": record({"name": string(100), "unicode": string(50), "skin_tone": number}, ("name",)),
        "user": record({"user_id": string(255), "style": _STYLE}, ("user_id",)),
        "channel": record({"channel_id": string(255), "style": _STYLE}, ("channel_id",)),
        "usergroup": record({"usergroup_id": string(255), "style": _STYLE}, ("usergroup_id",)),
        "broadcast": record({"range": choice("here", "channel", "everyone")}, ("range",)),
        "date": record(
            {"timestamp": number, "format": string(500), "url": string(3000), "fallback": string(500), "style": _STYLE},
            ("timestamp", "format"),
        ),
        "color": record({"value": string(30), "style": _STYLE}, ("value",)),
    }
)

_RICH_SECTION: Final = record({"elements": array(_INLINE, 1000, 0)}, ("elements",))
_RICH_LIST: Final = record(
    {
        "style": choice("bullet", "ordered"),
        "elements": array(tagged({"rich_text_section": _RICH_SECTION}), 1000),
        "indent": number,
        "offset": number,
        "border": number,
    },
    ("style", "elements"),
)
_RICH_QUOTE: Final = record({"elements": array(_INLINE, 1000), "border": number}, ("elements",))
_RICH_PREFORMATTED: Final = record({"elements": array(_INLINE, 1000), "border": number, "language": string(50)}, ("elements",))

_RICH_ELEMENT: Final = tagged(
    {
        "rich_text_section": _RICH_SECTION,
        "rich_text_list": _RICH_LIST,
        "rich_text_quote": _RICH_QUOTE,
        "rich_text_preformatted": _RICH_PREFORMATTED,
    }
)

RICH_TEXT: Final = record({"block_id": string(255), "elements": array(_RICH_ELEMENT, 1000)}, ("elements",))

_CELL: Final = tagged(
    {
        "raw_text": record({"text": string(10_000)}, ("text",)),
        "raw_number": record({"value": number, "text": string(100)}, ("value",)),
        "rich_text": RICH_TEXT,
    }
)

_COLUMN: Final = record({"align": choice("left", "center", "right"), "is_wrapped": boolean})

_PLAIN_OR_MARKDOWN: Final = text(3000)

_CONTEXT_ELEMENT: Final = tagged({"image": IMAGE, "plain_text": _PLAIN_OR_MARKDOWN, "mrkdwn": _PLAIN_OR_MARKDOWN})

BLOCKS: Final[dict[str, Check]] = {
    "section": record(
        {
            "block_id": string(255),
            "text": text(3000),
            "fields": array(text(2000), 10),
            "accessory": ACCESSORY,
            "expand": boolean,
        },
        (),
        ("text", "fields"),
    ),
    "header": record({"block_id": string(255), "text": plain_text(150), "level": number}, ("text",)),
    "context": record({"block_id": string(255), "elements": array(_CONTEXT_ELEMENT, 10)}, ("elements",)),
    "divider": record({"block_id": string(255)}),
    "actions": record({"block_id": string(255), "elements": array(ACTION, 25)}, ("elements",)),
    "image": record(
        {
            "block_id": string(255),
            "image_url": string(3000),
            "slack_file": anything,
            "alt_text": string(2000),
            "title": plain_text(2000),
        },
        ("alt_text",),
        ("image_url", "slack_file"),
    ),
    "input": record(
        {
            "block_id": string(255),
            "label": plain_text(2000),
            "hint": plain_text(2000),
            "element": INPUT,
            "optional": boolean,
            "dispatch_action": boolean,
        },
        ("label", "element"),
    ),
    "rich_text": RICH_TEXT,
    "table": record(
        {"block_id": string(255), "rows": array(array(_CELL, 20), 100), "column_settings": array(_COLUMN, 20)}, ("rows",)
    ),
    "markdown": record({"block_id": string(255), "text": string(12_000)}, ("text",)),
    "alert": record(
        {"block_id": string(255), "text": text(200), "level": choice("default", "info", "warning", "error", "success")},
        ("text",),
    ),
}

BLOCK: Final = tagged(BLOCKS)

#: Kinds of block that not every surface shows; what is not listed may stand anywhere.
SURFACES: Final[dict[str, frozenset[Surface]]] = {
    "alert": frozenset({"modal"}),
    "markdown": frozenset({"message"}),
    "table": frozenset({"message", "home"}),
}
