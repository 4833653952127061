import json
import tomllib
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

from bot.requestids import Extraction, OtherId, extract

ID = "D0CC639E-180D-4827-97CB-FC609F6C95CD"
SECOND = "9BFC4AC1-77B0-5A3C-9E21-3A61D8F48812"
FOLDER = Path(__file__).parent


def table(file: str, name: str) -> dict[str, Any]:
    rows: dict[str, Any] = tomllib.loads((FOLDER / file).read_text("utf-8"))[name]
    return rows


CODES: dict[str, list[str]] = table("codes.toml", "codes")
OTHERS: dict[str, list[list[str]]] = table("others.toml", "others")


@pytest.mark.parametrize("text", CODES)
def test_only_error_codes_of_alibaba_cloud_count(text: str) -> None:
    assert list(extract(text).error_codes) == CODES[text]


@pytest.mark.parametrize("text", OTHERS)
def test_ids_that_cannot_be_looked_up_are_named_as_what_they_are(text: str) -> None:
    found = extract(text)
    assert [[other.id, other.kind] for other in found.other_ids] == OTHERS[text]


DETAIL = {
    "PolicyType": "AccountLevelIdentityBasedPolicy",
    "AuthPrincipalOwnerId": "1973374733454118",
    "AuthPrincipalType": "AssumedRoleUser",
    "AuthPrincipalDisplayName": "reader:session",
    "NoPermissionType": "ImplicitDeny",
    "AuthAction": "ecs:RunInstances",
    "EncodedDiagnosticMessage": "AQEAAAAAZBgxr0U1MjA1NTM1LUM4" * 4 + "+/8=",
}
AS_JSON = json.dumps({"Code": "Forbidden.RAM", "AccessDeniedDetail": DETAIL})
CODED = DETAIL["EncodedDiagnosticMessage"]
CODED_BROKEN = f"{CODED[:60]}\n│ {CODED[60:]}"
DETAILS = {
    "JSON": AS_JSON,
    "JSON, indented": json.dumps({"accessDeniedDetail": DETAIL}, indent=4),
    "JSON in JSON": json.dumps({"body": AS_JSON}),
    "JSON in JSON in JSON": json.dumps(json.dumps({"body": AS_JSON})),
    "camel case": json.dumps({key[0].lower() + key[1:]: value for key, value in DETAIL.items()}),
    "Python repr": repr(DETAIL),
    "lines": "\n".join(f"{key}={value}" for key, value in DETAIL.items()),
    "line": ", ".join(f"{key}: {value}" for key, value in DETAIL.items()),
    "Go map": "map[" + " ".join(f"{key}:{value}" for key, value in DETAIL.items()) + "]",
    "Go struct": "{" + " ".join(f'{key}:"{value}"' for key, value in DETAIL.items()) + "}",
    "PHP": "".join(f"    [{key}] => {value}\n" for key, value in DETAIL.items()),
    "PHP var_dump": "".join(f'["{key}"]=>\n  string({len(value)}) "{value}"\n' for key, value in DETAIL.items()),
    "XML": "".join(f"<{key}>{value}</{key}>" for key, value in DETAIL.items()),
    "XML, indented": "".join(f"<{key}>\n    {value}\n  </{key}>\n" for key, value in DETAIL.items()),
    "table": "".join(f"| {key} | {value} |\n" for key, value in DETAIL.items()),
    "entities": AS_JSON.replace('"', "&quot;"),
    "encoded": urllib.parse.quote(AS_JSON),
    "encoded twice": urllib.parse.quote(urllib.parse.quote(AS_JSON)),
    "broken in a box": AS_JSON.replace(CODED, CODED_BROKEN),
    "broken in a box, plain": "│ "
    + "\n│ ".join(f"{key}: {value}" for key, value in DETAIL.items()).replace(CODED, CODED_BROKEN),
    "twice": AS_JSON + "\nData: " + AS_JSON,
}


@pytest.mark.parametrize("notation", DETAILS)
def test_the_access_denied_detail_is_read_in_every_notation(notation: str) -> None:
    assert extract(DETAILS[notation]).access_denied_detail == DETAIL


