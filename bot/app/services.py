"""The services of an installation, made of its settings once."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.aliyun.cache import SOLUTIONS_BYTES, SharedCache
from bot.app.parts import consoles, data_folder, directory_of, lookup_parts, now, read_identities
from bot.app.slack import web_client
from bot.delivery import Delivery
from bot.handlers.choices import Choices, Memory, PreferredFirst
from bot.handlers.modal import Modals
from bot.handlers.services import Services
from bot.handlers.workspace import Channels, Profiles
from bot.identity.chain import OwnCredential
from bot.identity.directory import Deciders
from bot.lookup.rate import RateLimit
from bot.settings import Settings
from bot.store.database import Database
from bot.store.people import FeedbackStore, LookupStore, PreferenceStore
from bot.store.requests import RequestStore
from bot.store.sealing import Keyring, open_keyring

DATABASE_FILE: Final = "requestlog.sqlite"
KEY_FILE: Final = "sealing.key"
SOLUTIONS_LIVE_S: Final = 3 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Store:
    """The open database of an installation, where it is, and the keys that seal what is kept in it."""

    url: str
    database: Database
    keyring: Keyring


def open_store(settings: Settings) -> Store:
    """The database of an installation, migrated to the newest form. Raises StoreError and SettingsError."""
    folder = data_folder(settings)
    url = settings.requestlog_database_url or f"sqlite:///{folder / DATABASE_FILE}"
    key = settings.secret("requestlog_key")
    database = Database(url)
    return Store(url, database, open_keyring(database, key, folder / KEY_FILE))


def make_services(settings: Settings, environment: Mapping[str, str], store: Store) -> Services:
    """What the handlers work with. Raises SettingsError for mistakes in the identities file or in the team's own texts."""
    parts = lookup_parts(settings)
    identities = read_identities(settings, environment)
    choices = Choices(PreferenceStore(store.database, store.keyring))
    delivery = Delivery(web_client(settings), response_hosts=settings.requestlog_response_hosts, sleep=time.sleep)
    return Services(
        settings=settings,
        client=parts.client,
        catalog=parts.catalog,
        lookup=parts.lookup,
        directory=PreferredFirst(directory_of(settings, identities, environment), choices),
        own_credential=OwnCredential(environment).find,
        deciders=Deciders(identities.admins, settings.requestlog_admins),
        consoles=consoles(settings, identities),
        choices=choices,
        memory=Memory(LookupStore(store.database, store.keyring), now),
        opinions=FeedbackStore(store.database),
        requests=RequestStore(store.database, store.keyring),
        keyring=store.keyring,
        delivery=delivery,
        modals=Modals(delivery, sleep=time.sleep),
        profiles=Profiles(delivery, time.monotonic),
        channels=Channels(delivery, time.monotonic),
        rate=RateLimit(settings.requestlog_rate, time.monotonic),
        solutions=SharedCache(SOLUTIONS_BYTES, lambda _value: SOLUTIONS_LIVE_S, time.monotonic),
        clock=now,
        close=parts.close,
    )
