"""``code``: what is said when Alibaba Cloud cannot be asked, and why."""

from dataclasses import replace
from typing import Final

from bot.handlers.ask import Ask, Name, Origin
from bot.handlers.services import Services
from bot.identity.chain import OwnCredential
from bot.identity.directory import FileDirectory
from bot.identity.identities import parse_identities
from bot.identity.person import Person
from bot.identity.sessions import RoleSessions
from bot.playground.scene import BROKER_IDENTITIES
from bot.playground.slack import SlackStandIn
from tests.handlers.running import answer

ALICE: Final = Person("U0ALICE", "T0REQLOG1")


def test_who_looks_through_a_role_is_not_told_that_they_have_no_identity(services: Services, slack: SlackStandIn) -> None:
    """That takes an AccessKey: of theirs, or the bot's."""
    identities = parse_identities(BROKER_IDENTITIES)
    directory = FileDirectory(
        lambda: identities, {}, RoleSessions(services.client, OwnCredential({}, services.client).find, {})
    )
    assert answer(replace(services, directory=directory), Ask(Name.CODE, ALICE, "Totally.Unheard.Of", Origin("C0INCIDENT")))
    words = slack.answers("U0ALICE")[-1].words
    assert "AccessKey" in words
    assert "no identity" not in words
