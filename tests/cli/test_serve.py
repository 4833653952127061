"""The commands that keep running, where they cannot start."""

import socket

import pytest

from tests.cli.running import requestlog


@pytest.mark.parametrize("command", [["playground", "--no-browser"], ["standin"]])
def test_a_taken_port_is_one_sentence_that_names_the_way_out(command: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = requestlog(*command, "--port", str(taken.getsockname()[1]))
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "The port cannot be used (Address already in use). Name another one with --port.\n"
