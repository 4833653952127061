"""The card of every case that the stand-in holds, as each of two people gets it, held against its transcript."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import CASES, case
from tests.answers import next_answer
from tests.approval import Transcript
from tests.rendering import Json

HERE = "C0PUBLIC"
#: Ends with this bot's own deadline, so how far it got differs from run to run.
UNSTEADY = frozenset({"upstream-drips", "upstream-hangs"})
NAMES = [case.shows for case in CASES if case.shows not in UNSTEADY]
#: The case of each kind whose card stands whole in the transcript; the others stand there as what differs from it.
WHOLE = {
    "not-found": ("no-log", "of-", "nested-error-inner", "trail-", "denied-session-policy", "denied-main-account"),
    "denied-implicit": ("denied-",),
    "succeeded": ("succeeded", "slow-service", "huge-body", "minimal", "client-delay", "upstream-slow"),
    "upstream-unavailable": ("upstream-",),
    "sample": ("",),
}
TRANSCRIPT = Transcript("requestlog", "card")


class Cards:
    """The cards of one language; each is asked for once."""

    def __init__(self, stage: Playground, language: str) -> None:
        self.stage, self.language = stage, language
        self._known: dict[tuple[str, str], Json] = {}

    def of(self, user: str, name: str) -> Json:
        """What the bot answers a person."""
        if (user, name) not in self._known:
            slack = self.stage.slack
            before = len(slack.answers(user, HERE))
            slack.user(user).types(f"/requestlog {case(name).request_id}", channel=HERE)
            answer = next_answer(slack, user, before, HERE)
            self._known[user, name] = {"text": answer.text, "blocks": list(answer.blocks)}
        return self._known[user, name]


@pytest.fixture(scope="module", params=["en", "zh"])
def cards(request: pytest.FixtureRequest) -> Iterator[Cards]:
    """One playground a language, which people chose: where Slack is slow to tell theirs, the bot speaks English."""
    with Playground(more={"REQUESTLOG_ADMIN_CHANNEL": "U0BOB"}) as running:
        for user in ("U0ALICE", "U0AUDITOR"):
            running.slack.user(user).types(f"/requestlog settings {request.param}", channel=HERE)
            next_answer(running.slack, user, 0, HERE)
        yield Cards(running, request.param)


def whole(name: str) -> str:
    """The case to which another is compared."""
    return next(base for base, kinds in WHOLE.items() if name == base or name.startswith(kinds))


@pytest.mark.parametrize("name", sorted(NAMES, key=lambda name: name not in WHOLE))
def test_the_caller_s_card_reads_as_approved(cards: Cards, name: str) -> None:
    base = None if name in WHOLE else cards.of("U0ALICE", whole(name))
    section = name if name in WHOLE else f"{name}, like {whole(name)}"
    TRANSCRIPT.approve(section, cards.language, cards.of("U0ALICE", name), like=base)
    assert cards.stage.slack.breaches == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("denied-", "trail-"))])
def test_the_card_of_who_may_see_more_reads_as_approved(cards: Cards, name: str) -> None:
    base = "trail-only" if name.startswith("trail-") else "denied-explicit"
    card = cards.of("U0AUDITOR", name)
    if name == base:
        TRANSCRIPT.approve(f"{name} to an auditor", cards.language, card, blocks="card" if name == "denied-explicit" else "")
    else:
        TRANSCRIPT.approve(f"{name} to an auditor, like {base} to them", cards.language, card, like=cards.of("U0AUDITOR", base))
    assert cards.stage.slack.breaches == []
