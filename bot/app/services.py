"""What the handlers work with, made of the settings: the look-up, the store, and Slack's client."""

import ssl
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from bot.aliyun.cache import SOLUTIONS_BYTES, SharedCache
from bot.app.parts import consoles, directory_of, lookup_parts, now, watch_identities
from bot.app.reload import Reloads
from bot.app.storage import Store
from bot.delivery import Delivery
from bot.delivery.redirects import StraightWebClient
from bot.handlers.ask import Ask
from bot.handlers.people import Channels, Choices, Groups, Memory, PreferredFirst, Profiles
from bot.handlers.services import Modals, Services
from bot.identity.directory import Deciders
from bot.identity.identities import Identities
from bot.identity.watched import WatchedIdentities
from bot.lookup.rate import RateLimit
from bot.metrics import Metrics
from bot.settings import Settings
from bot.store.audit import Audit
from bot.store.people import CanvasStore, FeedbackStore, LookupStore, PreferenceStore, SummaryStore, WaitStore
from bot.store.requests import RequestStore
from bot.store.retention import Retention

SOLUTIONS_LIVE_S: Final = 3 * 24 * 3600.0


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


def make_services(
    settings: Settings,
    environment: Mapping[str, str],
    store: Store,
    later: Callable[[Ask, str, float], bool],
    metrics: Metrics | None = None,
    *,
    watched: WatchedIdentities | None = None,
) -> Services:
    """What the handlers work with. Raises SettingsError for mistakes in the identities file or in the team's own texts."""
    parts = lookup_parts(settings, environment, metrics := metrics or Metrics())
    choices = Choices(PreferenceStore(store.database, store.keyring))
    web = web_client(settings)
    delivery = Delivery(web, response_hosts=settings.requestlog_response_hosts, sleep=time.sleep, heard=metrics.called_slack)
    audit = Audit(store.database, store.keyring, replica=store.replica, clock=now, witness=store.witness)
    reloads, groups = Reloads(settings, audit, delivery), Groups(delivery, time.monotonic)
    watched = watched or watch_identities(settings, environment)
    if watched:
        watched.changed = reloads.note
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
