"""The composition root: settings in, running parts out. The only place where parts meet."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import structlog
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.app.parts import check_slack, now
from bot.app.services import make_services, web_client
from bot.app.storage import open_store
from bot.handlers.ask import Ask, identity_of
from bot.handlers.people import HomeWorkspace
from bot.handlers.runner import Guard, Runner
from bot.handlers.services import Services
from bot.identity.watched import WatchedIdentities
from bot.listeners.intake import Intake, refuse
from bot.listeners.socket import SocketMode
from bot.logs import dropped_lines
from bot.metrics import VERSION, Metrics
from bot.settings import Settings
from bot.store.inbox import Command
from bot.store.replays import Replays
from bot.traces import TRACES
from bot.web import DispatchResult, FrontDoor, Server, create_app, makes_sense, serve
from bot.work import LEASES, Engine
from bot.work.durability import engine_url

_LOG: Final = structlog.get_logger("bot.app")
PARTS: Final = {
    "store_healthy": "Whether the last write to the store succeeded",
    "audit_healthy": "Whether the audit takes rows",
    "engine_healthy": "Whether DBOS takes commands",
    "name_held": "Whether this process has its replica's name",
    "socket_connected": "Whether Slack can be heard: over HTTP always",
}
"""The parts that ``/readyz`` names, by the metrics that show them."""
DEFAULT_PORT: Final = 3000
#: With what is noted last, a stop takes no more than 20 seconds.
DOOR_S: Final = 3.0
DRAIN_S: Final = 9.0


class Bot:
    """The running bot: durable engine, Bolt app, and Slack's way in, by Socket Mode or HTTP."""

    def __init__(self, settings: Settings, environment: Mapping[str, str], watched: WatchedIdentities | None = None) -> None:
        """Put the parts together; nothing listens yet. ``watched`` is the identities file where it was read already.

        Raises:
            SettingsError: something needed is not set, or a file that a setting names cannot be used.
            StoreError: the database or the sealing key cannot be used.
        """
        check_slack(settings)
        self.metrics = Metrics()
        store = open_store(settings)
        services = make_services(settings, environment, store, self._later, self.metrics, watched=watched)
        self._settings = settings
        self._environment = environment
        self._services = services
        self._database, self._replica = store.database, store.replica
        guard = Guard(
            HomeWorkspace(services.delivery, time.monotonic),
            services.profiles,
            services.channels,
            allow_guests=settings.requestlog_allow_guests,
            allow_shared=settings.requestlog_allow_shared,
        )
        self._engine = Engine(
            database=store.database,
            engine_database_url=engine_url(store.url),
            keyring=store.keyring,
            replica=store.replica,
            run=Runner(services, guard, heard=self.metrics.answered).run,
            care=partial(_look_after, services),
            prune=services.retention.run,
        )
        self.bolt = bolt_app(settings)
        intake = Intake(
            self._engine.accept,
            tell=services.show,
            clock=now,
            language=settings.requestlog_lang,
            reaction=settings.requestlog_reaction,
            unfurl=settings.requestlog_unfurl,
        )
        intake.register(self.bolt)
        secret = settings.secret("slack_signing_secret") or secrets.token_hex(32)
        self.door = FrontDoor(
            signing_secret=secret, claim=Replays(store.database).claim, dispatch=dispatcher(self.bolt, self.metrics)
        )
        self._socket: SocketMode | None = None
        self._server: Server | None = None
        self._leaving = False
        self._watch()

    @property
    def port(self) -> int | None:
        """The port that HTTP listens on; None when nothing listens."""
        return self._server.port if self._server else None

    @property
    def waiting(self) -> int:
        """How many accepted commands have no answer yet."""
        return self._engine.waiting

    def start(self) -> None:
        """Take up what an earlier process left undone, then open the doors."""
        TRACES.open(self._environment)
        self._engine.start()
        port = self._settings.requestlog_port
        app_token = self._settings.secret("slack_app_token")
        if app_token:
            measured = partial(self.metrics.acknowledging, "socket")
            self._socket = SocketMode(self.bolt, app_token, web_client(self._settings), makes_sense, measured)
            self._socket.start()
        if port is not None or not app_token:
            self._server = self._listen(DEFAULT_PORT if port is None else port)
        _LOG.info("started", version=VERSION, replica=self._replica, port=self.port, socket=self._socket is not None)

    def leave(self) -> None:
        """Say that this bot is not ready any more, while it still takes commands: who asks /readyz sends no new ones."""
        self._leaving = True
        _LOG.info("draining", waiting=self._engine.waiting)

    def stop(self) -> bool:
        """Close the doors, let running work finish; True when nothing was left to the next start.

        What was sent is noted by then. Handlers that were not done run on in their threads, and can send nothing any more.
        """
        self._leaving = True
        if self._socket:
            self._socket.stop()
        if self._server:
            self._server.stop(DOOR_S)
        finished = self._engine.stop(DRAIN_S)
        self._services.audit.anchor()
        self._database.close()
        self._services.close()
        TRACES.close()
        return finished

    def lacking(self) -> list[str]:
        """In one word each, why no command would be taken durably now; nothing where one would."""
        words = self._engine.lacking()
        if self._leaving and "draining" not in words:
            words.insert(0, "draining")
        if not self._services.audit.healthy:
            words.append("audit")
        if self._socket and not self._socket.ready():
            words.append("socket")
        return words

    def _later(self, ask: Ask, occasion: str, delay_s: float) -> bool:
        """Have an ask answered later, see ``Services.later``."""
        due_at = now() + timedelta(seconds=delay_s)
        command_id = identity_of(ask.name, f"later\n{occasion}")
        payload = replace(ask, keys=()).as_payload()
        return self._engine.accept(Command(command_id, ask.name, payload, now(), ask.person.key, due_at))

    def _watch(self) -> None:
        """What is shown as it is when somebody looks."""
        watch = self.metrics.watch
        watch("ready", "Whether commands are taken", lambda: float(not self.lacking()))
        watch("waiting", "Accepted commands without an answer", lambda: float(self._engine.waiting))
        watch("oldest_waiting_seconds", "How long the oldest of them waits", lambda: self._engine.oldest_s)
        for name, meaning in PARTS.items():
            watch(name, meaning, partial(self._is_fine, name.partition("_")[0]))
        watch("log_lines_dropped", "Log lines that were not written", dropped_lines)
        for name, meaning in LEASES.items():
            watch(name, meaning, partial(self._engine.leases.__getitem__, name), counts=True)

    def _is_fine(self, part: str) -> bool:
        return part not in self.lacking()

    def _listen(self, port: int) -> Server:
        app = create_app(door=self.door, lacking=self.lacking, registry=self.metrics.registry)
        return serve(app, host=self._settings.requestlog_host, port=port)


def bolt_app(settings: Settings) -> App:
    """A Bolt app that trusts our front door and never asks Slack who it is."""
    token = settings.secret("slack_bot_token")

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = App(
        name="requestlog",  # or Bolt reads the sources of all modules to find out where it was called
        client=WebClient(base_url=settings.slack_api_url),
        authorize=authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        # Else Bolt acknowledges an event before its listener runs, and a kill in between would lose it.
        process_before_response=True,
    )
    app.error(refuse)
    return app


def dispatcher(app: App, metrics: Metrics) -> Callable[[dict[str, Any], dict[str, str]], DispatchResult]:
    """What the front door calls with a verified and parsed payload."""

    def dispatch(payload: dict[str, Any], headers: dict[str, str]) -> DispatchResult:
        request = BoltRequest(mode="socket_mode", body=payload, headers=dict(headers))
        answer = metrics.acknowledging("http", partial(app.dispatch, request))
        content_type = answer.first_headers().get("content-type", "text/plain; charset=utf-8")
        return DispatchResult(answer.status, answer.body, content_type)

    return dispatch


def _look_after(services: Services) -> None:
    services.audit.look_after()
    services.look_after()
