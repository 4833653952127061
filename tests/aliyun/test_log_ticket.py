"""GetLogTicket on the wire: as the official SDK sends it, to the host that the endpoint page lists."""

import importlib
import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bot.aliyun.client import Client
from bot.aliyun.deadline import Deadline
from bot.aliyun.protocol import HttpAnswer
from bot.aliyun.signing import Request
from bot.aliyun.transport import Transport
from tests.aliyun.asking import ALICE, client_of
from tests.aliyun.servers import http, serving

# Imported by name, for the official packages carry no types.
Siem: Any = importlib.import_module("alibabacloud_cloud_siem20241212.client").Client
Models: Any = importlib.import_module("alibabacloud_cloud_siem20241212.models")
OpenApi: Any = importlib.import_module("alibabacloud_tea_openapi.models")

VECTOR = Path(__file__).parents[1] / "vectors" / "bare_GetLogTicket" / "request.json"
HOSTS = {"cn-hangzhou": "cloud-siem.cn-shanghai.aliyuncs.com", "ap-southeast-1": "cloud-siem.ap-southeast-1.aliyuncs.com"}
EVERY = list(
    itertools.product(HOSTS, ("en", "zh"), (None, "1733260000000001"), (None, "1733260000000000", "9223372036854775807"))
)


class Recorder:
    """A sender that keeps what it was to send, and answers with a ticket."""

    def __init__(self) -> None:
        self.sent: list[tuple[Request, dict[str, str]]] = []

    def send(self, request: Request, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        assert not deadline.expired
        self.sent.append((request, dict(headers)))
        return HttpAnswer(200, {}, b'{"RequestId":"A","LogTicket":"eyJ.canary.x"}')


def by_official_sdk(url: str, hub: str, lang: str, member: str | None, source: str | None) -> None:
    config = OpenApi.Config(
        access_key_id=ALICE.access_key_id,
        access_key_secret="s",
        protocol="http",
        endpoint=url.removeprefix("http://"),
    )
    given = {"region_id": hub, "lang": lang, "role_for": member and int(member), "log_user_id": source and int(source)}
    request = Models.GetLogTicketRequest(**given)
    Siem(config).get_log_ticket(request)


@pytest.mark.parametrize(("hub", "lang", "member", "source"), EVERY)
def test_every_combination_is_sent_as_the_official_sdk_sends_it(
    transport: Transport, hub: str, lang: str, member: str | None, source: str | None
) -> None:
    with serving(http(200, {"RequestId": "A", "LogTicket": "eyJ.canary.x"})) as server:
        by_official_sdk(server.url, hub, lang, member, source)
        client_of(transport, server.url).get_log_ticket(
            region_id=hub,
            lang="en" if lang == "en" else "zh",
            role_for=member,
            log_user_id=source,
            credential=ALICE,
            deadline=Deadline.after(5),
        )
        theirs, ours = server.heard
    assert dict(parse_qsl(ours.body.decode())) == dict(parse_qsl(theirs.body.decode()))
    assert ours.line.rstrip("?") == theirs.line.replace("/? ", "/ ")
    for name in ("x-acs-action", "x-acs-version", "content-type", "accept"):
        assert ours.headers[name] == theirs.headers[name]


@pytest.mark.parametrize(("hub", "lang", "member", "source"), EVERY)
def test_every_combination_goes_to_its_hubs_host(hub: str, lang: str, member: str | None, source: str | None) -> None:
    recorder = Recorder()
    Client(recorder).get_log_ticket(
        region_id=hub,
        lang="en" if lang == "en" else "zh",
        role_for=member,
        log_user_id=source,
        credential=ALICE,
        deadline=Deadline.after(5),
    )
    request, _ = recorder.sent[0]
    assert (request.scheme, request.host, request.method, request.path, request.query) == ("https", HOSTS[hub], "POST", "/", "")
    form = {"RegionId": hub, "Lang": lang, "RoleFor": member, "LogUserId": source}
    assert dict(parse_qsl(request.body.decode())) == {name: value for name, value in form.items() if value}


def test_the_body_is_the_vectors_byte_for_byte() -> None:
    told = json.loads(VECTOR.read_text("utf-8"))
    recorder = Recorder()
    Client(recorder).get_log_ticket(
        region_id="cn-hangzhou",
        lang="en",
        role_for="1733260000000001",
        log_user_id="1733260000000000",
        credential=ALICE,
        deadline=Deadline.after(5),
    )
    request, headers = recorder.sent[0]
    assert request.body.decode() == told["body"]
    assert request.host == told["host"]
    for name in ("x-acs-action", "x-acs-version", "content-type", "x-acs-content-sha256"):
        assert headers[name] == told["headers"][name]
