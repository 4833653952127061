"""What is pasted into a support ticket."""

from bot.blocks.details import pasted
from bot.explain import Evidence, explain
from tests.explain.logs import NOW, explained, log

BASIC = {"httpStatusCode": "500", "errorCode": "InternalError", "errorMessage": "Password: hunter2hunter2 broke it."}


def test_both_languages_stand_in_it_the_reader_s_own_first() -> None:
    zh = explain(log(basic=BASIC), Evidence(), language="zh", now=NOW)
    en = explain(log(basic=BASIC), Evidence(), language="en", now=NOW)
    assert pasted(en, zh).startswith("Ecs DescribeInstances failed")
    first, second = pasted(zh, en).split("-" * 40)
    assert "错误码：InternalError" in first
    assert "Error code: InternalError" in second
    for part in (first, second):
        assert "123E4567-E89B-12D3-A456-426614174000" in part
        assert "2026-11-21 01:43:06" in part
        assert "cn-hangzhou" in part
        assert "hunter2" not in part


def test_a_call_that_succeeded_is_asked_about_not_complained_of() -> None:
    assert "failed" not in pasted(explained(), explained()).split("\n")[0]
