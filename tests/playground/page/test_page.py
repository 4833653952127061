"""The page in a real browser: a person types, chooses, fills in and reads, by keyboard, in both languages."""

import urllib.request

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from bot.languages import Texts
from tests.playground.echo import EchoBot
from tests.playground.page.desk import SAMPLE, Desk, Json


def test_a_command_is_answered_with_a_private_card(desk: Desk, bot: EchoBot) -> None:
    desk.types(f"/requestlog {SAMPLE}")
    card = desk.find("#log .message-private")
    assert "Only visible to you" in card.text
    assert card.find_element(By.CSS_SELECTOR, "h3").text == "Failed: RunInstances"
    assert card.find_element(By.CSS_SELECTOR, "code").text == "a <b>"
    assert bot.heard[0].payload["text"] == SAMPLE


def test_the_composer_is_an_ordinary_text_field_with_a_name(desk: Desk) -> None:
    field = desk.find("#composer")
    assert (field.tag_name, field.aria_role, field.accessible_name) == ("input", "textbox", "Message")
    assert desk.browser.switch_to.active_element == field


def test_pasted_lines_stay_lines(desk: Desk, bot: EchoBot) -> None:
    field = desk.find("#composer")
    desk.browser.execute_script(
        "const bag = new DataTransfer(); bag.setData('text/plain', '/requestlog one\\ntwo');"
        "arguments[0].dispatchEvent(new ClipboardEvent('paste', {clipboardData: bag, bubbles: true, cancelable: true}));",
        field,
    )
    desk.find("textarea#composer").send_keys(Keys.ENTER)
    desk.until(lambda: bool(bot.heard))
    assert bot.heard[0].payload["text"] == "one\ntwo"


def test_a_suggestion_lands_in_the_composer(desk: Desk) -> None:
    desk.find(f'[data-request="{SAMPLE}"]').click()
    assert desk.find("#composer").get_attribute("value") == f"/requestlog {SAMPLE}"


def test_the_message_shortcut_by_keyboard_and_the_modal_s_errors(desk: Desk) -> None:
    opener = desk.find('#log .message [aria-haspopup="menu"]')
    opener.send_keys(Keys.ENTER)
    desk.browser.switch_to.active_element.send_keys(Keys.ENTER)
    field = desk.find("#modal input")
    assert field.accessible_name == "RequestIds"
    assert desk.browser.switch_to.active_element == field
    field.send_keys("nothing", Keys.ENTER)
    desk.reads("There is no RequestId in it.", "#modal")
    assert field.get_attribute("aria-invalid") == "true"
    field.send_keys(f" {SAMPLE}", Keys.ENTER)
    desk.until(lambda: not desk.browser.find_elements(By.CSS_SELECTOR, "#modal[open]"))


def test_escape_closes_a_modal_and_the_bot_hears_of_it(desk: Desk, bot: EchoBot) -> None:
    desk.find('[data-shortcut="look_up_requestid"]').click()
    desk.find("#modal input").send_keys(Keys.ESCAPE)
    desk.until(lambda: desk.slack.modal("U0ALICE") is None)
    desk.slack.wait_for(lambda: bot.heard[-1].payload["type"] == "view_closed")


def test_a_button_sends_its_click(desk: Desk, bot: EchoBot) -> None:
    desk.types("/requestlog x")
    desk.find("#log .message-private .actions button").click()
    desk.slack.wait_for(lambda: bot.heard[-1].payload.get("actions", [{}])[0].get("action_id") == "share")


def test_a_thread(desk: Desk, bot: EchoBot) -> None:
    desk.find("#log .replies").click()
    desk.find("#reply").send_keys("@requestlog help", Keys.ENTER)
    desk.reads("@requestlog help", "#pane")
    desk.slack.wait_for(lambda: bot.heard)
    assert bot.heard[0].payload["event"]["thread_ts"] == desk.slack.sees("U0ALICE")[0].ts


def test_the_home_tab(desk: Desk) -> None:
    desk.find('[data-place="D0ALICE"]').click()
    desk.find('[data-tab="home"]').click()
    desk.reads("Failed: RunInstances")


def test_chinese_is_the_person_s_language_in_slack(desk: Desk) -> None:
    Select(desk.find("#language")).select_by_value("zh-CN")
    desk.reads("频道", "#sidebar")
    assert desk.slack.workspace.people["U0ALICE"].locale == "zh-CN"
    desk.types("/requestlog x")
    desk.reads("仅你可见")
    desk.reads("失败的调用", "#pane")


def test_another_person_does_not_see_a_private_answer(desk: Desk) -> None:
    desk.types("/requestlog x")
    desk.find("#log .message-private")
    Select(desk.find("#person")).select_by_value("U0BOB")
    desk.until(lambda: not desk.browser.find_elements(By.CSS_SELECTOR, "#log .message-private"))


def test_breaches_are_shown(desk: Desk) -> None:
    desk.find('[data-pane="rules"]').click()
    desk.reads("No breach", "#verdict")
    desk.slack.workspace.breach("late_acknowledgement", "no acknowledgement within 3 s", "/requestlog")
    desk.reads("Breaches: 1", "#verdict")
    desk.reads("late_acknowledgement", "#pane")
    desk.slack.workspace.breaches.clear()


def test_foreign_markup_stays_text_and_a_live_broadcast_is_seen(desk: Desk) -> None:
    desk.slack.user("U0BOB").says("<img src=x onerror=alert(1)> &lt;!channel&gt; <https://evil.example|ok> :nonsense:")
    desk.reads("<!channel>")
    assert desk.browser.find_elements(By.CSS_SELECTOR, "#log img, #log .ping") == []
    desk.slack.user("U0BOB").says("<!channel>")
    assert desk.find("#log .ping").text.startswith("@channel")


