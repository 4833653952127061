"""The only ways on which something that was looked up reaches a person: a new one has to be listed here, and to record."""

import re
from pathlib import Path
from typing import Final

HANDLERS: Final = Path(__file__).parents[2] / "bot" / "handlers"
#: Calls that ask Alibaba Cloud, read what was looked up before, or post for others; and a client that is handed on.
_WAY: Final = re.compile(
    r"\b(lookup\.answer|memory\.last|delivery\.publicly|delivery\.upload|requests\.save|requests\.decide)\("
    r"|\bservices\.(client(?:\.\w+)?)\b"
    r"|\bservices\.(delivery\.call)\(\"canvases"
)
#: By module and call: the action under which the attempt is recorded.
WAYS_OUT: Final = {
    ("requestlog", "lookup.answer"): "lookup",
    ("decode", "client.decode_diagnostic_message"): "decode",
    ("ticket", "client.get_caller_identity"): "ticket",
    ("ticket", "client.get_log_ticket"): "ticket",
    ("ticket", "client"): "ticket",
    ("code", "client.get_error_code_solutions"): "code",
    ("home", "memory.last"): "home",
    ("who", "client"): "events",
    ("share", "delivery.publicly"): "share",
    ("share", "delivery.upload"): "keep",
    ("share", "delivery.call"): "canvas",
    ("handoff", "requests.save"): "permission.asked",
    ("handoff", "requests.decide"): "permission.decided",
}
#: Tell a person who they are and what they may, and no log.
NOT_RECORDED: Final = {("doctor", "client"), ("account", "client.get_caller_identity")}


def sources() -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in HANDLERS.glob("*.py")}


def test_these_are_the_ways_out() -> None:
    found = {(module, match[1] or match[2] or match[3]) for module, text in sources().items() for match in _WAY.finditer(text)}
    assert found == WAYS_OUT.keys() | NOT_RECORDED


def test_each_of_them_records() -> None:
    texts = sources()
    silent = [
        (module, action)
        for (module, _), action in WAYS_OUT.items()
        if f'"{action}"' not in texts[module] or not re.search(r"services\.(record|attempted)\(|ask\.attempt\(", texts[module])
    ]
    assert silent == []
