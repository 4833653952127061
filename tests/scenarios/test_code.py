"""/requestlog code: user … bot …"""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.slack import Message
from tests.approval import Transcript
from tests.scenarios.stage import HERE, newest, said

ALICE = "U0ALICE"
TRANSCRIPT = Transcript("requestlog", "code")


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []
    playground.alibaba.clear_faults()


def asks(stage: Playground, text: str, user: str = ALICE, channel: str = HERE) -> Message:
    """The bot's answer to a sub-command."""
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(f"/requestlog {text}", channel=channel)
    return newest(stage, user, before, channel)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("why do we get Throttling.User since noon?", "Throttling.User"),
        ("报错Throttling.User怎么办", "Throttling.User"),
        ("what does InvalidAccessKeyId.NotFound mean in Ecs", "InvalidAccessKeyId.NotFound"),
    ],
)
def test_a_code_in_a_sentence_is_explained(playground: Playground, text: str, part: str) -> None:
    code = next(each for each in text.replace("报错", "").replace("怎么办", "").split() if "." in each)
    assert said(asks(playground, text)) == said(asks(playground, f"code {code}"))
    assert part in said(asks(playground, text))


@pytest.mark.parametrize("text", ["why is Checkout.Service so slow", "I use GitHub for that one"])
def test_a_word_that_only_looks_like_a_code_is_not_explained(playground: Playground, text: str) -> None:
    assert "RequestId" in asks(playground, text).text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_known_code_reads_as_approved(playground: Playground, language: str) -> None:
    asks(playground, f"settings {language}")
    answer = asks(playground, "code Throttling.User Ecs")
    asks(playground, "settings auto")
    TRANSCRIPT.approve("known", language, answer, blocks="code")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("code forbidden.ram", "The RAM identity may not do this"),
        ("code “Forbidden.RAM”,", "The RAM identity may not do this"),
        ("error Throttling.User in Ecs", "calls this API too often"),
        ("code aliyunsdkcore ServerException: HTTP Status: 400 Error:Throttling.User Request was denied.", "too often"),
        ("code Unsettled.RouteTable Cbn", "Alibaba Cloud's own advice"),
        ("code Unsettled.RouteTable NoSuchProduct", "knows no product NoSuchProduct"),
        ("code Unplanned.Settlement", "Alibaba Cloud's own advice"),
        ("code Frobidden.RAM", "Forbidden.RAM"),
        ("code Totally.Unheard.Of.Thing", "published no solution"),
        ("code", "Which error code?"),
        ("code ???", "is no error code"),
        (f"code {'A' * 500}", "is no error code"),
    ],
)
def test_every_code_gets_an_honest_answer(playground: Playground, text: str, part: str) -> None:
    answer = asks(playground, text)
    assert part in answer.text + said(answer)


def test_the_vendor_is_asked_once_for_all_who_ask(playground: Playground) -> None:
    asks(playground, "code Asked.Only.Once")
    calls = playground.alibaba.calls("GetErrorCodeSolutions")
    asks(playground, "code Asked.Only.Once", user="U0BOB")
    assert playground.alibaba.calls("GetErrorCodeSolutions") == calls


def test_when_the_vendor_cannot_be_asked_that_is_said(playground: Playground) -> None:
    playground.alibaba.fault(status=503, code="ServiceUnavailable")
    assert "could not be asked just now" in asks(playground, "code Nobody.Answers").text


def test_without_an_identity_the_catalogue_answers_and_the_vendor_is_not_asked(playground: Playground) -> None:
    assert "may not do this" in asks(playground, "code Forbidden.RAM", user="U0NOBODY").text
    assert "you have no identity here" in asks(playground, "code Totally.Unheard.Of", user="U0NOBODY").text
