"""Slack's limits, as the stand-in measures them. Figures: Slack's Block Kit reference."""

from typing import Any

import pytest

from bot.playground.slack.block_rules import block_faults, view_faults
from bot.playground.slack.blocks import Surface
from bot.playground.slack.mentions import mention_faults, people_mentioned

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str, **more: object) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str = "x", **more: object) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(**more: object) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def option(number: int = 1) -> Json:
    return {"text": plain(f"option {number}"), "value": str(number)}


INPUT: Json = {"type": "input", "label": plain("Id"), "element": {"type": "plain_text_input", "action_id": "a"}}
IMAGE: Json = {"type": "image", "image_url": "https://img.alicdn.com/x.png", "alt_text": "A chart"}

FINE: list[Json] = [
    section("y" * 3000),
    {"type": "section", "fields": [mrkdwn("f" * 2000)] * 10},
    {"type": "header", "text": plain("h" * 150)},
    {"type": "context", "elements": [mrkdwn("c"), {key: IMAGE[key] for key in ("type", "image_url", "alt_text")}]},
    {"type": "divider"},
    {"type": "actions", "elements": [button(action_id=f"b{number}") for number in range(25)]},
    {"type": "image", "slack_file": {"id": "F0"}, "alt_text": "A chart", "title": plain("Calls")},
    INPUT,
    section(accessory={"type": "overflow", "action_id": "more", "options": [option(n) for n in range(5)]}),
    {"type": "actions", "elements": [{"type": "static_select", "action_id": "s", "options": [option(n) for n in range(100)]}]},
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "a", "style": {"code": True}}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "<!channel> & ```"}]},
            {"type": "rich_text_list", "style": "ordered", "elements": [{"type": "rich_text_section", "elements": []}]},
        ],
    },
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 100},
    {"type": "markdown", "text": "# fine"},
]


@pytest.mark.parametrize("block", FINE, ids=lambda block: str(block["type"]))
def test_blocks_within_the_limits_are_taken(block: Json) -> None:
    assert block_faults([block], "message") == []


