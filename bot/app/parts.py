"""What looks requests up, made of the settings: client, catalogue, identities. It knows neither Slack nor the store."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.aliyun.caller import Caller
from bot.aliyun.client import Client
from bot.aliyun.transport import Transport
from bot.explain.catalog import Catalog, OverrideError, load_catalog
from bot.handlers.ticket_words import AccountConsole, Consoles
from bot.identity.chain import OwnCredential
from bot.identity.directory import Directory, FileDirectory, OwnerDirectory, reference_faults
from bot.identity.identities import Identities, IdentitiesError
from bot.identity.person import Person
from bot.identity.sessions import RoleSessions
from bot.identity.watched import WatchedIdentities
from bot.lookup import LookUp
from bot.lookup.background import Background
from bot.metrics import Metrics
from bot.settings import Settings, SettingsError


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
    caller = Caller(metrics.measured(transport), repeated=metrics.repeated) if metrics else Caller(transport)
    client = Client(caller.sender, settings.endpoints, caller=caller)
    catalog = read_catalog(settings)
    background = Background(
        client,
        catalog,
        regions=settings.requestlog_trail_regions,
        site=settings.requestlog_site,
        timer=time.monotonic,
    )
    own = OwnCredential(environment, client, metadata=settings.requestlog_ecs_metadata)
    lookup = LookUp(client, background, clock=now, timer=time.monotonic)
    if metrics:
        metrics.watch("retry_budget", "How many calls may be made again", lambda: caller.policy.budget.tokens)
        metrics.watch_caches(lookup.caches)
    return LookupParts(client, own, catalog, lookup, transport)


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


def watch_identities(settings: Settings, environment: Mapping[str, str] | None) -> WatchedIdentities | None:
    """The same as it changes."""
    path = settings.requestlog_identities
    if path is None:
        return None

    def check(identities: Identities) -> list[str]:
        return [] if environment is None else reference_faults(identities, environment)

    try:
        return WatchedIdentities(path, check, time.monotonic)
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


def check_slack(settings: Settings) -> None:
    """Raise SettingsError unless there is what reaching Slack takes."""
    missing = []
    if settings.slack_bot_token is None:
        missing.append("SLACK_BOT_TOKEN is not set: it is on the app's OAuth & Permissions page.")
    if not settings.socket_mode and settings.slack_signing_secret is None:
        missing.append("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.")
    if missing:
        raise SettingsError(missing)
