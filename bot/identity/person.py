"""Who asks: a person of Slack. Keyed by ids alone; names and e-mail addresses can be edited by their owners."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A Slack user of a workspace (``team``) or of an organisation (``enterprise``)."""

    user: str
    team: str
    enterprise: str | None = None

    @property
    def key(self) -> str:
        """One text for tables and caches; the parts cannot run into each other, for Slack's ids hold no slash."""
        return f"{self.enterprise or ''}/{self.team}/{self.user}"
