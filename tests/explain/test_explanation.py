"""How the sources of an explanation meet: the log, the catalogue, the vendor's solutions, and what the texts promise."""

import re
from datetime import date, datetime
from typing import Any

import pytest

from bot.aliyun.models import Solution
from bot.explain import Evidence, addressed, explain, impersonal
from bot.explain.catalog import Catalog, load_catalog
from bot.explain.entries import Entry
from bot.languages import LANGUAGES, Language, Texts
from bot.requestids import PastedError

from .logs import ACCOUNT, NOW, USER, answer, detail, explained, log

ENTRY = Entry.model_validate(
    {
        "id": "zone-closed",
        "codes": ["Zone.Closed"],
        "retry": "change",
        "source": "https://help.aliyun.com/zones",
        "checked": date(2026, 11, 1),
        "en": {"title": "The zone is closed", "cause": "The zone takes no new instances.", "steps": ["Take another zone."]},
        "zh": {"title": "可用区已关闭", "cause": "可用区不再接受新实例。", "steps": ["换一个可用区。"]},
    }
)
CATALOG = Catalog([ENTRY])
FAILED = {"errorCode": "Zone.Closed", "errorMessage": "closed", "httpStatusCode": "403"}
SOLUTION = Solution.model_validate(
    {"solutionId": "0017-00000502", "content": "Cause\\n====\\n\\nSee [it](https://evil.example)."}
)
TABLES: dict[str, Any] = Texts("bot.explain").tables


def pairs(table: dict[str, Any], path: str = "") -> list[tuple[str, dict[str, str]]]:
    if "en" in table or "zh" in table:
        return [(path, table)]
    return [pair for key, inner in table.items() for pair in pairs(inner, f"{path}.{key}".strip("."))]


def test_what_the_catalogue_knows_is_told_with_its_source_and_age() -> None:
    explanation = explain(log(basic=FAILED), Evidence(CATALOG), language="en", now=NOW)
    assert explanation.verdict == "Failed: Ecs DescribeInstances (HTTP 403), Zone.Closed: The zone is closed"
    assert (explanation.cause, explanation.next_steps) == ("The zone takes no new instances.", ("Take another zone.",))
    assert explanation.sources[1].reference == "catalogue:zone-closed"
    assert explanation.sources[1].note == "checked 2026-11-01"


def test_an_unknown_code_gets_no_invented_cause() -> None:
    explanation = explain(log(basic={**FAILED, "errorCode": "Moon.Closed"}), Evidence(CATALOG), language="en", now=NOW)
    assert explanation.cause == "The service says: “closed” Nothing more is known of this error here."
    assert any("does not know Moon.Closed" in step for step in explanation.next_steps)
    assert [source.kind for source in explanation.sources] == ["log"]


def test_without_a_message_an_unknown_code_has_no_cause_at_all() -> None:
    assert explained(basic={"errorCode": "Moon.Closed", "httpStatusCode": "400"}).cause is None


def test_the_vendor_s_solution_stands_in_where_the_catalogue_is_silent() -> None:
    explanation = explain(
        log(basic={**FAILED, "errorCode": "Moon.Closed"}), Evidence(solutions=[SOLUTION]), language="en", now=NOW
    )
    assert explanation.solutions == "Cause\n\nSee it."
    assert "0017-00000502" in explanation.next_steps[0]
    assert ("solutions", "0017-00000502") in [(source.kind, source.reference) for source in explanation.sources]


def test_a_solution_in_the_other_language_is_said_to_be_one() -> None:
    explanation = explain(log(basic=FAILED), Evidence(solutions=[SOLUTION], solutions_language="zh"), language="en", now=NOW)
    assert explanation.sources[-1].note == "only available in the other language"


