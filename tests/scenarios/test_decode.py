"""/requestlog decode: user … bot …"""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest

from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.transport import Transport
from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message
from tests.aliyun.asking import client_of
from tests.approval import Transcript
from tests.scenarios.stage import HERE, newest, said

AUDITOR = "U0AUDITOR"
TRANSCRIPT = Transcript("requestlog", "decode")
KEY = Credential("LTAI5tStandInAuditor", "standin-secret-auditor")


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []
    playground.alibaba.clear_faults()


def message_of(stage: Playground, name: str) -> str:
    """The encoded message in a case's log, as its caller would copy it."""
    with closing(Transport()) as transport:
        client = client_of(transport, stage.alibaba.url)
        answer = client.get_request_log(case(name).request_id, credential=KEY, deadline=Deadline.after(5))
    assert answer.log is not None
    return answer.log.basic.access_denied_detail.encoded_message or ""


def asks(stage: Playground, text: str, user: str = AUDITOR) -> Message:
    """The bot's answer to /requestlog decode."""
    before = len(stage.slack.answers(user, HERE))
    stage.slack.user(user).types(f"/requestlog decode {text}", channel=HERE)
    return newest(stage, user, before)


def reads(stage: Playground, user: str, language: str) -> None:
    """A person chooses a language."""
    before = len(stage.slack.answers(user, HERE))
    stage.slack.user(user).types(f"/requestlog settings {language}", channel=HERE)
    newest(stage, user, before)


def test_a_bare_message_needs_no_sub_command(playground: Playground) -> None:
    encoded = message_of(playground, "denied-implicit")
    expected = said(asks(playground, encoded))
    assert "ecs:RunInstances" in expected
    for text in (encoded, f'"{encoded}"', f"{encoded[:60]}\n│ {encoded[60:]}", quote(encoded, safe="")):
        before = len(playground.slack.answers(AUDITOR, HERE))
        playground.slack.user(AUDITOR).types(f"/requestlog {text}", channel=HERE)
        assert said(newest(playground, AUDITOR, before)) == expected


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_explicit_deny_reads_as_approved(playground: Playground, language: str) -> None:
    reads(playground, AUDITOR, language)
    answer = asks(playground, message_of(playground, "denied-explicit"))
    reads(playground, AUDITOR, "auto")
    TRANSCRIPT.approve("explicit deny", language, answer, blocks="decode")


def test_an_implicit_deny_names_the_smallest_policy(playground: Playground) -> None:
    answer = said(asks(playground, message_of(playground, "denied-implicit")))
    assert "ecs:RunInstances" in answer
    assert '\\"Effect\\": \\"Allow\\"' in answer


def test_the_encoded_message_itself_is_not_repeated(playground: Playground) -> None:
    encoded = message_of(playground, "denied-explicit")
    assert encoded[:60] not in said(asks(playground, encoded))


def test_a_message_wrapped_framed_quoted_or_percent_encoded_is_understood(playground: Playground) -> None:
    encoded = message_of(playground, "denied-explicit")
    wrapped = "\n│   ".join(encoded[start : start + 64] for start in range(0, len(encoded), 64))
    for text in (wrapped, f'"{encoded}"', quote(encoded, safe=""), f'"EncodedDiagnosticMessage": "{encoded}"'):
        assert "deny-production-delete" in said(asks(playground, text))


@pytest.mark.parametrize(
    ("name", "part"),
    [("denied-message-expired", "It is too old"), ("denied-message-unknown", "RAM does not know it")],
)
def test_what_ram_cannot_decode_is_said_in_its_own_sentence(playground: Playground, name: str, part: str) -> None:
    assert part in asks(playground, message_of(playground, name)).text


@pytest.mark.parametrize("name", ["denied-message-inaccurate", "denied-message-busy"])
def test_what_ram_decodes_at_the_second_try_is_decoded(playground: Playground, name: str) -> None:
    assert asks(playground, message_of(playground, name)).text.startswith("Decoded: ")


@pytest.mark.parametrize(
    ("status", "code", "part"),
    [
        (400, "NotSupport", "this kind of caller"),
        (404, "SearchInaccurate", "not finished searching"),
        (429, "TooManyRequests", "too many searches"),
        (500, "InternalError", "error of its own"),
        (400, "InvalidAccessKeyId.Inactive", "does not accept your AccessKey"),
    ],
)
def test_every_error_of_ram_has_its_own_sentence(playground: Playground, status: int, code: str, part: str) -> None:
    encoded = message_of(playground, "denied-explicit")
    playground.alibaba.fault(status=status, code=code)
    answer = asks(playground, encoded)
    assert part in answer.text + said(answer)


def test_who_may_not_decode_gets_the_policy_to_ask_for(playground: Playground) -> None:
    answer = asks(playground, message_of(playground, "denied-explicit"), user="U0ALICE")
    assert "ram:DecodeDiagnosticMessage" in said(answer)
    assert "deny-production-delete" not in said(answer)
    assert "RequestId of the bot's own call" in said(answer)


@pytest.mark.parametrize(
    ("text", "part"),
    [("", "Paste the long text"), ("AQIBAAAA", "too short"), ("what, is; this?! " * 9, "no encoded message")],
)
def test_bad_input_has_its_own_sentence(playground: Playground, text: str, part: str) -> None:
    assert part in asks(playground, text).text


def test_who_has_no_identity_is_told_so(playground: Playground) -> None:
    assert "no Alibaba Cloud identity" in asks(playground, "A" * 200, user="U0NOBODY").text
