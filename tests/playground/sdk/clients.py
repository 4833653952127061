"""The official SDKs as clients of the stand-in, and raw requests that the official signer signed."""

import hashlib
import http.client
import importlib
import json
import uuid
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from bot.playground.alibaba import Person

# Imported by name, for the official packages carry no types.
Explorer: Any = importlib.import_module("alibabacloud_openapiexplorer20241130.client").Client
Siem: Any = importlib.import_module("alibabacloud_cloud_siem20241212.client").Client
Ram: Any = importlib.import_module("alibabacloud_ram20150501.client").Client
Sts: Any = importlib.import_module("alibabacloud_sts20150401.client").Client
ExplorerModels: Any = importlib.import_module("alibabacloud_openapiexplorer20241130.models")
SiemModels: Any = importlib.import_module("alibabacloud_cloud_siem20241212.models")
RamModels: Any = importlib.import_module("alibabacloud_ram20150501.models")
OpenApi: Any = importlib.import_module("alibabacloud_tea_openapi.models")
SdkError: Any = importlib.import_module("alibabacloud_tea_openapi.exceptions").AlibabaCloudException
_Signer: Any = importlib.import_module("alibabacloud_tea_openapi.utils").Utils
_SdkRequest: Any = importlib.import_module("darabonba.request").DaraRequest

SAMPLE = "123E4567-E89B-12D3-A456-426614174000"


def sdk(client: Any, host_port: str, person: Person, token: str | None = None) -> Any:
    """An official client of one product that signs as a person."""
    config = OpenApi.Config(
        access_key_id=person.access_key_id,
        access_key_secret=person.secret,
        security_token=token,
        endpoint=host_port,
        protocol="http",
        user_agent="standin-test",
    )
    return client(config)


@dataclass(frozen=True, slots=True)
class Raw:
    """A call that is signed by the official signer when it is sent, and can be tampered with after that."""

    action: str
    version: str
    path: str = "/"
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def signed(self, host_port: str, access_key_id: str, secret: str) -> dict[str, str]:
        """The headers to send, Authorization among them."""
        headers = {
            "host": host_port,
            "x-acs-action": self.action,
            "x-acs-version": self.version,
            "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": uuid.uuid4().hex,
            "x-acs-content-sha256": hashlib.sha256(self.body).hexdigest(),
            **self.headers,
        }
        request = _SdkRequest()
        request.method, request.pathname = self.method, self.path
        request.query, request.headers = dict(self.query), dict(headers)
        authorization = _Signer.get_authorization(
            request, "ACS3-HMAC-SHA256", headers["x-acs-content-sha256"], access_key_id, secret
        )
        return headers | {"authorization": authorization}

    def send(self, host_port: str, headers: Mapping[str, str]) -> "Got":
        """Send the call with these headers, as they are."""
        target = self.path + ("?" + urlencode(self.query, quote_via=quote) if self.query else "")
        return send(host_port, self.method, target, headers, self.body)

    def ask(self, host_port: str, person: Person) -> "Got":
        """Sign as a person and send."""
        return self.send(host_port, self.signed(host_port, person.access_key_id, person.secret))


@dataclass(frozen=True, slots=True)
class Got:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def send(host_port: str, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Got:
    """One HTTP request; the Host header is the one that is given."""
    with closing(http.client.HTTPConnection(host_port, timeout=20)) as connection:
        connection.putrequest(method, target, skip_host="host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return Got(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def own_log(request_id: str = SAMPLE) -> Raw:
    """A call of GetOwnRequestLog."""
    return Raw("GetOwnRequestLog", "2024-11-30", "/getOwnRequestLog", "GET", {"logRequestId": request_id})


def account_log(request_id: str = SAMPLE) -> Raw:
    """A call of GetRequestLog."""
    return replace(own_log(request_id), action="GetRequestLog", path="/getRequestLog")


def events(request_id: str, **more: str) -> Raw:
    """A call of LookupEvents for one event."""
    attribute = {"LookupAttribute.1.Key": "EventId", "LookupAttribute.1.Value": request_id}
    return Raw("LookupEvents", "2020-07-06", query=attribute | more)
