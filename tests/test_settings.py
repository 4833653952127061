"""Settings: one reader, every mistake at once, no value in a mistake."""

from pathlib import Path

import pytest

from bot.settings import VARIABLES, Environment, SettingsError, read_settings


def reasons_of(**variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(Environment(variables))
    return " ".join(caught.value.reasons)


def test_nothing_set_gives_the_defaults() -> None:
    settings = read_settings(Environment({}))
    assert (settings.requestlog_deadline, settings.requestlog_rate, settings.requestlog_replica) == (8, 120, "single")
    assert settings.requestlog_response_hosts == ("hooks.slack.com",)
    assert not settings.socket_mode


def test_any_name_may_point_to_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("xoxb-from-a-file\n")
    settings = read_settings(Environment({"SLACK_BOT_TOKEN_FILE": str(secret)}))
    assert settings.secret("slack_bot_token") == "xoxb-from-a-file"


def test_a_file_that_cannot_be_read_is_named_by_its_variable() -> None:
    assert "SLACK_BOT_TOKEN_FILE" in reasons_of(SLACK_BOT_TOKEN_FILE="/nowhere")


def test_both_names_at_once_are_a_mistake(tmp_path: Path) -> None:
    assert "both set" in reasons_of(SLACK_BOT_TOKEN="xoxb-1", SLACK_BOT_TOKEN_FILE=str(tmp_path))


def test_every_mistake_is_told_at_once_and_no_value_with_it() -> None:
    said = reasons_of(
        SLACK_BOT_TOKEN="xapp-secret-value",
        REQUESTLOG_DEADLINE="soon",
        REQUESTLOG_LANG="fr",
        REQUESTLOG_ENDPOINT_STS="http://198.51.100.1",
        ALIBABA_CLOUD_ACCESS_KEY_ID="LTAI5tLonely",
    )
    assert "REQUESTLOG_DEADLINE" in said
    assert "REQUESTLOG_LANG must be 'en' or 'zh'." in said
    assert "SLACK_BOT_TOKEN does not start with xoxb-" in said
    assert "REQUESTLOG_ENDPOINT_STS" in said
    assert "belong together" in said
    assert "xapp-secret-value" not in said


def test_each_wrong_endpoint_is_told() -> None:
    said = reasons_of(REQUESTLOG_ENDPOINT_STS="http://198.51.100.1", REQUESTLOG_ENDPOINT_RAM="ftp://x")
    assert "REQUESTLOG_ENDPOINT_STS" in said
    assert "REQUESTLOG_ENDPOINT_RAM" in said


def test_half_a_credential_in_a_file_that_cannot_be_read_is_one_mistake() -> None:
    said = reasons_of(ALIBABA_CLOUD_ACCESS_KEY_ID="LTAI5t", ALIBABA_CLOUD_ACCESS_KEY_SECRET_FILE="/nowhere")
    assert "belong together" not in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REQUESTLOG_DATABASE_URL", "mysql://joe:hunter2@db/x"),
        ("REQUESTLOG_DATABASE_URL", "postgresql://joe:hunter2@db/x"),
        ("REQUESTLOG_DATABASE_URL", "sqlite:///"),
        ("REQUESTLOG_DATABASE_URL", "sqlite:///:memory:"),
        ("REQUESTLOG_DATABASE_URL", "postgresql+psycopg://joe:hunter2@db:notaport/x"),
        ("REQUESTLOG_DATABASE_URL", "postgresql+psycopg://joe:hunter2@db:99999/x"),
        ("SLACK_API_URL", "http://slack.example/api/"),
        ("SLACK_API_URL", "https://joe:hunter2@slack.com/api/"),
        ("SLACK_API_URL", "slack.com"),
        ("REQUESTLOG_RESPONSE_HOSTS", "https://hooks.slack.com"),
        ("REQUESTLOG_RESPONSE_HOSTS", "hooks.slack.com,hooks.slack.com:443"),
        ("REQUESTLOG_RESPONSE_HOSTS", "hooks.slack.com/services"),
        ("REQUESTLOG_OWNER", "joe@example.com"),
        ("REQUESTLOG_OWNER", "C012345"),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_name_and_not_repeated(variable: str, value: str) -> None:
    said = reasons_of(**{variable: value})
    assert said.startswith(variable)
    assert "hunter2" not in said
    assert "joe" not in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REQUESTLOG_DATABASE_URL", "sqlite:////var/lib/requestlog/x.sqlite"),
        ("REQUESTLOG_DATABASE_URL", "postgresql+psycopg://joe:a%40b@db.example:5432/x?sslmode=require"),
        ("REQUESTLOG_DATABASE_URL", "postgresql+psycopg://joe@[::1]:5432/x"),
        ("REQUESTLOG_DATABASE_URL", "postgresql+psycopg:///x?host=/run/postgresql"),
        ("SLACK_API_URL", "http://127.0.0.1:9001/api/"),
        ("SLACK_API_URL", "http://[::1]:9001/api/"),
        ("REQUESTLOG_RESPONSE_HOSTS", "hooks.slack.com, 127.0.0.1"),
        ("REQUESTLOG_OWNER", "W0ALICE"),
    ],
)
def test_what_may_be_right_is_accepted(variable: str, value: str) -> None:
    settings = read_settings(Environment({variable: value}))
    assert "a%40b" not in repr(settings)


