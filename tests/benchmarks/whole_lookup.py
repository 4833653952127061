"""CPU of a whole look-up, from Slack's signed request to the posted reply, against a bare Bolt listener.

The bare one verifies, acknowledges, makes one raw httpx GET and one respond, in Bolt's own thread.
"""

import json
import tempfile
import threading
import time
from collections.abc import Callable

import httpx
from prometheus_client import CollectorRegistry
from slack_bolt import Ack, App, BoltRequest, Respond
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.app.bot import Bot
from bot.logs import configure_logs
from bot.settings import Environment, read_settings
from bot.web import create_app
from tests.benchmarks.bot_process import SECRET, clicked, command, environment, post, signed
from tests.benchmarks.figures import Figure, middle, spread
from tests.benchmarks.upstream import upstream

CALLS = 150
ROUNDS = 3


class Bare:
    """The smallest Bolt app that does something of the kind."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._answered = threading.Semaphore(0)
        self._http = httpx.Client()
        self._app = App(
            signing_secret=SECRET,
            client=WebClient(base_url=f"{url}/api/"),
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T", bot_token="xoxb-1"),
        )
        self._app.command("/requestlog")(self._listen)

    def _listen(self, ack: Ack, respond: Respond) -> None:
        ack()
        log = self._http.get(f"{self._url}/getOwnRequestLog", params={"logRequestId": "x"}).json()
        respond(text=str(log["requestId"]), response_type="ephemeral")
        self._answered.release()

    def one(self, number: int) -> None:
        body, headers = signed(command(self._url, number))
        self._app.dispatch(BoltRequest(body=body.decode(), headers={name: [value] for name, value in headers.items()}))
        self._answered.acquire()


class Ours:
    """The real bot in this process, spoken to through its front door."""

    def __init__(self, url: str, folder: str) -> None:
        self._url = url
        configure_logs("ERROR")
        environ = Environment(environment(url, folder) | {"REQUESTLOG_PORT": "0"})
        self._bot = Bot(read_settings(environ), environ)
        self._bot.start()
        self._app = create_app(door=self._bot.door, lacking=self._bot.lacking, registry=CollectorRegistry())

    def one(self, number: int) -> None:
        self._done(command(self._url, number))

    def click(self, number: int) -> None:
        """The button that shows the parameters; the log was looked up before, by ``one`` of the same id."""
        self._done({"payload": json.dumps(clicked(self._url, number))})

    def _done(self, fields: dict[str, str]) -> None:
        """Until it is answered. It is looked seldom: what looking takes would count as the bot's."""
        post(self._app, *signed(fields))
        while self._bot.waiting:
            time.sleep(0.005)

    def stop(self) -> None:
        self._bot.stop()


def _cpu(one: Callable[[int], None], first: int) -> float:
    start = time.process_time()
    for number in range(first, first + CALLS):
        one(number)
    return (time.process_time() - start) / CALLS * 1e3


def measure() -> list[Figure]:
    """Ours over the bare listener: a look-up, and a button on a card whose log is still remembered."""
    with upstream() as url, tempfile.TemporaryDirectory() as folder:
        ours, bare = Ours(url, folder), Bare(url)
        try:
            for number in range(20):
                ours.one(number)
                ours.click(number)
                bare.one(number)
            rounds = [
                tuple(_cpu(one, 1000 * (index + 1)) for one in (ours.one, ours.click, bare.one)) for index in range(ROUNDS)
            ]
        finally:
            ours.stop()
    by_lookup, by_click = [look / bare for look, _, bare in rounds], [click / bare for _, click, bare in rounds]
    said = " / ".join(f"{middle([each[place] for each in rounds]):.1f}" for place in range(3))
    return [
        Figure("CPU of a whole look-up : bare Bolt listener", middle(by_lookup), "×", 3.0, f"{spread(by_lookup)}; {said} ms"),
        Figure("CPU of a button on a cached log : bare Bolt listener", middle(by_click), "×", 2.0, spread(by_click)),
    ]
