"""/requestlog in the playground: user … bot …, over HTTP and in Socket Mode, in both languages."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from tests.answers import next_answer

SAMPLE = "123E4567-E89B-12D3-A456-426614174000"
HERE = "C0INCIDENT"


def says(stage: Playground, user: str, text: str, channel: str = HERE, seconds: float = 10) -> str:
    """What the bot answers to a command: text and blocks as one searchable text."""
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(text, channel=channel)
    answer = next_answer(stage.slack, user, before, channel, seconds)
    return answer.text + json.dumps(answer.blocks, ensure_ascii=False)


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []
    playground.alibaba.clear_faults()


def test_the_sample_is_explained_to_the_asker_alone(playground: Playground) -> None:
    bob_saw = len(playground.slack.sees("U0BOB", HERE))
    answer = says(playground, "U0ALICE", f"/requestlog {SAMPLE}")
    for part in (
        "RunInstances",
        "Elastic Compute Service",
        "Ecs",
        "400",
        "IncorrectStatus.TransitRouter",
        "you (alice)",
    ):
        assert part in answer
    assert "\\t" not in answer
    assert len(playground.slack.sees("U0BOB", HERE)) == bob_saw


def test_lower_case_and_pasted_text_are_understood(playground: Playground) -> None:
    text = f"Error:Throttling payload too large RequestID: {SAMPLE.lower()}"
    assert "RunInstances" in says(playground, "U0ALICE", f"/requestlog {text}")


def test_a_troubleshoot_link_is_understood(playground: Playground) -> None:
    link = f"https://api.aliyun.com/troubleshoot?q=X&amp;product=Ecs&amp;requestId={SAMPLE}"
    assert "RunInstances" in says(playground, "U0ALICE", f"/requestlog {link}")


@pytest.mark.parametrize("text", ["/requestlog", "/requestlog help", "/requestlog ?", "/requestlog HELP"])
def test_help_names_every_sub_command(playground: Playground, text: str) -> None:
    answer = says(playground, "U0ALICE", text)
    for name in ("help", "diff", "code", "decode", "ticket", "settings", "whoami", "doctor", "link"):
        assert f"/requestlog {name}" in answer


def test_an_unknown_word_gets_help_with_the_nearest_one(playground: Playground) -> None:
    assert "Did you mean “ticket”" in says(playground, "U0ALICE", "/requestlog tikcet")


@pytest.mark.parametrize(
    ("user", "text", "part"),
    [
        ("U0ALICE", "there is no id here at all", "There is no RequestId"),
        ("U0ALICE", "x-oss-request-id: 5C35EC748ED5091138DF58BB", "Object Storage"),
        ("U0ALICE", "RequestId: 123E4567-****-****-****-426614174000", "hidden"),
        ("U0ALICE", "RequestId: A9718F19157C5C7D826AD97D61105C14", "dashes"),
        ("U0ALICE", case("of-bob").request_id, "Somebody else made the call"),
        ("U0ALICE", case("not-found").request_id.lower(), "lower case"),
        ("U0NOBODY", SAMPLE, "no Alibaba Cloud identity"),
        ("U0ALICE", case("upstream-refused").request_id, "refused"),
        ("U0ALICE", case("upstream-html").request_id, "try again in a minute"),
    ],
)
def test_bad_input_has_its_own_sentence(playground: Playground, user: str, text: str, part: str) -> None:
    assert part.lower() in says(playground, user, f"/requestlog {text}").lower()


def test_an_upstream_that_hangs_is_said_in_time(playground: Playground) -> None:
    assert "within the time" in says(playground, "U0ALICE", f"/requestlog {case('upstream-hangs').request_id}", seconds=15)


def test_fifty_kilobytes_of_text_are_read(playground: Playground) -> None:
    text = "lorem ipsum " * 4000 + SAMPLE
    assert "RunInstances" in says(playground, "U0ALICE", f"/requestlog {text}")


def test_of_twenty_five_ids_twenty_are_looked_up_and_the_rest_is_named(playground: Playground) -> None:
    ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(25)]
    answer = says(playground, "U0ALICE", f"/requestlog {' '.join(ids)}", seconds=30)
    assert ids[-1] in answer


def test_a_pasted_error_without_an_id_is_explained_from_its_own_words(playground: Playground) -> None:
    answer = says(playground, "U0ALICE", "/requestlog ErrorCode: Throttling.User Message: Request was denied.")
    assert "Throttling.User" in answer


def test_hostile_text_in_a_log_stays_inert(playground: Playground) -> None:
    answer = says(playground, "U0ALICE", f"/requestlog {case('hostile-text').request_id}")
    assert "<!channel>" not in answer.replace('"text": "', "") or playground.slack.breaches == []
    assert '"url": "https://evil' not in answer


def test_a_chinese_reader_gets_chinese(playground: Playground) -> None:
    playground.slack.workspace.set_locale("U0BOB", "zh-CN")
    answer = says(playground, "U0BOB", f"/requestlog {case('of-bob').request_id}")
    assert "成功" in answer
    playground.slack.workspace.set_locale("U0BOB", "en-US")


def test_a_command_delivered_twice_is_answered_once(playground: Playground) -> None:
    says(playground, "U0ALICE", f"/requestlog {SAMPLE}")
    answers = len(playground.slack.sees("U0ALICE", HERE))
    request = playground.slack.requests[-1]
    again = urllib.parse.urlencode(request.payload)
    assert request.status == 200
    headers = playground.slack.delivery.signed(again, timestamp=int(time.time()) - 30)
    urllib.request.urlopen(urllib.request.Request(playground.slack.bot_url or "", again.encode(), headers))
    says(playground, "U0ALICE", "/requestlog help")
    assert len(playground.slack.sees("U0ALICE", HERE)) == answers + 1


def test_the_service_s_own_call_is_looked_up_and_told_as_the_cause(playground: Playground) -> None:
    """The auditor may see the inner call's log; alice may not, and is told that it belongs to the service."""
    outer, inner = case("nested-error").request_id, case("nested-error-inner").request_id
    slack = playground.slack
    for user, told in (("U0AUDITOR", True), ("U0ALICE", False)):
        before = len(slack.answers(user))
        slack.user(user).types(f"/requestlog {outer}")
        words = slack.wait_for(lambda user=user, before=before: slack.answers(user)[before:], 10)[-1].words  # type: ignore[misc] # bound now
        assert inner in words
        assert ("may not be visible to you" in words) is not told
        assert ("inside this one says: Access denied" in words) is told


def test_the_same_in_socket_mode() -> None:
    with Playground(socket_mode=True) as stage:
        stage.slack.wait_for(lambda: not stage.bot.lacking(), timeout=10)
        answer = says(stage, "U0ALICE", f"/requestlog {SAMPLE} payload")
        assert "RunInstances" in answer
        assert stage.slack.breaches == []
