"""A ladder over the stand-in whose people see through roles, and whose file and groups a test may change."""

from dataclasses import dataclass, field

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.identity.directory import Access, FileDirectory
from bot.identity.identities import Identities
from bot.identity.person import Person
from bot.identity.sessions import RoleSessions
from bot.lookup import LookUp, Step
from bot.lookup.plan import Question
from bot.outcomes import Outcome
from bot.playground.alibaba import ALICE, AUDITOR, BOB, BROKER, CAROL, AlibabaStandIn
from bot.playground.alibaba.people import ACCOUNT_ID, SECOND_ACCOUNT_ID

TEAM = "T0REQLOG1"
ABSENT = "00000000-0000-4000-8000-000000000000"
KEYS = {"BROKER_ACCESS_KEY_ID": BROKER.access_key_id, "BROKER_ACCESS_KEY_SECRET": BROKER.secret}
KEYS |= {"AUDITOR_ACCESS_KEY_ID": AUDITOR.access_key_id, "AUDITOR_ACCESS_KEY_SECRET": AUDITOR.secret}
PEOPLE = {"alice": ALICE, "bob": BOB, "carol": CAROL}
FILE = "".join(
    f'[[people]]\nteam="{TEAM}"\nuser="U0{name.upper()}"\n[[people.principals]]\n'
    f'account="{who.account_id}"\ntype="sub"\nid="{who.user_id}"\n'
    for name, who in PEOPLE.items()
) + "".join(
    f'[[accounts]]\nid="{number}"\nname="{name}"\nrole_arn="acs:ram::{number}:role/requestlog-reader"\n'
    'credential={env="BROKER"}\n'
    for number, name in ((ACCOUNT_ID, "prod"), (SECOND_ACCOUNT_ID, "second"))
)
GROUP = f'[[groups]]\nteam="{TEAM}"\ngroup="S0INCIDENT"\naccounts=["{ACCOUNT_ID}"]\n'
BOTH = GROUP.replace('"]', f'", "{SECOND_ACCOUNT_ID}"]')


@dataclass
class Stage:
    """The stand-in, a ladder that does not really wait, and a directory whose file and groups a test may change."""

    vendor: AlibabaStandIn
    lookup: LookUp
    client: Client
    identities: Identities
    members: set[str] | None = field(default_factory=set)
    waited: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=lambda: [0.0])
    directory: FileDirectory = field(init=False)

    def __post_init__(self) -> None:
        sessions = RoleSessions(self.client, lambda _deadline, _past=None: Credential("none", "none"), KEYS)
        self.directory = FileDirectory(lambda: self.identities, KEYS, sessions, self._in_group)

    def _in_group(self, person: Person, _group: str) -> bool | None:
        return None if self.members is None else person.user in self.members

    def access(self, name: str, channel: str | None = None) -> Access:
        return self.directory.access(Person(f"U0{name.upper()}", TEAM), channel)

    def looks(
        self, name: str, request_id: str, channel: str | None = None, seconds: float = 8
    ) -> tuple[Outcome, tuple[Step, ...]]:
        deadline = Deadline.after(seconds)
        looked = self.lookup.answer(Question(request_id, "en", trail=False), self.access(name, channel), deadline)
        return looked.outcome, looked.steps
