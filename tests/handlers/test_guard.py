"""Who is served: the rules, against a stand-in of Slack that tells much, little or nothing."""

from dataclasses import replace
from typing import Final

import pytest

from bot.delivery import Delivery
from bot.delivery.redirects import StraightWebClient
from bot.handlers.ask import Ask, Name, Origin
from bot.handlers.people import Channels, HomeWorkspace, Profiles, profile_of
from bot.handlers.runner import Guard
from bot.identity.person import Person
from bot.playground.slack import SlackStandIn

ALICE: Final = Person("U0ALICE", "T0REQLOG1")
GUEST: Final = Person("U0GUEST", "T0REQLOG1")
PARTNER: Final = Person("U0PARTNER", "T0PARTNER")
ALWAYS: Final = 1000


def guard(slack: SlackStandIn, allow: str = "") -> Guard:
    web = StraightWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    delivery = Delivery(web, response_hosts=("127.0.0.1",), sleep=lambda _seconds: None)
    parts = (HomeWorkspace(delivery, lambda: 0.0), Profiles(delivery, lambda: 0.0), Channels(delivery, lambda: 0.0))
    return Guard(*parts, allow_guests="guests" in allow, allow_shared="shared" in allow)


def barrier(
    slack: SlackStandIn, person: Person, channel: str = "C0INCIDENT", *, shared: bool = False, allow: str = ""
) -> str | None:
    ask = Ask(Name.REQUESTLOG, person, origin=Origin(channel, shared=shared))
    return guard(slack, allow).barrier(ask)


def test_people_of_the_workspace_are_served(slack: SlackStandIn) -> None:
    assert barrier(slack, ALICE) is None
    assert barrier(slack, ALICE, "D0ALICE") is None


def test_people_of_other_organisations_are_not_unless_allowed(slack: SlackStandIn) -> None:
    assert barrier(slack, PARTNER) == "foreign"
    assert barrier(slack, Person("U0ALICE", "T0OTHER")) == "foreign"
    assert barrier(slack, PARTNER, allow="shared") is None


def test_guests_are_not_unless_allowed(slack: SlackStandIn) -> None:
    assert barrier(slack, GUEST) == "guest"
    assert barrier(slack, GUEST, allow="guests") is None


@pytest.mark.parametrize("shared", [True, False], ids=["the payload says so", "only Slack's own answer says so"])
def test_shared_channels_are_not_served_unless_allowed(slack: SlackStandIn, shared: bool) -> None:
    assert barrier(slack, ALICE, "C0SHARED", shared=shared) == "shared"
    assert barrier(slack, ALICE, "C0SHARED", shared=shared, allow="shared") is None


def test_while_slack_does_not_say_where_the_bot_lives_nobody_is_served(slack: SlackStandIn) -> None:
    slack.refuse("auth.test", "access_denied", ALWAYS)
    assert barrier(slack, ALICE) == "unknown"
    assert barrier(slack, Person("U0ALICE", "T0OTHER")) == "unknown"


def test_without_the_scope_nobody_is_known_not_to_be_a_guest(slack: SlackStandIn) -> None:
    slack.refuse("users.info", "missing_scope", ALWAYS)
    assert barrier(slack, GUEST) == "guest_unknown"
    assert barrier(slack, ALICE) == "guest_unknown"
    assert barrier(slack, ALICE, allow="guests") is None


def test_a_failure_of_slack_is_not_taken_for_a_missing_scope(slack: SlackStandIn) -> None:
    slack.refuse("users.info", "access_denied", ALWAYS)
    assert barrier(slack, ALICE) == "unknown"


def test_who_was_known_a_moment_ago_is_still_served_while_slack_is_silent(slack: SlackStandIn) -> None:
    known = guard(slack)
    ask = Ask(Name.REQUESTLOG, ALICE, origin=Origin("C0INCIDENT"))
    assert known.barrier(ask) is None
    slack.refuse("users.info", "access_denied", ALWAYS)
    slack.refuse("conversations.info", "access_denied", ALWAYS)
    assert known.barrier(ask) is None


def test_where_slack_does_not_tell_of_a_channel_people_are_answered_privately(slack: SlackStandIn) -> None:
    """Public posts are refused there: see the scenarios of sharing."""
    slack.refuse("conversations.info", "missing_scope", ALWAYS)
    assert barrier(slack, ALICE) is None


def test_a_failure_of_slack_is_not_taken_for_a_channel_of_our_own(slack: SlackStandIn) -> None:
    """It may be shared; the next ask hears anew."""
    known = guard(slack)
    ask = Ask(Name.REQUESTLOG, ALICE, origin=Origin("C0SHARED"))
    slack.refuse("conversations.info", "access_denied", 1)
    assert known.barrier(ask) == "unknown"
    assert known.barrier(ask) == "shared"


@pytest.mark.parametrize("user", [None, {}, {"id": "U0GUEST", "team_id": "T0REQLOG1"}, {"is_restricted": False}])
def test_an_answer_that_does_not_say_who_is_a_guest_is_none(user: object) -> None:
    assert profile_of(user) is None


def test_slack_s_own_word_on_the_team_counts_beside_the_payload_s(slack: SlackStandIn) -> None:
    """Events name the workspace that hears of them, and not always the person's own."""
    assert barrier(slack, Person("U0PARTNER", "T0REQLOG1")) == "foreign"


def test_before_a_public_post_slack_is_asked_anew(slack: SlackStandIn) -> None:
    channels = guard(slack).channels
    assert channels.reach("C0INCIDENT") == "own"
    slack.workspace.channels["C0INCIDENT"] = replace(slack.workspace.channels["C0INCIDENT"], shared=True)
    assert channels.reach("C0INCIDENT") == "own"
    assert channels.reach("C0INCIDENT", anew=True) == "shared"
