"""Ask for this permission: user … bot … administrator …, in both languages, across a restart."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.bot import Bot
from bot.playground import Playground, variables
from bot.playground.alibaba import AlibabaStandIn, case
from bot.playground.slack import Message, SlackStandIn, View
from bot.settings import Environment, read_settings
from tests.answers import next_answer
from tests.approval import Transcript

ADMINS = "C0INCIDENT"
HERE = "C0PUBLIC"
DIRECT = "D0ALICE"
DENIED = case("denied-implicit").request_id
TRANSCRIPT = Transcript("requestlog", "handoff")


@pytest.fixture(scope="module")
def stage() -> Iterator[Playground]:
    with Playground(more={"REQUESTLOG_ADMIN_CHANNEL": ADMINS, "REQUESTLOG_ADMINS": "U0BOB"}) as running:
        answered(
            running.slack, "U0AUDITOR", HERE, lambda: running.slack.user("U0AUDITOR").types("/requestlog settings zh", HERE)
        )
        yield running


@pytest.fixture
def slack(stage: Playground) -> Iterator[SlackStandIn]:
    yield stage.slack
    assert stage.slack.breaches == []


def answered(slack: SlackStandIn, user: str, channel: str, deed: Callable[[], object]) -> Message:
    """The bot's next message to a person in a channel after a deed."""
    before = len(slack.answers(user, channel))
    deed()
    return next_answer(slack, user, before, channel)


def card(slack: SlackStandIn, user: str, request_id: str = DENIED) -> Message:
    """The card that a person gets for a RequestId."""
    return answered(slack, user, HERE, lambda: slack.user(user).types(f"/requestlog {request_id}", channel=HERE))


def shows(slack: SlackStandIn, user: str, shown: Callable[[View], bool]) -> View:
    """The modal of a person once it is the one."""

    def there() -> View | None:
        view = slack.modal(user)
        return view if view is not None and shown(view) else None

    found = slack.wait_for(there, timeout=10)
    assert found is not None
    return found


def form(slack: SlackStandIn, user: str, shown: Message | View) -> View:
    """The form behind the button."""
    slack.user(user).clicks(shown, "ask_permission")
    return shows(slack, user, lambda view: view.content.get("callback_id") == "permission_form")


def asked(slack: SlackStandIn, user: str, request_id: str, reason: str = "restart the checkout hosts") -> Message:
    """The request as the administrators see it."""
    view = form(slack, user, card(slack, user, request_id))
    filled = {"reason.value": reason, "wish.value": "7d"}
    return answered(slack, "U0BOB", ADMINS, lambda: slack.user(user).submits(view, filled))


def says(slack: SlackStandIn, user: str, words: str) -> View:
    """The modal of a person once it says so."""
    return shows(slack, user, lambda view: words in view.words)


def declines(slack: SlackStandIn, user: str, request: Message, reason: str = "") -> None:
    """A decider presses Declined and sends the form off."""
    slack.user(user).clicks(request, "permission_declined")
    view = shows(slack, user, lambda view: view.content.get("callback_id") == "permission_decline_form")
    slack.user(user).submits(view, {"reason.value": reason} if reason else {})


@pytest.mark.parametrize(
    ("user", "language", "resource"), [("U0ALICE", "en", "acs:ecs:*:"), ("U0AUDITOR", "zh", "acs:ecs:cn-hangzhou:")]
)
def test_the_form_shows_what_will_be_sent(slack: SlackStandIn, user: str, language: str, resource: str) -> None:
    view = form(slack, user, card(slack, user))
    for part in ("ecs:RunInstances", resource, DENIED, "申请权限" if language == "zh" else "Ask for permission"):
        assert part in view.words
    TRANSCRIPT.approve("form", language, view, blocks="handoff-form")


