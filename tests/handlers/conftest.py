"""Services of a bot without its engine, over the real stand-ins; and what is to be answered later, kept in a list."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.services import make_services
from bot.app.storage import open_store
from bot.handlers.services import Services
from bot.playground.alibaba import AlibabaStandIn
from bot.playground.scene import IDENTITIES, credentials
from bot.playground.slack import SlackStandIn
from bot.settings import Environment, read_settings
from tests.handlers.running import Later


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as standin:
        yield standin


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def services(slack: SlackStandIn, alibaba: AlibabaStandIn, later: Later, tmp_path: Path) -> Iterator[Services]:
    identities = tmp_path / "identities.toml"
    identities.write_text(IDENTITIES, "utf-8")
    environment = Environment(
        {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "REQUESTLOG_IDENTITIES": str(identities),
            "REQUESTLOG_ADMIN_CHANNEL": "C0INCIDENT",
            "REQUESTLOG_ADMINS": "U0BOB",
            "REQUESTLOG_DATA_DIR": str(tmp_path / "bot"),
            **alibaba.endpoint_variables(),
            **credentials(),
        }
    )
    settings = read_settings(environment)
    store = open_store(settings)
    made = make_services(settings, environment, store, later)
    yield made
    made.close()
    store.database.close()
    alibaba.clear_faults()
