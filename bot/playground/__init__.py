"""The playground: stand-ins of Alibaba Cloud and of Slack on loopback, and between them the real bot.

The bot gets nothing but settings, as an installation would: there is no branch for the playground in it.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.app.bot import Bot
from bot.playground.alibaba import AlibabaStandIn
from bot.playground.scene import ADMIN, BROKER_IDENTITIES, IDENTITIES, MEMBERS, credentials, posts, suggestions
from bot.playground.slack import SlackStandIn
from bot.settings import Environment, read_settings


class Playground:
    """Both stand-ins and the bot, running. ``more`` are settings that a test wants different.

    With ``broker`` people have no keys of their own: one role an account serves everybody. Raises OSError when the port is
    taken.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        socket_mode: bool = False,
        broker: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="requestlog-")
        self.data_folder = Path(self._folder.name) / "bot"
        shown = suggestions(broker=broker)
        self.slack = SlackStandIn(port=port, posts=posts(), suggestions=shown, groups=MEMBERS).start()
        self.alibaba = AlibabaStandIn().start()
        way_in = {"SLACK_APP_TOKEN": self.slack.app_token} if socket_mode else {"REQUESTLOG_PORT": "0"}
        file = BROKER_IDENTITIES if broker else IDENTITIES
        self.bot = self._start_bot(
            variables(self.slack, self.alibaba, Path(self._folder.name), file) | way_in | dict(more or {})
        )

    @property
    def url(self) -> str:
        """The page's address."""
        return self.slack.url

    def stop(self) -> None:
        """Stop everything and delete what the bot stored."""
        self.bot.stop()
        self.slack.stop()
        self.alibaba.stop()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _start_bot(self, settings: Mapping[str, str]) -> Bot:
        environment = Environment(settings)
        bot = Bot(read_settings(environment), environment)
        bot.start()
        if bot.port:
            self.slack.bot_url = f"http://127.0.0.1:{bot.port}/slack/events"
        return bot


def variables(slack: SlackStandIn, alibaba: AlibabaStandIn, folder: Path, identities: str = IDENTITIES) -> dict[str, str]:
    """What a bot between the two stand-ins is set to, the way in apart; what it keeps is in ``folder``."""
    (folder / "identities.toml").write_text(identities, "utf-8")
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "REQUESTLOG_IDENTITIES": str(folder / "identities.toml"),
        "REQUESTLOG_DATA_DIR": str(folder / "bot"),
        "REQUESTLOG_RESPONSE_HOSTS": "127.0.0.1",
        "REQUESTLOG_ADMIN_CHANNEL": ADMIN,
        "REQUESTLOG_UNFURL": "true",
        "REQUESTLOG_SLS_PAGE": f"{alibaba.url}/console/lognext/project/security/logsearch/events",
        **alibaba.endpoint_variables(),
        **credentials(),
    }
