"""Approved messages: a file a case, read by a human eye before it is approved.

``approve("card-sample-en", message.as_json())`` compares with tests/approved/card-sample-en.json. A difference writes
``card-sample-en.received.json`` beside it and fails; ``APPROVE=1`` takes what was received.
"""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("approved")


def approve(name: str, message: dict[str, Any]) -> None:
    """Hold a message against its approved file."""
    approved, received = FOLDER / f"{name}.json", FOLDER / f"{name}.received.json"
    text = json.dumps(message, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("APPROVE"):
        approved.write_text(text, "utf-8")
        received.unlink(missing_ok=True)
        return
    if not approved.exists() or approved.read_text("utf-8") != text:
        received.write_text(text, "utf-8")
        message_ = f"{name} differs from its approved file; compare {received.name}, then run with APPROVE=1"
        raise AssertionError(message_)
