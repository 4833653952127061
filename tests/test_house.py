"""The rules of the house that a machine checks: lint, types, layers, sizes, and pages that must agree with the code."""

import ast
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bot
from bot.handlers import runner
from bot.languages import LANGUAGES
from bot.settings import VARIABLES, Settings
from tests.approval import BLOCKS, TRANSCRIPTS
from tests.house_figures import LONGEST_FILE, LONGEST_FUNCTION, NOQA, circles

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("tests/**/*.py")])
TOP_LEVEL = {
    *("README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md", "Dockerfile", "manifest.yml", "pyproject.toml", "bot", "tests"),
    *(".ci", ".deploy", ".dockerignore", ".github", ".gitignore", ".pre-commit-config.yaml"),
}
MOST_NOQA = 45
#: Features whose messages stand in the module of another, and which.
SAID_ELSEWHERE = {
    "card": "requestlog",  # the buttons of its card
    "mention": "shortcut",  # both read the text that somebody else wrote
    "ticket": "logticket",
    "unsent": "shortcut",  # an answer that moved
    "waiting": "outcome",  # of the log that is waited for
}
SAYS_NOTHING = "leaving"


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports", "--no-cache"),
        ("vulture",),
    ],
    ids=["lint", "format", "types", "imports", "unused"],
)
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_tools_find_nothing(command: tuple[str, ...]) -> None:
    tool = Path(sys.executable).with_name(command[0])
    run = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_files_and_functions_are_short() -> None:
    long = []
    for path in SOURCES:
        text = path.read_text("utf-8")
        if text.count("\n") > LONGEST_FILE:
            long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        long += [f"{path.relative_to(ROOT)}: {node.name}" for node in functions if _lines(node) > LONGEST_FUNCTION]
    assert long == []


def _lines(node: ast.FunctionDef) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def test_every_exception_to_the_linter_has_its_reason_and_they_are_few() -> None:
    found = [line for path in SOURCES for line in path.read_text("utf-8").splitlines() if NOQA.search(line)]
    assert [line for line in found if not re.search(r"#\snoqa: [A-Z0-9, ]+ --? \w", line)] == []
    assert len(found) <= MOST_NOQA


def test_imports_are_real_and_make_no_circles() -> None:
    assert circles(ROOT) == []
    assert [path.name for path in SOURCES if re.search(r"if\sTYPE_CHECKING|from\s__future__", path.read_text("utf-8"))] == []


def test_exceptions_are_caught_whole_in_one_place_only() -> None:
    places = [
        path.relative_to(ROOT).as_posix() for path in ROOT.glob("bot/**/*.py") if "except Exception" in path.read_text("utf-8")
    ]
    assert places == ["bot/handlers/runner.py"]


def test_nothing_is_mocked_or_patched() -> None:
    forbidden = re.compile(r"unittest\.mock|from mock|MagicMock|monkeypatch\.setattr|mocker\b|\bpatch\(")
    guilty = [
        path.name for path in ROOT.glob("tests/**/*.py") if forbidden.search(path.read_text("utf-8")) and path != Path(__file__)
    ]
    assert guilty == []


def test_the_environment_is_read_in_one_file() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("bot/**/*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text("utf-8"))
    ]
    assert readers == ["bot/settings.py"]


def test_the_map_of_the_package_is_complete() -> None:
    rooms = {module.name for module in pkgutil.iter_modules(bot.__path__)} - {"__main__"}
    listed = set(re.findall(r"^(\w+) {2,}\S", bot.__doc__ or "", re.MULTILINE))
    assert rooms == listed


def test_a_feature_has_its_name_in_every_room() -> None:
    """``ls bot/*/NAME.py`` shows it: how it is handled, and what it says. Listeners are told apart by what Slack sends."""
    features = {module.__name__.rpartition(".")[2] for module in runner.MODULES} - {SAYS_NOTHING}
    assert {name for name in features if not (ROOT / f"bot/blocks/{SAID_ELSEWHERE.get(name, name)}.py").exists()} == set()
    assert {name for name in SAID_ELSEWHERE if (ROOT / f"bot/blocks/{name}.py").exists()} == set()


def test_every_setting_stands_in_the_readme_with_its_description() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", readme, re.MULTILINE))
    assert rows == {VARIABLES[name]: field.description for name, field in Settings.model_fields.items()}


def test_every_approved_file_is_named_by_a_test() -> None:
    source = "".join(path.read_text("utf-8") for path in ROOT.glob("tests/**/test_*.py"))
    named = {f"{file}.{language}.txt" for file in re.findall(r'Transcript\("(\w+)"', source) for language in LANGUAGES}
    named |= {f"{kind}.json" for kind in re.findall(r'blocks="([\w-]+)"', source)}
    assert {path.name for folder in (BLOCKS, TRANSCRIPTS) for path in folder.iterdir()} == named


def test_the_top_level_holds_what_everybody_needs_first_and_nothing_else() -> None:
    assert {name.partition("/")[0] for name in _tracked()} == TOP_LEVEL


def _tracked() -> list[str]:
    return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def test_no_commit_names_a_registry_or_this_machine() -> None:
    forbidden = re.compile("pypi" + r"\.org|files\.python" + r"hosted|registry\.np" + r"mjs|/wo" + r"rk/|/ro" + r"ot/")
    guilty = [
        name
        for name in _tracked()
        if (ROOT / name).is_file() and forbidden.search((ROOT / name).read_bytes().decode("utf-8", "replace"))
    ]
    assert guilty == []
