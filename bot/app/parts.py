"""The parts of an installation, made of its settings: look-up, catalogue, identities, store, Slack's client, services."""

import os
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.aliyun.cache import SOLUTIONS_BYTES, SharedCache
from bot.aliyun.client import Client
from bot.aliyun.transport import Transport
from bot.app.reload import Reloads
from bot.delivery import Delivery
from bot.delivery.redirects import StraightWebClient
from bot.explain.catalog import Catalog, OverrideError, load_catalog
from bot.handlers.ask import Ask
from bot.handlers.people import Channels, Choices, Groups, Memory, PreferredFirst, Profiles
from bot.handlers.services import Modals, Services
from bot.handlers.ticket_words import AccountConsole, Consoles
from bot.identity.chain import OwnCredential
from bot.identity.directory import Deciders, Directory, FileDirectory, OwnerDirectory, reference_faults
from bot.identity.identities import Identities, IdentitiesError
from bot.identity.person import Person
from bot.identity.sessions import RoleSessions
from bot.identity.watched import WatchedIdentities
from bot.lookup import LookUp
from bot.lookup.background import Background
from bot.lookup.rate import RateLimit
from bot.metrics import Metrics
from bot.settings import Settings, SettingsError
from bot.store.audit import Audit
from bot.store.database import Database
from bot.store.people import CanvasStore, FeedbackStore, LookupStore, PreferenceStore, SummaryStore, WaitStore
from bot.store.requests import RequestStore
from bot.store.retention import Retention
from bot.store.sealing import Keyring, open_keyring
from bot.store.verification import Witness

DATABASE_FILE: Final = "requestlog.sqlite"
KEY_FILE: Final = "sealing.key"
SOLUTIONS_LIVE_S: Final = 3 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class LookupParts:
    """What looks requests up, apart from any Slack."""

    client: Client
    own: OwnCredential
    catalog: Catalog
    lookup: LookUp
    transport: Transport

    def close(self) -> None:
        """Close the connections to Alibaba Cloud."""
        self.transport.close()


def now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


def lookup_parts(settings: Settings, environment: Mapping[str, str], metrics: Metrics | None = None) -> LookupParts:
    """The look-up ladder with its client. Raises SettingsError for mistakes in the team's override files."""
    transport = Transport()
    client = Client(metrics.measured(transport) if metrics else transport, settings.endpoints)
    catalog = read_catalog(settings)
    background = Background(
        client,
        catalog,
        regions=settings.requestlog_trail_regions,
        site=settings.requestlog_site,
        timer=time.monotonic,
    )
    own = OwnCredential(environment, client, metadata=settings.requestlog_ecs_metadata)
    return LookupParts(client, own, catalog, LookUp(client, background, clock=now, timer=time.monotonic), transport)


def read_catalog(settings: Settings) -> Catalog:
    """The packaged catalogue under the team's own texts. Raises SettingsError with every mistake in them."""
    if settings.requestlog_overrides is None:
        return load_catalog()
    folder = settings.requestlog_overrides.expanduser()
    if not folder.is_dir():
        raise SettingsError([f"REQUESTLOG_OVERRIDES: {folder} is no folder; name the one that holds your TOML files."])
    try:
        files = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))}
        return load_catalog().with_overrides(files)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"REQUESTLOG_OVERRIDES: {folder} cannot be read ({type(error).__name__})."]) from None
    except OverrideError as error:
        raise SettingsError([f"REQUESTLOG_OVERRIDES: {mistake}" for mistake in str(error).splitlines()]) from None


def read_identities(settings: Settings, environment: Mapping[str, str] | None = None) -> Identities:
    """The identities file, empty where none is set. Raises SettingsError with every mistake in it.

    With the environment given, a reference that leads to no credential is a mistake too.
    """
    watched = watch_identities(settings, environment)
    return watched.current() if watched else Identities()


def watch_identities(
    settings: Settings,
    environment: Mapping[str, str] | None,
    changed: Callable[[list[str]], None] = lambda _faults: None,
) -> WatchedIdentities | None:
    """The same as it changes; ``changed`` hears of each new version, with what is wrong with one that is not taken over."""
    path = settings.requestlog_identities
    if path is None:
        return None

    def check(identities: Identities) -> list[str]:
        return [] if environment is None else reference_faults(identities, environment)

    try:
        return WatchedIdentities(path, check, time.monotonic, changed)
    except (OSError, UnicodeDecodeError) as error:
        wrong = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError([f"REQUESTLOG_IDENTITIES: {path} cannot be read ({wrong}); name your identities file."]) from None
    except IdentitiesError as error:
        raise SettingsError(error.reasons) from None


def directory_of(
    settings: Settings,
    watched: WatchedIdentities | None,
    environment: Mapping[str, str],
    parts: LookupParts,
    in_group: Callable[[Person, str], bool | None],
) -> Directory:
    """Who may look as whom."""
    if watched is None:
        return OwnerDirectory(settings.requestlog_owner, parts.own)
    sessions = RoleSessions(parts.client, parts.own.find, environment)
    return FileDirectory(watched.current, environment, sessions, in_group, lambda: watched.faults)


