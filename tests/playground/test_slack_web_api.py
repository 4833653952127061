"""The Web API of the stand-in, spoken to by Slack's official client."""

import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.slack import SlackStandIn, View
from tests.playground.echo import Answer, Clock, EchoBot

Json = dict[str, Any]
MODAL: Json = {"type": "modal", "title": {"type": "plain_text", "text": "Explain"}, "blocks": [{"type": "divider"}]}
FORM: Json = {
    "type": "modal",
    "callback_id": "look_up",
    "title": {"type": "plain_text", "text": "Look up"},
    "submit": {"type": "plain_text", "text": "Look up"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "ids",
            "label": {"type": "plain_text", "text": "RequestId"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "mask",
            "optional": True,
            "label": {"type": "plain_text", "text": "Mask"},
            "element": {
                "type": "checkboxes",
                "action_id": "classes",
                "options": [{"text": {"type": "plain_text", "text": each}, "value": each} for each in ("names", "addresses")],
            },
        },
    ],
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot() -> Iterator[EchoBot]:
    with EchoBot() as bot:
        yield bot


@pytest.fixture
def slack(bot: EchoBot, clock: Clock) -> Iterator[SlackStandIn]:
    with SlackStandIn(bot_url=bot.url, clock=clock) as slack:
        yield slack


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url)


def error_of(call: Callable[..., object], **arguments: object) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def trigger(slack: SlackStandIn, bot: EchoBot) -> str:
    slack.user("U0ALICE").global_shortcut("look_up_requestid")
    return str(bot.heard[-1].payload["trigger_id"])


def opened(slack: SlackStandIn, bot: EchoBot, client: WebClient, view: Json = FORM) -> View:
    client.views_open(trigger_id=trigger(slack, bot), view=view)
    shown = slack.modal("U0ALICE")
    assert shown is not None
    return shown


def test_who_am_i(client: WebClient) -> None:
    assert client.auth_test()["user_id"] == "U0REQLOGBOT"


def test_a_wrong_token_is_refused(slack: SlackStandIn) -> None:
    assert error_of(WebClient("xoxb-other", base_url=slack.api_url).auth_test) == "invalid_auth"


def test_an_unknown_method_is_a_breach(slack: SlackStandIn, client: WebClient) -> None:
    assert error_of(client.api_call, api_method="chat.shout") == "unknown_method"
    assert [breach.rule for breach in slack.breaches] == ["unknown_method"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0PUBLIC", "not_in_channel"),
        ("G0PRIVATE", "channel_not_found"),
        ("C0ARCHIVED", "is_archived"),
        ("C9", "channel_not_found"),
    ],
)
def test_where_the_bot_may_not_write(client: WebClient, channel: str, error: str) -> None:
    assert error_of(client.chat_postMessage, channel=channel, text="x") == error


def test_a_post_an_update_and_a_deletion(slack: SlackStandIn, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0INCIDENT", text="one")["ts"]
    client.chat_update(channel="C0INCIDENT", ts=ts, text="two")
    assert slack.answers("U0BOB")[-1].text == "two"
    client.chat_delete(channel="C0INCIDENT", ts=ts)
    assert slack.answers("U0BOB") == []


def test_a_private_post_in_a_thread(slack: SlackStandIn, client: WebClient) -> None:
    root = slack.sees("U0ALICE")[0]
    client.chat_postEphemeral(channel="C0INCIDENT", user="U0ALICE", text="psst", thread_ts=root.ts)
    assert slack.answers("U0ALICE")[-1].thread_ts == root.ts
    assert slack.answers("U0BOB") == []
    assert error_of(client.chat_postEphemeral, channel="C0INCIDENT", user="U0PARTNER", text="x") == "user_not_in_channel"


def test_a_person_s_id_stands_for_the_direct_messages(slack: SlackStandIn, client: WebClient) -> None:
    client.chat_postMessage(channel="U0BOB", text="hello")
    assert slack.answers("U0BOB", "D0BOB")[-1].text == "hello"


def test_an_empty_post_is_refused(client: WebClient) -> None:
    assert error_of(client.api_call, api_method="chat.postMessage", json={"channel": "C0INCIDENT", "text": ""}) == "no_text"


@pytest.mark.parametrize(("more", "rule"), [({"link_names": True}, "link_names"), ({"parse": "full"}, "parse_full")])
def test_what_makes_foreign_text_live_is_a_breach(slack: SlackStandIn, client: WebClient, more: Json, rule: str) -> None:
    client.chat_postMessage(channel="C0INCIDENT", text="x", **more)
    assert [breach.rule for breach in slack.breaches] == [rule]


def test_scopes(bot: EchoBot) -> None:
    with SlackStandIn(bot_url=bot.url, scopes=("commands",)) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        with pytest.raises(SlackApiError) as refused:
            client.users_info(user="U0ALICE")
    assert (refused.value.response["error"], refused.value.response["needed"]) == ("missing_scope", "users:read")


def test_the_locale_is_told_when_asked_for(slack: SlackStandIn, client: WebClient) -> None:
    slack.workspace.set_locale("U0ALICE", "zh-CN")
    assert "locale" not in client.users_info(user="U0ALICE")["user"]
    assert client.users_info(user="U0ALICE", include_locale=True)["user"]["locale"] == "zh-CN"


def test_rate_limits_on_demand(slack: SlackStandIn, client: WebClient) -> None:
    slack.rate_limit("chat.postMessage", retry_after_s=7)
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0INCIDENT", text="x")
    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "7")
    assert client.chat_postMessage(channel="C0INCIDENT", text="x")["ok"]


