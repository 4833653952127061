"""What goes wrong on order, and the stand-in's own controls."""

import gzip
import http.client
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.playground.alibaba import ALICE, AUDITOR, BOB, CAROL, CASES, AlibabaStandIn, Case, case
from tests.playground.sdk.clients import SAMPLE, Got, Raw, account_log, own_log, send

FAULTY = {item.shows for item in CASES if item.shows.startswith("upstream-")}


@pytest.fixture(autouse=True)
def _without_faults(alibaba: AlibabaStandIn) -> Iterator[None]:
    yield
    alibaba.clear_faults()


def control(alibaba: AlibabaStandIn, method: str, path: str, content: object = None) -> Got:
    return send(alibaba.host_port, method, f"/_standin{path}", {}, json.dumps(content).encode())


def test_a_fault_meets_its_request_id_as_often_as_it_says(alibaba: AlibabaStandIn) -> None:
    fault = {"request_id": SAMPLE, "delay_s": 0.05, "status": 503, "code": "ServiceUnavailable", "times": 2}
    assert control(alibaba, "POST", "/faults", fault).status == 200
    other = case("succeeded").request_id
    assert own_log(other).ask(alibaba.host_port, ALICE).status == 200
    assert [own_log().ask(alibaba.host_port, ALICE).status for _ in range(3)] == [503, 503, 200]


def test_a_fault_without_a_request_id_meets_all_until_it_is_deleted(alibaba: AlibabaStandIn) -> None:
    control(alibaba, "POST", "/faults", {"status": 500})
    assert own_log().ask(alibaba.host_port, ALICE).json["Code"] == "InternalError"
    assert Raw("GetCallerIdentity", "2015-04-01").ask(alibaba.host_port, BOB).status == 500
    assert control(alibaba, "DELETE", "/faults").json == {"faults": []}
    assert own_log().ask(alibaba.host_port, ALICE).status == 200


def test_a_fault_of_one_operation_leaves_the_others(alibaba: AlibabaStandIn) -> None:
    alibaba.fault(action="GetRequestLog", code="Throttling.User", retry_after_ms=250, message="slow down")
    got = account_log().ask(alibaba.host_port, AUDITOR)
    assert (got.status, got.json["Code"], got.json["Message"]) == (400, "Throttling.User", "slow down")
    assert got.headers["x-acs-retry-after"] == "250"
    assert own_log().ask(alibaba.host_port, ALICE).status == 200


def test_a_bad_signature_is_refused_before_any_fault(alibaba: AlibabaStandIn) -> None:
    alibaba.fault(status=503, times=1)
    assert own_log().send(alibaba.host_port, {}).json["Code"] == "MissingAccessKeyId"
    assert own_log().ask(alibaba.host_port, ALICE).status == 503


def test_errors_come_in_pascal_case_camel_case_and_xml(alibaba: AlibabaStandIn) -> None:
    nobody = own_log(case("not-found").request_id)
    pascal = nobody.ask(alibaba.host_port, ALICE)
    assert set(pascal.json) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    assert pascal.headers["x-acs-request-id"] == pascal.json["RequestId"]
    alibaba.fault(body="camel", times=1)
    camel = nobody.ask(alibaba.host_port, ALICE)
    assert (camel.status, camel.json["code"], camel.json["statusCode"]) == (404, "NotFound.RequestLog", 404)
    alibaba.fault(body="xml", times=1)
    xml = nobody.ask(alibaba.host_port, ALICE)
    assert xml.headers["content-type"] == "text/xml;charset=utf-8"
    assert b"<Error><RequestId>" in xml.body
    assert b"<Code>NotFound.RequestLog</Code>" in xml.body


def test_spoilt_bodies(alibaba: AlibabaStandIn) -> None:
    def spoilt(body: str) -> Got:
        alibaba.fault(body=body, times=1)
        return own_log().ask(alibaba.host_port, ALICE)

    html = spoilt("html")
    assert (html.status, html.headers["content-type"]) == (502, "text/html")
    with pytest.raises(ValueError, match=r"."):
        json.loads(spoilt("garbage").body)
    assert len(spoilt("huge").body) > 3_000_000
    zipped = spoilt("gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert SAMPLE.encode() in gzip.decompress(zipped.body)
    with pytest.raises(http.client.IncompleteRead):
        spoilt("truncated")


@pytest.mark.parametrize("body", ["drip", "hang"])
def test_stopping_ends_what_is_slow_on_purpose(body: str) -> None:
    with AlibabaStandIn() as alibaba:
        alibaba.fault(body=body)
        failures: list[str] = []

        def ask() -> None:
            try:
                own_log().ask(alibaba.host_port, ALICE)
            except (OSError, http.client.HTTPException) as error:
                failures.append(type(error).__name__)

        asking = threading.Thread(target=ask)
        asking.start()
        deadline = time.monotonic() + 5
        while not alibaba.calls("GetOwnRequestLog") and time.monotonic() < deadline:
            asking.join(0.01)
    asking.join(5)
    assert not asking.is_alive()
    assert len(failures) == 1


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/faults", {"nonsense": 1}),
        ("/faults", {"delay_s": -1}),
        ("/faults", {"body": "other"}),
        ("/logs", {"owner": "mallory", "log": {}}),
        ("/logs", 7),
        ("/settings", {"own": "account"}),
    ],
)
def test_controls_refuse_what_they_do_not_understand(alibaba: AlibabaStandIn, path: str, content: object) -> None:
    assert control(alibaba, "POST", path, content).status == 400