def test_a_resource_that_the_asker_knows_better_goes_into_the_draft(slack: SlackStandIn) -> None:
    """A reason of blanks and a resource that is none are asked for again."""
    resource = "acs:ecs:cn-hangzhou:1973374733454118:instance/i-bp1checkout"
    view = form(slack, "U0ALICE", card(slack, "U0ALICE"))
    for reason, field, part in (("  ", "reason", "what you need it for"), ("please", "resource", "acs:ecs:")):
        slack.user("U0ALICE").submits(view, {"reason.value": reason, "wish.value": "1h", "resource.value": "my instance"})
        top = slack.modal("U0ALICE")
        assert top
        assert part in top.errors[field]
        view = top
    filled = {"reason.value": "please", "wish.value": "1h", "resource.value": resource}
    request = answered(slack, "U0BOB", ADMINS, lambda: slack.user("U0ALICE").submits(view, filled))
    assert f'"Resource": "{resource}"' in request.words
    answered(slack, "U0ALICE", DIRECT, lambda: declines(slack, "U0BOB", request))


def test_the_administrators_get_evidence_draft_wish_and_name_and_their_word_reaches_the_asker(slack: SlackStandIn) -> None:
    old = card(slack, "U0ALICE")
    request = asked(slack, "U0ALICE", DENIED, reason="restart <!channel> *now*")
    resource = "acs:ecs:*:1973374733454118:*"
    for part in ("<@U0ALICE>", "ecs:RunInstances", "Wanted for 7 days", "(alice)", resource, DENIED, "restart"):
        assert part in request.words
    TRANSCRIPT.approve("request", "en", request, blocks="handoff-request")
    says(slack, "U0ALICE", "was sent")
    buttons = [element for block in request.blocks if block["type"] == "actions" for element in block["elements"]]
    assert [button["confirm"]["confirm"]["text"] for button in buttons if "confirm" in button] == ["Granted"]
    told = answered(slack, "U0ALICE", DIRECT, lambda: slack.user("U0BOB").clicks(request, "permission_granted"))
    assert "ecs:RunInstances was granted" in told.words
    assert "<@U0BOB>" in told.words
    assert told.words.startswith("Your request")
    [ends] = re.findall(r'"timestamp": (\d+)', json.dumps(told.blocks))
    assert "meant to last until" in told.words
    assert timedelta(days=6) < datetime.fromtimestamp(int(ends), UTC) - datetime.now(UTC) <= timedelta(days=7)
    slack.workspace.set_stack("U0ALICE", [])
    slack.user("U0ALICE").clicks(old, "ask_permission")
    assert "granted by <@U0BOB>" in says(slack, "U0ALICE", "meant to last until").words
    now = next(each for each in slack.answers("U0BOB", ADMINS) if each.ts == request.ts)
    assert "Granted by <@U0BOB>" in now.words
    assert not [block for block in now.blocks if block["type"] == "actions"]
    assert [each.words.splitlines()[0] for each in slack.answers("U0BOB", ADMINS) if each.thread_ts == request.ts]


def test_nothing_goes_to_a_channel_that_another_organisation_reads(slack: SlackStandIn) -> None:
    """The evidence names a call, an account and a person."""
    shown = card(slack, "U0ALICE", case("denied-bucket-policy").request_id)
    before = len(slack.answers("U0BOB", ADMINS))
    view, own = form(slack, "U0ALICE", shown), slack.workspace.channels[ADMINS]
    slack.workspace.channels[ADMINS] = replace(own, shared=True)
    try:
        slack.user("U0ALICE").submits(view, {"reason.value": "checkout hosts", "wish.value": "7d"})
        says(slack, "U0ALICE", "shared with another organisation")
    finally:
        slack.workspace.channels[ADMINS] = own
    assert len(slack.answers("U0BOB", ADMINS)) == before


def test_the_second_decision_hears_who_was_first(slack: SlackStandIn) -> None:
    request = asked(slack, "U0ALICE", case("denied-explicit").request_id)
    answered(slack, "U0ALICE", DIRECT, lambda: declines(slack, "U0BOB", request))
    late = answered(slack, "U0AUDITOR", ADMINS, lambda: slack.user("U0AUDITOR").clicks(request, "permission_granted"))
    assert "已经处理过：由 <@U0BOB> 拒绝" in late.words
    assert late.visible_to == "U0AUDITOR"


