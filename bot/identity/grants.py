"""What a person may see of the configured accounts, by their principals, their Slack user groups and the channel. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.identity.ownership import Principal, Sight

Rule = Literal["own", "none"]
Barrier = Literal["unlinked", "channel", "own_channel", "groups"]


@dataclass(frozen=True, slots=True)
class Grant:
    """The sight of one account, else the barrier before it.

    ``doubtful``: Slack did not say whether a group of the person may view the account, so more may be theirs than is shown.
    """

    sight: Sight | None
    barrier: Barrier | None = None
    doubtful: bool = False


def grant(account: str, rule: Rule | None, own: frozenset[Principal], *, in_group: bool | None) -> Grant:
    """What the rule of the channel leaves of a person's rights in an account.

    Args:
        account: the account's id.
        rule: of the channel; None where none narrows, and where there is no channel.
        own: the person's principals in this account.
        in_group: whether the person is in a group that may view the account; None when Slack does not say.
    """
    if rule == "none":
        return Grant(None, "channel")
    if rule is None and in_group:
        return Grant(Sight(account, None))
    doubtful = rule is None and in_group is None
    if own:
        return Grant(Sight(account, own), doubtful=doubtful)
    if doubtful:
        return Grant(None, "groups", doubtful=True)
    # In a channel for own calls, a group's member without any is stopped by the channel; others see nothing anywhere.
    return Grant(None, "own_channel" if in_group else "unlinked")


def barrier_of(grants: Sequence[Grant]) -> Barrier:
    """Why a person without any sight has none: what passes by itself comes first, then what another channel would help."""
    barriers = {each.barrier for each in grants}
    order: tuple[Barrier, ...] = ("groups", "channel", "own_channel")
    return next((each for each in order if each in barriers), "unlinked")
