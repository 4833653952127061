"""What reaches the log: redacted, on one line, and nothing that a person typed."""

import logging

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.logs import configure_logs


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING"])
def test_what_bolt_says_of_a_command_that_nobody_listens_to_is_not_logged(
    level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bolt quotes the whole payload, at WARNING and from a logger of its own level."""
    configure_logs(level)
    app = App(client=WebClient(), authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T"), signing_secret="s")
    app.dispatch(BoltRequest(mode="socket_mode", body={"command": "/other", "text": "what somebody typed", "team_id": "T"}))
    logging.getLogger("slack_bolt.App").setLevel(logging.DEBUG)
    logging.getLogger("slack_bolt.App").warning("what somebody typed")
    assert "typed" not in capsys.readouterr().err


def test_libraries_are_heard_from_warnings_on_and_the_bot_as_configured(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG")
    for name in ("any.library", "slack_sdk.web", "bot.any"):
        logging.getLogger(name).info("%s at INFO", name)
        logging.getLogger(name).warning("%s at WARNING", name)
    written = capsys.readouterr().err
    assert "bot.any at INFO" in written
    assert written.count("at INFO") == 1
    assert written.count("at WARNING") == 3


def test_a_record_is_redacted_and_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO")
    logging.getLogger("bot.any").error("key LTAI5tStandInAlice\n{forged}")
    written = capsys.readouterr().err
    assert "StandIn" not in written
    assert written.count("\n") == 1
