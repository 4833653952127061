"""What goes into a release: a clean Dockerfile, the bill of materials, the advisories asked, no secret, steps that hold."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from math import log2
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[2]
VERSION: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
TOOLS: Final = Path(sys.executable).parent


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    run = subprocess.run([TOOLS / "hadolint", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "")


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """What ``.ci/sbom`` prints, from a copy of the repository's own virtual environment's tools."""
    (ROOT / ".venv").exists() or pytest.skip("the README's test block makes .venv, and .ci/sbom uses it")
    run = subprocess.run([ROOT / ".ci/sbom"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    read: dict[str, Any] = json.loads(run.stdout)
    return read


def test_the_bill_of_materials_is_of_this_version_and_of_the_lock(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == VERSION
    locked = re.findall(
        r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)", (ROOT / ".ci/requirements.txt").read_text("utf-8"), re.MULTILINE
    )
    assert {(each["name"], each["version"]) for each in bill["components"]} == {*locked}
    for each in bill["components"]:
        hashes = [found["content"] for reference in each["externalReferences"] for found in reference.get("hashes", ())]
        assert all(len(found) == 2 * hashlib.sha256().digest_size for found in hashes)
        assert hashes, each["name"]


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--strict",), 1)])
def test_without_a_network_the_audit_says_that_nothing_was_audited(words: tuple[str, ...], code: int) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:1/", "PIP_EXTRA_INDEX_URL": "", "PIP_CONFIG_FILE": os.devnull}
    run = subprocess.run(
        [sys.executable, ROOT / ".ci/audit", *words],
        env={"PATH": os.environ["PATH"], **nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (code, "")
    assert run.stderr == "NOT AUDITED: pip-audit could not be installed. Is there a network?\n"


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


#: What a real secret looks like, by the issuer's own prefix. Ours come first.
SECRET: Final = re.compile(
    r"""
      (?<![A-Za-z0-9]) (?:
          LTAI[A-Za-z0-9]{12,26} | (?:STS|TMP)\.[A-Za-z0-9]{20,}           # Alibaba Cloud: AccessKey id, temporary ones
        | xox[abeoprs]-[\w-]{10,} | xapp-\d-[\w-]{10,}                     # Slack: tokens
        | https://hooks\.slack\.com/(?:services|workflows)/T\w{6,}\S*      # Slack: addresses that post
        | gh[oprsu]_\w{20,} | github_pat_\w{20,} | glpat-[\w-]{16,}        # where code is kept
        | (?:AKIA|ASIA)[A-Z0-9]{16} | AIza[\w-]{30,} | sk-[\w-]{20,}       # other clouds
      )
      | -----BEGIN[A-Z ]*PRIVATE[ ]KEY-----[\s\\n]+[A-Za-z0-9+/]{40,}
    """,
    re.VERBOSE,
)
#: Made up, and says so; tests of what finds secrets need many. Their tokens with a signature say it inside.
MADE_UP: Final = re.compile(
    r"fake|planted|standin|secret|canary|undocumented|inside|benchmark|file|example|a1[bB]2|(?:a1){4}|eyJ", re.IGNORECASE
)
KNOWN: Final = frozenset({"LTAI5tQ7w8E9r0T1y2U3i4O5"})
RANDOM: Final = 3.3


def bits(text: str) -> float:
    """The entropy of a text's characters: about 4 for a random one of 24 characters, less for words and for what repeats."""
    counts = Counter(text).values()
    return -sum(count / len(text) * log2(count / len(text)) for count in counts)


def secrets_in(text: str) -> list[str]:
    found = [match.group() for match in SECRET.finditer(text)]
    return [each for each in found if not MADE_UP.search(each) and each not in KNOWN and bits(each) > RANDOM]


def test_no_tracked_file_holds_a_secret() -> None:
    guilty = {
        path.relative_to(ROOT).as_posix() for path in tracked() if secrets_in(path.read_bytes().decode("utf-8", "replace"))
    }
    assert guilty == set()


def test_the_scan_finds_what_a_person_would_paste() -> None:
    """Put together here, or the scan would find this file."""
    letters = hashlib.sha256(b"requestlog").hexdigest()
    for pasted in (
        f"ALIBABA_CLOUD_ACCESS_KEY_ID=LTAI5t{letters[:18]}",
        f"token: xoxb-{letters[:12]}-{letters[12:36]}",
        f"{'-' * 5}BEGIN PRIVATE KEY{'-' * 5}\n{letters}",
        f"https://hooks.slack.com/services/T0{letters[:8]}/B0/{letters}",
    ):
        assert secrets_in(pasted), pasted


def workflow(name: str) -> dict[Any, Any]:
    read: dict[Any, Any] = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text("utf-8"))
    return read


@pytest.mark.parametrize("name", ["ci", "release"])
def test_a_workflow_may_little_and_runs_no_action_that_can_be_moved(name: str) -> None:
    described = workflow(name)
    assert described["permissions"] == {"contents": "read"}
    for job in described["jobs"].values():
        for step in job["steps"]:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step.get("uses", "a/b@" + "0" * 40))
            assert "${{" not in step.get("run", ""), (
                "what comes from outside goes through the environment, never into a shell's text"
            )


def test_the_workflows_run_what_is_there() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / ".github/workflows").iterdir())
    for script in re.findall(r"(?<![\w/])\.ci/[a-z]+(?![\w.-])", text):
        assert os.access(ROOT / script, os.X_OK), script
    for file in re.findall(r"\.ci/[\w-]+\.txt", text):
        assert (ROOT / file).is_file(), file


def test_a_release_takes_its_notes_from_the_changelog() -> None:
    """The release's own awk program, on today's changelog."""
    steps = workflow("release")["jobs"]["release"]["steps"]
    (program,) = [found for step in steps for found in re.findall(r"awk -v .*? '(.+?)' CHANGELOG", step.get("run", ""))]
    command = ["awk", "-v", f"version={VERSION}", program, "CHANGELOG.md"]
    notes = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "### " in notes
    assert "\n## " not in notes