def test_a_trigger_opens_one_modal(slack: SlackStandIn, bot: EchoBot, client: WebClient) -> None:
    once = trigger(slack, bot)
    client.views_open(trigger_id=once, view=MODAL)
    assert error_of(client.views_open, trigger_id=once, view=MODAL) == "trigger_exchanged"


def test_a_trigger_lives_three_seconds(slack: SlackStandIn, bot: EchoBot, client: WebClient, clock: Clock) -> None:
    late = trigger(slack, bot)
    clock.ahead = 3.1
    assert error_of(client.views_open, trigger_id=late, view=MODAL) == "trigger_expired"


def test_a_bad_view_is_refused_with_a_pointer(slack: SlackStandIn, bot: EchoBot, client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id=trigger(slack, bot), view=MODAL | {"blocks": [{"type": "section"}]})
    assert "[json-pointer:/view/blocks/0]" in refused.value.response["response_metadata"]["messages"][0]


def test_three_modals_are_the_most(slack: SlackStandIn, bot: EchoBot, client: WebClient) -> None:
    opened(slack, bot, client, MODAL)
    client.views_push(trigger_id=trigger(slack, bot), view=MODAL)
    client.views_push(trigger_id=trigger(slack, bot), view=MODAL)
    assert error_of(client.views_push, trigger_id=trigger(slack, bot), view=MODAL) == "push_limit_reached"


def test_an_update_with_an_old_hash_is_refused(slack: SlackStandIn, bot: EchoBot, client: WebClient) -> None:
    view = opened(slack, bot, client, MODAL)
    client.views_update(view_id=view.id, view=FORM, hash=view.hash)
    assert error_of(client.views_update, view_id=view.id, view=FORM, hash=view.hash) == "hash_conflict"


def test_a_closed_modal_cannot_be_updated(slack: SlackStandIn, bot: EchoBot, client: WebClient) -> None:
    view = opened(slack, bot, client)
    slack.user("U0ALICE").closes(view)
    assert bot.heard[-1].payload["type"] == "view_closed"
    assert error_of(client.views_update, view_id=view.id, view=FORM) == "not_found"


def test_a_submission_carries_what_was_entered(slack: SlackStandIn, bot: EchoBot, client: WebClient) -> None:
    slack.user("U0ALICE").submits(opened(slack, bot, client), {"text": "an id", "classes": ["names"]})
    values = bot.heard[-1].payload["view"]["state"]["values"]
    assert values["ids"]["text"]["value"] == "an id"
    assert [option["value"] for option in values["mask"]["classes"]["selected_options"]] == ["names"]
    assert slack.modal("U0ALICE") is None


def test_slack_itself_asks_for_what_is_missing(slack: SlackStandIn, bot: EchoBot, client: WebClient) -> None:
    assert slack.user("U0ALICE").submits(opened(slack, bot, client)) is None
    view = slack.modal("U0ALICE")
    assert view is not None
    assert view.errors.keys() == {"ids"}


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": MODAL}, ["Explain"]),
        ({"response_action": "push", "view": MODAL}, ["Look up", "Explain"]),
        ({"response_action": "errors", "errors": {"ids": "No RequestId."}}, ["Look up"]),
    ],
)
def test_what_the_acknowledgement_of_a_submission_does(
    slack: SlackStandIn, bot: EchoBot, client: WebClient, answer: Json, titles: list[str]
) -> None:
    view = opened(slack, bot, client)
    bot.answer = lambda _payload: Answer(answer)
    slack.user("U0ALICE").submits(view, {"text": "x"})
    assert [each.title for each in slack.workspace.stack("U0ALICE")] == titles
    assert slack.breaches == []


def test_an_error_for_no_input_is_a_breach(slack: SlackStandIn, bot: EchoBot, client: WebClient) -> None:
    view = opened(slack, bot, client)
    bot.answer = lambda _payload: Answer({"response_action": "errors", "errors": {"idz": "No RequestId."}})
    slack.user("U0ALICE").submits(view, {"text": "x"})
    assert [breach.rule for breach in slack.breaches] == ["unknown_block_id"]


def test_the_home_tab(slack: SlackStandIn, bot: EchoBot, client: WebClient) -> None:
    client.views_publish(user_id="U0ALICE", view={"type": "home", "blocks": [{"type": "divider"}]})
    slack.user("U0ALICE").opens_home()
    assert bot.heard[-1].payload["event"]["view"]["type"] == "home"
    assert error_of(client.views_publish, user_id="U0ALICE", view=MODAL) == "invalid_arguments"


def test_a_file_is_uploaded_to_a_thread(slack: SlackStandIn, client: WebClient) -> None:
    root = slack.sees("U0ALICE")[0]
    client.files_upload_v2(content="# post-mortem", filename="a.md", channel="C0INCIDENT", thread_ts=root.ts)
    message = slack.answers("U0ALICE")[-1]
    assert (message.thread_ts, message.files[0]["name"]) == (root.ts, "a.md")
    assert slack.workspace.files[message.files[0]["id"]]["content"] == b"# post-mortem"
    assert error_of(client.files_upload_v2, content="x", filename="a.md", channel="C0PUBLIC") == "not_in_channel"


@pytest.mark.parametrize(("name", "value"), [("Origin", "https://evil.example"), ("Host", "evil.example")])
@pytest.mark.parametrize("path", ["api/auth.test", "response/x", "upload/F1", "page/texts"])
def test_no_foreign_page_and_no_rebound_name_reaches_any_route(path: str, name: str, value: str) -> None:
    """A page in the same browser may send requests to loopback; its Origin or its Host gives it away."""
    with SlackStandIn() as slack:
        request = urllib.request.Request(f"{slack.url}/{path}", b"", {name: value})
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(request)
        refused.value.close()
    assert refused.value.code == 403
