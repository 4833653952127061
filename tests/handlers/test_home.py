"""The Home tab: what is kept of past look-ups goes with the right to it."""

from dataclasses import replace
from typing import Final

from bot.handlers.ask import Ask, Name, Origin
from bot.handlers.services import Services
from bot.identity.chain import OwnCredential
from bot.identity.directory import OwnerDirectory
from bot.identity.person import Person
from bot.playground.alibaba import case
from bot.playground.slack import SlackStandIn
from tests.handlers.running import answer

ALICE: Final = Person("U0ALICE", "T0REQLOG1")
DENIED: Final = case("denied-implicit").request_id


def home(services: Services, slack: SlackStandIn) -> str:
    answer(services, Ask(Name.HOME, ALICE))
    shown = slack.home("U0ALICE")
    assert shown is not None
    return shown.words


def test_a_verdict_is_shown_only_while_the_identity_is_theirs_that_saw_it(services: Services, slack: SlackStandIn) -> None:
    answer(services, Ask(Name.REQUESTLOG, ALICE, DENIED, Origin("C0INCIDENT")))
    assert "ecs:RunInstances" in home(services, slack)
    own = OwnCredential({}, services.client)
    for owner in (None, "U0ALICE"):
        words = home(replace(services, directory=OwnerDirectory(owner, own)), slack)
        assert DENIED in words
        assert "RunInstances" not in words
