"""What the settings name, checked before anything starts: files, folders and keys; every fault is told at once."""

from collections.abc import Callable
from typing import Final

from bot.app.parts import check_slack, consoles, read_catalog, read_identities
from bot.app.storage import data_folder
from bot.handlers.ticket_words import page_state
from bot.identity.identities import Identities
from bot.settings import Environment, Settings, SettingsError, read_settings

NOBODY: Final = "Nobody is served: set REQUESTLOG_IDENTITIES, or REQUESTLOG_OWNER for one person."
_PAGE: Final = "REQUESTLOG_SLS_PAGE must be an https address on sls.console.aliyun.com or sls.console.alibabacloud.com."


def checked_settings(environment: Environment) -> Settings:
    """The settings of a bot that is to run. Raises SettingsError with every mistake in them and in what they name."""
    try:
        settings, told = read_settings(environment), []
    except SettingsError as error:
        if error.usable is None:
            raise
        settings, told = error.usable, error.reasons
    named = {reason.split(" ")[0].rstrip(":") for reason in told}
    found = [*faults_of(lambda: check_slack(settings)), *faults(settings, environment)]
    reasons = [*told, *(reason for reason in found if reason.split(" ")[0].rstrip(":") not in named)]
    if reasons:
        raise SettingsError(list(dict.fromkeys(reasons)), settings)
    return settings


def faults(settings: Settings, environment: Environment) -> list[str]:
    """What is wrong with the files and folders that settings name, a sentence each."""

    def identities_and_page() -> None:
        identities, reasons = Identities(), list[str]()
        try:
            identities = read_identities(settings, environment)
        except SettingsError as error:
            reasons = error.reasons
        if page_state(consoles(settings, lambda: identities)) == "unusable":
            reasons = [*reasons, _PAGE]
        if reasons:
            raise SettingsError(reasons)

    checks: tuple[Callable[[], object], ...] = (
        identities_and_page,
        lambda: read_catalog(settings),
        lambda: data_folder(settings),
    )
    return list(dict.fromkeys(reason for check in checks for reason in faults_of(check)))


def faults_of(check: Callable[[], object]) -> list[str]:
    """The reasons of one check; none when it passes."""
    try:
        check()
    except SettingsError as error:
        return error.reasons
    return []


def serves_nobody(settings: Settings) -> bool:
    """Whether nobody is named whom the bot may serve."""
    if settings.requestlog_identities is None:
        return settings.requestlog_owner is None
    identities = read_identities(settings)
    return not (identities.people or identities.groups)
