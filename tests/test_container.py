"""What can be known of the container image without building it: the Dockerfile and .dockerignore, read as text."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from bot.cli import commands
from bot.cli.upkeep import HEALTH_TIMEOUT_S
from bot.settings import VARIABLES

ROOT: Final = Path(__file__).parents[1]
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
REQUIREMENTS: Final = ".ci/requirements.txt"
BACKEND: Final = ".ci/requirements-build.txt"


class Step(NamedTuple):
    """One instruction: its name in capitals, and what stands after it, on one line."""

    name: str
    rest: str


def steps() -> list[Step]:
    lines = [line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [Step(*line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def stages() -> list[list[Step]]:
    """The steps of each stage, its FROM first; what stands before the first FROM is left out."""
    found: list[list[Step]] = []
    for step in steps():
        if step.name == "FROM":
            found.append([])
        if found:
            found[-1].append(step)
    return found


def only(name: str) -> str:
    """What stands after the one instruction of this name in the stage that runs."""
    (rest,) = [step.rest for step in stages()[-1] if step.name == name]
    return rest


def exec_form(text: str) -> list[str]:
    """The words of a command that no shell takes apart: a shell would swallow the signals that end the bot."""
    words = json.loads(text)
    assert isinstance(words, list)
    return words


def health_check() -> tuple[dict[str, int], list[str]]:
    """The options in seconds, and the command's words."""
    options, command = only("HEALTHCHECK").split("CMD", maxsplit=1)
    return {name: int(seconds) for name, seconds in re.findall(r"--([a-z-]+)=(\d+)s\b", options)}, exec_form(command)


def environment() -> dict[str, str]:
    return dict(pair.split("=", maxsplit=1) for pair in only("ENV").split())


def commands_of_pip() -> list[str]:
    runs = [step.rest for stage in stages() for step in stage if step.name == "RUN"]
    commands = [command.strip() for run in runs for command in run.split("&&")]
    return [command for command in commands if re.search(r"\bpip3? .*\b(install|wheel|download)\b", command)]


def test_it_is_built_in_one_stage_and_runs_in_another_on_the_base_that_was_asked_for() -> None:
    build, runs = stages()
    assert build[0].rest == "${PYTHON_IMAGE} AS build"
    assert runs[0].rest == "${PYTHON_IMAGE}"
    first = steps()[0]
    assert first.name == "ARG"
    default = re.fullmatch(r"PYTHON_IMAGE=python:(\d+\.\d+)-slim-\w+", first.rest)
    assert default is not None, "the default base names a Python and a slim Debian"
    least = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert [*map(int, default[1].split("."))] >= [*map(int, least.split("."))]


def test_what_runs_comes_from_the_build_stage_alone_and_installs_nothing() -> None:
    runs = stages()[-1]
    assert [step.rest for step in runs if step.name in {"COPY", "ADD"}] == ["--from=build /app /app"]
    assert not [step for step in runs if step.name == "RUN" and re.search(r"\b(pip|apt|apt-get|curl|wget)\b", step.rest)]
    assert any("venv --without-pip /app" in step.rest for step in stages()[0]), "no installer in what runs"


