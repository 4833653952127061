"""Who is served: the rules, apart from any Slack."""

import pytest

from bot.handlers.ask import Ask, Origin
from bot.handlers.guard import Guard, Workspace
from bot.handlers.names import Name
from bot.handlers.profiles import Profile
from bot.identity.person import Person

HERE = Workspace("T0HERE")
GRID = Workspace("T0HERE", "E0OURS")
OWN = Person("U0ALICE", "T0HERE")
OTHER = Person("U0PARTNER", "T0OTHER")
SISTER = Person("U0SISTER", "T0SISTER", "E0OURS")


def barrier(
    person: Person,
    *,
    home: Workspace | None = HERE,
    profile: Profile | None = None,
    shared: bool = False,
    allow: str = "",
) -> str | None:
    guard = Guard(lambda: home, lambda _person: profile, allow_guests=allow == "guests", allow_shared=allow == "shared")
    return guard.barrier(Ask(Name.REQUESTLOG, person, origin=Origin(shared=shared)))


def test_people_of_the_workspace_are_served() -> None:
    assert barrier(OWN) is None
    assert barrier(OWN, profile=Profile(team="T0HERE")) is None


def test_people_of_other_organisations_are_not() -> None:
    assert barrier(OTHER) == "foreign"
    assert barrier(OWN, profile=Profile(stranger=True)) == "foreign"
    assert barrier(OTHER, allow="shared") is None


def test_another_workspace_of_the_same_organisation_must_be_known_as_such() -> None:
    """Payloads carry the bot's own organisation, so only Slack's word on the person counts."""
    assert barrier(SISTER, home=GRID, profile=Profile(enterprise="E0OURS")) is None
    assert barrier(SISTER, home=GRID, profile=Profile(enterprise="E0THEIRS")) == "foreign"
    assert barrier(SISTER, home=GRID) == "foreign"


@pytest.mark.parametrize("profile", [None, Profile()])
def test_what_slack_does_not_tell_is_no_reason_to_refuse(profile: Profile | None) -> None:
    assert barrier(OWN, home=None, profile=profile) is None
    assert barrier(OTHER, home=None, profile=profile) is None


def test_guests_are_refused_unless_allowed() -> None:
    assert barrier(OWN, profile=Profile(guest=True)) == "guest"
    assert barrier(OWN, profile=Profile(guest=True), allow="guests") is None


def test_shared_channels_are_refused_unless_allowed() -> None:
    assert barrier(OWN, shared=True) == "shared"
    assert barrier(OWN, shared=True, allow="shared") is None
