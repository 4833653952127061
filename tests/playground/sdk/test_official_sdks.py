"""Every operation, called by the vendor's own client, unchanged."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from bot.playground.alibaba import ALICE, AUDITOR, BOB, BROKER, PEOPLE, AlibabaStandIn, Person, case
from bot.playground.alibaba.identity_provider import PROVIDER_ARN
from bot.playground.alibaba.people import ROLES, WORKLOAD
from tests.playground.sdk import clients
from tests.playground.sdk.clients import SAMPLE, SdkError, sdk

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def refusal(ask: Callable[[], object]) -> Any:
    with pytest.raises(SdkError) as caught:
        ask()
    return caught.value


def own_request_log(alibaba: AlibabaStandIn, person: Person, request_id: str) -> Any:
    request = clients.ExplorerModels.GetOwnRequestLogRequest(log_request_id=request_id)
    return sdk(clients.Explorer, alibaba.host_port, person).get_own_request_log(request).body.to_map()


def test_get_own_request_log_gives_the_samples_stray_white_space(alibaba: AlibabaStandIn) -> None:
    answer = own_request_log(alibaba, ALICE, SAMPLE)
    assert answer["requestId"] == "\t\n9BFC4AC1-6BE4-5405-BDEC-CA288D404812\n"
    assert answer["logInfo"]["basicInfo"]["api"] == "RunInstances\n"
    assert answer["logInfo"]["basicInfo"]["gatewayProcessTime"] == "2025-01-21T07:43:06Z\n\n"
    assert answer["logInfo"]["callerInfo"]["callerAccountId"] == "241009849925897811\n"


def test_get_request_log_shows_the_auditor_every_call(alibaba: AlibabaStandIn) -> None:
    request = clients.ExplorerModels.GetRequestLogRequest(log_request_id=case("of-bob").request_id)
    answer = sdk(clients.Explorer, alibaba.host_port, AUDITOR).get_request_log(request)
    assert answer.body.log_info.caller_info.caller_account_id == BOB.user_id
    assert answer.headers["x-acs-request-id"] == answer.body.request_id
    assert len(answer.headers["x-acs-trace-id"]) == 32


def test_get_error_code_solutions_knows_one_code_in_both_languages_and_one_in_chinese_only(alibaba: AlibabaStandIn) -> None:
    def count(code: str, language: str) -> list[str]:
        request = clients.ExplorerModels.GetErrorCodeSolutionsRequest(error_code=code, accept_language=language)
        answer = sdk(clients.Explorer, alibaba.host_port, BOB).get_error_code_solutions(request)
        return [solution.content for solution in answer.body.solutions]

    english = count("Unsettled.RouteTable", "en-US")
    assert "\\n====\\n" in english[0]
    assert len(count("Unsettled.RouteTable", "zh-CN")) == 1
    assert count("Unplanned.Settlement", "en-US") == []
    assert len(count("Unplanned.Settlement", "zh-CN")) == 1


def test_an_unknown_product_has_no_solutions_and_says_so(alibaba: AlibabaStandIn) -> None:
    request = clients.ExplorerModels.GetErrorCodeSolutionsRequest(error_code="X", product="Nonesuch")
    error = refusal(lambda: sdk(clients.Explorer, alibaba.host_port, BOB).get_error_code_solutions(request))
    assert (error.status_code, error.code) == (404, "NotFound.Product")


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_get_caller_identity_names_the_caller_and_leaves_a_log_of_itself(alibaba: AlibabaStandIn, person: Person) -> None:
    who = sdk(clients.Sts, alibaba.host_port, person).get_caller_identity().body
    assert (who.identity_type, who.user_id) == ("RAMUser", person.user_id)
    assert who.arn == f"acs:ram::{person.account_id}:user/{person.name}"
    log = own_request_log(alibaba, person, who.request_id)["logInfo"]
    assert log["basicInfo"]["api"] == "GetCallerIdentity"
    assert log["callerInfo"]["callerAccountId"] == person.user_id
    assert "standin-test" in log["callerInfo"]["userAgent"]


def test_the_log_of_get_caller_identity_is_nobody_elses(alibaba: AlibabaStandIn) -> None:
    who = sdk(clients.Sts, alibaba.host_port, ALICE).get_caller_identity().body
    assert refusal(lambda: own_request_log(alibaba, BOB, who.request_id)).code == "NotFound.RequestLog"


def decode(alibaba: AlibabaStandIn, person: Person, message: str) -> Any:
    request = clients.RamModels.DecodeDiagnosticMessageRequest(encoded_diagnostic_message=message)
    return sdk(clients.Ram, alibaba.host_port, person).decode_diagnostic_message(request).body.decoded_diagnostic_message


def message_of(alibaba: AlibabaStandIn, shows: str) -> str:
    log = own_request_log(alibaba, ALICE, case(shows).request_id)["logInfo"]
    message: str = log["basicInfo"]["accessDeniedDetail"]["encodedDiagnosticMessage"]
    return message


def test_decode_diagnostic_message_tells_the_auditor_what_was_denied(alibaba: AlibabaStandIn) -> None:
    implicit = decode(alibaba, AUDITOR, message_of(alibaba, "denied-implicit"))
    assert (implicit.auth_action, implicit.explicit_deny, implicit.matched_policies) == ("ecs:RunInstances", False, [])
    assert implicit.auth_conditions[0].condition_key == "acs:SourceIp"
    explicit = decode(alibaba, AUDITOR, message_of(alibaba, "denied-explicit"))
    policy = explicit.matched_policies[0]
    assert (policy.policy_identifier, policy.policy_version) == ("deny-production-delete", "v3")
    assert (policy.attached_entity_type, policy.attached_scope) == ("RamGroup", "Account")


def test_decode_diagnostic_message_is_refused_to_alice(alibaba: AlibabaStandIn) -> None:
    message = message_of(alibaba, "denied-implicit")
    error = refusal(lambda: decode(alibaba, ALICE, message))
    assert (error.status_code, error.code) == (403, "NoPermission")


@pytest.mark.parametrize(
    ("shows", "status", "code"),
    [("denied-message-expired", 400, "EncodedMessageExpire"), ("denied-message-unknown", 404, "EntityNotExist")],
)
def test_some_messages_never_decode(alibaba: AlibabaStandIn, shows: str, status: int, code: str) -> None:
    message = message_of(alibaba, shows)
    for _ in range(2):
        error = refusal(lambda: decode(alibaba, AUDITOR, message))
        assert (error.status_code, error.code) == (status, code)


@pytest.mark.parametrize(
    ("shows", "code"), [("denied-message-inaccurate", "SearchInaccurate"), ("denied-message-busy", "TooManyRequests")]
)
def test_some_messages_decode_at_the_second_try(shows: str, code: str) -> None:
    with AlibabaStandIn() as fresh:
        message = message_of(fresh, shows)
        assert refusal(lambda: decode(fresh, AUDITOR, message)).code == code
        assert decode(fresh, AUDITOR, message).auth_action == "slb:DeleteLoadBalancer"


def test_a_message_cut_by_one_character_does_not_exist(alibaba: AlibabaStandIn) -> None:
    message = message_of(alibaba, "denied-implicit")
    assert refusal(lambda: decode(alibaba, AUDITOR, message[:-1])).code == "EntityNotExist"


def ticket(alibaba: AlibabaStandIn, person: Person, **asked: object) -> Any:
    request = clients.SiemModels.GetLogTicketRequest(**asked)
    return sdk(clients.Siem, alibaba.host_port, person).get_log_ticket(request).body.log_ticket


def test_get_log_ticket_gives_the_auditor_a_fresh_ticket_each_time(alibaba: AlibabaStandIn) -> None:
    asked = {"lang": "en", "region_id": "cn-hangzhou", "role_for": 1733260000000001, "log_user_id": 1733260000000000}
    tickets = {ticket(alibaba, AUDITOR, **asked) for _ in range(3)}
    assert len(tickets) == 3
    assert all(one.startswith("eyJ") and one.count(".") == 2 for one in tickets)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 400, "MissingLang"),
        ({"lang": "fr"}, 400, "InvalidLang"),
        ({"lang": "en", "region_id": "eu-central-1"}, 400, "InvalidRegionId"),
        ({"lang": "en", "role_for": 42}, 403, "NoPermission.RoleFor"),
        ({"lang": "en", "log_user_id": 1733260000000400}, 400, "IdempotentParameterMismatch"),
        ({"lang": "en", "log_user_id": 1733260000000404}, 400, "ServiceNotActivated"),
    ],
)
def test_get_log_ticket_refuses_what_it_cannot_do(
    alibaba: AlibabaStandIn, asked: dict[str, object], status: int, code: str
) -> None:
    error = refusal(lambda: ticket(alibaba, AUDITOR, **asked))
    assert (error.status_code, error.code) == (status, code)


@pytest.mark.parametrize("person", [ALICE, BOB, BROKER], ids=lambda person: person.name)
def test_get_log_ticket_is_denied_with_a_detail_that_can_be_decoded(alibaba: AlibabaStandIn, person: Person) -> None:
    error = refusal(lambda: ticket(alibaba, person, lang="zh"))
    detail = error.access_denied_detail
    assert (error.status_code, error.code) == (403, "NoPermission")
    assert (detail["AuthAction"], detail["NoPermissionType"]) == ("yundun-sas:GetLogTicket", "ImplicitDeny")
    assert detail["AuthPrincipalDisplayName"] == person.user_id
    assert decode(alibaba, AUDITOR, detail["EncodedDiagnosticMessage"]).auth_action == "yundun-sas:GetLogTicket"


def test_the_official_sdk_enters_a_role_with_an_oidc_token_and_with_a_source_identity(alibaba: AlibabaStandIn) -> None:
    requests: Any = importlib.import_module("alibabacloud_sts20150401.models")
    client = sdk(clients.Sts, alibaba.host_port, BROKER)
    wanted = requests.AssumeRoleWithOIDCRequest(
        role_arn=WORKLOAD.arn,
        role_session_name="sdk-session",
        oidcprovider_arn=PROVIDER_ARN,
        oidctoken=alibaba.oidc_token(),
        duration_seconds=900,
    )
    entered = client.assume_role_with_oidc(wanted).body
    assert entered.assumed_role_user.arn == f"{WORKLOAD.arn}/sdk-session"
    assert entered.oidctoken_info.subject == "system:serviceaccount:default:requestlog"
    role = requests.AssumeRoleRequest(
        role_arn=ROLES[-1].arn, role_session_name="sdk-session", duration_seconds=900, source_identity="slack-T0-U0"
    )
    assumed = client.assume_role(role).body
    assert (assumed.source_identity, assumed.assumed_role_user.arn) == ("slack-T0-U0", f"{ROLES[-1].arn}/sdk-session")
    alibaba.set(source_identity="deny")
    try:
        with pytest.raises(clients.SdkError) as caught:
            client.assume_role(role)
    finally:
        alibaba.set(source_identity="allow")
    assert caught.value.code == "NoPermission"
