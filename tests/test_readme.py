"""Every command, name and number of the README is run or checked here; SECURITY and CONTRIBUTING lead where they say."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from bot.cli import commands
from bot.explain.catalog import load_catalog
from bot.identity.identities import parse_identities
from bot.manifest import OPTIONAL_SCOPES, SCOPES, as_yaml
from bot.playground.alibaba import PEOPLE, AlibabaStandIn
from bot.settings import VARIABLES
from tests.cli.running import requestlog

ROOT: Final = Path(__file__).parents[1]
README: Final = (ROOT / "README.md").read_text("utf-8")
PAGES: Final = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "SECURITY.md", ".github/CONTRIBUTING.md")}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def rows(section: str) -> list[list[str]]:
    """The rows of the first table of a section."""
    _, _, rest = README.partition(f"\n## {section}\n")
    table = re.search(r"^\|.*?(?=^[^|])", rest, re.MULTILINE | re.DOTALL)
    assert table, section
    return [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in table.group().splitlines()[2:]]


def typed() -> Iterator[list[str]]:
    """The words after each ``requestlog`` of the README, in blocks and in sentences."""
    lines = [line for block in (*blocks("console"), *blocks("sh")) for line in block.splitlines()]
    for line in [*lines, *re.findall(r"`(requestlog [^`]+)`", README)]:
        for found in re.findall(r"(?<![/\w-])requestlog ([a-z][^|#>&$)]*)", line.replace(".venv/bin/", "")):
            yield shlex.split(found.replace('"', ""))


@pytest.mark.parametrize("words", [*typed()], ids=" ".join)
def test_the_command_line_takes_what_is_written(words: list[str]) -> None:
    if words[0] in {"answer.json", "."}:
        return
    assert words[0] in commands.commands
    commands.commands[words[0]].make_context(words[0], [word for word in words[1:] if word.isascii()])


def test_the_table_of_commands_is_complete() -> None:
    listed = [re.findall(r"requestlog ([a-z ]+?)(?: [A-Z]+)?`", first)[0].split()[0] for first, *_ in rows("In a terminal")]
    assert sorted(listed) == sorted(commands.commands)


@pytest.mark.parametrize("row", rows("Try it in a minute"), ids=lambda row: " ".join(row[:2]))
def test_each_id_to_try_shows_what_is_said_of_it(row: list[str], alibaba: AlibabaStandIn) -> None:
    name, request_id, shows = row
    person = next(each for each in PEOPLE if each.name == name)
    key = {"ALIBABA_CLOUD_ACCESS_KEY_ID": person.access_key_id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": person.secret}
    run = requestlog("lookup", request_id.strip("`"), "--json", env={**alibaba.endpoint_variables(), **key})
    (result,) = json.loads(run.stdout)["results"]
    if "not found" in shows:
        assert result["outcome"] == "not_found"
        return
    said = result["explanation"]
    expected = {
        "a denial: nobody allowed": said["kind"] == "denied" and said["denial"]["deny"] == "implicit",
        "a denial by a control policy": said["kind"] == "denied" and said["denial"]["policy_type"] == "ControlPolicy",
        "`Throttling.User`": said["kind"] == "throttled" and said["error_code"] == "Throttling.User",
        "the service's own call inside hers": "own call inside this one was denied" in (said["cause"] or ""),
        "HTTP 200, but": said["kind"] == "succeeded_but",
        "the same call, found": result["rungs"][-1] | {"as": ""} == {"rung": "account", "as": "", "result": "found"},
    }
    assert [held for start, held in expected.items() if shows.startswith(start)] == [True]
    for code in re.findall(r"`([\w:]+)`", shows):
        assert code in json.dumps(said)


def test_the_console_block_of_the_stand_in_runs_as_it_is_pasted(tmp_path: Path) -> None:
    (block,) = [each for each in blocks("console") if "standin.txt" in each]
    lines = [line.removeprefix("$ ") for line in block.splitlines()]
    # Another port, for another stand-in may have it; and what is printed takes a moment.
    lines[0] = lines[0].replace("standin >", "standin --port 0 >")
    lines.insert(1, "for _ in $(seq 100); do grep -q AccessKeys standin.txt && break; sleep 0.1; done")
    script = "trap 'kill %1' EXIT\n" + "\n".join(lines)
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    run = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "RunInstances" in run.stdout


def test_the_permissions_are_those_of_the_manifest_and_of_the_policy() -> None:
    listed = {first.strip("`"): where for first, where, *_ in rows("Permissions")}
    assert {name for name, where in listed.items() if where == "Slack"} == {*SCOPES}
    assert {name for name, where in listed.items() if where == "Slack, optional"} == {*OPTIONAL_SCOPES}
    (policy,) = [json.loads(each) for each in blocks("json")]
    assert {name for name, where in listed.items() if where == "RAM"} == {*policy["Statement"][0]["Action"]}


def test_every_ram_action_that_the_code_names_stands_in_the_table() -> None:
    source = "".join(path.read_text("utf-8") for path in ROOT.glob("bot/handlers/*.py"))
    named = set(re.findall(r'"((?:openapiexplorer|ram|actiontrail|yundun-sas):[A-Z]\w+)"', source))
    assert named
    assert named <= {first.strip("`") for first, *_ in rows("Permissions")}


def test_the_examples_of_files_are_read_by_what_reads_them() -> None:
    identities, overrides = blocks("toml")
    assert parse_identities(identities).people[0].user == "U0ALICE"
    assert load_catalog().with_overrides({"ours.toml": overrides})
    assert yaml.safe_load(as_yaml("https://requestlog.example.com"))


@pytest.mark.parametrize("row", rows("Troubleshooting"), ids=lambda row: row[0])
def test_each_symptom_is_a_sentence_of_the_product(row: list[str]) -> None:
    said = "".join(path.read_text("utf-8") for pattern in ("*.py", "*.toml") for path in ROOT.glob(f"bot/**/{pattern}"))
    for symptom in re.findall(r"`([^`]+)`", row[0]):
        assert symptom in said


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_that_are_there(page: str) -> None:
    text = PAGES[page]
    led = re.findall(r"\]\((?!https?:)([^)#]+)\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    assert [name for name in led if not (ROOT / page).parent.joinpath(name).exists()] == []


def test_each_name_that_looks_like_a_setting_is_one() -> None:
    others = {"REQUESTLOG_ENDPOINT"}
    for text in PAGES.values():
        named = set(re.findall(r"\b(?:REQUESTLOG|SLACK)_[A-Z_]*[A-Z]\b", text))
        assert named - others <= {*VARIABLES.values()}


def test_the_pictures_are_small_and_of_both_languages_and_themes() -> None:
    pictures = {path.name: path.stat().st_size for path in (ROOT / ".github/pictures").iterdir()}
    assert pictures.keys() == {f"answer.{lang}.{theme}.webp" for lang in ("en", "zh") for theme in ("light", "dark")}
    assert max(pictures.values()) < 60_000
