"""The stand-in's fixed people and roles, as the outer contract names them. All of it is public on purpose."""

from dataclasses import dataclass, field
from typing import Final

ACCOUNT_ID: Final = "1973374733454118"
SECOND_ACCOUNT_ID: Final = "1987654321098765"

GET_REQUEST_LOG: Final = "openapiexplorer:GetRequestLog"
GET_LOG_TICKET: Final = "yundun-sas:GetLogTicket"
DECODE_DIAGNOSTIC_MESSAGE: Final = "ram:DecodeDiagnosticMessage"
LOOKUP_EVENTS: Final = "actiontrail:LookupEvents"
ASSUME_ROLE: Final = "sts:AssumeRole"


@dataclass(frozen=True, slots=True)
class Person:
    """A RAM user with an AccessKey; ``security_token`` only for a replay of vectors that were signed with one."""

    name: str
    access_key_id: str
    secret: str = field(repr=False)
    user_id: str
    permissions: frozenset[str] = frozenset()
    security_token: str | None = field(default=None, repr=False)
    account_id: str = ACCOUNT_ID


@dataclass(frozen=True, slots=True)
class Role:
    """A RAM role, who may assume it (people, or sessions of other roles), what its sessions may do, and how long at most."""

    name: str
    role_id: str
    trusts: frozenset[str]
    permissions: frozenset[str]
    external_id: str | None = None
    account_id: str = ACCOUNT_ID
    longest_s: int = 3600

    @property
    def arn(self) -> str:
        """The role's resource name, as AssumeRole wants it."""
        return f"acs:ram::{self.account_id}:role/{self.name}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed a call: a RAM user, a role session (``role`` and ``session`` set) or the main account.

    ``user_id`` is the RAM user, for a session the one who assumed the role; empty where nobody knows.
    """

    name: str
    user_id: str
    permissions: frozenset[str] = frozenset()
    role: str | None = None
    role_id: str | None = None
    session: str | None = None
    account_id: str = ACCOUNT_ID

    @property
    def caller_type(self) -> str:
        """As callerInfo.callerType of a log has it."""
        if self.role:
            return "AssumedRoleUser"
        return "customer" if self.user_id == self.account_id else "sub"

    @property
    def caller_id(self) -> str:
        """As callerInfo.callerAccountId of a log has it; for a session the form is a guess, no source shows one."""
        return f"{self.role_id}:{self.session}" if self.role else self.user_id

    @property
    def display_name(self) -> str:
        """As AuthPrincipalDisplayName has it: the number of a RAM user, ``role:session`` of a session."""
        return f"{self.role}:{self.session}" if self.role else self.user_id

    @property
    def principal_type(self) -> str:
        """As AuthPrincipalType has it."""
        return {"sub": "SubUser", "customer": "RootUser"}.get(self.caller_type, "AssumedRoleUser")


ALICE: Final = Person("alice", "LTAI5tStandInAlice", "standin-secret-alice", "241009849925897811")
BOB: Final = Person("bob", "LTAI5tStandInBob", "standin-secret-bob", "241009849925897812")
AUDITOR: Final = Person(
    "auditor",
    "LTAI5tStandInAuditor",
    "standin-secret-auditor",
    "241009849925897813",
    frozenset({GET_REQUEST_LOG, DECODE_DIAGNOSTIC_MESSAGE, LOOKUP_EVENTS, GET_LOG_TICKET}),
)
BROKER: Final = Person("broker", "LTAI5tStandInBroker", "standin-secret-broker", "241009849925897814", frozenset({ASSUME_ROLE}))
CAROL: Final = Person("carol", "LTAI5tStandInCarol", "standin-secret-carol", "281009849925897821", account_id=SECOND_ACCOUNT_ID)
PEOPLE: Final = (ALICE, BOB, AUDITOR, BROKER, CAROL)

_READER: Final = frozenset({GET_REQUEST_LOG, DECODE_DIAGNOSTIC_MESSAGE, LOOKUP_EVENTS})
#: What a workload of the bot has in place of a key: the role of its ECS instance, and on ACK (RRSA) of its service account.
WORKLOAD: Final = Role("requestlog-bot", "301998877665544305", frozenset(), frozenset({ASSUME_ROLE}))
_TRUSTED: Final = frozenset({"broker", WORKLOAD.name})
ROLES: Final = (
    Role("requestlog-reader", "301998877665544301", _TRUSTED, _READER),
    Role("requestlog-reader-ext", "301998877665544302", _TRUSTED, _READER, "standin-external-id"),
    WORKLOAD,
    Role("requestlog-reader", "301998877665544303", _TRUSTED, _READER, account_id=SECOND_ACCOUNT_ID),
)

NOBODY: Final = Caller("nobody", "")
MAIN_ACCOUNT: Final = Caller("main", ACCOUNT_ID)
DEPLOY_SESSION: Final = Caller("deploy-role:ci-4711", "", role="deploy-role", role_id="301998877665544309", session="ci-4711")


def caller_of(person: Person) -> Caller:
    """The caller that a person's AccessKey is."""
    return Caller(person.name, person.user_id, person.permissions, account_id=person.account_id)


def owner_named(name: str, people: tuple[Person, ...] = PEOPLE) -> Caller:
    """The caller that owns a log, by the owner's name in a case. Raises KeyError for a name that nobody has."""
    callers = [*(caller_of(person) for person in people), MAIN_ACCOUNT, DEPLOY_SESSION]
    return {caller.name: caller for caller in callers}[name]
