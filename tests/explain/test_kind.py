import json

import pytest

from bot.explain import Evidence, explain
from bot.explain.catalog import load_catalog

from .logs import NOW, detail, explained, failed_with, log


@pytest.mark.parametrize(
    "code",
    [
        *("Forbidden.RAM", "Forbidden", "NoPermission", "AccessDenied", "NoAuth", "Unauthorized", "forbidden.ram"),
        *("Forbidden.NoPermission", "Forbedden.NotSupportRAM", "ActionUnauthorized", "StatusForbidden", "NoPermission.SLR"),
        *(
            "InvalidUser.PassRoleForbidden",
            "isp.RAM_PERMISSION_DENY",
            "ACCESS_DENIED",
            "InvalidParameter.KMSKeyId.KMSUnauthorized",
        ),
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_a_code_of_the_permission_family_is_a_denial_under_any_status(code: str, status: int) -> None:
    assert failed_with(code, status).kind == "denied"


@pytest.mark.parametrize(
    "code",
    [
        *("Forbidden.InstanceNotFound", "Forbidden.KeyNotFound", "OperationDenied.NoStock", "OperationDenied"),
        *("SecondLevelDomainForbidden", "InvalidAccessKeyId.NotFound", "AuthenticationFail.NoPermissionToken"),
        *("SignatureDoesNotMatch", "IncorrectStatus.TransitRouter", "RegionUnauthorized"),
    ],
)
def test_a_look_alike_is_an_ordinary_failure(code: str) -> None:
    assert failed_with(code, 403).kind == "failed"


def test_a_forbidden_call_without_a_code_is_a_denial_when_a_detail_names_the_action() -> None:
    assert explained(basic={"httpStatusCode": "403"}, detail=detail()).kind == "denied"


@pytest.mark.parametrize("status", ["400", "404", "500", None])
def test_a_detail_alone_proves_nothing_under_another_status(status: str | None) -> None:
    assert explained(basic={"httpStatusCode": status}, detail=detail()).kind != "denied"


def test_the_reference_page_s_sample_failed_though_a_detail_stands_beside_it() -> None:
    basic = {"errorCode": "IncorrectStatus.TransitRouter\n", "httpStatusCode": "400"}
    explanation = explained(basic=basic, detail=detail(authAction="openapiexplorer:GetRequestLog\n"))
    assert (explanation.kind, explanation.denial) == ("failed", None)


@pytest.mark.parametrize(
    "code", ["Throttling", "Throttling.User", "Rejected.Throttling", "TooManyRequests", "WriteQuotaExceed"]
)
def test_a_code_of_flow_control_is_throttled(code: str) -> None:
    assert failed_with(code).kind == "throttled"


def test_flow_control_s_own_word_makes_a_call_throttled() -> None:
    assert failed_with(None, throttlingResult="FC.DENY").kind == "throttled"


def test_the_status_429_alone_does_not_make_a_limit_on_things_a_throttling() -> None:
    assert failed_with("SnapshotOverLimit", 429).kind == "failed"
    assert failed_with("Never.Heard.Of", 429).kind == "throttled"


def test_a_denial_is_no_throttling_even_under_429_and_fc_deny() -> None:
    assert failed_with("Forbidden.RAM", 429, throttlingResult="FC.DENY").kind == "denied"


@pytest.mark.parametrize("code", [None, "", "-", "OK", "Success", "200"])
def test_a_2xx_without_an_error_succeeded(code: str | None) -> None:
    explanation = explained(basic={"errorCode": code})
    assert (explanation.kind, explanation.retry, explanation.error_code, explanation.next_steps) == (
        "succeeded",
        None,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("body", "code", "retry"),
    [
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发小时级流控"}, "isv.BUSINESS_LIMIT_CONTROL", "wait"),
        ({"Code": "isv.OUT_OF_SERVICE", "Message": "Out of service."}, "isv.OUT_OF_SERVICE", "change"),
        ({"code": "404", "success": False, "message": "gone"}, "404", None),
        ({"ErrorCode": "InvalidParameter", "errorMessage": "x", "Success": "false"}, "InvalidParameter", "change"),
        ({"error": {"code": "SystemBusy", "message": "later"}}, "SystemBusy", "wait"),
        (
            {"error_response": {"code": 15, "sub_code": "isv.permission-limit", "sub_msg": "x"}},
            "isv.permission-limit",
            None,
        ),
    ],
)
def test_a_2xx_with_a_business_error_in_its_body_succeeded_but(body: dict[str, object], code: str, retry: str | None) -> None:
    explanation = explained(basic={"product": "Dysmsapi", "api": "SendSms"}, body=json.dumps(body))
    assert (explanation.kind, explanation.error_code, explanation.retry) == ("succeeded_but", code, retry)


@pytest.mark.parametrize(
    "body",
    [
        '{"Code":"OK","Message":"OK"}',
        '{"Code":"100","Message":"OK"}',
        '{"Code":100,"Message":"操作成功。"}',
        "<R><Code>100</Code><Message>success</Message></R>",
        '{"code":200,"success":true}',
        '{"Code":"COUPON-2024","RequestId":"X"}',
        '{"Instances":{"Instance":[{"Code":"InvalidX","Message":"deep inside"}]}}',
        "[1, 2]",
        "{broken",
        "<html><title>fine</title></html>",
        "<DescribeResponse><RequestId>X</RequestId></DescribeResponse>",
    ],
)
def test_a_2xx_whose_body_holds_no_error_succeeded(body: str) -> None:
    assert explained(body=body).kind == "succeeded"


def test_the_body_s_code_is_taken_where_the_log_has_none() -> None:
    explanation = explained(basic={"httpStatusCode": "404"}, body='{"Code":"EntityNotExist.Role","Message":"no such role"}')
    assert (explanation.kind, explanation.error_code, explanation.error_message) == (
        "failed",
        "EntityNotExist.Role",
        "no such role",
    )


def test_a_log_that_says_nothing_is_explained_as_just_that() -> None:
    explanation = explained(basic={"httpStatusCode": None, "api": None, "product": None})
    assert explanation.verdict == "The log names neither a status nor an error for the call"


@pytest.mark.parametrize(
    ("code", "kind"), [("Forbidden.RAM", "denied"), ("Throttling.User", "throttled"), ("InvalidParameter", "succeeded_but")]
)
def test_a_2xx_beside_an_error_code_of_the_log_is_told_by_the_code(code: str, kind: str) -> None:
    assert explained(basic={"errorCode": code, "errorMessage": "no"}).kind == kind


@pytest.mark.parametrize("code", ["AccessDenied.NotFound", "Forbidden.MoonNotFound", "AccessDenied.NoStock"])
def test_a_pattern_of_the_catalogue_makes_no_look_alike_a_denial(code: str) -> None:
    basic = {"errorCode": code, "errorMessage": "no", "httpStatusCode": "404"}
    explanation = explain(log(basic=basic), Evidence(load_catalog()), language="en", now=NOW)
    assert (explanation.kind, explanation.denial) == ("failed", None)
    assert "lack of permission" not in (explanation.cause or "")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<R><Code>InvalidParameter</Code><Success>false</Success></R>", "InvalidParameter"),
        ("<SendSmsResponse><Success>False</Success></SendSmsResponse>", None),
        ('{"Code":"100","Message":"OK","Success":false}', "100"),
    ],
)
def test_a_body_that_says_success_false_failed_whatever_its_root_or_message(body: str, code: str | None) -> None:
    explanation = explained(body=body)
    assert (explanation.kind, explanation.error_code) == ("succeeded_but", code)
