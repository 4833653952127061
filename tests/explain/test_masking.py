"""Masking by class: what is masked where, and what is never."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from bot.explain import with_inner
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


def test_the_kind_of_a_resource_stays() -> None:
    resource = f"acs:ecs:cn-hangzhou:{ACCOUNT}:vswitch/{VSWITCH}"
    said = denied()
    assert said.denial
    assert said.denial.resource == resource
    masked = mask(said, ["accounts", "names"]).denial
    assert masked
    assert masked.resource == f"acs:ecs:cn-hangzhou:••••{ACCOUNT[-4:]}:vswitch/••••"


def test_words_that_a_value_begins_with_stay() -> None:
    said = failed("The instance does not exist in cn-hangzhou", [{"name": "Name", "value": "instance-web-1"}])
    assert mask(said, ["parameters"]).error_message == said.error_message


@pytest.mark.parametrize(
    "form", ["assumed-role/ops/zhang.wei", "acs%3Aram%3A%3A1%3Auser%2Fzhang.wei", "用户assumed-role/ops/zhang.wei"]
)
def test_a_name_that_the_explanation_does_not_know_is_told_by_its_form(form: str) -> None:
    said = mask(failed(f"No {form} here", []), ["names"]).error_message or ""
    assert "zhang" not in said
    assert said.endswith(" here")


def test_the_resource_of_a_masked_parameter_is_masked_without_its_head_too() -> None:
    said = failed("No bucket/ledger-2024 here", [{"name": "Arn", "value": f"acs:oss:*:{ACCOUNT}:bucket/ledger-2024"}])
    assert mask(said, ["parameters"]).error_message == "No ••••2024 here"


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


def failed(message: str, parameters: list[dict[str, object]], **basic: str) -> Explanation:
    """A call that failed with this message."""
    said = {"errorCode": "InvalidParameter", "errorMessage": message, "httpStatusCode": "400", **basic}
    return explained(basic=said, parameters=parameters)


@pytest.mark.parametrize("length", [60, 900, 3_000])
def test_a_value_cut_before_it_was_masked_is_masked_too(length: int) -> None:
    """Sentences are cut to a length before anything is masked: what is left of the value is no value that is known."""
    value = "".join(f"row{number}/" for number in range(length))[:length]
    shown = texts(mask(failed(f"Not valid: {value}", [{"name": "Note", "value": value}]), ["parameters"]))
    assert "row1/row2" not in shown
    cut = mask(failed(f"Not valid: {value[:40]}… and more", [{"name": "Note", "value": value}]), ["parameters"])
    assert "row0" not in texts(cut)


@pytest.mark.parametrize(
    "quoted",
    ["Server=ledger-db.acme.internal;Uid=payroll", "Server=ledger-db.acme.internal", "ledger-db.acme.internal", "payroll"],
)
def test_a_part_of_a_value_that_holds_a_secret_is_masked_where_a_message_quotes_it(quoted: str) -> None:
    value = "Server=ledger-db.acme.internal;Uid=payroll;Pwd=Standin-P@ss-9"
    shown = texts(mask(failed(f"Cannot connect with {quoted}", [{"name": "Target", "value": value}]), ["parameters"]))
    assert "ledger-db" not in shown
    assert "payroll" not in shown


@pytest.mark.parametrize(
    "form", ["acct_{}", "uid{}", "bucket-{}-x", "账号{}不存在", "{}号", "acs%3Aram%3A%3A{}%3Auser", "x{}y", "_{}_", "arn:{}:"]
)
@pytest.mark.parametrize("account", [ACCOUNT, "1551235544331122"])
def test_an_account_is_masked_whatever_it_is_glued_to(form: str, account: str) -> None:
    """Those that the explanation names, and those that it does not."""
    said = explained(basic={"errorMessage": f"No {form.format(account)} here", "errorCode": "X", "httpStatusCode": "400"})
    assert account in texts(said)
    assert account not in texts(mask(said, ["accounts"]))


@pytest.mark.parametrize(
    "form",
    [
        *(
            "ORDERS/Blue-7",
            "orders%2fblue-7",
            "orders%2Fblue-7",
            "orders%252Fblue-7",
            "实例orders/blue-7不存在",
            "Orders\\/Blue-7",
        ),
        *("x_orders/blue-7", "orders/blue-7_x"),
    ],
)
def test_a_value_is_masked_in_any_case_encoding_and_company(form: str) -> None:
    said = failed(f"No {form} here", [{"name": "Name", "value": "orders/blue-7"}])
    assert "blue-7" not in texts(mask(said, ["parameters"])).lower()


def test_keys_that_callers_chose_are_masked_like_values_and_those_of_the_api_are_not() -> None:
    value = '{"cost-center-9": "x1", "zhang.wei": [], "Key": "owner-3", "name": "n-4"}'
    said = failed("The name or Key cost-center-9 of zhang.wei is no number", [{"name": "Tags", "value": value}])
    assert mask(said, ["parameters"]).error_message == "The name or Key •••• of •••• is no number"


@pytest.mark.parametrize(
    "message",
    [
        "acs:ram::*:assumed-role/deploy-role/alice.chen may not",
        f"acs:ram::{ACCOUNT}:assumed-role/deploy-role/alice.chen may not",
        "assumed-role/deploy-role/alice.chen may not",
        "Deploy-Role/Alice.Chen may not",
    ],
)
def test_names_are_masked_whole(message: str) -> None:
    caller = {"callerType": "AssumedRoleUser", "masterAccountId": ACCOUNT, "callerAccountId": "deploy-role:alice.chen"}
    basic = {"errorCode": "NoPermission", "errorMessage": message, "httpStatusCode": "403"}
    shown = texts(mask(explained(basic=basic, caller=caller), ["names"])).lower()
    assert "chen" not in shown
    assert "deploy" not in shown


def test_what_a_call_inside_names_is_masked_where_its_words_are_told_as_the_cause() -> None:
    outer = explained(
        basic={"httpStatusCode": "400", "errorCode": "Failed.Inside", "errorMessage": "it failed", "api": "CreateCluster"}
    )
    both = with_inner(outer, denied())
    assert ROLE in (both.cause or "")
    left = json.dumps([(shown := mask(both, MASK_CLASSES)).verdict, shown.cause, shown.next_steps, shown.solutions])
    assert [value for value in (ROLE, SESSION, ACCOUNT, VSWITCH, ADDRESS) if value in left] == []
