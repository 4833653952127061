import pytest

from bot.explain import Evidence, explain
from bot.explain.catalog import Catalog, load_catalog
from bot.explain.facts import has_client_token, reads_only
from bot.explain.wording import account_words, say

from .logs import NOW, detail, explained, failed_with, log

TOKEN = [{"name": "ClientToken", "value": "5f0c2b3e"}]


@pytest.mark.parametrize(
    ("code", "status", "retry"),
    [
        ("Throttling.User", 400, "wait"),
        ("SystemBusy", 400, "wait"),
        ("OperationConflict", 409, "wait"),
        ("Conflict", 409, None),
        ("Never.Heard.Of", 409, None),
        ("Moon.AlreadyExists", 409, "change"),
        ("LastTokenProcessing", 403, "wait"),
        ("IncorrectInstanceStatus", 403, "wait"),
        ("IncorrectDBInstanceState", 500, "wait"),
        ("OperationDenied.NoStock", 403, "wait"),
        ("Zone.NotOnSale", 403, "wait"),
        ("ServiceUnavailable", 503, "wait"),
        ("InvalidParameter", 400, "change"),
        ("MissingInstanceId", 400, "change"),
        ("Forbidden.RAM", 403, "change"),
        ("InvalidAccessKeyId.NotFound", 404, "change"),
        ("InvalidTimeStamp.Expired", 400, "change"),
        ("QuotaExceed.ElasticQuota", 403, "change"),
        ("InvalidAccountStatus.NotEnoughBalance", 403, "change"),
        ("InstanceLockedForSecurity", 403, "change"),
        ("IdempotentParameterMismatch", 400, "change"),
        ("InvalidInstanceId.NotFound", 404, "change"),
        ("Never.Heard.Of", 400, None),
        ("SignatureNonceUsed", 400, "never"),
        ("Forbidden.RiskControl", 403, "never"),
        ("InternalError", 500, "safe"),
        ("Never.Heard.Of", 502, "safe"),
        (None, 504, "safe"),
    ],
)
def test_a_read_is_judged_by_its_code_s_family(code: str | None, status: int, retry: str | None) -> None:
    explanation = failed_with(code, status)
    assert explanation.retry == retry
    assert explanation.retry_because


@pytest.mark.parametrize(
    ("code", "status"), [("InternalError", 500), ("ServiceUnavailable", 503), (None, 502), ("UnknownError", 500)]
)
def test_a_write_that_may_have_been_carried_out_is_never_repeated_without_a_token(code: str | None, status: int) -> None:
    basic = {"api": "RunInstances", "errorCode": code, "httpStatusCode": str(status)}
    assert explained(basic=basic).retry == "never"
    assert explained(basic=basic, parameters=TOKEN).retry in ("safe", "wait")


@pytest.mark.parametrize("code", ["Throttling.User", "SystemBusy", "IncorrectDBInstanceState", "OperationConflict"])
def test_a_write_that_was_refused_may_be_repeated_later_whatever_the_status(code: str) -> None:
    assert explained(basic={"api": "ModifyDBInstance", "errorCode": code, "httpStatusCode": "500"}).retry == "wait"


@pytest.mark.parametrize(
    ("api", "method", "style", "reads"),
    [
        ("DescribeInstances", "POST", "rpc", True),
        ("ListBuckets", "POST", "RPC", True),
        ("GetUser", None, None, True),
        ("QueryOrder", "POST", "rpc", True),
        ("BatchGetItems", "POST", "rpc", True),
        ("RunInstances", "GET", "rpc", False),
        ("Getaway", "POST", "rpc", False),
        ("Nodes", "GET", "ROA", True),
        ("Nodes", "DELETE", "roa", False),
        (None, None, None, None),
        (None, "GET", "rpc", None),
    ],
)
def test_a_read_is_known_by_its_verb_and_in_roa_style_by_its_method(
    api: str | None,
    method: str | None,
    style: str | None,
    reads: bool | None,
) -> None:
    assert reads_only(api=api, method=method, style=style) is reads