def consoles(settings: Settings, read: Callable[[], Identities] = Identities) -> Consoles:
    """The console pages, by the settings and the accounts of the identities file as it stands."""

    def described() -> dict[str, AccountConsole]:
        return {account.id: AccountConsole(account.site, account.sls_page) for account in read().accounts}

    return Consoles(settings.requestlog_sls_page, settings.requestlog_site, described)


def data_folder(settings: Settings) -> Path:
    """The data folder, made for its owner alone where there is none. Raises SettingsError when it cannot be used."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        reason = "" if os.access(folder, os.R_OK | os.W_OK | os.X_OK) else "this user may not write there"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    if reason:
        raise SettingsError(
            [f"REQUESTLOG_DATA_DIR: {folder} cannot be used ({reason}); name a folder that this user may write."]
        )
    return folder


def folder_note(folder: Path) -> str | None:
    """The sentence on a data folder that others may enter; it may be theirs too, so its mode is not changed here."""
    mode = folder.stat().st_mode & 0o777
    if not mode & 0o077:
        return None
    return f"REQUESTLOG_DATA_DIR: others may enter {folder} (mode {mode:04o}); `chmod 700` it if nobody else needs to."


def check_slack(settings: Settings) -> None:
    """Raise SettingsError unless there is what reaching Slack takes."""
    missing = []
    if settings.slack_bot_token is None:
        missing.append("SLACK_BOT_TOKEN is not set: it is on the app's OAuth & Permissions page.")
    if not settings.socket_mode and settings.slack_signing_secret is None:
        missing.append("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.")
    if missing:
        raise SettingsError(missing)


def web_client(settings: Settings) -> StraightWebClient:
    """The client that posts. It repeats nothing by itself: Delivery knows what may be sent twice."""
    return StraightWebClient(
        token=settings.secret("slack_bot_token"),
        base_url=settings.slack_api_url,
        timeout=10,
        # Made once: without it each call would read the trusted certificates again.
        ssl=ssl.create_default_context(),
        retry_handlers=[],
    )


@dataclass(frozen=True, slots=True)
class Store:
    """The open database of an installation: where it is, this process's name in it, its keys, and who knows its audit's end."""

    url: str
    replica: str
    database: Database
    keyring: Keyring
    witness: Witness


def open_store(settings: Settings) -> Store:
    """The database of an installation, migrated to the newest form. Raises StoreError and SettingsError."""
    folder = data_folder(settings)
    url = settings.requestlog_database_url or f"sqlite:///{folder / DATABASE_FILE}"
    key = settings.secret("requestlog_key")
    database = Database(url)
    keyring = open_keyring(database, key, folder / KEY_FILE)
    return Store(url, _replica(settings, database), database, keyring, Witness(folder, url))


def _replica(settings: Settings, database: Database) -> str:
    """The replica's name: where several hosts share a database, the default is another one on each."""
    if database.dialect == "sqlite" or "requestlog_replica" in settings.model_fields_set:
        return settings.requestlog_replica
    return f"{settings.requestlog_replica}-{socket.gethostname()}"


def make_services(
    settings: Settings,
    environment: Mapping[str, str],
    store: Store,
    later: Callable[[Ask, str, float], bool],
    metrics: Metrics | None = None,
) -> Services:
    """What the handlers work with. Raises SettingsError for mistakes in the identities file or in the team's own texts."""
    metrics = metrics or Metrics()
    parts = lookup_parts(settings, environment, metrics)
    choices = Choices(PreferenceStore(store.database, store.keyring))
    web = web_client(settings)
    delivery = Delivery(web, response_hosts=settings.requestlog_response_hosts, sleep=time.sleep, heard=metrics.called_slack)
    audit = Audit(store.database, store.keyring, replica=store.replica, clock=now, witness=store.witness)
    reloads, groups = Reloads(settings, audit, delivery), Groups(delivery, time.monotonic)
    watched = watch_identities(settings, environment, reloads.note)
    read = watched.current if watched else Identities

    return Services(
        settings=settings,
        client=parts.client,
        catalog=parts.catalog,
        lookup=parts.lookup,
        directory=PreferredFirst(directory_of(settings, watched, environment, parts, groups.has), choices),
        own_credential=parts.own.find,
        deciders=Deciders(read, settings.requestlog_admins),
        consoles=consoles(settings, read),
        choices=choices,
        memory=Memory(LookupStore(store.database, store.keyring), now),
        opinions=FeedbackStore(store.database, store.keyring),
        waits=WaitStore(store.database),
        requests=RequestStore(store.database, store.keyring),
        canvases=CanvasStore(store.database),
        summaries=SummaryStore(store.database, store.keyring),
        audit=audit,
        retention=Retention(store.database, audit, timedelta(days=settings.requestlog_audit_days), now),
        keyring=store.keyring,
        delivery=delivery,
        modals=Modals(delivery, sleep=time.sleep),
        profiles=Profiles(delivery, time.monotonic),
        channels=Channels(delivery, time.monotonic),
        rate=RateLimit(settings.requestlog_rate, time.monotonic),
        solutions=SharedCache(SOLUTIONS_BYTES, lambda _value: SOLUTIONS_LIVE_S, time.monotonic),
        later=later,
        clock=now,
        look_after=_in_turn(read, reloads.tell),
        close=_in_turn(parts.close, web.close),
    )


def _in_turn(*steps: Callable[[], object]) -> Callable[[], None]:
    def work() -> None:
        for step in steps:
            step()

    return work
