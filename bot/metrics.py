"""What an operator sees at ``/metrics``. Labels are words of ours and of Slack's, never ids, and of each only so many."""

import platform
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.aliyun.cache import SharedCache
from bot.aliyun.caller import Sender
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError
from bot.aliyun.protocol import HttpAnswer
from bot.aliyun.signing import Request
from bot.traces import TRACES

try:
    VERSION = version("requestlog-bot")
except PackageNotFoundError:
    VERSION = "source"
MOST_WORDS: Final = 60
_ACKNOWLEDGED: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
_ANSWERED: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 86400.0)
_UPSTREAM: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
#: Whether somebody's log, event or message is there must not be read from a count.
_OF_SOMEBODY: Final = frozenset({"GetOwnRequestLog", "GetRequestLog", "LookupEvents", "DecodeDiagnosticMessage"})
_TELLS_OF_A_LOG: Final = frozenset({200, 404})

R = TypeVar("R")


class Metrics:
    """The metrics of one bot; ``registry`` holds what is shown."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._words: dict[str, set[str]] = {}
        self._commands = Counter(
            "requestlog_commands",
            "Answered commands: success; halt, the person's situation; failure, ours",
            ["way", "outcome", "reason"],
            registry=self.registry,
        )
        self._answer = Histogram(
            "requestlog_answer_seconds",
            "From the acknowledgement to the answer",
            ["outcome"],
            buckets=_ANSWERED,
            registry=self.registry,
        )
        self._acknowledgement = Histogram(
            "requestlog_acknowledgement_seconds",
            "From Slack's request to its acknowledgement",
            ["transport"],
            buckets=_ACKNOWLEDGED,
            registry=self.registry,
        )
        self._slack = Counter(
            "requestlog_slack_calls", "Calls of Slack by method and error", ["method", "error"], registry=self.registry
        )
        self._put_off = Counter(
            "requestlog_put_off", "Answers that wait since Slack is away, each time they do", ["reason"], registry=self.registry
        )
        self._upstream = Histogram(
            "requestlog_upstream_seconds",
            "Calls of Alibaba Cloud by operation and result",
            ["operation", "result"],
            buckets=_UPSTREAM,
            registry=self.registry,
        )
        self._retries = Counter(
            "requestlog_upstream_retries",
            "Calls of Alibaba Cloud that were made again",
            ["operation", "reason"],
            registry=self.registry,
        )
        Info("requestlog_build", "The version that runs", registry=self.registry).info(
            {"version": VERSION, "python": platform.python_version()}
        )
        ProcessCollector(registry=self.registry)

    def answered(self, way: str, outcome: str, reason: str, seconds: float) -> None:
        """A command has ended, or waits for Slack (``put_off``)."""
        if outcome == "put_off":
            self._put_off.labels(self._bounded("reason", reason)).inc()
            return
        self._commands.labels(way, outcome, self._bounded("reason", reason)).inc()
        self._answer.labels(outcome).observe(seconds)

    def called_slack(self, method: str, error: str) -> None:
        """A call of Slack has ended; the error is empty where it was done."""
        self._slack.labels(self._bounded("method", method), self._bounded("error", error)).inc()

    def acknowledging(self, transport: str, work: Callable[[], R]) -> R:
        """Do what ends with an acknowledgement."""
        with self._acknowledgement.labels(transport).time():
            return work()

    def watch(self, name: str, meaning: str, read: Callable[[], float], *, counts: bool = False) -> None:
        """Show a figure as it is when somebody looks; ``counts`` where it only grows."""
        family = CounterMetricFamily if counts else GaugeMetricFamily
        self.registry.register(_Seen(lambda: [family(f"requestlog_{name}", meaning, value=read())]))

    def watch_caches(self, caches: Mapping[str, SharedCache[Any]]) -> None:
        """Show what caches save and weigh, by their names."""

        def read() -> list[Metric]:
            asked = CounterMetricFamily("requestlog_cache_lookups", "Look-ups in caches", labels=["cache", "result"])
            weight = GaugeMetricFamily("requestlog_cache_bytes", "About what their values weigh", labels=["cache"])
            for name, cache in caches.items():
                weight.add_metric([name], cache.bytes)
                for result, count in cache.asked.items():
                    asked.add_metric([name, result], count)
            return [asked, weight]

        self.registry.register(_Seen(read))

    def repeated(self, operation: str, reason: str) -> None:
        """A call of Alibaba Cloud is made again."""
        self._retries.labels(self._bounded("operation", operation), self._bounded("reason", reason)).inc()

    def measured(self, sender: Sender) -> Sender:
        """The same sender, its calls counted by operation and result."""
        return _Measured(sender, self._called_upstream)

    def _called_upstream(self, operation: str, result: str, seconds: float) -> None:
        labels = self._bounded("operation", operation), self._bounded("result", result)
        self._upstream.labels(*labels).observe(seconds)

    def _bounded(self, label: str, word: str) -> str:
        known = self._words.setdefault(label, set())
        if word not in known and len(known) >= MOST_WORDS:
            return "other"
        known.add(word)
        return word


class _Seen(Collector):
    def __init__(self, read: Callable[[], Iterable[Metric]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        return self._read()


class _Measured:
    def __init__(self, sender: Sender, heard: Callable[[str, str, float], None]) -> None:
        self._sender = sender
        self._heard = heard

    def send(self, request: Request, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        started, result, operation = time.monotonic(), "error", headers.get("x-acs-action", "page")
        with TRACES.span("upstream", operation=operation) as note:
            try:
                answer = self._sender.send(request, headers, deadline)
                result = "answered" if operation in _OF_SOMEBODY and answer.status in _TELLS_OF_A_LOG else str(answer.status)
            except AliyunError as error:
                result = error.word
                raise
            else:
                return answer
            finally:
                note("result", result)
                self._heard(operation, result, time.monotonic() - started)
