"""One read-only role an account serves everybody: each sees what is theirs, and nobody tells hidden from absent."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.playground import Playground
from bot.playground.alibaba import ALICE, BOB, case
from bot.playground.scene import BROKER_IDENTITIES
from bot.playground.slack import Message, View
from bot.store.chain import Row
from bot.store.database import Database
from bot.store.sealing import Keyring
from bot.store.verification import verify
from tests.answers import next_answer
from tests.approval import Transcript
from tests.scenarios.stage import asks, presses, said, who_it_was
from tests.scenarios.test_decode import message_of

ABSENT = "00000000-0000-4000-8000-000000000000"
HERE, OWN_ONLY = "C0INCIDENT", "C0PUBLIC"
TRANSCRIPT = Transcript("requestlog", "broker")
BOB_TOO = f"""
[[people]]
team = "T0REQLOG1"
user = "U0BOB"
[[people.principals]]
account = "{BOB.account_id}"
type = "sub"
id = "{BOB.user_id}"
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written: Path = tmp_path_factory.mktemp("broker") / "identities.toml"
    written.write_text(BROKER_IDENTITIES + BOB_TOO)
    return written


@pytest.fixture(scope="module")
def stage(file: Path) -> Iterator[Playground]:
    more = {"REQUESTLOG_IDENTITIES": str(file), "REQUESTLOG_DATA_DIR": str(file.parent)}
    with Playground(broker=True, more=more) as running:
        yield running


def types(stage: Playground, user: str, text: str, channel: str = HERE) -> Message:
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(f"/requestlog {text}", channel=channel)
    answer = next_answer(stage.slack, user, before, channel)
    if "looked up. The summary follows" in answer.text:  # how far it is, of several
        answer = next_answer(stage.slack, user, before + 1, channel)
    return answer


def comparable(message: Message, request_id: str) -> str:
    """The whole payload, byte for byte, but for the RequestId, the reference, what was asked before, and ids of Slack's own."""
    blocks = [
        block | {"elements": [each for each in block["elements"] if each.get("action_id") != "compare_summaries"]}
        if block["type"] == "actions"
        else block
        for block in message.blocks
    ]
    text = re.sub(
        r'"block_id": "b\d+"', '"block_id": ""', json.dumps({"text": message.text, "blocks": blocks}, ensure_ascii=False)
    )
    return re.sub(
        r"(?:[Rr]eference|参考号) [0-9A-F]{8}\b", "REFERENCE", text.replace(request_id, "ID").replace(request_id.lower(), "ID")
    )


def answered(stage: Playground, user: str, text: str) -> Message:
    """The answer; asked again where ActionTrail, which takes two calls a second, was too busy to give one."""
    for _ in range(4):
        answer = types(stage, user, text)
        if "no answer" not in said(answer):
            break
    return answer


@contextmanager
def speaking_chinese(stage: Playground, *users: str) -> Iterator[None]:
    for user in users:
        stage.slack.workspace.set_locale(user, "zh-CN")
    time.sleep(1.1)  # people's languages are remembered for a second
    try:
        yield
    finally:
        for user in users:
            stage.slack.workspace.set_locale(user, "en-US")
        time.sleep(1.1)


def test_s1_one_s_own_call_is_found_without_a_key_of_one_s_own(stage: Playground) -> None:
    answer = asks(stage, "U0ALICE", "sample")
    assert "RunInstances" in answer.text
    assert "as prod (account log)" in said(answer)
    assert "CreateInstance" not in said(answer)


HIDDEN = (
    "of-carol",
    "of-deploy-role",
    "no-caller",
    "unknown-caller-type",
    "spoofed-proof",
    "service-role-proof",
    "minimal",
    "empty-log",
    "no-log",
    "upstream-huge",
    "upstream-truncated",
    "upstream-drips",
    "trail-only",
)


@pytest.fixture(scope="module")
def absent(stage: Playground) -> dict[str, str]:
    """What bob hears of an id that nobody's call has, in each language."""
    heard = {"en": comparable(answered(stage, "U0BOB", ABSENT), ABSENT)}
    with speaking_chinese(stage, "U0BOB"):
        heard["zh"] = comparable(answered(stage, "U0BOB", ABSENT), ABSENT)
    return heard


@pytest.mark.parametrize("hidden", HIDDEN)
def test_s2_another_s_call_is_answered_word_for_word_as_one_that_does_not_exist(
    stage: Playground, absent: dict[str, str], hidden: str
) -> None:
    """A1, whatever the hidden log is like. U1, U2, U3, U5, U6 and U7."""
    theirs = answered(stage, "U0BOB", case(hidden).request_id)
    assert "No log found" in theirs.text
    assert comparable(theirs, case(hidden).request_id) == absent["en"]


