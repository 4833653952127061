"""Somebody pastes a key: user … bot …, and the key is nowhere afterwards but where its author wrote it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from tests.scenarios.stage import HERE, close_all, form_of, said
from tests.written import written_in

# Put together here, so that no scanner takes this file for a leak.
KEY = "LTAI" + "5tTripwireTestKey0001"
SECRET = "Ab3" + "dEfGhIjKlMnOpQrStUvWxYz0123"
TOKEN = "xox" + "b-123456789012-abcdefGHIJKL"
PEM = "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEpAIBAAKCAQEAtripwire\n-----END RSA PRIVATE KEY-----"
SAMPLE = case("sample").request_id


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Playground]:
    """A playground whose bot keeps its files where the test can read them."""
    with Playground(more={"REQUESTLOG_DATA_DIR": str(tmp_path / "bot")}) as made:
        yield made
        assert made.slack.breaches == []


def _everything_the_bot_wrote(stage: Playground, user: str) -> str:
    views = [said(view) for view in stage.slack.workspace.stack(user)]
    return "".join([message.text + said(message) for message in stage.slack.answers(user, HERE)] + views)


def _warned(stage: Playground, user: str) -> bool:
    return any("holds a key" in said(message) for message in stage.slack.answers(user, HERE))


@pytest.mark.parametrize(
    "pasted", [KEY, f"AccessKeySecret={SECRET}", f"{KEY}, {SECRET}", TOKEN, PEM, "STS." + KEY], ids=range(6)
)
def test_a_key_in_a_command_is_warned_of_and_kept_nowhere(
    stage: Playground, tmp_path: Path, capfd: pytest.CaptureFixture[str], pasted: str
) -> None:
    stage.slack.user("U0ALICE").types(f"/requestlog {pasted} RequestId: {SAMPLE}")
    stage.slack.wait_for(lambda: len(stage.slack.answers("U0ALICE", HERE)) == 2, timeout=10)
    card, warning = stage.slack.answers("U0ALICE", HERE)
    assert "holds a key" in said(warning)
    assert warning.visible_to == "U0ALICE"
    assert "RunInstances" in said(card)
    written = written_in(tmp_path)
    seen = _everything_the_bot_wrote(stage, "U0ALICE") + "".join(capfd.readouterr())
    for part in (KEY, SECRET, TOKEN, "MIIEpAIBAAKCAQEAtripwire"):
        assert part.encode() not in written
        assert part not in seen


def test_a_key_alone_gets_the_warning_and_is_not_echoed_as_an_unknown_word(stage: Playground) -> None:
    stage.slack.user("U0ALICE").types(f"/requestlog {KEY}")
    stage.slack.wait_for(lambda: len(stage.slack.answers("U0ALICE", HERE)) == 2, timeout=10)
    assert KEY not in _everything_the_bot_wrote(stage, "U0ALICE")


def test_a_key_in_a_mention_and_in_a_form_is_warned_of_too(stage: Playground) -> None:
    root = stage.slack.sees("U0ALICE", HERE)[0]
    stage.slack.user("U0ALICE").mentions(f"{KEY} {SAMPLE}", thread=root)
    stage.slack.wait_for(lambda: "holds a key" in _everything_the_bot_wrote(stage, "U0ALICE"), timeout=10)
    form = form_of(stage, "U0BOB")
    stage.slack.user("U0BOB").submits(form, {"text": f"{KEY} {SAMPLE}"})
    stage.slack.wait_for(lambda: any("holds a key" in said(m) for m in stage.slack.answers("U0BOB", "D0BOB")), timeout=10)
    close_all(stage, "U0BOB")
    assert KEY not in _everything_the_bot_wrote(stage, "U0ALICE")


def test_the_warning_speaks_the_reader_s_language(stage: Playground) -> None:
    stage.slack.workspace.set_locale("U0ALICE", "zh-CN")
    stage.slack.user("U0ALICE").types(f"/requestlog {KEY}")
    stage.slack.wait_for(lambda: len(stage.slack.answers("U0ALICE", HERE)) == 2, timeout=10)
    assert "这段文本里有密钥" in said(stage.slack.answers("U0ALICE", HERE)[-1])


def test_a_text_without_a_key_gets_no_warning(stage: Playground) -> None:
    stage.slack.user("U0ALICE").types(f"/requestlog InvalidAccessKeyId.NotFound {SAMPLE}")
    stage.slack.wait_for(lambda: stage.slack.answers("U0ALICE", HERE), timeout=10)
    assert "holds a key" not in _everything_the_bot_wrote(stage, "U0ALICE")


def test_the_author_of_a_message_that_another_explains_is_warned(stage: Playground) -> None:
    stage.slack.user("U0BOB").says(f"my {KEY} gives RequestId: {SAMPLE}")
    post = stage.slack.sees("U0ALICE", HERE)[-1]
    stage.slack.user("U0ALICE").chooses_shortcut("explain_requestids", post)
    stage.slack.wait_for(lambda: _warned(stage, "U0ALICE") or _warned(stage, "U0BOB"), timeout=10)
    close_all(stage, "U0ALICE")
    assert KEY not in _everything_the_bot_wrote(stage, "U0ALICE")