def test_a_narrow_screen_has_no_sideways_scrolling(desk: Desk) -> None:
    desk.types("/requestlog x")
    desk.find("#log .message-private")
    for width in (420, 760, 1280):
        desk.wide(width)
        assert desk.browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_on_a_narrow_screen_escape_closes_what_lies_over_the_messages_and_gives_the_focus_back(desk: Desk) -> None:
    desk.wide(400)
    for opener, lies_over in ((".drawer-button", "#sidebar.open"), ("[data-pane=rules]", "#pane.open")):
        desk.find(f"#top {opener}").send_keys(Keys.ENTER)
        desk.find(lies_over)
        desk.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
        desk.gone(lies_over)
        assert desk.browser.switch_to.active_element == desk.find(f"#top {opener}")


def test_a_message_s_time_names_its_zone(desk: Desk) -> None:
    desk.until(lambda: "GMT+8" in desk.find("#log .message-head time").text)


def test_the_page_loads_nothing_from_outside(desk: Desk) -> None:
    with urllib.request.urlopen(desk.slack.url) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
    desk.find("#composer")
    loaded = desk.browser.execute_script("return performance.getEntriesByType('resource').map((each) => each.name)")
    assert {name for name in loaded if not name.startswith(desk.slack.url)} == set()


def test_every_text_of_the_page_stands_in_both_languages() -> None:
    tables = Texts("bot.playground", "page/texts.toml").tables
    assert [key for key, table in tables.items() if not (table.get("en") and table.get("zh"))] == []


NEWER: list[Json] = [
    {
        "type": "container",
        "title": {"type": "plain_text", "text": "All facts"},
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": [{"type": "section", "text": {"type": "plain_text", "text": "cn-hangzhou"}}],
    },
    {
        "type": "data_visualization",
        "title": "3 calls",
        "chart": {
            "type": "bar",
            "series": [
                {"name": "throttled", "data": [{"label": "02:50", "value": 2}, {"label": "02:51", "value": 0}]},
                {"name": "succeeded", "data": [{"label": "02:50", "value": 0}, {"label": "02:51", "value": 1}]},
            ],
            "axis_config": {"categories": ["02:50", "02:51"], "y_label": "calls"},
        },
    },
    {
        "type": "data_table",
        "caption": "3 calls",
        "page_size": 2,
        "row_header_column_index": 1,
        "rows": [
            [{"type": "raw_text", "text": "ms"}, {"type": "raw_text", "text": "RequestId"}],
            *(
                [{"type": "raw_number", "value": ms, "text": str(ms)}, {"type": "raw_text", "text": name}]
                for ms, name in ((9, "A"), (188, "B"), (10, "C"))
            ),
        ],
    },
]


def test_what_is_folded_opens_by_keyboard_and_stays_open(desk: Desk) -> None:
    desk.post(NEWER)
    desk.find("#log details summary").send_keys(Keys.ENTER)
    assert desk.find("#log details[open] .container-body").text == "cn-hangzhou"
    desk.slack.user("U0BOB").says("Next")
    desk.reads("Next")
    assert desk.find("#log details[open] .container-body").text == "cn-hangzhou"


def test_a_table_is_sorted_by_its_numbers_and_turned_by_keyboard(desk: Desk) -> None:
    desk.post(NEWER)

    def rows() -> list[str]:
        return [each.text for each in desk.browser.find_elements(By.CSS_SELECTOR, "#log .data-table tbody th[scope=row]")]

    assert rows() == ["A", "B"]
    for direction, first_page in (("ascending", ["A", "C"]), ("descending", ["B", "C"])):
        desk.find("#log .data-table thead button").send_keys(Keys.ENTER)
        assert desk.find("#log .data-table th[aria-sort]").get_attribute("aria-sort") == direction
        assert rows() == first_page
        assert desk.browser.switch_to.active_element.text.startswith("ms")
    desk.find('#log [data-focus="page_on"]').send_keys(Keys.ENTER)
    assert rows() == ["A"]
    assert desk.find('#log [data-focus="page_on"]').get_attribute("disabled")


def test_who_cannot_see_a_chart_hears_its_numbers(desk: Desk) -> None:
    desk.post(NEWER)
    script = (
        "return [...document.querySelectorAll('#log .chart .sr tr')].map((row) => [...row.cells].map((cell) => cell.innerText))"
    )
    assert desk.browser.execute_script(script) == [["", "throttled", "succeeded"], ["02:50", "2", "0"], ["02:51", "0", "1"]]
    assert desk.find("#log .chart .plot").get_attribute("aria-hidden") == "true"


_DRAWN = ("h4", "li", "pre", "td")


def test_a_canvas_of_the_channel_opens_above_its_messages(desk: Desk) -> None:
    text = (
        "# 3 calls\n\nSee \\<@U0BOB\\> and \\`x\\`\n## Kept **at \\*noon\\***\n- one\n- two\nand\n"
        "````\n## raw\n```\n````\n| API | ms |\n| --- | --- |\n| a\\|b | 9 |"
    )
    desk.slack.workspace.add_canvas("C0INCIDENT", "Post-mortem of inc-42", text)
    desk.find("#canvases summary").send_keys(Keys.ENTER)
    desk.reads("3 calls", "#canvases details[open]")
    desk.reads("See <@U0BOB> and `x`", "#canvases")
    drawn = {css: [each.text for each in desk.browser.find_elements(By.CSS_SELECTOR, f"#canvases {css}")] for css in _DRAWN}
    assert drawn == {"h4": ["Kept at *noon*"], "li": ["one", "two"], "pre": ["## raw\n```"], "td": ["a|b", "9"]}
    assert desk.browser.find_elements(By.CSS_SELECTOR, "#canvases code, #canvases .mention") == []
