"""The stand-in put together: what it knows, which operations it has, and the way of a request through it."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

from bot.languages import Language
from bot.playground.alibaba import control, description
from bot.playground.alibaba.actiontrail import ActionTrail
from bot.playground.alibaba.console import CONSOLE_PATH, console_page
from bot.playground.alibaba.diagnostics import Diagnostics
from bot.playground.alibaba.explorer import Explorer
from bot.playground.alibaba.faults import Fault, Faults
from bot.playground.alibaba.gate import Gate
from bot.playground.alibaba.identity_provider import IdentityProvider
from bot.playground.alibaba.metadata import URI_PATH, Metadata
from bot.playground.alibaba.operations import Call, Operation, action_of, operation_of
from bot.playground.alibaba.people import NOBODY, PEOPLE, Person
from bot.playground.alibaba.rendering import failure, spoil, success
from bot.playground.alibaba.requestlogs import Granularity, RequestLogs, filled
from bot.playground.alibaba.server import Reply, Server
from bot.playground.alibaba.siem import LogTickets
from bot.playground.alibaba.stock import NewLog, stock
from bot.playground.alibaba.sts import SecurityTokenService
from bot.playground.alibaba.wire import Answer, ApiError, JsonObject, Origin, Request

CONTROL_PATH: Final = "/_standin"


def utc_now() -> datetime:
    """The time of the machine, as an aware datetime in UTC."""
    return datetime.now(UTC)


class AlibabaStandIn:
    """A strict stand-in of Alibaba Cloud on loopback, for two accounts; all products answer on one host and port.

    ``port`` 0 takes a free one. ``clock`` gives aware datetimes in UTC. ``own`` says what GetOwnRequestLog takes as the same
    caller when a role session asks. Use it as a context manager, or call ``start`` and ``stop``.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        clock: Callable[[], datetime] = utc_now,
        *,
        own: Granularity = "session",
        people: tuple[Person, ...] = PEOPLE,
    ) -> None:
        self._address = (host, port)
        self._clock = clock
        self._server: Server | None = None
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._gate = Gate(people, clock)
        self._logs = RequestLogs()
        self._diagnostics = Diagnostics()
        self._explorer = Explorer(self._logs, self._diagnostics, own)
        self._provider = IdentityProvider()
        self._sts = SecurityTokenService(self._gate, self._logs, self._provider)
        self._metadata = Metadata(self._sts.issue)
        self._tickets = LogTickets(self._diagnostics)
        stocked = stock(self._logs, self._diagnostics, clock())
        self._faults = Faults(stocked.faults)
        self._trail = ActionTrail(stocked.events, self._diagnostics)
        products = (self._explorer, self._diagnostics, self._sts, self._tickets, self._trail)
        self._operations: dict[str, Operation] = {}
        for product in products:
            self._operations |= product.operations()

    def start(self) -> Self:
        """Listen and serve in threads. Raises OSError when the port is taken."""
        self._server = Server(self._address, self.serve, self._clock)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="alibaba-standin", daemon=True).start()
        return self

    def stop(self) -> None:
        """Cut the connections and free the port; nothing when it was not started."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server.cut()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()

    @property
    def host_port(self) -> str:
        """The endpoint as the official SDKs want it: ``127.0.0.1:9000``. Raises RuntimeError before the start."""
        if self._server is None:
            message = "the stand-in is not started"
            raise RuntimeError(message)
        return f"{self._address[0]}:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://{self.host_port}"

    @property
    def console_page(self) -> str:
        """A page that stands for the SLS console, for REQUESTLOG_SLS_PAGE."""
        return f"{self.url}{CONSOLE_PATH}"

    def endpoint_variables(self) -> dict[str, str]:
        """The environment that leads the bot here: every REQUESTLOG_ENDPOINT_… with this stand-in's URL."""
        return description.endpoint_variables(self.url)

    def describe(self, language: Language = "en") -> str:
        """What ``requestlog standin`` prints: endpoint variables, AccessKeys, and RequestIds worth trying."""
        return description.describe(self.url, self.console_page, language)

    def calls(self, action: str | None = None) -> int:
        """How many calls came in: of an operation, or of all; refused and faulted ones too."""
        with self._lock:
            return self._calls.total() if action is None else self._calls[action]

    def fault(self, **values: object) -> None:
        """Put a fault in force, its fields as keywords. Raises ValueError for fields that no fault has."""
        self._faults.add(Fault.model_validate(values))

    def clear_faults(self) -> None:
        """Delete all faults but those of the cases."""
        self._faults.clear()

    def add_log(self, new: NewLog) -> str:
        """Keep one more log; gives its RequestId."""
        return new.add_to(self._logs, self._diagnostics, self._clock())

    def add_event(self, event: JsonObject) -> None:
        """Let ActionTrail remember one more event, under its requestId; its texts may hold ``{now-12m}``."""
        filled_in = filled(event, self._clock())
        self._trail.add(filled_in | {"eventId": filled_in["requestId"]})

    def set(self, **changed: object) -> None:
        """Change what Alibaba Cloud never published, by the names of ``control.Settings``."""
        for name, value in changed.items():
            setattr(self._explorer if name in ("own", "denied") else self._sts, name, value)

    def oidc_token(self, **claims: object) -> str:
        """What the token file of a workload on ACK holds; claims may be changed."""
        return self._provider.token(self._clock(), **claims)

    def rotate_oidc_key(self, *, trusted: bool) -> None:
        """Let the issuer sign with another key, which STS knows or does not know yet."""
        self._provider.rotate()
        if trusted:
            self._provider.trust()

    @property
    def credentials_uri(self) -> str:
        """The address that ALIBABA_CLOUD_CREDENTIALS_URI may name."""
        return f"{self.url}{URI_PATH}"

    def state(self) -> dict[str, object]:
        """What changes while it runs, for ``GET /_standin``: calls by operation, faults, what counts as own."""
        with self._lock:
            calls = dict(self._calls)
        faults = [fault.model_dump(exclude_none=True) for fault in self._faults.listed()]
        explorer, sts = self._explorer, self._sts
        unpublished: dict[str, object] = {"own": explorer.own, "denied": explorer.denied, "role_form": sts.role_form}
        unpublished |= {"source_identity": sts.source_identity, "log_delay_s": sts.log_delay_s}
        return {"calls": calls, "faults": faults, **unpublished}

    def serve(self, request: Request) -> Reply:
        """Answer one request: a call of the API, the console page, or the stand-in's own controls."""
        if request.path == CONTROL_PATH or request.path.startswith(f"{CONTROL_PATH}/"):
            return Reply(control.answer(self, request))
        if request.path.startswith("/console/"):
            return Reply(console_page(request, self._tickets))
        if self._metadata.serves(request):
            with self._lock:
                self._calls[f"{request.method} {request.path}"] += 1
            return Reply(self._metadata.answer(request, self._clock()))
        return self._call(request)

    def _call(self, request: Request) -> Reply:
        action, request_id = action_of(request), str(uuid.uuid4()).upper()
        with self._lock:
            self._calls[action] += 1
        fault = Fault()
        operation = self._operations.get(action)
        try:
            unsigned = operation is not None and operation.unsigned and not request.header("authorization")
            caller = NOBODY if unsigned else self._gate.admit(request)
            operation = operation_of(self._operations, request)
            call = Call(request, caller, request_id, self._clock())
            fault = self._faults.take(action, call.query(operation.asks_about))
            if error := fault.error():
                raise error
            content = operation.run(call)
            request_id = str(content.get("requestId") or content.get("RequestId")).strip()
            answer = success(content)
        except ApiError as error:
            origin = Origin(request_id, request.header("host"), operation.product if operation else "Gateway")
            answer = failure(error, origin, fault.body)
        traced = Answer(answer.status, answer.body, answer.content_type, (*answer.headers, *_ids(request_id)))
        return Reply(spoil(traced, fault.body), fault.delay_s, fault.body)


def _ids(request_id: str) -> tuple[tuple[str, str], ...]:
    return (("x-acs-request-id", request_id), ("x-acs-trace-id", uuid.uuid4().hex))
