"""The promises that tests of the suite hold: the same tests, under the promise's number."""

from tests.assurance.figures import suite

suite("G1", "tests/web/test_frontdoor.py", "tests/web/test_signed_nonsense.py")
suite("G2", "tests/web/test_frontdoor.py", "tests/store/test_replays.py")
suite("G3", "tests/web/test_memory.py", "tests/web/test_site.py")
suite("G4", "tests/store/test_inbox.py", "tests/work/test_engine.py")
suite("G5", "tests/requestids")
suite("G6", "tests/aliyun/test_faults.py")
suite("G7", "tests/aliyun/test_toxics.py")
suite("G8", "tests/aliyun/test_retries.py")
suite("G9", "tests/test_delivery.py")
suite("G10", "tests/app/test_app.py")
suite("G13", "tests/test_logs.py", "tests/aliyun/test_secrecy.py", "tests/test_ticket_secrecy.py")
suite("G14", "tests/blocks/test_kit.py")
suite("G15", "tests/test_ticket_secrecy.py")
suite("G18", "tests/work/test_kill.py")
suite("G24", "tests/aliyun/test_cache.py")
suite("G26", "tests/aliyun/test_signing.py")
