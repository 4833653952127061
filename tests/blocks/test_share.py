"""What is shared, kept and warned of: approved as files, and inert whatever a log holds."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.details import Place, details, support_text
from bot.blocks.postmortem import file_name, markdown
from bot.blocks.reproduce import reproduce
from bot.blocks.share import Shared, said_of, share_view, shared_message
from bot.blocks.tripwire import warning
from bot.explain import Evidence, explain
from bot.explain.explanation import Explanation
from bot.explain.masking import MASK_CLASSES, MaskClass, mask
from bot.languages import Language
from tests.approval import Transcript
from tests.explain.logs import ACCOUNT, NOW, USER, detail, log

HOSTILE = "<!channel> <https://evil.example|x> `rm` *b* [l](https://evil.example) ![i](https://evil.example/i.png) ```\n# h"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
TRANSCRIPT = Transcript("requestlog", "share")


def denied(language: Language = "en", message: str = "You may not do that to vsw-bp1s5fnvk4gn2tws03624.") -> Explanation:
    """A refused RunInstances with parameters and a body."""
    basic = {"errorCode": "Forbidden.RAM", "httpStatusCode": "403", "api": "RunInstances", "errorMessage": message}
    caller = {"callerType": "sub", "masterAccountId": ACCOUNT, "callerAccountId": USER, "callerIp": "203.0.113.17"}
    parameters = [
        {"name": "RegionId", "value": "cn-hangzhou"},
        {"name": "VSwitchId", "value": "vsw-bp1s5fnvk4gn2tws03624"},
        {"name": "Password", "value": "Standin-P@ssw0rd-9"},
    ]
    body = json.dumps({"Code": "Forbidden.RAM", "Message": message})
    read = log(basic=basic, caller=caller, detail=detail(), parameters=parameters, body=body)
    return explain(read, Evidence(), language=language, now=NOW)


def shared(language: Language = "en", masks: tuple[MaskClass, ...] = MASK_CLASSES, **more: str) -> Shared:
    """It, as U0ALICE would share it."""
    return Shared(mask(denied(language, **more), masks), "U0ALICE", frozenset(masks))


@pytest.mark.parametrize("language", LANGUAGES)
def test_approved_messages_and_modals(language: Language) -> None:
    place = Place("C0INCIDENT", None)
    other = denied("zh" if language == "en" else "en")
    posted, open_ = (shared_message(shared(language, masks), now=NOW) for masks in (MASK_CLASSES, ()))
    preview, nowhere = (share_view(shared(language), where, now=NOW) for where in (place, Place()))
    warned = warning(("access_key", "slack", "private_key", "sts"), language)
    TRANSCRIPT.approve("posted", language, posted, blocks="share")
    TRANSCRIPT.approve("nothing hidden, like posted", language, open_, like=posted)
    TRANSCRIPT.approve("preview, like posted", language, preview, like=posted, blocks="share-preview")
    TRANSCRIPT.approve("without a place, like preview", language, nowhere, like=preview)
    TRANSCRIPT.approve("parameters", language, details("parameters", denied(language), 0, place), blocks="details")
    TRANSCRIPT.approve("response", language, details("response", denied(language), 0, place))
    TRANSCRIPT.approve("reproduce", language, reproduce(denied(language)))
    TRANSCRIPT.approve("support text", language, support_text(denied(language), other))
    TRANSCRIPT.approve("tripwire", language, warned, blocks="tripwire")


def test_what_is_posted_is_what_the_preview_showed() -> None:
    posted = [block for block in shared_message(shared(), now=NOW).plainer().blocks if block["type"] != "actions"]
    preview = [block for block in share_view(shared(), Place("C0"), now=NOW)["blocks"] if "preview" in block["block_id"]]
    assert [{**block, "block_id": ""} for block in posted] == [{**block, "block_id": ""} for block in preview]


def test_the_only_live_mention_is_the_sharer_s() -> None:
    posted = shared_message(shared(masks=(), message=HOSTILE), now=NOW)
    kinds = re.findall(r'"type": "(user|usergroup|broadcast|channel)"', json.dumps(posted.blocks))
    assert kinds == ["user"]
    assert "evil.example" not in "".join(re.findall(r'"url": "([^"]*)"', json.dumps(posted.blocks)))


def test_a_long_card_still_fits_and_keeps_who_shared_it() -> None:
    posted = shared_message(shared(masks=(), message="word " * 3_000), now=NOW)
    assert len(json.dumps(posted.blocks)) < 20_000
    assert posted.blocks[0]["elements"][0]["elements"][1]["user_id"] == "U0ALICE"


@pytest.mark.parametrize("reason", ["not_in_channel", "is_archived", "missing_scope", "lost_answer", "response_url_404", "odd"])
def test_every_refusal_has_a_sentence_in_both_languages(reason: str) -> None:
    assert said_of(reason, "en") != said_of(reason, "zh")


def test_the_file_holds_the_explanation_and_nothing_live() -> None:
    text = markdown(mask(denied(message=HOSTILE), MASK_CLASSES), now=NOW)
    assert text.startswith("# ")
    assert "ecs:RunInstances" in text
    for value in (ACCOUNT, USER, "203.0.113.17", "vsw-bp1s5fnvk4gn2tws03624", "P@ssw0rd"):
        assert value not in text
    outside = re.sub(r"(?s)(`{3,})[a-z]*\n.*?\n\1", "", text)
    assert "evil.example" not in outside
    assert file_name(denied()) == "requestlog-123E4567-E89B-12D3-A456-426614174000.md"


@pytest.mark.parametrize(
    "text", ["https://evil.example", "www.evil.example", "WWW.evil", "ops@evil.example", "evil.example", "&#64;"]
)
def test_no_viewer_of_the_file_makes_a_link_of_a_foreign_word(text: str) -> None:
    """Viewers link bare hosts, www. and mailboxes too; in code spans and fences they do not."""
    said = markdown(replace(denied(), cause=f"See {text} now"), now=NOW)
    assert "\n\nSee " in said
    assert text not in said
    assert text.replace("&#", "\\&\\#") in said.replace("\u2060", "")


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    text = markdown(denied(message="a\n````\nb"), now=NOW)
    assert "`````\na\n````\nb\n`````" in text


def approved_texts(value: Any) -> list[str]:
    """Every text in a structure."""
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in items for text in approved_texts(item)]


def test_the_support_text_is_one_piece_that_can_be_selected() -> None:
    blocks = support_text(denied("en"), denied("zh"))["blocks"]
    assert sum("RequestId" in text for block in blocks[1:] for text in approved_texts(block)) == 1