@pytest.mark.parametrize(
    ("asker", "denied", "presser", "words"),
    [
        ("U0ALICE", "denied-message-expired", "U0ALICE", "not named as a decider"),
        ("U0ALICE", "denied-message-unknown", "U0NOBODY", "not named as a decider"),
        ("U0AUDITOR", "denied-message-unknown", "U0AUDITOR", "不能审批自己的申请"),
    ],
    ids=["who asked", "anybody in the channel", "a decider who asked"],
)
def test_only_a_decider_decides_and_nobody_on_their_own_request(
    slack: SlackStandIn, asker: str, denied: str, presser: str, words: str
) -> None:
    request = asked(slack, asker, case(denied).request_id)
    refused = answered(slack, presser, ADMINS, lambda: slack.user(presser).clicks(request, "permission_granted"))
    assert words in refused.words
    assert refused.visible_to == presser
    now = next(each for each in slack.answers("U0AUDITOR", ADMINS) if each.ts == request.ts)
    assert [block for block in now.blocks if block["type"] == "actions"], "the request is still open"


def test_a_key_in_the_reason_does_not_reach_the_administrators(slack: SlackStandIn) -> None:
    reason = "use LTAI5tQ7w8E9r0T1y2U3i4O5 meanwhile"
    request = asked(slack, "U0AUDITOR", case("denied-message-busy").request_id, reason=reason)
    assert ("meanwhile" in request.words, "LTAI5tQ7w8E9r0T1y2U3i4O5" in request.words) == (True, False)
    slack.wait_for(lambda: any("AccessKey" in each.text for each in slack.answers("U0AUDITOR", "D0AUDITOR")), timeout=10)


def test_what_a_ram_administrator_cannot_grant_is_passed_on_by_them(slack: SlackStandIn) -> None:
    """A control policy, and who may change it: the card says whom to ask, and its button promises no more than it can do."""
    denied = card(slack, "U0ALICE", case("denied-control-policy").request_id)
    [button] = [
        each for block in denied.blocks for each in block.get("elements", ()) if each.get("action_id") == "ask_permission"
    ]
    assert (button["text"]["text"], button.get("style")) == ("Pass on to your administrators", None)
    assert "Ask the administrator of the resource directory" in denied.words.split("All facts")[0]
    request = asked(slack, "U0ALICE", case("denied-control-policy").request_id)
    assert "A RAM administrator cannot grant this alone." in request.words
    assert "The administrator of the resource directory" in request.words
    assert "No policy draft" in request.words
    assert '"Effect"' not in request.words


def test_the_same_denial_is_not_asked_for_twice(slack: SlackStandIn) -> None:
    """Nor is the form filled in vain; one that was open before is not sent a second time."""
    asked(slack, "U0ALICE", case("denied-trust-policy").request_id)
    before = len(slack.answers("U0BOB", ADMINS))
    slack.workspace.set_stack("U0ALICE", [])
    slack.user("U0ALICE").clicks(card(slack, "U0ALICE", case("denied-trust-policy").request_id), "ask_permission")
    says(slack, "U0ALICE", "asked for this already")
    assert len(slack.answers("U0BOB", ADMINS)) == before


@pytest.mark.parametrize(("user", "language"), [("U0ALICE", "en"), ("U0AUDITOR", "zh")])
def test_who_declines_says_why_and_the_asker_reads_it(slack: SlackStandIn, user: str, language: str) -> None:
    request = asked(slack, user, case("denied-message-inaccurate").request_id)
    direct = f"D0{user.removeprefix('U0')}"
    reason = "Use the role deploy instead. password=hunter2secret <!channel>"
    told = answered(slack, user, direct, lambda: declines(slack, "U0BOB", request, reason))
    done = says(slack, "U0BOB", "is told")
    TRANSCRIPT.approve("declined with a reason", language, [told, done])
    assert "hunter2secret" not in told.words
    thread = [each for each in slack.answers("U0BOB", ADMINS) if each.thread_ts == request.ts]
    assert "Use the role deploy instead" in thread[-1].words


