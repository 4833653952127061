import json

import pytest

from bot.explain import NotAnAnswerError, parse_answer
from bot.languages import LANGUAGES

from .logs import answer


def test_a_saved_answer_is_read_as_the_api_wrote_it() -> None:
    assert parse_answer(json.dumps(answer())).basic.api == "DescribeInstances"


def test_an_answer_saved_by_an_sdk_stands_in_its_body() -> None:
    wrapped = {"headers": {}, "statusCode": 200, "body": answer()}
    assert parse_answer("\ufeff" + json.dumps(wrapped)).basic.api == "DescribeInstances"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_json"),
        ("hello", "not_json"),
        ('{"logInfo": {', "not_json"),
        ("<html></html>", "not_json"),
        ("[]", "not_object"),
        ("null", "not_object"),
        ('"text"', "not_object"),
        ("5", "not_object"),
        ("{}", "no_log"),
        ('{"logInfo": null}', "no_log"),
        ('{"logInfo": []}', "no_log"),
        ('{"logInfo": "x"}', "no_log"),
        ('{"Code": 5}', "no_log"),
        ('{"logInfo": {}}', "no_log"),
        ('{"logInfo": {"basicInfo": [1]}}', "no_log"),
        ('{"logInfo": {"basicInfo": null, "parameters": []}}', "no_log"),
        ('{"Code": "NotFound.RequestLog", "Message": "x", "RequestId": "Y"}', "error_answer"),
        ('{"code": "NotFound.RequestLog", "message": "x"}', "error_answer"),
        ('{"body": {"code": "NotFound.RequestLog"}}', "error_answer"),
        ('{"logInfo": {"n": ' + "9" * 5000 + "}}", "unreadable"),
        ("[" * 100_000, "unreadable"),
    ],
)
def test_everything_else_is_refused_with_one_plain_sentence(text: str, reason: str) -> None:
    with pytest.raises(NotAnAnswerError) as refusal:
        parse_answer(text)
    assert refusal.value.reason == reason
    for language in LANGUAGES:
        assert len(refusal.value.sentence(language).splitlines()) == 1


def test_the_sentence_on_a_saved_error_names_its_code_and_no_secret() -> None:
    with pytest.raises(NotAnAnswerError, match=r"NotFound\.RequestLog"):
        parse_answer('{"Code": "NotFound.RequestLog"}')
    with pytest.raises(NotAnAnswerError) as refusal:
        parse_answer('{"Code": "LTAI5tFakeFakeFakeFake01"}')
    assert "FakeFake" not in str(refusal.value)
