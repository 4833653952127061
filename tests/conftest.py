"""What many tests share: the stand-ins and the playground, started once; and the end of a module's transcripts."""

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import structlog

from bot.playground import Playground
from bot.playground.alibaba import AlibabaStandIn
from bot.store.database import Database
from bot.store.sealing import Keyring, new_key
from tests.approval import Transcript

_LEFT_OUT: set[Path] = set()
#: What the fast loop leaves out, and the whole run begins with, for one of these at the end would keep one core waiting.
SLOW = re.compile(
    r"""
      postgresql
    | tests/(?: cli | work | test_container | test_overrides | test_ticket_secrecy | test_readme | deployment ) # processes
    | tests/playground/                                                                 # the stand-ins' own; a browser
    | tests/scenarios/(?!test_(?: card | cards | handoff | requestlog | share )\.py)    # those show most of what people see
    | tests/web/test_(?: memory | signed_nonsense | site )                              # floods, and waits for the silent
    | tests/aliyun/test_toxics                                                          # what ends at its deadline
    | audit_replicas
    | requestids_hostile | _hang | in_socket_mode | any_request_is_signed | no_shape_makes_it_fail | five_hundred | outlive
    """,
    re.VERBOSE,
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The fast loop does not even import the modules that it leaves out."""
    left_out = SLOW.search(collection_path.relative_to(config.rootpath).as_posix())
    return True if left_out and config.getoption("markexpr") == "not slow" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and put such modules first. A module keeps its order: a bot that starts ends the one before it."""
    for item in items:
        if SLOW.search(item.nodeid):
            item.add_marker("slow")
    items.sort(key=lambda item: SLOW.search(item.nodeid.partition("::")[0]) is None)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Remember of which modules only a part runs."""
    _LEFT_OUT.update(item.path for item in items)


@pytest.fixture(scope="module", autouse=True)
def _no_section_is_stale(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where a whole module ran and nothing failed, its transcripts hold nothing else."""
    yield
    chosen = any("::" in arg for arg in request.config.args) or request.path in _LEFT_OUT
    if not chosen and not request.session.testsfailed:
        for value in vars(request.module).values():
            if isinstance(value, Transcript):
                value.finish()


def pytest_configure() -> None:
    """What a bot's threads say between two tests, when nothing captures it, would stand in pytest's own output."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A test that sets up logs writes to its own captured output, which is closed when it ends."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("bot").setLevel(logging.NOTSET)
    structlog.configure(**before)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where a test's store is."""
    return f"sqlite:///{tmp_path}/store.sqlite"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty store."""
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def keyring() -> Keyring:
    """A new key."""
    return Keyring.from_text(new_key())


@pytest.fixture(scope="module")
def alibaba() -> Iterator[AlibabaStandIn]:
    """The stand-in of Alibaba Cloud, with its cases and no other faults."""
    with AlibabaStandIn() as standin:
        yield standin
        standin.clear_faults()


@pytest.fixture(scope="module")
def playground() -> Iterator[Playground]:
    """Both stand-ins and the bot, over HTTP."""
    with Playground() as stage:
        yield stage
