"""What people type after /requestlog ticket."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.ticket_words import LARGEST_UID, Wanted, WrongWordError, parse_words, uid_of, wanted_in, wanted_of

MEMBER, SOURCE = "1733260000000001", "1733260000000002"
ALL = Wanted("ap-southeast-1", "zh", MEMBER, SOURCE)


@pytest.mark.parametrize("order", list(itertools.permutations(("ap-southeast-1", "zh", f"member={MEMBER}", f"data={SOURCE}"))))
def test_four_words_mean_the_same_in_any_order(order: tuple[str, ...]) -> None:
    assert parse_words(" ".join(order)) == ALL


@pytest.mark.parametrize(
    ("typed", "wishes"),
    [
        ("", Wanted()),
        ("   ", Wanted()),
        ("hangzhou", Wanted("cn-hangzhou")),
        ("China EN", Wanted("cn-hangzhou", "en")),
        ("国内 中文", Wanted("cn-hangzhou", "zh")),
        ("海外", Wanted("ap-southeast-1")),
        ("Singapore english", Wanted("ap-southeast-1", "en")),
        (MEMBER, Wanted(role_for=MEMBER)),
        (f"{MEMBER} {SOURCE}", Wanted(role_for=MEMBER, log_user_id=SOURCE)),
        (f"zh {MEMBER} cn-hangzhou {SOURCE}", Wanted("cn-hangzhou", "zh", MEMBER, SOURCE)),
        (f"data={SOURCE} {MEMBER}", Wanted(role_for=MEMBER, log_user_id=SOURCE)),
        (f"user={SOURCE}", Wanted(log_user_id=SOURCE)),
        (f"user: {SOURCE}", Wanted(log_user_id=SOURCE)),
        (f"member {MEMBER} data {SOURCE}", Wanted(role_for=MEMBER, log_user_id=SOURCE)),
        (f"RoleFor={MEMBER} LogUserId={SOURCE}", Wanted(role_for=MEMBER, log_user_id=SOURCE)),
        (f"region=ap-southeast-1 lang=zh, member = {MEMBER}", Wanted("ap-southeast-1", "zh", MEMBER)),
        (f"成员 {MEMBER}", Wanted(role_for=MEMBER)),
        ("１７３３２６０１", Wanted(role_for="17332601")),
        (str(LARGEST_UID), Wanted(role_for=str(LARGEST_UID))),
    ],
)
def test_synonyms_and_names_are_understood(typed: str, wishes: Wanted) -> None:
    assert parse_words(typed) == wishes


@pytest.mark.parametrize(
    ("typed", "reason", "word"),
    [
        ("cn-beijing", "hub", "cn-beijing"),
        ("hub=moon", "hub", "moon"),
        ("klingon", "unknown", "klingon"),
        ("lang=fr", "unknown", "fr"),
        ("colour=red", "unknown", "colour=red"),
        (str(LARGEST_UID + 1), "uid", str(LARGEST_UID + 1)),
        ("member=me", "uid", "me"),
        ("0", "uid", "0"),
        ("12x", "uid", "12x"),
        ("en zh", "twice", "zh"),
        ("1 2 3", "twice", "3"),
        ("member=1 member=2", "twice", "2"),
        ("member=", "missing", "member="),
        ("en data", "missing", "data"),
    ],
)
def test_a_wrong_word_is_named_with_its_reason(typed: str, reason: str, word: str) -> None:
    with pytest.raises(WrongWordError) as caught:
        parse_words(typed)
    assert (caught.value.reason, caught.value.word) == (reason, word)


@given(st.text(max_size=200))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        wishes = parse_words(text)
    except WrongWordError as error:
        assert error.reason in {"unknown", "hub", "uid", "twice", "missing"}  # noqa: PT017 - either ending is right
    else:
        assert wanted_of(wishes.as_stored()) == wishes


@given(st.text(max_size=40))
def test_a_uid_is_always_a_64_bit_number(text: str) -> None:
    uid = uid_of(text)
    assert uid is None or 0 < int(uid) <= LARGEST_UID


def test_a_members_perspective_is_never_taken_over_silently() -> None:
    """Who names a hub has said all of whose eyes are meant; who names nothing gets what they chose last."""
    assert Wanted("cn-hangzhou").completed_by(ALL) == Wanted("cn-hangzhou", "zh")
    assert Wanted(role_for=SOURCE).completed_by(ALL) == Wanted("ap-southeast-1", "zh", SOURCE)
    assert Wanted().completed_by(ALL) == ALL


def test_what_a_button_carries_is_read_back() -> None:
    assert wanted_in(ALL.form("cn-hangzhou", "en").as_text()) == ALL
    assert wanted_in("no json") == wanted_in("[1]") == wanted_in('{"hub": 7, "role_for": "me"}') == Wanted()
