"""Masking by class: what is masked where, and what is never."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from bot.explain.explanation import Explanation
from bot.explain.masking import MASK_CLASSES, MaskClass, mask
from tests.explain.logs import ACCOUNT, USER, explained

ADDRESS, SIX = "203.0.113.17", "2001:db8::7:1"
ROLE, SESSION = "deploy-role", "ci-4711"
VSWITCH = "vsw-bp1s5fnvk4gn2tws03624"
NAME = "checkout-blue"
MESSAGE = (
    f"User {ROLE}:{SESSION} of account {ACCOUNT} at {ADDRESS} ({SIX}) may not start {NAME} in {VSWITCH} at 02:03:04, "
    f"acs:ecs:cn-hangzhou:{ACCOUNT}:vswitch/{VSWITCH}; ask ops-lead@example.com."
)


def denied(**changes: Any) -> Explanation:
    """A denial in which every class of value occurs, in the facts and in the message."""
    basic = {"httpStatusCode": "403", "errorCode": "Forbidden.RAM", "errorMessage": MESSAGE, "api": "RunInstances"}
    caller = {
        "callerType": "AssumedRoleUser",
        "masterAccountId": ACCOUNT,
        "callerAccountId": f"{ROLE}:{SESSION}",
        "callerIp": ADDRESS,
    }
    detail = {
        "policyType": "AccountLevelIdentityBasedPolicy",
        "authPrincipalType": "AssumedRoleUser",
        "authPrincipalOwnerId": ACCOUNT,
        "authPrincipalDisplayName": f"{ROLE}:{SESSION}",
        "noPermissionType": "ImplicitDeny",
        "authAction": "ecs:RunInstances",
    }
    parameters = [
        {"name": "RegionId", "value": "cn-hangzhou"},
        {"name": "VSwitchId", "value": VSWITCH},
        {"name": "InstanceName", "value": NAME},
    ]
    body = json.dumps({"Message": MESSAGE, "EncodedDiagnosticMessage": "AQEAAAAAawD" + "x" * 60})
    return explained(**{"basic": basic, "caller": caller, "detail": detail, "parameters": parameters, "body": body, **changes})


def texts(explanation: Explanation) -> str:
    """Every text of an explanation, those that no JSON shows too."""
    return json.dumps(asdict(explanation), ensure_ascii=False, default=str)


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("accounts", [ACCOUNT]),
        ("addresses", [ADDRESS, SIX]),
        ("names", [ROLE, SESSION, "ops-lead@example.com", VSWITCH]),
        ("parameters", [VSWITCH, NAME]),
    ],
)
def test_a_class_is_masked_wherever_its_values_occur(name: MaskClass, gone: list[str]) -> None:
    shown = texts(denied())
    masked = texts(mask(denied(), [name]))
    for value in gone:
        assert value in shown
        assert value not in masked


@pytest.mark.parametrize("name", MASK_CLASSES)
def test_a_class_leaves_the_others_alone(name: MaskClass) -> None:
    masked = texts(mask(denied(), [name]))
    others = {"accounts": ACCOUNT, "addresses": ADDRESS, "names": SESSION, "parameters": NAME}
    for other, value in others.items():
        if other != name:
            assert value in masked


def test_what_the_reader_needs_to_look_it_up_stays() -> None:
    masked = mask(denied(), MASK_CLASSES)
    plain = denied()
    assert (masked.request_id, masked.api, masked.error_code) == (plain.request_id, plain.api, plain.error_code)
    assert masked.denial
    assert masked.denial.action == "ecs:RunInstances"
    assert "ecs:RunInstances" in masked.verdict
    assert [each.name for each in masked.call.parameters] == ["RegionId", "VSwitchId", "InstanceName"]
    assert masked.region_id == "cn-hangzhou"
    assert "02:03:04" in (masked.error_message or "")


def test_long_values_keep_their_last_four_characters_and_short_ones_nothing() -> None:
    masked = mask(denied(), MASK_CLASSES)
    assert masked.call.account_id == f"••••{ACCOUNT[-4:]}"
    assert masked.call.caller_ip == "••••"
    assert SESSION[-4:] not in masked.verdict


def test_the_policy_draft_is_masked_too() -> None:
    masked = mask(denied(), ["accounts"])
    assert masked.denial
    assert masked.denial.policy_draft
    assert ACCOUNT not in json.dumps(masked.denial.policy_draft)


def test_the_response_goes_as_a_whole_and_an_encoded_message_always() -> None:
    assert mask(denied(), ["parameters"]).call.response_body == "••••"
    body = mask(denied(), ["addresses"]).call.response_body or ""
    assert "AQEAAAAAawD" not in body
    assert VSWITCH in body


def test_nothing_wanted_changes_nothing() -> None:
    assert mask(denied(), []) == denied()


def test_a_name_inside_another_word_is_not_that_name() -> None:
    caller = {"callerType": "AssumedRoleUser", "masterAccountId": ACCOUNT, "callerAccountId": "ops:run"}
    said = mask(denied(caller=caller, detail=None), ["names"])
    assert said.api == "RunInstances"
    assert "RunInstances" in said.verdict
    assert "devops" in (mask(denied(caller=caller, basic={"errorMessage": "devops"}), ["names"]).error_message or "devops")


def test_masking_twice_is_masking_once() -> None:
    once = mask(denied(), MASK_CLASSES)
    assert mask(once, MASK_CLASSES) == once


def test_a_user_id_of_digits_counts_as_an_account() -> None:
    plain = explained()
    assert USER in texts(plain)
    assert USER not in texts(mask(plain, ["accounts"]))
    assert USER in texts(mask(plain, ["names"]))


@pytest.mark.parametrize(
    "value",
    [
        "host=db-7.internal password=Standin-P@ss-9 schema=orders",
        "mysql://root:hunter2hunter2@db-7.internal:3306/orders",
        '{"note": "db-7.internal Bearer abcdefgh12345678 orders"}',
        "orders " * 400 + "db-7.internal password=hunter2hunter2",
    ],
)
def test_a_value_that_holds_a_redacted_secret_is_masked_whole(value: str) -> None:
    """In the parameter, and where the error message repeats it."""
    basic = {"errorCode": "InvalidParameter", "errorMessage": f"Not valid: {value}", "httpStatusCode": "400"}
    said = explained(basic=basic, parameters=[{"name": "Note", "value": value}])
    assert "orders" in texts(said)
    shown = texts(mask(said, ["parameters"]))
    assert "db-7" not in shown
    assert "orders" not in shown


def test_of_many_values_none_is_forgotten() -> None:
    values = [f"value-{number}" for number in range(300)] + [f"path/of/{number}" for number in range(1000)]
    message = "Not valid: value-0, value-299, path/of/0, path/of/999"
    basic = {"errorCode": "InvalidParameter", "errorMessage": message, "httpStatusCode": "400"}
    shown = mask(explained(basic=basic, parameters=[{"name": "Values", "value": values}]), ["parameters"]).error_message
    assert shown == "Not valid: ••••, ••••, ••••, ••••"
