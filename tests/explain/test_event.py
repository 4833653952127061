from datetime import UTC, datetime
from typing import Any

import pytest

from bot.aliyun.trail import TrailEvent
from bot.explain import Evidence, explain

from .logs import ACCOUNT, NOW

EVENT: dict[str, Any] = {
    "eventId": "123e4567-e89b-12d3-a456-426614174000",
    "requestId": "123E4567-E89B-12D3-A456-426614174000",
    "eventName": "RunInstances",
    "serviceName": "Ecs",
    "apiVersion": "2014-05-26",
    "eventTime": "2026-11-20T01:00:00Z",
    "eventRW": "Write",
    "acsRegion": "cn-hangzhou",
    "sourceIpAddress": "198.51.100.7",
    "userAgent": "Terraform",
    "errorCode": "InternalError",
    "errorMessage": "It broke.",
    "requestParameters": {"InstanceType": "ecs.g6.large", "Password": "S3CR3T"},
    "responseElements": {"RequestId": "X"},
    "userIdentity": {"type": "ram-user", "userName": "alice", "accountId": ACCOUNT, "accessKeyId": "LTAI5tFakeFakeFakeFake01"},
}


def test_an_event_tells_who_called_what_and_how_it_ended() -> None:
    explanation = explain(TrailEvent.model_validate(EVENT), Evidence(), language="en", now=NOW)
    assert (explanation.kind, explanation.api, explanation.product, explanation.region_id) == (
        "failed",
        "RunInstances",
        "Ecs",
        "cn-hangzhou",
    )
    assert explanation.call.caller_words == "RAM user alice"
    assert explanation.call.received_at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    assert explanation.call.document == "https://api.alibabacloud.com/document/Ecs/2014-05-26/RunInstances"
    assert explanation.retry == "never"
    assert explanation.timing.reading == "unknown"


def test_an_event_s_secrets_do_not_show() -> None:
    shown = str(explain(TrailEvent.model_validate(EVENT), Evidence(), language="en", now=NOW))
    assert "S3CR3T" not in shown
    assert "LTAI5tFake" not in shown


def test_an_event_without_an_error_succeeded() -> None:
    explanation = explain(
        TrailEvent.model_validate({**EVENT, "errorCode": "", "errorMessage": None}), Evidence(), language="en", now=NOW
    )
    assert (explanation.kind, explanation.verdict) == ("succeeded", "Succeeded: Ecs RunInstances")


def test_the_source_says_that_it_is_an_event() -> None:
    [source] = explain(TrailEvent.model_validate(EVENT), Evidence(), language="en", now=NOW).sources
    assert source.reference.startswith("actiontrail:")
    assert "ActionTrail" in (source.note or "")


def test_parameters_may_come_as_json_text_and_a_denial_is_a_denial() -> None:
    event = {**EVENT, "requestParameters": None, "requestParameterJson": '{"ClientToken": "x"}', "errorCode": "Forbidden.RAM"}
    explanation = explain(TrailEvent.model_validate(event), Evidence(), language="zh", now=NOW)
    assert explanation.kind == "denied"
    assert [item.name for item in explanation.call.parameters] == ["ClientToken"]


@pytest.mark.parametrize("value", [None, "", "-", 5, True, [], {}, [1], {"a": {"b": []}}, "{broken", "9" * 6000])
def test_every_field_may_be_missing_or_of_any_type(value: object) -> None:
    for language in ("en", "zh"):
        explanation = explain(
            TrailEvent.model_validate(dict.fromkeys(EVENT, value)),
            Evidence(),
            language="en" if language == "en" else "zh",
            now=NOW,
        )
        assert explanation.verdict
    assert explain(TrailEvent.model_validate({}), Evidence(), language="en", now=NOW).kind == "succeeded"
