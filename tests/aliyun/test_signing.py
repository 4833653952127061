"""Signing: vector folders (published, computed by the bare rules, captured from the official SDK) and the official signer."""

import importlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.aliyun.credentials import Credential
from bot.aliyun.signing import (
    Request,
    authorization,
    canonical_request,
    encode_path,
    encode_query,
    hash_payload,
    sign,
    string_to_sign,
)

# Imported by name, for the official packages carry no types.
Utils: Any = importlib.import_module("alibabacloud_tea_openapi.utils").Utils
DaraRequest: Any = importlib.import_module("darabonba.request").DaraRequest

VECTORS = sorted(file.parent for file in (Path(__file__).parent.parent / "vectors").glob("*/request.json"))
DATE = datetime(2025, 1, 21, 7, 43, 6, tzinfo=UTC)
ALICE = Credential("LTAI5tFAKEFAKEFAKEFAKE01", "FakeSecret0123456789abcdefghij")


def read_vector(folder: Path) -> tuple[dict[str, Any], Request, Credential]:
    told = json.loads((folder / "request.json").read_text())
    request = Request(
        scheme="https",
        host=told["host"],
        method=told["method"],
        path=encode_path(told["path"]),
        query=encode_query(told["query"].items()),
        body=told["body"].encode(),
    )
    token = told["headers"].get("x-acs-security-token")
    return told["headers"], request, Credential(told["access_key_id"], told["access_key_secret"], token)


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text().removesuffix("\n")


@pytest.mark.parametrize("folder", VECTORS, ids=lambda folder: folder.name)
def test_each_step_gives_what_the_vector_says(folder: Path) -> None:
    headers, request, credential = read_vector(folder)
    canonical, names = canonical_request(request, headers, hash_payload(request.body))
    assert canonical == text(folder, "canonical_request.txt")
    assert string_to_sign(canonical) == text(folder, "string_to_sign.txt")
    assert authorization(string_to_sign(canonical), names, credential) == text(folder, "authorization.txt")


@pytest.mark.parametrize("folder", [f for f in VECTORS if f.name.startswith("bare_")], ids=lambda folder: folder.name)
def test_sign_takes_exactly_the_headers_that_the_rules_name(folder: Path) -> None:
    headers, request, credential = read_vector(folder)
    base = {name: headers[name] for name in ("x-acs-action", "x-acs-version", "content-type") if name in headers}
    request = Request(
        request.scheme,
        request.host,
        request.method,
        request.path,
        request.query,
        base | {"accept": "application/json", "user-agent": "x"},
        request.body,
    )
    date = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%S%z")
    signed = sign(request, credential, date, headers["x-acs-signature-nonce"])
    assert signed["authorization"] == text(folder, "authorization.txt")
    assert signed.items() >= headers.items()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.0123456789", min_size=1, max_size=20)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


REQUESTS = st.builds(
    Request,
    scheme=st.just("https"),
    host=st.sampled_from(["openapiexplorer.aliyuncs.com", "127.0.0.1:9000"]),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.sampled_from(["/", "/getOwnRequestLog", "/product/endpoints"]),
    headers=st.dictionaries(st.from_regex(r"x-acs-[a-z]{1,12}", fullmatch=True), VALUES, max_size=4),
    body=st.binary(max_size=200),
)


@settings(max_examples=500, deadline=None)
@given(
    bare=REQUESTS,
    query=st.dictionaries(NAMES, TEXTS, max_size=8),
    token=st.none() | st.from_regex(r"[!-~]{1,60}", fullmatch=True),
)
def test_any_request_is_signed_as_the_official_signer_does(bare: Request, query: dict[str, str], token: str | None) -> None:
    credential = Credential(ALICE.access_key_id, ALICE.access_key_secret, token)
    request = replace(bare, query=encode_query(query.items()))
    ours = sign(request, credential, DATE, "n")
    official = DaraRequest()
    official.method, official.pathname, official.query = request.method, request.path, query
    official.headers = {name: value for name, value in ours.items() if name != "authorization"}
    expected = Utils.get_authorization(
        official, "ACS3-HMAC-SHA256", hash_payload(request.body), credential.access_key_id, credential.access_key_secret
    )
    assert ours["authorization"] == expected


def test_no_text_breaks_the_query_not_even_half_a_character() -> None:
    assert encode_query([("b", "2 ~*+/"), ("a", "\ud800"), ("a", "")]) == "a=&a=%3F&b=2%20~%2A%2B%2F"


def test_a_request_shows_neither_query_nor_headers_nor_body() -> None:
    request = Request("https", "h", "GET", "/", "q=canary", {"x-acs-security-token": "canary"}, b"canary")
    assert "canary" not in repr(request)


@pytest.mark.parametrize(("path", "encoded"), [("", "/"), ("/a b/c*~", "/a%20b/c%2A~"), ("/", "/")])
def test_each_segment_of_a_path_is_encoded(path: str, encoded: str) -> None:
    assert encode_path(path) == encoded
