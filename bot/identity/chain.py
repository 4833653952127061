"""The bot's own credential, found where the official tools find theirs; the first place that says anything of one is taken.

1. ALIBABA_CLOUD_ACCESS_KEY_ID, _ACCESS_KEY_SECRET, _SECURITY_TOKEN
2. ALIBABA_CLOUD_ROLE_ARN, _OIDC_PROVIDER_ARN and _OIDC_TOKEN_FILE, as ACK sets them for RRSA; the file is read at each renewal
3. ~/.aliyun/config.json, unless ALIBABA_CLOUD_CLI_PROFILE_DISABLED: the profile that ALIBABA_CLOUD_PROFILE names, else the
   current one
4. ~/.alibabacloud/credentials, or what ALIBABA_CLOUD_CREDENTIALS_FILE names in its place: the same section, else [default]
5. the role of this ECS instance, unless ALIBABA_CLOUD_ECS_METADATA_DISABLED; ALIBABA_CLOUD_ECS_METADATA may name it
6. ALIBABA_CLOUD_CREDENTIALS_URI
"""

from collections.abc import Callable, Iterator, Mapping
from configparser import Error as IniError
from configparser import RawConfigParser
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn

from bot.aliyun.caller import utc_now
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential, Session
from bot.aliyun.deadline import Deadline
from bot.identity import workload
from bot.identity.references import OWN_PREFIX, CredentialMissingError, find_profile, from_environment, from_fields, read_json
from bot.identity.sessions import Sessions

PROFILE: Final = f"{OWN_PREFIX}_PROFILE"
CLI_CONFIG: Final = ".aliyun/config.json"
INI_FILE: Final = ".alibabacloud/credentials"
FOUND_WITHIN_S: Final = 5.0
NOT_ON_ECS: Final = timedelta(minutes=5)
_MODES: Final = ("AK", "StsToken", "RamRoleArn", "EcsRamRole", "OIDC", "ChainableRamRoleArn")
_TYPES: Final = dict(zip(("access_key", "sts", "ram_role_arn", "ecs_ram_role", "oidc_role_arn"), _MODES[:-1], strict=True))
#: What the ini file calls otherwise than the CLI's.
_FIELDS: Final = {
    "role_arn": "ram_role_arn",
    "role_session_name": "ram_session_name",
    "role_name": "ram_role_name",
    "oidc_token_file_path": "oidc_token_file",
    "security_token": "sts_token",
}


@dataclass(frozen=True, slots=True)
class _Search:
    """One walk along the chain: until when, and the credential that is not to be given from memory."""

    until: Deadline
    past: Credential | None


class NoOwnCredentialError(CredentialMissingError):
    """No place of the chain says anything of a credential: none was meant, or it is still to be set."""


