"""What the page shows first, how much room there is, and what a new window begins with."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from slack_sdk import WebClient

from bot.languages import Texts
from bot.playground.alibaba import CASES
from bot.playground.alibaba.requestlogs import case_content
from bot.playground.scene import GROUPS, posts, suggestions
from bot.requestids import extract
from tests.playground.echo import Answer, EchoBot
from tests.playground.page.desk import FORM, OF_BOB, SAMPLE, Desk, Json


def cut(desk: Desk, field: str) -> bool:
    """Whether a field's placeholder is wider than the field."""
    script = (
        "const field = arguments[0], style = getComputedStyle(field), pen = document.createElement('canvas').getContext('2d');"
        "pen.font = style.font;"
        "const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);"
        "return pen.measureText(field.placeholder).width > room;"
    )
    return bool(desk.browser.execute_script(script, desk.find(field)))


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_no_placeholder_is_cut(desk: Desk, language: str) -> None:
    desk.slack.workspace.set_locale("U0ALICE", language)
    desk.wide(420)
    assert not cut(desk, "#composer")
    desk.wide(1280)
    desk.find("#log .replies").click()
    assert not cut(desk, "#reply")


def test_a_thread_has_room_to_read(desk: Desk) -> None:
    desk.wide(1280)
    desk.find("#log .replies").click()
    assert desk.find("#pane .message-main").size["width"] >= 300


def test_the_first_look_is_at_the_newest_message(desk: Desk) -> None:
    for number in range(30):
        desk.slack.user("U0BOB").says(f"Message {number}\nof two lines")
    desk.browser.refresh()
    desk.find("#main[data-ready]")
    left = "const log = document.getElementById('log'); return log.scrollHeight - log.scrollTop - log.clientHeight"
    desk.until(lambda: desk.browser.execute_script(left) <= 1)
    desk.find("#composer").send_keys("a", Keys.SHIFT, Keys.ENTER)
    assert desk.find("textarea#composer")
    desk.until(lambda: desk.browser.execute_script(left) <= 1)


def test_a_new_window_begins_without_the_last_one_s_dialogs(desk: Desk) -> None:
    desk.find('[data-shortcut="look_up_requestid"]').click()
    desk.find("#modal input")
    desk.browser.refresh()
    desk.find("#main[data-ready]")
    assert desk.slack.modal("U0ALICE") is None
    assert desk.browser.find_elements(By.CSS_SELECTOR, "#modal[open]") == []


def test_a_choice_of_conversations_begins_with_the_current_one(desk: Desk, bot: EchoBot) -> None:
    client = WebClient(desk.slack.bot_token, base_url=desk.slack.api_url)
    element = {"type": "conversations_select", "action_id": "where", "default_to_current_conversation": True}
    view = FORM | {"blocks": [FORM["blocks"][0] | {"block_id": "place", "element": element}]}

    def answer(payload: Json) -> Answer:
        client.views_open(trigger_id=payload["trigger_id"], view=view)
        return Answer()

    bot.answer = answer
    desk.find('[data-place="C0PUBLIC"]').click()
    desk.find('[data-shortcut="look_up_requestid"]').click()
    choice = Select(desk.find("#modal select"))
    assert choice.first_selected_option.text == "#lobby"
    assert [option.text for option in choice.options if "directmessage" in option.text] == []


def test_what_is_worth_trying_stands_under_headings_with_who_to_be(desk: Desk) -> None:
    desk.find("#pane h3")
    headings = [each.text for each in desk.browser.find_elements(By.CSS_SELECTOR, "#pane h3")]
    assert headings == ["Failed", "Other people's, or no log left"]
    assert "as " not in desk.find(f'[data-request="{SAMPLE}"]').text
    assert "as bob" in desk.find(f'[data-request="{OF_BOB}"]').text
    desk.slack.workspace.set_locale("U0ALICE", "zh-CN")
    desk.reads("失败", "#pane h3")
    desk.reads("身份选 bob", "#pane")


def test_every_case_of_the_playground_stands_under_one_heading() -> None:
    stand = [name for names in GROUPS.values() for name in names.split()]
    assert sorted(stand) == sorted(case.shows for case in CASES)
    texts = Texts("bot.playground", "page/texts.toml").tables
    assert [group for group in GROUPS if f"group_{group}" not in texts] == []


def test_a_call_that_alice_cannot_see_says_who_to_be() -> None:
    by_name = {case.request_id: case.shows for case in CASES}
    who = {by_name[each.request_id]: each.who for each in suggestions()}
    assert (who["sample"], who["of-bob"], who["denied-main-account"], who["trail-only"]) == ("", "bob", "auditor", "auditor")


def test_who_posts_an_error_has_met_it_before() -> None:
    """The clock of the posts agrees with that of the calls that they tell of."""
    now = datetime.now(UTC)
    for post in posts():
        for request_id in extract(post.text).request_ids:
            log: Any = case_content(next(each for each in CASES if each.request_id == request_id).file or "", now)["log"]
            sent = datetime.fromisoformat(log["basicInfo"]["sdkRequestTime"].strip())
            assert sent < now - timedelta(minutes=post.minutes_ago), post.text
