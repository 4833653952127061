"""One error of a pasted text: what stands there of one failed call, each part with the RequestId that it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.requestids.others import OtherKind


@dataclass(frozen=True, slots=True)
class PastedError:
    """What a text says of one failed call. Everything may be missing; texts are as pasted, cleaned and not yet redacted.

    Attributes:
        request_id: A UUID in upper case, or an id of another kind, spelt as in the text.
        id_kind: What an id is that cannot be looked up; None for a RequestId.
        code: Alibaba Cloud's error code. HTTP statuses and names that SDKs make up themselves are none.
        client_code: What an SDK calls a failure of its own, such as ``SDK.ServerUnreachable``: no service answered.
        message: What the service says, without what loggers and SDKs print around it; several lines are possible.
        product: The product's code, such as ``Ecs``.
        host: The service's host, such as ``ecs.cn-hangzhou.aliyuncs.com``.
        region_id: The region that host, resource names or fields name.
        api: The called operation, such as ``RunInstances``.
        http_status: The status as text, such as ``403``.
        access_denied_detail: The detail of a denial, keys in PascalCase.
        inner: The error stands within another one's message: the called service made that call itself.
        said_at: When the text says that it happened; aware, UTC where the text names no zone.
    """

    request_id: str | None = None
    id_kind: OtherKind | None = None
    code: str | None = None
    client_code: str | None = None
    message: str | None = None
    product: str | None = None
    host: str | None = None
    region_id: str | None = None
    api: str | None = None
    http_status: str | None = None
    access_denied_detail: Mapping[str, str] | None = None
    inner: bool = False
    said_at: datetime | None = None
