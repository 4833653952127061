"""The buttons of a card and the modals of its details: what is there, in which portions."""

import json
from typing import Any

import pytest

from bot.aliyun.models import RequestLog
from bot.blocks.details import CHUNK, CHUNKS_A_PAGE, Place, card_buttons, chunks, details
from bot.blocks.requestlog import card
from bot.explain import Evidence, explain
from bot.explain.catalog import load_catalog
from tests.explain.logs import NOW, explained, log

HERE = Place("C0INCIDENT", None)


def shown(view: dict[str, Any]) -> str:
    """All that a view says."""
    return json.dumps(view["blocks"], ensure_ascii=False)


def test_a_call_without_parameters_and_body_offers_neither() -> None:
    row = card_buttons(explained())
    assert row is not None
    names = [button["action_id"] for button in row["elements"]]
    assert names == ["card_share", "card_more"]
    options = [option["value"].split()[0] for option in row["elements"][1]["options"]]
    assert options == ["card_reproduce", "card_ticket_text", "card_refresh"]


def test_the_menu_holds_at_most_five_options_of_ids_alone() -> None:
    read = log(basic={"errorCode": "Throttling.User", "httpStatusCode": "400"})
    known = explain(read, Evidence(load_catalog()), language="en", now=NOW)
    assert known.request_id
    row = card_buttons(known)
    assert row is not None
    menu = next(block for block in card(known, (), now=NOW).plainer().blocks if block["block_id"] == "card_actions")
    options = menu["elements"][-1]["options"]
    assert options[:3] == row["elements"][-1]["options"]
    assert [option["value"].split(" ")[0] for option in options[3:]] == ["feedback_helpful", "feedback_wrong"]
    assert all(len(option["value"]) <= 150 for option in options)
    assert known.request_id in options[0]["value"]


def test_one_parameter_is_not_called_several() -> None:
    assert ", 1 parameter. " in shown(details("parameters", explained(parameters=[{"name": "A", "value": "1"}]), 0, HERE))


@pytest.mark.parametrize("page", [-5, 0, 1, 10**9])
def test_any_page_is_brought_into_range_and_within_slack_s_limits(page: int) -> None:
    body = json.dumps({"Items": [{"Id": number, "Name": "x" * 50} for number in range(3_000)]})
    view = details("response", explained(body=body), page, HERE)
    preformatted = [block for block in view["blocks"] if "preformatted" in json.dumps(block)]
    assert 1 <= len(preformatted) <= CHUNKS_A_PAGE
    assert all(len(block["elements"][0]["elements"][0]["text"]) <= CHUNK for block in preformatted)
    assert len(view["private_metadata"]) <= 3_000


def test_all_pages_together_hold_the_whole_body() -> None:
    body = json.dumps({"Items": [f"item {number}" for number in range(5_000)]})
    views = [details("response", explained(body=body), page, HERE) for page in range(20)]
    together = "".join(shown(view) for view in views)
    assert all(f"item {number}\\" in together for number in range(5_000))


def test_a_body_that_fits_has_no_pages() -> None:
    assert "Page" not in shown(details("response", explained(body='{"a": 1}'), 0, HERE))


def test_short_parameters_stand_on_a_line_and_long_ones_below_their_name() -> None:
    parameters = [{"name": "A", "value": "1"}, {"name": "Policy", "value": {"Statement": [{"Effect": "Allow"}]}}]
    view = details("parameters", explained(parameters=parameters), 0, HERE)
    kinds = [element["type"] for block in view["blocks"] if block["type"] == "rich_text" for element in block["elements"]]
    assert kinds == ["rich_text_section", "rich_text_section", "rich_text_preformatted"]


def test_three_hundred_parameters_come_in_pages() -> None:
    parameters = [{"name": f"Tag.{number}.Value", "value": "v" * 500} for number in range(300)]
    view = details("parameters", explained(parameters=parameters), 0, HERE)
    assert "Page 1 of" in shown(view)
    assert len(view["blocks"]) <= CHUNKS_A_PAGE + 3


@pytest.mark.parametrize("text", ["", "x", "x" * 10_000, "line\n" * 5_000, "\n" * 9_000])
def test_chunks_lose_nothing_but_line_ends(text: str) -> None:
    parts = chunks(text)
    assert all(1 <= len(part) <= CHUNK for part in parts)
    assert "".join(parts).replace("\n", "").strip() == text.replace("\n", "")


def test_an_empty_log_shows_no_lone_dash() -> None:
    """What a log does not tell has no line; a dash alone says nothing."""
    shown = card(explain(RequestLog(), Evidence(), language="en", now=NOW), (), now=NOW).blocks
    assert "–" not in str(shown)
