"""Escaping, fitting and the budget."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import kit

HOSTILE = [
    "<!channel> <!here> <@U0ALICE> <#C0INCIDENT> <!subteam^S1> <!date^1^{date}|x>",
    "<https://evil.example|Official console>",
    "https://evil.example/login",
    "@here @channel @everyone #general",
    "*bold* _italic_ ~strike~ `code` ```block```",
    "\u202egnp.exe \u200b\u2066hidden\u2069 \x00\x1b[31m",
    "&lt;!channel&gt;",
    "> quoted\n  > again",
    ":rotating_light: :+1: x:100:y :中文:",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_an_escaped_text_neither_pings_nor_links_nor_formats(text: str) -> None:
    inert = kit.escape(text)
    assert not re.search(r"<[!@#h]", inert)
    assert "://" not in inert
    assert not re.search(r"@(here|channel|everyone)", inert)
    assert "`" not in inert
    assert not re.search(r"(?<!\w)[*_~]\S", inert)
    assert not re.search(r"(?m)^\s*&gt;", inert.replace("\u2060", "~"))
    assert not re.search(r":[^\s:]+:", inert.replace("\u2060", " "))
    assert not re.search("[\u200b\u202e\u2066\x00\x1b]", inert)


def test_codes_and_actions_are_left_as_they_are() -> None:
    for text in ("Forbidden.RAM", "ecs:RunInstances", "QUOTA_EXCEEDED", "ram:*"):
        assert kit.escape(text) == text


@given(st.text(max_size=400), st.integers(20, 200))
def test_a_text_is_fitted_after_escaping_and_never_inside_an_entity(text: str, limit: int) -> None:
    fitted = kit.fit(kit.escape(text), limit)
    assert len(fitted) <= limit
    assert not re.search(r"&[a-z]{0,3}(?: …)?$", fitted.replace("&amp;", "").replace("&lt;", "").replace("&gt;", ""))


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://api.aliyun.com/document/Ecs", True),
        ("https://api.alibabacloud.com/x", True),
        ("https://aliyun.com", True),
        ("http://api.aliyun.com/", False),
        ("https://aliyun.com.evil.example/", False),
        ("https://evilaliyun.com/", False),
        ("https://user@api.aliyun.com/", False),
        ("https://api.aliyun.com:8443/", False),
        ("javascript:alert(1)", False),
        ("https://[broken", False),
    ],
)
def test_only_the_vendors_and_slacks_hosts_are_linked(url: str, *, safe: bool) -> None:
    assert kit.is_safe_link(url) is safe
    assert kit.link("words", url)["type"] == ("link" if safe else "text")


def test_a_long_message_loses_its_least_needed_pieces_and_says_so() -> None:
    pieces = [kit.piece(rank, kit.rich(kit.preformatted(f"{rank}" * 2900))) for rank in (1, 2, 3, 4, 5)]
    made = kit.message("verdict", "en", kit.header("verdict"), *pieces)
    shown = json.dumps(made.blocks)
    assert kit.characters(made.blocks) + len(made.text) <= kit.MOST_CHARACTERS
    assert "5555" in shown
    assert "1111" not in shown
    assert "Shortened to fit" in shown


@given(st.lists(st.tuples(st.integers(0, 8), st.text(max_size=3000)), max_size=80))
def test_no_message_is_over_the_budget(parts: list[tuple[int, str]]) -> None:
    pieces = [kit.piece(rank, kit.rich(kit.line(kit.code(text, 3000)))) for rank, text in parts]
    made = kit.message("x", "en", *pieces)
    assert len(made.blocks) <= kit.MOST_BLOCKS
    assert kit.characters(made.blocks) + len(made.text) <= kit.MOST_CHARACTERS
    assert len({block["block_id"] for block in made.blocks}) == len(made.blocks)
