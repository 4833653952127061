"""The identities file: who may look as whom. Parsed and validated as a whole; nothing here reads a secret."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.identity.ownership import AccountId, Principal, session_of
from bot.identity.person import Person

Key = TypeVar("Key")


class IdentitiesError(Exception):
    """The identities file cannot be used. ``reasons`` holds a sentence for each mistake, none with a secret.

    ``usable`` are its tables without a mistake of form, for checks that go further.
    """

    def __init__(self, reasons: list[str], usable: "Identities") -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.usable = usable


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(_Table):
    """Where a credential lies: environment variables, a mounted JSON file, or a profile of the aliyun CLI. Never the value."""

    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    file: str | None = None
    cli_profile: str | None = None
    path: str | None = None

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


class _Owned(_Table):
    team: str | None = None
    enterprise: str | None = None

    def is_of(self, person: Person) -> bool:
        """Whether a person belongs to the workspace or organisation that this table names."""
        return self.team == person.team if self.team else self.enterprise == person.enterprise


class LinkedPrincipal(Principal):
    """A caller whose calls are a person's own.

    Of a role session ``arn`` says by which names RAM knows it, ``acs:ram::<account>:assumed-role/<role>/<session>``: without
    it a decoded message, which holds the role's name and not its number, is nobody's.
    """

    arn: str | None = Field(None, pattern=r"^acs:ram::[0-9]+:assumed-role/[^/:]+/[^/:]+$")

    @property
    def caller(self) -> Principal:
        """The caller alone, as logs spell it."""
        return Principal(account=self.account, type=self.type, id=self.id)

    @property
    def session(self) -> str | None:
        """The role session as RAM names one that was denied."""
        return session_of(self.type, self.arn.partition("/")[2].replace("/", ":")) if self.arn else None


class Admin(_Owned):
    """A Slack user who may decide on permission requests."""

    user: str = Field(pattern=r"^[UW][A-Z0-9]+$")


class LinkedPerson(_Owned):
    """One Slack user with the identities the admin gave them."""

    user: str = Field(pattern=r"^[UW][A-Z0-9]+$")
    identities: tuple[DirectIdentity, ...] = ()
    principals: tuple[LinkedPrincipal, ...] = ()


class Account(_Owned):
    """An Alibaba Cloud account that the broker may ask with a read-only role, for one workspace or organisation, or for all."""

    id: AccountId
    name: str | None = None
    site: Literal["china", "international"] = "china"
    role_arn: str = Field(pattern=r"^acs:ram::[0-9]+:role/[A-Za-z0-9._\-]+$")
    external_id: str | None = Field(None, min_length=2, max_length=1224)
    duration_s: int = Field(900, ge=900, le=43_200)
    source_identity: Literal["off", "prefer", "require"] = "off"
    credential: Reference | None = None
    sls_page: str | None = None

    def is_of(self, person: Person) -> bool:
        """Whether the account is asked for a person."""
        return (self.team is None and self.enterprise is None) or super().is_of(person)


class Group(_Owned):
    """A Slack user group that may view whole accounts."""

    group: str = Field(pattern=r"^S[A-Z0-9]+$")
    accounts: tuple[AccountId, ...] = Field(min_length=1)
    view: Literal["account"] = "account"


class Channel(_Owned):
    """A channel in which people see less than they may elsewhere; never more.

    ``team`` says for the reader whose it is. The rule holds for whoever asks there, for several workspaces may share a channel.
    """

    channel: str = Field(pattern=r"^[CGD][A-Z0-9]+$")
    view: Literal["own", "none"]


class Identities(_Table):
    """The whole file."""

    people: tuple[LinkedPerson, ...] = ()
    accounts: tuple[Account, ...] = ()
    groups: tuple[Group, ...] = ()
    channels: tuple[Channel, ...] = ()
    admins: tuple[Admin, ...] = ()


_MODELS: Final[dict[str, type[_Table]]] = {
    name: get_args(field.annotation)[0] for name, field in Identities.model_fields.items()
}
_SPELLINGS: Final = {
    "user": "must be a Slack user id, like U012ABCDEF",
    "group": "must be the id of a Slack user group, like S012ABCDEF",
    "channel": "must be a Slack channel id, like C012ABCDEF",
    "id": "must be an account's number of 8 to 20 digits",
    "account": "must be an account's number of 8 to 20 digits",
    "accounts": "must be an account's number of 8 to 20 digits",
    "role_arn": "must be spelt like acs:ram::1234567890123456:role/name",
    "arn": "must be spelt like acs:ram::1234567890123456:assumed-role/name/session",
    "env": "must be the beginning of variables' names: letters, digits and underscores",
}
_SENTENCES: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be a text in quotes",
    "tuple_type": "must be a list",
    "model_type": "must be a table",
    "literal_error": "must be {expected}",
    "too_short": "must not be empty",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "value_error": "{error}",
}


def parse_identities(text: str) -> Identities:
    """The file's content as a value. Raises IdentitiesError with all mistakes together: unknown keys, wrong forms, doubles."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise IdentitiesError([f"It is not valid TOML: {error}."], Identities()) from None
    reasons: list[str] = []
    sound: dict[str, list[_Table]] = {name: [] for name in _MODELS}
    for name, tables in content.items():
        if name not in _MODELS:
            reasons.append(f"{name}: is not known here.")
        elif not isinstance(tables, list):
            reasons.append(f"{name}: must be written as [[{name}]].")
        else:
            for number, table in enumerate(tables):
                sound[name] += _checked(name, number, table, reasons)
    identities = Identities.model_validate(sound)
    reasons += _doubles(identities) + _strangers(identities, _described(content))
    if reasons:
        raise IdentitiesError(reasons, identities)
    return identities


