"""The stage of those who see through roles."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.aliyun.client import Client
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.transport import Transport
from bot.explain.catalog import load_catalog
from bot.identity.identities import parse_identities
from bot.lookup import LookUp
from bot.lookup.background import Background
from bot.playground.alibaba import AlibabaStandIn
from tests.lookup.stage import FILE, GROUP, Stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    waited: list[float] = []
    later = [0.0]
    with AlibabaStandIn() as vendor:
        transport = Transport()
        client = Client(transport, Endpoints(*[vendor.url] * 5))
        background = Background(client, load_catalog(), regions=("cn-hangzhou",), site=None, timer=time.monotonic)
        lookup = LookUp(client, background, clock=lambda: datetime.now(UTC), timer=lambda: later[-1], sleep=waited.append)
        yield Stage(vendor, lookup, client, parse_identities(FILE + GROUP), waited=waited, later=later)
        transport.close()
