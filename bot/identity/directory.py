"""As whom a person may look. Default deny: who is not named sees nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from bot.aliyun.credentials import Credential
from bot.identity.chain import OwnCredential
from bot.identity.identities import Admin, Channel, Identities, LinkedPerson
from bot.identity.person import Person
from bot.identity.references import CredentialMissingError, open_reference

Barrier = Literal["unlinked", "channel"]


@dataclass(frozen=True, slots=True)
class Identity:
    """One Alibaba Cloud identity of a person: its word for "looked up as …", and a way to its credential.

    ``credential()`` reads the reference anew and may raise CredentialMissingError.
    """

    name: str
    credential: Callable[[], Credential]
    own_only: bool = False
    sls_page: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """The identities that a person may use where they ask; when there are none, what stands in the way."""

    identities: tuple[Identity, ...] = ()
    barrier: Barrier | None = None


class Directory(Protocol):
    """Says as whom a person may look in a channel."""

    def access(self, person: Person, channel: str | None) -> Access:
        """The person's identities in this channel; empty with a barrier when there are none."""

    def faults(self) -> list[str]:
        """A sentence for each reference that leads to no credential; for start-up and the doctor."""


class OwnerDirectory:
    """Without an identities file: the bot's own credential serves the one Slack user named as owner, nobody else."""

    def __init__(self, owner: str | None, environment: Mapping[str, str]) -> None:
        self._owner = owner
        self._own = OwnCredential(environment)

    def access(self, person: Person, channel: str | None) -> Access:  # noqa: ARG002 - no channel narrows the owner
        """The bot's own credential for the owner."""
        if self._owner is None or person.user != self._owner:
            return Access(barrier="unlinked")
        return Access((Identity("owner", self._own.find),))

    def faults(self) -> list[str]:
        """Whether the own credential is there, when somebody is to be served by it."""
        return _faults([Identity("owner", self._own.find)] if self._owner else [])


class FileDirectory:
    """The people of an identities file; channels can only narrow what they may see."""

    def __init__(self, identities: Identities, environment: Mapping[str, str]) -> None:
        self._identities = identities
        self._environment = environment

    def access(self, person: Person, channel: str | None) -> Access:
        """The identities that the file gives the person."""
        linked = self._linked(person)
        if linked is None or not linked.identities:
            return Access(barrier="unlinked")
        view = self._view(person, channel)
        if view == "none":
            return Access(barrier="channel")
        return Access(tuple(self._identities_of(linked, own_only=view == "own")))

    def faults(self) -> list[str]:
        """A sentence for each reference of the file that leads to no credential."""
        return _faults([each for person in self._identities.people for each in self._identities_of(person)])

    def _linked(self, person: Person) -> LinkedPerson | None:
        for candidate in self._identities.people:
            if candidate.is_of(person) and candidate.user == person.user:
                return candidate
        return None

    def _view(self, person: Person, channel: str | None) -> Literal["own", "none"] | None:
        return next((rule.view for rule in self._identities.channels if _covers(rule, person, channel)), None)

    def _identities_of(self, linked: LinkedPerson, *, own_only: bool = False) -> list[Identity]:
        return [
            Identity(
                direct.name or direct.credential.name,
                partial(open_reference, direct.credential, self._environment),
                own_only=own_only,
            )
            for direct in linked.identities
        ]


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may decide on permission requests: the [[admins]] of the identities file, and the users that a setting names."""

    admins: tuple[Admin, ...] = ()
    users: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.admins or self.users)

    def __contains__(self, person: Person) -> bool:
        named = any(admin.is_of(person) and admin.user == person.user for admin in self.admins)
        return named or person.user in self.users


def _covers(rule: Channel, person: Person, channel: str | None) -> bool:
    return rule.is_of(person) and rule.channel == channel


def _faults(identities: list[Identity]) -> list[str]:
    sentences = []
    for identity in identities:
        try:
            identity.credential()
        except CredentialMissingError as error:
            sentences.append(str(error))
    return sentences
