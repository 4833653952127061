"""The broker's promises: nobody is answered with what is another's, whatever the order, the cache and the threads."""

import random
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.protocol import HttpAnswer
from bot.aliyun.signing import Request
from bot.explain.catalog import load_catalog
from bot.identity.directory import FileDirectory
from bot.identity.identities import parse_identities
from bot.identity.person import Person
from bot.identity.sessions import RoleSessions
from bot.lookup import LookUp
from bot.lookup.background import Background
from bot.lookup.plan import Question
from bot.outcomes import Found, NotConnected, NotFound
from bot.playground.alibaba import BROKER, AlibabaStandIn, NewLog, wire
from bot.playground.alibaba.people import ACCOUNT_ID, SECOND_ACCOUNT_ID
from tests.assurance.figures import Result, figure, suite

TEAM: Final = "T0REQLOG1"
KEYS: Final = {"BROKER_ACCESS_KEY_ID": BROKER.access_key_id, "BROKER_ACCESS_KEY_SECRET": BROKER.secret}
OWNERS: Final = {ACCOUNT_ID: "alice", SECOND_ACCOUNT_ID: "carol"}
PEOPLE, LOGS, THREADS = 60, 300, 8

suite("G17", "identity/test_grants.py")


@dataclass(frozen=True, slots=True)
class InProcess:
    """A way to the stand-in without a socket between; the requests are as signed, the answers as written."""

    vendor: AlibabaStandIn

    def send(self, request: Request, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        """One exchange."""
        del deadline
        named = {name: (value,) for name, value in headers.items()}
        reply = self.vendor.serve(wire.Request(request.method, request.path, request.query, named, request.body, "127.0.0.1"))
        return HttpAnswer(reply.answer.status, dict(reply.answer.headers), reply.answer.body)


@dataclass(frozen=True, slots=True)
class World:
    """People with their callers and accounts that they see whole, and logs with the callers that they name."""

    callers: dict[str, set[tuple[str, str]]]
    whole: dict[str, set[str]]
    logs: dict[str, tuple[str, str | None]]

    def may_see(self, user: str, request_id: str) -> bool:
        """Whether the log is theirs, by sets alone."""
        account, caller = self.logs[request_id]
        return account in self.whole[user] or (account, caller) in self.callers[user]


@figure("G12", "random look-ups of 60 people in two accounts over one cache, eight threads, rights that change")
def nobody_s_answer_is_another_s(long: bool) -> Result:
    """20,000 of them, in the long form 100,000."""
    chance = random.Random(11)
    vendor = AlibabaStandIn()
    world = _world(vendor, chance)
    client = Client(InProcess(vendor), Endpoints(*["http://127.0.0.1:9"] * 5))
    background = Background(client, load_catalog(), regions=(), site=None, timer=time.monotonic)
    lookup = LookUp(client, background, clock=lambda: datetime.now(UTC), timer=time.monotonic, sleep=lambda _seconds: None)
    identities = parse_identities(_file(world))
    sessions = RoleSessions(client, lambda _deadline, _past=None: Credential("none", "none"), KEYS)
    directory = FileDirectory(lambda: identities, KEYS, sessions, lambda who, group: group[1:] in world.whole[who.user])
    asked = [(chance.choice([*world.callers]), chance.choice([*world.logs])) for _ in range(100_000 if long else 20_000)]
    ended: Counter[str] = Counter()

    def look(pair: tuple[str, str]) -> str:
        user, request_id = pair
        access = directory.access(Person(user, TEAM), None)
        outcome = lookup.answer(Question(request_id, "en", trail=False), access, Deadline.after(20)).outcome
        if isinstance(outcome, Found):
            own = outcome.explanation.request_id == request_id
            return "found" if own and world.may_see(user, request_id) else "LEAKED"
        return "not found" if isinstance(outcome, NotFound | NotConnected) and not world.may_see(user, request_id) else "WRONG"

    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(0, len(asked), 1000):
            ended.update(pool.map(look, asked[number : number + 1000]))
            _change(world, chance)
            identities = parse_identities(_file(world))
    said = ", ".join(f"{count:,} {name}" for name, count in ended.most_common())
    return Result(not ended.keys() - {"found", "not found"}, f"{len(asked):,} asked: {said}")


def _world(vendor: AlibabaStandIn, chance: random.Random) -> World:
    numbers = [str(241009849925890000 + number) for number in range(PEOPLE)]
    users = [f"U0P{number:03}" for number in range(PEOPLE)]
    pairs = [(account, number) for account in OWNERS for number in numbers]
    callers = {user: set(chance.sample(pairs, chance.randint(0, 2))) for user in users}
    taken: set[tuple[str, str]] = set()
    for user in users:  # a caller belongs to one person
        callers[user] -= taken
        taken |= callers[user]
    whole = {user: {account for account in OWNERS if chance.random() < 0.1} for user in users}
    logs: dict[str, tuple[str, str | None]] = {}
    for _ in range(LOGS):
        account, caller = chance.choice([*OWNERS]), chance.choice([*numbers, None])
        who = {"masterAccountId": account, "callerType": "sub", "callerAccountId": caller or "-"}
        request_id = vendor.add_log(NewLog(owner=OWNERS[account], log={"basicInfo": {"api": "Describe"}, "callerInfo": who}))
        logs[request_id] = (account, caller)
    return World(callers, whole, logs)


def _change(world: World, chance: random.Random) -> None:
    """Somebody loses what they had, somebody else gets it."""
    loser, winner = chance.sample([*world.callers], 2)
    world.callers[winner] |= world.callers[loser]
    world.callers[loser] = set()
    world.whole[chance.choice([*world.whole])] ^= {chance.choice([*OWNERS])}


def _file(world: World) -> str:
    people = [
        f'[[people]]\nteam="{TEAM}"\nuser="{user}"\n'
        + "".join(f'[[people.principals]]\naccount="{account}"\ntype="sub"\nid="{number}"\n' for account, number in callers)
        for user, callers in world.callers.items()
    ]
    accounts = [
        f'[[accounts]]\nid="{number}"\nrole_arn="acs:ram::{number}:role/requestlog-reader"\ncredential={{env="BROKER"}}\n'
        for number in OWNERS
    ]
    groups = [f'[[groups]]\nteam="{TEAM}"\ngroup="S{number}"\naccounts=["{number}"]\n' for number in OWNERS]
    return "".join((*people, *accounts, *groups))
