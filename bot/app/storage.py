"""Where an installation keeps what it keeps: the data folder, and the database with the keys to it."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.settings import Settings, SettingsError
from bot.store.database import Database
from bot.store.sealing import Keyring, open_keyring
from bot.store.verification import Witness

DATABASE_FILE: Final = "requestlog.sqlite"
KEY_FILE: Final = "sealing.key"


def data_folder(settings: Settings) -> Path:
    """The data folder, made for its owner alone where there is none. Raises SettingsError when it cannot be used."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        reason = "" if os.access(folder, os.R_OK | os.W_OK | os.X_OK) else "this user may not write there"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    if reason:
        raise SettingsError(
            [f"REQUESTLOG_DATA_DIR: {folder} cannot be used ({reason}); name a folder that this user may write."]
        )
    return folder


def folder_note(folder: Path) -> str | None:
    """The sentence on a data folder that others may enter; it may be theirs too, so its mode is not changed here."""
    mode = folder.stat().st_mode & 0o777
    if not mode & 0o077:
        return None
    return f"REQUESTLOG_DATA_DIR: others may enter {folder} (mode {mode:04o}); `chmod 700` it if nobody else needs to."


@dataclass(frozen=True, slots=True)
class Store:
    """The open database of an installation: where it is, this process's name in it, its keys, and who knows its audit's end."""

    url: str
    replica: str
    database: Database
    keyring: Keyring
    witness: Witness


def open_store(settings: Settings) -> Store:
    """The database of an installation, migrated to the newest form. Raises StoreError and SettingsError."""
    folder = data_folder(settings)
    url = settings.requestlog_database_url or f"sqlite:///{folder / DATABASE_FILE}"
    key = settings.secret("requestlog_key")
    database = Database(url)
    keyring = open_keyring(database, key, folder / KEY_FILE)
    return Store(url, _replica(settings, database), database, keyring, Witness(folder, url))


def _replica(settings: Settings, database: Database) -> str:
    """The replica's name: where several hosts share a database, the default is another one on each."""
    if database.dialect == "sqlite" or "requestlog_replica" in settings.model_fields_set:
        return settings.requestlog_replica
    return f"{settings.requestlog_replica}-{socket.gethostname()}"