class OwnCredential:
    """The chain. Every place is read anew at each use; what is temporary is kept until shortly before its end. Thread-safe."""

    def __init__(
        self,
        environment: Mapping[str, str],
        client: Client,
        *,
        metadata: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """``metadata`` is the origin of the ECS metadata service in place of the real one."""
        self._environment = environment
        self._client = client
        self._metadata = metadata or workload.METADATA
        self._clock = clock
        self._sessions = Sessions(clock)
        # A host that is none of Alibaba Cloud's does not refuse the connection: each question would wait its whole second.
        self._ask_metadata_from = clock()

    def find(self, deadline: Deadline | None = None, past: Credential | None = None) -> Credential:
        """The first credential of the chain; ``past``, which Alibaba Cloud does not take any more, is not given from memory.

        Raises NoOwnCredentialError when no place says anything of one, else CredentialMissingError with what is wrong at
        the first that does.
        """
        search = _Search(deadline or Deadline.after(FOUND_WITHIN_S), past)
        if any(self._get(name) for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET")):
            return from_environment(OWN_PREFIX, self._environment)
        troubles = []
        for place in self._places(search):
            try:
                found = place()
            except CredentialMissingError as error:
                troubles.append(error)
                continue
            if found is not None:
                return found
        raise troubles[0] if troubles else NoOwnCredentialError("The bot has no credential of its own.")

    def _places(self, search: _Search) -> Iterator[Callable[[], Credential | None]]:
        if self._get("OIDC_PROVIDER_ARN") or self._get("OIDC_TOKEN_FILE"):
            # Who sets these means that role: another identity in its place would be a surprise.
            yield partial(self._from_oidc, search)
            return
        yield partial(self._from_cli_config, search)
        yield partial(self._from_ini, search)
        if self._get("PROFILE"):
            yield self._no_such_profile
            return
        if self._get("ECS_METADATA_DISABLED").lower() != "true":
            yield partial(self._from_instance, search)
        yield partial(self._from_uri, search)

    def _get(self, name: str) -> str:
        return self._environment.get(f"{OWN_PREFIX}_{name}", "").strip()

    def _file(self, path: str, named: str = "") -> Path | None:
        """A file of the home folder, or the one that is named in its place; None where it is not there."""
        home = self._environment.get("HOME", "").strip()
        file = Path(named) if named else Path(home) / path if home else None
        return file if file is not None and file.is_file() else None

    def _from_oidc(self, search: _Search) -> Credential:
        place = f"The environment's {OWN_PREFIX}_OIDC_TOKEN_FILE"
        names = ("role_arn", "oidc_provider_arn", "oidc_token_file", "role_session_name")
        fields = {name: self._get(name.upper()) for name in names}
        return self._of_role(_renamed(fields), place, search)

    def _from_cli_config(self, search: _Search) -> Credential | None:
        file = self._file(CLI_CONFIG)
        if file is None or self._get("CLI_PROFILE_DISABLED").lower() == "true":
            return None
        config = read_json(str(file), f"~/{CLI_CONFIG}")
        name = self._get("PROFILE") or config.get("current") or "default"
        profile = find_profile(config, name)
        place = f"The profile {name} in ~/{CLI_CONFIG}"
        return None if profile is None else self._of_profile(profile, place, search, config)

    def _from_ini(self, search: _Search) -> Credential | None:
        named = self._get("CREDENTIALS_FILE")
        file, shown = self._file(INI_FILE, named), named or f"~/{INI_FILE}"
        if file is None:
            return None
        # No inline comments and no interpolation: a secret may hold "#", ";" and "%".
        parser = RawConfigParser(strict=False, inline_comment_prefixes=None)
        try:
            parser.read_string(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, IniError) as error:
            message = f"The file {shown} cannot be read ({type(error).__name__})."
        else:
            name = self._get("PROFILE") or "default"
            section = dict(parser[name]) if parser.has_section(name) else {"enable": "false"}
            if section.get("enable", "true").strip().lower() == "false":
                return None
            place, kind = f"The section [{name}] in {shown}", section.get("type", "access_key")
            mode = _TYPES.get(kind) or _unsupported(place, "type", kind, tuple(_TYPES))
            return self._of_profile({**_renamed(section), "mode": mode}, place, search)
        # Raised out here: the parser's own exceptions quote lines of the file.
        raise CredentialMissingError(message)

    def _of_profile(
        self, profile: Mapping[str, Any], place: str, search: _Search, config: Mapping[str, Any] | None = None
    ) -> Credential:
        """A profile as the aliyun CLI writes it. Its AK mode pays no heed to a token that an earlier mode left behind."""
        mode = profile.get("mode") or "AK"
        if mode not in _MODES:
            _unsupported(place, "mode", mode, _MODES)
        if mode == "EcsRamRole":
            return self._from_metadata(str(profile.get("ram_role_name") or ""), search)
        if mode == "OIDC":
            return self._of_role(profile, place, search)
        if mode == "ChainableRamRoleArn":
            others = [each for each in (config or {})["profiles"] if each is not profile]  # so that none leads to itself
            source = find_profile({"profiles": others}, profile.get("source_profile"))
            if source is None:
                message = f"{place} has a source_profile that is not there, or leads back to it."
                raise CredentialMissingError(message)
            return self._of_role(profile, place, search, self._of_profile(source, place, search, {"profiles": others}))
        key = from_fields({**profile, "security_token": profile.get("sts_token") if mode != "AK" else None}, place)
        return key if mode != "RamRoleArn" else self._of_role(profile, place, search, key)

    def _of_role(self, profile: Mapping[str, Any], place: str, search: _Search, base: Credential | None = None) -> Credential:
        named = {name: str(profile.get(name) or "") for name in ("ram_role_arn", "oidc_provider_arn", "oidc_token_file")}
        if not named["ram_role_arn"] or not (base or all(named.values())):
            message = f"{place} does not say all of a role: its ARN and, for OIDC, the provider's ARN and the token's file."
            raise CredentialMissingError(message)
        role = workload.Role(
            named["ram_role_arn"],
            str(profile.get("ram_session_name") or workload.SESSION_NAME),
            _seconds(profile.get("expired_seconds")),
            profile.get("external_id") or None,
            profile.get("policy") or None,
            base,
            named["oidc_provider_arn"],
            named["oidc_token_file"],
        )
        return self._kept(role, lambda: workload.from_role(self._client, role, place, search.until), search)

    def _no_such_profile(self) -> None:
        message = f"{PROFILE} names {self._get('PROFILE')}, and no such profile is in ~/{CLI_CONFIG} or ~/{INI_FILE}."
        raise CredentialMissingError(message)

    def _from_instance(self, search: _Search) -> Credential | None:
        named = self._get("ECS_METADATA")
        if not named and self._clock() < self._ask_metadata_from:
            return None
        try:
            return self._from_metadata(named, search)
        except workload.MetadataError:
            if named:
                raise
            self._ask_metadata_from = self._clock() + NOT_ON_ECS
            return None

    def _from_metadata(self, role: str, search: _Search) -> Credential:
        ask = partial(workload.from_metadata, self._client, role, search.until, origin=self._metadata)
        return self._kept(("metadata", role), ask, search)

    def _from_uri(self, search: _Search) -> Credential | None:
        uri = self._get("CREDENTIALS_URI")
        return self._kept(uri, lambda: workload.from_uri(self._client, uri, search.until), search) if uri else None

    def _kept(self, key: object, fetch: Callable[[], Session], search: _Search) -> Credential:
        try:
            return self._sessions.get(key, fetch, search.until, search.past)
        except TimeoutError:
            message = "The bot's own credential did not come in time."
            raise CredentialMissingError(message) from None


def _renamed(section: Mapping[str, str]) -> dict[str, str]:
    return {_FIELDS.get(name, name): value for name, value in section.items()}


def _unsupported(place: str, what: str, found: object, known: tuple[str, ...]) -> NoReturn:
    message = f"{place} has the {what} {str(found)[:40]}, which is not supported here; {', '.join(known)} are."
    raise CredentialMissingError(message)


def _seconds(written: object) -> int | None:
    return int(str(written)) if str(written).isdecimal() and int(str(written)) else None
