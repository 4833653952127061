from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.identity.person import Person
from bot.store.database import Database
from bot.store.people import Feedback, FeedbackStore
from bot.store.sealing import Keyring
from bot.store.tables import COMMENTS


def test_opinions_are_counted_by_reference(database: Database, keyring: Keyring) -> None:
    store, now = FeedbackStore(database, keyring), datetime(2026, 3, 1, 12, tzinfo=UTC)
    with ThreadPoolExecutor(8) as threads:
        for number in range(40):
            threads.submit(store.save_once, "catalogue:a", Person(f"U{number}", "T1"), helpful=number % 4 != 0, now=now)
    store.save_once("catalogue:b", Person("U1", "T1"), helpful=False, now=now)
    assert store.find() == {"catalogue:a": Feedback(30, 10), "catalogue:b": Feedback(0, 1)}


def test_a_person_counts_once_a_day_and_entry(database: Database, keyring: Keyring) -> None:
    store = FeedbackStore(database, keyring)
    alice, bob, now = Person("U1", "T1"), Person("U2", "T1"), datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert store.save_once("catalogue:a", alice, helpful=True, now=now) == "new"
    assert store.save_once("catalogue:a", alice, helpful=True, now=now + timedelta(hours=11)) == "same"
    assert store.save_once("catalogue:a", bob, helpful=False, now=now)
    assert store.save_once("catalogue:b", alice, helpful=True, now=now)
    assert store.save_once("catalogue:a", alice, helpful=True, now=now + timedelta(hours=13))
    assert store.find() == {"catalogue:a": Feedback(2, 1), "catalogue:b": Feedback(1, 0)}


def test_another_opinion_on_the_same_day_takes_the_place_of_the_first(database: Database, keyring: Keyring) -> None:
    store = FeedbackStore(database, keyring)
    alice, now = Person("U1", "T1"), datetime(2026, 3, 1, 12, tzinfo=UTC)
    store.save_once("catalogue:a", alice, helpful=True, now=now)
    assert store.save_once("catalogue:a", alice, helpful=False, now=now) == "changed"
    assert store.find() == {"catalogue:a": Feedback(0, 1)}
    assert store.save_once("catalogue:a", alice, helpful=True, now=now) == "changed"
    assert store.save_once("catalogue:a", alice, helpful=True, now=now) == "same"
    assert store.find() == {"catalogue:a": Feedback(1, 0)}


def test_comments_are_sealed_and_kept_once(database: Database, keyring: Keyring) -> None:
    store, now = FeedbackStore(database, keyring), datetime(2026, 3, 1, 12, tzinfo=UTC)
    for text in ("The limit is 100 now.", "said again after a restart"):
        store.comment("catalogue:a", text, "c1", now)
    store.comment("catalogue:b", "Not true.", "c2", now + timedelta(hours=1))
    assert [(entry, said) for _, entry, said in store.comments()] == [
        ("catalogue:b", "Not true."),
        ("catalogue:a", "The limit is 100 now."),
    ]
    kept = database.read(lambda connection: connection.execute(select(COMMENTS.c.sealed)).scalars().all())
    assert not any(b"limit" in each for each in kept)
