"""extract and explain, as scripts use them."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from bot.playground.alibaba import case
from tests.cli.running import requestlog

SAMPLE: dict[str, Any] = {
    "logInfo": {
        "basicInfo": {
            "api": "RunInstances\n",
            "product": "Ecs\n",
            "productName": {"cnName": "云服务器 ECS\n", "enName": "\t\nElastic Compute Service\n"},
            "logRequestId": "123E4567-E89B-12D3-A456-426614174000",
            "httpStatusCode": "400",
            "errorCode": "IncorrectStatus.TransitRouter\n",
            "errorMessage": "The resource is not in a valid state for the operation.\n",
        }
    }
}


def test_extract_reads_standard_input_and_prints_one_object() -> None:
    run = requestlog("extract", "--json", text="RequestId: 123e4567-e89b-12d3-a456-426614174000 Code: Throttling.User")
    found = json.loads(run.stdout)
    assert found.keys() == {"request_ids", "other_ids", "error_codes", "products", "access_denied_detail"}
    assert found["request_ids"] == ["123E4567-E89B-12D3-A456-426614174000"]
    assert found["error_codes"] == ["Throttling.User"]
    assert (run.returncode, run.stderr) == (0, "")


def test_extract_says_plainly_when_there_is_nothing() -> None:
    assert "no RequestId" in requestlog("extract", "hello").stdout


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explain_prints_the_contracts_object(lang: str) -> None:
    run = requestlog("explain", "--json", "--lang", lang, text=json.dumps(SAMPLE))
    said = json.loads(run.stdout)
    assert said["kind"] == "failed"
    assert said["api"] == "RunInstances"
    assert said["error_code"] == "IncorrectStatus.TransitRouter"
    assert said["denial"] is None
    assert said["next_steps"]


def test_explain_prints_the_message_as_it_goes_to_slack() -> None:
    message = json.loads(requestlog("explain", "--blocks", text=json.dumps(SAMPLE)).stdout)
    assert message.keys() == {"text", "blocks"}
    assert "IncorrectStatus.TransitRouter" in json.dumps(message)


def test_explain_is_laid_out_for_a_terminal() -> None:
    run = requestlog("explain", text=json.dumps(SAMPLE))
    assert run.stdout.startswith("❌ ")
    assert "Elastic Compute Service" in run.stdout
    assert max(len(line) for line in run.stdout.splitlines()) <= 110


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", "null", '{"Code": "NotFound.RequestLog", "Message": "x"}', '{"requestId": "A"}', "9" * 5000]
)
def test_what_is_no_answer_is_said_in_one_sentence(text: str) -> None:
    run = requestlog("explain", "--json", text=text)
    assert run.returncode == 1
    assert run.stdout == ""
    assert len(run.stderr.strip().splitlines()) == 1
    assert ("--text" in run.stderr) == (text == "not json")


ONE, TWO = "D0CC639E-180D-4827-97CB-FC609F6C95CD", "9BFC4AC1-77B0-5A3C-9E21-3A61D8F48812"
TWO_ERRORS = f"""
2024-05-01 10:00:00 ErrorCode: InvalidVpcId.NotFound
RequestId: {ONE}
Message: No such vpc.
2024-05-01 10:01:00 ErrorCode: Throttling.User
RequestId: {TWO}
Message: Too many calls.
"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explain_text_explains_each_error_with_its_own_id_code_and_message(lang: str) -> None:
    run = requestlog("explain", "--text", "--json", "--lang", lang, text=TWO_ERRORS)
    said = json.loads(run.stdout)["explanations"]
    assert [(each["request_id"], each["error_code"], each["error_message"]) for each in said] == [
        (ONE, "InvalidVpcId.NotFound", "No such vpc."),
        (TWO, "Throttling.User", "Too many calls."),
    ]
    assert (run.returncode, run.stderr) == (0, "")


def test_explain_text_reads_a_file_and_lays_the_explanations_out(tmp_path: Path) -> None:
    (tmp_path / "pasted.txt").write_text(TWO_ERRORS, "utf-8")
    shown = requestlog("explain", "--text", str(tmp_path / "pasted.txt")).stdout
    assert all(part in shown for part in (ONE, TWO, "No such vpc.", "Too many calls.", "─" * 40))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_text_without_an_error_of_alibaba_clouds_ends_with_1_and_the_empty_list(lang: str) -> None:
    run = requestlog("explain", "--text", "--json", "--lang", lang, text="ValueError: x is not y")
    assert (run.returncode, json.loads(run.stdout)) == (1, {"explanations": []})
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words", [("ErrorCode: Throttling.User",), ("ErrorCode:", "Throttling.User"), ("x" * 5000 + " Code: Throttling.User",)]
)
def test_what_names_no_file_is_the_text_itself(words: tuple[str, ...]) -> None:
    run = requestlog("explain", "--text", "--json", *words)
    assert [each["error_code"] for each in json.loads(run.stdout)["explanations"]] == ["Throttling.User"]
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(("lang", "said"), [("en", "There is no such file, and"), ("zh", "没有这个文件")])
def test_what_is_neither_a_file_nor_an_error_is_said_to_be_neither(lang: str, said: str) -> None:
    run = requestlog("explain", "--text", "--lang", lang, "nowhere.txt")
    assert (run.returncode, run.stdout, run.stderr.startswith(said)) == (1, "", True)


def test_words_in_place_of_a_saved_answer_get_the_hint_and_a_folder_does_not() -> None:
    assert "add --text" in requestlog("explain", "Code: Throttling.User").stderr
    assert requestlog("explain", "Code:", "Throttling.User").returncode == 2
    run = requestlog("explain", "/")
    assert (run.returncode, run.stderr) == (1, "The file / cannot be read: Is a directory.\n")


def test_extract_and_explain_speak_the_language_that_is_set() -> None:
    chinese = {"REQUESTLOG_LANG": "zh"}
    assert "错误码         Throttling.User" in requestlog("extract", "Code: Throttling.User", env=chinese).stdout
    assert "能否重试" in requestlog("explain", "--text", "Code: Throttling.User", env=chinese).stdout
    assert "error code     Throttling" in requestlog("extract", "--lang", "en", "Code: Throttling.User", env=chinese).stdout


def test_explain_text_has_no_blocks() -> None:
    assert requestlog("explain", "--text", "--blocks", text=TWO_ERRORS).returncode == 2


def test_a_missing_file_is_said_in_one_sentence() -> None:
    run = requestlog("explain", "/nowhere/answer.json")
    assert (run.returncode, len(run.stderr.splitlines())) == (1, 1)


def test_bad_usage_ends_with_2() -> None:
    assert requestlog("explain", "--lang", "fr").returncode == 2
    assert requestlog("nonsense").returncode == 2


def test_the_version_is_that_of_the_distribution() -> None:
    assert requestlog("--version").stdout == f"requestlog {version('requestlog-bot')}\n"


def test_the_cases_of_the_stand_in_are_real_ids() -> None:
    assert json.loads(requestlog("extract", "--json", case("sample").request_id).stdout)["request_ids"]


def test_keys_go_before_a_pasted_text_is_explained() -> None:
    secret = "a1B2" * 7 + "c3"
    text = f"ErrorCode: SignatureDoesNotMatch\nMessage: not for {secret}\nLTAI5tFakeFakeFake01"
    run = requestlog("explain", "--text", "--json", text=text)
    assert json.loads(run.stdout)["explanations"][0]["error_code"] == "SignatureDoesNotMatch"
    assert secret not in run.stdout
