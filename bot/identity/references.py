"""From a credential's reference to the credential: environment variables, a mounted JSON file, or a CLI profile.

Read anew at each use, for mounted secrets rotate. Errors name the place, never its content.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.aliyun.credentials import Credential
from bot.aliyun.errors import AliyunError
from bot.identity.identities import Reference

OWN_PREFIX = "ALIBABA_CLOUD"
DEFAULT_CLI_CONFIG = "~/.aliyun/config.json"


class CredentialMissingError(Exception):
    """A reference leads to no complete credential. The text is a plain sentence that names the place.

    ``word`` names what happened for who looks something up; ``error`` is what Alibaba Cloud said, if it was asked.
    """

    word = "credential_missing"
    error: AliyunError | None = None


def open_reference(reference: Reference, environment: Mapping[str, str]) -> Credential:
    """The credential that a reference names. Raises CredentialMissingError."""
    if reference.env:
        return from_environment(reference.env, environment)
    if reference.file:
        return from_fields(read_json(reference.file), f"The file {reference.file}")
    return _from_profile(reference.cli_profile or "", reference.path or DEFAULT_CLI_CONFIG)


def from_environment(prefix: str, environment: Mapping[str, str]) -> Credential:
    """PREFIX_ACCESS_KEY_ID, PREFIX_ACCESS_KEY_SECRET and, for temporary ones, PREFIX_SECURITY_TOKEN."""
    fields = {name: environment.get(f"{prefix}_{name.upper()}", "") for name in _NAMES}
    return from_fields(fields, f"The environment's {prefix}_ACCESS_KEY_ID and {prefix}_ACCESS_KEY_SECRET")


_NAMES = ("access_key_id", "access_key_secret", "security_token")


def from_fields(fields: Mapping[str, Any], place: str) -> Credential:
    """The credential that named fields make up. Raises CredentialMissingError, which names the place alone."""
    key_id, secret, token = (fields.get(name) for name in _NAMES)
    if not (isinstance(key_id, str) and key_id.strip() and isinstance(secret, str) and secret.strip()):
        message = (
            f"{place} hold no complete AccessKey." if place.endswith("_SECRET") else f"{place} holds no complete AccessKey."
        )
        raise CredentialMissingError(message)
    try:
        return Credential(key_id.strip(), secret.strip(), token.strip() if isinstance(token, str) and token.strip() else None)
    except ValueError as error:
        message = f"{place}: {str(error)[0].lower()}{str(error)[1:]}"
        raise CredentialMissingError(message) from None


def read_json(path: str, shown: str | None = None) -> dict[str, Any]:
    """The JSON object in a file, which errors call ``shown``, else by its path. Raises CredentialMissingError."""
    try:
        content = json.loads(Path(path).expanduser().read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        message = f"The file {shown or path} cannot be read as JSON ({type(error).__name__})."
        raise CredentialMissingError(message) from None
    if not isinstance(content, dict):
        message = f"The file {shown or path} does not hold a JSON object."
        raise CredentialMissingError(message)
    return content


def _from_profile(name: str, path: str) -> Credential:
    profile = find_profile(read_json(path), name)
    if profile is None:
        message = f"There is no profile {name} in {path}."
        raise CredentialMissingError(message)
    return from_fields({**profile, "security_token": profile.get("sts_token")}, f"The profile {name} in {path}")


def find_profile(config: Mapping[str, Any], name: object) -> dict[str, Any] | None:
    """The profile of a name in what a configuration of the aliyun CLI holds."""
    profiles = config.get("profiles")
    listed = profiles if isinstance(profiles, list) else []
    return next((each for each in listed if isinstance(each, dict) and each.get("name") == name), None)
