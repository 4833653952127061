"""Delivery against the Slack stand-in: another way when one is closed, never twice, and a reason when none is open."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.app.services import web_client
from bot.blocks.kit import Message, header, line, message, piece, titled
from bot.delivery import AwayError, Delivery, Target, UndeliverableError, Unsent, anybody
from bot.delivery.redirects import StraightWebClient
from bot.playground.slack import SlackStandIn
from bot.settings import Environment, read_settings

ANSWER = titled("An answer", "body", "en")
ANTWORT = Message("一个答复", ANSWER.blocks)


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as standin:
        yield standin


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def delivery(slack: SlackStandIn, pauses: list[float]) -> Delivery:
    web = StraightWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    return Delivery(web, response_hosts=("127.0.0.1",), sleep=pauses.append)


def last(slack: SlackStandIn, user: str, channel: str) -> str:
    seen = slack.sees(user, channel)
    return seen[-1].text + json.dumps(seen[-1].blocks, ensure_ascii=False) if seen else ""


def test_an_answer_goes_back_to_the_channel_for_one_pair_of_eyes(slack: SlackStandIn, delivery: Delivery) -> None:
    delivery.privately(ANSWER, Target("U0ALICE", "C0INCIDENT"))
    assert "An answer" in last(slack, "U0ALICE", "C0INCIDENT")
    assert "An answer" not in last(slack, "U0BOB", "C0INCIDENT")


@pytest.mark.parametrize(("sent", "said"), [(ANSWER, "cannot see that conversation"), (ANTWORT, "看不到那个会话")])
def test_where_the_bot_is_no_member_the_answer_comes_by_direct_message(
    slack: SlackStandIn, delivery: Delivery, sent: Message, said: str
) -> None:
    before = len(slack.calls)
    delivery.privately(sent, Target("U0ALICE", "G0PRIVATE"))
    assert [call.method for call in slack.calls[before:]] == ["chat.postEphemeral", "chat.postMessage"]
    assert said in json.dumps(slack.calls[-1].arguments, ensure_ascii=False)


def test_a_short_throttling_is_waited_for(slack: SlackStandIn, delivery: Delivery, pauses: list[float]) -> None:
    slack.rate_limit("chat.postEphemeral", retry_after_s=2, times=1)
    delivery.privately(ANSWER, Target("U0ALICE", "C0INCIDENT"))
    assert pauses == [2.0]
    assert "An answer" in last(slack, "U0ALICE", "C0INCIDENT")


def test_a_long_throttling_leaves_the_answer_to_later_and_slack_alone_meanwhile(
    slack: SlackStandIn, delivery: Delivery, pauses: list[float]
) -> None:
    slack.rate_limit("chat.postEphemeral", retry_after_s=30, times=1)
    before = len(slack.calls)
    for _ in range(20):
        with pytest.raises(AwayError) as caught:
            delivery.privately(ANSWER, Target("U0ALICE", "C0INCIDENT"))
        assert 25 < caught.value.retry_after <= 30
        assert caught.value.unsent == Unsent(ANSWER.text, ANSWER.blocks, Target("U0ALICE", "C0INCIDENT"))
    assert (len(slack.calls) - before, pauses) == (1, [])


def test_an_answer_that_may_be_a_repetition_says_so(slack: SlackStandIn, delivery: Delivery) -> None:
    delivery.claiming(anybody, repeated=True).privately(ANSWER, Target("U0ALICE", "C0INCIDENT"))
    assert "You may have this answer already" in last(slack, "U0ALICE", "C0INCIDENT")


def test_a_reason_stays_when_no_way_is_open(slack: SlackStandIn, delivery: Delivery) -> None:
    slack.refuse("chat.postMessage", "account_inactive")
    with pytest.raises(UndeliverableError) as caught:
        delivery.privately(ANSWER, Target("U0ALICE"))
    assert caught.value.reason == "account_inactive"


def test_blocks_that_slack_refuses_leave_the_words(slack: SlackStandIn, delivery: Delivery) -> None:
    broken = Message("The words", [{"type": "nonsense"}])
    delivery.privately(broken, Target("U0ALICE", "C0INCIDENT"))
    assert "The words" in last(slack, "U0ALICE", "C0INCIDENT")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/response/1",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/",
        "https://u@127.0.0.1/",
        "ftp://127.0.0.1/",
        "https://[bad",
    ],
)
def test_a_response_url_elsewhere_is_never_posted_to(slack: SlackStandIn, delivery: Delivery, url: str) -> None:
    delivery.privately(ANSWER, Target("U0ALICE", "C0INCIDENT", response_url=url))
    assert "An answer" in last(slack, "U0ALICE", "C0INCIDENT")


def test_after_a_lost_answer_nothing_is_sent_at_once_by_another_way() -> None:
    """The server reads the request and drops the line: the message may be there, so no second copy goes out."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken: list[bytes] = []

        def drop() -> None:
            while True:
                try:
                    line_, _ = listening.accept()
                except OSError:
                    return
                with line_:
                    taken.append(line_.recv(65536))

        threading.Thread(target=drop, daemon=True).start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        web = StraightWebClient(token="xoxb-1", base_url=f"{address}/api/", retry_handlers=[])
        delivery = Delivery(web, response_hosts=("127.0.0.1",), sleep=lambda _: None)
        with pytest.raises(AwayError, match="lost_receipt") as caught:
            delivery.privately(ANSWER, Target("U0ALICE", "C1", response_url=f"{address}/response/1"))
        assert caught.value.unsent is not None
        assert caught.value.unsent.lost
        assert len(taken) == 1
        listening.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server that sends every request on to another address of its own; its base and the requests that it got."""
    got: list[str] = []

    class Redirecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(f"POST {self.path}")
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(302)
            self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            got.append(f"GET {self.path}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Redirecting) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", got
        server.shutdown()


def test_no_redirect_is_followed_neither_with_the_token_nor_from_a_response_url(elsewhere: tuple[str, list[str]]) -> None:
    """A redirect would carry the bot's token, or what was found, to whoever is named in it."""
    base, got = elsewhere
    environment = Environment({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}api/", "SLACK_SIGNING_SECRET": "s"})
    delivery = Delivery(web_client(read_settings(environment)), response_hosts=("127.0.0.1",), sleep=lambda _s: None)
    with pytest.raises(UndeliverableError) as refusal:
        delivery.privately(ANSWER, Target("U0ALICE", "C0INCIDENT", response_url=f"{base}hook"))
    assert got == ["POST /hook", "POST /api/chat.postEphemeral", "POST /api/chat.postMessage"]
    assert refusal.value.reason == "http_302"


def test_answers_share_a_connection() -> None:
    """A connection each would cost a TLS handshake each."""
    met: set[int] = set()

    class Kept(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            met.add(self.client_address[1])
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Kept) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        web = StraightWebClient(token="xoxb-1", base_url=f"{address}/api/", retry_handlers=[])
        delivery = Delivery(web, response_hosts=("127.0.0.1",), sleep=lambda _: None)
        for number in range(3):
            delivery.privately(ANSWER, Target("U0ALICE", "C1", response_url=f"{address}/response/{number}"))
        web.close()
        server.shutdown()
    assert len(met) == 1


NEWER = message(
    "The answer",
    "en",
    header("The answer"),
    piece(9, line("A fact of the call"), folded=True),
    fold=("All facts", ""),
)


def refusals(slack: SlackStandIn) -> int:
    return sum(call.error == "invalid_blocks" for call in slack.calls)


def test_where_slack_takes_no_newer_blocks_plainer_ones_stand_in_and_no_answer_pays_twice(slack: SlackStandIn) -> None:
    now = 0.0
    web = StraightWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    delivery = Delivery(web, response_hosts=("127.0.0.1",), sleep=lambda _: None, clock=lambda: now)
    slack.take_no_newer_blocks()
    targets = (Target("U0ALICE", "C0INCIDENT", team="T1"), Target("U0BOB", "C0INCIDENT", team="T1"))
    for target in targets:
        delivery.privately(NEWER, target)
        assert "A fact of the call" in last(slack, target.user, "C0INCIDENT")
        assert "container" not in last(slack, target.user, "C0INCIDENT")
    delivery.publicly(NEWER, targets[0])
    assert refusals(slack) == 1
    delivery.privately(NEWER, Target("U0ALICE", "C0INCIDENT", team="T2"))
    assert refusals(slack) == 2
    now = 3601.0
    slack.take_no_newer_blocks(refused=False)
    delivery.privately(NEWER, targets[0])
    assert "container" in last(slack, "U0ALICE", "C0INCIDENT")
    assert slack.breaches == []
