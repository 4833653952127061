"""What Slack says about people, and how seldom it is asked."""

import pytest

from bot.delivery import Delivery
from bot.delivery.redirects import StraightWebClient
from bot.handlers.people import FRESH_S, QUIET_S, Groups, HomeWorkspace, Profiles, Workspace
from bot.identity.person import Person
from bot.playground.slack import SlackStandIn

ALICE = Person("U0ALICE", "T0REQLOG1")
GUEST = Person("U0GUEST", "T0REQLOG1")
PARTNER = Person("U0PARTNER", "T0PARTNER")


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def delivery_to(slack: SlackStandIn) -> Delivery:
    web = StraightWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    return Delivery(web, response_hosts=("127.0.0.1",), sleep=lambda _seconds: None)


def asked(slack: SlackStandIn, method: str) -> int:
    return [call.method for call in slack.calls].count(method)


def test_a_profile_says_who_is_a_guest_and_who_a_stranger_and_is_asked_once(slack: SlackStandIn) -> None:
    clock = Clock()
    profiles = Profiles(delivery_to(slack), clock)
    seen = [profiles.of(person) for person in (ALICE, GUEST, PARTNER, ALICE)]
    assert [profile and (profile.guest, profile.stranger) for profile in seen] == [
        (False, False),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert asked(slack, "users.info") == 3
    clock.now = FRESH_S + 1
    profiles.of(ALICE)
    assert asked(slack, "users.info") == 4


def test_without_the_scope_nobody_is_asked_about_again(slack: SlackStandIn) -> None:
    slack.refuse("users.info", "missing_scope")
    clock = Clock()
    profiles = Profiles(delivery_to(slack), clock)
    assert profiles.of(ALICE) is None
    clock.now = 1e9
    assert profiles.of(ALICE) is None
    assert asked(slack, "users.info") == 1


def test_after_a_failure_slack_is_left_alone_for_a_while(slack: SlackStandIn) -> None:
    slack.refuse("users.info", "access_denied")
    clock = Clock()
    profiles = Profiles(delivery_to(slack), clock)
    assert profiles.of(ALICE) is None
    assert profiles.of(ALICE) is None
    assert asked(slack, "users.info") == 1
    clock.now = QUIET_S + 1
    assert profiles.of(ALICE) is not None


def test_the_home_workspace_is_asked_for_until_it_is_known(slack: SlackStandIn) -> None:
    slack.refuse("auth.test", "access_denied")
    clock = Clock()
    home = HomeWorkspace(delivery_to(slack), clock)
    assert home.find() is None
    assert home.find() is None
    clock.now = QUIET_S + 1
    assert home.find() == Workspace("T0REQLOG1")
    assert home.find() == Workspace("T0REQLOG1")
    assert asked(slack, "auth.test") == 2


def test_the_language_of_a_person_is_that_of_their_slack_locale(slack: SlackStandIn) -> None:
    slack.workspace.set_locale("U0GUEST", "zh-CN")
    profiles = Profiles(delivery_to(slack), Clock())
    assert profiles.language(GUEST) == "zh"
    assert profiles.language(Person("U0UNKNOWN", "T0REQLOG1")) is None


def test_a_user_group_is_asked_for_once_a_minute(slack: SlackStandIn) -> None:
    clock, group = Clock(), "S0INCIDENT"
    slack.workspace.groups[group] = ["U0ALICE"]
    groups = Groups(delivery_to(slack), clock)
    assert [groups.has(person, group) for person in (ALICE, GUEST, ALICE)] == [True, False, True]
    assert asked(slack, "usergroups.users.list") == 1
    slack.workspace.groups[group] = []
    clock.now = 59.9
    assert groups.has(ALICE, group) is True
    clock.now = 60.1
    assert groups.has(ALICE, group) is False


@pytest.mark.parametrize("reason", ["missing_scope", "no_such_subteam", "plan_upgrade_required", "ratelimited"])
def test_a_group_that_slack_does_not_tell_of_is_unknown_and_not_asked_for_at_each_look_up(
    slack: SlackStandIn, reason: str
) -> None:
    clock, group = Clock(), "S0INCIDENT"
    slack.workspace.groups[group] = ["U0ALICE"]
    slack.refuse("usergroups.users.list", reason)
    groups = Groups(delivery_to(slack), clock)
    assert [groups.has(ALICE, group) for _ in range(3)] == [None, None, None]
    assert asked(slack, "usergroups.users.list") == 1


def test_after_a_failure_the_last_list_holds_for_five_minutes(slack: SlackStandIn) -> None:
    clock, group = Clock(), "S0INCIDENT"
    slack.workspace.groups[group] = ["U0ALICE"]
    groups = Groups(delivery_to(slack), clock)
    assert groups.has(ALICE, group) is True
    del slack.workspace.groups[group]
    seen = []
    for seconds in (61, 200, 299, 301):
        clock.now = seconds
        seen.append(groups.has(ALICE, group))
    assert seen == [True, True, True, None]


def test_a_group_is_that_of_the_person_s_own_workspace(slack: SlackStandIn) -> None:
    slack.workspace.groups["S0INCIDENT"] = ["U0ALICE"]
    groups = Groups(delivery_to(slack), Clock())
    groups.has(ALICE, "S0INCIDENT")
    groups.has(Person("U0ALICE", "T0OTHER"), "S0INCIDENT")
    teams = [call.arguments.get("team_id") for call in slack.calls if call.method == "usergroups.users.list"]
    assert teams == ["T0REQLOG1", "T0OTHER"]
