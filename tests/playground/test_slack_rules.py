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
