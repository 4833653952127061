"""A person who uses Slack: what they type, choose, click and submit reaches the bot as Slack would send it.

Scenario tests read as sentences with it, and the page's requests end here too.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.playground.slack import payloads
from bot.playground.slack.content import Refusal
from bot.playground.slack.delivery import Delivery
from bot.playground.slack.events import Events
from bot.playground.slack.inputs import Entry, action_of, find_element, missing_inputs, state_of
from bot.playground.slack.lifetimes import ResponseUrl
from bot.playground.slack.messages import Message, Request, View
from bot.playground.slack.payloads import Deed, Occasion
from bot.playground.slack.people import BOT_NAME, BOT_USER, Channel, Json, Person, direct_messages
from bot.playground.slack.response_urls import show
from bot.playground.slack.submissions import apply_answer
from bot.playground.slack.workspace import Workspace

_MODAL_TROUBLE: Final = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Actor:
    """One person at Slack's surface. Every method returns when the bot has acknowledged, or has failed to within 3 s."""

    user: str
    workspace: Workspace
    delivery: Delivery
    events: Events
    address: str
    command: str = "/requestlog"

    @property
    def person(self) -> Person:
        """What Slack knows of this person now."""
        return self.workspace.people[self.user]

    def arrives(self) -> None:
        """Open Slack anew: dialogs do not outlive the window that they stood in, and the bot is not told."""
        self.workspace.set_stack(self.user, [])

    # Typing

    def types(self, text: str, channel: str = "C0INCIDENT", thread: Message | None = None) -> Request | None:
        """Type into a channel's composer: a slash command goes to the bot, a mention too, all else is a plain message.

        Slack has no app's slash commands in threads: there the line is refused with a notice.
        """
        where = self._channel(channel)
        word, _, rest = text.strip().partition(" ")
        if not word.startswith("/"):
            return self.says(text, channel, thread)
        if thread is not None:
            self.workspace.tell(
                self.user, where.id, f"{word} is not supported in threads. Sorry!", thread.thread_ts or thread.ts
            )
            return None
        if word != self.command:
            self.workspace.tell(self.user, where.id, f"{word} is not a valid command.")
            return None
        occasion, place = self._occasion(where.id, typed=text)
        request = self.delivery.command(payloads.slash_command(self.person, where, word, rest.strip(), occasion))
        self._after(request, place, f"{word} failed with the error “{request.error}”")
        return request

    def says(self, text: str, channel: str = "C0INCIDENT", thread: Message | None = None) -> Request | None:
        """Post a message. ``@requestlog`` in it becomes a mention, which the bot is told of where it is a member."""
        where = self._channel(channel)
        text = text.replace(f"@{BOT_NAME}", f"<@{BOT_USER}>")
        root = None if thread is None else thread.thread_ts or thread.ts
        message = self.workspace.put(Message(self.workspace.new_ts(), where.id, self.user, text, thread_ts=root))
        linked = self.events.links(self.person, where, message)
        return self.events.mention(self.person, where, message) if f"<@{BOT_USER}>" in text else linked

    def mentions(self, text: str, channel: str = "C0INCIDENT", thread: Message | None = None) -> Request | None:
        """Post a message that mentions the bot, in a thread where one is given."""
        return self.says(f"<@{BOT_USER}> {text}", channel, thread)

    def deletes(self, message: Message) -> None:
        """Delete a message."""
        self.workspace.take_away(message.channel, message.ts)

    def reacts(self, message: Message, name: str = "mag_right") -> Request | None:
        """React to a message with an emoji. Raises ValueError for a private one: Slack takes no reactions there."""
        if message.visible_to is not None:
            reason = "Slack takes no reactions on private messages"
            raise ValueError(reason)
        where, pair = self._channel(message.channel), (name, self.user)
        if pair not in message.reactions:
            self.workspace.put(dataclasses.replace(message, reactions=(*message.reactions, pair)))
        return self.events.reaction(self.person, where, message, name)

    # Shortcuts and the Home tab

    def chooses_shortcut(self, callback_id: str, message: Message) -> Request:
        """Choose a shortcut from a message's menu. Raises ValueError for a private message: Slack offers none there."""
        if message.visible_to is not None:
            reason = "Slack offers no shortcuts on private messages"
            raise ValueError(reason)
        occasion, place = self._occasion(message.channel, thread_ts=message.thread_ts)
        where = self._channel(message.channel)
        return self._tell(payloads.message_shortcut(self.person, where, callback_id, message, occasion), place)

    def global_shortcut(self, callback_id: str) -> Request:
        """Choose a global shortcut."""
        occasion, place = self._occasion(direct_messages(self.person).id)
        return self._tell(payloads.global_shortcut(self.person, callback_id, occasion), place)

    def opens_home(self) -> Request:
        """Open the bot's Home tab."""
        return self.events.home_opened(self.person, self.workspace.homes.get(self.user))

    # Clicks and modals

    def clicks(
        self,
        target: Message | View,
        action_id: str,
        value: Entry = None,
        entries: Mapping[str, Entry] | None = None,
        block_id: str | None = None,
    ) -> Request:
        """Press a button or choose in a menu of a message, modal or Home tab.

        ``value`` is the option chosen, or with ``block_id`` tells elements of one action id apart; ``entries`` is what else
        was filled in, by action id. Raises LookupError when nothing there has the action id.
        """
        unfurled = next((each for each in _unfurls(target) if action_id in str(each["blocks"])), None)
        blocks = target.blocks if unfurled is None else unfurled["blocks"]
        block_id, element = find_element(blocks, action_id, value if isinstance(value, str) else None, block_id)
        values = state_of(
            blocks, {**(entries or {}), **({} if element["type"] == "button" else {f"{block_id}.{action_id}": value})}
        )
        deed = Deed(action_of(block_id, element, value), values)
        if isinstance(target, View):
            return self._clicks_in_view(target, deed)
        occasion, place = self._occasion(target.channel, ts=target.ts, thread_ts=target.thread_ts)
        where = self._channel(target.channel)
        address = None if unfurled is None else str(unfurled["app_unfurl_url"])
        return self._tell(payloads.message_action(self.person, where, target, deed, occasion, unfurled=address), place)

    def submits(self, view: View, entries: Mapping[str, Entry] | None = None) -> Request | None:
        """Send a modal off, its inputs filled by action id. None when Slack itself asks for a missing answer first."""
        values = state_of(view.blocks, entries or {})
        if missing := missing_inputs(view.blocks, values):
            self.workspace.replace_view(view, errors=missing)
            return None
        occasion, _ = self._occasion(direct_messages(self.person).id, opened_from=view.id)
        urls = self._response_urls(view, values)
        request = self.delivery.interaction(payloads.view_submission(self.person, view, values, urls, occasion))
        if request.error is not None:
            self.workspace.replace_view(view, errors={"": _MODAL_TROUBLE})
        else:
            apply_answer(self.workspace, view, request.answer)
        return request

    def closes(self, view: View, *, all_of_them: bool = False) -> Request | None:
        """Close a modal, or the whole stack. The bot hears of it where it asked to."""
        left = [] if all_of_them else [each for each in self.workspace.stack(self.user) if each.id != view.id]
        self.workspace.set_stack(self.user, left)
        if not view.content.get("notify_on_close"):
            return None
        return self.delivery.interaction(payloads.view_closed(self.person, view, cleared=all_of_them))

    def _clicks_in_view(self, view: View, deed: Deed) -> Request:
        occasion, place = self._occasion(direct_messages(self.person).id, opened_from=view.id)
        return self._tell(payloads.view_action(self.person, view, deed, occasion), place)

    def _response_urls(self, view: View, values: Json) -> list[Json]:
        urls = []
        for block in view.blocks:
            element = block.get("element", {})
            if not element.get("response_url_enabled"):
                continue
            chosen = values[block["block_id"]][element["action_id"]]
            channel = chosen.get("selected_conversation") or chosen.get("selected_channel")
            place = self.workspace.lifetimes.issue_response_url(self.user, str(channel))
            where = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel}
            urls.append(where | {"response_url": f"{self.address}/response/{place.token}"})
        return urls

    def _channel(self, channel: str) -> Channel:
        """The channel, if this person may write there. Raises LookupError."""
        if not self.workspace.is_member(self.user, channel):
            reason = f"{self.user} is not in {channel}"
            raise LookupError(reason)
        return self.workspace.channels[channel]

    def _occasion(
        self,
        channel: str,
        *,
        ts: str | None = None,
        thread_ts: str | None = None,
        typed: str | None = None,
        opened_from: str | None = None,
    ) -> tuple[Occasion, ResponseUrl]:
        lifetimes = self.workspace.lifetimes
        trigger = lifetimes.issue_trigger(self.user, opened_from)
        place = lifetimes.issue_response_url(self.user, channel, ts=ts, thread_ts=thread_ts, typed=typed)
        return Occasion(trigger, f"{self.address}/response/{place.token}", self.workspace.new_ts()), place

    def _tell(self, payload: Json, place: ResponseUrl) -> Request:
        request = self.delivery.interaction(payload)
        if request.error is not None:
            notice = f"That did not work: the app failed with the error “{request.error}”"
            self.workspace.tell(self.user, place.channel, notice, place.thread_ts)
        return request

    def _after(self, request: Request, place: ResponseUrl, failure: str) -> None:
        """What the acknowledgement of a slash command shows: an answer of its own, nothing, or a failure."""
        answer = request.answer
        if request.error is not None:
            self.workspace.tell(self.user, place.channel, failure)
        elif answer.get("text") or answer.get("blocks"):
            try:
                show(self.workspace, dataclasses.replace(place, ts=None), answer, "acknowledgement")
            except Refusal as refusal:
                self.workspace.tell(self.user, place.channel, f"{self.command} failed with the error “{refusal.code}”")


def _unfurls(target: Message | View) -> list[Json]:
    """What apps put under the links of a message."""
    return [each for each in target.attachments if "app_unfurl_url" in each] if isinstance(target, Message) else []
