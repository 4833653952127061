import json

import pytest

from bot.aliyun.models import DecodedMessage
from bot.explain import Evidence, encoded_message, explain
from bot.explain.catalog import load_catalog
from bot.languages import Language
from bot.requestids import PastedError

from .logs import ACCOUNT, NOW, USER, denied, detail, explained, failed_with, log

LAYERS = [
    ("AccountLevelIdentityBasedPolicy", "ram_admin"),
    ("ResourceGroupLevelIdentityBasedPolicy", "ram_admin"),
    ("ControlPolicy", "resource_directory_admin"),
    ("AssumeRolePolicy", "role_owner"),
    ("SessionPolicy", "session_issuer"),
    ("IdentityBasedPolicy", "ram_admin"),
    ("ProjectPolicy", "resource_owner"),
    ("BucketPolicy", "resource_owner"),
    ("ResourcePolicy", "resource_owner"),
    ("FooPolicy", "unknown"),
    (None, "unknown"),
]


@pytest.mark.parametrize(("policy", "fixer"), LAYERS)
@pytest.mark.parametrize("deny", ["ImplicitDeny", "ExplicitDeny", None])
def test_each_layer_has_the_one_who_can_fix_it(policy: str | None, fixer: str, deny: str | None) -> None:
    assert denied(detail(policy, deny)).who_can_fix == fixer


@pytest.mark.parametrize(
    ("written", "deny"), [("ImplicitDeny", "implicit"), ("ExplicitDeny", "explicit"), ("NewDeny", "unknown")]
)
def test_the_kind_of_denial_is_read_from_the_detail(written: str, deny: str) -> None:
    assert denied(detail(deny=written)).deny == deny


def test_a_denial_without_detail_knows_the_caller_and_nothing_else() -> None:
    denial = failed_with("Forbidden.RAM", 403).denial
    assert denial is not None
    assert (denial.deny, denial.who_can_fix, denial.policy_type, denial.action) == ("unknown", "unknown", None, None)
    assert (denial.principal_type, denial.principal, denial.account_id) == ("SubUser", USER, ACCOUNT)
    assert denial.policy_draft is None
    assert denial.no_draft_because


def test_unknown_values_appear_as_they_came_and_quoted() -> None:
    denial = denied(detail("FooPolicy", "NewDeny", authPrincipalType="Robot", authPrincipalDisplayName="r2"))
    assert denial.layer == 'A policy of the type "FooPolicy"'
    assert '"NewDeny"' in denial.reason
    assert denial.principal_words == 'r2 (type "Robot")'


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("SubUser", USER, f"RAM user {USER}"),
        ("AssumedRoleUser", "ops:alice", "RAM role ops (session alice)"),
        ("AssumedRoleUser", "ops", "RAM role ops"),
        ("Federated", "saml-provider/AzureAD", "the federated identity saml-provider/AzureAD"),
        ("RootUser", ACCOUNT, f"the main account {ACCOUNT}"),
    ],
)
def test_principals_are_called_what_they_are(kind: str, name: str, words: str) -> None:
    assert denied(detail(authPrincipalType=kind, authPrincipalDisplayName=name)).principal_words == words


def test_the_verdict_names_the_denied_action_who_and_why() -> None:
    explanation = explained(basic={"errorCode": "Forbidden.RAM", "httpStatusCode": "403"}, detail=detail())
    assert explanation.verdict == f"Access denied: ecs:RunInstances for RAM user {USER}, no policy allows it"


def test_the_steps_of_an_explicit_deny_point_to_the_deny_and_not_to_more_allows() -> None:
    explanation = explained(basic={"errorCode": "NoPermission", "httpStatusCode": "403"}, detail=detail(deny="ExplicitDeny"))
    assert any('"Effect": "Deny"' in step for step in explanation.next_steps)
    assert any("more Allow" in step for step in explanation.next_steps)


@pytest.mark.parametrize(
    ("policy", "person"),
    [
        ("AccountLevelIdentityBasedPolicy", "RAM administrator"),
        ("ControlPolicy", "administrator of the resource directory"),
        ("AssumeRolePolicy", "owner of the role"),
        ("SessionPolicy", "whoever issued the session"),
        ("BucketPolicy", "owner of the resource"),
    ],
)
def test_the_first_step_of_a_denial_names_whom_to_ask_for_which_action(policy: str, person: str) -> None:
    explanation = explained(basic={"errorCode": "Forbidden.RAM", "httpStatusCode": "403"}, detail=detail(policy))
    assert person in explanation.next_steps[0]


