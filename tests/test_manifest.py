"""The manifest and the listeners say the same, both ways, and Slack would take the manifest."""

import json
import re
import subprocess
import sys
from inspect import getclosurevars
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
import yaml
from slack_bolt import App

from bot.manifest import (
    COMMAND,
    EVENTS,
    GLOBAL_SHORTCUT,
    MESSAGE_SHORTCUT,
    OPTIONAL_SCOPES,
    SCOPES,
    UNFURL_EVENT,
    UNFURL_SCOPES,
    as_yaml,
    manifest,
)
from bot.playground import Playground
from bot.playground.slack.web_api import METHODS

ROOT: Final = Path(__file__).parents[1]
SCHEMA: Final = json.loads(Path(__file__).with_name("manifest.schema.json").read_text("utf-8"))
BASE: Final = "https://requestlog.example.com"
#: What an event needs beside the subscription; the others need no scope.
SCOPE_OF_EVENT: Final = {
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "link_shared": "links:read",
    "user_change": "users:read",
}
#: Needed by what is no method: slash commands and shortcuts.
SCOPE_OF_INTERACTIVITY: Final = "commands"


def registered(app: App) -> set[tuple[str, str]]:
    """What Bolt listens to: the kind of payload and its name.

    Bolt keeps each constraint in the closure of a matcher, whose function is named after the kind.
    """
    found = set()
    for listener in vars(app)["_listeners"]:
        for matcher in listener.matchers:
            kind = matcher.func.__qualname__.partition(".")[0]
            values = [value for value in getclosurevars(matcher.func).nonlocals.values() if isinstance(value, str | re.Pattern)]
            found |= {(kind, value if isinstance(value, str) else value.pattern) for value in values}
    return found


def described(content: dict[str, Any]) -> set[tuple[str, str]]:
    """What a manifest announces, in the same words."""
    features = content["features"]
    kinds = {"message": "message_shortcut", "global": "global_shortcut"}
    return {
        *(("command", each["command"]) for each in features["slash_commands"]),
        *((kinds[each["type"]], each["callback_id"]) for each in features["shortcuts"]),
        *(("event", each) for each in content["settings"]["event_subscriptions"]["bot_events"]),
    }


def test_commands_shortcuts_and_events_are_those_that_the_listeners_take(playground: Playground) -> None:
    announced = {"command", "message_shortcut", "global_shortcut", "shortcut", "event", "message_event"}
    heard = {(kind, name) for kind, name in registered(playground.bot.bolt) if kind in announced}
    assert heard == described(manifest(unfurl=True))
    assert heard == {
        ("command", COMMAND),
        ("message_shortcut", MESSAGE_SHORTCUT),
        ("global_shortcut", GLOBAL_SHORTCUT),
        *(("event", event) for event in (*EVENTS, UNFURL_EVENT)),
    }


def test_optional_scopes_stand_under_bot_as_well() -> None:
    """Slack's manual: "Optional scopes must also be listed in the corresponding bot or user fields"."""
    scopes = manifest()["oauth_config"]["scopes"]
    assert scopes["bot"] == [*SCOPES, *OPTIONAL_SCOPES]
    assert scopes["bot_optional"] == [*OPTIONAL_SCOPES]


def test_every_scope_is_needed_and_every_need_has_its_scope() -> None:
    """The methods that the code calls, held against the scopes that the stand-in asks for them, as Slack does."""
    sources = "\n".join(path.read_text("utf-8") for room in ("handlers", "listeners") for path in ROOT.glob(f"bot/{room}/*.py"))
    sources += (ROOT / "bot/delivery/__init__.py").read_text("utf-8")
    called = {name for name in re.findall(r'"([a-zA-Z]+(?:\.[a-zA-Z]+)+)"', sources) if name in METHODS}
    assert {"chat.postEphemeral", "views.open", "users.info"} <= called
    asked = {*SCOPES, *OPTIONAL_SCOPES, *UNFURL_SCOPES}
    for method in sorted(called):
        needed = METHODS[method].scopes
        assert not needed or asked & set(needed), method
    needs = {scope for method in called for scope in METHODS[method].scopes}
    needs |= {SCOPE_OF_INTERACTIVITY, *(SCOPE_OF_EVENT[event] for event in (*EVENTS, UNFURL_EVENT) if event in SCOPE_OF_EVENT)}
    assert asked <= needs


@pytest.mark.parametrize("content", [manifest(), manifest(BASE), manifest(unfurl=True)], ids=["socket mode", "http", "unfurl"])
def test_slack_would_take_it(content: dict[str, Any]) -> None:
    jsonschema.validate(content, SCHEMA)
    addresses = [content["settings"]["event_subscriptions"], content["settings"]["interactivity"]]
    over_http = not content["settings"]["socket_mode_enabled"]
    assert all(("request_url" in each) == over_http for each in addresses)
    assert all(("url" in each) == over_http for each in content["features"]["slash_commands"])


def test_the_schema_refuses_what_slack_refuses() -> None:
    content = manifest()
    content["features"]["shortcuts"][0]["name"] = "x" * 25
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, SCHEMA)


def test_the_file_at_the_top_is_what_the_command_prints() -> None:
    printed = subprocess.run([sys.executable, "-m", "bot", "manifest"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (ROOT / "manifest.yml").read_text("utf-8") == printed.stdout == as_yaml()
    assert yaml.safe_load(printed.stdout) == manifest()


def test_the_command_prints_the_form_for_http() -> None:
    command = [sys.executable, "-m", "bot", "manifest", "--http", BASE]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert yaml.safe_load(printed.stdout)["settings"]["interactivity"]["request_url"] == f"{BASE}/slack/events"


@pytest.mark.parametrize("url", ["http://requestlog.example.com", "ftp://x", "https://user@x", "https://x?a=b", "nonsense"])
def test_an_address_that_slack_would_not_reach_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        manifest(url)
