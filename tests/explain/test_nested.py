from bot.explain import Evidence, explain
from bot.explain.body import nested_call
from bot.explain.catalog import load_catalog

from .logs import NOW, explained, log

OUTER = "1E769B2D-2D07-4587-A35B-16170EF46C1A"
INNER = "A1CE363D-1E64-471F-A07B-B0537A9EE1E3"
MESSAGE = f"Aliyun API Error: RequestId: {INNER} Status Code: 404 Code: EntityNotExist.Role Message: The role does not exist."


def test_the_service_s_own_failed_call_is_found_with_its_id_and_code() -> None:
    call = nested_call(MESSAGE, request_id=OUTER)
    assert call is not None
    assert (call.request_id, call.error_code, call.message) == (INNER, "EntityNotExist.Role", "The role does not exist.")


def test_the_call_s_own_id_in_its_message_is_no_inner_call() -> None:
    assert nested_call(f"failed, RequestId: {OUTER.lower()}", request_id=OUTER) is None


def test_an_unlabelled_uuid_is_no_inner_call() -> None:
    assert nested_call(f"pod {INNER} failed", request_id=OUTER) is None


def test_an_inner_call_in_json_is_found() -> None:
    message = f'upstream said {{"RequestId":"{INNER}","Code":"Throttling.User","Message":"slow down"}}'
    call = nested_call(message, request_id=OUTER)
    assert call is not None
    assert (call.request_id, call.error_code, call.message) == (INNER, "Throttling.User", "slow down")


def test_the_first_step_offers_the_inner_id() -> None:
    explanation = explained(
        basic={"errorCode": "ErrorApi", "errorMessage": MESSAGE, "httpStatusCode": "400", "logRequestId": OUTER}
    )
    assert explanation.nested is not None
    assert INNER in explanation.next_steps[0]
    assert "EntityNotExist.Role" in explanation.next_steps[0]


def test_a_long_hostile_message_ends_in_time() -> None:
    assert nested_call("request id: " * 50_000, request_id=OUTER) is None


def test_the_inner_call_s_known_error_is_the_cause_of_an_unknown_outer_one() -> None:
    message = f"upstream said RequestId: {INNER} Code: Forbidden.RAM Message: not authorized"
    basic = {"errorCode": "ErrorApi", "errorMessage": message, "httpStatusCode": "400", "logRequestId": OUTER}
    explanation = explain(log(basic=basic), Evidence(load_catalog()), language="en", now=NOW)
    cause = explanation.cause or ""
    assert cause.startswith("The service's own call inside this one was denied (Forbidden.RAM).")
    assert "lacks the needed permission" in cause
    assert "not known" not in cause


def test_an_inner_denial_is_told_without_a_catalogue_too() -> None:
    message = f"upstream said RequestId: {INNER} Code: NoPermission Message: no"
    explanation = explained(basic={"errorCode": "ErrorApi", "errorMessage": message, "httpStatusCode": "400"})
    assert explanation.cause == "The service's own call inside this one was denied (NoPermission)."