def test_a_detail_in_the_body_is_as_good_as_one_in_the_log() -> None:
    told = {"AuthAction": "cs:ListNodes", "NoPermissionType": "ImplicitDeny"}
    body = json.dumps({"code": "StatusForbidden", "message": "Forbidden", "accessDeniedDetail": told})
    denial = explained(basic={"httpStatusCode": "403"}, body=body).denial
    assert denial is not None
    assert (denial.action, denial.deny) == ("cs:ListNodes", "implicit")


DECODED = DecodedMessage.model_validate(
    {
        "ExplicitDeny": True,
        "NoPermissionPolicyType": "ControlPolicy",
        "AuthAction": "ecs:RunInstances",
        "AuthResource": f"acs:ecs:cn-hangzhou:{ACCOUNT}:instance/*",
        "AuthPrincipal": {"AuthPrincipalType": "SubUser", "AuthPrincipalDisplayName": USER},
        "AuthConditions": [{"ConditionKey": "acs:SourceIp", "ConditionValues": ["198.51.100.7"]}, {"ConditionValues": None}],
        "MatchedPolicies": [
            {
                "Effect": "Deny",
                "PolicyIdentifier": "cp-123",
                "AttachedEntityType": "ResourceDirectoryTarget",
                "AttachedScope": "Folder",
            },
            {"Effect": "Deny", "AttachedEntityType": "Moon"},
        ],
    }
)


def test_a_decoded_denial_adds_resource_policies_and_conditions() -> None:
    basic = {"errorCode": "Forbidden.RAM", "httpStatusCode": "403"}
    explanation = explain(
        log(basic=basic, detail=detail("ExplicitDeny", "ExplicitDeny")), Evidence(decoded=DECODED), language="en", now=NOW
    )
    denial = explanation.denial
    assert denial is not None
    assert (denial.policy_type, denial.who_can_fix, denial.deny) == ("ControlPolicy", "resource_directory_admin", "explicit")
    assert denial.resource == f"acs:ecs:cn-hangzhou:{ACCOUNT}:instance/*"
    assert denial.conditions == (("acs:SourceIp", ("198.51.100.7",)),)
    assert [(item.name, item.attached_to, item.scope) for item in denial.matched] == [
        ("cp-123", "node of the resource directory", "folder"),
        ("unnamed policy", '"Moon"', None),
    ]
    assert any('"cp-123"' in step for step in explanation.next_steps)


def test_a_deny_in_either_source_goes_before_an_implicit_one() -> None:
    basic = {"errorCode": "Forbidden.RAM", "httpStatusCode": "403"}
    denial = explain(log(basic=basic, detail=detail()), Evidence(decoded=DECODED), language="en", now=NOW).denial
    assert denial is not None
    assert (denial.deny, denial.policy_draft) == ("explicit", None)


def test_an_undecoded_message_is_said_to_be_readable_for_those_who_may() -> None:
    assert "ram:DecodeDiagnosticMessage" in (denied(detail(encodedDiagnosticMessage="AQEAAAAA")).decode_note or "")
    assert denied(detail(encodedDiagnosticMessage="-")).decode_note is None


def test_the_reason_why_nothing_was_decoded_comes_from_whoever_tried() -> None:
    basic = {"errorCode": "Forbidden.RAM", "httpStatusCode": "403"}
    denial = explain(log(basic=basic, detail=detail()), Evidence(decode_note="It has expired."), language="en", now=NOW).denial
    assert denial is not None
    assert denial.decode_note == "It has expired."


def test_the_message_to_decode_is_found_in_the_log_or_in_the_body() -> None:
    body = json.dumps({"Code": "NoPermission", "Message": "no", "AccessDeniedDetail": {"EncodedDiagnosticMessage": "AQBody"}})
    assert encoded_message(log(detail=detail(encodedDiagnosticMessage="AQLog"), body=body)) == "AQLog"
    assert encoded_message(log(body=body)) == "AQBody"
    assert encoded_message(log(detail=detail(encodedDiagnosticMessage="-"), body=body)) is None


