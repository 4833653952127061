"""A real browser at the playground's page."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from slack_sdk import WebClient

from bot.playground.slack import SlackStandIn

Json = dict[str, Any]
SAMPLE = "123E4567-E89B-12D3-A456-426614174000"
OF_BOB = "61F07EA8-B111-5FE8-B870-0A7CA98588F9"
ANSWER: Json = {
    "text": "Failed: RunInstances",
    "response_type": "ephemeral",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Failed: RunInstances"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Why* `a &lt;b&gt;` <https://www.aliyun.com/|the page>"}},
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "share", "text": {"type": "plain_text", "text": "Share"}}],
        },
    ],
}
FORM: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Explain RequestIds"},
    "submit": {"type": "plain_text", "text": "Look up"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "ids",
            "label": {"type": "plain_text", "text": "RequestIds"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}
NO_BROWSER = "No browser is here: these tests need Debian's packages chromium and chromium-driver."
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,800",
)


@contextmanager
def chromium(profile: Path) -> Iterator[WebDriver]:
    """A headless Chromium. Where none is installed the test is skipped and says so; under CI it fails."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        yield browser
    finally:
        browser.quit()


def complaints(browser: WebDriver) -> list[str]:
    """What the browser's console complained of since it was last asked; the end of a page's stream is none."""
    log: Any = browser  # selenium's get_log has no types
    return [entry["message"] for entry in log.get_log("browser") if "/page/stream" not in entry["message"]]


class Desk:
    """A browser at the page, and what stands behind it."""

    def __init__(self, browser: WebDriver, slack: SlackStandIn) -> None:
        self.browser = browser
        self.slack = slack
        # The page draws itself anew at any time; what was found before that is looked for again.
        self._wait = WebDriverWait(browser, 10, ignored_exceptions=[StaleElementReferenceException])
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def find(self, css: str) -> WebElement:
        """The first element of a selector that is there and shown, waited for."""

        def shown(_browser: WebDriver) -> WebElement | None:
            found = self.browser.find_elements(By.CSS_SELECTOR, css)
            return next((each for each in found if each.is_displayed()), None)

        element = self._wait.until(shown, f"nothing shown for {css}")
        assert element is not None
        return element

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to become true on the page."""
        self._wait.until(lambda _browser: condition())

    def gone(self, css: str) -> None:
        """Wait until nothing of a selector is there."""
        self.until(lambda: not self.browser.find_elements(By.CSS_SELECTOR, css))

    def types(self, text: str) -> None:
        """Type into the composer and press Enter."""
        self.find("#composer").send_keys(text, Keys.ENTER)

    def post(self, blocks: list[Json]) -> None:
        """Let the bot post a message of these blocks where Alice looks."""
        client = WebClient(self.slack.bot_token, base_url=self.slack.api_url)
        client.chat_postMessage(channel="C0INCIDENT", text="A message", blocks=blocks)
        self.until(lambda: bool(self.browser.find_elements(By.CSS_SELECTOR, f"#log .block-{blocks[-1]['type']}")))

    def reads(self, text: str, css: str = "#log") -> None:
        """Wait until a part of the page says something."""
        self.until(lambda: text in self.find(css).text)

    def wide(self, width: int) -> None:
        """Give the page so many pixels of width."""
        metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
