"""``requestlog doctor`` on the accounts of the identities file: is each role entered, what may it do, who is in the groups."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError
from bot.app.parts import LookupParts, now
from bot.blocks.doctor import right_words
from bot.cli.streams import TEXTS
from bot.handlers.doctor import Examination
from bot.identity.identities import Account, Group, Identities
from bot.identity.person import Person
from bot.identity.references import CredentialMissingError, open_reference
from bot.identity.sessions import POLICY, RoleSessions, SessionError
from bot.languages import Language
from bot.settings import Environment, Settings

#: Logs may come late: a right is called missing only when the session's own call is still not found after a minute.
WAITS_S: Final = (2.0, 13.0, 45.0)
CHECK_S: Final = 5.0
_DOCTOR: Final = Person("doctor", "requestlog")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, its name, and a sentence. ``ok`` is None for what is only said."""

    ok: bool | None
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """Enters each account's role as a look-up would, under a name of its own, and looks its own call up."""

    parts: LookupParts
    settings: Settings
    environment: Environment
    language: Language

    def of_all(self, identities: Identities) -> Iterator[Finding]:
        """Every account, and the policies that it takes."""
        for account in identities.accounts:
            yield from self._of(account)
        if identities.accounts:
            arns = [account.role_arn for account in identities.accounts]
            yield self._said("policy", "policy_base", policy=_policy("sts:AssumeRole", arns))
            yield self._said("policy", "policy_role", policy=POLICY)

    def _said(self, subject: str, key: str, *, ok: bool | None = None, **values: object) -> Finding:
        return Finding(ok, subject, TEXTS(f"account.{key}", self.language, **values))

    def _of(self, account: Account) -> Iterator[Finding]:
        name = account.name or account.id
        sessions = RoleSessions(self.parts.client, self.parts.own.find, self.environment)
        try:
            credential = sessions.open(account, _DOCTOR, Deadline.after(CHECK_S))
        except SessionError as error:
            yield self._said(name, error.word, ok=False, said=error.error or "–", role=account.role_arn)
            yield from self._experiments(account, name, error)
            return
        yield self._said(name, "entered", ok=True, role=account.role_arn)
        if sessions.entered_without_source(account):
            yield self._said(name, "without_source")
        if account.external_id is None:
            yield self._said(name, "no_external_id")
        examination = replace(Examination.of_settings(self.parts.client, self.settings, now), waits_s=WAITS_S)
        for right in examination.of(credential, self.language, role=True):
            ok = False if right.operation == "GetRequestLog" and not right.ok else right.ok
            yield Finding(ok, f"{name} {right.operation}", right_words(right, self.language))

    def _experiments(self, account: Account, name: str, error: SessionError) -> Iterator[Finding]:
        """What STS does not say: whether the base is known, and whether the role opens with less."""
        try:
            base = open_reference(account.credential, self.environment) if account.credential else self.parts.own.find()
            who = self.parts.client.get_caller_identity(credential=base, deadline=Deadline.after(CHECK_S))
        except (CredentialMissingError, AliyunError) as missing:
            yield self._said(name, "base_unknown", ok=False, said=missing)
            return
        yield self._said(name, "base", arn=who.arn or "–", policy=_trust(who.arn or "–", account.external_id))
        if error.word != "role_refused":
            return
        for key, policy in (("without_name", POLICY), ("without_policy", None)):
            try:
                self.parts.client.assume_role(
                    account.role_arn,
                    "requestlog-doctor",
                    external_id=account.external_id,
                    policy=policy,
                    credential=base,
                    deadline=Deadline.after(CHECK_S),
                )
            except AliyunError:
                continue
            yield self._said(name, key, ok=False)
            return


def check_groups(identities: Identities, web: WebClient | None, language: Language) -> Iterator[Finding]:
    """Whether Slack tells who is in each user group, and how many they are."""
    if web is not None:
        yield from (_group(group, web, language) for group in identities.groups)


def _group(group: Group, web: WebClient, language: Language) -> Finding:
    try:
        answer = web.usergroups_users_list(usergroup=group.group, team_id=group.team)
    except SlackApiError as error:
        said = TEXTS("account.group_unknown", language, error=error.response["error"])
        return Finding(ok=False, subject=group.group, sentence=said)
    except OSError:
        return Finding(ok=False, subject=group.group, sentence=TEXTS("slack_unreachable", language))
    said = TEXTS("account.group", language, count=len(answer.get("users") or ()))
    return Finding(ok=True, subject=group.group, sentence=said)


def _policy(action: str, resources: list[str]) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resources}
    return json.dumps({"Version": "1", "Statement": [statement]}, separators=(",", ":"))


def _trust(arn: str, external_id: str | None) -> str:
    """The trust policy that lets this base in, as the role's administrator writes it."""
    principal = "/".join(arn.replace(":assumed-role/", ":role/").split("/")[:2])
    statement: dict[str, object] = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [principal]}}
    if external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": "…"}}
    return json.dumps({"Version": "1", "Statement": [statement]}, separators=(",", ":"), ensure_ascii=False)
