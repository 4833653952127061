"""What kill -9 leaves: nothing accepted goes unanswered, nothing is answered twice."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from bot.store.database import Database
from bot.store.tables import COMMANDS

ROOT = Path(__file__).parents[2]


class Replica:
    """A replica in its own process."""

    def __init__(self, url: str, name: str, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.work.replica", url, name, str(folder)]
        self._errors = (folder / f"errors-{name}").open("ab")
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        assert self.hear() == "ready"

    def say(self, command_id: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{command_id}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def accept(self, command_id: str) -> None:
        self.say(command_id)
        assert self.hear() == f"accepted {command_id}"

    def kill(self) -> list[str]:
        """Kill -9; what it had still said."""
        self.process.kill()
        said, _ = self.process.communicate()
        self._errors.close()
        return str(said).split("\n")

    def end(self) -> int:
        """Stop in good order."""
        self.process.communicate()
        self._errors.close()
        return self.process.returncode


@contextmanager
def _replica(url: str, name: str, folder: Path) -> Iterator[Replica]:
    replica = Replica(url, name, folder)
    try:
        yield replica
    finally:
        if replica.process.returncode is None:
            replica.end()
    assert replica.process.returncode in {0, -signal.SIGKILL}


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


def _ids(name: str, folder: Path) -> list[str]:
    """The lines of a file without their process ids."""
    return [line.rpartition(" ")[0] for line in _lines(folder / name)]


def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.02)


def test_a_kill_while_the_handler_works_is_answered_once_after_the_restart(url: str, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    with _replica(url, "single", tmp_path) as first:
        first.accept("one")
        _until(lambda: _ids("started", tmp_path) == ["one single"])
        first.kill()
    (tmp_path / "hold").unlink()
    with _replica(url, "single", tmp_path):
        _until(lambda: _ids("answers", tmp_path) == ["one single"])
    with _replica(url, "single", tmp_path) as third:
        third.accept("two")
        _until(lambda: "two single" in _ids("answers", tmp_path))
    assert _ids("answers", tmp_path) == ["one single", "two single"]


def test_kills_at_random_moments_leave_nothing_unanswered(url: str, tmp_path: Path) -> None:
    """Only an answer that a kill kept from being noted may go out again, once."""
    chance = random.Random(20261120)
    acknowledged: set[str] = set()
    unnoted: set[str] = set()
    for round_number in range(5):
        replica = Replica(url, "single", tmp_path)
        for number in range(40):
            replica.say(f"{round_number}-{number}")
        time.sleep(chance.uniform(0.0, 0.2))
        acknowledged |= {line.removeprefix("accepted ") for line in replica.kill() if line.startswith("accepted ")}
        unnoted |= _answered(tmp_path).keys() & _open_rows(url)
    with _replica(url, "single", tmp_path):
        _until(lambda: not acknowledged - _answered(tmp_path).keys())
    answered = _answered(tmp_path)
    twice = {command_id for command_id, times in answered.items() if times > 1}
    print(f"{len(acknowledged)} acknowledged over 5 kills, {len(answered)} answered, {len(twice)} twice")
    assert twice <= unnoted
    assert max(answered.values()) <= 2


def _answered(folder: Path) -> Counter[str]:
    return Counter(line.split()[0] for line in _lines(folder / "answers"))


def _open_rows(url: str) -> set[str]:
    database = Database(url)
    query = select(COMMANDS.c.id).where(COMMANDS.c.done_at.is_(None))
    ids = set(database.read(lambda connection: connection.execute(query).scalars().all()))
    database.close()
    return ids


def test_another_replica_answers_for_one_that_does_not_come_back(url: str, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    with _replica(url, "dead", tmp_path) as dead, _replica(url, "alive", tmp_path):
        dead.accept("one")
        _until(lambda: _ids("started", tmp_path) == ["one dead"])
        dead.kill()
        (tmp_path / "hold").unlink()
        _until(lambda: _ids("answers", tmp_path) == ["one alive"])


def test_a_living_replica_keeps_its_commands(url: str, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    with _replica(url, "slow", tmp_path) as slow, _replica(url, "other", tmp_path):
        slow.accept("one")
        _until(lambda: _ids("started", tmp_path) == ["one slow"])
        time.sleep(3)
        (tmp_path / "hold").unlink()
        _until(lambda: _ids("answers", tmp_path) == ["one slow"])
    assert _ids("started", tmp_path) == ["one slow"]


def test_a_replica_that_was_stopped_and_goes_on_sends_nothing_that_another_has_answered(url: str, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    with _replica(url, "stopped", tmp_path) as stopped, _replica(url, "alive", tmp_path):
        stopped.accept("one")
        _until(lambda: _ids("started", tmp_path) == ["one stopped"])
        stopped.process.send_signal(signal.SIGSTOP)
        (tmp_path / "hold").unlink()
        _until(lambda: _ids("answers", tmp_path) == ["one alive"])
        stopped.process.send_signal(signal.SIGCONT)
        stopped.accept("two")
        _until(lambda: "two" in _answered(tmp_path))
    assert _answered(tmp_path) == Counter({"one": 1, "two": 1})
