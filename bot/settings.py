"""The only reader of the environment: every setting is a field, documented by its description.

Each name may also be given as NAME_FILE, the path of a file that holds the value, as container platforms mount secrets.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.addresses import bare_hosts, database_address, loopback_address, sealing_keys, web_address
from bot.aliyun.endpoints import Endpoints
from bot.languages import Language


class SettingsError(Exception):
    """The settings cannot be used. ``reasons`` holds a plain sentence for each mistake; none quotes a secret.

    ``usable`` are the settings without those that are wrong, so that what the others name can be checked as well.
    """

    def __init__(self, reasons: list[str], usable: "Settings | None" = None) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.usable = usable


class Environment(Mapping[str, str]):
    """The process environment, where a name also stands for the content of the file that NAME_FILE points to.

    Raises SettingsError when NAME_FILE points to a file that cannot be read, or when both names are set.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def __getitem__(self, name: str) -> str:
        path = self._variables.get(f"{name}_FILE")
        if not path:
            return self._variables[name]
        if self._variables.get(name):
            raise SettingsError([f"{name} and {name}_FILE are both set; keep one of them."])
        try:
            return Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError([f"{name}_FILE names a file that cannot be read ({type(error).__name__})."]) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def _words(value: object) -> object:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def _sealing_keys(keys: SecretStr) -> SecretStr:
    sealing_keys(keys.get_secret_value())
    return keys


WordList = Annotated[tuple[str, ...], BeforeValidator(_words)]


