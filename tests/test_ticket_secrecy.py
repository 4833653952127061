"""A log ticket is written nowhere: not into a log, a database, DBOS's tables, a sealed row, or another person's Slack."""

import base64
import json
import logging
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.aliyun.credentials import LogTicketAnswer, Ticket
from bot.app.parts import now
from bot.blocks.logticket import Opened, TicketForm, ticket_message
from bot.explain.redaction import redact
from bot.handlers.ticket_words import check_page, link_with
from bot.logs import formatter
from bot.store.sealing import Keyring

ROOT = Path(__file__).parents[1]
CANARY = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJqdGkiOiJjYW5hcnktY2FuYXJ5LWNhbmFyeSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


@dataclass(frozen=True)
class Left:
    """What a story left behind: the tickets that were given, the sealing key, and every place that could hold one."""

    tickets: list[str]
    key: str
    folder: Path
    logs: str
    others: str


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """The story, lived in a process of its own with every log on."""
    top = tmp_path_factory.mktemp("ticket")
    folder, tickets, others = top / "bot", top / "tickets.json", top / "others.json"
    command = [sys.executable, "-m", "tests.ticket_story", str(folder), str(tickets), str(others)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert run.returncode == 0, run.stderr[-3000:]
    assert Path(f"{others}.breaches").read_text("utf-8") == "[]"
    told = json.loads(tickets.read_text("utf-8"))
    return Left(told["tickets"], told["key"], folder, run.stdout + run.stderr, others.read_text("utf-8"))


def disguises(ticket: str) -> list[bytes]:
    """A ticket as it could stand somewhere: whole, its telling parts, quoted, and in base64 at each offset."""
    parts = [ticket, *ticket.split(".")[1:], quote(ticket, safe="")]
    encoded = [base64.b64encode(b"x" * shift + ticket.encode())[4:-4].decode() for shift in range(3)]
    return [each.encode() for each in (*parts, *encoded, ticket[::-1])]


def found_in(content: bytes, tickets: list[str]) -> bool:
    return any(each in content for ticket in tickets for each in disguises(ticket))


def test_five_ways_gave_five_tickets(left: Left) -> None:
    assert len(set(left.tickets)) == 5
    assert all(ticket.startswith("eyJ") for ticket in left.tickets)


def test_no_log_line_and_no_metric_holds_one(left: Left) -> None:
    assert "answered" in left.logs
    assert "GetLogTicket" in left.logs
    assert not found_in(left.logs.encode(), left.tickets)


def test_no_file_of_the_bot_holds_one(left: Left) -> None:
    files = [path for path in left.folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite" for path in files)
    assert [path.name for path in files if found_in(path.read_bytes(), left.tickets)] == []


def test_no_sealed_row_holds_one(left: Left) -> None:
    """Sealing would hide a ticket from a search of the files, so what was sealed is opened here."""
    keyring = Keyring.from_text(left.key)
    with sqlite3.connect(left.folder / "requestlog.sqlite") as database:
        commands = database.execute("SELECT id, story, payload FROM commands").fetchall()
        chosen = database.execute("SELECT owner, sealed FROM preferences").fetchall()
    database.close()
    opened = [keyring.unseal(payload, kind="command", owner=(id_, story)) for id_, story, payload in commands if payload]
    opened += [keyring.unseal(sealed, kind="preferences", owner=("", "T0REQLOG1", "U0AUDITOR")) for _, sealed in chosen]
    assert chosen
    assert not any(found_in(each, left.tickets) for each in opened)


def test_nobody_else_sees_one(left: Left) -> None:
    assert not found_in(left.others.encode(), left.tickets)


def test_the_search_would_find_one() -> None:
    """A sweep that finds nothing proves something only when it can find."""
    for hidden in (CANARY, quote(CANARY), base64.b64encode(f"ab{CANARY}".encode()).decode(), CANARY.split(".")[2]):
        assert found_in(f"…{hidden}…".encode(), [CANARY])


def test_nothing_that_holds_a_ticket_prints_it() -> None:
    ticket = Ticket(CANARY)
    form = TicketForm("cn-hangzhou", "en")
    opened = Opened(form, link_with(ticket, check_page("https://sls.console.aliyun.com/x", None)), "auditor")
    message = ticket_message(opened, "en", now=now())
    for holder in (ticket, LogTicketAnswer(ticket, "A"), opened, message, message.as_json(), [message.blocks]):
        assert not found_in(repr(holder).encode(), [CANARY])
        assert not found_in(f"{holder}".encode(), [CANARY])
    assert CANARY in json.dumps(message.as_json())


@pytest.mark.parametrize(
    "line",
    [
        f"https://sls.console.aliyun.com/x?sls_ticket={CANARY}&isShare=true",
        f'{{"LogTicket":"{CANARY}"}}',
        f"LogTicket={CANARY}",
        f"'url': 'https://x/?a=1&sls_ticket={quote(CANARY)}'",
        "sls_ticket=opaque-ticket-0123456789abcdef",
        '"LogTicket": "opaque-ticket-0123456789abcdef"',
    ],
)
def test_a_library_that_logs_one_is_redacted(line: str) -> None:
    """Should anything log a link or an answer all the same, the log filter masks it."""
    record = logging.LogRecord("library", logging.DEBUG, "f", 1, line, None, None)
    for shown in (redact(line), formatter().format(record)):
        assert not found_in(shown.encode(), [CANARY])
        assert "opaque-ticket-0123456789" not in shown
