"""What the page's tests share: a browser, a bot that answers, and a person at the page."""

from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from slack_sdk import WebClient

from bot.playground.slack import SlackStandIn, Suggestion
from tests.playground.echo import Answer, EchoBot, respond
from tests.playground.page.desk import ANSWER, FORM, OF_BOB, SAMPLE, Desk, Json, chromium, complaints


def answers(slack: SlackStandIn) -> Callable[[Json], Answer]:
    """What the bot does: a card for a command, a modal for a shortcut, an error for a submission without an id."""
    client = WebClient(slack.bot_token, base_url=slack.api_url)

    def answer(payload: Json) -> Answer:
        if payload.get("command"):
            respond(payload["response_url"], ANSWER)
        elif payload.get("callback_id"):
            client.views_open(trigger_id=payload["trigger_id"], view=FORM)
        elif payload["type"] == "view_submission":
            text = payload["view"]["state"]["values"]["ids"]["text"]["value"]
            if SAMPLE not in text:
                return Answer({"response_action": "errors", "errors": {"ids": "There is no RequestId in it."}})
        elif payload.get("event", {}).get("type") == "app_home_opened":
            client.views_publish(user_id=payload["event"]["user"], view={"type": "home", "blocks": ANSWER["blocks"]})
        return Answer()

    return answer


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    """A headless Chromium with a fresh profile."""
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def bot() -> Iterator[EchoBot]:
    """A bot that answers as the tests say."""
    with EchoBot() as bot:
        yield bot


@pytest.fixture
def desk(browser: WebDriver, bot: EchoBot) -> Iterator[Desk]:
    """Alice at the page, the bot connected."""
    suggestions = (
        Suggestion(SAMPLE, "A call that failed", "失败的调用", "failed"),
        Suggestion(OF_BOB, "A call of bob", "bob 的调用", "others", "bob"),
    )
    with SlackStandIn(bot_url=bot.url, suggestions=suggestions) as slack:
        bot.answer = answers(slack)
        browser.get(slack.url)
        yield Desk(browser, slack)
        browser.get("about:blank")
    assert complaints(browser) == []
    assert slack.breaches == []
