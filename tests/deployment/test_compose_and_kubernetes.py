"""The ways to run the bot that the repository brings: each read by the tool that will read it, or by its schema."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
import yaml

from bot.settings import VARIABLES
from tests.deployment.schema import HERE, KINDS

ROOT: Final = Path(__file__).parents[2]
DOCKERFILE: Final = (ROOT / "Dockerfile").read_text("utf-8")
SITE: Final = (ROOT / "bot/web/site.py").read_text("utf-8")
PASSWORD: Final = "of-the-test"


def told_to_run() -> str:
    (version,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    return f"requestlog:{version}"


def compose(folder: Path, settings: str) -> subprocess.CompletedProcess[str]:
    """What Docker Compose makes of the file, in a copy of what it names."""
    (folder / ".deploy").mkdir()
    (folder / ".deploy/compose.yaml").write_text((ROOT / ".deploy/compose.yaml").read_text("utf-8"), "utf-8")
    (folder / "requestlog.env").write_text(settings, "utf-8")
    words = ["--env-file", "requestlog.env", "--file", ".deploy/compose.yaml", "config", "--format", "json"]
    tool = Path(sys.executable).with_name("docker-compose")
    return subprocess.run([tool, *words], cwd=folder, env={}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    run = compose(tmp_path_factory.mktemp("compose"), f"POSTGRES_PASSWORD={PASSWORD}\nSLACK_BOT_TOKEN=xoxb-1\n")
    assert (run.returncode, run.stderr) == (0, "")
    read: dict[str, Any] = json.loads(run.stdout)["services"]
    return read


def test_compose_starts_the_bot_behind_its_database(services: dict[str, Any]) -> None:
    bot, postgres = services["bot"], services["postgres"]
    assert bot["image"] == told_to_run()
    assert bot["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert postgres["healthcheck"]["test"][0] == "CMD"
    assert bot["environment"]["PGPASSWORD"] == postgres["environment"]["POSTGRES_PASSWORD"] == PASSWORD
    assert PASSWORD not in bot["environment"]["REQUESTLOG_DATABASE_URL"]
    assert set(bot["networks"]) & set(postgres["networks"]) == {"database"}
    assert "ports" not in postgres
    assert {port["host_ip"] for port in bot["ports"]} == {"127.0.0.1"}


def test_compose_gives_the_bot_no_more_than_it_needs(services: dict[str, Any]) -> None:
    bot = services["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert all(service["security_opt"] == ["no-new-privileges:true"] for service in services.values())
    assert {volume["target"] for volume in bot["volumes"] if not volume.get("read_only")} == {"/data"}
    assert bot["tmpfs"] == ["/tmp"]  # noqa: S108 - the container's own
    assert {name for name in bot["environment"] if name.startswith(("REQUESTLOG_", "SLACK_"))} <= {*VARIABLES.values()}


def test_compose_says_what_must_be_set(tmp_path: Path) -> None:
    run = compose(tmp_path, "SLACK_BOT_TOKEN=xoxb-1\n")
    assert run.returncode != 0
    assert "set it in requestlog.env" in run.stderr


def described() -> dict[str, dict[str, Any]]:
    """The objects of the Kubernetes file by their kind."""
    return {each["kind"]: each for each in yaml.safe_load_all((ROOT / ".deploy/kubernetes.yaml").read_text("utf-8"))}


def container() -> dict[str, Any]:
    (only,) = described()["StatefulSet"]["spec"]["template"]["spec"]["containers"]
    return dict(only)


def valid(each: dict[str, Any]) -> None:
    schema = json.loads(HERE.read_text("utf-8"))
    jsonschema.validate(each, {**schema, "$ref": f"#/definitions/{KINDS[each['kind']]}"})


def test_kubernetes_knows_every_field() -> None:
    assert described().keys() == KINDS.keys()
    for each in described().values():
        valid(each)


def test_the_schema_refuses_a_field_that_kubernetes_would_drop() -> None:
    wrong = described()["StatefulSet"]
    wrong["spec"]["template"]["spec"]["securityContext"]["runAsRoot"] = False
    with pytest.raises(jsonschema.ValidationError):
        valid(wrong)


def test_kubernetes_selects_what_it_starts() -> None:
    objects = described()
    pods = objects["StatefulSet"]["spec"]["template"]["metadata"]["labels"].items()
    assert objects["StatefulSet"]["spec"]["selector"]["matchLabels"].items() <= pods
    assert objects["Service"]["spec"]["selector"].items() <= pods
    assert objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"].items() <= pods
    assert objects["StatefulSet"]["spec"]["serviceName"] == objects["Service"]["metadata"]["name"]
    pod = objects["StatefulSet"]["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == objects["ServiceAccount"]["metadata"]["name"]
    volumes = {volume["name"] for volume in (*pod["volumes"], *(c["metadata"] for c in claims()))}
    assert {mount["name"] for mount in container()["volumeMounts"]} == volumes


def claims() -> list[dict[str, Any]]:
    return list(described()["StatefulSet"]["spec"]["volumeClaimTemplates"])


def test_kubernetes_runs_it_as_the_images_user_without_any_right() -> None:
    pod = described()["StatefulSet"]["spec"]["template"]["spec"]
    (user,) = re.findall(r"^USER (\d+):\1$", DOCKERFILE, re.MULTILINE)
    context = pod["securityContext"]
    assert [context[name] for name in ("runAsUser", "runAsGroup", "fsGroup")] == [int(user)] * 3
    assert context["runAsNonRoot"] is True
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container()["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not pod["automountServiceAccountToken"]
    assert container()["image"] == told_to_run()


def test_kubernetes_asks_what_the_bot_answers() -> None:
    for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        asked = container()[probe]["httpGet"]
        assert asked == {"path": path, "port": container()["ports"][0]["name"]}
        assert f'"{path}"' in SITE
    (port,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
    assert container()["ports"][0]["containerPort"] == int(port)


def test_kubernetes_sets_settings_and_a_folder_on_its_volume() -> None:
    given = {variable["name"]: variable.get("value") for variable in container()["env"]}
    assert given.keys() <= {*VARIABLES.values()}
    (state,) = [mount["mountPath"] for mount in container()["volumeMounts"] if mount["name"] == claims()[0]["metadata"]["name"]]
    assert str(given["REQUESTLOG_DATA_DIR"]).startswith(f"{state}/")


def test_the_network_policy_leaves_open_what_the_bot_needs_and_no_metadata_service() -> None:
    policy = described()["NetworkPolicy"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert [rule["ports"] for rule in policy["ingress"]] == [[{"protocol": "TCP", "port": "http"}]]
    assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == {53, 443, 5432}
    (outside,) = [to["ipBlock"] for rule in policy["egress"] for to in rule.get("to", ()) if "ipBlock" in to]
    assert outside["except"] == ["169.254.0.0/16"]
