"""What the settings name, checked before anything starts: files, folders and keys; every fault is told at once."""

from collections.abc import Callable
from typing import Final

from bot.app.parts import check_slack, consoles, read_catalog, watch_identities
from bot.app.storage import data_folder
from bot.handlers.ticket_words import page_state
from bot.identity.identities import Identities
from bot.identity.watched import WatchedIdentities
from bot.settings import Environment, Settings, SettingsError, read_settings

NOBODY: Final = "Nobody is served: set REQUESTLOG_IDENTITIES, or REQUESTLOG_OWNER for one person."
_PAGE: Final = "REQUESTLOG_SLS_PAGE must be an https address on sls.console.aliyun.com or sls.console.alibabacloud.com."


def checked_settings(environment: Environment) -> tuple[Settings, WatchedIdentities | None]:
    """The settings of a bot that is to run, and its identities file where they name one, read once.

    Raises SettingsError with every mistake in them and in what they name.
    """
    try:
        settings, told = read_settings(environment), []
    except SettingsError as error:
        if error.usable is None:
            raise
        settings, told = error.usable, error.reasons
    named = {reason.split(" ")[0].rstrip(":") for reason in told}
    watched: WatchedIdentities | None = None

    def identities_and_page() -> None:
        nonlocal watched
        reasons = list[str]()
        try:
            watched = watch_identities(settings, environment)
        except SettingsError as error:
            reasons = error.reasons
        if page_state(consoles(settings, watched.current if watched else Identities)) == "unusable":
            reasons = [*reasons, _PAGE]
        if reasons:
            raise SettingsError(reasons)

    checks: tuple[Callable[[], object], ...] = (
        lambda: check_slack(settings),
        identities_and_page,
        lambda: read_catalog(settings),
        lambda: data_folder(settings),
    )
    found = [reason for check in checks for reason in faults_of(check)]
    reasons = [*told, *(reason for reason in found if reason.split(" ")[0].rstrip(":") not in named)]
    if reasons:
        raise SettingsError(list(dict.fromkeys(reasons)), settings)
    return settings, watched


def faults_of(check: Callable[[], object]) -> list[str]:
    """The reasons of one check; none when it passes."""
    try:
        check()
    except SettingsError as error:
        return error.reasons
    return []


def serves_nobody(settings: Settings, watched: WatchedIdentities | None) -> bool:
    """Whether nobody is named whom the bot may serve."""
    if watched is None:
        return settings.requestlog_owner is None
    identities = watched.current()
    return not (identities.people or identities.groups)