@pytest.mark.parametrize(
    "text", ["PolicyType: Custom", '"AccessDeniedDetail":{}', '"AccessDeniedDetail":null', '"AuthAction":""', "x"]
)
def test_no_detail_is_made_up(text: str) -> None:
    assert extract(text).access_denied_detail is None


def test_of_two_details_the_first_counts() -> None:
    assert extract(AS_JSON + AS_JSON.replace("RunInstances", "StopInstances")).access_denied_detail == DETAIL


NESTED = {
    "Go struct": 'RequestId:"{outer}"}}, Code:"400", Message:"API Error: RequestId: {inner} Code: X"}}, StatusCode:400',
    "JSON, message first": '{{"Code":"X","Message":"call failed, RequestId: {inner}","RequestId":"{outer}"}}',
    "JSON in JSON": '{{"Message":"{{\\"RequestId\\":\\"{inner}\\",\\"Message\\":\\"no\\"}}","RequestId":"{outer}"}}',
    "one line": "RequestId: {outer} Code: X Message: the service got RequestId: {inner} Code: Y",
}


@pytest.mark.parametrize("notation", NESTED)
def test_of_nested_errors_both_ids_are_told_and_which_was_the_services_own(notation: str) -> None:
    found = extract(NESTED[notation].format(outer=ID, inner=SECOND))
    assert set(found.request_ids) == {ID, SECOND}
    assert found.inner_ids == (SECOND,)


@pytest.mark.parametrize(
    "text",
    [
        f"RequestId: {ID}\nMessage: no\nRequestId: {SECOND}\nMessage: no",
        f'{{"Message":"no. request id: {ID}","RequestId":"{ID}"}} {{"RequestId":"{SECOND}"}}',
        f"Message: code: 400, no. request id: {ID} Data: {{}}",
    ],
)
def test_separate_errors_and_repetitions_are_not_nested(text: str) -> None:
    assert extract(text).inner_ids == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"Message":"It is \\"full\\" now","Code":"X"}', 'It is "full" now'),
        ('{"Message":"{\\"Message\\":\\"Inside.\\"}","Code":"X"}', "Inside."),
        ("Code: X Message: code: 400, Status is missing. request id: X Data: {}", "Status is missing."),
        ("HTTP Status: 400 Error:Throttling Too fast. RequestID: X", "Too fast."),
        ("ClientException: InvalidAccessKeyId : Unknown key. + [ RequestId : X ]", "Unknown key."),
        ("<Code>X</Code><Message>No such key.</Message>", "No such key."),
        ('"Code":"X","Message":"API Error: RequestId: X Message: The role is gone."', "The role is gone."),
        ("Code: X\nmessage: null", None),
    ],
)
def test_the_error_message_is_told_from_the_rest(text: str, message: str | None) -> None:
    assert extract(text).errors[0].message == message


def test_products_come_from_links_and_bodies() -> None:
    text = "https://api.aliyun.com/troubleshoot?q=X&amp;product=Ecs&amp;x=1 'product': 'ecs', \"product\":\"Alidns\""
    assert extract(text).products == ("Ecs", "Alidns")


def test_regions_come_from_hosts_resource_names_and_fields() -> None:
    text = "ecs.cn-hangzhou.aliyuncs.com oss-us-west-1-internal acs:ecs:ap-southeast-1:1:* cn-shanghai-finance-1 eu-central-1a"
    assert extract(text).regions == ("cn-hangzhou", "us-west-1", "ap-southeast-1", "cn-shanghai-finance-1", "eu-central-1")


def test_json_holds_exactly_the_five_keys() -> None:
    found = Extraction(
        request_ids=(ID,), other_ids=(OtherId("****", "masked"),), error_codes=("X",), products=("Ecs",), regions=("r",)
    )
    assert found.as_json() == {
        "request_ids": [ID],
        "other_ids": [{"id": "****", "kind": "masked"}],
        "error_codes": ["X"],
        "products": ["Ecs"],
        "access_denied_detail": None,
    }
    assert extract(AS_JSON).as_json()["access_denied_detail"] == DETAIL
