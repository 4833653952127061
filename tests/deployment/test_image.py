"""The image, built and run by buildah where it is: without an engine, without rights beyond those of its user.

The base is the Dockerfile's own where it can be had, else one of this machine's own files. pip fetches the locked packages.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.deployment.base import CERTIFICATES, make_root

ROOT: Final = Path(__file__).parents[2]
BASE: Final = "localhost/requestlog-test-base"
IMAGE: Final = "localhost/requestlog-test"
SETTINGS: Final = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": "http://127.0.0.1:1/"}

pytestmark = [
    pytest.mark.skipif(shutil.which("buildah") is None or os.geteuid() != 0, reason="wants buildah, and root for its chroot"),
    pytest.mark.timeout(900),
]


def buildah(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run buildah with a store of its own."""
    return subprocess.run(command(folder, *words), cwd=ROOT, capture_output=True, text=True, check=False)


def command(folder: Path, *words: str | Path) -> list[str | Path]:
    return ["buildah", "--root", folder / "store", "--runroot", folder / "run", "--storage-driver", "vfs", *words]


def done(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return run.stdout.strip()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("buildah")
    make_root(folder / "root")
    base = done(buildah("from", "scratch", folder=folder))
    done(buildah("copy", "--quiet", base, folder / "root", "/", folder=folder))
    certificates = [f"--env={name}={CERTIFICATES}" for name in ("PIP_CERT", "SSL_CERT_FILE")]
    done(buildah("config", "--env=PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", *certificates, base, folder=folder))
    done(buildah("commit", "--quiet", "--rm", base, BASE, folder=folder))
    options = ["--isolation=chroot", "--format=docker", f"--build-arg=PYTHON_IMAGE={BASE}", "--pull-never", f"--tag={IMAGE}"]
    done(buildah("build", "--quiet", *options, ".", folder=folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def container(store: Path) -> str:
    return done(buildah("from", "--pull-never", IMAGE, folder=store))


def inside(store: Path, container: str, *words: str) -> subprocess.CompletedProcess[str]:
    settings = [f"--env={name}={value}" for name, value in SETTINGS.items()]
    return buildah("run", "--isolation=chroot", *settings, container, "--", *words, folder=store)


def test_it_knows_its_version_and_explains_without_a_network(store: Path, container: str) -> None:
    assert done(inside(store, container, "requestlog", "--version")).startswith("requestlog ")
    said = done(inside(store, container, "requestlog", "extract", "RequestId: 9BFC4AC1-6BE4-5405-BDEC-CA288D404812"))
    assert said == "RequestId      9BFC4AC1-6BE4-5405-BDEC-CA288D404812"


def test_its_user_owns_the_state_and_nothing_else(store: Path, container: str) -> None:
    assert "uid=10001(requestlog) gid=10001(requestlog)" in done(inside(store, container, "id"))
    assert inside(store, container, "touch", "/app/lib/x").returncode != 0
    done(inside(store, container, "touch", "/data/x"))


def test_there_is_no_installer_in_what_runs(store: Path, container: str) -> None:
    assert inside(store, container, "/app/bin/python", "-m", "pip", "--version").returncode != 0


def test_it_runs_until_it_is_ready(store: Path, container: str) -> None:
    """``run`` in the container, asked by the image's own health check."""
    settings = [f"--env={name}={value}" for name, value in {**SETTINGS, "REQUESTLOG_PORT": "38717"}.items()]
    run = command(store, "run", "--isolation=chroot", *settings, container, "--", "requestlog")
    with subprocess.Popen([*run, "run"], stderr=subprocess.PIPE, text=True) as running:
        ready = False
        while not ready and running.poll() is None:
            asked = buildah("run", "--isolation=chroot", *settings, container, "--", "requestlog", "healthcheck", folder=store)
            ready = asked.returncode == 0
            time.sleep(0 if ready else 0.5)
        running.terminate()
        assert ready, running.stderr.read() if running.stderr else ""