@pytest.mark.parametrize(
    ("message", "action", "resource"),
    [
        (
            "You are not authorized to do this action. Resource: {arn} Action: ram:GetUser",
            "ram:GetUser",
            "acs:ram:*:{0}:user/joe",
        ),
        (
            "is not authorized to perform 'fc:GetFunction' on resource '{arn}'",
            "fc:GetFunction",
            "acs:fc:cn-hangzhou:{0}:functions/f",
        ),
        (
            "denied by sts or ram, action: log:GetCursor, resource: {arn}",
            "log:GetCursor",
            "acs:log:cn-hangzhou:{0}:project/p/*",
        ),
        ("The operation for {arn} is forbidden by permission system.", "kms:Decrypt", "acs:kms:cn-hangzhou:{0}:key/k-1"),
        (
            "You are not authorized to perform sts:AssumeRole on this Role. Role: {arn}.",
            "sts:AssumeRole",
            "acs:ram::{0}:role/reader",
        ),
    ],
)
def test_action_resource_and_account_are_read_from_the_message_in_logs_and_pastes(
    message: str, action: str, resource: str
) -> None:
    arn = resource.format(ACCOUNT)
    told = message.format(arn=arn)
    basic = {"errorCode": "NoPermission", "errorMessage": told, "httpStatusCode": "403", "api": "Decrypt"}
    pasted = explain(PastedError(code="NoPermission", message=told, api="Decrypt"), Evidence(), language="en", now=NOW)
    for said in (explained(basic=basic), pasted):
        assert said.denial is not None
        assert (said.denial.action, said.denial.resource) == (action, arn)
        assert action in said.verdict
        assert said.denial.account_id == ACCOUNT


def test_a_principal_that_the_message_names_is_the_caller_of_a_pasted_error() -> None:
    told = f"User: acs:ram::{ACCOUNT}:assumed-role/reader/ci is not authorized to perform ecs:StopInstance"
    said = explain(PastedError(code="Forbidden.RAM", message=told), Evidence(), language="en", now=NOW)
    assert said.denial is not None
    assert (said.denial.principal_type, said.denial.principal, said.denial.account_id) == (
        "AssumedRoleUser",
        "reader:ci",
        ACCOUNT,
    )


def test_a_detail_may_come_as_the_text_of_json_and_with_the_other_name_of_the_encoded_message() -> None:
    told = json.dumps({"AuthAction": "ecs:StopInstance", "NoPermissionType": "ImplicitDeny", "EncodedDiagnosticInfo": "AQEC"})
    basic = {"errorCode": "Forbidden.RAM", "httpStatusCode": "403"}
    in_log, in_body = (
        log(basic=basic, detail=told),
        log(basic=basic, body=json.dumps({"Code": "Forbidden.RAM", "Message": "no", "AccessDeniedDetail": told})),
    )
    for each in (in_log, in_body):
        said = explain(each, Evidence(), language="en", now=NOW)
        assert said.denial is not None
        assert (said.denial.action, said.denial.deny) == ("ecs:StopInstance", "implicit")
        assert encoded_message(each) == "AQEC"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "AlibabaCloud (linux; amd64) aliyun-cli/3.4.11 Agent/claude-code",
            "RAM user alice, through an AI agent (claude-code)",
        ),
        ("AlibabaCloud-Agent-Skills/error-troubleshoot/1", "RAM user alice, through an AI agent (error-troubleshoot)"),
        ("AlibabaCloud (linux) User-Agent/x", "RAM user alice"),
        ("", "RAM user alice"),
    ],
)
def test_a_call_by_an_ai_agent_is_said_to_be_one(agent: str, words: str) -> None:
    caller = {"callerType": "sub", "callerAccountId": "alice", "masterAccountId": ACCOUNT, "userAgent": agent}
    assert explained(caller=caller).call.caller_words == words


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", ["Forbidden.RAM", "NoPermission", "Some.Forbidden"])
def test_who_reads_the_log_is_not_told_to_read_it(code: str, language: Language) -> None:
    """A pasted error may have a detail elsewhere; a log without one is all there is, so somebody has to be asked."""
    read = log(basic={"errorCode": code, "httpStatusCode": "403", "errorMessage": "You are not authorized to do this action."})
    logged, pasted = (
        explain(each, Evidence(load_catalog()), language=language, now=NOW)
        for each in (read, PastedError(code=code, message="You are not authorized to do this action.", http_status="403"))
    )
    assert "AccessDeniedDetail" not in " ".join(logged.next_steps)
    assert {"en": "Ask a RAM administrator", "zh": "RAM 管理员检查"}[language] in logged.next_steps[0]
    assert "AccessDeniedDetail" in " ".join(pasted.next_steps)
