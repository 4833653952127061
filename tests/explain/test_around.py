"""What ActionTrail can be asked around a call: decided by the explanation alone."""

from datetime import timedelta
from typing import Any

import pytest

from bot.explain.around import around, resource_of, touches
from tests.explain.logs import ACCOUNT, USER, explained

STATE = {"httpStatusCode": "403", "errorCode": "IncorrectInstanceStatus", "errorMessage": "The status does not allow this."}


def given(**values: str) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def denied(policy_type: str, kind: str = "SubUser", principal: str = USER) -> Any:
    detail = {"policyType": policy_type, "authPrincipalType": kind, "authPrincipalDisplayName": principal}
    detail |= {"authPrincipalOwnerId": ACCOUNT, "authAction": "ecs:StopInstance", "noPermissionType": "ImplicitDeny"}
    return explained(basic={"httpStatusCode": "403", "errorCode": "NoPermission"}, detail=detail)


@pytest.mark.parametrize(
    ("code", "message", "parameters", "resource"),
    [
        ("IncorrectInstanceStatus", "No.", given(InstanceId="i-bp1gzf4j0a2kd7ebw3xq"), "i-bp1gzf4j0a2kd7ebw3xq"),
        ("IncorrectDiskStatus", "No.", given(InstanceId="i-bp1gzf4j0a2k", DiskId="d-bp1h2c9qs0vt"), "d-bp1h2c9qs0vt"),
        ("InvalidVpcId.NotFound", "vpc-bp1aevy8sofi8mh1q5ab1 is gone.", [], "vpc-bp1aevy8sofi8mh1q5ab1"),
        ("EntityNotExist.User", "The user does not exist.", given(UserName="ops-bot"), "ops-bot"),
        ("InvalidInstance.NotFound", "No.", given(**{"InstanceId.1": "i-bp1gzf4j0a2k"}), "i-bp1gzf4j0a2k"),
        ("InvalidInstance.NotFound", "No.", given(InstanceIds='["i-bp1gzf4j0a2k"]'), "i-bp1gzf4j0a2k"),
        ("InvalidInstance.NotFound", "No.", given(InstanceId="i-bp67acfmxazb4ph****"), None),
        ("IncorrectInstanceStatus", "No.", given(RegionId="cn-hangzhou", ClientToken="0c593ea1-3bea-11e9"), None),
    ],
)
def test_the_resource_is_the_one_that_the_error_is_about(
    code: str, message: str, parameters: list[dict[str, Any]], resource: str | None
) -> None:
    said = explained(basic={**STATE, "errorCode": code, "errorMessage": message}, parameters=parameters)
    assert resource_of(said) == resource
    asked = around(said)
    assert (asked.values if asked else ()) == ((resource,) if resource else ())


def test_an_error_that_nobody_else_has_a_hand_in_asks_for_nobody() -> None:
    parameters = given(InstanceId="i-bp1gzf4j0a2kd7ebw3xq")
    for code in ("InvalidParameter", "QuotaExceeded.Instance", "InvalidAccessKeyId.NotFound"):
        assert around(explained(basic={**STATE, "errorCode": code, "errorMessage": ""}, parameters=parameters)) is None
    assert around(explained(parameters=parameters)) is None


def test_a_throttled_call_is_asked_about_in_the_minute_around_it() -> None:
    asked = around(explained(basic={"httpStatusCode": "400", "errorCode": "Throttling.User"}))
    assert asked is not None
    assert (asked.asked, asked.key, asked.values) == ("callers", "EventName", ("DescribeInstances",))
    assert asked.end - asked.start == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("said", "some", "others"),
    [
        (denied("AccountLevelIdentityBasedPolicy"), "DetachPolicyFromUser", "DetachPolicyFromRole"),
        (denied("AccountLevelIdentityBasedPolicy", "AssumedRoleUser", "deploy:ci"), "DetachPolicyFromRole", "AddUserToGroup"),
        (denied("ResourceGroupLevelIdentityBasedPolicy"), "DetachPolicy", "AttachPolicyToUser"),
        (denied("ControlPolicy"), "AttachControlPolicy", "DeletePolicy"),
        (denied("AssumeRolePolicy"), "UpdateRole", "DeletePolicy"),
    ],
)
def test_of_a_denial_the_changes_of_its_layer_are_asked_for_in_the_day_before(said: Any, some: str, others: str) -> None:
    asked = around(said)
    assert asked is not None
    assert (asked.asked, asked.key, asked.end - asked.start) == ("changed", "EventName", timedelta(days=1))
    assert some in asked.values
    assert others not in asked.values


def test_a_session_policy_leaves_no_event_to_ask_for() -> None:
    assert around(denied("SessionPolicy", "AssumedRoleUser", "deploy:ci")) is None


@pytest.mark.parametrize(
    ("parameters", "touched"),
    [
        ({"UserName": "alice", "PolicyName": "p"}, True),
        ({"UserPrincipalName": "Alice@corp.onaliyun.com", "GroupName": "g"}, True),
        ({"UserName": "bob", "PolicyName": "deny-all"}, False),
        ({"GroupName": "g", "PolicyName": "p"}, None),
        ({"GroupName": "g", "PolicyName": "deny-all"}, True),
        ({"PolicyName": "deny-all", "SetAsDefault": "false"}, False),
        ({}, None),
    ],
)
def test_a_change_touches_who_it_names_and_the_policy_that_decided(parameters: dict[str, str], touched: bool | None) -> None:
    assert touches(parameters, "alice", {"deny-all"}) is touched


def test_without_a_name_nobody_is_known_to_be_another() -> None:
    assert touches({"UserName": "bob"}, None, ()) is None
