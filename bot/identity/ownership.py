"""Whose call a log tells of, and whether a person may be shown it. Pure; unknown means no.

GetRequestLog reads every call of its account, and no policy narrows that (its resource is always ``*``): so what comes back by
a role is judged here, before it is kept or shown.
"""

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.aliyun.models import DecodedMessage, RequestLog
from bot.aliyun.trail import TrailEvent

AccountId = Annotated[str, Field(pattern=r"^[0-9]{8,20}$")]
Decision = Literal["shown", "not_owner", "other_account", "owner_unreadable"]

_OF_EVENT: Final = {"root-account": "customer", "ram-user": "sub", "assumed-role": "AssumedRoleUser"}


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
    """Who was denied by a decoded message; None for role sessions, which it names otherwise (``session_of``)."""
    who = message.principal
    if who.type == "RootUser":
        return _principal(who.owner_id, "customer", who.owner_id)
    return _principal(who.owner_id, "sub" if who.type == "SubUser" else None, who.display_name)


def session_of(kind: str | None, name: str | None) -> str | None:
    """A role session as RAM names one who was denied, ``role:session``; roles differ by more than the case of their letters."""
    role, _, session = (name or "").partition(":")
    known = kind == "AssumedRoleUser" and role and session and role.isascii()  # other letters may fold into these
    return f"{role.lower()}:{session}" if known else None


def denied_session(log: RequestLog) -> str | None:
    """The role session that the gateway names as denied in a log, where it is the one that made the call."""
    caller, detail = of_log(log), log.basic.access_denied_detail
    session = session_of(detail.principal_type, detail.principal)
    if caller is None or caller.type != "AssumedRoleUser" or session is None or detail.principal_owner_id != caller.account:
        return None
    return session if session.partition(":")[2] == caller.id.partition(":")[2] else None


def _principal(account: str | None, kind: str | None, number: str | None) -> Principal | None:
    try:
        return Principal.model_validate({"account": account, "type": kind, "id": number})
    except ValidationError:
        return None


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person may be shown of one account: the calls of their own principals, or, with ``own`` None, the whole account.

    ``sessions`` are the role sessions among them as RAM names them (``session_of``), where the administrator said so. Equal
    sights show the same, so a sight is part of the key under which an answer is kept: a right that is lost is lost at once.
    """

    account: str
    own: frozenset[Principal] | None
    sessions: frozenset[str] = field(default_factory=frozenset)

    def of_log(self, log: RequestLog) -> Decision:
        """Whether the log may be shown."""
        return self._judge(log.caller.master_account_id, of_log(log))

    def of_event(self, event: TrailEvent) -> Decision:
        """Whether the event may be shown."""
        return self._judge(event.identity.account_id, of_event(event))

    def of_message(self, message: DecodedMessage, log: RequestLog | None = None) -> Decision:
        """Whether the decoded message may be shown; ``log`` is one that may be, and holds it.

        A message names a role's session by the role's name, a log by the role's number: what ties the two together is the
        identities file, or a log that has both.
        """
        who = message.principal
        session = session_of(who.type, who.display_name)
        if self.own is not None and who.owner_id == self.account and session is not None:
            known = self.sessions if log is None else self.sessions | {denied_session(log)}
            return "shown" if session in known else "owner_unreadable"
        return self._judge(who.owner_id, of_message(message))

    def _judge(self, account: str | None, caller: Principal | None) -> Decision:
        if account is not None and account != self.account:
            return "other_account"
        if self.own is None:
            return "shown"
        if caller is None:
            return "owner_unreadable"
        return "shown" if caller in self.own else "not_owner"
