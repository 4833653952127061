import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.requestids import extract

ID = "D0CC639E-180D-4827-97CB-FC609F6C95CD"
SECOND = "9BFC4AC1-77B0-5A3C-9E21-3A61D8F48812"
OTHER = "5F0C2B3E-8A1D-4C47-9D22-0B6A1D2E3F40"
FOLDER = Path(__file__).with_name("requestids")


def table(file: str, name: str) -> dict[str, Any]:
    rows: dict[str, Any] = tomllib.loads((FOLDER / file).read_text("utf-8"))[name]
    return rows


LABELLED: dict[str, str] = table("notations.toml", "labelled")
OTHERWISE: dict[str, str] = table("notations.toml", "otherwise")


@pytest.mark.parametrize("notation", LABELLED)
@pytest.mark.parametrize("case", [str.upper, str.lower], ids=["upper", "lower"])
def test_a_labelled_request_id_is_found_in_every_notation(notation: str, case: Callable[[str], str]) -> None:
    text = LABELLED[notation].format(id=case(ID), other=case(OTHER))
    assert extract(text).request_ids == (ID,)


@pytest.mark.parametrize("notation", OTHERWISE)
@pytest.mark.parametrize("case", [str.upper, str.lower], ids=["upper", "lower"])
def test_a_uuid_that_its_label_names_otherwise_is_never_a_request_id(notation: str, case: Callable[[str], str]) -> None:
    assert extract(OTHERWISE[notation].format(other=case(OTHER))).request_ids == ()


NOUNS = """
    device tenant host node pod volume disk instance cluster session client user account order task job build deployment span
    correlation parent nonce token snapshot image vpc subnet key certificate object file batch message event trace machine boot
    partition
""".split()  # noqa: SIM905 - forty short words read better as text


@pytest.mark.parametrize("form", ["--{} {}", "{} is {}", "the {} was {}", "{}={}", "{}: {}"])
def test_a_uuid_that_names_a_thing_is_never_a_request_id(form: str) -> None:
    assert [noun for noun in NOUNS if extract(form.format(noun, OTHER)).request_ids] == []


@pytest.mark.parametrize("words", ["it is", "the request was", "my request ID is", "failed request:", "--lang en"])
def test_words_that_name_no_thing_do_not_hide_an_id(words: str) -> None:
    assert extract(f"{words} {ID}").request_ids == (ID,)


@pytest.mark.parametrize(
    "text", [ID, ID.lower(), ID.capitalize(), f"  {ID.lower()}\r\n", OTHER, "12345678-1234-1234-1234-123456789012"]
)
def test_an_id_alone_is_read_as_one_in_a_sentence(text: str) -> None:
    assert extract(text) == extract(f"Please look at {text} today.")


BREAKS = {
    "plain": "\n",
    "indented": "\n        ",
    "carriage return": "\r\n  ",
    "Terraform": "\n│ ",
    "box with two sides": "   │\n│   ",
    "quote": "\n> ",
    "quote in a quote": "\n> > ",
    "quote, escaped": "\n&gt; ",
    "shell": " \\\n  ",
    "mail": "=\n",
    "written": "\\n",
    "coloured box": "\x1b[0m\n\x1b[31m│\x1b[0m ",
    "HTML": "<br/>",
    "empty line": "\n\n",
}


@pytest.mark.parametrize("line_break", BREAKS)
def test_an_id_broken_over_lines_is_joined(line_break: str) -> None:
    texts = [f"RequestId: {ID[:place]}{BREAKS[line_break]}{ID[place:]}\nCode: X" for place in range(1, 36)]
    assert [text for text in texts if extract(text).request_ids != (ID,)] == []


def test_an_id_broken_over_many_lines_is_joined() -> None:
    pieces = "\n│ ".join(ID[n : n + 7] for n in range(0, 36, 7))
    assert extract(f"│ RequestId: {pieces}\n│ deadbeef").request_ids == (ID,)


def test_ids_on_lines_of_their_own_stay_apart() -> None:
    assert extract(f"{ID}\n{SECOND}\nface\n{OTHER}\nfeed").request_ids == (ID, SECOND, OTHER)


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u200d", "\u2060", "\ufeff", "\xad", "&shy;", "\\u200b", "%E2%80%8B", "\x1b[1m", "\x00"]
)
def test_invisible_signs_within_an_id_do_no_harm(sign: str) -> None:
    assert extract("RequestId: " + ID[:10] + sign + ID[10:20] + sign + ID[20:]).request_ids == (ID,)


@pytest.mark.parametrize(
    "dash", ["\u2010", "\u2011", "–", "—", "−", "\xad", "\\-", "\u2012", "%2D", "&#45;", "&#x2d;", "\\u002d"]
)
def test_a_dash_may_have_been_replaced(dash: str) -> None:
    assert extract("RequestId: " + ID.replace("-", dash)).request_ids == (ID,)


def test_unlabelled_ids_count_when_none_is_labelled() -> None:
    assert extract(f"{ID.lower()} {SECOND}\n{ID}").request_ids == (ID, SECOND)


def test_the_order_is_that_of_first_appearance() -> None:
    assert extract(f"{ID}\nRequestId: {SECOND}\nRequestId: {ID}").request_ids == (ID, SECOND)


@pytest.mark.parametrize(
    "text",
    ["RequestId: {0}, {1} and {2}", '"RequestIds":["{0}","{1}","{2}"]', "request ids {0} {1}\n{2}", "请求ID：{0}、{1}和{2}"],
)
def test_a_list_shares_its_label(text: str) -> None:
    assert extract(text.format(ID, SECOND, OTHER)).request_ids == (ID, SECOND, OTHER)


@pytest.mark.parametrize("text", [ID + "0", ID + "-1", ID[:-1], "x" + ID[1:], ID.replace("-", ""), ""])
def test_what_runs_on_or_lacks_digits_is_no_request_id(text: str) -> None:
    assert extract(text).request_ids == ()


def test_any_number_of_ids_is_told() -> None:
    ids = [f"{n:08X}-0000-1000-8000-00000000000A" for n in range(45)]
    assert list(extract(" ".join(ids)).request_ids) == ids


def test_lower_case_ids_are_marked_unless_they_stand_in_upper_case_too() -> None:
    found = extract(f"{ID.lower()} {SECOND.lower()} {SECOND}")
    assert found.lower_case == frozenset({ID})


def test_a_link_label_cut_by_slack_is_no_second_id() -> None:
    text = f"<https://api.aliyun.com/troubleshoot?requestId={ID}|https://api.aliyun.com/troubleshoot?requestId={ID[:12]}…>"
    assert extract(text).as_json()["other_ids"] == []
    assert extract(text).request_ids == (ID,)
