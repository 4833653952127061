from dataclasses import replace

import pytest

from bot.explain.denial import Layer, Refusal, policy_draft
from bot.explain.explanation import Parameter

ACCOUNT = "1973374733454118"
PLAIN = Refusal(
    layer="account",
    deny="implicit",
    action="ecs:RunInstances",
    account_id=ACCOUNT,
    principal_type="SubUser",
    product="Ecs",
    api="RunInstances",
)


def statement(refusal: Refusal) -> dict[str, str]:
    policy = policy_draft(refusal, "en").policy
    assert policy is not None
    assert policy["Version"] == "1"
    [only] = policy["Statement"]
    return dict(only)


def test_a_known_resource_is_all_that_the_draft_allows() -> None:
    resource = f"acs:ecs:cn-hangzhou:{ACCOUNT}:instance/*"
    assert statement(replace(PLAIN, resource=resource)) == {
        "Effect": "Allow",
        "Action": "ecs:RunInstances",
        "Resource": resource,
    }


@pytest.mark.parametrize("resource", [None, "", "*", "acs:*:*:*:*", "acs:ecs", "i-123", "acs:ecs:cn:1:x y"])
def test_an_unknown_resource_is_scoped_to_service_and_account_and_said_to_be_unknown(resource: str | None) -> None:
    refusal = replace(PLAIN, resource=resource)
    assert statement(refusal)["Resource"] == f"acs:ecs:*:{ACCOUNT}:*"
    note = policy_draft(refusal, "en").note or ""
    assert "unknown" in note
    assert "narrowed" in note


@pytest.mark.parametrize("layer", ["trust", "session", "control", "resource", "other", "unknown"])
def test_no_draft_is_offered_for_another_layer(layer: Layer) -> None:
    draft = policy_draft(replace(PLAIN, layer=layer), "en")
    assert draft.policy is None
    assert draft.no_draft_because


