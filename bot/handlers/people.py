"""What is known of people and places: what a person chose, their last look-ups, and what Slack says of its workspace.

auth.test needs no scope, users.info the optional users:read, conversations.info the optional channels:read and groups:read.
"""

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from cachetools import TTLCache

from bot.aliyun.cache import SharedCache
from bot.delivery import AwayError, Delivery, NotPostedError, UndeliverableError
from bot.identity.directory import Access, Directory
from bot.identity.person import Person
from bot.languages import Language
from bot.outcomes import OUTCOMES, Found, Outcome
from bot.store.database import Write
from bot.store.errors import StoreUnavailableError
from bot.store.people import LookupStore, PastLookup, Preferences, PreferenceStore

LONGEST_VERDICT: Final = 300
#: Long enough for the several questions of one command, short enough that a change of language is heard at the next one.
FRESH_S: Final = 1
#: While Slack does not answer, people are who they were this long ago.
LIVES_S: Final = 600
QUIET_S: Final = 30
_NEVER: Final = frozenset({"missing_scope", "not_allowed_token_type", "unknown_method"})
_UNTOLD: Final = _NEVER | {"channel_not_found", "not_in_channel", "no_permission", "method_not_supported_for_channel_type"}
MOST: Final = 4096
GROUP_LIVES_S: Final = 60.0
GROUP_LASTS_S: Final = 300.0
#: After a failure Slack is not asked again for a moment: each look-up would wait for it.
GROUP_QUIET_S: Final = 10.0
GROUP_WAIT_S: Final = 5.0

Reach = Literal["own", "shared", "untold", "unknown"]


class Choices:
    """A person's preferences. Reading never fails, for an answer matters more; changing raises StoreUnavailableError."""

    def __init__(self, store: PreferenceStore) -> None:
        self._store = store

    def of(self, person: Person) -> Preferences:
        """What they chose; the defaults where they never did, and while the store is away."""
        try:
            return self._store.find(person)
        except StoreUnavailableError:
            return Preferences()

    def change(self, person: Person, **chosen: Any) -> None:
        """Remember choices, by the names of the fields of ``Preferences``; None goes by the default again."""
        known = self._store.find(person)
        changed = replace(known, **chosen)
        if changed != known:
            self._store.save(person, changed)


class PreferredFirst:
    """A directory that puts the identity a person chose before their others."""

    def __init__(self, directory: Directory, choices: Choices) -> None:
        self._directory = directory
        self._choices = choices

    def access(self, person: Person, channel: str | None) -> Access:
        """As the directory says; the chosen identity first."""
        access = self._directory.access(person, channel)
        if len(access.identities) < 2:  # noqa: PLR2004 - one is first anyway
            return access
        chosen = self._choices.of(person).account
        return replace(access, identities=tuple(sorted(access.identities, key=lambda each: each.name != chosen)))

    def faults(self) -> list[str]:
        """As the directory says."""
        return self._directory.faults()