def test_a_log_can_be_added_and_be_late(alibaba: AlibabaStandIn) -> None:
    log = {"basicInfo": {"api": "Later", "gatewayProcessTime": "{now-5m}"}}
    here = control(alibaba, "POST", "/logs", {"owner": "bob", "log": log}).json["request_id"]
    late = control(alibaba, "POST", "/logs", {"owner": "bob", "log": log, "late_s": 60}).json["request_id"]
    info = own_log(here).ask(alibaba.host_port, BOB).json["logInfo"]["basicInfo"]
    assert (info["logRequestId"], info["gatewayProcessTime"][-1]) == (here, "Z")
    assert own_log(late).ask(alibaba.host_port, BOB).status == 404


def test_the_description_names_people_cases_endpoints_and_counts_calls(alibaba: AlibabaStandIn) -> None:
    before = control(alibaba, "GET", "").json["calls"].get("GetOwnRequestLog", 0)
    own_log().ask(alibaba.host_port, ALICE)
    described = control(alibaba, "GET", "").json
    assert described["calls"]["GetOwnRequestLog"] == before + 1 == alibaba.calls("GetOwnRequestLog")
    keys = {person["name"]: person["access_key_secret"] for person in described["people"]}
    assert keys["alice"] == "standin-secret-alice"
    assert set(described["endpoints"].values()) == {alibaba.url}
    assert {"request_id", "owner", "title_en", "title_zh", "shows"} == set(described["request_ids"][0])
    assert SAMPLE in alibaba.describe("en")
    assert "REQUESTLOG_ENDPOINT_ACTIONTRAIL" in alibaba.describe("zh")


@pytest.mark.parametrize("item", [item for item in CASES if item.shows not in FAULTY], ids=lambda item: item.shows)
def test_every_case_with_a_log_is_found_by_its_reader(alibaba: AlibabaStandIn, item: Case) -> None:
    if item.owner == "carol":
        assert own_log(item.request_id).ask(alibaba.host_port, CAROL).status == 200
        assert account_log(item.request_id).ask(alibaba.host_port, AUDITOR).status == 404
        return
    got = account_log(item.request_id).ask(alibaba.host_port, AUDITOR)
    gone = item.shows in {"not-found", "trail-only", "trail-old", "trail-hidden"}
    assert got.status == (404 if gone else 200)
    assert b"{now" not in got.body
    assert b"{encoded}" not in got.body
    if item.owner == "alice" and not gone:
        assert own_log(item.request_id).ask(alibaba.host_port, ALICE).status == 200


def test_case_ids_and_titles_are_each_their_own() -> None:
    assert len({item.request_id for item in CASES}) == len({item.title_en for item in CASES}) == len(CASES)
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in item.title_zh) for item in CASES)


@pytest.mark.parametrize(
    ("shows", "status"), [("upstream-unavailable", 503), ("upstream-throttled", 400), ("upstream-refused", 403)]
)
def test_some_cases_make_the_look_up_itself_fail(alibaba: AlibabaStandIn, shows: str, status: int) -> None:
    alibaba.clear_faults()
    assert [own_log(case(shows).request_id).ask(alibaba.host_port, ALICE).status for _ in range(2)] == [status] * 2


def test_a_hundred_slow_answers_at_once_take_as_long_as_one(alibaba: AlibabaStandIn) -> None:
    alibaba.fault(delay_s=1)
    start = time.monotonic()
    with ThreadPoolExecutor(100) as pool:
        statuses = list(pool.map(lambda _: own_log().ask(alibaba.host_port, ALICE).status, range(100)))
    assert statuses == [200] * 100
    assert time.monotonic() - start < 30


def test_a_connection_is_kept_alive(alibaba: AlibabaStandIn) -> None:
    connection = http.client.HTTPConnection(alibaba.host_port, timeout=5)
    for _ in range(2):
        headers = own_log().signed(alibaba.host_port, ALICE.access_key_id, ALICE.secret)
        connection.request("GET", f"/getOwnRequestLog?logRequestId={SAMPLE}", headers=headers)
        before = connection.sock
        assert connection.getresponse().read()
        assert connection.sock is before
    connection.close()


def test_the_console_page_says_that_a_ticket_arrived_and_does_not_show_it(alibaba: AlibabaStandIn) -> None:
    call = Raw("GetLogTicket", "2024-12-12", method="GET", query={"Lang": "en"})
    ticket = call.ask(alibaba.host_port, AUDITOR).json["LogTicket"]
    path = alibaba.console_page.removeprefix(alibaba.url)
    pages = {
        verdict: send(alibaba.host_port, "GET", path + query, {}).body.decode()
        for verdict, query in {"known": f"?sls_ticket={ticket}", "unknown": "?sls_ticket=eyJ.a.b", "none": ""}.items()
    }
    assert all(f'data-ticket="{verdict}"' in page for verdict, page in pages.items())
    assert ticket not in pages["known"]
    assert not any(part in pages["known"] for part in ticket.split("."))
    assert "日志票据" in pages["known"]
