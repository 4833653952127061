"""settings, whoami and link: what a person is told about themselves."""

from collections.abc import Iterator

import pytest

from bot.blocks.account import CHOOSE_ACCOUNT, CHOOSE_LANGUAGE
from bot.playground import Playground
from bot.playground.alibaba.cases import case
from bot.playground.slack import Message, SlackStandIn
from tests.approval import Transcript

SAMPLE = case("sample").request_id
TRANSCRIPT = Transcript("account", "settings")


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
    TRANSCRIPT.approve("settings", "en", shown, blocks="settings")
    slack.user("U0ALICE").clicks(shown, CHOOSE_LANGUAGE, "zh")
    changed = slack.wait_for(lambda: [each for each in slack.answers("U0ALICE") if each.ts == shown.ts and each.edited])[-1]
    assert "你的设置" in changed.words
    TRANSCRIPT.approve("settings", "zh", changed)
    assert says(slack, "settings auto").text == "From now on I answer you in the language of your Slack."


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("settings zh", "从现在起，我用中文答复你。"),
        ("设置 中文", "从现在起，我用中文答复你。"),
        ("lang en", "I answer you in English from now on."),
    ],
)
def test_a_typed_language_holds_from_the_same_answer_on(slack: SlackStandIn, typed: str, words: str) -> None:
    assert says(slack, typed).text == words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("settings account ALICE", "Your look-ups try alice first from now on."),
        ("settings alice", "Your look-ups try alice first from now on."),
        ("设置 账号 默认", "Your look-ups try your identities in the file's order from now on."),
        ("settings account auto", "Your look-ups try your identities in the file's order from now on."),
    ],
)
def test_an_identity_is_chosen_by_its_name(slack: SlackStandIn, typed: str, words: str) -> None:
    assert says(slack, typed).text == words


def test_an_unknown_language_is_named(slack: SlackStandIn) -> None:
    assert "“klingon” is neither a language" in says(slack, "settings klingon").words


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
        TRANSCRIPT.approve("link", language, shown)
        shown = says(slack, "whoami", "U0AUDITOR") if language == "en" else says(slack, "settings", "U0NOBODY")
        assert shown.blocks


def test_somebody_who_is_linked_is_told_so(slack: SlackStandIn) -> None:
    assert "looked up as alice" in says(slack, "link").words


@pytest.mark.parametrize("command", ["unlink", "logout", "disconnect"])
def test_who_wants_to_be_unlinked_is_told_who_does_it_and_what_is_kept(slack: SlackStandIn, command: str) -> None:
    words = says(slack, command).words
    assert "ask the person who runs this bot to remove you" in words
    assert "stores no AccessKey" in words
    assert "You are linked" not in words


def test_who_is_not_linked_has_nothing_to_unlink(slack: SlackStandIn) -> None:
    says(slack, "settings en", "U0NOBODY")
    words = says(slack, "unlink", "U0NOBODY").words
    assert "no link here that could end" in words
    assert "It keeps your settings" in words


@pytest.mark.parametrize("command", ["login", "signin", "登录"])
def test_nobody_signs_in_from_slack(slack: SlackStandIn, command: str) -> None:
    words = says(slack, command).words
    assert "Signing in from Slack is not available in this version" in words
    assert "/requestlog link" in words


def test_unlink_and_login_look_as_approved(slack: SlackStandIn) -> None:
    for language in ("en", "zh"):
        says(slack, f"settings {language}")
        for command in ("unlink", "login"):
            shown = says(slack, command)
            TRANSCRIPT.approve(command, language, shown)
    says(slack, "settings en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_names_each_sub_command_literally(slack: SlackStandIn, language: str) -> None:
    says(slack, f"settings {language}")
    words = says(slack, "help").words
    says(slack, "settings en")
    for name in (
        "help",
        "diff",
        "code",
        "decode",
        "ticket",
        "link",
        "unlink",
        "login",
        "logout",
        "whoami",
        "settings",
        "doctor",
    ):
        assert f"/requestlog {name}" in words
    assert ("“Explain RequestIds”" in words) == (language == "zh")


def test_a_menu_for_one_identity_is_not_shown(slack: SlackStandIn) -> None:
    assert CHOOSE_ACCOUNT not in str(says(slack, "settings").blocks)
