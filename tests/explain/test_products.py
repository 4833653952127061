import pytest

from bot.aliyun.trail import TrailEvent
from bot.explain import Evidence, explain
from bot.explain.wording import product_name

from .logs import NOW, explained


@pytest.mark.parametrize("code", ["Ecs", "ecs", "ECS"])
def test_a_common_product_is_called_by_its_name_in_both_languages(code: str) -> None:
    assert product_name(code, "en") == "Elastic Compute Service"
    assert product_name(code, "zh") == "云服务器 ECS"


def test_separators_in_a_code_do_not_matter() -> None:
    assert product_name("R-kvstore", "en") == product_name("Rkvstore", "en") is not None


@pytest.mark.parametrize("code", [None, "", "Moon", "ecs.en", "{x}", "云服务器"])
def test_a_product_that_nobody_listed_has_no_name(code: str | None) -> None:
    assert product_name(code, "en") is None


def test_the_record_s_own_name_goes_before_the_table_s() -> None:
    assert explained(basic={"productName": {"enName": "ECS by the log"}}).product_name == "ECS by the log"


def test_an_event_that_names_only_the_code_is_shown_with_the_product_s_name() -> None:
    event = {"eventId": "x", "serviceName": "Ecs", "eventName": "RunInstances", "errorCode": "Moon"}
    assert explain(TrailEvent.model_validate(event), Evidence(), language="zh", now=NOW).product_name == "云服务器 ECS"