def test_a_team_s_runbook_comes_along() -> None:
    team = CATALOG.with_overrides({"team.toml": '[[entry]]\ncodes = ["Zone.Closed"]\nrunbook = "https://wiki.example/zones"\n'})
    assert explain(log(basic=FAILED), Evidence(team), language="en", now=NOW).runbook == "https://wiki.example/zones"


def test_a_catalogue_may_know_a_denial_by_its_code_alone() -> None:
    known = Catalog([ENTRY.model_copy(update={"kind": "denied"})])
    explanation = explain(log(basic=FAILED), Evidence(known), language="en", now=NOW)
    assert explanation.kind == "denied"
    assert explanation.next_steps == ("Take another zone.",)


def test_the_facts_of_a_denial_go_before_the_catalogue_s_general_words() -> None:
    known = Catalog([ENTRY.model_copy(update={"codes": ("Forbidden.RAM",)})])
    changed = log(basic={**FAILED, "errorCode": "Forbidden.RAM"}, detail=detail())
    explanation = explain(changed, Evidence(known), language="en", now=NOW)
    assert "ecs:RunInstances" in (explanation.cause or "")
    assert "RAM administrator" in explanation.next_steps[0]


def test_the_product_s_name_is_in_the_language_asked_for_and_the_code_beside_it() -> None:
    assert explained().product_name == "Elastic Compute Service"
    chinese = explain(log(), Evidence(), language="zh", now=NOW)
    assert (chinese.product, chinese.product_name) == ("Ecs", "云服务器 ECS")
    only = log(basic={"productName": {"cnName": "云服务器 ECS"}})
    assert explain(only, Evidence(), language="en", now=NOW).product_name == "云服务器 ECS"


def test_undocumented_fields_never_show() -> None:
    changed = answer(basic={"ak": "LTAIhidden", "secretNote": "S3CR3T"}, caller={"callerType": "sub", "ak": "S3CR3T"})
    assert "S3CR3T" not in str(explained(basic=changed["logInfo"]["basicInfo"], caller=changed["logInfo"]["callerInfo"]))


def test_the_log_s_age_is_told_where_its_time_is_known() -> None:
    assert explained().sources[0].note == "recorded 16 min ago"
    assert explained(basic={"gatewayProcessTime": "2026-11-18T01:00:00Z"}).sources[0].note == "recorded 3 d ago"
    assert explained(basic={"gatewayProcessTime": "2027-01-01T00:00:00Z"}).sources[0].note is None


def test_a_clock_without_a_zone_is_taken_as_utc() -> None:
    naive = datetime(2026, 11, 21, 2, 0)  # noqa: DTZ001 - a naive clock is what this is about
    assert explain(log(basic=FAILED), Evidence(CATALOG), language="en", now=naive).sources[0].note == "recorded 16 min ago"


@pytest.mark.parametrize("code", ["Forbidden.RAM", "Zone.Closed", "Throttling.User", "InternalError", "Moon.Closed", None])
@pytest.mark.parametrize("language", LANGUAGES)
def test_spaces_never_stand_between_chinese_and_chinese(code: str | None, language: Language) -> None:
    changed = log(basic={**FAILED, "errorCode": code}, detail=detail(deny="ExplicitDeny"))
    explanation = explain(changed, Evidence(CATALOG), language=language, now=NOW)
    for text in (explanation.verdict, explanation.cause or "", *explanation.next_steps):
        assert not re.search(r"[\u4e00-\u9fff] [\u4e00-\u9fff]|  ", text)


