"""What every handler is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.app.parts import LookupParts
from bot.app.storage import Store
from bot.delivery import Delivery
from bot.handlers.language import PersonLanguage
from bot.handlers.profiles import Profiles
from bot.identity.directory import Directory
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Stories:
    """Every story of the house, under the name that its listener hands on."""

    settings: Settings
    parts: LookupParts
    directory: Directory
    delivery: Delivery
    store: Store
    language: PersonLanguage
    profiles: Profiles
    environment: Mapping[str, str] = field(repr=False)
