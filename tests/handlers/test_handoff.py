"""A permission request that nobody decides ends by itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from bot.handlers.ask import Ask, Decision, Name, Origin, Wanted
from bot.handlers.services import Services
from bot.identity.person import Person
from bot.playground.alibaba import case
from bot.playground.slack import SlackStandIn
from bot.store.requests import WAITS
from tests.handlers.running import Later, answer

ALICE: Final = Person("U0ALICE", "T0REQLOG1")
BOB: Final = Person("U0BOB", "T0REQLOG1")
DENIED: Final = case("denied-implicit").request_id
SENT: Final = Ask(Name.PERMISSION_SUBMITTED, ALICE, DENIED, Origin(view="a" * 32), Wanted("to deploy", "7d"))


def direct(slack: SlackStandIn) -> list[str]:
    return [message.words for message in slack.answers("U0ALICE", "D0ALICE")]


@pytest.mark.parametrize(("locale", "words"), [("en-US", "has expired"), ("zh-CN", "权限申请已过期")])
def test_after_two_weeks_it_has_expired_where_it_stands_and_for_who_asked(
    services: Services, slack: SlackStandIn, later: Later, locale: str, words: str
) -> None:
    slack.workspace.set_locale("U0ALICE", locale)
    answer(services, SENT)
    assert [delay for _, delay in later.kept.values()] == [WAITS.total_seconds()]
    shown = slack.answers("U0BOB")[-1]
    assert "permission_granted" in str(shown.blocks)
    after = replace(services, clock=lambda: services.clock() + WAITS + timedelta(seconds=1))
    answer(after, later.last)
    assert words in direct(slack)[-1]
    now = next(each for each in slack.answers("U0BOB") if each.ts == shown.ts)
    assert "Expired" in now.words
    assert "permission_granted" not in str(now.blocks)
    told = len(direct(slack))
    answer(after, later.last)
    assert len(direct(slack)) == told


def test_what_was_decided_does_not_expire(services: Services, slack: SlackStandIn, later: Later) -> None:
    answer(services, SENT)
    shown = slack.answers("U0BOB")[-1]
    place = Origin("C0INCIDENT", message_ts=shown.ts)
    answer(services, Ask(Name.PERMISSION_DECIDED, BOB, "a" * 32, place, Decision("granted")))
    told = len(direct(slack))
    answer(services, later.last)
    assert len(direct(slack)) == told
    assert "Granted" in next(each for each in slack.answers("U0BOB") if each.ts == shown.ts).words
