from bot.explain import explain_text

from .logs import ACCOUNT, NOW, USER, detail

DETAIL = {key[:1].upper() + key[1:]: value for key, value in detail().items()}


def test_a_pasted_denial_is_explained_from_its_own_detail() -> None:
    explanation = explain_text(
        request_ids=("123E4567-E89B-12D3-A456-426614174000",),
        error_codes=("Forbidden.RAM",),
        products=("Ecs",),
        access_denied_detail=DETAIL,
        language="en",
        now=NOW,
    )
    assert explanation is not None
    assert explanation.denial is not None
    assert explanation.verdict == f"Access denied: ecs:RunInstances for RAM user {USER}, no policy allows it"
    assert explanation.denial.policy_draft is not None
    assert explanation.http_status is None
    assert [source.kind for source in explanation.sources] == ["text"]


def test_a_detail_without_a_code_is_a_denial_too() -> None:
    explanation = explain_text(access_denied_detail=DETAIL, language="zh", now=NOW)
    assert explanation is not None
    assert (explanation.kind, explanation.http_status) == ("denied", None)


def test_a_masked_account_leaves_no_draft() -> None:
    explanation = explain_text(access_denied_detail={**DETAIL, "AuthPrincipalOwnerId": "11***"}, language="en", now=NOW)
    assert explanation is not None
    assert explanation.denial is not None
    assert (explanation.denial.policy_draft, explanation.denial.account_id) == (None, "11***")


def test_a_pasted_code_alone_is_explained_as_far_as_it_goes() -> None:
    explanation = explain_text(error_codes=("Never.Heard.Of",), error_message="It broke.", language="en", now=NOW)
    assert explanation is not None
    assert explanation.cause == "The cause is not known here; the message is all there is."
    assert explanation.retry == "change"


def test_a_text_that_tells_of_no_error_is_not_explained() -> None:
    assert explain_text(language="en", now=NOW) is None
    assert explain_text(request_ids=("X",), error_codes=("OK",), error_message="fine", language="en", now=NOW) is None
    assert explain_text(access_denied_detail={"PolicyType": "SessionPolicy"}, language="en", now=NOW) is None


def test_a_server_error_of_an_unknown_call_is_not_to_be_repeated_blindly() -> None:
    explanation = explain_text(error_codes=("InternalError",), language="en", now=NOW)
    assert explanation is not None
    assert explanation.retry == "never"
    assert ACCOUNT not in str(explanation)