def _checked(name: str, number: int, table: object, reasons: list[str]) -> list[_Table]:
    """The table when it is sound; else none, and its mistakes are added to the reasons."""
    # A rule about a table as a whole is looked at also while one of its fields is wrong, which pydantic would not do.
    said = [_sentence((name, number, *place), "value_error", {"error": rule}) for place, rule in _broken_rules(name, table)]
    try:
        sound = _MODELS[name].model_validate(table)
    except ValidationError as error:
        found = error.errors()
        places = [item["loc"] for item in found]
        said = [
            _sentence((name, number, *item["loc"]), item["type"], item.get("ctx") or {})
            for item in found
            # A list whose entries are all wrong is called too short as well.
            if item["type"] != "too_short" or not any(place[: len(item["loc"])] == item["loc"] != place for place in places)
        ] + said
    reasons += dict.fromkeys(said)
    return [] if said else [sound]


def _broken_rules(name: str, table: object) -> Iterator[tuple[tuple[int | str, ...], str]]:
    if not isinstance(table, dict):
        return
    owners = [each for each in ("team", "enterprise") if table.get(each) is not None]
    if len(owners) != 1 and (owners or name != "accounts"):
        yield (), "name either team or enterprise"
    role = str(table.get("role_arn"))
    if name == "accounts" and ":role/" in role and f"::{table.get('id')}:" not in role:
        yield ("role_arn",), "must be a role of the account itself"
    for number, each in enumerate(_tables(table, "principals")):
        role = str(each.get("arn") or "")
        session = str(each.get("id")).partition(":")[2]
        if role and (f"::{each.get('account')}:" not in role or not session or role.rpartition("/")[2] != session):
            yield ("principals", number, "arn"), "must be of the same account and session"
    references: list[tuple[tuple[int | str, ...], object]] = [
        (("identities", number, "credential"), each.get("credential"))
        for number, each in enumerate(_tables(table, "identities"))
    ]
    for place, reference in [(("credential",), table.get("credential")), *references]:
        mistake = _wrong_place(reference) if isinstance(reference, dict) else None
        if mistake:
            yield place, mistake


def _tables(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The tables of a list inside a table; what is no table is empty."""
    listed = table.get(name)
    return [each if isinstance(each, dict) else {} for each in listed] if isinstance(listed, list) else []


def _wrong_place(reference: Mapping[str, Any]) -> str | None:
    if sum(reference.get(place) is not None for place in ("env", "file", "cli_profile")) != 1:
        return "name exactly one of env, file and cli_profile"
    if reference.get("path") is not None and reference.get("cli_profile") is None:
        return "path goes with cli_profile"
    return None


def _sentence(place: tuple[int | str, ...], kind: str, values: Mapping[str, Any]) -> str:
    path = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    field = next(part for part in reversed(place) if isinstance(part, str))
    spelling = _SPELLINGS.get(field, "is spelt wrongly")
    wrong = spelling if kind == "string_pattern_mismatch" else _SENTENCES.get(kind, "cannot be used").format(**values)
    return f"{path}: {wrong}."


def _described(content: Mapping[str, Any]) -> set[str]:
    """The accounts that have a table, be it sound or not."""
    tables = content.get("accounts")
    return {str(each.get("id")) for each in tables if isinstance(each, dict)} if isinstance(tables, list) else set()


def _doubles(identities: Identities) -> list[str]:
    people = identities.people
    words = [account.name or account.id for account in identities.accounts]
    claims = [each.caller for person in people for each in person.principals]
    told = [
        f"user {user} is listed twice; keep one table."
        for *_, user in _again([(each.team, each.enterprise, each.user) for each in people])
    ]
    told += [f"principal {each.type} {each.id} belongs to two people." for each in _again(claims)]
    told += [f"account {each} is listed twice." for each in _again([account.id for account in identities.accounts])]
    told += [f"channel {each} has two rules; keep one." for each in _again([rule.channel for rule in identities.channels])]
    told += [f"two accounts are called {each}; name each otherwise." for each in _again(words)]
    for person in people:
        own = [each.name or each.credential.name for each in person.identities]
        twice = sorted({word for word in own if own.count(word) > 1 or word in words})
        told += [f"user {person.user} would look as {word} in two ways; give each a name of its own." for word in twice]
    return told


def _again(keys: Sequence[Key]) -> list[Key]:
    """The keys that stood in the list before."""
    return [key for number, key in enumerate(keys) if key in keys[:number]]


def _strangers(identities: Identities, known: set[str]) -> list[str]:
    return [
        f"group {group.group} names account {account}, which no [[accounts]] table describes."
        for group in identities.groups
        for account in group.accounts
        if account not in known
    ]