def test_s2_also_when_its_owner_has_just_asked_and_in_chinese(stage: Playground, absent: dict[str, str]) -> None:
    """A2 and U4."""
    asks(stage, "U0ALICE", "sample")
    before = stage.alibaba.calls("GetErrorCodeSolutions"), stage.alibaba.calls("DecodeDiagnosticMessage")
    assert comparable(answered(stage, "U0BOB", case("sample").request_id), case("sample").request_id) == absent["en"]
    with speaking_chinese(stage, "U0BOB"):
        theirs = answered(stage, "U0BOB", case("sample").request_id)
    assert "没有" in theirs.text
    assert comparable(theirs, case("sample").request_id) == absent["zh"]
    assert (stage.alibaba.calls("GetErrorCodeSolutions"), stage.alibaba.calls("DecodeDiagnosticMessage")) == before


def test_a3_a_pasted_error_is_explained_by_what_it_says_and_nothing_more_is_asked(stage: Playground) -> None:
    pasted = "code: UnheardOf.ByAnyone, message: it failed, RequestId: {}"
    before = stage.alibaba.calls("GetErrorCodeSolutions")
    hidden = case("unknown-code").request_id
    theirs, nobodys = (answered(stage, "U0BOB", pasted.format(each)) for each in (hidden, ABSENT))
    assert "UnheardOf.ByAnyone" in said(theirs)
    assert comparable(theirs, hidden) == comparable(nobodys, ABSENT)
    assert stage.alibaba.calls("GetErrorCodeSolutions") == before


def test_s3_a_member_of_the_group_sees_the_account_and_why(stage: Playground) -> None:
    assert "RunInstances" in asks(stage, "U0AUDITOR", "sample").text
    assert "No log found" in asks(stage, "U0AUDITOR", "of-carol").text
    for user, language in (("U0AUDITOR", "en"), ("U0ALICE", "en"), ("U0CAROL", "en")):
        TRANSCRIPT.approve(f"whoami {user}", language, types(stage, user, "whoami"))
    with speaking_chinese(stage, "U0AUDITOR", "U0ALICE"):
        for user in ("U0AUDITOR", "U0ALICE"):
            TRANSCRIPT.approve(f"whoami {user}", "zh", types(stage, user, "whoami"))


def test_s4_a_channel_for_own_calls_shows_a_group_s_member_nothing_else(stage: Playground) -> None:
    theirs, nobodys = (types(stage, "U0AUDITOR", each, OWN_ONLY) for each in (case("sample").request_id, ABSENT))
    assert comparable(theirs, case("sample").request_id) == comparable(nobodys, ABSENT)
    TRANSCRIPT.approve("own channel", "en", nobodys)
    assert "RunInstances" in asks(stage, "U0ALICE", "sample", OWN_ONLY).text
    with speaking_chinese(stage, "U0AUDITOR"):
        TRANSCRIPT.approve("own channel", "zh", types(stage, "U0AUDITOR", ABSENT, OWN_ONLY))


def test_s18_a_hidden_call_is_hidden_on_every_path(stage: Playground) -> None:
    """Several ids, a comparison, the Home tab and the code of the log: each says what it says of an absent one."""
    hidden = case("denied-implicit").request_id
    own = case("of-bob").request_id
    for text in ("{} {}", "diff {} {}"):
        theirs, nobodys = (answered(stage, "U0BOB", text.format(own, each)) for each in (hidden, ABSENT))
        assert comparable(theirs, hidden) == comparable(nobodys, ABSENT)
    stage.slack.user("U0BOB").opens_home()

    def home() -> View | None:
        view = stage.slack.workspace.homes.get("U0BOB")
        return view if view and hidden in said(view) and ABSENT in said(view) else None

    shown = stage.slack.wait_for(home, timeout=10)
    assert shown is not None
    texts = [json.dumps(block) for block in shown.blocks]
    rows = {text.partition("·")[2] for text in texts if hidden in text or ABSENT in text}
    assert len(rows) == 1


@pytest.mark.parametrize("name", ["denied-explicit", "denied-session-policy"])
def test_a12_a_stranger_s_encoded_message_is_an_unknown_one(stage: Playground, name: str) -> None:
    encoded = message_of(stage, name)
    theirs, nobodys = (types(stage, "U0BOB", f"decode {each}") for each in (encoded, encoded[:-8] + "AAAABBBB"))
    assert comparable(theirs, encoded) == comparable(nobodys, encoded)
    assert "RunInstances" not in said(theirs)
    own = types(stage, "U0ALICE", f"decode {message_of(stage, 'denied-explicit')}")
    assert "prod" in said(own)


