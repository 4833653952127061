"""settings, whoami and link: what a person is told about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.blocks.account import CHOOSE_ACCOUNT, CHOOSE_LANGUAGE
from bot.playground.alibaba.cases import case
from tests.approval import approve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.playground import Playground
    from bot.playground.slack import Message, SlackStandIn

SAMPLE = case("sample").request_id


@pytest.fixture(scope="module")
def slack(playground: Playground) -> Iterator[SlackStandIn]:
    """One workspace for the module."""
    yield playground.slack
    playground.alibaba.clear_faults()
    assert playground.slack.breaches == []


def says(slack: SlackStandIn, text: str, user: str = "U0ALICE") -> Message:
    """What the bot answers to a command."""
    before = len(slack.answers(user))
    slack.user(user).types(f"/requestlog {text}")
    return slack.wait_for(lambda: slack.answers(user)[before:], 10)[-1]


def test_settings_shows_the_menus_and_changes_in_place(slack: SlackStandIn) -> None:
    shown = says(slack, "settings")
    approve("settings-en", {"text": shown.text, "blocks": list(shown.blocks)})
    slack.user("U0ALICE").clicks(shown, CHOOSE_LANGUAGE, "zh")
    changed = slack.wait_for(lambda: [each for each in slack.answers("U0ALICE") if each.ts == shown.ts and each.edited])[-1]
    assert "你的设置" in changed.words
    approve("settings-zh", {"text": changed.text, "blocks": list(changed.blocks)})
    assert "Your settings" in says(slack, "settings auto").words


@pytest.mark.parametrize(
    ("typed", "words"), [("settings zh", "你的设置"), ("设置 中文", "你的设置"), ("lang en", "Your settings")]
)
def test_a_typed_language_holds_from_the_same_answer_on(slack: SlackStandIn, typed: str, words: str) -> None:
    assert words in says(slack, typed).words


def test_an_unknown_language_is_named(slack: SlackStandIn) -> None:
    assert "“klingon” is not a language" in says(slack, "settings klingon").words


def test_whoami_names_identity_account_and_the_end_of_the_key(slack: SlackStandIn) -> None:
    words = says(slack, "whoami").words
    for part in ("alice", "****lice", "1973374733454118", "acs:ram::1973374733454118:user/alice"):
        assert part in words
    assert "LTAI5tStandInAlice" not in words


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 404, "code": "InvalidAccessKeyId.NotFound"}, "does not accept this AccessKey"),
        ({"status": 403, "code": "NoPermission"}, "forbids sts:GetCallerIdentity"),
        ({"status": 400, "code": "InvalidSecurityToken.Expired"}, "has expired"),
        ({"status": 503, "code": "ServiceUnavailable"}, "an error of its own"),
    ],
)
def test_each_failure_of_whoami_has_its_own_sentence(
    slack: SlackStandIn, playground: Playground, fault: dict[str, object], words: str
) -> None:
    playground.alibaba.fault(action="GetCallerIdentity", times=3, **fault)
    assert words in says(slack, "whoami", "U0AUDITOR").words
    playground.alibaba.clear_faults()


@pytest.mark.parametrize("command", ["whoami", "link", "login"])
def test_somebody_who_is_not_linked_gets_the_lines_for_the_admin(slack: SlackStandIn, command: str) -> None:
    words = says(slack, command, "U0NOBODY").words
    assert '[[people]]\nteam = "T0REQLOG1"\nuser = "U0NOBODY"' in words


def test_the_lines_for_the_admin_look_as_approved(slack: SlackStandIn) -> None:
    for language in ("en", "zh"):
        says(slack, f"settings {language}", "U0NOBODY")
        shown = says(slack, "link", "U0NOBODY")
        approve(f"link-{language}", {"text": shown.text, "blocks": list(shown.blocks)})
        shown = says(slack, "whoami", "U0AUDITOR") if language == "en" else says(slack, "settings", "U0NOBODY")
        assert shown.blocks


def test_somebody_who_is_linked_is_told_so(slack: SlackStandIn) -> None:
    assert "The bot looks as alice for you" in says(slack, "link").words


def test_a_menu_for_one_identity_is_not_shown(slack: SlackStandIn) -> None:
    assert CHOOSE_ACCOUNT not in str(says(slack, "settings").blocks)
