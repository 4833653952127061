"""What is shared, kept and warned of: approved as files, and inert whatever a log holds."""

import html
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.details import Place, details, support_text
from bot.blocks.kit import preformatted, rich
from bot.blocks.reproduce import reproduce
from bot.blocks.share import Shared, file_name, markdown, preview, said_of, share_view, shared_message
from bot.blocks.trouble import warning
from bot.explain import Evidence, explain
from bot.explain.explanation import Explanation
from bot.explain.masking import MASK_CLASSES, MaskClass, mask
from bot.languages import Language
from bot.outcomes import Found, Outcome
from bot.playground.slack.block_rules import block_faults, view_faults
from bot.playground.slack.mentions import mention_faults
from bot.playground.slack.messages import seen_texts
from tests.approval import Transcript
from tests.blocks.outcomes import found, not_found
from tests.explain.logs import ACCOUNT, NOW, USER, detail, log
from tests.rendering import rendered

HOSTILE = "<!channel> <https://evil.example|x> `rm` *b* [l](https://evil.example) ![i](https://evil.example/i.png) ```\n# h"
SAMPLE = "123E4567-E89B-12D3-A456-426614174000"
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
    said = mask(denied(language, **more), masks)
    return Shared((Found(SAMPLE, said, ()),), "U0ALICE", frozenset(masks), language)


def kept(said: Explanation) -> str:
    """The file of one call."""
    return markdown(Shared((Found(SAMPLE, said, ()),), "U0ALICE", frozenset(MASK_CLASSES), said.language), now=NOW)


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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("masks", [MASK_CLASSES, ()])
def test_what_is_kept_is_what_the_preview_showed(language: Language, masks: tuple[MaskClass, ...]) -> None:
    """Word for word, in one order: nothing more, which nobody looked at, and nothing less."""
    for each in (shared(language, masks), Shared(several(language), "U0ALICE", frozenset(masks), language)):
        whole = re.sub(r"^\| (?:RequestId|---) .*$", "", markdown(each, now=NOW), flags=re.MULTILINE)  # a table has heads
        head, _by, *text = whole.split("\n\n")
        shown = seen_texts(json.loads(json.dumps(preview(each, NOW)[1:]).replace('"fallback"', '"text"')))  # a date's words
        assert letters("".join([head, *text])) == letters(*shown)


def letters(*texts: str) -> str:
    """The words alone, without what lays them out."""
    known = "".join(re.sub(r"^\d+\. |\(https:[^)]*\)", "", html.unescape(text), flags=re.MULTILINE) for text in texts)
    return "".join(letter for letter in known if letter.isalnum())


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
    text = kept(mask(denied(message=HOSTILE), MASK_CLASSES))
    assert text.startswith("# ")
    assert "ecs:RunInstances" in text
    for value in (ACCOUNT, USER, "203.0.113.17", "vsw-bp1s5fnvk4gn2tws03624", "P@ssw0rd"):
        assert value not in text
    outside = re.sub(r"(?s)(`{3,})[a-z]*\n.*?\n\1", "", text)
    assert "evil.example" not in outside
    assert file_name(shared(), NOW) == f"requestlog-{SAMPLE}.md"


@pytest.mark.parametrize(
    "text", ["https://evil.example", "www.evil.example", "WWW.evil", "ops@evil.example", "evil.example", "&#64;"]
)
def test_no_viewer_of_the_file_makes_a_link_of_a_foreign_word(text: str) -> None:
    """Viewers link bare hosts, www. and mailboxes too; in code spans and fences they do not."""
    said = kept(replace(denied(), cause=f"See {text} now"))
    assert "\n\nSee " in said
    assert text not in said
    assert text.replace("&#", "\\&\\#") in said.replace("\u2060", "")


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    text = kept(denied(message="a\n````\nb"))
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


def several(language: Language = "en", message: str = "No.") -> tuple[Outcome, ...]:
    """Five calls: three throttled, one refused, one without a log; all masked."""
    throttled: list[Outcome] = [found(number, after_s=60 * number, language=language) for number in range(3)]
    refused = replace(found(3, after_s=400), explanation=denied(language, message))
    every = [*throttled, refused, not_found(4)]
    return tuple(
        replace(each, explanation=mask(each.explanation, MASK_CLASSES)) if isinstance(each, Found) else each for each in every
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_summary_is_shared_and_kept_as_approved(language: Language) -> None:
    incident = Shared(several(language), "U0ALICE", frozenset(MASK_CLASSES), language)
    posted = shared_message(incident, now=NOW)
    assert block_faults(posted.blocks, "message") == []
    TRANSCRIPT.approve("summary", language, posted)
    view = share_view(incident, Place("C0INCIDENT", None), now=NOW)
    assert view_faults(view) == []
    assert json.loads(view["private_metadata"])["request_id"].split() == [each.request_id for each in incident.outcomes]
    text = markdown(incident, now=NOW)
    TRANSCRIPT.approve("summary as Markdown", language, {"text": "", "blocks": [rich(preformatted(text))]})
    assert file_name(incident, NOW) == "requestlog-2026-11-21-0200.md"


def test_nothing_of_a_shared_summary_tells_what_is_masked_or_is_alive() -> None:
    incident = Shared(several(message=HOSTILE), "U0ALICE", frozenset(MASK_CLASSES), "en")
    posted = shared_message(incident, now=NOW)
    for said in ("\n".join(rendered(posted)), markdown(incident, now=NOW)):
        for value in (ACCOUNT, USER, "203.0.113.17", "vsw-bp1s5fnvk4gn2tws03624", "P@ssw0rd", "https://evil"):
            assert value not in said
    assert re.findall(r'"type": "(user|usergroup|broadcast|channel)"', json.dumps(posted.blocks)) == ["user"]
    assert mention_faults(posted.text, posted.blocks) == []
