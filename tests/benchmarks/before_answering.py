"""Milliseconds of CPU from a request's bytes to its acknowledgement, for 200 kB of text of every kind; goal: at most 20."""

import json
import tempfile
import time
from datetime import UTC, datetime
from typing import Any, Final

from slack_bolt import Ack, BoltResponse

from bot.listeners import events
from bot.listeners.intake import Intake
from bot.listeners.payloads import Payload
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.replays import Replays
from bot.store.sealing import Keyring
from bot.web import DispatchResult, FrontDoor
from tests.benchmarks.figures import Figure
from tests.web.requests import FORM, KINDS, SECRET, interaction, signed, slash

SIZE: Final = 200_000
GOAL_MS: Final = 20
_ID: Final = "D0CC639E-180D-4827-97CB-FC609F6C95CD"
TEXTS: Final = {
    "plain text": "Nobody knows why the order did not go through last night. ",
    "secret names": "password token secret AccessKeySecret ",
    "<a<a<a": "<a",
    "quotes": "\"'",
    "percent signs": "%",
    "percent codes": "%25",
    "UUIDs": f"{_ID} ",
    "key=": "key=",
    "password=": "password=",
    "CJK": "密码错误请求失败。",
    "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
    "nested JSON": '{"a":[',
    "backslashes": "\\",
    "blanks": " x" + " " * 5_000,
    "line feeds": "\n",
    "errors": f"ErrorCode: Throttling.User\nRequestId: {_ID}\nMessage: Too many calls.\n",
}


class _Silent(Ack):
    def __init__(self) -> None:
        pass

    def __call__(self, *_: Any, **_said: Any) -> BoltResponse:
        return BoltResponse(status=200)


def text_of(piece: str, size: int = SIZE) -> str:
    """A piece over and over, so many bytes long."""
    return (piece.encode() * (size // len(piece) + 1))[:size].decode(errors="ignore")


def measure() -> list[Figure]:
    """The slowest of typed commands, and messages that a shortcut was chosen on, through door, listener and inbox."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/store.sqlite")
        inbox = Inbox(database, Keyring([b"k" * 32]), replica="single", limit=100_000, share=100_000)
        intake = Intake(inbox.accept, tell=lambda _ask, _message: None, clock=lambda: datetime.now(UTC), language="en")
        command, shortcut = intake.command, intake.listener(events.message_shortcut)

        def dispatch(payload: Payload, _headers: dict[str, str]) -> DispatchResult:
            (command if "command" in payload else shortcut)(_Silent(), payload)
            return DispatchResult()

        door = FrontDoor(signing_secret=SECRET, claim=Replays(database).claim, dispatch=dispatch)
        slowest: list[tuple[float, str]] = []
        for name, piece in TEXTS.items():
            typed, chosen = text_of(piece), text_of(piece)
            figures = [_best(door, [slash(typed, trigger_id=f"{ord(name[0])}.{len(name)}.{n}") for n in range(3)])]
            figures.append(_best(door, [_shortcut(chosen, n) for n in range(3)]))
            slowest.append((max(figures), name))
        database.close()
    took, name = max(slowest)
    return [Figure("acknowledging 200 kB of text, the slowest kind", took, "ms", GOAL_MS, name)]


def _shortcut(text: str, number: int) -> bytes:
    return interaction(KINDS["message_action"] | {"trigger_id": f"1.2.{number}", "message": {"text": text, "ts": "1.1"}})


def _best(door: FrontDoor, bodies: list[bytes]) -> float:
    times = []
    for body in bodies:
        headers = signed(body, at=time.time())
        start = time.process_time()
        answer = door.receive(headers, FORM, body)
        times.append(time.process_time() - start)
        if answer.status != BoltResponse(status=200).status:
            raise ValueError(json.dumps([answer.status, answer.body]))
    return min(times) * 1e3
