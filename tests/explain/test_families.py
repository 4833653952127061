import pytest

from bot.explain.families import family_of


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("SignatureNonceUsed", "nonce"),
        ("Forbidden.RiskControl", "risk"),
        ("Throttling.Resource", "throttling"),
        ("OperationDenied.OutofUsage", "stock"),
        ("LockTimeout", "conflict"),
        ("MonitorTimeoutInvalid", None),
        ("QuotaExceeded.ConnectionDrainTimeout", "quota"),
        ("Throttling.User", "throttling"),
        ("isv.BUSINESS_LIMIT_CONTROL", "throttling"),
        ("Forbidden.InstanceNotFound", "not_found"),
        ("InvalidAccessKeyId.NotFound", "credential"),
        ("Forbidden.RAM", "permission"),
        ("IdempotentParameterMismatch", "token_mismatch"),
        ("IdempotenceParamNotMatch", "token_mismatch"),
        ("OperationFailed.LastTokenProcessing", "conflict"),
        ("Operation.Conflict", "conflict"),
        ("InvalidParameter.Conflict", "parameter"),
        ("isp.SYSTEM_ERROR", "busy"),
        ("RequestTimedOut", "timeout"),
        ("InvalidTimeout.Malformed", "parameter"),
        ("ServiceUnavailable", "unavailable"),
        ("InternalError", "internal"),
        ("Internal.Server.Error", "internal"),
        ("InvalidAccountStatus.NotEnoughBalance", "balance"),
        ("IncorrectLoadBalancerStatus", "state"),
        ("IncorrectStatus.LoadBalancer", "state"),
        ("MissingStatus", "parameter"),
        ("QuotaExceed.ElasticQuota", "quota"),
        ("InvalidVSwitchId.IpNotEnough", "quota"),
        ("InvalidTimeStamp.Expired", "clock"),
        ("InvalidSecurityToken.Expired", "credential"),
        ("InvalidSnapshotId.NotReady", "state"),
        ("InvalidObjectState", "parameter"),
        ("InvalidParamter", "parameter"),
        ("DependencyViolation", None),
        ("x" * 100_000, None),
    ],
)
def test_a_code_belongs_to_the_family_that_its_words_name(code: str, family: str | None) -> None:
    assert family_of(code) == family
