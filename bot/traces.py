"""Traces: a span a station of a command, sent by OpenTelemetry to where OTEL_EXPORTER_OTLP_ENDPOINT says.

Off without an endpoint, or without the extra ``traces``. A command's trace has the command's own id, so its stations find
together over threads, restarts and replicas; the parent of the first ones is Slack, which sends no span. Attributes are words
of ours and names of operations, never a text of a person, an id of theirs, an address or a secret; of an error its class.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import structlog

_LOG: Final = structlog.get_logger("bot.traces")
_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_LAST_ONES_S: Final = 2.0
#: An error's text may hold what people wrote.
_NO_TEXT: Final = {"record_exception": False, "set_status_on_exception": False}
_64_BITS: Final = (1 << 64) - 1

R = TypeVar("R")
Note = Callable[[str, str], None]


class Traces:
    """The traces of this process. A library's types stand nowhere here, for it may not be installed."""

    def __init__(self) -> None:
        self._api: Any = None
        self._provider: Any = None

    def open(self, environment: Mapping[str, str]) -> None:
        """Send spans from now on, if the environment says where to; OpenTelemetry reads the rest of it by itself."""
        if not any(environment.get(name) for name in _ENDPOINTS):
            return
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError:
            _LOG.warning("traces_off", meaning="Install requestlog-bot with its extra: requestlog-bot[traces].")
            return
        self.send_to(BatchSpanProcessor(OTLPSpanExporter()), environment.get("OTEL_SERVICE_NAME") or "requestlog")

    def send_to(self, processor: object, service: str = "requestlog") -> None:
        """Hand spans to a processor of OpenTelemetry's; None for nobody."""
        from opentelemetry import trace
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        self._provider = TracerProvider(resource=Resource.create({"service.name": service}))
        self._provider.add_span_processor(processor)
        self._api = trace

    def close(self) -> None:
        """Send what waits, for two seconds at most, and no more from now on."""
        provider, self._provider, self._api = self._provider, None, None
        if provider is not None:
            last = threading.Thread(target=provider.shutdown, name="traces-end", daemon=True)
            last.start()
            last.join(_LAST_ONES_S)

    @contextmanager
    def span(self, name: str, command_id: str = "", **words: str) -> Iterator[Note]:
        """A station, under the one around it, else under the command's own trace; what is given notes one more word."""
        if self._provider is None:
            yield _nothing
            return
        tracer = self._provider.get_tracer("requestlog")
        above = self._of_command(command_id) if command_id else None
        with tracer.start_as_current_span(name, above, attributes=words, **_NO_TEXT) as span:
            try:
                yield span.set_attribute
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                raise

    def carried(self, work: Callable[..., R]) -> Callable[..., R]:
        """The same work for another thread, where its spans stand under the one of here."""
        if self._provider is None:
            return work
        api, here = self._api, self._api.get_current_span()

        def under(*arguments: object) -> R:
            with api.use_span(here, **_NO_TEXT):
                return work(*arguments)

        return under

    def _of_command(self, command_id: str) -> object:
        number = int(command_id, 16)
        slack = self._api.SpanContext(number, number & _64_BITS, is_remote=True, trace_flags=self._api.TraceFlags(1))
        return self._api.set_span_in_context(self._api.NonRecordingSpan(slack))


def _nothing(_name: str, _word: str) -> None:
    pass


TRACES: Final = Traces()