BROKEN: list[tuple[str, Json, str]] = [
    ("too_long", section("y" * 3001), "/blocks/0/text/text"),
    ("too_short", section(""), "/blocks/0/text/text"),
    ("missing", {"type": "section"}, "/blocks/0"),
    ("too_many", {"type": "section", "fields": [mrkdwn("f")] * 11}, "/blocks/0/fields"),
    ("too_long", {"type": "section", "fields": [mrkdwn("f" * 2001)]}, "/blocks/0/fields/0/text"),
    ("too_long", {"type": "header", "text": plain("h" * 151)}, "/blocks/0/text/text"),
    ("unsupported_type", {"type": "header", "text": mrkdwn("h")}, "/blocks/0/text/type"),
    ("too_many", {"type": "context", "elements": [mrkdwn("c")] * 11}, "/blocks/0/elements"),
    ("too_many", {"type": "actions", "elements": [button(action_id=f"b{n}") for n in range(26)]}, "/blocks/0/elements"),
    ("too_long", {"type": "actions", "elements": [button(text=plain("t" * 76))]}, "/blocks/0/elements/0/text/text"),
    ("too_long", {"type": "actions", "elements": [button(value="v" * 2001)]}, "/blocks/0/elements/0/value"),
    ("too_long", {"type": "actions", "elements": [button(url="u" * 3001)]}, "/blocks/0/elements/0/url"),
    ("too_long", {"type": "actions", "elements": [button(action_id="a" * 256)]}, "/blocks/0/elements/0/action_id"),
    ("wrong_value", {"type": "actions", "elements": [button(style="default")]}, "/blocks/0/elements/0/style"),
    ("repeated_action_id", {"type": "actions", "elements": [button(), button()]}, "/blocks/0"),
    ("too_long", section(block_id="b" * 256), "/blocks/0/block_id"),
    ("missing", {"type": "image", "image_url": "https://x.aliyun.com/x.png"}, "/blocks/0"),
    ("missing", {"type": "image", "alt_text": "A chart"}, "/blocks/0"),
    ("too_long", IMAGE | {"alt_text": "a" * 2001}, "/blocks/0/alt_text"),
    ("unknown_key", section(colour="red"), "/blocks/0/colour"),
    ("unsupported_type", {"type": "marquee"}, "/blocks/0/type"),
    ("wrong_surface", {"type": "alert", "text": mrkdwn("careful")}, "/blocks/0/type"),
    ("wrong_value", {"type": "header", "text": plain("h"), "level": 5}, "/blocks/0/level"),
    (
        "wrong_value",
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": []}]},
        "/blocks/0/elements/0/indent",
    ),
    (
        "wrong_surface",
        {"type": "actions", "elements": [{"type": "conversations_select", "action_id": "c", "response_url_enabled": True}]},
        "/blocks/0",
    ),
    ("too_many", {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101}, "/blocks/0/rows"),
    ("too_short", {"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}, "/blocks/0/rows/0/0/text"),
    (
        "too_many",
        section(accessory={"type": "overflow", "action_id": "m", "options": [option(n) for n in range(6)]}),
        "/blocks/0/accessory/options",
    ),
    (
        "too_long",
        section(accessory=button(confirm={key: plain("c" * 301) for key in ("title", "text", "confirm", "deny")})),
        "/blocks/0/accessory/confirm/text/text",
    ),
]


@pytest.mark.parametrize(("rule", "block", "pointer"), BROKEN, ids=[f"{rule}-{pointer}" for rule, _, pointer in BROKEN])
def test_each_broken_limit_is_named_with_its_place(rule: str, block: Json, pointer: str) -> None:
    assert (rule, pointer) in {(fault.rule, fault.pointer) for fault in block_faults([block], "message")}


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_a_surface_holds_so_many_blocks(surface: Surface, most: int) -> None:
    assert block_faults([{"type": "divider"}] * most, surface) == []
    assert [fault.rule for fault in block_faults([{"type": "divider"}] * (most + 1), surface)] == ["too_many_blocks"]


def test_block_ids_are_unique() -> None:
    assert [fault.rule for fault in block_faults([section(block_id="a"), section(block_id="a")], "message")] == [
        "repeated_block_id"
    ]


def test_a_message_has_one_table() -> None:
    table: Json = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert [fault.rule for fault in block_faults([table, table], "message")] == ["only_one_table"]
    assert [fault.rule for fault in block_faults([table], "modal")] == ["wrong_surface"]


MODAL: Json = {"type": "modal", "title": plain("t" * 24), "blocks": [section()]}


def test_a_modal_within_the_limits_is_taken() -> None:
    assert view_faults(MODAL | {"private_metadata": "m" * 3000}) == []
    assert view_faults(MODAL | {"blocks": [INPUT, {"type": "alert", "text": mrkdwn("careful")}], "submit": plain("Send")}) == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": plain("t" * 25)}, "/view/title/text"),
        ({"title": None}, "/view"),
        ({"submit": plain("s" * 25)}, "/view/submit/text"),
        ({"close": plain("c" * 25)}, "/view/close/text"),
        ({"private_metadata": "m" * 3001}, "/view/private_metadata"),
        ({"callback_id": "c" * 256}, "/view/callback_id"),
        ({"blocks": [INPUT]}, "/view"),
        ({"type": "dialog"}, "/view/type"),
        ({"blocks": None}, "/view/blocks"),
    ],
)
def test_a_modal_beyond_the_limits_is_refused(change: Json, pointer: str) -> None:
    assert pointer in {fault.pointer for fault in view_faults(MODAL | change)}


@pytest.mark.parametrize(
    "text", ["<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S0INCIDENT>", "<!subteam^S0|@oncall>"]
)
def test_live_broadcasts_and_groups_are_found(text: str) -> None:
    assert mention_faults(text, [])
    assert mention_faults("", [section(text)])


def test_escaped_or_literal_mentions_are_not_live() -> None:
    literal = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "<!channel> @here"}]}
    blocks = [
        section("&lt;!channel&gt;"),
        {"type": "rich_text", "elements": [literal]},
        {"type": "header", "text": plain("<!here>")},
    ]
    assert mention_faults("&lt;!channel&gt;", blocks) == []


def test_a_bare_name_is_live_unless_verbatim() -> None:
    assert mention_faults("", [section("ask @here")])
    assert mention_faults("", [{"type": "section", "text": mrkdwn("ask @here", verbatim=True)}]) == []


def test_the_people_that_a_message_pings_are_listed() -> None:
    assert people_mentioned("<@U0BOB>", [section("by <@U0ALICE>"), section("&lt;@U0NOBODY&gt;")]) == ["U0BOB", "U0ALICE"]


def text_cells(*texts: str) -> list[Json]:
    return [{"type": "raw_text", "text": text} for text in texts]


def series(name: str, *labels: str) -> Json:
    return {"name": name, "data": [{"label": label, "value": 1} for label in labels]}


def chart(*parts: Json, categories: tuple[str, ...] = ("15:40", "15:41"), title: str = "Calls", **axes: str) -> Json:
    drawn = {"type": "bar", "series": list(parts), "axis_config": {"categories": list(categories), **axes}}
    return {"type": "data_visualization", "title": title, "chart": drawn}


def data_table(*rows: list[Json], **more: object) -> Json:
    return {"type": "data_table", "caption": "Calls", "rows": list(rows), **more}


