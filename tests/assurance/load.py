"""Load on a real bot: so many commands at once or a second, and what became of each, counted where Slack would take it.

``python -m tests.assurance.load PAUSE FILE PORT`` is the upstream in a process of its own: a line in FILE for each answer.
"""

import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen
from types import TracebackType
from typing import Final, Self

from tests.benchmarks.bot_process import BotProcess, bot, command, signed
from tests.benchmarks.upstream import Handler, Server

PEOPLE: Final = 200
_PERSON: Final = '[[people]]\nteam="T0BENCH"\nuser="U0P{:03}"\n[[people.identities]]\ncredential={{env="BENCH"}}\n'
_APOLOGY: Final = b"went wrong"
_NOTE: Final = b"Looking it up"
_REPETITION: Final = b"You may have this answer already"


@dataclass
class Told:
    """What Slack heard: acknowledgements in seconds, refusals with a sentence, those that failed, and the answers."""

    acknowledged: dict[int, float] = field(default_factory=dict)
    refused: int = 0
    failed: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    apologies: int = 0
    repeated: int = 0

    def __str__(self) -> str:
        times = sorted(self.acknowledged.values()) or [0.0]
        return (
            f"{len(self.acknowledged)} accepted ({times[len(times) * 99 // 100]:.2f} s at the 99th, {times[-1]:.2f} at most), "
            f"{self.refused} refused with a sentence, {len(self.failed)} without ({', '.join(sorted(set(self.failed)))}); "
            f"{self.unanswered} unanswered, {self.twice} answered twice, {self.repeated} again with a word on it, "
            f"{self.apologies} apologies"
        )

    @property
    def unanswered(self) -> int:
        return len(self.acknowledged.keys() - self.answers.keys())

    @property
    def twice(self) -> int:
        return sum(count > 1 for count in self.answers.values())

    @property
    def held(self) -> bool:
        """Whether each command was accepted and answered once, or refused with a sentence."""
        return not (self.unanswered or self.twice or self.apologies or self.failed)


class Upstream:
    """Slack and Alibaba Cloud in one process, which may be away for a while."""

    def __init__(self, pause: float, answers: Path) -> None:
        self.answers = answers
        self.answers.touch()
        self._pause = pause
        self._process: Popen[str]
        self.url = ""
        self.come()

    def come(self) -> None:
        """Be there, where it was."""
        arguments = [sys.executable, "-m", "tests.assurance.load", str(self._pause), str(self.answers)]
        self._process = Popen([*arguments, self.url.rpartition(":")[2] or "0"], stdout=PIPE, text=True)
        self.url = self._process.stdout.readline().strip() if self._process.stdout else ""

    def go(self) -> None:
        """Be away: nobody listens."""
        with self._process:
            self._process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.go()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A bot under load."""

    bot: BotProcess
    upstream: Upstream
    folder: Path
    settings: Mapping[str, str]

    @property
    def log(self) -> str:
        """What the bot logged."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def lacking(self) -> str:
        """What ``/readyz`` says: ``ready``, why not, or that nobody answered in two seconds."""
        try:
            with urllib.request.urlopen(f"{self.bot.url}/readyz", timeout=2) as said:
                words: bytes = said.read()
        except urllib.error.HTTPError as error:
            with error:
                words = error.read()
        except OSError as error:
            return type(error).__name__
        return words.decode().strip()

    def until(self, words: str, seconds: float = 60) -> float:
        """The seconds until ``/readyz`` says these words. Raises TimeoutError."""
        began = time.monotonic()
        while (said := self.lacking()) != words:
            if time.monotonic() - began > seconds:
                message = f"/readyz says {said}"
                raise TimeoutError(message)
            time.sleep(0.1)
        return time.monotonic() - began

    def asks(self, number: int) -> tuple[float, bytes]:
        """One person's command; the seconds until its acknowledgement, and what stands in it."""
        fields = command(self.upstream.url, number) | {"user_id": f"U0P{number % PEOPLE:03}"}
        body, headers = signed(fields)
        began = time.monotonic()
        with urllib.request.urlopen(urllib.request.Request(f"{self.bot.url}/slack/events", body, headers), timeout=60) as said:
            words = said.read()
        return time.monotonic() - began, words

    def ask(self, moments: Iterable[float], *, at_once: int, first: int = 0) -> Told:
        """A command at each of these seconds from now; returns when all accepted ones are answered, or nothing comes more.

        ``first`` is the number of the first, for another one is another command.
        """
        told, began = Told(), time.monotonic()

        def one(number: int, moment: float) -> None:
            time.sleep(max(0.0, began + moment - time.monotonic()))
            self.ask_one(told, number)

        with ThreadPoolExecutor(at_once) as people:
            list(people.map(one, *zip(*enumerate(moments, first), strict=True)))
        self.settle(told)
        return told

    def ask_one(self, told: Told, number: int) -> None:
        """Ask, and note what came of it."""
        try:
            seconds, words = self.asks(number)
        except urllib.error.HTTPError as error:
            with error:
                told.failed.append(f"{error.code} {error.read(100).decode(errors='replace')} {self.log[-300:]}")
        except OSError as error:
            told.failed.append(type(error).__name__)
        else:
            told.refused += bool(words)
            if not words:
                told.acknowledged[number] = seconds

    def settle(self, told: Told) -> None:
        """Wait for the answers, until none came for half a minute."""
        size, since = -1, time.monotonic()
        while time.monotonic() - since < 30:
            lines = self.upstream.answers.read_text("ascii").split("\n")[:-1]
            if len(lines) != size:
                size, since = len(lines), time.monotonic()
            told.answers = Counter(int(line.split()[0]) for line in lines if not line.endswith(("again", "note")))
            told.repeated = sum(line.endswith("again") for line in lines)
            told.apologies = sum(line.endswith("!") for line in lines)
            if not told.unanswered:
                return
            time.sleep(0.5)


@contextmanager
def loaded(pause: float, more: Mapping[str, str] | None = None, *, descriptors: int = 0) -> Iterator[Loaded]:
    """A bot that two hundred people may ask, with an upstream that takes so many seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder, identities = Path(name), Path(name) / "identities.toml"
        identities.write_text("".join(_PERSON.format(number) for number in range(PEOPLE)), "utf-8")
        settings = {"REQUESTLOG_IDENTITIES": str(identities), "REQUESTLOG_DATA_DIR": str(folder / "bot")}
        settings |= {"BENCH_ACCESS_KEY_ID": "LTAI5tBenchmark", "BENCH_ACCESS_KEY_SECRET": "benchmark", **(more or {})}
        with (
            Upstream(pause, folder / "answers") as upstream,
            bot(upstream.url, settings, folder / "log", descriptors=descriptors) as running,
        ):
            yield Loaded(running, upstream, folder, settings)


class _Counting(Handler):
    answers: Path

    def take(self, posted: bytes) -> None:
        kind = "note" if _NOTE in posted else "!" if _APOLOGY in posted else "again" if _REPETITION in posted else "."
        with self.answers.open("a", encoding="ascii") as file:
            file.write(f"{self.path.rpartition('/')[2]} {kind}\n")


if __name__ == "__main__":
    _Counting.pause = float(sys.argv[1])
    _Counting.answers = Path(sys.argv[2])
    server = Server(("127.0.0.1", int(sys.argv[3])), _Counting)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