@pytest.mark.parametrize(("user", "language"), [("U0ALICE", "en"), ("U0BOB", "zh")])
def test_a_denied_log_ticket_can_be_asked_for_too(slack: SlackStandIn, user: str, language: str) -> None:
    slack.workspace.set_locale("U0BOB", "zh-CN")
    denied = answered(slack, user, HERE, lambda: slack.user(user).types("/requestlog ticket cn-hangzhou en", channel=HERE))
    view = form(slack, user, denied)
    filled = {"reason.value": "read the audit logs", "wish.value": "7d"}
    request = answered(slack, "U0AUDITOR", ADMINS, lambda: slack.user(user).submits(view, filled))
    assert "yundun-sas:GetLogTicket" in request.words
    assert "GetLogTicket" in view.words
    slack.workspace.set_stack(user, [])
    slack.user(user).clicks(denied, "ask_permission")
    says(slack, user, "asked for this already" if language == "en" else "已经申请过")


def test_a_channel_without_the_bot_is_said(slack: SlackStandIn) -> None:
    slack.refuse("chat.postMessage", "not_in_channel")
    view = form(slack, "U0ALICE", card(slack, "U0ALICE", case("denied-resource-group").request_id))
    slack.user("U0ALICE").submits(view, {"reason.value": "please", "wish.value": "1h"})
    says(slack, "U0ALICE", "invite it there")


@pytest.mark.parametrize("name", ["sample", "succeeded", "throttled", "denied-look-alike", "denied-without-detail"])
def test_what_is_no_denial_or_names_no_action_has_no_button(slack: SlackStandIn, name: str) -> None:
    assert "ask_permission" not in json.dumps(card(slack, "U0ALICE", case(name).request_id).blocks)


def test_without_administrators_there_is_no_button() -> None:
    with Playground(more={"REQUESTLOG_ADMIN_CHANNEL": ""}) as plain:
        assert "ask_permission" not in json.dumps(card(plain.slack, "U0ALICE").blocks)


def test_in_socket_mode_and_with_a_person_as_administrator() -> None:
    with Playground(socket_mode=True, more={"REQUESTLOG_ADMIN_CHANNEL": "U0AUDITOR"}) as running:
        slack = running.slack
        slack.wait_for(lambda: not running.bot.lacking(), timeout=10)
        view = form(slack, "U0ALICE", card(slack, "U0ALICE"))
        filled = {"reason.value": "restart", "wish.value": "permanent"}
        request = answered(slack, "U0AUDITOR", "D0AUDITOR", lambda: slack.user("U0ALICE").submits(view, filled))
        told = answered(slack, "U0ALICE", DIRECT, lambda: declines(slack, "U0AUDITOR", request))
        assert "was declined" in told.words
        assert slack.breaches == []


def installed(folder: Path, slack: SlackStandIn, alibaba: AlibabaStandIn) -> Bot:
    """A bot whose folder outlives it."""
    changed = {
        "REQUESTLOG_ADMIN_CHANNEL": ADMINS,
        "REQUESTLOG_ADMINS": "U0BOB",
        "REQUESTLOG_LANG": "zh",
        "REQUESTLOG_PORT": "0",
    }
    environment = Environment(variables(slack, alibaba, folder) | changed)
    bot = Bot(read_settings(environment), environment)
    bot.start()
    slack.bot_url = f"http://127.0.0.1:{bot.port}/slack/events"
    return bot


def test_the_buttons_outlive_a_restart_and_speak_the_installation_s_language(tmp_path: Path) -> None:
    with SlackStandIn() as slack, AlibabaStandIn() as alibaba:
        bot = installed(tmp_path, slack, alibaba)
        request = asked(slack, "U0ALICE", DENIED, reason="重启结算主机")
        TRANSCRIPT.approve("request", "zh", request)
        slack.wait_for(lambda: bot.waiting == 0)
        bot.stop()
        bot = installed(tmp_path, slack, alibaba)
        told = answered(slack, "U0ALICE", DIRECT, lambda: slack.user("U0BOB").clicks(request, "permission_granted"))
        assert "ecs:RunInstances was granted" in told.words
        assert "已授权，处理人 <@U0BOB>" in slack.answers("U0BOB", ADMINS)[-1].words
        bot.stop()
        assert slack.breaches == []