def test_a_wrong_kind_of_token_is_recognised() -> None:
    assert "another kind of token" in reasons_of(SLACK_BOT_TOKEN="xapp-1-A")


def test_half_a_credential_is_a_mistake() -> None:
    assert "belong together" in reasons_of(ALIBABA_CLOUD_ACCESS_KEY_ID="LTAI5tLonely")


def test_white_space_around_a_value_does_not_matter() -> None:
    assert read_settings(Environment({"SLACK_BOT_TOKEN": "  xoxb-1 \n"})).secret("slack_bot_token") == "xoxb-1"


def test_an_empty_value_is_not_set() -> None:
    assert read_settings(Environment({"REQUESTLOG_PORT": ""})).requestlog_port is None


def test_secrets_are_in_no_repr() -> None:
    settings = read_settings(Environment({"SLACK_BOT_TOKEN": "xoxb-secret-value", "SLACK_SIGNING_SECRET": "sign-secret"}))
    assert "secret-value" not in repr(settings)
    assert "sign-secret" not in repr(settings)


def test_variables_are_the_contracts() -> None:
    contract = [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_API_URL",
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        "REQUESTLOG_IDENTITIES",
        "REQUESTLOG_DATABASE_URL",
        "REQUESTLOG_DATA_DIR",
        "REQUESTLOG_PORT",
        "REQUESTLOG_HOST",
        "REQUESTLOG_LANG",
        "REQUESTLOG_LOG_FORMAT",
        "REQUESTLOG_LOG_LEVEL",
        "REQUESTLOG_DEADLINE",
        "REQUESTLOG_REPLICA",
        "REQUESTLOG_ENDPOINT_OPENAPIEXPLORER",
        "REQUESTLOG_ENDPOINT_CLOUD_SIEM",
        "REQUESTLOG_ENDPOINT_RAM",
        "REQUESTLOG_ENDPOINT_STS",
        "REQUESTLOG_ENDPOINT_ACTIONTRAIL",
        "REQUESTLOG_RESPONSE_HOSTS",
        "REQUESTLOG_SLS_PAGE",
        "REQUESTLOG_RATE",
        "REQUESTLOG_OWNER",
    ]
    assert set(contract) <= set(VARIABLES.values())


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-2"}, ["SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped"]),
        ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xapp-2"}, ["SLACK_BOT_TOKEN does not start with xoxb-"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1 2"}, ["SLACK_BOT_TOKEN holds a blank"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1\n2"}, ["SLACK_BOT_TOKEN holds a blank"]),
        (
            {"SLACK_APP_TOKEN": '"xapp-1"', "SLACK_SIGNING_SECRET": "a…b"},
            ["SLACK_APP_TOKEN holds", "SLACK_SIGNING_SECRET holds"],
        ),
        ({"SLACK_BOT_TOKEN": "  xoxb-1-2.a_b  "}, []),
    ],
    ids=["swapped", "another", "blank", "line break", "quotes and dots", "blanks around"],
)
def test_a_token_that_was_pasted_wrongly_is_told_once(variables: dict[str, str], told: list[str]) -> None:
    reasons: list[str] = []
    try:
        read_settings(Environment(variables))
    except SettingsError as error:
        reasons = error.reasons
    assert len(reasons) == len(told)
    assert all(reason.startswith(part) for reason, part in zip(reasons, told, strict=True))
