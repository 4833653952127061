"""Every way on which something that was looked up reaches a person, as deeds, and the rows that each leaves in the audit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.blocks.kit import SHARED
from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import View
from bot.store.chain import Row
from tests.scenarios.stage import HERE, close_all, newest, said
from tests.scenarios.test_decode import message_of
from tests.scenarios.ticket_steps import MEMBER
from tests.store.tampering import tamper

ALICE, BOB, AUDITOR = "U0ALICE", "U0BOB", "U0AUDITOR"
DENIED, SAMPLE = case("denied-implicit").request_id, case("sample").request_id
NOT_AUDITED = SHARED("trouble.not_audited", "en")
SECRETS = ("RunInstances", "203.0.113.17", "241009849925897811", "Forbidden.RAM")

Deed = Callable[[Playground], str]
"""Something that a person does; gives all that they then see of it."""


def typed(text: str, user: str = ALICE, channel: str = HERE) -> Deed:
    def deed(stage: Playground) -> str:
        before = len(stage.slack.answers(user, channel))
        stage.slack.user(user).types(f"/requestlog {text}", channel=channel)
        return said(newest(stage, user, before, channel))

    return deed


def is_a_guest(stage: Playground) -> str:
    """Who is not served is told so in a modal."""
    before = len(stage.slack.answers("U0GUEST", HERE))
    stage.slack.user("U0GUEST").types(f"/requestlog {SAMPLE}", channel=HERE)
    stage.slack.wait_for(lambda: stage.slack.modal("U0GUEST") or len(stage.slack.answers("U0GUEST", HERE)) > before, 10)
    view = stage.slack.modal("U0GUEST")
    close_all(stage, "U0GUEST")
    return said(view or newest(stage, "U0GUEST", before))


def decodes(stage: Playground) -> str:
    return typed(f"decode {message_of(stage, 'denied-explicit')}", AUDITOR)(stage)


def opens_home(stage: Playground) -> str:
    before = stage.slack.home(ALICE)
    stage.slack.user(ALICE).opens_home()
    view = stage.slack.wait_for(lambda: (now := stage.slack.home(ALICE)) is not before and now)
    assert isinstance(view, View)
    return view.words


def fetches_a_ticket(stage: Playground) -> str:
    return typed(f"ticket cn-hangzhou en {MEMBER}", AUDITOR)(stage)


@contextmanager
def no_audit(url: str) -> Iterator[None]:
    """While nothing can be appended."""
    tamper(url, "ALTER TABLE audit_head RENAME TO away")
    try:
        yield
    finally:
        tamper(url, "ALTER TABLE away RENAME TO audit_head")


#: Every way on which something of Alibaba Cloud's, or of an earlier look-up, reaches a person; and the rows that it leaves.
WAYS: dict[str, tuple[Deed, list[tuple[str, str, str | None, str | None]]]] = {
    "a look-up": (typed(SAMPLE), [("lookup", SAMPLE, "alice", "found")]),
    "a look-up of another's": (typed(SAMPLE, BOB), [("lookup", SAMPLE, "bob", "not_found")]),
    "a look-up of nobody's": (typed(SAMPLE, "U0NOBODY"), [("lookup", SAMPLE, None, "not_connected")]),
    "several": (
        typed(f"RequestId: {SAMPLE} RequestId: {DENIED}"),
        [("lookup", SAMPLE, "alice", "found"), ("lookup", DENIED, "alice", "found")],
    ),
    "diff": (
        typed(f"diff {SAMPLE} {DENIED}"),
        [("lookup", SAMPLE, "alice", "found"), ("lookup", DENIED, "alice", "found")],
    ),
    "decode": (decodes, [("decode", "", "auditor", "decoded")]),
    "a decoding refused": (typed(f"decode {'A' * 60}"), [("decode", "", "alice", "denied")]),
    "ticket": (fetches_a_ticket, [("ticket", "", "auditor", "opened")]),
    "a ticket refused": (typed("ticket cn-hangzhou en"), [("ticket", "", None, "denied")]),
    "code": (typed("code Some.Unknown.Code"), [("code", "", None, "silent")]),
    "a guest": (is_a_guest, [("guard", "requestlog", None, "guest")]),
    "Home": (opens_home, [("home", "", None, "shown")]),
}


def brief(rows: list[Row]) -> list[tuple[str, str, str | None, str | None]]:
    """Action, subject (digests left out), identity, result."""
    return [(row.action, "" if row.action == "decode" else row.subject, row.said[10], row.said[15]) for row in rows]
