"""The limits of Block Kit's blocks, and on which surface each may stand.

Figures: Slack's reference, as slack_sdk 3.47 has them, and for container, data_table, data_visualization and context_actions
the reference of autumn 2026. Limits between several fields stand in ``block_rules``.
"""

from typing import Final, Literal

from bot.playground.slack.elements import ACCESSORY, ACTION, FEEDBACK, IMAGE, INPUT
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
    whole,
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
        "indent": whole(0, 8),
        "offset": whole(0, 1_000_000),
        "border": whole(0, 1),
    },
    ("style", "elements"),
)
_RICH_QUOTE: Final = record({"elements": array(_INLINE, 1000), "border": whole(0, 1)}, ("elements",))
_RICH_PREFORMATTED: Final = record(
    {"elements": array(_INLINE, 1000), "border": whole(0, 1), "language": string(50)}, ("elements",)
)

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

_DATA_CELL: Final = tagged(
    {
        "raw_text": record({"text": string(10_000)}, ("text",)),
        "raw_number": record({"value": number, "text": string(100)}, ("value", "text")),
        "rich_text": RICH_TEXT,
    }
)

_SERIES: Final = record(
    {"name": string(20), "data": array(record({"label": string(20), "value": number}, ("label", "value")), 20)},
    ("name", "data"),
)
_AXES: Final = record(
    {"categories": array(string(20), 20), "x_label": string(50), "y_label": string(50)},
    ("categories",),
)
_LINES: Final = record({"series": array(_SERIES, 12), "axis_config": _AXES}, ("series", "axis_config"))
_PIE: Final = record({"segments": array(record({"label": string(20), "value": number}, ("label", "value")), 12)}, ("segments",))

_BASIC: Final[dict[str, Check]] = {
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
    "header": record({"block_id": string(255), "text": plain_text(150), "level": whole(1, 4)}, ("text",)),
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
}

BLOCKS: Final[dict[str, Check]] = {
    **_BASIC,
    "container": record(
        {
            "block_id": string(255),
            "title": plain_text(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": text(150),
            "icon": IMAGE,
            "width": choice("narrow", "standard", "wide", "full"),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
            "child_blocks": array(tagged(_BASIC), 10),
        },
        ("child_blocks",),
        ("title", "rich_text_title"),
    ),
    "data_table": record(
        {
            "block_id": string(255),
            "caption": string(2000),
            "rows": array(array(_DATA_CELL, 20), 201, 2),
            "page_size": number,
            "row_header_column_index": number,
        },
        ("caption", "rows"),
    ),
    "data_visualization": record(
        {
            "block_id": string(255),
            "title": string(50),
            "chart": tagged({"bar": _LINES, "line": _LINES, "area": _LINES, "pie": _PIE}),
        },
        ("title", "chart"),
    ),
    "context_actions": record({"block_id": string(255), "elements": array(FEEDBACK, 5)}, ("elements",)),
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
    "container": frozenset({"message"}),
    "context_actions": frozenset({"message"}),
    "data_table": frozenset({"message", "home"}),
    "data_visualization": frozenset({"message"}),
    "markdown": frozenset({"message"}),
    "table": frozenset({"message", "home"}),
}

#: What Slack added in 2026 and does not take in every workspace.
NEWER: Final = frozenset({"container", "context_actions", "data_table", "data_visualization"})
