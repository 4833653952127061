from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bot.store.feedback import Feedback, FeedbackStore

if TYPE_CHECKING:
    from bot.store.database import Database


def test_opinions_are_counted_by_reference(database: Database) -> None:
    store = FeedbackStore(database)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: store.save("catalogue:a", helpful=number % 4 != 0), range(40)))
    store.save("catalogue:b", helpful=False)
    assert store.find() == {"catalogue:a": Feedback(30, 10), "catalogue:b": Feedback(0, 1)}
    store.delete("catalogue:a")
    assert store.find() == {"catalogue:b": Feedback(0, 1)}