def test_a_refusal_that_only_the_catalogue_can_tell_is_called_what_it_is() -> None:
    known = Catalog([ENTRY.model_copy(update={"codes": ("Forbidden.Unsubscribed",)})])
    explanation = explain(log(basic={**FAILED, "errorCode": "Forbidden.Unsubscribed"}), Evidence(known), language="en", now=NOW)
    assert explanation.verdict.endswith("The zone is closed")
    assert (explanation.cause, explanation.next_steps) == ("The zone takes no new instances.", ("Take another zone.",))


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_the_resource_is_unknown_is_said_in_one_short_step(language: Language) -> None:
    explanation = explain(
        log(basic={**FAILED, "errorCode": "Forbidden.RAM"}, detail=detail()), Evidence(), language=language, now=NOW
    )
    unknown = {"en": "The draft covers more than the one resource and should be narrowed.", "zh": "草稿覆盖的范围大于所需资源"}
    assert explanation.denial is not None
    assert explanation.denial.policy_draft is not None
    assert len(explanation.next_steps) == 2
    assert [step.startswith(unknown[language]) for step in explanation.next_steps] == [False, True]


def test_a_dependent_action_is_said_to_be_one_in_the_steps() -> None:
    told = detail(authAction="vpc:DescribeVSwitches")
    basic = {**FAILED, "errorCode": "Forbidden.RAM", "product": "Ecs", "api": "RunInstances"}
    explanation = explain(log(basic=basic, detail=told), Evidence(), language="en", now=NOW)
    assert "Ecs RunInstances needs vpc:DescribeVSwitches of another service as well" in explanation.next_steps[1]


def test_chinese_texts_are_set_in_chinese_type() -> None:
    """Typographic quotes and full-width brackets, and one word for a draft."""
    assert [path for path, texts in pairs(TABLES) if re.search(r'["()]|草案', texts["zh"])] == []


@pytest.mark.parametrize(
    ("api", "said", "unsaid"),
    [
        ("RunInstances", "For a write", "For a read"),
        ("DescribeInstances", "For a read", "For a write"),
    ],
)
def test_steps_for_reads_are_not_told_of_writes_nor_the_other_way_round(api: str, said: str, unsaid: str) -> None:
    steps = explain(
        log(basic={"api": api, "errorCode": "InternalError", "httpStatusCode": "500"}),
        Evidence(load_catalog()),
        language="en",
        now=NOW,
    ).next_steps
    assert any(step.startswith(said) for step in steps)
    assert not any(step.startswith(unsaid) for step in steps)


def test_a_measured_clock_is_the_one_cause() -> None:
    """The catalogue names two causes of this code; the log's own times decide between them."""
    late = {"sdkRequestTime": "2026-11-21T10:00:00Z", "gatewayProcessTime": "2026-11-21T10:40:00Z"}
    facts = {"errorCode": "InvalidTimeStamp.Expired", "httpStatusCode": "400", **late}
    said = explain(log(basic=facts), Evidence(load_catalog()), language="en", now=NOW)
    assert said.cause == said.timing.words
    assert "40 min" in (said.cause or "")


def test_a_limit_of_a_product_s_own_is_not_told_as_the_account_s_quota_of_an_api() -> None:
    """An SMS limit counts messages to one number: nothing about RAM users and the console."""
    sms = explain(PastedError(code="isv.BUSINESS_LIMIT_CONTROL"), Evidence(load_catalog()), language="en", now=NOW)
    api = explain(PastedError(code="Throttling.User"), Evidence(load_catalog()), language="en", now=NOW)
    assert (sms.kind, sms.throttling) == ("throttled", None)
    assert "all calls of the account" in (api.throttling or "")


@pytest.mark.parametrize(("language", "you"), [("en", "for you (alice), no policy"), ("zh", "你（alice）不能执行")])
def test_the_asker_is_addressed_by_name_and_called_otherwise_to_others(language: Language, you: str) -> None:
    read = log(basic={"errorCode": "Forbidden.RAM", "httpStatusCode": "403", "api": "RunInstances"}, detail=detail())
    own = frozenset({(ACCOUNT, "sub", USER)})
    said = explain(read, Evidence(own=own), language=language, now=NOW)
    plain = explain(read, Evidence(), language=language, now=NOW)
    assert you in addressed(said, "alice").verdict
    assert addressed(plain, "alice") == plain, "somebody else's call"
    assert impersonal(addressed(said, "alice")) == plain
