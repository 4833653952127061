"""The promises that tests of the suite hold: the same tests, under the promise's number."""

from tests.assurance.figures import suite

suite("G1", "web/test_frontdoor.py", "web/test_signed_nonsense.py")
suite("G2", "web/test_frontdoor.py", "store/test_replays.py")
suite("G3", "web/test_memory.py", "web/test_site.py")
suite("G4", "store/test_inbox.py", "work/test_engine.py")
suite("G5", "requestids")
suite("G6", "aliyun/test_faults.py")
suite("G7", "aliyun/test_toxics.py")
suite("G8", "aliyun/test_retries.py")
suite("G9", "test_delivery.py", "work/test_slack_away.py")
suite("G10", "listeners/test_socket.py")
suite("G13", "test_logs.py", "aliyun/test_secrecy.py", "test_ticket_secrecy.py")
suite("G14", "blocks/test_kit.py")
suite("G15", "test_ticket_secrecy.py")
suite("G18", "work/test_kill.py", "work/test_files.py", "work/test_installation.py")
suite("G23", "work/test_installation.py")
suite("G24", "aliyun/test_cache.py")
suite("G26", "aliyun/test_signing.py")
