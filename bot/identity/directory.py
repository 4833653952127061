"""As whom a person may look, and what they may be shown. Default deny: who is not named sees nothing."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, Protocol

from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.identity.chain import OwnCredential
from bot.identity.grants import Barrier, Grant, barrier_of, grant
from bot.identity.identities import Account, Identities, LinkedPerson, Reference
from bot.identity.ownership import Principal, Sight
from bot.identity.person import Person
from bot.identity.references import CredentialMissingError, open_reference
from bot.identity.sessions import Opener, RoleSessions, session_name

Kind = Literal["direct", "broker"]


@dataclass(frozen=True, slots=True)
class Identity:
    """One way to look: its word for "looked up as …", and a way to a credential.

    ``open(deadline)`` reads the reference anew, or enters the role, and may raise CredentialMissingError. Of a ``direct``
    identity Alibaba Cloud decides what it sees, in an ``own_only`` one the own log alone is asked. A ``broker`` sees a whole
    ``account`` by a role, so its ``sight`` decides what is shown of it; ``viewer`` is whose sight it is, ``session`` the name
    of the role's session, ``groups`` those that gave a whole account.
    """

    name: str
    open: Opener
    own_only: bool = False
    sls_page: str | None = None
    kind: Kind = "direct"
    sight: Sight | None = None
    viewer: str = ""
    session: str | None = None
    groups: tuple[str, ...] = ()

    @property
    def right(self) -> str:
        """What it may see, as a text that begins with the name: a wider right is the beginning of a narrower one."""
        sight = self.sight
        if sight is None or sight.own is None:
            return f"{self.name}\n{self.kind}\n"
        own = repr([sorted(map(str, sight.own)), sorted(sight.sessions)])
        return f"{self.name}\n{self.kind}\n{hashlib.sha256(own.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Access:
    """The identities that a person may use where they ask; when there are none, what stands in the way.

    ``doubtful``: Slack did not say whether more is theirs, so "not found" may not be said. ``own`` are the principals whose
    calls are the person's own.
    """

    identities: tuple[Identity, ...] = ()
    barrier: Barrier | None = None
    doubtful: bool = False
    own: frozenset[Principal] = frozenset()


class Directory(Protocol):
    """Says as whom a person may look in a channel."""

    def access(self, person: Person, channel: str | None) -> Access:
        """The person's identities in this channel; empty with a barrier when there are none."""

    def faults(self) -> list[str]:
        """A sentence for each thing that is wrong with what it goes by; for start-up and the doctor."""


class OwnerDirectory:
    """Without an identities file: the bot's own credential serves the one Slack user named as owner, nobody else."""

    def __init__(self, owner: str | None, own: OwnCredential) -> None:
        self._owner = owner
        self._own = own

    def access(self, person: Person, channel: str | None) -> Access:  # noqa: ARG002 - no channel narrows the owner
        """The bot's own credential for the owner."""
        if self._owner is None or person.user != self._owner:
            return Access(barrier="unlinked")
        return Access((Identity("owner", self._own.find),))

    def faults(self) -> list[str]:
        """Whether the own credential is there, when somebody is to be served by it."""
        return _sentences([self._own.find] if self._owner else [])


class FileDirectory:
    """The people, accounts and groups of an identities file; channels can only narrow what they may see."""

    def __init__(
        self,
        read: Callable[[], Identities],
        environment: Mapping[str, str],
        sessions: RoleSessions,
        in_group: Callable[[Person, str], bool | None] = lambda _person, _group: None,
        changed_badly: Callable[[], list[str]] = list,
    ) -> None:
        """``read`` gives the file as it stands, ``changed_badly`` what is wrong with a newer version that was not taken.

        ``in_group`` says whether a person is in a Slack user group, None when Slack does not tell.
        """
        self._read = read
        self._environment = environment
        self._sessions = sessions
        self._in_group = in_group
        self._changed_badly = changed_badly

    def access(self, person: Person, channel: str | None) -> Access:
        """The identities that the file gives the person."""
        identities = self._read()
        rule = next((each.view for each in identities.channels if each.channel == channel), None)
        if rule == "none":
            return Access(barrier="channel")
        linked = next((each for each in identities.people if each.is_of(person) and each.user == person.user), None)
        found = self._direct(linked, own_only=rule == "own") if linked else []
        callers = linked.principals if linked else ()
        grants: list[Grant] = []
        for account in identities.accounts:
            if not account.is_of(person):
                continue
            listed = [each.group for each in identities.groups if each.is_of(person) and account.id in each.accounts]
            inside = {group: self._in_group(person, group) for group in listed}
            groups = tuple(group for group in listed if inside[group])
            in_group = True if groups else None if None in inside.values() else False
            mine = [each for each in callers if each.account == account.id]
            own = frozenset(each.caller for each in mine)
            grants.append(granted := grant(account.id, rule, own, in_group=in_group))
            if granted.sight is not None:
                sight = replace(granted.sight, sessions=frozenset(each.session for each in mine if each.session))
                found.append(self._sighted(account, person, sight, groups))
        doubtful = any(each.doubtful for each in grants)
        return Access(
            tuple(found),
            None if found else barrier_of(grants),
            doubtful=doubtful,
            own=frozenset(each.caller for each in callers),
        )

    def faults(self) -> list[str]:
        """A sentence for each reference that leads to no credential, and what is wrong with a version not taken over."""
        return [*self._changed_badly(), *reference_faults(self._read(), self._environment)]

    def _direct(self, linked: LinkedPerson, *, own_only: bool) -> list[Identity]:
        return [
            Identity(
                each.name or each.credential.name,
                partial(self._open, each.credential),
                own_only=own_only,
            )
            for each in linked.identities
        ]

    def _open(self, reference: Reference, _deadline: Deadline, _past: Credential | None = None) -> Credential:
        return open_reference(reference, self._environment)

    def _sighted(self, account: Account, person: Person, sight: Sight, groups: tuple[str, ...]) -> Identity:
        return Identity(
            account.name or account.id,
            partial(self._sessions.open, account, person),
            kind="broker",
            sight=sight,
            viewer=person.key,
            session=session_name(person),
            groups=groups if sight.own is None else (),
        )


def reference_faults(identities: Identities, environment: Mapping[str, str]) -> list[str]:
    """A sentence for each reference of the file that leads to no credential."""
    direct = [each.credential for person in identities.people for each in person.identities]
    bases = [account.credential for account in identities.accounts if account.credential]
    return _sentences([partial(open_reference, each, environment) for each in (*direct, *bases)])


def _sentences(openers: list[Callable[[], Credential]]) -> list[str]:
    sentences = []
    for opener in openers:
        try:
            opener()
        except CredentialMissingError as error:
            sentences.append(str(error))
    return list(dict.fromkeys(sentences))


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may decide on permission requests: the [[admins]] of the identities file, and the users that a setting names."""

    read: Callable[[], Identities] = Identities
    users: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.read().admins or self.users)

    def __contains__(self, person: Person) -> bool:
        named = any(admin.is_of(person) and admin.user == person.user for admin in self.read().admins)
        return named or person.user in self.users
