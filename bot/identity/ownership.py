"""Whose call a log tells of, and whether a person may be shown it. Pure; unknown means no.

GetRequestLog reads every call of its account, and no policy narrows that (its resource is always ``*``): so what comes back by
a role is judged here, before it is kept or shown.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.aliyun.models import DecodedMessage, RequestLog
from bot.aliyun.sts import CallerIdentity
from bot.aliyun.trail import TrailEvent

AccountId = Annotated[str, Field(pattern=r"^[0-9]{8,20}$")]
Decision = Literal["shown", "not_owner", "other_account", "owner_unreadable"]

_OF_EVENT: Final = {"root-account": "customer", "ram-user": "sub", "assumed-role": "AssumedRoleUser"}
_OF_IDENTITY: Final = {"Account": "customer", "RAMUser": "sub", "AssumedRoleUser": "AssumedRoleUser"}


class Principal(BaseModel):
    """A caller, spelt as callerInfo of a request log spells it; two are the same when their texts are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: AccountId
    type: Literal["customer", "sub", "AssumedRoleUser"]
    id: str = Field(min_length=1)


def of_log(log: RequestLog) -> Principal | None:
    """Who made the call of a log; None when it does not say all of it, or in a form that is unknown."""
    caller = log.caller
    return _principal(caller.master_account_id, caller.caller_type, caller.caller_account_id)


def of_event(event: TrailEvent) -> Principal | None:
    """Who made the call of an event of ActionTrail; None for other kinds of callers than a log knows."""
    who = event.identity
    return _principal(who.account_id, _OF_EVENT.get(who.type or ""), who.principal_id)


def of_message(message: DecodedMessage) -> Principal | None:
    """Who was denied by a decoded message.

    None for role sessions: the message names role and session, a log the role's number, and nothing ties the two together.
    """
    who = message.principal
    if who.type == "RootUser":
        return _principal(who.owner_id, "customer", who.owner_id)
    return _principal(who.owner_id, "sub" if who.type == "SubUser" else None, who.display_name)


def of_caller_identity(identity: CallerIdentity) -> Principal | None:
    """Who a credential is, by the answer of GetCallerIdentity."""
    return _principal(identity.account_id, _OF_IDENTITY.get(identity.identity_type or ""), identity.principal_id)


def _principal(account: str | None, kind: str | None, number: str | None) -> Principal | None:
    try:
        return Principal.model_validate({"account": account, "type": kind, "id": number})
    except ValidationError:
        return None


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person may be shown of one account: the calls of their own principals, or, with ``own`` None, the whole account.

    Equal sights show the same, so a sight is part of the key under which an answer is kept: a right that is lost is lost at
    once.
    """

    account: str
    own: frozenset[Principal] | None

    def of_log(self, log: RequestLog) -> Decision:
        """Whether the log may be shown."""
        return self._judge(log.caller.master_account_id, of_log(log))

    def of_event(self, event: TrailEvent) -> Decision:
        """Whether the event may be shown."""
        return self._judge(event.identity.account_id, of_event(event))

    def of_message(self, message: DecodedMessage) -> Decision:
        """Whether the decoded message may be shown."""
        return self._judge(message.principal.owner_id, of_message(message))

    def _judge(self, account: str | None, caller: Principal | None) -> Decision:
        if account is not None and account != self.account:
            return "other_account"
        if self.own is None:
            return "shown"
        if caller is None:
            return "owner_unreadable"
        return "shown" if caller in self.own else "not_owner"
