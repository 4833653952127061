"""Answers are read whatever shape they have: no JSON value makes a model raise."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.aliyun import models, sts, trail
from bot.aliyun.protocol import decode_object

ANSWERS: list[type[models.Answer]] = [
    models.RequestLogAnswer,
    models.SolutionsAnswer,
    sts.CallerIdentity,
    models.DecodedAnswer,
    sts.AssumeRoleAnswer,
    trail.EventsAnswer,
]


def names(model: type[models.Answer]) -> set[str]:
    found = {field.alias or name for name, field in model.model_fields.items()}
    for cls in (models.RequestLog, models.BasicInfo, models.Parameter, models.DecodedMessage, trail.TrailEvent):
        found |= {field.alias or name for name, field in cls.model_fields.items()}
    return found


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(["-", " x\n", "{"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(set().union(*map(names, ANSWERS)))) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(model=st.sampled_from(ANSWERS), value=st.dictionaries(st.text(max_size=3), VALUES, max_size=3), inner=VALUES)
def test_no_answer_is_too_odd(model: type[models.Answer], value: dict[str, Any], inner: object) -> None:
    for name in names(model):
        model.model_validate(value | {name: inner})


@given(st.binary(max_size=60))
def test_no_bytes_are_too_odd(body: bytes) -> None:
    assert isinstance(decode_object(body), dict | str)


@pytest.mark.parametrize("spelling", [str, str.lower, str.upper])
def test_keys_are_read_in_any_case(spelling: Any) -> None:
    log = {spelling("basicInfo"): {spelling("errorCode"): "A.B"}}
    answer = models.RequestLogAnswer.model_validate({spelling("requestId"): "R", spelling("logInfo"): log})
    assert answer.log is not None
    assert (answer.request_id, answer.log.basic.error_code) == ("R", "A.B")


def test_the_documented_spelling_wins() -> None:
    body = json.dumps({"RequestId": "other", "requestId": "R", "REQUESTID": "other"}).encode()
    value = decode_object(body)
    assert models.RequestLogAnswer.model_validate(value).request_id == "R"


@pytest.mark.parametrize(("told", "read"), [(True, True), ("false\n", False), (" TRUE", True), ("yes", None), (1, None)])
def test_truth_comes_as_text_too(told: object, read: bool | None) -> None:
    assert models.DecodedMessage.model_validate({"ExplicitDeny": told}).explicit_deny is read


def test_parameters_that_are_no_object_are_absent() -> None:
    assert trail.TrailEvent.model_validate({"requestParameters": [1]}).parameters == {}