@pytest.mark.parametrize(
    ("name", "value", "token"),
    [
        ("ClientToken", "x", True),
        ("client_token", "x", True),
        ("clientToken", "", False),
        ("ClientToken", None, False),
        ("body", {"clientToken": "x"}, True),
        ("body", '{"ClientToken": "x"}', True),
        ("body", "{broken", False),
        ("NextToken", "x", False),
        (None, "x", False),
    ],
)
def test_client_tokens_are_found_at_the_top_and_in_bodies(name: str | None, value: object, token: bool) -> None:
    assert has_client_token([(name, value)]) is token


@pytest.mark.parametrize("code", ["Zone.NotOnSale", "OperationDenied.NoStock"])
def test_the_catalogue_and_the_code_s_family_agree_on_what_passes(code: str) -> None:
    basic = {"errorCode": code, "errorMessage": "no", "httpStatusCode": "403"}
    assert explain(log(basic=basic), Evidence(load_catalog()), language="en", now=NOW).retry == "wait"


def test_of_stock_the_words_offer_another_zone() -> None:
    assert "choose another zone" in (failed_with("Zone.NotOnSale", 403).retry_because or "")


@pytest.mark.parametrize(
    ("message", "pause"),
    [
        ("Too frequent, try again in 5 minute(s).", "a pause of 5 min."),
        ("Slow down: too many requests. Wait 30 seconds.", "a pause of 30 s."),
        ("调用过于频繁，请1小时后重试", "a pause of 1 h."),
        ("Too many requests.", None),
    ],
)
def test_the_pause_that_a_message_asks_for_is_told(message: str, pause: str | None) -> None:
    because = failed_with("Throttling.User", errorMessage=message).retry_because or ""
    assert because.endswith(pause) if pause else "pause of" not in because


@pytest.mark.parametrize(
    ("code", "message", "status", "who"),
    [
        ("Never.Heard.Of", "The disk name is too long.", 400, "caller"),
        ("Never.Heard.Of", "The account has overdue payments.", 400, "payer"),
        ("Never.Heard.Of", "Please complete the real-name verification.", 400, "owner"),
        ("Never.Heard.Of", "The instance is still in use by the pool.", 400, "resource"),
        ("Never.Heard.Of", "The service is not activated.", 400, "admin"),
        ("SignatureDoesNotMatch", "The signatures differ.", 400, "program"),
        ("Forbidden.RiskControl", "Blocked.", 403, "support"),
        ("SystemBusy", "The system is busy.", 400, "wait"),
        ("InternalError", "It broke.", 500, "safe"),
        ("NoPermission", "You are not authorized to do this.", 403, "ram_admin_perhaps"),
        ("InvalidPlanName.Duplicated", "The plan name already exists.", 400, "caller"),
        ("Never.Heard.Of", "Es ging nicht.", 409, None),
    ],
)
@pytest.mark.parametrize("catalog", [None, load_catalog()], ids=["alone", "catalogue"])
def test_who_can_fix_it_follows_from_what_is_known(
    code: str, message: str, status: int, who: str | None, catalog: Catalog | None
) -> None:
    record = log(basic={"errorCode": code, "errorMessage": message, "httpStatusCode": str(status)})
    said = explain(record, Evidence(catalog), language="zh", now=NOW)
    account = said.call.account_id
    assert said.fixer == (who and say(f"fixer.{who}", "zh", account=account_words(account, "zh")))
    assert said.as_json()["fixer"] == said.fixer


def test_a_write_that_may_have_been_carried_out_is_first_checked() -> None:
    assert failed_with("InternalError", 500, api="RunInstances").fixer == say("fixer.check", "en")


def test_of_a_denial_the_layer_tells_who_can_fix_it_and_of_a_success_nobody_has_to() -> None:
    basic = {"errorCode": "Forbidden.RAM", "httpStatusCode": "403"}
    refused = explained(basic=basic, detail=detail("ControlPolicy"))
    assert refused.denial is not None
    assert refused.fixer == refused.denial.fixer
    assert explained().fixer is None
