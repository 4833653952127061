"""What in the bot's texts would ping somebody or take on a life of its own in Slack; pure.

A broadcast or a user group is never the bot's to call, so each is a breach. A mention of a person is the bot's right, so
it is only found, for tests and the page to show.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.playground.slack.people import Json
from bot.playground.slack.shapes import Fault

_BROADCAST: Final = re.compile(r"<!(channel|here|everyone|group)(?:\|[^>]*)?>")
_GROUP: Final = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>")
_PERSON: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
#: Slack turns these into broadcasts by itself unless the text is marked verbatim.
_BARE: Final = re.compile(r"(?<![\w`@])@(channel|here|everyone)\b")


def mention_faults(text: str, blocks: Sequence[Json]) -> list[Fault]:
    """The live broadcasts and groups in a message or view. ``text`` is the top-level one."""
    faults = list(_in_markup(text, "/text"))
    for pointer, each in _nodes(list(blocks), "/blocks"):
        kind = each.get("type")
        if kind == "broadcast":
            faults.append(Fault("live_mention", f"a live @{each.get('range')} stands in it", pointer))
        elif kind == "usergroup":
            faults.append(Fault("live_mention", f"a live user group {each.get('usergroup_id')} stands in it", pointer))
        elif kind == "mrkdwn" and isinstance(each.get("text"), str):
            faults.extend(_in_markup(each["text"], pointer))
            faults.extend(_parsed_by_slack(each, pointer))
    return faults


def people_mentioned(text: str, blocks: Sequence[Json]) -> list[str]:
    """The ids of the people whom a message pings, in order, each once."""
    found = _PERSON.findall(text)
    for _, each in _nodes(list(blocks), ""):
        if each.get("type") == "user":
            found.append(str(each.get("user_id")))
        elif each.get("type") == "mrkdwn":
            found.extend(_PERSON.findall(str(each.get("text", ""))))
    return list(dict.fromkeys(found))


def _in_markup(text: str, pointer: str) -> Iterator[Fault]:
    for name in _BROADCAST.findall(text):
        yield Fault("live_mention", f"a live @{name} stands in it", pointer)
    for group in _GROUP.findall(text):
        yield Fault("live_mention", f"a live user group {group} stands in it", pointer)


def _parsed_by_slack(mrkdwn: Json, pointer: str) -> Iterator[Fault]:
    if not mrkdwn.get("verbatim"):
        for name in _BARE.findall(mrkdwn["text"]):
            yield Fault("live_mention", f"@{name} without verbatim becomes a live mention", pointer)


def _nodes(value: object, pointer: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        yield pointer, value
        for key, each in value.items():
            yield from _nodes(each, f"{pointer}/{key}")
    elif isinstance(value, list | tuple):
        for position, each in enumerate(value):
            yield from _nodes(each, f"{pointer}/{position}")
