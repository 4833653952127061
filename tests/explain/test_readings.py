"""What an error is told as where its code and its message tell different things, and readings that were once mistaken."""

import pytest

from bot.explain import Evidence, explain
from bot.explain.catalog import load_catalog
from bot.explain.facts import Facts
from bot.explain.judgement import judge
from bot.explain.meanings import family_of, said_by_message

from .logs import NOW, log

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("message", "meaning"),
    [
        ("Your information is incomplete. Complete your account profile first.", "profile"),
        ("The domain has no ICP filing.", "icp"),
        ("域名未备案", "icp"),
        ("The service has not been authorized to access your buckets.", "service_role"),
        ("The specified instance types are not authorized for you.", "not_offered"),
        ("This is only open to invited users.", "not_offered"),
        ("Only the management account of the service is allowed to share such resources.", "other_caller"),
        ("Only ISV accounts are allowed to call the specified API operation.", "other_caller"),
        ("RAM users or STS tokens are not supported.", "other_caller"),
        ("The ResourceIds parameter's number is exceed, Valid: 50", "too_many_items"),
        ("The number of login times exceeds the limit.", "quota_times"),
        ("次数已达上限", "quota_times"),
        ("The instance is already stopped.", "already_so"),
        ("The image cannot be deleted, because shared cloud computers already exist.", "in_use"),
        ("Operation is failed because there is at least one route entry which next hop is the specified eni.", "in_use"),
        ('The specified parameter "KeyPairNames" attached to instances can not be deleted.', "in_use"),
        ("The specified same token is trying to make requests with different parameters.", "token_mismatch"),
        ("Another Host has been creating", "progress"),
        ("Specified request token conflict.", "token_mismatch"),
        ("The peer ASN cannot equal the local one.", "range"),
        ("No auth count or auth count has been exhausted.", "quota"),
        ("Topic config num exceed.", "quota"),
        ("You need to apply to be added to the whitelist.", "whitelist"),
        ("The number of HostId exceeds 20.", "too_many_items"),
        ("The labels exceed the maximum number of characters.", "too_long"),
        ("There is no available cluster for the firewall.", "stock"),
        ("You cannot grant row level permissions to measure x.", None),
        ("The role required for the operation is missing.", None),
    ],
)
def test_a_message_that_was_once_misread(message: str, meaning: str | None) -> None:
    found = said_by_message(message)
    assert (found.id if found else None) == meaning


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("ParameterMissing.VpcId", "missing"),
        ("ParameterEmpty.VpcId", "missing"),
        ("OperationFailed.AttachmentReferencedRouteExisted", "in_use"),
        ("OperationDenied.CreatingConflict", "progress"),
        ("NotManagementAccount", "other_caller"),
        ("InvalidInstanceType.NotAuthorized", "not_offered"),
        ("Alarm.AlreadyEnabled", "already_so"),
    ],
)
def test_a_code_that_was_once_misread(code: str, family: str) -> None:
    found = family_of(code)
    assert found is not None
    assert found.id == family


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        ("BIZ_INSTANCE_ALREADY_EXISTS", "It failed. Please check and try again later.", "exists"),
        ("BIZ_MOON", "It failed. Please check and try again later.", "later"),
        ("InvalidConflict", "Another operation is running on it.", "progress"),
        ("User.NotInWhitelist", "You are not authorized to use this feature.", "whitelist"),
        ("ParameterMissing.VpcId", "ParameterMissing.VpcId", "missing"),
        ("Throttling.User", "The specified parameter is not valid.", "throttling-user"),
        ("InvalidParameter.KMSKeyId.CMKUnauthorized", "The CMK needs to be added ECS tag.", "kms-key-tag"),
        ("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板", "sms-template"),
        ("QuotaExceeded.Refresh", "Your refresh attempts have exceeded the daily limit.", "cdn-day-refresh"),
        ("InvalidParams.NotNull", "The parameter must not be null.", "missing-parameter"),
        ("InternalServiceError", "The call failed. Please try again later.", "internal"),
        ("MissingRequiredParams", "The HTTP query must be specified.", "missing-parameter"),
        ("DependencyViolation.IoOptimized", "The specified instancetype must be IoOptimized instance.", "does-not-match"),
    ],
)
def test_code_and_message_settle_together_what_is_told(code: str, message: str, told: str) -> None:
    judged = judge(Facts(sources=(), error_code=code, error_message=message), CATALOG, "en")
    entry = judged.match.reference.split(":")[1] if judged.match else None
    assert told in (entry, judged.reading.id if judged.reading else None, judged.family.id if judged.family else None)
    assert entry in (None, told)


def told(product: str, code: str, message: str, status: int = 400) -> tuple[str, str | None, str]:
    """Kind, retry and all the words of the explanation of such an error."""
    basic = {"product": product, "errorCode": code, "errorMessage": message, "httpStatusCode": str(status)}
    said = explain(log(basic=basic), Evidence(CATALOG), language="en", now=NOW)
    return said.kind, said.retry, " ".join((said.verdict, said.cause or "", *said.next_steps))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("PermissionDenied", "Only a primary account can perform the operation."),
        ("Measure.CanNotUse", "You cannot grant row level permissions to measure x."),
        ("RegionUnauthorized", "There is no authority to create instance in the specified region."),
        ("ApiAuthExhausted", "No auth count or auth count has been exhausted."),
        ("InvalidInstanceType.NotAuthorized", "The specified instance types are not authorized."),
        ("Forbbiden", "Specified RouteEntry cannot allowed delete by openApi."),
    ],
)
def test_what_no_policy_of_ram_can_change_is_not_told_as_a_denial(code: str, message: str) -> None:
    kind, _, words = told("Ecs", code, message, 403)
    assert kind == "failed"
    assert "Access denied" not in words


def test_the_limit_of_a_day_is_not_told_as_a_rate_to_back_off_from() -> None:
    kind, retry, words = told("Ecs", "Invocation.ExceedQuota", "The invocation quota has been reached for today.", 403)
    assert (kind, retry) == ("throttled", "wait")
    assert "backoff" not in words
    assert "next day" in words


def test_a_denial_inside_a_maxcompute_project_is_told_as_one_of_the_project() -> None:
    message = (
        "ODPS-0420095: Access Denied - Authorization Failed [4019], You have NO privilege 'odps:Select' on {acs:odps:*:x}."
    )
    kind, _, words = told("Odps", "ODPS-0420095", message, 403)
    assert kind == "denied"
    assert "MaxCompute project" in words


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("You have no right to access this object because of bucket acl.", "bucket"),
        ("The bucket you access does not belong to you.", "GetBucketInfo"),
        ("Anonymous user has no right to access this bucket.", "not signed"),
        ("You are denied by bucket referer policy.", "Referer"),
        ("Request has expired.", "expired"),
    ],
)
def test_the_one_code_of_oss_is_told_apart_by_its_messages(message: str, words: str) -> None:
    assert words in told("Oss", "AccessDenied", message, 403)[2]


def test_a_parameter_that_the_code_only_suggests_is_not_named_against_the_message() -> None:
    words = told("Ecs", "MissingParameter.Foo", "The input parameter BarId that is mandatory is not supplied.")[2]
    assert "Foo is missing" not in words
    assert "BarId is missing" in words


@pytest.mark.parametrize("code", ["MissingParam.MoonIdOrStarId", "MissingParameter.MoonIdAndStarId"])
def test_a_code_that_speaks_of_two_parameters_names_none(code: str) -> None:
    words = told("Cbn", code, "Either MoonId or StarId must be specified.")[2]
    assert "A required value is missing" in words
    assert "probably" not in words
