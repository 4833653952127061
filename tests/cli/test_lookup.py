"""``requestlog lookup`` against the stand-in, by the contract's fine print."""

import json
import subprocess
from pathlib import Path

import pytest

from bot.playground.alibaba import ALICE, AlibabaStandIn, case
from tests.cli.running import requestlog

SAMPLE = "123E4567-E89B-12D3-A456-426614174000"


def lookup(alibaba: AlibabaStandIn, *words: str, text: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    credential = {"ALIBABA_CLOUD_ACCESS_KEY_ID": ALICE.access_key_id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ALICE.secret}
    return requestlog("lookup", *words, text=text, env={**alibaba.endpoint_variables(), **credential, **more})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_terminal_shows_the_same_explanation(alibaba: AlibabaStandIn, lang: str) -> None:
    run = lookup(alibaba, SAMPLE, "--lang", lang)
    assert (run.returncode, run.stderr) == (0, "")
    for part in ("RunInstances", "IncorrectStatus.TransitRouter", "云服务器" if lang == "zh" else "Elastic Compute Service"):
        assert part in run.stdout


def test_json_holds_a_result_for_every_id(alibaba: AlibabaStandIn) -> None:
    run = lookup(alibaba, SAMPLE.lower(), case("not-found").request_id, "--json")
    results = json.loads(run.stdout)["results"]
    assert [result["outcome"] for result in results] == ["found", "not_found"]
    assert results[0]["request_id"] == SAMPLE
    assert results[0]["rungs"] == [{"rung": "own", "as": "****lice", "result": "found"}]
    assert results[0]["explanation"]["api"] == "RunInstances"
    assert results[1]["message"]
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ([case("not-found").request_id], "not_found"),
        ([case("upstream-hangs").request_id], "unavailable"),
        ([case("upstream-html").request_id], "unavailable"),
        ([case("upstream-refused").request_id], "refused"),
        (["x-oss-request-id: 5C35EC748ED5091138DF58BB"], "unsupported"),
        (["RequestId: 123E4567-****-12D3-A456-426614174000"], "unsupported"),
    ],
)
def test_what_was_not_found_is_said_once_on_standard_error(alibaba: AlibabaStandIn, words: list[str], outcome: str) -> None:
    run = lookup(alibaba, *words, "--json", REQUESTLOG_DEADLINE="2")
    assert [result["outcome"] for result in json.loads(run.stdout)["results"]] == [outcome]
    assert run.returncode == 1
    assert len(run.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_credential_one_sentence_says_which_variables_to_set(alibaba: AlibabaStandIn, lang: str) -> None:
    run = requestlog("lookup", SAMPLE, "--lang", lang, env=alibaba.endpoint_variables())
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (1, "", 1)
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in run.stderr
    assert "ALIBABA_CLOUD_ACCESS_KEY_SECRET" in run.stderr


def test_without_a_credential_the_json_says_the_same(alibaba: AlibabaStandIn) -> None:
    run = requestlog("lookup", SAMPLE, "--json", env=alibaba.endpoint_variables())
    (result,) = json.loads(run.stdout)["results"]
    assert (result["outcome"], result["message"]) == ("not_connected", run.stderr.strip())
    assert "ALIBABA_CLOUD_ACCESS_KEY_SECRET" in result["message"]
    assert run.returncode == 1


def test_the_profile_of_the_aliyun_cli_is_enough(alibaba: AlibabaStandIn, tmp_path: Path) -> None:
    write_profile(tmp_path, mode="AK")
    run = requestlog("lookup", SAMPLE, env={**alibaba.endpoint_variables(), "HOME": str(tmp_path)})
    assert (run.returncode, run.stderr) == (0, "")
    assert "RunInstances" in run.stdout


def test_a_profile_of_another_mode_is_said_in_one_sentence(alibaba: AlibabaStandIn, tmp_path: Path) -> None:
    write_profile(tmp_path, mode="CloudSSO")
    run = requestlog("lookup", SAMPLE, env={**alibaba.endpoint_variables(), "HOME": str(tmp_path)})
    assert (run.returncode, len(run.stderr.splitlines())) == (1, 1)
    assert "mode CloudSSO, which is not supported here" in run.stderr


def write_profile(home: Path, mode: str) -> None:
    """A config.json as the aliyun CLI writes it, with alice's key."""
    keys = {"access_key_id": ALICE.access_key_id, "access_key_secret": ALICE.secret}
    (home / ".aliyun").mkdir()
    config = {"current": "alice", "profiles": [{"name": "alice", "mode": mode, **keys}]}
    (home / ".aliyun/config.json").write_text(json.dumps(config))


def test_one_that_was_not_found_is_said_on_standard_error_alone(alibaba: AlibabaStandIn) -> None:
    run = lookup(alibaba, case("not-found").request_id)
    assert (run.stdout, len(run.stderr.splitlines())) == ("", 1)


def test_of_several_each_is_told_and_the_whole_summed_up(alibaba: AlibabaStandIn) -> None:
    ids = [case("not-found").request_id, case("upstream-refused").request_id]
    run = lookup(alibaba, *ids)
    assert all(each in run.stdout for each in ids)
    assert run.stderr == "None of the 2 RequestIds was found.\n"


@pytest.mark.parametrize(
    ("lang", "parts"),
    [("en", ("Retry: no", "The call changes something")), ("zh", ("能否重试：不可以", "该调用会产生变更"))],
)
def test_the_sum_of_several_tells_which_write_must_not_be_sent_again(
    alibaba: AlibabaStandIn, lang: str, parts: tuple[str, ...]
) -> None:
    ids = [case("throttled").request_id, case("write-without-token").request_id]
    summed = lookup(alibaba, "--lang", lang, *ids).stdout.rpartition("─" * 40)[2]
    assert all(part in summed for part in parts)
    assert all(each in summed for each in ids)


def test_the_sum_of_refused_look_ups_speaks_to_who_has_the_key(alibaba: AlibabaStandIn) -> None:
    ids = [case("throttled").request_id, case("write-without-token").request_id]
    run = lookup(alibaba, *ids, ALIBABA_CLOUD_ACCESS_KEY_SECRET="wrong")
    assert "Alibaba Cloud does not accept your AccessKey" in run.stdout


def test_a_pipe_gets_no_trailing_blanks_and_lines_of_at_most_a_hundred(alibaba: AlibabaStandIn) -> None:
    lines = lookup(alibaba, case("denied-implicit").request_id, SAMPLE, COLUMNS="60").stdout.splitlines()
    assert lines == [line.rstrip() for line in lines]
    assert 80 < max(map(len, lines)) <= 100


def test_each_id_that_was_not_found_gets_its_own_explanation_from_standard_input(alibaba: AlibabaStandIn) -> None:
    gone = [case("not-found").request_id, "9BFC4AC1-77B0-5A3C-9E21-3A61D8F48812"]
    text = f"ErrorCode: InvalidVpcId.NotFound\nRequestId: {gone[0]}\n\nErrorCode: Throttling.User\nRequestId: {gone[1]}\n"
    run = lookup(alibaba, "--json", text=text)
    results = json.loads(run.stdout)["results"]
    assert [(each["request_id"], each["explanation"]["error_code"]) for each in results] == [
        (gone[0], "InvalidVpcId.NotFound"),
        (gone[1], "Throttling.User"),
    ]
    assert run.returncode == 1
    plain = lookup(alibaba, text=text).stdout
    assert plain.index(gone[0]) < plain.index("InvalidVpcId.NotFound") < plain.index(gone[1]) < plain.index("Throttling.User")


def test_the_date_of_a_text_tells_how_old_the_call_is(alibaba: AlibabaStandIn) -> None:
    old = lookup(alibaba, f"2019-10-08 14:53:34 Code: Throttling RequestId: {case('not-found').request_id}").stderr
    assert old != lookup(alibaba, f"Code: Throttling RequestId: {case('not-found').request_id}").stderr
    assert "expired" in old.split(".")[1].lower() or "3 days" in old


def test_a_text_without_ids_says_so(alibaba: AlibabaStandIn) -> None:
    run = lookup(alibaba, "hello", "--json")
    assert json.loads(run.stdout) == {"results": []}
    assert run.returncode == 1


def test_at_most_twenty_are_looked_up(alibaba: AlibabaStandIn) -> None:
    ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(25)]
    told = json.loads(lookup(alibaba, *ids, "--json").stdout)
    assert (len(told["results"]), told["beyond"]) == (20, ids[20:])
    assert lookup(alibaba, *ids, COLUMNS="80").stdout.endswith(f"\nrequestlog lookup {' '.join(ids[20:])}\n")


