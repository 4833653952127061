"""Can the time of an answer tell a hidden log from an absent one? 500 look-ups each, and the best guess by a threshold."""

import random
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.transport import Transport
from bot.explain.catalog import load_catalog
from bot.identity.directory import FileDirectory
from bot.identity.identities import parse_identities
from bot.identity.person import Person
from bot.identity.sessions import RoleSessions
from bot.lookup import LookUp
from bot.lookup.background import Background
from bot.lookup.plan import Question
from bot.outcomes import NotFound
from bot.playground.alibaba import BROKER, AlibabaStandIn, NewLog
from bot.playground.alibaba.people import ACCOUNT_ID
from bot.playground.scene import BROKER_IDENTITIES
from tests.benchmarks.figures import Figure

EACH: Final = 500
SIDE_BY_SIDE: Final = 20
#: A hidden log of this size takes the longest to fetch and to judge.
BODY: Final = "x" * 200_000
WHO: Final = Person("U0CAROL", "T0REQLOG1")
KEYS: Final = {"BROKER_ACCESS_KEY_ID": BROKER.access_key_id, "BROKER_ACCESS_KEY_SECRET": BROKER.secret}


def measure() -> list[Figure]:
    """The guess by the best threshold: as it is, and without the steps of time for comparison."""
    figures = []
    with AlibabaStandIn() as vendor:
        for name, goal, sleep in (("in steps of time", 55, time.sleep), ("without them", None, lambda _seconds: None)):
            hidden, absent = _times(vendor, sleep)
            medians = [statistics.median(each) for each in (hidden, absent)]
            said = f"{EACH} each, medians {medians[0]:.4f} and {medians[1]:.4f} s, {(medians[0] - medians[1]) * 1000:+.3f} ms"
            told = f"hidden told from absent by the best threshold, {name}"
            figures.append(Figure(told, 100 * best(hidden, absent), "%", goal, said))
    return figures


def best(hidden: list[float], absent: list[float]) -> float:
    """How often the best threshold tells the two apart, in hindsight: 50 % is a coin."""
    moments = sorted([(each, 1) for each in hidden] + [(each, -1) for each in absent])
    ahead, most = 0, 0
    for _, step in moments:
        ahead += step
        most = max(most, abs(ahead))
    return 0.5 + most / (2 * len(hidden))


def _times(vendor: AlibabaStandIn, sleep: Callable[[float], None]) -> tuple[list[float], list[float]]:
    transport = Transport()
    client = Client(transport, Endpoints(*[vendor.url] * 5))
    background = Background(client, load_catalog(), regions=(), site=None, timer=time.monotonic)
    lookup = LookUp(client, background, clock=lambda: datetime.now(UTC), timer=time.monotonic, sleep=sleep)
    identities = parse_identities(BROKER_IDENTITIES.replace("1987654321098765", ACCOUNT_ID, 1))
    sessions = RoleSessions(client, lambda _deadline, _past=None: Credential("none", "none"), KEYS)
    access = FileDirectory(lambda: identities, KEYS, sessions, lambda _who, _group: False).access(WHO, None)
    caller = {"masterAccountId": ACCOUNT_ID, "callerType": "sub", "callerAccountId": "241009849925897811"}
    log = {"basicInfo": {"api": "X"}, "callerInfo": caller, "responses": {"responseBody": BODY}}
    asked = [(True, vendor.add_log(NewLog(owner="alice", log=log))) for _ in range(EACH)]
    asked += [(False, f"00000000-0000-4000-8000-{number:012}") for number in range(EACH)]
    random.Random(11).shuffle(asked)

    def look(pair: tuple[bool, str]) -> tuple[bool, float]:
        began = time.perf_counter()
        outcome = lookup.answer(Question(pair[1], "en", trail=False), access, Deadline.after(8)).outcome
        took = time.perf_counter() - began
        if not isinstance(outcome, NotFound):
            message = f"a benchmark of what is not found met {outcome}"
            raise TypeError(message)
        return pair[0], took

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        taken = list(pool.map(look, asked))
    transport.close()
    return [took for hidden, took in taken if hidden], [took for hidden, took in taken if not hidden]
