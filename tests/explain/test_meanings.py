import pytest

from bot.explain.catalog import load_catalog
from bot.explain.facts import Facts
from bot.explain.judgement import judge
from bot.explain.meanings import family_of, meanings, parameter_in, permission_code, said_by_message


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("SignatureNonceUsed", "nonce"),
        ("Forbidden.RiskControl", "risk"),
        ("Throttling.Resource", "throttling"),
        ("OperationDenied.OutofUsage", "stock"),
        ("LockTimeout", "progress"),
        ("QuotaExceeded.ConnectionDrainTimeout", "quota"),
        ("Throttling.User", "throttling"),
        ("isv.BUSINESS_LIMIT_CONTROL", "throttling"),
        ("Forbidden.InstanceNotFound", "not_found"),
        ("InvalidAccessKeyId.NotFound", "credential"),
        ("LimitExceeded.User.AccessKey", "quota"),
        ("IdempotentParameterMismatch", "token_mismatch"),
        ("IdempotenceParamNotMatch", "token_mismatch"),
        ("OperationFailed.LastTokenProcessing", "progress"),
        ("Operation.Conflict", "progress"),
        ("ListenerPortConflict", "clash"),
        ("InvalidParameter.Conflict", "clash"),
        ("isp.SYSTEM_ERROR", "busy"),
        ("RequestTimedOut", "timeout"),
        ("InvalidTimeout.Malformed", "format"),
        ("MonitorTimeoutInvalid", "parameter"),
        ("OperationDenied.TcpIdleTimeoutNotConfigurable", "refused"),
        ("ServiceUnavailable", "unavailable"),
        ("InternalError", "internal"),
        ("Internal.Server.Error", "internal"),
        ("InvalidAccountStatus.NotEnoughBalance", "balance"),
        ("IncorrectLoadBalancerStatus", "state"),
        ("IncorrectStatus.LoadBalancer", "state"),
        ("IncorrectStatus.VpnConnectionDeleted", "state_settled"),
        ("MissingStatus", "missing"),
        ("QuotaExceed.ElasticQuota", "quota"),
        ("InvalidVSwitchId.IpNotEnough", "quota"),
        ("InvalidTimeStamp.Expired", "clock"),
        ("InvalidSecurityToken.Expired", "token_expired"),
        ("InvalidSnapshotId.NotReady", "state"),
        ("InvalidObjectState", "state_settled"),
        ("InvalidParamter", "parameter"),
        ("InvalidDomainName.NoExist", "not_found"),
        ("InvalidCidrBlock.Overlapped", "clash"),
        ("DependencyViolation", "in_use"),
        ("Conflict", None),
        ("x" * 100_000, None),
        (None, None),
    ],
)
def test_a_code_belongs_to_the_family_that_its_words_name(code: str | None, family: str | None) -> None:
    found = family_of(code)
    assert (found.id if found else None) == family


@pytest.mark.parametrize(
    ("code", "standing"),
    [
        ("Forbidden.RAM", "certain"),
        ("Forbidden", "certain"),
        ("isp.RAM_PERMISSION_DENY", "certain"),
        ("Forbidden.DomainExpired", "perhaps"),
        ("Forbidden.InstanceNotFound", None),
        ("Forbidden.RiskControl", None),
        ("InvalidRam.Size", None),
        (None, None),
    ],
)
def test_permission_is_told_by_whole_segments(code: str | None, standing: str | None) -> None:
    assert permission_code(code) == standing


def test_both_languages_fill_the_card_alike() -> None:
    for meaning in meanings().values():
        assert len(meaning.en.steps) == len(meaning.zh.steps), meaning.id
        assert (meaning.en.because is None) == (meaning.zh.because is None), meaning.id
        assert meaning.message or meaning.code or meaning.id in ("client", "forbidden"), meaning.id


