"""The stories of the ways in, and of what a person is told about themselves; and the guard before all stories."""

import time
from collections.abc import Callable, Mapping

from bot.app.parts import now
from bot.app.services import Stories
from bot.handlers.ask import Ask
from bot.handlers.choices import Choices, Memory
from bot.handlers.guard import Guard, HomeWorkspace, Refusals
from bot.handlers.home import HomeStory
from bot.handlers.link import LinkStory
from bot.handlers.mention import MentionStory
from bot.handlers.modal import Modal
from bot.handlers.settings import SettingsStory
from bot.handlers.shortcut import Answer, ShortcutStory
from bot.handlers.whoami import WhoAmIStory
from bot.identity.directory import Directory

Story = Callable[[Ask, str], None]


def ways_in(house: Stories, answer: Answer) -> dict[str, Story]:
    """Shortcuts and mentions; ``answer`` is the main story's."""
    modal = Modal(house.delivery, sleep=time.sleep)
    shortcut = ShortcutStory(answer, delivery=house.delivery, modal=modal, language_of=house.language.of)
    mention = MentionStory(answer, delivery=house.delivery, language_of=house.language.of)
    return {
        "explain_message": shortcut.explain,
        "ask_for_text": shortcut.ask_for_text,
        "submitted": shortcut.submitted,
        "mention": mention.answer,
    }


def about_the_person(house: Stories, directory: Directory, choices: Choices, memory: Memory) -> dict[str, Story]:
    """The Home tab, settings, whoami, link and its kin."""
    home = HomeStory(
        delivery=house.delivery,
        directory=directory,
        choices=choices,
        memory=memory,
        language_of=house.language.of,
        clock=now,
    )
    settings = SettingsStory(
        delivery=house.delivery,
        directory=directory,
        choices=choices,
        language_of=house.language.of,
        republish=home.publish,
    )
    whoami = WhoAmIStory(
        house.parts.client,
        directory=directory,
        delivery=house.delivery,
        language_of=house.language.of,
        deadline_s=house.settings.requestlog_deadline,
    )
    link = LinkStory(directory=directory, delivery=house.delivery, language_of=house.language.of)
    return {
        "home": home.opened,
        "settings": settings.typed,
        "choose_setting": settings.chosen,
        "whoami": whoami.answer,
        "link": link.answer,
        "unlink": link.end,
        "logout": link.end,
        "login": link.sign_in,
    }


def behind_the_guard(house: Stories, stories: Mapping[str, Story]) -> dict[str, Story]:
    """Every story, behind the rules of who is served."""
    guard = Guard(
        HomeWorkspace(house.delivery, time.monotonic).find,
        house.profiles.of,
        allow_guests=house.settings.requestlog_allow_guests,
        allow_shared=house.settings.requestlog_allow_shared,
    )
    return Refusals(guard, house.delivery, Modal(house.delivery, sleep=time.sleep), house.language.of).before(stories)
