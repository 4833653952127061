"""The command that makes a call again: quoted, without secrets, and honest about what is not known."""

import shlex
from typing import Any

import pytest

from bot.blocks.reproduce import command, placeholder, reproduce
from tests.explain.logs import explained


def words(basic: dict[str, Any] | None = None, **values: object) -> list[str]:
    """The command of a call with these parameters, as a shell would read it."""
    parameters = [{"name": name.replace("__", "."), "value": value} for name, value in values.items()]
    made = command(explained(basic=basic, parameters=parameters))
    assert made is not None
    return shlex.split(made.text.replace("\\\n", " "))


def test_an_rpc_call_names_product_api_and_parameters() -> None:
    assert words(RegionId="cn-hangzhou", InstanceType="ecs.g7.large") == [
        *("aliyun", "ecs", "DescribeInstances", "--RegionId", "cn-hangzhou", "--InstanceType", "ecs.g7.large")
    ]


def test_a_region_that_is_no_parameter_is_the_command_line_s_own() -> None:
    assert words()[3:] == ["--region", "cn-hangzhou"]


def test_a_roa_call_has_its_method_and_says_that_the_path_is_missing() -> None:
    basic = {"api": "DescribeClusters", "product": "CS", "apiStyle": "roa", "httpMethod": "GET"}
    assert words(basic)[:4] == ["aliyun", "cs", "GET", "/<PATH>"]
    assert "path" in str(reproduce(explained(basic=basic))["blocks"])


@pytest.mark.parametrize(
    "value", ["a b", "'; rm -rf ~; '", "$(id)", "`id`", "a\nb", '{"k": "v w"}', "\\", "!!", "~", "*", "-x", "--force"]
)
def test_whatever_a_value_holds_stays_one_word_of_the_shell(value: str) -> None:
    read = words(Name=value)
    assert read[-1] == value or read[-1] == f"--Name={value}"


def test_secrets_become_placeholders() -> None:
    read = words(DBPassword="Standin-P@ssw0rd-9", Tags='[{"Key": "Password", "Value": "hunter2hunter2"}]', Token="x" * 40)
    text = " ".join(read)
    assert "<DB_PASSWORD>" in text
    assert "<TOKEN>" in text
    for secret in ("P@ssw0rd", "hunter2", "xxxx", "••••"):
        assert secret not in text


def test_what_the_command_line_makes_itself_is_left_out() -> None:
    assert "--Signature" not in words(Action="DescribeInstances", Version="2014-05-26", Signature="abc", SignatureNonce="1")


OPTIONS_OF_THE_CLI = (
    *(
        "endpoint",
        "endpoint-type",
        "process-command",
        "body",
        "body-file",
        "config-path",
        "profile",
        "mode",
        "region",
        "output",
    ),
    *("access-key-id", "sts-token", "ram-role-arn", "header", "pager", "waiter", "method", "roa", "force", "secure"),
    *("insecure", "accept", "dryrun", "quiet", "help", "user-agent", "skip-secure-verify", "private-key", "yes", "cli-query"),
)


@pytest.mark.parametrize(
    "name", [*OPTIONS_OF_THE_CLI, "Endpoint-Type", "X-Acs-Y", "a b", "$(id)", "--x", "A;b", "", "名", "-P"]
)
def test_no_parameter_becomes_an_option_of_the_command_line(name: str) -> None:
    """The names are the caller's own words; whoever runs the command does so with their own credential."""
    said = explained(parameters=[{"name": name, "value": "sh -c id"}])
    made = command(said)
    assert made is not None
    assert made.rest == said.call.parameters
    assert shlex.split(made.text.replace("\\\n", " ")) == ["aliyun", "ecs", "DescribeInstances", "--region", "cn-hangzhou"]
    assert f'"{name or "?"}": ' in str(reproduce(said)["blocks"])


@pytest.mark.parametrize("region", ["evil.example/", "evil.example#", "a@b", "x", "cn-hangzhou.evil.example", "CN"])
def test_a_region_that_would_lead_to_another_host_is_no_option(region: str) -> None:
    made = command(explained(basic={"regionId": region}, parameters=[{"name": "RegionId", "value": region}]))
    assert made is not None
    assert region not in made.text


def test_a_secret_below_the_command_is_a_placeholder_too() -> None:
    shown = str(reproduce(explained(parameters=[{"name": "db-password", "value": "Standin-P@ssw0rd-9"}]))["blocks"])
    assert "<DB_PASSWORD>" in shown
    assert "P@ssw0rd" not in shown


@pytest.mark.parametrize("api", ["set", "delete", "install"])
def test_an_api_s_name_becomes_no_command_of_the_command_line(api: str) -> None:
    assert command(explained(basic={"product": "configure", "api": api})) is None


@pytest.mark.parametrize(
    "product",
    [*("Configure", "Plugin", "Upgrade", "mcp-proxy", "Oss", "ossutil", "Help", "Completion", "Auto-Completion", "VERSION")],
)
def test_a_product_s_name_becomes_no_command_of_the_command_line(product: str) -> None:
    said = explained(basic={"product": product, "api": "Set"})
    assert command(said) is None
    assert "aliyun " not in str(reproduce(said))


@pytest.mark.parametrize("value", ["-", "null"])
def test_a_value_that_looks_like_nothing_is_kept(value: str) -> None:
    assert words(Name=value)[-1] in {value, f"--Name={value}"}


@pytest.mark.parametrize("basic", [{"product": ""}, {"api": "$(id)"}, {"product": "a b"}])
def test_without_product_and_api_there_is_no_command(basic: dict[str, str]) -> None:
    assert command(explained(basic=basic)) is None


def test_a_command_too_long_to_paste_keeps_its_names_alone() -> None:
    made = command(explained(parameters=[{"name": f"P{number}", "value": "v" * 3_000} for number in range(30)]))
    assert made is not None
    assert "--P29 '<P29>'" in made.text
    assert len(made.text) < 5_000


@pytest.mark.parametrize(
    ("api", "part"), [("DescribeInstances", None), ("RunInstances", "does it again"), ("DeleteInstance", "does it again")]
)
def test_a_write_is_warned_of(api: str, part: str | None) -> None:
    view = str(reproduce(explained(basic={"api": api})))
    assert part is None or part in view
    assert ("⚠️" in view) == (part is not None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DBPassword", "<DB_PASSWORD>"),
        ("Env.1.Value", "<VALUE>"),
        ("AccessKeySecret", "<ACCESS_KEY_SECRET>"),
        ("x", "<X>"),
        ("1", "<VALUE>"),
    ],
)
def test_placeholders_are_named_after_what_belongs_there(name: str, expected: str) -> None:
    assert placeholder(name) == expected
