"""The composition root: settings in, running parts out. The only place where parts meet.

services  what the handlers work with
parts     what stands without Slack: the look-up ladder, the catalogue, the directory of identities
slack     the Web API client, the Bolt app
"""

import secrets
import time
from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry

from bot.app.parts import now
from bot.app.services import make_services, open_store
from bot.app.slack import bolt_app, check_slack, dispatcher, web_client
from bot.handlers.guard import Guard
from bot.handlers.runner import Runner
from bot.handlers.table import HANDLERS
from bot.handlers.workspace import HomeWorkspace
from bot.listeners.card import CardListener
from bot.listeners.handoff import HandoffListener
from bot.listeners.home import HomeListener
from bot.listeners.intake import Intake
from bot.listeners.mention import MentionListener
from bot.listeners.requestlog import RequestLogListener
from bot.listeners.share import ShareListener
from bot.listeners.shortcut import ShortcutListener
from bot.listeners.socket import SocketMode
from bot.listeners.ticket import TicketListener
from bot.settings import Settings
from bot.store.replays import Replays
from bot.web import FrontDoor, Server, create_app, makes_sense, serve
from bot.work import Engine
from bot.work.durability import engine_url

DEFAULT_PORT: Final = 3000
DRAIN_S: Final = 15.0
LISTENERS: Final = (
    RequestLogListener,
    ShortcutListener,
    MentionListener,
    HomeListener,
    CardListener,
    ShareListener,
    HandoffListener,
    TicketListener,
)


class Bot:
    """The running bot: durable engine, Bolt app, and Slack's way in, by Socket Mode or HTTP."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        """Put the parts together; nothing listens yet.

        Raises:
            SettingsError: something needed is not set, or a file that a setting names cannot be used.
            StoreError: the database or the sealing key cannot be used.
        """
        check_slack(settings)
        store = open_store(settings)
        services = make_services(settings, environment, store)
        self._settings = settings
        self._services = services
        self._database = store.database
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
            replica=settings.requestlog_replica,
            run=Runner(services, guard, HANDLERS).run,
        )
        self.bolt = bolt_app(settings)
        intake = Intake(
            self._engine.accept,
            tell=lambda ask, said: services.show(ask, said, settings.requestlog_lang),
            clock=now,
            language=settings.requestlog_lang,
        )
        for listener in LISTENERS:
            listener(intake).register(self.bolt)
        secret = settings.secret("slack_signing_secret") or secrets.token_hex(32)
        self.door = FrontDoor(signing_secret=secret, claim=Replays(store.database).claim, dispatch=dispatcher(self.bolt))
        self._socket: SocketMode | None = None
        self._server: Server | None = None

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
        self._engine.start()
        port = self._settings.requestlog_port
        app_token = self._settings.secret("slack_app_token")
        if app_token:
            self._socket = SocketMode(self.bolt, app_token, web_client(self._settings), makes_sense)
            self._socket.start()
        if port is not None or not app_token:
            self._server = self._listen(DEFAULT_PORT if port is None else port)

    def stop(self) -> bool:
        """Close the doors, let running work finish; True when nothing was left undone."""
        if self._socket:
            self._socket.stop()
        if self._server:
            self._server.stop()
        finished = self._engine.stop(DRAIN_S)
        if finished:
            # A late answer still notes in the database that it was given, or it would be given again after the restart.
            self._database.close()
        self._services.close()
        return finished

    def ready(self) -> bool:
        """Whether a command would be taken durably now."""
        return self._engine.ready() and (self._socket is None or self._socket.ready())

    def _listen(self, port: int) -> Server:
        app = create_app(door=self.door, ready=self.ready, registry=CollectorRegistry())
        return serve(app, host=self._settings.requestlog_host, port=port)
