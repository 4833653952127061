"""The composition root: settings in, running parts out. The only place where parts meet.

parts    what stands without Slack: the look-up ladder, the catalogue, the directory of identities
storage  the database and what is kept in it
slack    the Web API client, the Bolt app
stories  every use case, under the name that its listener hands on
"""

import secrets
import time
from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry

from bot.app.buttons import hear_the_card
from bot.app.parts import lookup_parts, now, read_directory
from bot.app.questions import hear_the_summary
from bot.app.services import Stories
from bot.app.slack import bolt_app, check_slack, dispatcher, web_client
from bot.app.storage import open_store
from bot.app.stories import table
from bot.delivery import Delivery
from bot.handlers.choices import Choices
from bot.handlers.language import PersonLanguage
from bot.handlers.modal import Modal
from bot.handlers.profiles import Profiles
from bot.listeners.feedback import FeedbackListener
from bot.listeners.handoff import HandoffListener
from bot.listeners.home import HomeListener
from bot.listeners.intake import Intake
from bot.listeners.mention import MentionListener
from bot.listeners.requestlog import RequestLogListener
from bot.listeners.shortcut import ShortcutListener
from bot.listeners.socket import SocketMode
from bot.listeners.ticket import TicketListener
from bot.listeners.trouble import guarded
from bot.settings import Settings
from bot.store.replays import Replays
from bot.web import FrontDoor, Server, create_app, makes_sense, serve
from bot.work import Engine
from bot.work.durability import beside

DEFAULT_PORT: Final = 3000
DRAIN_S: Final = 15.0


class Bot:
    """The running bot: durable engine, Bolt app, and Slack's way in, by Socket Mode or HTTP."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        """Put the parts together; nothing listens yet.

        Raises:
            SettingsError: something needed is not set, or a file that a setting names cannot be used.
            StoreError: the database or the sealing key cannot be used.
        """
        check_slack(settings)
        directory = read_directory(settings, environment)
        parts = lookup_parts(settings)
        store = open_store(settings)
        self._settings = settings
        self._parts = parts
        self._database = store.database
        self._web_client = web_client(settings)
        delivery = Delivery(self._web_client, response_hosts=settings.requestlog_response_hosts, sleep=time.sleep)
        profiles = Profiles(delivery, time.monotonic)
        language = PersonLanguage(Choices(store.preferences).language, profiles, settings.requestlog_lang)
        stories = Stories(settings, parts, directory, delivery, store, language, profiles, environment)
        self._engine = Engine(
            database=store.database,
            engine_database_url=beside(store.url),
            keyring=store.keyring,
            replica=settings.requestlog_replica,
            stories={name: guarded(story, delivery, language.of) for name, story in table(stories).items()},
        )
        self._bolt = bolt_app(settings)
        intake = Intake(self._engine.accept, clock=now, language=settings.requestlog_lang)
        RequestLogListener(intake).register(self._bolt)
        ShortcutListener(intake, Modal(delivery, sleep=time.sleep).open, settings.requestlog_lang).register(self._bolt)
        MentionListener(intake, delivery.privately).register(self._bolt)
        HomeListener(intake).register(self._bolt)
        hear_the_summary(self._bolt, intake, delivery, settings.requestlog_lang)
        hear_the_card(self._bolt, intake, delivery, settings.requestlog_lang)
        HandoffListener(intake, Modal(delivery, sleep=time.sleep).open, settings.requestlog_lang).register(self._bolt)
        FeedbackListener(intake).register(self._bolt)
        TicketListener(intake, Modal(delivery, sleep=time.sleep).open, settings.requestlog_lang).register(self._bolt)
        secret = settings.secret("slack_signing_secret") or secrets.token_hex(32)
        self.door = FrontDoor(signing_secret=secret, claim=Replays(store.database).claim, dispatch=dispatcher(self._bolt))
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
            self._socket = SocketMode(self._bolt, app_token, self._web_client, makes_sense)
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
        self._parts.close()
        return finished

    def ready(self) -> bool:
        """Whether a command would be taken durably now."""
        return self._engine.ready() and (self._socket is None or self._socket.ready())

    def _listen(self, port: int) -> Server:
        app = create_app(door=self.door, ready=self.ready, registry=CollectorRegistry())
        return serve(app, host=self._settings.requestlog_host, port=port)


def build(settings: Settings, environment: Mapping[str, str]) -> Bot:
    """The bot of an installation, ready to start."""
    return Bot(settings, environment)
