"""Temporary credentials of a workload: from the ECS metadata service, a URI, or a role entered with a key or an OIDC token.

Each function asks once and gives a session. Raises CredentialMissingError, whose text names the place, and never quotes an
address, a token or an answer. Nothing goes through a proxy, no redirect is followed, and metadata is asked as v2 alone: v1
gives the credential to whoever makes a process on the host send one GET.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from bot.addresses import is_loopback
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential, Session
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError
from bot.aliyun.protocol import decode_object
from bot.aliyun.sts import IssuedCredentials
from bot.identity.references import CredentialMissingError

METADATA: Final = "http://100.100.100.200"
URI: Final = "ALIBABA_CLOUD_CREDENTIALS_URI"
SESSION_NAME: Final = "requestlog-bot"
STEP_S: Final = 1.0
URI_S: Final = 2.0
LARGEST_ANSWER: Final = 65_536
_OK: Final = 200


class MetadataError(CredentialMissingError):
    """The ECS metadata service did not answer: this is no ECS instance, or it has no role."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role to enter: by an AccessKey (``base``), or by an OIDC token that a file holds (``provider`` and ``token_file``).

    ``policy`` is JSON text that narrows what its session may do.
    """

    arn: str
    session_name: str = SESSION_NAME
    duration_s: int | None = None
    external_id: str | None = None
    policy: str | None = None
    base: Credential | None = None
    provider: str = ""
    token_file: str = ""


def from_metadata(client: Client, role: str, deadline: Deadline, *, origin: str = METADATA) -> Session:
    """The credential of the role that this ECS instance has; of the one that is listed when none is named."""
    lives = {"x-aliyun-ecs-metadata-token-ttl-seconds": "21600"}
    token = _asked(client, f"{origin}/latest/api/token", deadline, "PUT", lives)
    headers = {"x-aliyun-ecs-metadata-token": token.splitlines()[0]}
    place = f"{origin}/latest/meta-data/ram/security-credentials/"
    name = role or _asked(client, place, deadline, "GET", headers).splitlines()[0].strip()
    return _session(_asked(client, place + quote(name, safe=""), deadline, "GET", headers), "The ECS metadata service gave")


def _asked(client: Client, url: str, deadline: Deadline, method: str, headers: dict[str, str]) -> str:
    soon = Deadline.after(min(STEP_S, deadline.remaining()))
    try:
        answer = client.fetch(url, soon, method=method, headers=headers)
        text = answer.body.decode().strip()
    except (AliyunError, UnicodeDecodeError):
        message = "The ECS metadata service did not answer."
        raise MetadataError(message) from None
    if answer.status != _OK or not text.isascii() or not 0 < len(text) <= LARGEST_ANSWER:
        message = f"The ECS metadata service did not answer as it should (HTTP status {answer.status})."
        raise MetadataError(message)
    return text


def from_uri(client: Client, uri: str, deadline: Deadline) -> Session:
    """The credential behind an address."""
    try:
        parts = urlsplit(uri)
        host = (parts.hostname or "").lower()
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        message = f"{URI} must be an https address, or plain http on this machine."
        raise CredentialMissingError(message)
    try:
        answer = client.fetch(uri, Deadline.after(min(URI_S, deadline.remaining())))
    except AliyunError as error:
        reason = error.reason or type(error).__name__
        message = f"{URI} leads to an address that does not answer ({reason})."
        raise CredentialMissingError(message) from None
    if answer.status != _OK:
        message = f"{URI} leads to an address that answers with HTTP status {answer.status}."
        raise CredentialMissingError(message)
    return _session(answer.body[:LARGEST_ANSWER].decode("utf-8", "replace"), f"{URI} leads to an answer that holds")


def _session(text: str, beginning: str) -> Session:
    try:
        answer = decode_object(text.encode())
        if isinstance(answer, dict) and answer.get("Code", "Success") == "Success":
            names = ("AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration")
            if all(isinstance(answer.get(name), str) for name in names):
                return IssuedCredentials.model_validate(answer).session()
    except ValueError:
        pass
    # Raised out here, so that it drags no exception along that knows the answer.
    message = f"{beginning} no complete temporary credential."
    raise CredentialMissingError(message)


def from_role(client: Client, role: Role, place: str, deadline: Deadline) -> Session:
    """The session of a role, entered with a key or with the token that its file holds now."""
    try:
        if role.base is not None:
            return client.assume_role(
                role.arn,
                role.session_name,
                duration_s=role.duration_s,
                external_id=role.external_id,
                policy=role.policy,
                credential=role.base,
                deadline=deadline,
            )
        token = Path(role.token_file).expanduser().read_text("ascii").strip()
        return client.assume_role_with_oidc(
            role.arn,
            role.session_name,
            provider=role.provider,
            token=token,
            duration_s=role.duration_s,
            policy=role.policy,
            deadline=deadline,
        )
    except (OSError, UnicodeDecodeError) as error:
        message = f"{place}: the token file cannot be read ({type(error).__name__})."
        raise CredentialMissingError(message) from None
    except AliyunError as error:
        message = f"{place}: STS does not give a session of the role ({error})."
        raise CredentialMissingError(message) from None
