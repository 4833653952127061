"""``requestlog doctor``: what is set up, and what answers."""

from collections.abc import Callable, Iterator, Mapping

from slack_sdk.errors import SlackApiError

from bot.app.parts import check_slack, consoles, lookup_parts, now, read_catalog, read_identities
from bot.app.storage import DATABASE_FILE, data_folder, folder_note, open_store
from bot.blocks.doctor import MARKS, right_words
from bot.blocks.doctor import TEXTS as PAGES
from bot.cli.accounts import AccountCheck, Finding, check_groups
from bot.cli.checks import faults_of
from bot.cli.streams import TEXTS, bad_usage, could_not
from bot.cli.terminal import put_columns
from bot.delivery.redirects import StraightWebClient
from bot.handlers.doctor import Examination
from bot.handlers.ticket_words import page_state
from bot.identity.chain import NoOwnCredentialError
from bot.identity.identities import Identities
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.logs import configure_logs
from bot.manifest import OPTIONAL_SCOPES, SCOPES
from bot.settings import Environment, Settings, SettingsError, read_settings
from bot.store.errors import StoreError
from bot.store.verification import LAST, verify


def run_doctor(lang: Language | None) -> None:
    """Check settings, identities, Alibaba Cloud and Slack; exit 1 when a check failed."""
    configure_logs("CRITICAL")
    environment = Environment()
    try:
        settings, told = read_settings(environment), list[str]()
    except SettingsError as error:
        if error.usable is None:
            bad_usage(error.reasons)
        settings, told = error.usable, error.reasons
    language = lang or settings.requestlog_lang
    identities, findings = check_identities(settings, environment, language)
    findings += [
        *(Finding(ok=False, subject="settings", sentence=reason) for reason in told),
        *check_needed(settings),
        *check_files(settings, language),
        *check_alibaba(settings, environment, identities or Identities(), language),
        *check_groups(identities or Identities(), _slack(settings), language),
        *(check_page_setting(settings, identities, language) if identities is not None else ()),
        *check_slack_token(settings, language),
    ]
    put_columns((MARKS[finding.ok], finding.subject, finding.sentence) for finding in findings)
    failed = sum(finding.ok is False for finding in findings)
    if failed:
        could_not(TEXTS("failed", language, count=failed))


def check_needed(settings: Settings) -> Iterator[Finding]:
    """What a bot for Slack cannot do without; who uses the terminal alone needs none of it."""
    for_slack = settings.slack_bot_token or settings.slack_app_token or settings.slack_signing_secret
    if for_slack:
        yield from (Finding(ok=False, subject="Slack", sentence=reason) for reason in faults_of(lambda: check_slack(settings)))


def check_files(settings: Settings, language: Language) -> Iterator[Finding]:
    """Whether the folders that the settings name can be used, by whom else, and whether the key opens the database."""
    checks: list[tuple[str, Callable[[], object]]] = []
    if settings.requestlog_overrides:
        checks.append(("REQUESTLOG_OVERRIDES", lambda: read_catalog(settings)))
    if settings.data_dir.exists() or "requestlog_data_dir" in settings.model_fields_set:
        checks.append(("REQUESTLOG_DATA_DIR", lambda: data_folder(settings)))
    for name, check in checks:
        reasons = faults_of(check)
        yield from (Finding(ok=False, subject=name, sentence=reason) for reason in reasons)
        if not reasons:
            yield Finding(ok=True, subject=name, sentence=TEXTS("usable", language))
    if settings.data_dir.is_dir() and (note := folder_note(settings.data_dir)):
        yield Finding(None, "REQUESTLOG_DATA_DIR", note)
    if settings.requestlog_database_url or (settings.data_dir / DATABASE_FILE).exists():
        yield from _database(settings, language)


def _database(settings: Settings, language: Language) -> Iterator[Finding]:
    try:
        store = open_store(settings)
        intact = verify(store.database, store.keyring, last=LAST).kind is None
        store.database.close()
    except (StoreError, SettingsError) as error:
        yield Finding(ok=False, subject="REQUESTLOG_KEY", sentence=str(error))
        return
    yield Finding(ok=True, subject="REQUESTLOG_KEY", sentence=TEXTS("key_ok", language))
    yield Finding(ok=intact, subject="audit", sentence=TEXTS("audit_ok" if intact else "audit_broken", language))