class Settings(BaseSettings):
    """What an installation can set. Field descriptions are the settings table of the README; a test holds them together."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, enable_decoding=False, frozen=True)

    slack_bot_token: SecretStr | None = Field(None, description="Bot token, `xoxb-…`")
    slack_app_token: SecretStr | None = Field(
        None, description="App-level token, `xapp-…`; when set, the bot uses Socket Mode, else HTTP"
    )
    slack_signing_secret: SecretStr | None = Field(None, description="Signing secret; needed for HTTP")
    slack_api_url: Annotated[str, AfterValidator(web_address)] = Field(
        "https://slack.com/api/", description="Base of Slack's Web API"
    )

    alibaba_cloud_access_key_id: str | None = Field(None, description="The bot's own credential: AccessKey id")
    alibaba_cloud_access_key_secret: SecretStr | None = Field(None, description="The bot's own credential: secret")
    alibaba_cloud_security_token: SecretStr | None = Field(None, description="The bot's own credential: STS token")

    requestlog_identities: Path | None = Field(None, description="The identities file (TOML): who may look as whom")
    requestlog_ecs_metadata: Annotated[str, AfterValidator(loopback_address)] | None = Field(
        None, description="The ECS metadata service in place of the real one, on this machine alone: for trials"
    )
    requestlog_owner: str | None = Field(
        None,
        pattern=r"^[UW][A-Z0-9]+$",
        description="Without an identities file: the one Slack user id that the bot's own credential serves",
    )
    requestlog_data_dir: Path = Field(Path("~/.requestlog"), description="Where the bot keeps its database and keys")
    requestlog_database_url: Annotated[str, AfterValidator(database_address)] | None = Field(
        None, repr=False, description="`postgresql+psycopg://…` for replicas; default: an SQLite file in the data folder"
    )
    requestlog_key: Annotated[SecretStr, AfterValidator(_sealing_keys)] | None = Field(
        None, description="Key that seals stored commands (32 bytes, base64); default: a file in the data folder"
    )
    requestlog_host: str = Field("127.0.0.1", description="Address to listen on; `0.0.0.0` in a container")
    requestlog_port: int | None = Field(None, ge=0, le=65535, description="Port; default 3000 over HTTP, none in Socket Mode")
    requestlog_lang: Language = Field("en", description="Language of people who chose none: `en` or `zh`")
    requestlog_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged")
    requestlog_log_format: Literal["json", "console"] = Field("json", description="`json`, or `console` for people")
    requestlog_reaction: str = Field(
        "mag_right", pattern=r"^[a-z0-9_+-]{1,100}$", description="Name of the emoji that explains the message it is put on"
    )
    requestlog_deadline: float = Field(8.0, gt=0, le=120, description="Seconds for one look-up, retries included")
    requestlog_replica: str = Field(
        "single", pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="A name that a restarted replica keeps"
    )
    requestlog_audit_days: int = Field(400, ge=1, le=36500, description="Days that a row of the audit is kept")
    requestlog_rate: int = Field(120, ge=1, description="Look-ups a minute and person")
    requestlog_response_hosts: Annotated[WordList, AfterValidator(bare_hosts)] = Field(
        ("hooks.slack.com",), description="Host names that a response_url may name, comma-separated"
    )
    requestlog_sls_page: str | None = Field(None, description="The console page that a log ticket opens")
    requestlog_site: Literal["china", "international"] | None = Field(
        None, description="Site of links where the account names none: `china` or `international`; default by language"
    )
    requestlog_trail_regions: WordList = Field(
        ("cn-hangzhou",), description="Regions whose ActionTrail is asked when no region is known, comma-separated"
    )
    requestlog_admin_channel: str | None = Field(
        None, pattern=r"^[CDGUW][A-Z0-9]{2,}$", description="Slack channel or user id that permission requests go to"
    )
    requestlog_admins: WordList = Field(
        (), description="Slack user ids that decide on permission requests, comma-separated; `[[admins]]` do too"
    )
    requestlog_overrides: Path | None = Field(
        None, description="Folder of TOML files with your team's own texts and runbook links per error code"
    )
    requestlog_allow_guests: bool = Field(default=False, description="Whether guests of the workspace are served")
    requestlog_unfurl: bool = Field(
        default=False, description="Whether a button under pasted troubleshoot links offers to explain them privately"
    )
    requestlog_allow_shared: bool = Field(
        default=False, description="Whether the bot answers in channels shared with other organisations, and their people"
    )

    requestlog_endpoint_openapiexplorer: str | None = Field(None, description="URL in place of the official host")
    requestlog_endpoint_cloud_siem: str | None = Field(None, description="URL in place of the official host")
    requestlog_endpoint_ram: str | None = Field(None, description="URL in place of the official host")
    requestlog_endpoint_sts: str | None = Field(None, description="URL in place of the official host")
    requestlog_endpoint_actiontrail: str | None = Field(None, description="URL in place of the official host")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what read_settings hands in: one way for a value to come, so one place to look for it."""
        return (init_settings,)

    @property
    def data_dir(self) -> Path:
        """The data folder with ``~`` resolved."""
        return self.requestlog_data_dir.expanduser()

    def secret(self, field: str) -> str | None:
        """The plain text of a secret setting; for the one part that sends it."""
        value: SecretStr | None = getattr(self, field)
        return value.get_secret_value() if value else None

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by Socket Mode."""
        return self.slack_app_token is not None

    @property
    def endpoints(self) -> Endpoints:
        """The hosts of Alibaba Cloud's products, or what was set in their place."""
        return Endpoints(**{each.name: getattr(self, f"requestlog_endpoint_{each.name}") for each in fields(Endpoints)})


VARIABLES: Final[dict[str, str]] = {name: name.upper() for name in Settings.model_fields}


_SPELLINGS: Final = {
    "requestlog_owner": "must be a Slack user id, like U012ABCDEF",
    "requestlog_admin_channel": "must be a Slack channel or user id, like C012ABCDEF",
    "requestlog_replica": "must be 1 to 64 letters, digits, dots, dashes or underscores",
}
_SENTENCES: Final = {
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "bool_parsing": "must be true or false",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "value_error": "{error}",
}


