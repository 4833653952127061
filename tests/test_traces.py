"""Spans of a command as an official receiver reads them: a trace a command, and nothing that a person wrote."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot.playground.alibaba import case
from bot.traces import TRACES
from tests.installation import Installation, until

CANARY = "canary-4711"


class Receiver(BaseHTTPRequestHandler):
    """Takes what OpenTelemetry's exporter sends."""

    received: list[bytes]

    def do_POST(self) -> None:
        self.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200 if self.path == "/v1/traces" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    Receiver.received = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", Receiver.received
        server.shutdown()


def spans(received: list[bytes]) -> list[Span]:
    requests = [ExportTraceServiceRequest.FromString(body) for body in received]
    return [span for each in requests for found in each.resource_spans for scope in found.scope_spans for span in scope.spans]


def test_a_command_is_one_trace_of_all_its_stations_and_nothing_of_it_is_what_a_person_wrote() -> None:
    with receiver() as (endpoint, received), Installation() as here:
        process = here.serve(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_BSP_SCHEDULE_DELAY="100")
        asked = case("denied-implicit").request_id
        here.slack.user("U0ALICE").types(f"/requestlog {asked} {CANARY}")
        until(here.answers)
        # What was sent before the end is not lost with it.
        assert process.end()[0] == 0, process.said()
    names = {span.name for span in spans(received)}
    assert names >= {"take in", "answer", "look up", "upstream", "explain", "slack"}
    answer = next(span for span in spans(received) if span.name == "answer")
    taken = [span for span in spans(received) if span.trace_id == answer.trace_id]
    assert {span.name for span in taken} >= {"take in", "answer", "look up", "upstream", "explain", "slack"}
    look_up = next(span for span in taken if span.name == "look up")
    assert look_up.parent_span_id == answer.span_id
    own = next(span for span in taken if span.name == "upstream")
    assert own.parent_span_id == look_up.span_id
    assert {each.key: each.value.string_value for each in own.attributes} == {
        "operation": "GetOwnRequestLog",
        "result": "answered",
    }
    sent = b"".join(received)
    for secret in (CANARY, asked, "U0ALICE", "standin-secret", "LTAI5t", "xoxb", str(here.folder), "127.0.0.1"):
        assert secret.encode() not in sent


def test_without_an_endpoint_a_station_is_nothing() -> None:
    TRACES.open({})
    with TRACES.span("look up") as note:
        note("result", "found")
    assert TRACES.carried(len) is len