def container(*children: Json, **more: object) -> Json:
    return {"type": "container", "title": plain("All facts"), "child_blocks": list(children), **more}


ENDED = series("throttled", "15:40", "15:41")
RICH: Json = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}]}
HEADS = text_cells("Time", "ms")
ROW = [*text_cells("15:40"), {"type": "raw_number", "value": 188, "text": "188"}]


@pytest.mark.parametrize(
    "block",
    [
        chart(ENDED, series("succeeded", "15:41", "15:40"), x_label="Sent (UTC)", y_label="x" * 50),
        {"type": "data_visualization", "title": "t" * 50, "chart": {"type": "pie", "segments": [{"label": "a", "value": 0.1}]}},
        data_table(HEADS, *[ROW] * 200, page_size=100, row_header_column_index=1),
        data_table(HEADS, [*text_cells("a"), RICH]),
        container(section(), *[RICH] * 9, is_collapsible=True, default_collapsed=True, subtitle=plain("s" * 150)),
        container(section(), has_header_divider=True, width="full"),
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "f",
                    "positive_button": {"text": plain("Yes"), "value": "y"},
                    "negative_button": {"text": plain("No"), "value": "n"},
                }
            ],
        },
    ],
    ids=lambda block: str(block["type"]),
)
def test_the_newer_blocks_within_their_limits_are_taken_in_messages_and_in_no_modal(block: Json) -> None:
    assert block_faults([block], "message") == []
    assert [fault.rule for fault in block_faults([block], "modal")] == ["wrong_surface"]


@pytest.mark.parametrize(
    ("rule", "block", "pointer"),
    [
        ("too_long", chart(ENDED, title="t" * 51), "/blocks/0/title"),
        ("too_long", chart(ENDED, x_label="x" * 51), "/blocks/0/chart/axis_config/x_label"),
        ("too_long", chart(series("n" * 21, "15:40", "15:41")), "/blocks/0/chart/series/0/name"),
        ("too_many", chart(*(series(str(n), "15:40", "15:41") for n in range(13))), "/blocks/0/chart/series"),
        ("wrong_value", chart(ENDED, ENDED), "/blocks/0/chart/series"),
        ("wrong_value", chart(series("throttled", "15:40")), "/blocks/0/chart/series/0/data"),
        ("wrong_value", chart(series("throttled", "15:40", "15:42")), "/blocks/0/chart/series/0/data"),
        ("wrong_value", chart(series("a", "b", "b"), categories=("b", "b")), "/blocks/0/chart/axis_config/categories"),
        ("wrong_value", data_table(HEADS, text_cells("a")), "/blocks/0/rows/1"),
        ("too_few", data_table(HEADS), "/blocks/0/rows"),
        ("too_many", data_table(HEADS, *[ROW] * 201), "/blocks/0/rows"),
        ("wrong_value", data_table([RICH], [RICH]), "/blocks/0/rows/0"),
        ("wrong_value", data_table(HEADS, ROW, page_size=101), "/blocks/0/page_size"),
        ("wrong_value", data_table(HEADS, ROW, row_header_column_index=2), "/blocks/0/row_header_column_index"),
        ("too_long", data_table(HEADS, *[text_cells("a" * 9_000, "b")] * 3), "/blocks"),
        ("missing", {"type": "data_table", "rows": [HEADS, ROW]}, "/blocks/0"),
        ("too_many", container(*[section()] * 11), "/blocks/0/child_blocks"),
        ("unsupported_type", container(container(section())), "/blocks/0/child_blocks/0/type"),
        ("unsupported_type", container(chart(ENDED)), "/blocks/0/child_blocks/0/type"),
        ("wrong_value", container(section(), default_collapsed=True), "/blocks/0/default_collapsed"),
        ("wrong_value", container(section(), is_collapsible=True, has_header_divider=True), "/blocks/0/has_header_divider"),
        ("too_long", container(section(), subtitle=plain("s" * 151)), "/blocks/0/subtitle/text"),
        ("missing", {"type": "container", "child_blocks": [section()]}, "/blocks/0"),
        ("repeated_block_id", container(section(block_id="a"), section(block_id="a")), "/blocks"),
    ],
)
def test_a_newer_block_beyond_its_limits_is_refused(rule: str, block: Json, pointer: str) -> None:
    faults = [(fault.rule, fault.pointer) for fault in block_faults([block], "message")]
    assert (rule, pointer) in faults


def test_a_message_holds_at_most_two_charts() -> None:
    assert block_faults([chart(ENDED)] * 2, "message") == []
    assert [fault.rule for fault in block_faults([chart(ENDED)] * 3, "message")] == ["too_many"]
