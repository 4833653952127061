"""What whoever runs a bot asks of it: who is linked, what people said, whether it is ready, and a new key."""

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from bot.cli.streams import bad_usage, could_not
from bot.settings import Environment, Settings, SettingsError, read_settings
from bot.store.errors import AuditBrokenError, NewerDatabaseError, SealError, StoreError

LOOPBACK: Final = "127.0.0.1"
DEFAULT_PORT: Final = 3000
HEALTH_TIMEOUT_S: Final = 3
_LONGEST_WHY: Final = 200
_WHY_NOT: Final = re.compile(rb"not ready(: [a-z, ]+)\n")


@contextmanager
def ends_in_sentences() -> Iterator[None]:
    """Turn what settings and store refuse into the end of the program, with a sentence for each mistake."""
    try:
        yield
    except SettingsError as error:
        bad_usage(error.reasons)
    except (SealError, NewerDatabaseError, AuditBrokenError) as error:
        could_not(str(error))
    except StoreError as error:
        could_not(f"The database cannot be used: {error}")


def usable_settings() -> Settings:
    """The settings, or the end of the program with every mistake told."""
    with ends_in_sentences():
        return read_settings(Environment())


def run_links() -> None:
    """Print who may look as whom; names of references, never their content."""
    from bot.app.parts import read_identities
    from bot.cli.terminal import put_columns

    settings = usable_settings()
    if settings.requestlog_identities is None:
        print(f"owner {settings.requestlog_owner}" if settings.requestlog_owner else "Nobody is linked.")
        return
    with ends_in_sentences():
        people = read_identities(settings).people
    rows = []
    for person in people:
        direct = [each.name or each.credential.name for each in person.identities]
        callers = [f"{each.type} {each.id}" for each in person.principals]
        rows.append((person.team or person.enterprise or "", person.user, ", ".join([*direct, *callers]) or "-"))
    put_columns(rows)


def run_feedback() -> None:
    """Print the counts by catalogue entry, those called wrong most often first; then what was said of them, newest first."""
    from bot.app.storage import open_store
    from bot.cli.terminal import put_columns
    from bot.store.people import FeedbackStore

    with ends_in_sentences():
        store = open_store(usable_settings())
        opinions = FeedbackStore(store.database, store.keyring)
        counts, comments = opinions.find(), opinions.comments()
        store.database.close()
    if not counts:
        print("Nobody has given an opinion yet.")
        return
    ranked = sorted(counts.items(), key=lambda item: (-item[1].wrong, item[0]))
    put_columns([("helpful", "wrong", "entry"), *((str(each.helpful), str(each.wrong), entry) for entry, each in ranked)])
    if comments:
        print()
        put_columns([("when", "entry", "what is wrong"), *((f"{at:%Y-%m-%d}", entry, said) for at, entry, said in comments)])


def run_healthcheck() -> None:
    """Exit 0 when the running bot says that it is ready; else 1, with its own words on why not."""
    settings = usable_settings()
    if settings.requestlog_port is None and settings.socket_mode:
        could_not("Set REQUESTLOG_PORT, so that the bot can be asked whether it is ready.")
    port = DEFAULT_PORT if settings.requestlog_port is None else settings.requestlog_port
    # Past any proxy that the environment names: the question goes to this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(f"http://{LOOPBACK}:{port}/readyz", timeout=HEALTH_TIMEOUT_S).close()
    except urllib.error.HTTPError as error:
        with error:
            words = _WHY_NOT.fullmatch(error.read(_LONGEST_WHY))
        could_not(f"The bot is not ready{words[1].decode() if words else ''}.")
    except (OSError, http.client.HTTPException):
        could_not(f"The bot is not ready: nothing answers at {LOOPBACK}, port {port}.")


def run_rotate() -> None:
    """Do the next step towards a new key in the data folder's key file."""
    from bot.app.storage import KEY_FILE, data_folder
    from bot.store.rotation import rotate

    settings = usable_settings()
    if settings.requestlog_key is not None:
        could_not(
            "The key is set by REQUESTLOG_KEY. Put a new one (`openssl rand -base64 32`) behind it there, after a comma, and "
            "restart every bot; then put it in front and restart every bot again."
        )
    with _told_of_the_file(), ends_in_sentences():
        print(rotate(data_folder(settings) / KEY_FILE, datetime.now(UTC)))


def run_retire() -> None:
    """Take the keys away that nothing needs any more."""
    from bot.app.storage import KEY_FILE, data_folder, open_store
    from bot.store.rotation import retire, still_needed

    settings = usable_settings()
    with _told_of_the_file(), ends_in_sentences():
        store = open_store(settings)
        if settings.requestlog_key is None:
            print(retire(data_folder(settings) / KEY_FILE, store.database, store.keyring, datetime.now(UTC)))
            return
        needs = still_needed(store.database, store.keyring)
    for name, why in needs.items():
        print(f"Key {name.hex()}: {why or 'nothing needs it; take it out of REQUESTLOG_KEY'}.")
    if all(needs.values()):
        could_not("No key can be taken away.")


@contextmanager
def _told_of_the_file() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        could_not(f"The key could not be changed: {error}")