class Memory:
    """Keeps each person's last look-ups for their Home tab."""

    def __init__(self, store: LookupStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def keep(self, person: Person, outcomes: Sequence[Outcome]) -> Iterator[Write]:
        """What remembers how look-ups ended, the first of them as the newest."""
        for outcome in reversed(outcomes):
            past = PastLookup(outcome.request_id, "", OUTCOMES[type(outcome)], self._clock())
            if isinstance(outcome, Found):
                said = outcome.explanation
                past = replace(past, verdict=said.verdict[:LONGEST_VERDICT], language=said.language, right=outcome.right)
            yield Write(self._store.saving(person, past))

    def last(self, person: Person) -> list[PastLookup]:
        """A person's last look-ups, newest first; none while the store is away."""
        try:
            return self._store.find(person)
        except StoreUnavailableError:
            return []


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace that the bot is installed in; ``enterprise`` is empty where there is none."""

    team: str
    enterprise: str = ""


class HomeWorkspace:
    """Asks Slack once where the bot lives (auth.test, which needs no scope); after a failure not for half a minute."""

    def __init__(self, delivery: Delivery, timer: Callable[[], float]) -> None:
        self._delivery = delivery
        self._timer = timer
        self._ask_from = -math.inf
        self._known: Workspace | None = None

    def find(self) -> Workspace | None:
        """The workspace; None while Slack does not tell. An organisation-wide installation has no one team."""
        if self._known is None and self._timer() >= self._ask_from:
            try:
                answer = self._delivery.call("auth.test")
            except AwayError:
                raise  # the whole ask waits: who may be served is not known before Slack is back
            except (NotPostedError, UndeliverableError):
                self._ask_from = self._timer() + QUIET_S
                return None
            team = "" if answer.get("is_enterprise_install") else str(answer.get("team_id") or "")
            self._known = Workspace(team, str(answer.get("enterprise_id") or ""))
        return self._known


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as Slack describes them. ``stranger``: of another organisation; ``guest``: invited to some channels only."""

    locale: str = ""
    guest: bool = False
    stranger: bool = False
    team: str = ""
    enterprise: str = ""


class Profiles:
    """Asks Slack about once a command, and never again once the scope turned out to be missing.

    After a failure nobody is asked about for half a minute: no answer should wait again and again.
    """

    def __init__(self, delivery: Delivery, timer: Callable[[], float]) -> None:
        self._delivery = delivery
        self._timer = timer
        self._ask_from = -math.inf
        self._known: TTLCache[str, tuple[float, Profile]] = TTLCache(MOST, LIVES_S, timer)
        self._lock = threading.Lock()

    @property
    def forbidden(self) -> bool:
        """Whether the bot may not ask at all: users:read was not granted."""
        return self._ask_from == math.inf

    def of(self, person: Person) -> Profile | None:
        """The person's profile; None when Slack does not tell."""
        with self._lock:
            asked_at, known = self._known.get(person.key) or (-math.inf, None)
        now = self._timer()
        if now - asked_at < FRESH_S or now < self._ask_from:
            return known
        try:
            answer = self._delivery.call("users.info", user=person.user, include_locale=True)
        except NotPostedError as error:
            self._ask_from = now + (math.inf if error.reason in _NEVER else QUIET_S)
            return known
        except AwayError:
            if known is None:
                raise
            return known
        profile = profile_of(answer.get("user"))
        if profile is None:
            return None
        with self._lock:
            self._known[person.key] = (now, profile)
        return profile

    def language(self, person: Person) -> Language | None:
        """The language of a person's Slack locale; None when Slack does not tell."""
        profile = self.of(person)
        if profile is None or not profile.locale:
            return None
        return "zh" if profile.locale.startswith("zh") else "en"


def profile_of(user: Any) -> Profile | None:  # noqa: ANN401 - Slack's own answer, of whatever shape
    """The profile; None for an answer that does not say whether somebody is a guest."""
    if not isinstance(user, dict):
        return None
    guest = [user.get(name) for name in ("is_restricted", "is_ultra_restricted")]
    if not all(isinstance(each, bool) for each in guest):
        return None
    enterprise = user.get("enterprise_user")
    return Profile(
        locale=str(user.get("locale") or ""),
        guest=any(guest),
        stranger=bool(user.get("is_stranger")),
        team=str(user.get("team_id") or ""),
        enterprise=str(enterprise.get("enterprise_id") or "") if isinstance(enterprise, dict) else "",
    )


class Channels:
    """Asks Slack once a channel in ten minutes."""

    def __init__(self, delivery: Delivery, timer: Callable[[], float]) -> None:
        self._delivery = delivery
        self._known: TTLCache[str, Reach] = TTLCache(MOST, LIVES_S, timer)
        self._lock = threading.Lock()

    def reach(self, channel: str | None, *, anew: bool = False) -> Reach:
        """Who reads a channel: the own organisation alone (``own``), or another one too (``shared``).

        ``untold`` is a channel of which Slack may not tell the bot, such as a private one that it is no member of; ``unknown``
        is that Slack refuses for another reason now. ``anew`` asks past what is remembered: before something is posted for all
        to see. Otherwise a direct conversation counts as one with the bot, where answers are private anyway. A person, whose
        id is a place to post to as well, reads alone. Raises AwayError.
        """
        if channel is None or channel[:1] in ("U", "W") or (channel.startswith("D") and not anew):
            return "own"
        with self._lock:
            if channel in self._known and not anew:
                return self._known[channel]
        try:
            answer = self._delivery.call("conversations.info", channel=channel).get("channel")
        except NotPostedError as error:
            reach: Reach = "untold" if error.reason in _UNTOLD else "unknown"
        else:
            told = answer.get("is_ext_shared") if isinstance(answer, dict) else None
            reach = "shared" if told is True else "own" if told is False else "unknown"
        if reach != "unknown":
            with self._lock:
                self._known[channel] = reach
        return reach

    def name(self, channel: str) -> str | None:
        """What a channel is called; None when Slack does not tell."""
        try:
            answer = self._delivery.call("conversations.info", channel=channel).get("channel")
        except (NotPostedError, UndeliverableError):
            return None
        told = answer.get("name") if isinstance(answer, dict) else None
        return told if isinstance(told, str) and told else None


class Groups:
    """Asks Slack once a minute who is in a user group (usergroups.users.list, scope usergroups:read).

    While Slack does not answer, the last list holds for five minutes; after that nobody knows.
    """

    def __init__(self, delivery: Delivery, timer: Callable[[], float]) -> None:
        self._delivery = delivery
        self._timer = timer
        self._lists: SharedCache[frozenset[str] | None] = SharedCache(
            MOST * 1024, lambda people: GROUP_QUIET_S if people is None else GROUP_LIVES_S, timer
        )
        self._last: SharedCache[frozenset[str] | None] = SharedCache(MOST * 1024, lambda _people: GROUP_LASTS_S, timer)

    def has(self, person: Person, group: str) -> bool | None:
        """Whether a person is in a group of their workspace; None when Slack does not tell."""
        key = (person.enterprise, person.team, group)
        try:
            people = self._lists.get(key, lambda: self._ask(key), GROUP_WAIT_S)
        except TimeoutError:
            people = None
        if people is None:
            people = self._last.get(key, lambda: None, 0)
        return None if people is None else person.user in people

    def _ask(self, key: tuple[str | None, str, str]) -> frozenset[str] | None:
        try:
            users = self._delivery.call("usergroups.users.list", usergroup=key[2], team_id=key[1]).get("users")
        except (NotPostedError, UndeliverableError):
            return None
        if not isinstance(users, list):
            return None
        people = frozenset(str(user) for user in users)
        self._last.forget(key)
        return self._last.get(key, lambda: people, 0)
