"""The installation's database, and what is kept in it."""

from dataclasses import dataclass

from bot.settings import Settings, SettingsError
from bot.store.database import Database
from bot.store.lookups import LookupStore
from bot.store.preferences import PreferenceStore
from bot.store.sealing import Keyring


@dataclass(frozen=True, slots=True)
class Store:
    """The open database with what is kept in it."""

    url: str
    database: Database
    keyring: Keyring
    preferences: PreferenceStore
    lookups: LookupStore


def open_store(settings: Settings) -> Store:
    """The database of an installation, migrated to the newest form. Raises StoreError and SettingsError."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = f"REQUESTLOG_DATA_DIR cannot be made ({error.strerror or type(error).__name__})."
        raise SettingsError([reason]) from None
    url = settings.requestlog_database_url or f"sqlite:///{folder / 'requestlog.sqlite'}"
    key = settings.secret("requestlog_key")
    keyring = Keyring.from_text(key) if key else Keyring.from_file(folder / "sealing.key")
    database = Database(url)
    return Store(url, database, keyring, PreferenceStore(database, keyring), LookupStore(database, keyring))
