"""All text of a message, whatever shape it has."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handlers.gathering import MOST_CHARACTERS, gather
from bot.requestids import extract

ID = "123E4567-E89B-12D3-A456-426614174000"
OTHER = "B31790CE-FD13-540B-B86F-F7530AA971D6"


def text_span(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def rich(*spans: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(spans)}]}


PLACES = {
    "text": {"text": f"RequestId: {ID}"},
    "section": {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"*RequestId:* `{ID}`"}}]},
    "section field": {"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": f"*RequestId*\n{ID}"}]}]},
    "header": {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": f"RequestId {ID}"}}]},
    "context": {"blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": f"RequestId: {ID}"}]}]},
    "rich text": {"blocks": [rich(text_span("RequestId: "), text_span(ID, code=True))]},
    "rich text cut by style": {"blocks": [rich(text_span("RequestId: "), text_span(ID[:20], bold=True), text_span(ID[20:]))]},
    "preformatted": {"blocks": [rich(text_span(f"request id: {ID}"), kind="rich_text_preformatted")]},
    "quote": {"blocks": [rich(text_span(f"RequestId: {ID}"), kind="rich_text_quote")]},
    "list": {
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "elements": [{"type": "rich_text_section", "elements": [text_span(f"RequestId: {ID}")]}],
                    }
                ],
            }
        ]
    },
    "link": {
        "blocks": [rich({"type": "link", "url": f"https://api.aliyun.com/troubleshoot?q=X&requestId={ID}", "text": "Diagnose"})]
    },
    "slack link": {"text": f"<https://api.aliyun.com/troubleshoot?q=X&amp;requestId={ID}|Troubleshoot>"},
    "attachment text": {"attachments": [{"text": f"RequestId: {ID}"}]},
    "attachment fallback": {"attachments": [{"fallback": f"RequestId: {ID}"}]},
    "attachment pretext": {"attachments": [{"pretext": f"RequestId: {ID}"}]},
    "attachment field": {"attachments": [{"fields": [{"title": "RequestId", "value": ID, "short": False}]}]},
    "attachment title": {"attachments": [{"title": f"RequestId {ID}"}]},
    "attachment link": {"attachments": [{"title": "See", "title_link": f"https://api.aliyun.com/troubleshoot?requestId={ID}"}]},
    "attachment blocks": {"attachments": [{"blocks": [rich(text_span(f"RequestId: {ID}"))]}]},
    "quoted message": {"attachments": [{"message_blocks": [{"message": {"blocks": [rich(text_span(f"RequestId: {ID}"))]}}]}]},
    "file title": {"files": [{"title": f"RequestId {ID}", "mimetype": "text/plain"}]},
    "file preview": {"files": [{"title": "log.txt", "preview": f"RequestId: {ID}", "mimetype": "text/plain"}]},
    "table": {"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": f"RequestId: {ID}"}]]}]},
}


@pytest.mark.parametrize("message", PLACES.values(), ids=PLACES.keys())
def test_an_id_is_found_wherever_it_stands(message: dict[str, Any]) -> None:
    assert extract(gather(message).text).request_ids == (ID,)


def test_texts_of_two_places_never_run_into_one_id() -> None:
    message = {"text": ID[:18], "attachments": [{"text": ID[18:]}]}
    assert extract(gather(message).text).request_ids == ()


def test_order_is_that_of_reading_and_each_text_counts_once() -> None:
    message = {"text": f"RequestId: {ID}", "blocks": [rich(text_span(f"RequestId: {ID}"))], "attachments": [{"text": OTHER}]}
    assert gather(message).text.count(ID) == 1
    assert gather(message).text.index(ID) < gather(message).text.index(OTHER)


def test_a_deleted_message_says_so() -> None:
    assert gather({"subtype": "tombstone", "text": "This message was deleted."}).lacking == "deleted"


@pytest.mark.parametrize(
    ("message", "lacking"),
    [
        ({}, "empty"),
        ({"text": "  \n"}, "empty"),
        ({"text": "look", "files": [{"title": "a", "mimetype": "image/png"}]}, None),
        ({"text": "", "files": [{"title": "a", "mimetype": "image/png"}]}, "image"),
        ({"attachments": [{"image_url": "https://x", "fallback": "[no preview]"}]}, "image"),
        ({"files": [{"title": "a.har"}]}, "file"),
        ({"files": [{"title": "a.log", "preview": "boom"}]}, None),
    ],
)
def test_what_a_message_lacks_is_told(message: dict[str, Any], lacking: str | None) -> None:
    assert gather(message).lacking == lacking


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["text", "blocks", "elements", "type", "url", "files"]), inner)
    ),
    max_leaves=40,
)


@given(json_values)
@settings(max_examples=300, deadline=None)
def test_no_shape_makes_it_fail(message: object) -> None:
    assert len(gather(message).text) <= MOST_CHARACTERS


def test_depth_and_size_are_bounded() -> None:
    deep: Any = "x"
    for _ in range(200_000):
        deep = {"blocks": [deep]}
    wide = {"attachments": [{"text": f"{number:05}" * 20} for number in range(20_000)], "text": "y" * 300_000}
    began = time.perf_counter()
    gather(deep)
    assert len(gather(wide).text) == MOST_CHARACTERS
    assert time.perf_counter() - began < 10
