"""A wait for a log, try by try: when it looks again, when it ends, and what it shows to whom."""

from dataclasses import replace
from typing import Final

import pytest

from bot.handlers.ask import Ask, Name, Origin, Wait
from bot.handlers.services import LOOKED_FOR_AFTER_S, Services
from bot.identity.chain import OwnCredential
from bot.identity.directory import OwnerDirectory
from bot.identity.person import Person
from bot.lookup.rate import RateLimit
from bot.playground.alibaba import AlibabaStandIn, case
from bot.playground.slack import SlackStandIn
from tests.handlers.running import Later, answer

ALICE: Final = Person("U0ALICE", "T0REQLOG1")
LATE: Final = case("parameters").request_id
ASKED: Final = Ask(Name.WAIT, ALICE, LATE, Origin("C0INCIDENT"))


def said(slack: SlackStandIn) -> list[str]:
    return [message.words for message in slack.answers("U0ALICE")]


def absent(alibaba: AlibabaStandIn) -> None:
    alibaba.fault(request_id=LATE, status=404, code="NotFound.RequestLog")


def test_a_log_is_looked_for_at_growing_distances_and_its_absence_told_once(
    services: Services, slack: SlackStandIn, alibaba: AlibabaStandIn, later: Later
) -> None:
    absent(alibaba)
    answer(services, ASKED)
    for number in range(len(LOOKED_FOR_AFTER_S)):
        assert len(later.kept) == number + 1
        answer(services, later.last)
    moments = [sum(delay for _, delay in list(later.kept.values())[: number + 1]) for number in range(len(later.kept))]
    assert moments == [15, 30, 60, 120, 300, 600]
    assert len(said(slack)) == 2
    assert "stopped looking" in said(slack)[-1]
    assert services.waits.find(ALICE, LATE) is None


def test_what_is_there_at_last_is_shown_and_ends_the_wait(
    services: Services, slack: SlackStandIn, alibaba: AlibabaStandIn, later: Later
) -> None:
    absent(alibaba)
    answer(services, ASKED)
    answer(services, later.last)
    alibaba.clear_faults()
    answer(services, later.last)
    assert "CreateDBInstance" in said(slack)[-1]
    answer(services, later.last)
    assert len(said(slack)) == 2
    assert len(later.kept) == 2


def test_tries_count_as_what_the_person_asks_and_one_too_many_is_left_to_the_next(
    services: Services, alibaba: AlibabaStandIn, later: Later
) -> None:
    absent(alibaba)
    now = [0.0]
    hurried = replace(services, rate=RateLimit(2, lambda: now[-1]))
    answer(hurried, ASKED)
    answer(hurried, later.last)
    before = alibaba.calls("GetOwnRequestLog")
    answer(hurried, later.last)
    assert (alibaba.calls("GetOwnRequestLog"), len(later.kept)) == (before, 3)
    now.append(61.0)
    answer(hurried, later.last)
    assert alibaba.calls("GetOwnRequestLog") == before + 1


def test_there_is_one_wait_an_id_and_person(services: Services, alibaba: AlibabaStandIn, later: Later) -> None:
    absent(alibaba)
    answer(services, ASKED)
    answer(services, replace(ASKED, origin=Origin("D0ALICE")))
    assert len(later.kept) == 1


def test_after_its_end_a_wait_says_nothing_any_more_even_if_another_began(
    services: Services, slack: SlackStandIn, alibaba: AlibabaStandIn, later: Later
) -> None:
    absent(alibaba)
    answer(services, ASKED)
    ended = later.last
    answer(services, replace(ASKED, name=Name.WAIT_END))
    answer(services, ASKED)
    alibaba.clear_faults()
    before = len(said(slack))
    answer(services, ended)
    assert len(said(slack)) == before
    assert later.last.given(Wait).since != ended.given(Wait).since
    answer(services, later.last)
    assert "CreateDBInstance" in said(slack)[-1]


@pytest.mark.parametrize("lost", ["identity", "membership"])
def test_who_lost_the_right_meanwhile_sees_nothing(
    services: Services, slack: SlackStandIn, alibaba: AlibabaStandIn, later: Later, lost: str
) -> None:
    absent(alibaba)
    answer(services, ASKED)
    alibaba.clear_faults()
    before = len(said(slack))
    ask = later.last
    if lost == "identity":
        services = replace(services, directory=OwnerDirectory(None, OwnCredential({}, services.client)))
    else:
        slack.workspace.people["U0ALICE"] = replace(slack.workspace.people["U0ALICE"], guest=True)
    calls = alibaba.calls()
    answer(services, ask)
    assert alibaba.calls() == calls
    assert len(said(slack)) == before
    assert slack.answers("U0ALICE", "D0ALICE") == []