@pytest.mark.parametrize(
    "refusal",
    [
        replace(PLAIN, deny="explicit"),
        replace(PLAIN, deny="unknown"),
        replace(PLAIN, action=None),
        replace(PLAIN, action="ecs:*"),
        replace(PLAIN, action="*"),
        replace(PLAIN, action="ecs:Run Instances"),
        replace(PLAIN, action='ecs:Run","Resource":"*'),
        replace(PLAIN, action="RunInstances"),
        replace(PLAIN, action="ecs:Run:Instances"),
        replace(PLAIN, principal_type="RootUser"),
        replace(PLAIN, account_id=None),
        replace(PLAIN, account_id="11***"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_a_draft_would_be_wrong_the_reason_stands_in_its_place(refusal: Refusal, language: str) -> None:
    draft = policy_draft(refusal, "zh" if language == "zh" else "en")
    assert draft.policy is None
    assert draft.no_draft_because


@pytest.mark.parametrize(
    ("action", "product", "api"),
    [
        ("log:GetLogStore", "Sls", "GetLogStore"),
        ("yundun-sas:GetLogTicket", "cloud-siem", "GetLogTicket"),
        ("kvstore:CreateInstance", "R-kvstore", "CreateInstance"),
        ("dysms:SendSms", "Dysmsapi", "SendSms"),
        ("some-new:DoIt", "SomethingElse", "DoIt"),
        ("ecs:RunInstances", None, None),
        ("cs:DescribeClusters", "CS", "DescribeClustersForRegion"),
    ],
)
def test_services_that_bear_another_name_than_the_product_fit_it(action: str, product: str | None, api: str | None) -> None:
    refusal = replace(PLAIN, action=action, product=product, api=api)
    assert statement(refusal)["Action"] == action
    assert "dependent" not in (policy_draft(refusal, "en").note or "")


@pytest.mark.parametrize(
    ("action", "service"),
    [
        ("vpc:DescribeVSwitches", "vpc"),
        ("kms:Decrypt", "kms"),
        ("oss:GetObject", "oss"),
        ("ram:PassRole", "ram"),
        ("cs:DescribeClusterDetail", "cs"),
    ],
)
def test_an_action_of_another_service_is_drafted_and_said_to_be_dependent(action: str, service: str) -> None:
    refusal = replace(PLAIN, action=action)
    assert statement(refusal) == {"Effect": "Allow", "Action": action, "Resource": f"acs:{service}:*:{ACCOUNT}:*"}
    note = policy_draft(refusal, "en").note or ""
    assert f"Ecs RunInstances needs {action} of another service as well (a dependent action)" in note
    assert "依赖操作" in (policy_draft(refusal, "zh").note or "")


def test_a_dependent_action_on_a_known_resource_is_said_to_be_dependent_too() -> None:
    resource = f"acs:kms:cn-hangzhou:{ACCOUNT}:key/k-1"
    refusal = replace(PLAIN, action="kms:Decrypt", resource=resource)
    assert statement(refusal)["Resource"] == resource
    assert "dependent action" in (policy_draft(refusal, "en").note or "")


def given(**values: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, value, "string") for name, value in values.items())


@pytest.mark.parametrize("resource", [None, f"acs:dm:*:{ACCOUNT}:mail/x"])
def test_an_action_that_accepts_no_resource_gets_all_and_the_words_say_why(resource: str | None) -> None:
    refusal = replace(PLAIN, action="dm:ModifyMailAddress", product="Dm", api="ModifyMailAddress", resource=resource)
    draft = policy_draft(refusal, "en")
    assert statement(refusal)["Resource"] == "*"
    assert "cannot be limited" in (draft.note or "")
    assert not draft.to_narrow
    assert "不支持按资源授权" in (policy_draft(refusal, "zh").note or "")


@pytest.mark.parametrize(
    ("parameters", "region", "resource", "to_narrow"),
    [
        (given(ProjectName="web", MachineGroupName="m1"), "cn-hangzhou", "cn-hangzhou:{0}:project/web/machinegroup/m1", False),
        (given(project="web", machineGroup="m1"), None, "*:{0}:project/web/machinegroup/m1", False),
        (given(project="web"), None, "*:{0}:project/web/machinegroup/*", True),
        (given(project="*"), None, "*:{0}:project/*/machinegroup/*", True),
        ((), None, "*:{0}:project/*/machinegroup/*", True),
    ],
)
def test_a_documented_resource_type_is_filled_from_the_call(
    parameters: tuple[Parameter, ...], region: str | None, resource: str, *, to_narrow: bool
) -> None:
    refusal = replace(
        PLAIN, action="log:GetMachineGroup", product="Sls", api="GetMachineGroup", parameters=parameters, region_id=region
    )
    assert statement(refusal)["Resource"] == f"acs:log:{resource.format(ACCOUNT)}"
    assert policy_draft(refusal, "en").to_narrow is to_narrow


@pytest.mark.parametrize(
    ("api", "parameters", "resource"),
    [
        ("StopInstance", given(InstanceId="i-bp1x", Force="true"), "instance/i-bp1x"),
        ("DeleteSecurityGroup", given(RegionId="cn-hangzhou", SecurityGroupId="sg-1"), "securitygroup/sg-1"),
        ("StopInstance", given(InstanceId="*"), "*"),
        ("StopInstance", given(InstanceId='["i-1","i-2"]'), "*"),
        ("StopInstance", given(VSwitchId="vsw-1"), "*"),
        ("DescribeRegions", given(RegionId="cn-hangzhou"), "*"),
    ],
)
def test_the_resource_that_an_operation_names_is_read_from_its_parameter(
    api: str, parameters: tuple[Parameter, ...], resource: str
) -> None:
    refusal = replace(PLAIN, action=f"ecs:{api}", api=api, parameters=parameters)
    assert statement(refusal)["Resource"] == f"acs:ecs:*:{ACCOUNT}:{resource}"
    assert "probably" in (policy_draft(refusal, "en").note or "")


@pytest.mark.parametrize(("product", "action"), [("MaxCompute", "odps:CreateQuota"), ("DAS", "hdm:GetInstance")])
def test_a_service_of_another_name_is_no_dependence(product: str, action: str) -> None:
    refusal = replace(PLAIN, action=action, product=product, api="SomethingElse")
    assert "dependent" not in (policy_draft(refusal, "en").note or "")
