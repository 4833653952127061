"""The terminal as a good citizen: help with examples, completion, colours, encodings, outputs that end, old Pythons."""

import ast
import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import SHELLS, commands
from tests.cli.running import requestlog

ROOT = Path(__file__).parents[2]
THROTTLED = "ErrorCode: Throttling.User\nRequestId: D0CC639E-180D-4827-97CB-FC609F6C95CD\n"


def every_command(group: click.Group = commands, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield from every_command(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]


@pytest.mark.parametrize("words", [*every_command()], ids=" ".join)
def test_each_commands_help_ends_with_examples_that_the_command_line_takes(words: tuple[str, ...]) -> None:
    run = requestlog(*words, "--help")
    assert (run.returncode, run.stderr) == (0, "")
    assert "<bool>" not in run.stdout
    _, _, examples = run.stdout.partition("Example:\n")
    assert examples
    for example in examples.splitlines():
        line = shlex.split(example.replace('"$(', "").replace(')"', ""))
        typed = line[line.index("requestlog") + 1 :]
        end = next((place for place, word in enumerate(typed) if word in {"|", "&&", ";"}), len(typed))
        assert tuple(typed[: len(words)]) == words
        commands.commands[words[0]].make_context(words[0], typed[1:end], resilient_parsing=False)


def test_the_first_help_names_every_command_and_cuts_none_of_their_sentences() -> None:
    shown = requestlog("--help", env={"COLUMNS": "80"}).stdout
    assert all(f"\n  {words[0]} " in shown for words in every_command())
    assert "..." not in shown.partition("Commands:")[2]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_gets_its_completion(shell: str) -> None:
    script = requestlog("completion", shell).stdout
    assert "_REQUESTLOG_COMPLETE" in script
    words = {"COMP_WORDS": "requestlog ex", "COMP_CWORD": "ex" if shell == "fish" else "1"}
    asked = requestlog(env={"_REQUESTLOG_COMPLETE": f"{shell}_complete", **words})
    assert {"explain", "extract"} <= set(asked.stdout.replace("\n", ",").replace("\t", ",").split(","))


def on_a_terminal(*words: str, typed: bytes = b"", **env: str) -> str:
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", *words]
    told = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", **env}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=told) as process:
        os.close(theirs)
        os.write(ours, typed)
        read = bytearray()
        try:
            while piece := os.read(ours, 4096):
                read += piece
        except OSError:  # the terminal's other end is closed
            pass
        assert process.wait() == 0
    os.close(ours)
    return read.decode()


def test_colours_are_for_terminals_alone(tmp_path: Path) -> None:
    (tmp_path / "pasted").write_text(THROTTLED)
    words = ("explain", "--text", str(tmp_path / "pasted"))
    assert "\x1b[" in on_a_terminal(*words)
    assert "\x1b[" not in on_a_terminal(*words, TERM="dumb")
    assert "\x1b[3" not in on_a_terminal(*words, NO_COLOR="1")
    assert "\x1b" not in requestlog(*words, env={"TERM": "xterm-256color", "FORCE_COLOR": "1"}).stdout


def test_who_gives_no_text_on_a_terminal_is_told_that_it_is_waited_for() -> None:
    shown = on_a_terminal("extract", typed=b"RequestId: D0CC639E-180D-4827-97CB-FC609F6C95CD\n\x04")
    assert "Paste the text, then press Ctrl-D" in shown
    assert "RequestId      D0CC639E" in shown


@pytest.mark.parametrize("words", [(), ("--lang", "zh")], ids=["en", "zh"])
def test_a_terminal_without_utf_8_gets_question_marks_and_one_sentence(words: tuple[str, ...]) -> None:
    run = requestlog("explain", "--text", *words, text=THROTTLED, env={"PYTHONIOENCODING": "ascii"})
    assert (run.returncode, len(run.stderr.splitlines())) == (0, 1)
    assert "PYTHONUTF8=1" in run.stderr
    assert "?" in run.stdout


def test_json_loses_nothing_there() -> None:
    words = ("explain", "--text", "--json", "--lang", "zh")
    plain = requestlog(*words, text=THROTTLED, env={"PYTHONIOENCODING": "ascii"})
    assert (plain.returncode, plain.stderr) == (0, "")
    assert ast.literal_eval(plain.stdout.replace("null", "None")) == ast.literal_eval(
        requestlog(*words, text=THROTTLED, env={"PYTHONUTF8": "1"}).stdout.replace("null", "None")
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_an_output_that_takes_nothing_is_one_sentence() -> None:
    command = [sys.executable, "-m", "bot", "extract", "x"]
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "The system refused: No space left on device.\n")


def test_an_older_python_is_told_before_anything_that_it_could_not_read() -> None:
    pretending = "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); runpy.run_module('bot', run_name='__main__')"
    run = subprocess.run([sys.executable, "-c", pretending], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "requestlog needs Python 3.11 or newer; this is Python 3.9.\n")
    for name in ("bot/__init__.py", "bot/__main__.py"):
        ast.parse((ROOT / name).read_text("utf-8"), feature_version=(3, 7))