def test_the_audit_knows_hidden_from_absent_and_in_whose_name_the_role_looked(stage: Playground, file: Path) -> None:
    for request_id in (case("denied-implicit").request_id, ABSENT):
        answered(stage, "U0BOB", request_id)
    database, rows = Database(f"sqlite:///{file.parent}/requestlog.sqlite"), list[Row]()
    assert verify(database, Keyring.from_file(file.parent / "sealing.key"), each=rows.append).kind is None
    database.close()
    hidden, absent = rows[-2].said, rows[-1].said
    assert hidden[10:14] == absent[10:14] == ["prod", "broker", BOB.account_id, "slack-T0REQLOG1-U0BOB"]
    assert [each[15] for each in (hidden, absent)] == ["not_found", "not_found"]
    assert [each[16] for each in (hidden, absent)] == ["not_owner", None]
    assert hidden[17]["caller"] == f"sub/{ALICE.user_id}@{ALICE.account_id}"


def test_who_sees_their_own_calls_alone_is_told_of_nobody_s_and_nothing_is_asked(stage: Playground) -> None:
    """Of a trail of others not even the number of events may be told; in a group's sight the whole account is."""
    before = stage.alibaba.calls("LookupEvents")
    view = who_it_was(stage, "U0ALICE", "touched")
    TRANSCRIPT.approve("who touched it, own calls", "en", view)
    assert stage.alibaba.calls("LookupEvents") == before
    assert "StopInstance" in said(who_it_was(stage, "U0AUDITOR", "touched"))


def test_a_ticket_is_never_asked_for_by_a_role(stage: Playground) -> None:
    before = stage.alibaba.calls("GetLogTicket")
    answer = types(stage, "U0AUDITOR", "ticket")
    TRANSCRIPT.approve("ticket", "en", answer)
    with speaking_chinese(stage, "U0AUDITOR"):
        TRANSCRIPT.approve("ticket", "zh", types(stage, "U0AUDITOR", "ticket"))
    assert stage.alibaba.calls("GetLogTicket") == before
    assert "are ready to open" in types(stage, "U0DANA", "ticket").text  # who has a key of their own
    assert stage.alibaba.calls("GetLogTicket") == before + 1


def test_a_session_is_in_the_person_s_name_and_kept(stage: Playground) -> None:
    asks(stage, "U0ALICE", "of-bob")
    before = stage.alibaba.calls("AssumeRole")
    asks(stage, "U0ALICE", "of-bob")
    assert stage.alibaba.calls("AssumeRole") == before


def test_s5_of_groups_that_slack_does_not_tell_everybody_hears_and_keeps_their_own(stage: Playground, file: Path) -> None:
    good = file.read_text()
    file.write_text(
        good + BROKER_IDENTITIES[BROKER_IDENTITIES.index("[[groups]]") :].split("[[channels]]")[0].replace("INC", "OTHER")
    )
    time.sleep(10.5)
    theirs, nobodys = (types(stage, "U0NOBODY", each) for each in (case("sample").request_id, ABSENT))
    assert comparable(theirs, case("sample").request_id) == comparable(nobodys, ABSENT)
    TRANSCRIPT.approve("groups unknown", "en", nobodys)
    TRANSCRIPT.approve("groups unknown, whoami", "en", types(stage, "U0NOBODY", "whoami"))
    with speaking_chinese(stage, "U0NOBODY"):
        TRANSCRIPT.approve("groups unknown", "zh", types(stage, "U0NOBODY", ABSENT))
    assert "RunInstances" in asks(stage, "U0ALICE", "sample").text
    file.write_text(good)


def test_s23_a_bad_file_changes_nothing_and_a_good_one_takes_sight_away(stage: Playground, file: Path) -> None:
    good = file.read_text()
    card, asked = asks(stage, "U0ALICE", "touched"), stage.alibaba.calls("LookupEvents")
    before = len(stage.slack.answers("U0AUDITOR", "D0AUDITOR"))
    file.write_text(good + "[[people]")
    time.sleep(10.5)
    assert "RunInstances" in asks(stage, "U0ALICE", "sample").text
    told = next_answer(stage.slack, "U0AUDITOR", before, "D0AUDITOR", seconds=30)
    TRANSCRIPT.approve("a bad file", "en", told)
    file.write_text(good.replace('user = "U0ALICE"', 'user = "U0SOMEBODY"'))
    time.sleep(10.5)
    assert "You have no Alibaba Cloud identity here yet" in asks(stage, "U0ALICE", "sample").text
    assert "You have no Alibaba Cloud identity here yet" in said(presses(stage, "U0ALICE", card, "card_who"))
    assert stage.alibaba.calls("LookupEvents") == asked
    assert "No log found" in asks(stage, "U0BOB", "sample").text
