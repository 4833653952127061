"""The answers of STS as values: who a credential is, and the session of a role."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.aliyun.credentials import Credential, Session
from bot.aliyun.models import Answer, Text, as_object


class CallerIdentity(Answer):
    """The answer of STS GetCallerIdentity. ``identity_type`` is ``Account``, ``RAMUser`` or ``AssumedRoleUser``."""

    identity_type: Text = Field(None, alias="IdentityType")
    account_id: Text = Field(None, alias="AccountId")
    principal_id: Text = Field(None, alias="PrincipalId")
    user_id: Text = Field(None, alias="UserId")
    arn: Text = Field(None, alias="Arn")
    request_id: Text = Field(None, alias="RequestId")


class IssuedCredentials(Answer):
    """A temporary key as STS, the metadata service and a credentials URI spell it; made a ``Session`` at once, never shown."""

    access_key_id: Text = Field(None, alias="AccessKeyId", repr=False)
    access_key_secret: Text = Field(None, alias="AccessKeySecret", repr=False)
    security_token: Text = Field(None, alias="SecurityToken", repr=False)
    expiration: Text = Field(None, alias="Expiration")

    def session(self) -> Session:
        """The same as a session. Raises ValueError, which tells no part, when it is not complete."""
        expires_at = datetime.fromisoformat(self.expiration or "")
        credential = Credential(self.access_key_id or "", self.access_key_secret or "", self.security_token or "")
        aware = expires_at if expires_at.tzinfo else expires_at.replace(tzinfo=UTC)
        return Session(credential, aware)


class AssumeRoleAnswer(Answer):
    """The answer of STS AssumeRole."""

    request_id: Text = Field(None, alias="RequestId")
    credentials: Annotated[IssuedCredentials, BeforeValidator(as_object)] = Field(IssuedCredentials(), alias="Credentials")
