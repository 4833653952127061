"""The identities file: who may look through whose eyes. Parsed and validated as a whole; nothing here reads a secret."""

from __future__ import annotations

import tomllib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

AccountId = Annotated[str, Field(pattern=r"^\d{8,20}$")]
View = Literal["account", "own", "none"]


class IdentitiesError(Exception):
    """The identities file cannot be used. ``reasons`` holds a sentence for each mistake, none with a secret."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(_Table):
    """Where a credential lies: environment variables, a mounted JSON file, or a profile of the aliyun CLI. Never the value."""

    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    file: str | None = None
    cli_profile: str | None = None
    path: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Reference:
        if sum(place is not None for place in (self.env, self.file, self.cli_profile)) != 1:
            message = "name exactly one of env, file and cli_profile"
            raise ValueError(message)
        if self.path is not None and self.cli_profile is None:
            message = "path goes with cli_profile"
            raise ValueError(message)
        return self

    @property
    def name(self) -> str:
        """A word for "looked up as …": the reference's own name, lower-case."""
        if self.env:
            return self.env.lower()
        if self.cli_profile:
            return self.cli_profile
        return (self.file or "").rsplit("/", 1)[-1].removesuffix(".json")


class DirectIdentity(_Table):
    """A credential that is the person."""

    credential: Reference
    name: str | None = None


class Principal(_Table):
    """A caller whose calls are this person's own, spelt as callerInfo of a request log spells it."""

    account: AccountId
    type: Literal["customer", "sub", "AssumedRoleUser"]
    id: str = Field(min_length=1)


class _Owned(_Table):
    team: str | None = None
    enterprise: str | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> _Owned:
        if (self.team is None) == (self.enterprise is None):
            message = "name either team or enterprise"
            raise ValueError(message)
        return self


class LinkedPerson(_Owned):
    """One Slack user with the identities the admin gave them."""

    user: str = Field(pattern=r"^[UW][A-Z0-9]+$")
    identities: tuple[DirectIdentity, ...] = ()
    principals: tuple[Principal, ...] = ()


class Account(_Table):
    """An Alibaba Cloud account that the broker may ask with a read-only role."""

    id: AccountId
    name: str | None = None
    site: Literal["china", "international"] = "china"
    role_arn: str = Field(pattern=r"^acs:ram::\d+:role/[\w.\-]+$")
    external_id: str | None = Field(None, min_length=2, max_length=1224)
    credential: Reference | None = None
    sls_page: str | None = None


class Group(_Owned):
    """A Slack user group that may view whole accounts."""

    group: str = Field(pattern=r"^S[A-Z0-9]+$")
    accounts: tuple[AccountId, ...] = Field(min_length=1)
    view: View = "account"


class Channel(_Owned):
    """A channel in which people see less than they may elsewhere; never more."""

    channel: str = Field(pattern=r"^[CGD][A-Z0-9]+$")
    view: Literal["own", "none"]


class Identities(_Table):
    """The whole file."""

    people: tuple[LinkedPerson, ...] = ()
    accounts: tuple[Account, ...] = ()
    groups: tuple[Group, ...] = ()
    channels: tuple[Channel, ...] = ()


def parse_identities(text: str) -> Identities:
    """The file's content as a value. Raises IdentitiesError with all mistakes together: unknown keys, wrong forms, doubles."""
    try:
        identities = Identities.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise IdentitiesError([f"It is not valid TOML: {error}."]) from None
    except ValidationError as error:
        raise IdentitiesError([_sentence(item["loc"], item["msg"]) for item in error.errors()]) from None
    reasons = _doubles(identities) + _strangers(identities)
    if reasons:
        raise IdentitiesError(reasons)
    return identities


def _sentence(place: tuple[int | str, ...], reason: str) -> str:
    path = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    return f"{path or 'file'}: {reason.removeprefix('Value error, ').lower()}."


def _doubles(identities: Identities) -> list[str]:
    people = [f"user {person.user}" for person in identities.people]
    principals = [
        f"principal {principal.type} {principal.id}" for person in identities.people for principal in person.principals
    ]
    owners = [(person.team, person.enterprise, person.user) for person in identities.people]
    claims = [principal for person in identities.people for principal in person.principals]
    accounts = [account.id for account in identities.accounts]
    return (
        [f"{people[i]} is listed twice; keep one table." for i, key in enumerate(owners) if key in owners[:i]]
        + [f"{principals[i]} belongs to two people." for i, key in enumerate(claims) if key in claims[:i]]
        + [f"account {key} is listed twice." for i, key in enumerate(accounts) if key in accounts[:i]]
    )


def _strangers(identities: Identities) -> list[str]:
    known = {account.id for account in identities.accounts}
    return [
        f"group {group.group} names account {account}, which no [[accounts]] table describes."
        for group in identities.groups
        for account in group.accounts
        if account not in known
    ]
