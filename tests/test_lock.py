"""The lock holds on every pip: what is pinned is pinned with the extras that its dependants ask for.

pip 23 takes ``coverage[toml]`` for another requirement than ``coverage``: where only the latter is pinned, it fetches the
newest of the former and stops, for want of a hash. So this reads what each locked distribution asks for.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[1]
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS: Final = [f".ci/requirements{name}.txt" for name in ("", "-test", "-build", "-audit", "-traces")]


def locked(path: str) -> dict[str, Requirement]:
    """The pinned requirements of a file by their normalised names."""
    lines = re.findall(r"^([A-Za-z0-9].*?)\s*\\$", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(each.name): each for each in map(Requirement, lines)}


def asked_by(pinned: Requirement) -> list[Requirement]:
    """What a distribution, with the extras that it is pinned with, asks for on this machine; nothing if not installed."""
    try:
        texts = requires(pinned.name) or []
    except PackageNotFoundError:
        return []
    extras = {"", *pinned.extras}
    wanted = [Requirement(text) for text in texts]
    return [each for each in wanted if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras)]


def lacking(wanted: Requirement, pins: dict[str, Requirement]) -> set[str]:
    """What of a requirement the lock does not have: the distribution, or one of its extras."""
    pinned = pins.get(canonicalize_name(wanted.name))
    return {wanted.name} if pinned is None else {f"{wanted.name}[{extra}]" for extra in wanted.extras - pinned.extras}


@pytest.mark.parametrize("path", LOCKS)
def test_every_requirement_is_pinned_once_with_a_hash(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    pins = locked(path)
    assert pins
    assert all([each.operator for each in pin.specifier] == ["=="] for pin in pins.values())
    assert text.count("==") - text.count(" == '") == len(pins), "one line pins one distribution"
    assert all("--hash=sha256:" in block for block in re.split(r"^(?=[a-zA-Z])", text, flags=re.MULTILINE) if "==" in block)


@pytest.mark.parametrize("path", LOCKS)
def test_the_lock_has_every_extra_that_a_locked_package_asks_for(path: str) -> None:
    pins = locked(path)
    missing = {(pin.name, each) for pin in pins.values() for wanted in asked_by(pin) for each in lacking(wanted, pins)}
    assert missing == set()


@pytest.mark.parametrize(("path", "extras"), [(LOCKS[0], ()), (LOCKS[1], ("test", "traces")), (LOCKS[4], ("traces",))])
def test_the_lock_has_everything_that_the_project_asks_for(path: str, extras: tuple[str, ...]) -> None:
    asked = [*PROJECT["dependencies"], *(each for extra in extras for each in PROJECT["optional-dependencies"][extra])]
    pins = locked(path)
    assert {each for wanted in map(Requirement, asked) for each in lacking(wanted, pins)} == set()


def test_an_extra_that_the_lock_lost_is_noticed() -> None:
    assert lacking(Requirement("coverage[toml]>=7"), {"coverage": Requirement("coverage==7.17.3")}) == {"coverage[toml]"}


def test_what_builds_the_project_comes_from_the_lock() -> None:
    """Without it, pip would fetch whichever build backend is newest, unchecked."""
    readme = (ROOT / "README.md").read_text("utf-8")
    builds = [line for line in readme.splitlines() if re.search(r"pip install .*--no-deps", line)]
    assert len(builds) == 2
    assert all("--no-build-isolation" in line for line in builds)
    assert all(LOCKS[2] in line for line in readme.splitlines() if "--require-hashes" in line)