def read_settings(environment: Environment) -> Settings:
    """The settings of an environment. An empty value counts as not set.

    Raises SettingsError with every mistake at once, each naming the variable and never its value.
    """
    given: dict[str, str] = {}
    unread: set[str] = set()
    reasons: list[str] = []
    for field, variable in VARIABLES.items():
        try:
            value = environment.get(variable, "").strip()
        except SettingsError as error:
            reasons += error.reasons
            unread.add(field)
            continue
        if value:
            given[field] = value
    reasons += _mistyped(environment) + _wrong_endpoints(given) + _contradictions(given, unread)
    try:
        settings = Settings(**given)  # type: ignore[arg-type] # texts become what the fields say
    except ValidationError as error:
        reasons += [_sentence(item["loc"], item["type"], item.get("ctx") or {}) for item in error.errors()]
        wrong = {str(item["loc"][0]) for item in error.errors()}
        settings = Settings(**{name: value for name, value in given.items() if name not in wrong})  # type: ignore[arg-type]
    if reasons:
        raise SettingsError(reasons, settings)
    return settings


def _mistyped(environment: Environment) -> list[str]:
    """Names that are no setting and look like one. Keys of the identities file and what Kubernetes sets are none."""
    known = {variable.removeprefix(prefix): variable for variable in VARIABLES.values() for prefix in _PREFIXES}
    reasons = []
    for name in sorted(environment):
        plain = name.removesuffix("_FILE")
        prefix = next((prefix for prefix in _PREFIXES if plain.startswith(prefix)), None)
        if prefix is None or plain in VARIABLES.values() or _OF_OTHERS.search(plain) or not environment.get(name):
            continue
        alike = [own.removeprefix(prefix) for own in known.values() if own.startswith(prefix)]
        nearest = get_close_matches(plain.removeprefix(prefix), alike, n=1, cutoff=_ALIKE)
        reasons += [f"{name} is no setting; {prefix}{nearest[0]} is meant, it seems." for _ in nearest]
    return reasons


_PREFIXES: Final = ("REQUESTLOG_", "SLACK_")
_ALIKE: Final = 0.7
_OF_OTHERS: Final = re.compile(
    r"_(?:ACCESS_KEY_ID|ACCESS_KEY_SECRET|SECURITY_TOKEN|SERVICE_HOST|SERVICE_PORT\w*|PORT_\d+_\w+)$|^SLACK_CLIENT_"
)


def _sentence(place: tuple[int | str, ...], kind: str, values: Mapping[str, Any]) -> str:
    field = str(place[0])
    wrong = _SPELLINGS[field] if kind == "string_pattern_mismatch" else _SENTENCES.get(kind, "cannot be used").format(**values)
    return f"{VARIABLES[field]} {wrong}."


def _wrong_endpoints(given: Mapping[str, str]) -> list[str]:
    reasons = []
    for field in fields(Endpoints):
        variable = f"requestlog_endpoint_{field.name}"
        try:
            Endpoints(**{field.name: given.get(variable)})
        except ValueError as error:
            reasons.append(f"{VARIABLES[variable]}: {error}")
    return reasons


def _contradictions(given: Mapping[str, str], unread: set[str]) -> list[str]:
    """What pydantic does not see: pastes of the wrong token, and half a credential. ``unread`` were told already."""
    kinds = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}
    odd = [name for name in (*kinds, *_SECRETS) if not _ONE_WORD.fullmatch(given.get(name, "-"))]
    reasons = [f"{VARIABLES[name]} holds a blank, a quotation mark or another sign that is no part of it." for name in odd]
    if [given.get(name, "")[:5] for name in kinds] == ["xapp-", "xoxb-"]:
        reasons.append(
            "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: the bot token begins with xoxb-, the other with xapp-."
        )
    else:
        wrong = [name for name, prefix in kinds.items() if name not in odd and not given.get(name, prefix).startswith(prefix)]
        reasons += [f"{VARIABLES[name]} does not start with {kinds[name]}; another kind of token was pasted." for name in wrong]
    halves = set(_SECRETS[:2])
    if len(given.keys() & halves) == 1 and not unread & halves:
        reasons.append("ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET belong together; one is missing.")
    return reasons


_SECRETS: Final = (
    *("alibaba_cloud_access_key_id", "alibaba_cloud_access_key_secret"),
    *("alibaba_cloud_security_token", "slack_signing_secret"),
)
_ONE_WORD: Final = re.compile(r"[!#-&(-~]+")
