"""The log ticket and the doctor put together, and the console pages of an installation."""

import time

from bot.app.parts import now
from bot.app.services import Stories
from bot.handlers.doctor import DoctorStory
from bot.handlers.modal import Modal
from bot.handlers.rights import DEFAULT_REGION, Examination
from bot.handlers.ticket import TicketStory
from bot.handlers.ticket_fetch import TicketDesk
from bot.handlers.ticket_page import AccountConsole, Consoles
from bot.identity.directory import Directory
from bot.identity.identities import parse_identities
from bot.lookup.rate import RateLimit
from bot.settings import Settings


def consoles(settings: Settings) -> Consoles:
    """The console pages, by the settings and the accounts of the identities file, which was found valid before."""
    path = settings.requestlog_identities
    accounts = parse_identities(path.expanduser().read_text("utf-8")).accounts if path else ()
    described = {account.id: AccountConsole(account.site, account.sls_page) for account in accounts}
    return Consoles(settings.requestlog_sls_page, settings.requestlog_site, described)


def ticket_story(stories: Stories, directory: Directory) -> TicketStory:
    """The story, of the parts that all stories share; ``directory`` puts the identity first that the person prefers."""
    settings, parts = stories.settings, stories.parts
    desk = TicketDesk(parts.client, consoles(settings), parts.catalog, now, settings.requestlog_deadline)
    return TicketStory(
        desk,
        directory,
        stories.store.preferences,
        stories.delivery,
        Modal(stories.delivery, sleep=time.sleep),
        RateLimit(settings.requestlog_rate, time.monotonic),
        stories.language.of,
    )


def doctor_story(stories: Stories, directory: Directory) -> DoctorStory:
    """The check-up, of the parts that all stories share."""
    settings = stories.settings
    examination = Examination(stories.parts.client, next(iter(settings.requestlog_trail_regions), DEFAULT_REGION), now)
    return DoctorStory(examination, directory, consoles(settings), stories.delivery, stories.language.of)
