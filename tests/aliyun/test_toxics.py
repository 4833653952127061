"""What a hostile or broken network does while a request goes out, and a storm of random faults."""

import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, DeadlineError, StrangeAnswerError, ThrottledError
from bot.aliyun.exchange import is_readable
from bot.aliyun.transport import Transport
from tests.aliyun.asking import ALICE, LOG, ask, client_of
from tests.aliyun.servers import Heard, drips, hangs, http, resets, says, says_and_leaves, serving

GOOD = http(200, LOG)
LONG = "A" * 30_000_000


def test_a_server_that_does_not_read_is_left_at_the_deadline(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = client_of(transport, f"http://127.0.0.1:{listener.getsockname()[1]}")
        deadline = Deadline.after(3)  # signing that much takes its time too
        with pytest.raises(DeadlineError) as caught:
            client.decode_diagnostic_message(LONG, credential=ALICE, deadline=deadline)
        assert caught.value.reason == "send"
    assert transport.open_connections == 0


def test_what_a_server_says_before_it_hangs_up_on_a_long_request_is_heard(transport: Transport) -> None:
    told = http(400, {"Code": "Throttling"}, x_acs_retry_after="60000")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer_early() -> None:
            connection, _ = listener.accept()
            connection.sendall(told)
            connection.shutdown(socket.SHUT_RDWR)
            # Read on, so that the answer is not lost to a reset.
            while connection.recv(1 << 20):
                pass
            connection.close()

        thread = threading.Thread(target=answer_early)
        thread.start()
        client = client_of(transport, f"http://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(ThrottledError):
            client.decode_diagnostic_message(LONG, credential=ALICE, deadline=Deadline.after(10))
        thread.join()


def test_a_flood_of_interim_answers_is_not_read_for_ever(transport: Transport) -> None:
    with serving(b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000) as server:
        with pytest.raises(StrangeAnswerError) as caught:
            ask(client_of(transport, server.url))
        assert caught.value.reason == "too_large"


def test_a_closed_socket_counts_as_readable() -> None:
    connection = socket.socket()
    connection.close()
    assert is_readable(connection)


# A call whose end waits for a peer is late by all that the peer takes, at least this long.
LATE_S = 5

TOXICS: list[Callable[[random.Random], Callable[[socket.socket, Heard], None]]] = [
    lambda _: says(GOOD),
    lambda _: hangs,
    lambda _: resets,
    lambda rng: drips(GOOD, rng.randrange(len(GOOD))),
    lambda rng: says_and_leaves(GOOD[: rng.randrange(len(GOOD))]),
    lambda rng: says_and_leaves(rng.randbytes(rng.randrange(300))),
    lambda rng: says(http(rng.choice([400, 403, 404, 429, 500, 502, 503, 302, 204]), rng.randbytes(20))),
    lambda rng: says(http(400, {"Code": "Throttling"}, x_acs_retry_after=str(rng.randrange(1000)))),
]


def test_a_storm_of_random_faults_ends_every_call_in_time(transport: Transport) -> None:
    rng = random.Random(20261121)
    scripts = [rng.choice(TOXICS)(rng) for _ in range(400)]
    late: list[float] = []

    def work(totals: list[float]) -> None:
        for total in totals:
            began = time.monotonic()
            with suppress(AliyunError):
                ask(client, total)
            if time.monotonic() - began > total + LATE_S:
                late.append(total)

    with serving(*scripts) as server:
        client = client_of(transport, server.url)
        threads = [threading.Thread(target=work, args=([rng.uniform(0.01, 0.3) for _ in range(15)],)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert late == []
    assert transport.open_connections <= 8