@pytest.mark.parametrize(
    ("message", "meaning"),
    [
        ("The dry run passed, nothing was created.", "dry_run"),
        ("This nonce was used by an earlier request.", "nonce"),
        ("There is a risk of leakage of the AccessKey.", "leaked_key"),
        ("The AccessKey may only be used from a source IP on its network whitelist.", "key_network"),
        ("The AccessKey is disabled.", "key_disabled"),
        ('The parameter "SecurityToken.Expired" is wrong: the security token has expired.', "token_expired"),
        ("Your timestamp differs too much from ours: timestamp expired.", "clock"),
        ("The AccessKeySecret does not fit.", "credential"),
        ("This account was closed by its owner.", "account_closed"),
        ("Please pass the real-name check.", "real_name"),
        ("请先完成实名认证", "real_name"),
        ("No valid payment method is set.", "payment_method"),
        ("There is an unpaid order of this instance.", "unpaid_order"),
        ("The user is in arrears.", "overdue"),
        ("账号已欠费", "overdue"),
        ("Not enough balance left: balance insufficient.", "balance"),
        ("账户余额不足，请充值", "balance"),
        ("You have not purchased this package.", "not_purchased"),
        ("The moon service has not been activated.", "not_activated"),
        ("该服务尚未开通", "not_activated"),
        ("CORS: origin refused.", "cors"),
        ("Refused by risk control.", "risk"),
        ("触发风控", "risk"),
        ("The text contains sensitive words.", "content"),
        ("This type is sold out in the zone.", "stock"),
        ("库存不足", "stock"),
        ("You have reached the maximum number of tries for the day.", "quota_day"),
        ("Too many concurrent tasks.", "concurrent"),
        ("You call too frequently, try again later.", "throttling"),
        ("请求过于频繁", "throttling"),
        ("The same client token came with different parameters.", "token_mismatch"),
        ("The request timed out.", "timeout"),
        ("The timeout must be between 1 and 10.", "range"),
        ("The service is temporarily unavailable.", "unavailable"),
        ("An internal server error was met.", "internal"),
        ("系统异常，请重试", "internal"),
        ("The cluster is being upgraded.", "progress"),
        ("Another task of the instance is running.", "progress"),
        ("Failed to acquire the lock.", "progress"),
        ("任务正在执行中", "progress"),
        ("Turn off deletion protection.", "deletion_protection"),
        ("Use the correct endpoint of the bucket.", "endpoint"),
        ("Roles may not be assumed by root accounts.", "root_account"),
        ("You are not authorized to do this.", "permission"),
        ("The user has no permission on this queue.", "permission"),
        ("access denied", "permission"),
        ("您没有该资源的操作权限", "permission"),
        ("The address is not in the whitelist.", "whitelist"),
        ("The queue does not belong to you.", "owner"),
        ("The domain has expired.", "expired"),
        ("The name cannot be empty.", "missing"),
        ("名称不能为空", "missing"),
        ("The length of the name must not exceed 20 characters.", "too_long"),
        ("The weight is out of range.", "range"),
        ("取值范围为1到5", "range"),
        ("The quota of rules is exceeded.", "quota"),
        ("数量已达上限", "quota"),
        ("The switch has no available IP.", "quota"),
        ("The group is still used by a listener.", "in_use"),
        ("资源被占用", "in_use"),
        ("A rule of this name already exists.", "exists"),
        ("名称已存在", "exists"),
        ("The queue does not exist.", "not_found"),
        ("You have no permission, or the queue does not exist.", "not_found"),
        ("队列不存在", "not_found"),
        ("The disk has never been attached.", "not_attached"),
        ("The key is disabled.", "state_settled"),
        ("The port conflicts with another listener.", "clash"),
        ("The operation conflicts with a running job. Try again later.", "progress"),
        ("The zone and the type do not match.", "mismatch"),
        ("可用区与规格不匹配", "mismatch"),
        ("The server is busy.", "busy"),
        ("This is not available in the current region.", "region"),
        ("The current status does not allow this.", "state"),
        ("This engine is not supported.", "unsupported"),
        ("不支持该引擎", "unsupported"),
        ("The date format is wrong.", "format"),
        ("For more information, see the page: the value is illegal.", "parameter"),
        ("参数不合法", "parameter"),
        ("Please try again later.", "later"),
        ("The moon is round.", None),
        ("", None),
        (None, None),
    ],
)
def test_a_message_is_read_by_what_it_says(message: str | None, meaning: str | None) -> None:
    found = said_by_message(message)
    assert (found.id if found else None) == meaning


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ('The parameter "Moon.Phase" is not valid.', "Moon.Phase"),
        ("The specified MoonPhase is wrong.", "MoonPhase"),
        ("moonPhase must be set", "moonPhase"),
        ("The moon is round.", None),
        ("The VSwitch is gone.", None),
        (None, None),
    ],
)
def test_a_parameter_is_named_where_the_message_names_it(message: str | None, name: str | None) -> None:
    assert parameter_in(message) == name


def test_a_meaning_is_known_by_its_name_though_the_meanings_were_read_twice() -> None:
    """Threads that ask first at the same moment each read them; the code's and the message's are then two of one name."""
    said = "Request was denied due to user flow control."
    facts = Facts(sources=(), error_code="Throttling.User", error_message=said)
    family_of("Throttling.User")
    meanings.cache_clear()
    judged = judge(facts, load_catalog(), "en")
    assert judged.match is not None