def check_identities(
    settings: Settings, environment: Environment, language: Language
) -> tuple[Identities | None, list[Finding]]:
    """Whether the identities file can be used and every reference leads to a credential; what it holds, if it can."""
    try:
        identities = read_identities(settings, environment)
    except SettingsError as error:
        return None, [Finding(ok=False, subject="identities", sentence=reason) for reason in error.reasons]
    if settings.requestlog_identities is None:
        return identities, [_without_file(settings, language)]
    return identities, [Finding(ok=True, subject="identities", sentence=TEXTS("identities_ok", language))]


def _without_file(settings: Settings, language: Language) -> Finding:
    """Serving nobody is a fault of a bot that is to run in Slack; for the terminal alone it is only said."""
    if settings.requestlog_owner:
        return Finding(ok=True, subject="identities", sentence=TEXTS("owner", language, owner=settings.requestlog_owner))
    for_slack = settings.slack_bot_token or settings.slack_app_token or settings.slack_signing_secret
    return Finding(False if for_slack else None, "identities", TEXTS("nobody", language))


def check_alibaba(
    settings: Settings, environment: Environment, identities: Identities, language: Language
) -> Iterator[Finding]:
    """Who the own credential is, and which of the look-up's rights it has; then each account that is seen through a role."""
    try:
        parts = lookup_parts(settings, environment)
    except SettingsError as error:
        yield from (Finding(ok=False, subject="texts", sentence=reason) for reason in error.reasons)
        return
    try:
        credential = parts.own.find()
    except NoOwnCredentialError:
        yield Finding(None, "Alibaba Cloud", TEXTS("no_own_credential", language))
    except CredentialMissingError as error:
        yield Finding(ok=False, subject="Alibaba Cloud", sentence=str(error))
    else:
        examination = Examination.of_settings(parts.client, settings, now)
        for right in examination.of(credential, language):
            yield Finding(right.ok, right.operation, right_words(right, language))
    yield from AccountCheck(parts, settings, environment, language).of_all(identities)
    parts.close()


def check_page_setting(settings: Settings, identities: Identities, language: Language) -> Iterator[Finding]:
    """Whether a console page for log tickets is set, and may be opened."""
    state = page_state(consoles(settings, lambda: identities))
    ok = {"set": True, "none": None, "unusable": False}[state]
    yield Finding(ok, "REQUESTLOG_SLS_PAGE", PAGES(f"page.{state}", language))


def check_slack_token(settings: Settings, language: Language) -> Iterator[Finding]:
    """Whether Slack knows the bot token, and which of the manifest's scopes it was granted."""
    web = _slack(settings)
    if web is None:
        yield Finding(None, "Slack", TEXTS("no_slack", language))
        return
    try:
        answer = web.auth_test()
    except SlackApiError as error:
        yield Finding(ok=False, subject="Slack", sentence=TEXTS("slack_refused", language, error=error.response["error"]))
    except OSError:
        yield Finding(ok=False, subject="Slack", sentence=TEXTS("slack_unreachable", language))
    else:
        yield Finding(ok=True, subject="Slack", sentence=TEXTS("slack_ok", language, team=answer.get("team", "?")))
        yield from check_scopes(answer.headers, settings, language)


def check_scopes(headers: Mapping[str, str], settings: Settings, language: Language) -> Iterator[Finding]:
    """What was granted, by the header ``x-oauth-scopes`` that every answer of the Web API has, against the manifest.

    Without users:read nobody is known not to be a guest, so it is needed unless guests are served.
    """
    needed = SCOPES if settings.requestlog_allow_guests else (*SCOPES, "users:read")
    optional = tuple(scope for scope in OPTIONAL_SCOPES if scope not in needed)
    listed = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    granted = {scope.strip() for scope in listed.split(",")}
    for name, ok, scopes in (("scopes_missing", False, needed), ("scopes_optional", None, optional)):
        missing = [scope for scope in scopes if scope not in granted]
        if missing:
            yield Finding(ok, "scopes", TEXTS(name, language, scopes=", ".join(missing)))
    if granted.issuperset((*SCOPES, *OPTIONAL_SCOPES)):
        yield Finding(ok=True, subject="scopes", sentence=TEXTS("scopes_ok", language))


def _slack(settings: Settings) -> StraightWebClient | None:
    token = settings.secret("slack_bot_token")
    return StraightWebClient(token=token, base_url=settings.slack_api_url, timeout=5) if token else None
