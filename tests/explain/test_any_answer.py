"""Whatever the answer holds, there is an explanation, it can be written as JSON, and no secret shows in it."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.aliyun.models import DecodedMessage, RequestLog, Solution
from bot.aliyun.trail import TrailEvent
from bot.explain import Evidence, explain, redact
from bot.explain.catalog import load_catalog
from bot.explain.explanation import Explanation
from bot.languages import LANGUAGES, Language

from .logs import NOW, answer, detail

SECRETS = (
    "LTAI5tPlantedPlanted01",
    "STS.PlantedPlantedPlanted",
    "xoxb-9999-plantedplanted",
    "eyJwbGFudGVkIjoxfQ.eyJwbGFudGVkIjoyfQ.cGxhbnRlZA",
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["-", "403", "FC.DENY", "{", "<"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8
)
LOG = answer(detail=detail(encodedDiagnosticMessage="AQ"), parameters=[{"name": "a", "value": "b"}], body="{}")["logInfo"]
PATHS = [(part, key) for part in ("basicInfo", "callerInfo", "responses") for key in LOG[part]] + [
    *((part, None) for part in LOG),
    *(("detail", key) for key in LOG["basicInfo"]["accessDeniedDetail"]),
]
CODES = st.sampled_from(
    [None, "Forbidden.RAM", "Throttling.User", "InternalError", "isv.X", "SignatureNonceUsed", "Zone.NotOnSale"]
)
LONGEST = {"verdict": 300, "error_message": 8_000, "error_code": 400, "api": 400, "solutions": 6_000}
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def changed(changes: list[tuple[tuple[str, str | None], Any]], code: str | None) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(json.dumps(LOG))
    log["basicInfo"]["errorCode"] = code
    log["basicInfo"]["httpStatusCode"] = "403" if code else "200"
    for (part, key), value in changes:
        place = log["basicInfo"].get("accessDeniedDetail") if part == "detail" else log.get(part)
        if key is None:
            log[part] = value
        elif isinstance(place, dict):
            place[key] = value
        if not isinstance(log.get("basicInfo"), dict):
            log["basicInfo"] = {}
    return log


def sane(explanation: Explanation) -> None:
    shown = explanation.as_json()
    json.dumps(shown, ensure_ascii=False, allow_nan=False).encode()
    assert explanation.verdict
    assert len(explanation.verdict.splitlines()) == 1
    assert all(len(shown[key] or "") <= longest for key, longest in LONGEST.items())
    assert all(0 < len(step) <= 2_000 for step in explanation.next_steps)


@often
@given(changes=st.lists(st.tuples(st.sampled_from(PATHS), JSON), max_size=6), code=CODES, language=st.sampled_from(LANGUAGES))
def test_any_json_in_any_field_is_explained(
    changes: list[tuple[tuple[str, str | None], Any]], code: str | None, language: Language
) -> None:
    log = RequestLog.model_validate(changed(changes, code))
    sane(explain(log, Evidence(load_catalog()), language=language, now=NOW))


@often
@given(
    decoded=st.dictionaries(
        st.sampled_from(["ExplicitDeny", "AuthPrincipal", "AuthConditions", "MatchedPolicies", "AuthResource"]), JSON
    ),
    content=st.text(),
)
def test_any_decoded_message_and_any_solution_is_taken(decoded: dict[str, Any], content: str) -> None:
    explanation = explain(
        RequestLog.model_validate(changed([], "Forbidden.RAM")),
        Evidence(decoded=DecodedMessage.model_validate(decoded), solutions=[Solution(content=content)]),
        language="zh",
        now=NOW,
    )
    sane(explanation)


@often
@given(
    event=st.dictionaries(
        st.sampled_from(["eventName", "errorCode", "userIdentity", "requestParameters", "responseElements", "eventTime"]), JSON
    )
)
def test_any_event_is_explained(event: dict[str, Any]) -> None:
    sane(explain(TrailEvent.model_validate(event), Evidence(), language="en", now=NOW))


@often
@given(path=st.sampled_from([path for path in PATHS if path[1]]), around=st.text(max_size=20), secret=st.sampled_from(SECRETS))
def test_no_planted_secret_survives_in_any_field(path: tuple[str, str | None], around: str, secret: str) -> None:
    planted = f"{around} {secret} {around}"
    explanation = explain(
        RequestLog.model_validate(changed([(path, planted)], "Forbidden.RAM")), Evidence(), language="en", now=NOW
    )
    assert secret not in json.dumps([asdict(explanation), explanation.as_json()], ensure_ascii=False, default=str)


@often
@given(
    parts=st.lists(
        st.sampled_from(
            [
                '"',
                "'",
                "\\",
                "=",
                ":",
                "{",
                "}",
                "[",
                "]",
                "<",
                ">",
                "&quot;",
                "%3D",
                "password",
                "Token",
                " ",
                "\n",
                "value",
                ",",
                "x",
            ]
        ),
        max_size=40,
    )
)
def test_redaction_takes_any_punctuation_and_is_stable(parts: list[str]) -> None:
    once = redact("".join(parts))
    assert redact(once) == once


@pytest.mark.parametrize("size", [200_000])
@pytest.mark.parametrize("field", ["errorMessage", "errorCode", "api", "regionId", "logRequestId"])
def test_long_texts_are_cut(field: str, size: int) -> None:
    log = changed([(("basicInfo", field), "x" * size)], "Moon.Closed")
    sane(explain(RequestLog.model_validate(log), Evidence(), language="en", now=NOW))


def test_a_value_nested_as_deeply_as_json_can_be_read_is_shown_cut() -> None:
    deep = json.loads('{"a":' * 400 + "1" + "}" * 400)
    log = changed([], "Moon.Closed") | {"parameters": [{"name": "Deep", "value": deep}]}
    sane(explain(RequestLog.model_validate(log), Evidence(), language="en", now=NOW))
