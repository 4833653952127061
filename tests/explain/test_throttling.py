from .logs import ACCOUNT, USER, explained, failed_with


def test_fc_deny_is_explained_with_the_account_that_shares_the_quota_and_the_caller() -> None:
    words = failed_with("Throttling.User", throttlingResult="FC.DENY").throttling or ""
    assert "FC.DENY" in words
    assert ACCOUNT in words
    assert USER in words


def test_the_limit_of_an_api_as_a_whole_need_not_be_the_account_s_doing() -> None:
    assert "as a whole" in (failed_with("Throttling.Api").throttling or "")


def test_too_many_calls_at_once_are_told_from_too_many_a_minute() -> None:
    assert "same time" in (failed_with("Throttling.UserConcurrentLimit").throttling or "")


def test_other_calls_say_nothing_of_throttling() -> None:
    assert explained().throttling is None
    assert failed_with("InvalidParameter").throttling is None
