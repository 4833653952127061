"""The stand-in's state behind one lock: who is where, what stands in the channels, which views are open, what went wrong."""

import dataclasses
import itertools
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from bot.playground.slack.lifetimes import Lifetimes
from bot.playground.slack.messages import Breach, Call, Message, Request, View
from bot.playground.slack.people import BOT_USER, SLACKBOT, Channel, Json, Person, Post, direct_messages

T = TypeVar("T")


class Workspace:
    """One Slack workspace in memory. Every change wakes those who wait in ``wait_for`` or watch ``version``.

    Args:
        people: its members and guests.
        channels: its conversations; the direct messages with the bot are added.
        scopes: the OAuth scopes that the bot was granted.
        groups: the members of each user group.
        clock: seconds since the epoch; what triggers, response URLs and message times go by.
    """

    def __init__(
        self,
        people: Iterable[Person],
        channels: Iterable[Channel],
        scopes: Collection[str],
        groups: Mapping[str, Sequence[str]],
        clock: Callable[[], float],
    ) -> None:
        self.people = {person.id: person for person in people}
        own = [direct_messages(person) for person in self.people.values()]
        self.channels = {channel.id: channel for channel in [*channels, *own]}
        self.scopes = frozenset(scopes)
        #: Kinds of block that this workspace does not take, as some do not take the newer ones.
        self.refused_blocks: frozenset[str] = frozenset()
        self.groups = dict(groups)
        self.clock = clock
        self.lifetimes = Lifetimes(clock)
        self.breaches: list[Breach] = []
        self.requests: list[Request] = []
        self.calls: list[Call] = []
        self.homes: dict[str, View] = {}
        self.files: dict[str, Json] = {}
        self.canvases: dict[str, Json] = {}
        self.version = 0
        self._messages: dict[str, dict[str, Message]] = defaultdict(dict)
        self._stacks: dict[str, list[View]] = defaultdict(list)
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self._changed = threading.Condition(threading.RLock())

    # Waiting

    def touch(self) -> None:
        """Tell everybody who waits that something changed."""
        with self._changed:
            self.version += 1
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[], T], timeout: float) -> T:
        """What ``condition`` gives as soon as it is truthy, else its last falsy value after ``timeout`` seconds."""
        end = time.monotonic() + timeout
        with self._changed:
            while not (result := condition()):
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, 0.25))
            return result

    # Canvases

    def add_canvas(self, channel: str, title: str, markdown: str) -> str:
        """A canvas in a channel's tab; gives its id."""
        with self._changed:
            canvas = f"F0CANVAS{next(self._numbers)}"
            self.canvases[canvas] = {"id": canvas, "channel": channel, "title": title, "markdown": markdown}
            self.touch()
            return canvas

    def delete_canvas(self, canvas: str) -> None:
        """Somebody deletes a canvas."""
        with self._changed:
            del self.canvases[canvas]
            self.touch()

    # Messages

    def new_ts(self, at: float | None = None) -> str:
        """A message time of Slack's form, unlike every other."""
        with self._changed:
            micros = int((self.clock() if at is None else at) * 1_000_000)
            self._last_ts = micros if micros > self._last_ts else self._last_ts + 1
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def put(self, message: Message) -> Message:
        """Add a message, or put another in the place of the one with the same time."""
        with self._changed:
            self._messages[message.channel][message.ts] = dataclasses.replace(message, blocks=self.with_ids(message.blocks))
            self.touch()
            return self._messages[message.channel][message.ts]

    def take_away(self, channel: str, ts: str) -> None:
        """Delete a message, if it is there."""
        with self._changed:
            self._messages[channel].pop(ts, None)
            self.touch()

    def message(self, channel: str, ts: str | None) -> Message | None:
        """One message."""
        return self._messages[channel].get(ts or "")

    def replies(self, channel: str, ts: str) -> list[Message]:
        """What everybody sees in a thread below its first message."""
        with self._changed:
            return [each for each in self._messages[channel].values() if each.thread_ts == ts and each.visible_to is None]

    def sees(self, user: str, channel: str) -> list[Message]:
        """What a person sees in a channel, threads and private messages included, oldest first."""
        with self._changed:
            if not self.is_member(user, channel):
                return []
            found = self._messages[channel].values()
            return sorted((m for m in found if m.visible_to in {None, user}), key=lambda message: message.ts)

    def seed(self, posts: Sequence[Post]) -> None:
        """Put a scene's posts in their channels, threads resolved."""
        placed: list[Message] = []
        for post in posts:
            ts = self.new_ts(self.clock() - post.minutes_ago * 60)
            root = None if post.thread is None else placed[post.thread].ts
            message = Message(ts, post.channel, post.author, post.text, post.blocks, post.attachments, thread_ts=root)
            placed.append(self.put(message))

    def tell(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> None:
        """A private notice of Slack itself, such as that an app did not answer."""
        self.put(Message(self.new_ts(), channel, SLACKBOT, text, thread_ts=thread_ts, visible_to=user))

    def with_ids(self, blocks: Sequence[Json]) -> tuple[Json, ...]:
        """Blocks with the ids that Slack gives where the bot gave none."""
        return tuple(self._with_id(block) for block in blocks)

    def _with_id(self, block: Json) -> Json:
        given: Json = {"block_id": f"b{next(self._numbers)}"} | block
        for key in ("accessory", "element"):
            if isinstance(given.get(key), dict) and given[key].get("type") != "image":
                given[key] = {"action_id": f"a{next(self._numbers)}"} | given[key]
        if given.get("type") == "actions":
            given["elements"] = [{"action_id": f"a{next(self._numbers)}"} | element for element in given["elements"]]
        return given | ({"child_blocks": list(self.with_ids(given["child_blocks"]))} if "child_blocks" in given else {})

    # Views

    def stack(self, user: str) -> list[View]:
        """A person's open modals, the one on top last."""
        with self._changed:
            return list(self._stacks[user])

    def set_stack(self, user: str, views: Sequence[View]) -> None:
        """Open, push, replace or close modals: what is now open for a person."""
        with self._changed:
            self._stacks[user] = list(views)
            self.touch()

    def view(self, view_id: str) -> View | None:
        """An open modal or a Home tab by its id."""
        with self._changed:
            views = [view for stack in self._stacks.values() for view in stack] + list(self.homes.values())
            return next((view for view in views if view.id == view_id), None)

    def make_view(self, user: str, content: Json, below: View | None = None) -> View:
        """A new view of a person, its blocks given ids."""
        view_id = f"V0{next(self._numbers):06d}"
        content = content | {"blocks": list(self.with_ids(content["blocks"]))}
        root = below.root_view_id if below else view_id
        return View(view_id, user, content, secrets.token_hex(6), root, below.id if below else None)

    def replace_view(self, view: View, content: Json | None = None, errors: Json | None = None) -> View:
        """A view with new content or new errors, in its place."""
        kept = view.content if content is None else content | {"blocks": list(self.with_ids(content["blocks"]))}
        fresh = dataclasses.replace(view, content=kept, errors=errors or {}, hash=secrets.token_hex(6))
        with self._changed:
            if self.homes.get(view.user, view).id == view.id and view.user in self.homes:
                self.homes[view.user] = fresh
            self._stacks[view.user] = [fresh if each.id == view.id else each for each in self._stacks[view.user]]
            self.touch()
        return fresh

    def set_home(self, user: str, content: Json) -> View:
        """Publish a person's Home tab."""
        fresh = self.make_view(user, content)
        with self._changed:
            before = self.homes.get(user)
            self.homes[user] = dataclasses.replace(fresh, id=before.id) if before else fresh
            self.touch()
            return self.homes[user]

    # People

    def is_member(self, user: str, channel: str) -> bool:
        """Whether a person or the bot is in a channel."""
        found = self.channels.get(channel)
        return found is not None and user in found.members

    def bot_is_in(self, channel: str) -> bool:
        """Whether the bot is in a channel."""
        return self.is_member(BOT_USER, channel)

    def set_locale(self, user: str, locale: str) -> None:
        """Change the language that a person has set in Slack, such as zh-CN."""
        with self._changed:
            self.people[user] = dataclasses.replace(self.people[user], locale=locale)
            self.touch()

    def set_deleted(self, user: str, *, deleted: bool) -> None:
        """Deactivate a person's account, or activate it again."""
        with self._changed:
            self.people[user] = dataclasses.replace(self.people[user], deleted=deleted)
            self.touch()

    # Records

    def breach(self, rule: str, detail: str, source: str) -> None:
        """Note a broken rule."""
        with self._changed:
            self.breaches.append(Breach(rule, detail, source))
            self.touch()

    def note_request(self, request: Request) -> None:
        """Note a payload sent to the bot and its acknowledgement."""
        with self._changed:
            self.requests.append(request)
            self.touch()

    def note_call(self, call: Call) -> None:
        """Note a call of the bot."""
        with self._changed:
            self.calls.append(call)
            self.touch()
