"""From an answer's object or an error to the bytes on the wire, in each style that Alibaba Cloud's gateways have."""

import gzip
import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from bot.playground.alibaba.faults import Body
from bot.playground.alibaba.wire import Answer, ApiError, Origin

HUGE: Final = 3 * 1024 * 1024
_TROUBLESHOOT: Final = "https://api.aliyun.com/troubleshoot?q={code}&product={product}&requestId={request_id}"
_HTML: Final = b"""<!DOCTYPE html>\r\n<html><head><title>502 Bad Gateway</title></head>\r\n<body>
<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>Tengine</center>\r\n</body></html>\r\n"""


def success(content: Mapping[str, object]) -> Answer:
    """A right answer, as JSON."""
    return Answer(200, json.dumps(content, ensure_ascii=False).encode())


def failure(error: ApiError, origin: Origin, style: Body | None) -> Answer:
    """An error's answer: PascalCase JSON as the gateway writes it, unless the style says lower camel or XML."""
    recommend = _TROUBLESHOOT.format(code=quote(error.code), product=origin.product, request_id=origin.request_id)
    content: dict[str, object] = {
        "RequestId": origin.request_id,
        "HostId": origin.host,
        "Code": error.code,
        "Message": error.message,
        "Recommend": recommend,
    }
    if error.detail:
        content["AccessDeniedDetail"] = error.detail
    headers = () if error.retry_after_ms is None else (("x-acs-retry-after", str(error.retry_after_ms)),)
    if style == "xml":
        return Answer(error.status, _xml(content).encode(), "text/xml;charset=utf-8", headers)
    if style == "camel":
        content = {name[0].lower() + name[1:]: value for name, value in content.items()} | {"statusCode": error.status}
    return Answer(error.status, json.dumps(content, ensure_ascii=False).encode(), headers=headers)


def spoil(answer: Answer, body: Body | None) -> Answer:
    """The answer as a broken gateway, proxy or service would send it. What is sent slowly is the server's affair."""
    if body == "html":
        return Answer(answer.status if answer.status >= 400 else 502, _HTML, "text/html", answer.headers)  # noqa: PLR2004 - where HTTP's errors begin
    if body == "garbage":
        return Answer(answer.status, b"\xff\xfe{\x00]not json" * 3, answer.content_type, answer.headers)
    if body == "huge":
        return Answer(answer.status, answer.body + b" " * HUGE, answer.content_type, answer.headers)
    return zipped(answer) if body == "gzip" else answer


def zipped(answer: Answer) -> Answer:
    """The same answer, compressed."""
    headers = (*answer.headers, ("content-encoding", "gzip"))
    return Answer(answer.status, gzip.compress(answer.body), answer.content_type, headers)


def _xml(content: Mapping[str, object]) -> str:
    def element(name: str, value: object) -> str:
        inner = "".join(element(*item) for item in value.items()) if isinstance(value, dict) else escape(str(value))
        return f"<{name}>{inner}</{name}>"

    return "<?xml version='1.0' encoding='UTF-8'?>" + element("Error", dict(content))