def test_it_runs_as_a_fixed_user_who_owns_the_state_and_nothing_else() -> None:
    user, _, group = only("USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0
    run = only("RUN")
    assert f"useradd --uid {user} --gid {group} " in run
    assert f"install --directory --owner={user} --group={group} --mode=0700 {only('VOLUME')}" in run
    assert "chown" not in (ROOT / "Dockerfile").read_text("utf-8")
    names = [step.name for step in stages()[-1]]
    assert not {"RUN", "COPY", "ADD", "WORKDIR"} & {*names[names.index("USER") :]}, "nothing is built as the user"


def test_state_and_port_are_the_ones_that_the_image_declares() -> None:
    variables = environment()
    assert {name for name in variables if name.startswith("REQUESTLOG_")} <= {*VARIABLES.values()}
    assert variables["REQUESTLOG_DATA_DIR"] == only("VOLUME")
    assert variables["REQUESTLOG_PORT"] == only("EXPOSE")
    assert variables["PATH"].startswith("/app/bin:")


def test_the_commands_are_there_and_no_shell_stands_before_them() -> None:
    script, known = {*PROJECT["project"]["scripts"]}, {*commands.commands}
    assert {*exec_form(only("ENTRYPOINT"))} == script
    (default,) = exec_form(only("CMD"))
    first, asked = health_check()[1]
    assert {first} == script
    assert (default, asked) == ("run", "healthcheck")
    assert {default, asked} <= known


def test_the_health_check_may_take_longer_than_its_question_does() -> None:
    """Else the engine would kill it before it can say in words that the bot is not ready."""
    options, _ = health_check()
    assert HEALTH_TIMEOUT_S < options["timeout"] < options["interval"]
    assert options["start-period"] > 0


def test_pip_takes_nothing_that_is_not_hashed() -> None:
    commands = commands_of_pip()
    assert commands
    for command in commands:
        assert "--require-hashes" in command or "--no-index" in command, command
        assert "--no-cache-dir" in command, command
    building = [command for command in commands if re.search(r"\bwheel --", command)]
    assert all("--no-build-isolation" in command for command in building), "an isolated build fetches its own backend"


def test_everything_is_compiled_once_and_not_tied_to_times() -> None:
    """A builder that rounds times when it copies makes compiled files stale, and the bot's user may not renew them."""
    installs = [command for command in commands_of_pip() if "--python /app/bin/python" in command]
    assert installs
    assert all("--no-compile" in command for command in installs)
    last = [step.rest for step in stages()[0] if step.name == "RUN"][-1]
    assert last == "/app/bin/python -m compileall -q --invalidation-mode unchecked-hash /app/lib"


def test_the_build_backend_is_one_that_the_project_accepts_with_its_hash() -> None:
    (accepted,) = PROJECT["build-system"]["requires"]
    name, least = accepted.split(">=")
    assert Step("COPY", f"{BACKEND} requirements-build.txt") in stages()[0]
    pinned = re.search(rf"^{name}==(\d+)\S* \\\n +--hash=sha256:[0-9a-f]{{64}}", (ROOT / BACKEND).read_text("utf-8"))
    assert pinned is not None
    assert int(pinned[1]) >= int(least)


def test_the_hashed_requirements_are_those_of_the_project() -> None:
    assert Step("COPY", f"{REQUIREMENTS} requirements.txt") in stages()[0]
    entries = re.sub(r"\\\n\s*", " ", (ROOT / REQUIREMENTS).read_text("utf-8"))
    locked = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+) (.*)$", entries, re.MULTILINE)
    assert [name for name, _, rest in locked if not re.search(r"--hash=sha256:[0-9a-f]{64}", rest)] == []
    asked = {re.split(r"[\[<>=~!]", wanted)[0] for wanted in PROJECT["project"]["dependencies"]}
    assert asked - {name for name, _, _ in locked} == set()


def test_the_wheel_carries_every_file_of_the_package() -> None:
    """The image runs the wheel: a text or picture that is not declared as package data would be missing there alone."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["bot"]
    declared = {path for pattern in patterns for path in (ROOT / "bot").glob(pattern)}
    files = {ROOT / name for name in tracked() if name.startswith("bot/") and not name.endswith(".py")}
    assert sorted(path.relative_to(ROOT).as_posix() for path in files - declared) == []


# .dockerignore


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return listed.splitlines()


def as_expression(pattern: str) -> re.Pattern[str]:
    """A pattern of .dockerignore, which also takes everything below what it names."""
    pieces = re.split(r"(\*\*/|\*)", pattern.strip("/"))
    words = {"**/": "(?:.*/)?", "*": "[^/]*"}
    return re.compile("".join(words.get(piece, re.escape(piece)) for piece in pieces) + "(?:/.*)?")


def is_let_in(path: str) -> bool:
    """Whether a file reaches the build: the last pattern that fits decides."""
    lines = [line.strip() for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()]
    answer = True
    for line in lines:
        if line and not line.startswith("#") and as_expression(line.removeprefix("!")).fullmatch(path):
            answer = line.startswith("!")
    return answer


def copied() -> set[str]:
    """The files and folders of the project that the build stage takes."""
    return {source for step in stages()[0] if step.name == "COPY" for source in step.rest.split()[:-1]}


def test_the_build_gets_what_it_copies_and_nothing_more_of_the_repository() -> None:
    let_in = {name for name in tracked() if is_let_in(name)}
    wanted = {name for name in tracked() for source in copied() if name == source or name.startswith(f"{source}/")}
    assert let_in == wanted
    assert copied() == {REQUIREMENTS, BACKEND, "pyproject.toml", "README.md", "LICENSE", "bot"}


@pytest.mark.parametrize(
    "stray",
    [
        ".git/config",
        ".env",
        "requestlog.env",
        "identities.toml",
        "sealing.key",
        "requestlog.sqlite",
        ".venv/bin/python",
        ".ci/run",
        "build/lib/bot/__init__.py",
        "bot/.env",
        "bot/store/.requestlog/sealing.key",
        "bot/__pycache__/settings.cpython-311.pyc",
        "bot/explain/__pycache__/kind.cpython-311.pyc",
    ],
)
def test_what_lies_about_in_a_working_folder_stays_out(stray: str) -> None:
    assert not is_let_in(stray)
