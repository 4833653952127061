"""How large the project is and how long its ways are: ``python -m tests.house_figures [checkout …]``, a column each.

A checkout of another state is measured with its own code and this program, so that before and after are counted alike.
"""

import ast
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

HERE: Final = Path(__file__).resolve().parents[1]
NOQA: Final = re.compile(r"#\snoqa:")
LONGEST_FILE: Final = 300
LONGEST_FUNCTION: Final = 50
Figures = dict[str, int]


def lines_of(root: Path) -> Figures:
    """What can be counted without running anything. Source lines are neither blank nor comments."""
    bot = {path: path.read_text("utf-8") for path in sorted(root.glob("bot/**/*.py"))}
    ours = {path: text for path, text in bot.items() if "playground" not in path.parts}
    both = {**bot, **{path: path.read_text("utf-8") for path in sorted(root.glob("tests/**/*.py"))}}
    approved = [*root.glob("tests/approved/*"), *root.glob("tests/transcripts/*")]
    return {
        "source lines outside the playground": _source_lines(ours),
        "source lines of the playground": _source_lines(bot) - _source_lines(ours),
        "source lines of the tests": _source_lines(both) - _source_lines(bot),
        "files outside the playground": len(ours),
        "approved files": len(approved),
        "approved lines": sum(path.read_text("utf-8").count("\n") for path in approved),
        "circles between modules": len(circles(root)),
        "TYPE_CHECKING": sum("TYPE_CHECKING" in text for text in bot.values()),
        "noqa in bot": sum(len(NOQA.findall(text)) for text in bot.values()),
        "noqa in bot and tests": sum(len(NOQA.findall(text)) for text in both.values()),
        f"files of more than {LONGEST_FILE} lines": sum(text.count("\n") > LONGEST_FILE for text in both.values()),
        f"functions of more than {LONGEST_FUNCTION} lines": sum(length > LONGEST_FUNCTION for length in _functions(both)),
    }


def _source_lines(texts: dict[Path, str]) -> int:
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") for text in texts.values() for line in text.splitlines()
    )


def _functions(texts: dict[Path, str]) -> Iterator[int]:
    for text in texts.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or 0) - node.lineno + 1


def circles(root: Path) -> list[set[str]]:
    """Sets of modules that need each other. An import of a name from a package needs the module that it names."""
    names = {_module(path.relative_to(root)): path for path in root.glob("bot/**/*.py")}
    needs = {name: _imports(path, names) - {name} for name, path in names.items()}
    reached = {name: _reached(name, needs) for name in names}
    knots = {frozenset(other for other in reached[name] if name in reached[other]) for name in names if name in reached[name]}
    return [set(knot) for knot in knots]


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path, names: dict[str, Path]) -> set[str]:
    """The modules of ours that a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in names else node.module for name in modules}
    return found & names.keys()


def _reached(start: str, needs: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [*needs[start]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(needs[name])
    return reached


class Trace:
    """The functions of ours, outside the playground, that are entered in any thread while it listens."""

    def __init__(self, root: Path) -> None:
        self._root = f"{root}/bot/"
        self._listens = False
        self._entered: set[CodeType] = set()

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """What ``sys.setprofile`` calls."""
        if self._listens and event == "call":
            self._entered.add(frame.f_code)

    @contextmanager
    def of(self, name: str, figures: Figures) -> Iterator[None]:
        """Count one thing that a person does, under its name."""
        self._entered.clear()
        self._listens = True
        yield
        self._listens = False
        ours = [
            code
            for code in self._entered
            if code.co_filename.startswith(self._root) and not code.co_filename.startswith(f"{self._root}playground/")
        ]
        figures[f"files that {name} passes"] = len({code.co_filename for code in ours})
        figures[f"functions that {name} passes"] = len({(code.co_filename, code.co_qualname) for code in ours})


def ways_of(root: Path) -> Figures:
    """The ways of a command and of a button through a bot that has answered both before. Imports the bot of ``root``."""
    sys.path.insert(0, str(root))
    trace = Trace(root)
    threading.setprofile(trace.note)
    sys.setprofile(trace.note)
    from bot.playground import Playground  # noqa: PLC0415 - the checkout that is measured, and only under the profile

    figures: Figures = {}
    with Playground() as stage:
        slack = stage.slack
        alice = slack.user("U0ALICE")

        def answered(deed: Callable[[], object]) -> None:
            before = len(slack.answers("U0ALICE"))
            deed()
            slack.wait_for(lambda: len(slack.answers("U0ALICE")) > before)
            slack.wait_for(lambda: stage.bot.waiting == 0)

        def opened() -> None:
            before = slack.modal("U0ALICE")
            alice.clicks(slack.answers("U0ALICE")[-1], "card_parameters")
            slack.wait_for(lambda: slack.modal("U0ALICE") is not before)
            slack.wait_for(lambda: stage.bot.waiting == 0)

        for request_id in ("B31790CE-FD13-540B-B86F-F7530AA971D6", "123E4567-E89B-12D3-A456-426614174000"):
            with trace.of("a slash command", figures):
                answered(lambda typed=request_id: alice.types(f"/requestlog {typed}"))  # type: ignore[misc]
            with trace.of("a button", figures):
                opened()
    return figures


def measured(root: Path) -> Figures:
    """All figures of a checkout; its bot runs in a process of its own."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root)}
    command = [sys.executable, str(Path(__file__).resolve()), "--ways", str(root)]
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    ways: Figures = json.loads(run.stdout.splitlines()[-1])
    return lines_of(root) | ways


def main(arguments: list[str]) -> None:
    """Print the table, or the ways of one checkout as JSON."""
    if arguments[:1] == ["--ways"]:
        print(json.dumps(ways_of(Path(arguments[1]))))
        return
    roots = [Path(argument).resolve() for argument in arguments] or [HERE]
    columns = [measured(root) for root in roots]
    for name in columns[-1]:
        print(f"{name:45}" + "".join(f"{column.get(name, 0):>10,}" for column in columns))


if __name__ == "__main__":
    main(sys.argv[1:])
