"""The straight line as a stranger sees it: the playground's page in a real browser, the real bot behind it."""

from collections.abc import Iterator

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from bot.playground import Playground
from tests.playground.page.desk import SAMPLE, Desk, chromium, complaints

COMMAND = f"/requestlog {SAMPLE}"
NEWEST = "#log .message-private:last-child"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    """A headless Chromium with a fresh profile."""
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def desk(browser: WebDriver) -> Iterator[Desk]:
    """Alice at the playground's page."""
    with Playground() as stage:
        browser.get(stage.url)
        yield Desk(browser, stage.slack)
        browser.get("about:blank")
        breaches = stage.slack.breaches
    assert complaints(browser) == []
    assert breaches == []


def answer(desk: Desk, text: str = COMMAND) -> str:
    """What the private answer to a command says."""
    before = len(desk.browser.find_elements(By.CSS_SELECTOR, "#log .message-private"))
    desk.types(text)
    desk.until(lambda: len(desk.browser.find_elements(By.CSS_SELECTOR, "#log .message-private")) > before)
    return desk.find(NEWEST).text


def opened(desk: Desk) -> str:
    """The newest answer once its facts were opened, by the keyboard."""
    desk.find(f"{NEWEST} summary").send_keys(Keys.ENTER)
    desk.find(f"{NEWEST} details[open]")
    return desk.find(NEWEST).text


def says(desk: Desk, css: str, *parts: str) -> None:
    """Wait until a part of the page says all of this; it may be drawn anew meanwhile."""

    def said() -> bool:
        try:
            shown = desk.find(css).text
        except StaleElementReferenceException:
            return False
        return all(part in shown for part in parts)

    desk.until(said)


def test_the_sample_is_explained_to_alice_alone_within_three_seconds(desk: Desk) -> None:
    answer(desk)
    said = opened(desk)
    for part in (
        "Only visible to you",
        "RunInstances",
        "Elastic Compute Service",
        "400",
        "IncorrectStatus.TransitRouter",
        "Next",
        "you (alice)",
    ):
        assert part in said
    assert [litter for litter in ("\\t", "\\n", "\t", "\\u") if litter in said] == []
    assert desk.find(NEWEST).find_elements(By.CSS_SELECTOR, "a[href^='https://']")


def test_the_same_in_chinese_as_soon_as_the_language_is_chosen(desk: Desk) -> None:
    answer(desk)
    Select(desk.find("#language")).select_by_value("zh-CN")
    says(desk, "#sidebar", "频道")
    # A stranger looks at the page before typing again; so long the bot may remember the language.
    desk.until(lambda: "下一步" in answer(desk))
    said = opened(desk)
    for part in ("仅你可见", "RunInstances", "云服务器", "IncorrectStatus.TransitRouter", "下一步"):
        assert part in said
    assert "Only visible to you" not in said


def test_a_message_s_menu_explains_the_requestids_in_it(desk: Desk) -> None:
    desk.find('#log .message:has(code, pre) [aria-haspopup="menu"]').click()
    item = desk.find('[role="menuitem"]')
    assert item.text == "Explain RequestIds"
    item.click()
    says(desk, "#modal[open]", "RunInstances", "ecs:RunInstances")
    desk.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    desk.until(lambda: not desk.browser.find_elements(By.CSS_SELECTOR, "#modal[open]"))


def test_the_home_tab_lists_what_was_asked(desk: Desk) -> None:
    answer(desk)
    desk.find('[data-place="D0ALICE"]').click()
    desk.find('[data-tab="home"]').click()
    says(desk, "#log .home", "alice", "RunInstances")


def test_a_button_of_the_card_opens_its_dialog(desk: Desk) -> None:
    answer(desk)
    desk.find(f"{NEWEST} [data-focus='card_actions.card_parameters']").click()
    says(desk, "#modal[open]", "InstanceType")
