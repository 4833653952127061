"""Whose row it is: a person as Slack knows them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """One Slack user. ``enterprise`` is empty where there is none, ``team`` is empty for org-wide installs."""

    enterprise: str
    team: str
    user: str

    @property
    def ids(self) -> tuple[str, str, str]:
        """What a sealed row of this person is bound to."""
        return (self.enterprise, self.team, self.user)

    @property
    def key(self) -> str:
        """The person as a column's value; Slack's ids hold no slash."""
        return "/".join(self.ids)
