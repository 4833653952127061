"""``requestlog audit``: every attempt as a line of JSON on standard output, and the verdict on the chain on standard error."""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bot.app.storage import open_store
from bot.cli.streams import bad_usage, could_not, print_json
from bot.cli.upkeep import ends_in_sentences, usable_settings
from bot.store.chain import Row, Verdict, broken
from bot.store.tables import moment, stamp
from bot.store.verification import verify

_NAMES: Final = (
    *("version", "chain", "seq", "at", "replica", "command", "actor", "action", "subject", "channel"),
    *("identity", "kind", "account", "session", "upstream", "result", "decision", "detail"),
)
"""What the values of a body are, in their order."""
_ANCHOR: Final = re.compile(r"\bseq=(\d{1,18})\b.*\bmac=([0-9a-f]{64})\b")
_HEX: Final = re.compile(r"[0-9a-f]{64}")


def run_audit(since: str | None, until: str | None, person: str | None, request: str | None, anchors: str | None) -> None:
    """Export the rows that are wanted, and verify all; exit 1 when the chain is not intact, or could not be read."""
    known = _anchors(Path(anchors)) if anchors else {}
    first, after = (None if text is None else _stamp(text) for text in (since, until))
    counted = 0

    def put(row: Row) -> None:
        nonlocal counted
        counted += 1
        if (
            (first is None or row.at >= first)
            and (after is None or row.at < after)
            and (person is None or row.actor.rpartition("/")[2] == person)
            and (request is None or row.subject.casefold() == request.casefold())
        ):
            print_json(_line(row))

    with ends_in_sentences():
        store = open_store(usable_settings())
        verdict = verify(store.database, store.keyring, anchors=store.witness.anchors() | known, each=put)
        store.database.close()
    sys.stdout.flush()
    if verdict.kind is not None:
        could_not(broken(verdict))
    print(_intact(verdict, counted), file=sys.stderr)


def _stamp(text: str) -> int:
    """A date or a time as a person writes it, in UTC where it names no zone, in microseconds."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        bad_usage([f"{text} is no date or time; write it like 2026-11-28 or 2026-11-28T03:00Z."])
    return stamp(time if time.tzinfo else time.replace(tzinfo=UTC))


def _intact(verdict: Verdict, counted: int) -> str:
    head = verdict.head
    if head is None:
        return "Nothing is recorded yet."
    pruned = f" Rows 1 to {head.pruned_seq} were pruned." if head.pruned_seq else ""
    return f"The audit is intact: {counted} rows, head seq={head.seq} mac={head.mac.hex()}.{pruned}"


def _line(row: Row) -> dict[str, Any]:
    """A row as an object; of a body that is none, the text."""
    said = row.said
    try:
        named = dict(zip(_NAMES, said, strict=True))
        named["at"] = moment(named["at"]).isoformat()
    except (ValueError, TypeError, OverflowError):
        named = {"seq": row.seq, "unreadable": row.body}
    return {**named, "kid": row.kid.hex(), "mac": row.mac.hex()}


def _anchors(file: Path) -> dict[int, str]:
    """The heads that a log or an earlier export names; where two differ for one row, no MAC is right."""
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        bad_usage([f"{file} cannot be read ({error.strerror}); name a log of the bot or an earlier export."])
    found: dict[int, str] = {}
    for seq, mac in filter(None, (_anchor(line) for line in lines)):
        found[seq] = mac if found.get(seq, mac) == mac else ""
    if not found:
        bad_usage([f"{file} names no head of the audit; a log of the bot (audit_head …) or an earlier export does."])
    return found


def _anchor(line: str) -> tuple[int, str] | None:
    try:
        said = json.loads(line[line.index("{") :])
        seq, mac = said["seq"], said["mac"]
    except (ValueError, KeyError, TypeError, RecursionError):
        match = _ANCHOR.search(line)
        return (int(match[1]), match[2]) if match else None
    return (seq, mac) if isinstance(seq, int) and isinstance(mac, str) and _HEX.fullmatch(mac) else None