def test_plain_http_away_from_loopback_is_a_bad_setting() -> None:
    run = requestlog("lookup", SAMPLE, env={"REQUESTLOG_ENDPOINT_OPENAPIEXPLORER": "http://198.51.100.1"})
    assert run.returncode == 2
    assert "https" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("shows", ["upstream-drips", "upstream-hangs"])
def test_the_deadline_bounds_the_whole_ladder(shows: str) -> None:
    """What one rung has used up is not there for another try or rung: nothing is asked after it."""
    with AlibabaStandIn() as slow:
        run = lookup(slow, case(shows).request_id, "--json", REQUESTLOG_DEADLINE="1")
        assert slow.calls() == 1
    (result,) = json.loads(run.stdout)["results"]
    assert (result["outcome"], [rung["result"] for rung in result["rungs"]]) == ("unavailable", ["unavailable"])
    assert "did not answer within the time allowed" in result["message"]


def test_the_deadline_bounds_twenty_at_once_behind_a_hanging_upstream() -> None:
    ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(20)]
    with AlibabaStandIn() as hanging:
        hanging.fault(delay_s=600, times=1000)
        run = lookup(hanging, *ids, "--json", REQUESTLOG_DEADLINE="2")
        assert hanging.calls() <= len(ids)
        hanging.clear_faults()
    assert {result["outcome"] for result in json.loads(run.stdout)["results"]} == {"unavailable"}
    assert run.stderr == "None of the 20 RequestIds was found.\n"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("secret", [ALICE.secret, "wrong"])
def test_the_words_are_for_who_sits_at_the_terminal(alibaba: AlibabaStandIn, lang: str, secret: str) -> None:
    """Nobody else runs this program, so nobody else is asked to mend it; what was asked was asked as you."""
    run = lookup(alibaba, SAMPLE, "--lang", lang, ALIBABA_CLOUD_ACCESS_KEY_SECRET=secret)
    told = run.stdout + run.stderr
    assert not any(other in told for other in ("runs this bot", "the bot", "管理员更换", "机器人"))
    assert ({"en": "you (****lice)", "zh": "你（****lice）"}[lang] in told) == (run.returncode == 0)


@pytest.mark.parametrize(("zone", "sent"), [("CST-8", "2025-01-21 15:43:06+08:00"), ("EST5", "2025-01-21 02:43:06-05:00")])
def test_times_are_local_with_their_offset(alibaba: AlibabaStandIn, zone: str, sent: str) -> None:
    assert sent in " ".join(lookup(alibaba, SAMPLE, TZ=zone).stdout.split())


def test_verbose_logs_and_never_a_secret(alibaba: AlibabaStandIn) -> None:
    run = lookup(alibaba, SAMPLE, "--verbose")
    assert run.stderr
    assert ALICE.secret not in run.stderr
    assert "Signature=" not in run.stderr
