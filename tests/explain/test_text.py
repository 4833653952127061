from bot.explain import Evidence, Explanation, explain
from bot.requestids import PastedError

from .logs import ACCOUNT, NOW, USER, detail

DETAIL = {key[:1].upper() + key[1:]: value for key, value in detail().items()}


def said_of(error: PastedError) -> Explanation:
    return explain(error, Evidence(), language="en", now=NOW)


def test_a_pasted_denial_is_explained_from_its_own_detail() -> None:
    explanation = said_of(
        PastedError("123E4567-E89B-12D3-A456-426614174000", code="Forbidden.RAM", product="Ecs", access_denied_detail=DETAIL)
    )
    assert explanation.denial is not None
    assert explanation.verdict == f"Access denied: ecs:RunInstances for RAM user {USER}, no policy allows it"
    assert explanation.denial.policy_draft is not None
    assert explanation.http_status is None
    assert [source.kind for source in explanation.sources] == ["text"]


def test_a_detail_without_a_code_is_a_denial_too() -> None:
    explanation = said_of(PastedError(access_denied_detail=DETAIL))
    assert (explanation.kind, explanation.http_status) == ("denied", None)


def test_a_masked_account_leaves_no_draft() -> None:
    explanation = said_of(PastedError(access_denied_detail={**DETAIL, "AuthPrincipalOwnerId": "11***"}))
    assert explanation.denial is not None
    assert (explanation.denial.policy_draft, explanation.denial.account_id) == (None, "11***")


def test_a_pasted_code_alone_is_explained_as_far_as_it_goes() -> None:
    explanation = said_of(PastedError(code="Never.Heard.Of", message="It broke."))
    assert explanation.cause == "The service says: “It broke.” Nothing more is known of this error here."
    assert explanation.retry is None
    assert explanation.retry_because == "Nothing here says whether repeating helps."


def test_a_server_error_of_an_unknown_call_is_not_to_be_repeated_blindly() -> None:
    explanation = said_of(PastedError(code="InternalError"))
    assert explanation.retry == "never"
    assert ACCOUNT not in str(explanation)
