"""Who asks: a person of Slack. Keyed by ids alone; names and e-mail addresses can be edited by their owners."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A Slack user of a workspace (``team``) or of an organisation (``enterprise``)."""

    user: str
    team: str
    enterprise: str | None = None

    @property
    def ids(self) -> tuple[str, str, str]:
        """Organisation, workspace and user, empty where there is none: what this person's sealed rows are bound to."""
        return (self.enterprise or "", self.team, self.user)

    @property
    def key(self) -> str:
        """One text for tables and caches; the parts cannot run into each other, for Slack's ids hold no slash."""
        return "/".join(self.ids)

    @classmethod
    def from_key(cls, key: str) -> "Person":
        """Whom ``key`` was made of."""
        enterprise, team, user = key.split("/")
        return cls(user, team, enterprise or None)
