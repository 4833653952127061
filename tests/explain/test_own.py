from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from bot.explain import Evidence, Explanation, explain, impersonal
from bot.explain.explanation import Principal
from bot.languages import Language

from .logs import ACCOUNT, NOW, USER, detail, log

DENIED = {"errorCode": "NoPermission", "httpStatusCode": "403", "api": "RunInstances"}
ME: Principal = (ACCOUNT, "sub", USER)


def said(*own: Principal, language: Language = "en", **changes: Any) -> Explanation:
    record = log(**{"basic": DENIED, "detail": detail(), **changes})
    return explain(record, Evidence(own=frozenset(own)), language=language, now=NOW)


def texts(value: object) -> list[str]:
    """Every text of an explanation, but for the words of the asker's own principals themselves."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in texts(item)]
    if is_dataclass(value):
        return [text for field in fields(value) if field.name != "own" for text in texts(getattr(value, field.name))]
    return []


@pytest.mark.parametrize(("language", "you"), [("en", f"you (RAM user {USER})"), ("zh", f"你（RAM 用户 {USER}）")])
def test_a_denial_of_the_asker_s_own_principal_speaks_to_the_asker(language: Language, you: str) -> None:
    told = said(ME, language=language)
    assert you in told.verdict
    assert you in told.next_steps[0]
    assert told.denial is not None
    assert (told.denial.principal_words, told.denial.principal) == (you, USER)
    assert told.call.caller_words == you


def test_the_stopped_caller_is_the_asker() -> None:
    told = said(ME, basic={"errorCode": "Throttling.User", "httpStatusCode": "429"}, detail=None)
    assert f"The stopped caller was you (RAM user {USER})" in (told.throttling or "")


@pytest.mark.parametrize(
    "own",
    [
        (),
        ((ACCOUNT, "sub", "241009849925897812"),),
        ((ACCOUNT, "AssumedRoleUser", USER),),
        (("1234567890123456", "sub", USER),),
        ((ACCOUNT, "customer", ACCOUNT),),
    ],
)
def test_anybody_else_is_named(own: tuple[Principal, ...]) -> None:
    told = said(*own)
    assert not any("you (" in text for text in texts(told))
    assert told == said()


def test_the_main_account_is_known_by_its_account() -> None:
    root = {"callerType": "customer", "masterAccountId": ACCOUNT, "callerAccountId": ACCOUNT}
    told = said((ACCOUNT, "customer", ACCOUNT), caller=root, detail=None)
    assert f"you (the main account {ACCOUNT})" in told.verdict


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_others_read_does_not_speak_to_the_asker(language: Language) -> None:
    told = said(ME, language=language)
    assert impersonal(told) == said(language=language)
    assert impersonal(said(language=language)) == said(language=language)
