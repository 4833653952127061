"""What reaches the log: redacted, on one line, and nothing that a person typed."""

import json
import logging
import os
import subprocess
import sys
import threading

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.logs import MOST_WAITING, configure_logs, thread_failed


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
    logging.getLogger().handlers[0].flush()
    assert "typed" not in capsys.readouterr().err


def test_libraries_are_heard_from_warnings_on_and_the_bot_as_configured(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG")
    for name in ("any.library", "slack_sdk.web", "bot.any"):
        logging.getLogger(name).info("%s at INFO", name)
        logging.getLogger(name).warning("%s at WARNING", name)
    logging.getLogger().handlers[0].flush()
    written = capsys.readouterr().err
    assert "bot.any at INFO" in written
    assert written.count("at INFO") == 1
    assert written.count("at WARNING") == 3


def test_a_record_is_redacted_and_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO")
    logging.getLogger("bot.any").error("key LTAI5tStandInAlice\n{forged}")
    logging.getLogger().handlers[0].flush()
    written = capsys.readouterr().err
    assert "StandIn" not in written
    assert written.count("\n") == 1


@pytest.mark.parametrize("name", ["slack_bolt.App", "slack_sdk.web", "dbos", "waitress", "bot.any"])
def test_every_logger_writes_one_json_object_a_line_with_time_level_and_name(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = configure_logs("INFO")
    try:
        int("what somebody typed")
    except ValueError:
        logging.getLogger(name).exception('it "fails"\nhere')
    writer.flush()
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["logger"], said["level"], said["error"], said["event"]) == (name, "error", "ValueError", 'it "fails"\\nhere')
    assert said["timestamp"].endswith("Z")
    assert "typed" not in line


def test_what_a_library_repeats_is_written_once_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    writer = configure_logs("INFO")
    for number in range(400):
        logging.getLogger("dbos").warning("Database connection failed: %s", number)
        logging.getLogger("bot.any").warning("counted %s", number)
    writer.flush()
    written = capsys.readouterr().err
    assert written.count("Database connection failed") == 1
    assert written.count("counted") == 400


def test_an_error_that_ends_a_thread_is_one_line_by_its_class(
    capsys: pytest.CaptureFixture[str],
) -> None:
    writer = configure_logs("INFO")
    thread_failed(threading.ExceptHookArgs((ValueError, ValueError("what somebody typed"), None, threading.current_thread())))
    writer.flush()
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["error"] == "ValueError"
    assert "typed" not in line


def test_console_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "console").handle(logging.makeLogRecord({"name": "bot.any", "msg": "said", "levelno": 30}))
    logging.getLogger().handlers[0].flush()
    written = capsys.readouterr().err
    assert "said" in written
    assert "{" not in written


def test_a_pipe_that_nobody_reads_blocks_nothing_and_what_is_dropped_is_counted() -> None:
    code = f"""
import logging, os, time
from bot.logs import configure_logs
writer = configure_logs("INFO")
started = time.monotonic()
for number in range({MOST_WAITING} + 5000):
    logging.getLogger("bot.any").warning("a line that is as long as lines are, number %s", number)
logging.shutdown()
os.write(1, f"{{writer.dropped}} {{time.monotonic() - started:.1f}}".encode())
os._exit(0)
"""
    reading, writing = os.pipe()
    ended = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=writing, check=True, timeout=120)
    os.close(reading)
    os.close(writing)
    dropped, seconds = ended.stdout.decode().split()
    assert int(dropped) > 3000
    assert float(seconds) < 60
