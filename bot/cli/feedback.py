"""``requestlog feedback``: which explanations people called helpful, and which wrong."""

from rich.table import Table

from bot.app.services import open_store
from bot.blocks.kit import visible
from bot.cli.ending import bad_usage, could_not
from bot.cli.serve import usable_settings
from bot.cli.terminal import put
from bot.settings import Environment, SettingsError
from bot.store.errors import StoreError
from bot.store.people import FeedbackStore


def run_feedback() -> None:
    """Print the counts by catalogue entry, those called wrong most often first."""
    try:
        store = open_store(usable_settings(Environment()))
        counts = FeedbackStore(store.database).find()
        store.database.close()
    except SettingsError as error:
        bad_usage(error.reasons)
    except StoreError as error:
        could_not(f"The database cannot be used: {error}")
    if not counts:
        print("Nobody has given an opinion yet.")
        return
    table = Table.grid(padding=(0, 2))
    table.add_row("helpful", "wrong", "entry")
    for reference, each in sorted(counts.items(), key=lambda item: (-item[1].wrong, item[0])):
        table.add_row(str(each.helpful), str(each.wrong), visible(reference))
    put(table)
