"""Socket Mode with Slack's own framework at the other end, and no branch for the stand-in in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.slack import SlackStandIn


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as slack:
        app = App(client=WebClient(slack.bot_token, base_url=slack.api_url), process_before_response=False)

        @app.command("/requestlog")
        def command(ack: Ack, respond: Respond, body: dict[str, Any]) -> None:
            ack()
            respond(f"you typed {body['text']}")

        @app.event("app_mention")
        def mention(event: dict[str, Any], client: WebClient) -> None:
            thread = event.get("thread_ts")
            client.chat_postEphemeral(channel=event["channel"], user=event["user"], text="I am here", thread_ts=thread)

        handler: Any = SocketModeHandler(app, slack.app_token)
        handler.connect()
        slack.wait_for(lambda: slack.sockets.connected)
        yield slack
        handler.close()


def test_a_command_is_answered_over_the_websocket(slack: SlackStandIn) -> None:
    slack.user("U0ALICE").types("/requestlog hello")
    slack.wait_for(lambda: any(message.text == "you typed hello" for message in slack.answers("U0ALICE")))
    assert slack.requests[-1].transport == "socket"
    assert slack.requests[-1].error is None


def test_a_mention_is_answered_in_its_thread(slack: SlackStandIn) -> None:
    root = slack.sees("U0BOB")[0]
    slack.user("U0BOB").mentions("hello", thread=root)
    slack.wait_for(lambda: any(message.text == "I am here" for message in slack.answers("U0BOB")))
    assert slack.answers("U0BOB")[-1].thread_ts == root.ts


def test_an_unhandled_payload_is_not_acknowledged_and_that_is_a_breach() -> None:
    with SlackStandIn(ack_seconds=0.3) as slack:
        handler: Any = SocketModeHandler(App(client=WebClient(slack.bot_token, base_url=slack.api_url)), slack.app_token)
        handler.connect()
        slack.wait_for(lambda: slack.sockets.connected)
        slack.user("U0ALICE").types("/requestlog hello")
        handler.close()
        assert [breach.rule for breach in slack.breaches] == ["late_acknowledgement"]


def test_only_the_app_token_opens_a_connection(slack: SlackStandIn) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        WebClient(slack.bot_token, base_url=slack.api_url).apps_connections_open(app_token=slack.bot_token)
