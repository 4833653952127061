"""Under what an answer is kept: nobody else's look-up finds it there."""

from bot.aliyun.credentials import Credential
from bot.identity.directory import Identity
from bot.identity.ownership import Principal, Sight
from bot.lookup.logs import cache_key
from bot.playground.alibaba.people import ACCOUNT_ID, SECOND_ACCOUNT_ID

ABSENT = "00000000-0000-4000-8000-000000000000"


def test_nothing_but_the_same_viewer_with_the_same_sight_shares_an_answer() -> None:
    one, other = (Principal(account=ACCOUNT_ID, type="sub", id=number) for number in ("1", "2"))
    key = Credential("LTAI5tOne", "secret")

    def kept(viewer: str, sight: Sight | None, credential: Credential = key, request_id: str = ABSENT) -> object:
        identity = Identity("prod", lambda _deadline, _past=None: credential, kind="broker", sight=sight, viewer=viewer)
        return cache_key("account", identity, credential, request_id)

    own = Sight(ACCOUNT_ID, frozenset({one}))
    assert kept("E/T/A", own) == kept("E/T/A", Sight(ACCOUNT_ID, frozenset({one})), Credential("LTAI5tTwo", "s"))
    different = [
        kept("E/T/A", own),
        kept("E/T/B", own),
        kept("E/T/A", Sight(ACCOUNT_ID, frozenset({one, other}))),
        kept("E/T/A", Sight(ACCOUNT_ID, None)),
        kept("E/T/A", Sight(SECOND_ACCOUNT_ID, frozenset({one}))),
        kept("E/T/A", own, request_id=ABSENT.replace("0", "1")),
        kept("E/T/A", None),
        kept("E/T/A", None, Credential("LTAI5tTwo", "s")),
        cache_key("own", Identity("prod", lambda _deadline, _past=None: key), key, ABSENT),
    ]
    assert len(set(different)) == len(different)
