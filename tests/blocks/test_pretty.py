"""Laying out bodies: JSON, markup, broken and hostile ones."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.pretty import pretty

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(VALUES, max_size=4) | st.dictionaries(st.text(max_size=8), VALUES, max_size=4))
def test_json_laid_out_is_the_same_json(value: object) -> None:
    assert json.loads(pretty(json.dumps(value))) == value


def test_json_stands_one_value_a_line() -> None:
    assert pretty('{"a":1,"b":[],"c":{"d":"x, {y}"}}') == '{\n  "a": 1,\n  "b": [],\n  "c": {\n    "d": "x, {y}"\n  }\n}'


def test_numbers_keep_their_digits_and_keys_may_repeat() -> None:
    shown = pretty('{"a":1.10,"a":12345678901234567890123.0e-0}')
    assert "1.10" in shown
    assert "12345678901234567890123.0e-0" in shown


def test_markup_is_indented_and_leaves_stay_on_their_line() -> None:
    shown = pretty('<?xml version="1.0"?><Error><Code>X</Code><Empty></Empty><In><A/>t</In></Error>', "XML")
    assert shown.split("\n")[1:4] == ["<Error>", "  <Code>X</Code>", "  <Empty></Empty>"]


@pytest.mark.parametrize(
    "text", ['{"a":[1,2,{"b":"cut o', "<a><b>cut o", "<", "[" * 50_000, "<a>" * 50_000, "]]]}}}", "</a></b>"]
)
def test_broken_and_nested_bodies_are_laid_out_as_far_as_they_go(text: str) -> None:
    assert pretty(text).replace("\n", "").replace(" ", "")[:8] == text.replace(" ", "")[:8]


def test_other_text_stays_as_it_is() -> None:
    assert pretty("  plain words: {not json}  ") == "plain words: {not json}"


def test_one_long_line_takes_time_that_grows_with_it() -> None:
    text = "{" + "a:" * 150_000
    started = time.thread_time()
    assert pretty(text).endswith("a: a: ")
    assert time.thread_time() - started < 1
