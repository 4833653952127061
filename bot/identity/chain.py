"""The bot's own credential, found where the official tools find theirs; the first place that holds one is taken.

1. ALIBABA_CLOUD_ACCESS_KEY_ID, _ACCESS_KEY_SECRET, _SECURITY_TOKEN
2. ~/.aliyun/config.json: the profile that ALIBABA_CLOUD_PROFILE names, else the current one; modes AK and StsToken
3. ~/.alibabacloud/credentials: the same section, else [default]; types access_key and sts
4. ALIBABA_CLOUD_CREDENTIALS_URI

An OIDC token and the role of an ECS instance are not supported.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from configparser import Error as IniError
from configparser import RawConfigParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.aliyun.credentials import Credential, Session
from bot.identity import credentials_uri
from bot.identity.references import OWN_PREFIX, CredentialMissingError, find_profile, from_environment, from_fields, read_json

PROFILE: Final = "ALIBABA_CLOUD_PROFILE"
CLI_CONFIG: Final = ".aliyun/config.json"
INI_FILE: Final = ".alibabacloud/credentials"
RENEWED_BEFORE_END: Final = timedelta(minutes=5)
_UNSUPPORTED: Final = ("ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_ECS_METADATA")


class NoOwnCredentialError(CredentialMissingError):
    """No place of the chain says anything of a credential: none was meant, or it is still to be set."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class OwnCredential:
    """The chain. Every place is read anew at each use; what the URI gave is kept until shortly before its end. Thread-safe."""

    def __init__(self, environment: Mapping[str, str], *, clock: Callable[[], datetime] = _utc_now) -> None:
        self._environment = environment
        self._clock = clock
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._renew_at = clock()

    def find(self) -> Credential:
        """The first credential of the chain.

        Raises NoOwnCredentialError when no place says anything of one, else CredentialMissingError with what is wrong at
        the first that does.
        """
        if any(self._get(f"{OWN_PREFIX}_{name}") for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET")):
            return from_environment(OWN_PREFIX, self._environment)
        troubles = []
        for place in self._places():
            try:
                found = place()
            except CredentialMissingError as error:
                troubles.append(error)
                continue
            if found is not None:
                return found
        raise troubles[0] if troubles else self._nothing()

    def _places(self) -> Iterator[Callable[[], Credential | None]]:
        yield self._from_cli_config
        yield self._from_ini
        if self._get(PROFILE):
            # Who names a profile means that one: another identity in its place would be a surprise.
            yield self._no_such_profile
            return
        yield self._from_uri

    def _get(self, name: str) -> str:
        return self._environment.get(name, "").strip()

    def _file(self, path: str) -> Path | None:
        home = self._get("HOME")
        file = Path(home) / path if home else None
        return file if file is not None and file.is_file() else None

    def _from_cli_config(self) -> Credential | None:
        file = self._file(CLI_CONFIG)
        if file is None:
            return None
        config = read_json(str(file), f"~/{CLI_CONFIG}")
        name = self._get(PROFILE) or config.get("current") or "default"
        profile = find_profile(config, name)
        return None if profile is None else _of_profile(profile, f"The profile {name} in ~/{CLI_CONFIG}")

    def _from_ini(self) -> Credential | None:
        file = self._file(INI_FILE)
        if file is None:
            return None
        # No inline comments and no interpolation: a secret may hold "#", ";" and "%".
        parser = RawConfigParser(strict=False, inline_comment_prefixes=None)
        try:
            parser.read_string(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, IniError) as error:
            message = f"The file ~/{INI_FILE} cannot be read ({type(error).__name__})."
        else:
            name = self._get(PROFILE) or "default"
            place = f"The section [{name}] in ~/{INI_FILE}"
            return _of_section(dict(parser[name]), place) if parser.has_section(name) else None
        # Raised out here: the parser's own exceptions quote lines of the file.
        raise CredentialMissingError(message)

    def _no_such_profile(self) -> None:
        message = f"{PROFILE} names {self._get(PROFILE)}, and no such profile is in ~/{CLI_CONFIG} or ~/{INI_FILE}."
        raise CredentialMissingError(message)

    def _from_uri(self) -> Credential | None:
        uri = self._get(credentials_uri.VARIABLE)
        if not uri:
            return None
        with self._lock:
            now = self._clock()
            if self._session is None or now >= self._renew_at:
                self._renew(uri, now)
            if self._session is None or now >= self._session.expires_at:
                message = f"{credentials_uri.VARIABLE} leads to a credential that has expired."
                raise CredentialMissingError(message)
            return self._session.credential

    def _renew(self, uri: str, now: datetime) -> None:
        try:
            session = credentials_uri.fetch(uri)
        except CredentialMissingError:
            if self._session is None or now >= self._session.expires_at:
                raise
            return  # the one in hand still holds
        self._session = session
        self._renew_at = session.expires_at - min(RENEWED_BEFORE_END, (session.expires_at - now) / 3)

    def _nothing(self) -> CredentialMissingError:
        unsupported = next((name for name in _UNSUPPORTED if self._get(name)), None)
        if unsupported:
            return CredentialMissingError(f"{unsupported} is set, but this version knows neither OIDC nor the role of an ECS.")
        return NoOwnCredentialError("The bot has no credential of its own.")


def _of_profile(profile: Mapping[str, Any], place: str) -> Credential:
    """A profile of the aliyun CLI. Its AK mode pays no heed to a token that an earlier mode left behind."""
    mode = profile.get("mode") or "AK"
    if mode not in ("AK", "StsToken"):
        message = f"{place} has the mode {str(mode)[:40]}, which is not supported here; AK and StsToken are."
        raise CredentialMissingError(message)
    return from_fields({**profile, "security_token": profile.get("sts_token") if mode == "StsToken" else None}, place)


def _of_section(section: Mapping[str, str], place: str) -> Credential | None:
    if section.get("enable", "true").strip().lower() == "false":
        return None
    kind = section.get("type", "access_key")
    if kind not in ("access_key", "sts"):
        message = f"{place} has the type {kind[:40]}, which is not supported here; access_key and sts are."
        raise CredentialMissingError(message)
    return from_fields({**section, "security_token": section.get("security_token") if kind == "sts" else None}, place)
