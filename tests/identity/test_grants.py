"""Who sees what: the two tables of the broker, every row with every value that it may have."""

from itertools import product
from typing import Any

import pytest

from bot.aliyun.models import DecodedMessage, RequestLog
from bot.aliyun.trail import TrailEvent
from bot.identity.grants import Barrier, Grant, Rule, barrier_of, grant
from bot.identity.ownership import Decision, Principal, Sight, of_event, of_log, of_message, session_of

ACCOUNT, OTHER = "1973374733454118", "1987654321098765"
ALICE = Principal(account=ACCOUNT, type="sub", id="241009849925897811")
SESSION = Principal(account=ACCOUNT, type="AssumedRoleUser", id="301998877665544309:ci-4711")
MAIN = Principal(account=ACCOUNT, type="customer", id=ACCOUNT)
ELSEWHERE = Principal(account=OTHER, type="sub", id=ALICE.id)
OWN = frozenset({ALICE, SESSION, MAIN})
WHOLE, OWN_CALLS = Sight(ACCOUNT, None), Sight(ACCOUNT, OWN)

RULES: tuple[Rule | None, ...] = (None, "own", "none")
GROUPS = (True, False, None)


@pytest.mark.parametrize(("rule", "in_group", "own"), list(product(RULES, GROUPS, (OWN, frozenset()))))
def test_a_grant_is_as_the_table_says(rule: Rule | None, in_group: bool | None, own: frozenset[Principal]) -> None:
    """The table of section 5 written down again, row by row."""
    got = grant(ACCOUNT, rule, own, in_group=in_group)
    rows: dict[tuple[Rule | None, bool | None, bool], Grant] = {
        (None, True, True): Grant(WHOLE),
        (None, True, False): Grant(WHOLE),
        (None, False, True): Grant(OWN_CALLS),
        (None, False, False): Grant(None, "unlinked"),
        (None, None, True): Grant(OWN_CALLS, doubtful=True),
        (None, None, False): Grant(None, "groups", doubtful=True),
        ("own", True, True): Grant(OWN_CALLS),
        ("own", False, True): Grant(OWN_CALLS),
        ("own", None, True): Grant(OWN_CALLS),
        ("own", True, False): Grant(None, "own_channel"),
        ("own", False, False): Grant(None, "unlinked"),
        ("own", None, False): Grant(None, "unlinked"),
    }
    assert got == (Grant(None, "channel") if rule == "none" else rows[(rule, in_group, bool(own))])


def test_a_channel_never_widens_what_a_person_sees() -> None:
    for in_group, own in product(GROUPS, (OWN, frozenset[Principal]())):
        free, narrowed = (grant(ACCOUNT, rule, own, in_group=in_group).sight for rule in RULES[:2])
        assert narrowed is None or narrowed.own is not None
        assert narrowed is None or free is not None


@pytest.mark.parametrize(
    ("barriers", "expected"),
    [
        ((), "unlinked"),
        (("unlinked",), "unlinked"),
        (("unlinked", "own_channel"), "own_channel"),
        (("unlinked", "own_channel", "channel"), "channel"),
        (("channel", "groups", "unlinked"), "groups"),
    ],
)
def test_the_barrier_of_several_accounts_is_the_one_to_be_told(barriers: tuple[Barrier, ...], expected: Barrier) -> None:
    assert barrier_of([Grant(None, each) for each in barriers]) == expected


TYPES = ("customer", "sub", "AssumedRoleUser", "saml-user", "SUB", "-", None)
IDS = (ALICE.id, SESSION.id, ACCOUNT, "241009849925897812", "301998877665544309", "-", "", None)
ACCOUNTS = (ACCOUNT, OTHER, "1000000000000001", "-", None)


def log_of(account: str | None, kind: str | None, number: str | None) -> RequestLog:
    caller = {"masterAccountId": account, "callerType": kind, "callerAccountId": number}
    return RequestLog.model_validate({"callerInfo": {name: value for name, value in caller.items() if value is not None}})


def expected_of(sight: Sight, account: str | None, kind: str | None, number: str | None) -> Decision:
    """The second table, read line by line."""
    known = {name: None if value in ("-", "") else value for name, value in (("a", account), ("k", kind), ("n", number))}
    if known["a"] not in (None, ACCOUNT):
        return "other_account"
    if sight.own is None:
        return "shown"
    if None in known.values() or known["k"] not in ("customer", "sub", "AssumedRoleUser"):
        return "owner_unreadable"
    mine = {("sub", ALICE.id), ("AssumedRoleUser", SESSION.id), ("customer", ACCOUNT)}
    return "shown" if (known["k"], known["n"]) in mine else "not_owner"


@pytest.mark.parametrize(("sight", "account"), list(product((WHOLE, OWN_CALLS), ACCOUNTS)))
def test_a_log_is_judged_as_the_table_says(sight: Sight, account: str | None) -> None:
    for kind, number in product(TYPES, IDS):
        assert sight.of_log(log_of(account, kind, number)) == expected_of(sight, account, kind, number), (kind, number)


def test_an_own_sight_shows_nothing_of_the_same_number_in_another_account() -> None:
    sight = Sight(ACCOUNT, frozenset({ELSEWHERE}))
    assert sight.of_log(log_of(ACCOUNT, "sub", ALICE.id)) == "not_owner"
    assert sight.of_log(log_of(OTHER, "sub", ALICE.id)) == "other_account"


@pytest.mark.parametrize("written", [f" {ALICE.id}\n", int(ALICE.id)])
def test_white_space_and_numbers_are_read_as_the_same_caller(written: object) -> None:
    log = RequestLog.model_validate(
        {"callerInfo": {"masterAccountId": f"{ACCOUNT} ", "callerType": "sub", "callerAccountId": written}}
    )
    assert OWN_CALLS.of_log(log) == "shown"


@pytest.mark.parametrize("written", [["x"], {"id": ALICE.id}, True, f"{ALICE.id}.0", ALICE.id[:-1], ALICE.id + "0"])
def test_nothing_but_the_exact_number_is_the_same_caller(written: object) -> None:
    log = RequestLog.model_validate(
        {"callerInfo": {"masterAccountId": ACCOUNT, "callerType": "sub", "callerAccountId": written}}
    )
    assert OWN_CALLS.of_log(log) in ("not_owner", "owner_unreadable")


def test_a_caller_without_a_number_is_none() -> None:
    with pytest.raises(ValueError, match="at least 1 character"):
        Principal(account=ACCOUNT, type="sub", id="")


def test_a_log_that_is_empty_belongs_to_nobody() -> None:
    assert of_log(RequestLog()) is None
    assert OWN_CALLS.of_log(RequestLog()) == "owner_unreadable"
    assert WHOLE.of_log(RequestLog()) == "shown"


def event_of(**identity: Any) -> TrailEvent:
    return TrailEvent.model_validate({"userIdentity": identity})


@pytest.mark.parametrize(
    ("identity", "principal", "decision"),
    [
        ({"type": "ram-user", "principalId": ALICE.id, "accountId": ACCOUNT}, ALICE, "shown"),
        ({"type": "assumed-role", "principalId": SESSION.id, "accountId": ACCOUNT}, SESSION, "shown"),
        ({"type": "root-account", "principalId": ACCOUNT, "accountId": ACCOUNT}, MAIN, "shown"),
        ({"type": "ram-user", "principalId": ALICE.id, "accountId": OTHER}, ELSEWHERE, "other_account"),
        ({"type": "ram-user", "principalId": "1", "accountId": ACCOUNT}, None, "not_owner"),
        ({"type": "system", "principalId": ALICE.id, "accountId": ACCOUNT}, None, "owner_unreadable"),
        ({"principalId": ALICE.id, "accountId": ACCOUNT}, None, "owner_unreadable"),
        ({"type": "ram-user", "principalId": ALICE.id}, None, "owner_unreadable"),
        ({"type": "ram-user", "userName": "alice", "accountId": ACCOUNT}, None, "owner_unreadable"),
    ],
)
def test_an_event_is_judged_by_its_numbers(identity: dict[str, str], principal: Principal | None, decision: Decision) -> None:
    event = event_of(**identity)
    assert decision == "not_owner" or of_event(event) == principal
    assert OWN_CALLS.of_event(event) == decision
    assert WHOLE.of_event(event) == ("other_account" if decision == "other_account" else "shown")


@pytest.mark.parametrize(
    ("kind", "owner", "name", "decision"),
    [
        ("SubUser", ACCOUNT, ALICE.id, "shown"),
        ("RootUser", ACCOUNT, ACCOUNT, "shown"),
        ("SubUser", OTHER, ALICE.id, "other_account"),
        ("SubUser", ACCOUNT, "2", "not_owner"),
        ("AssumedRoleUser", ACCOUNT, SESSION.id, "owner_unreadable"),
        ("Federated", ACCOUNT, ALICE.id, "owner_unreadable"),
        ("SubUser", "", ALICE.id, "owner_unreadable"),
        ("", "", "", "owner_unreadable"),
    ],
)
def test_a_decoded_message_is_judged_by_whom_it_names(kind: str, owner: str, name: str, decision: Decision) -> None:
    who = {"AuthPrincipalType": kind, "AuthPrincipalOwnerId": owner, "AuthPrincipalDisplayName": name}
    message = DecodedMessage.model_validate({"AuthPrincipal": who})
    assert OWN_CALLS.of_message(message) == decision
    assert (of_message(message) in OWN) == (decision == "shown")
    assert WHOLE.of_message(message) == ("other_account" if decision == "other_account" else "shown")


NAMED = Sight(ACCOUNT, OWN, frozenset({"deploy-role:ci-4711"}))


@pytest.mark.parametrize(
    ("kind", "owner", "name", "decision"),
    [
        ("AssumedRoleUser", ACCOUNT, "deploy-role:ci-4711", "shown"),
        ("AssumedRoleUser", ACCOUNT, "Deploy-Role:ci-4711", "shown"),
        ("AssumedRoleUser", ACCOUNT, "deploy-role:CI-4711", "owner_unreadable"),
        ("AssumedRoleUser", ACCOUNT, "deploy-role:ci-47110", "owner_unreadable"),
        ("AssumedRoleUser", ACCOUNT, "deploy-role2:ci-4711", "owner_unreadable"),
        ("AssumedRoleUser", ACCOUNT, "deploy-role", "owner_unreadable"),
        ("AssumedRoleUser", ACCOUNT, "deploy-role:", "owner_unreadable"),
        ("AssumedRoleUser", ACCOUNT, ":ci-4711", "owner_unreadable"),
        ("AssumedRoleUser", ACCOUNT, "deploy\u2010role:ci-4711", "owner_unreadable"),
        ("AssumedRoleUser", OTHER, "deploy-role:ci-4711", "other_account"),
        ("AssumedRoleUser", "", "deploy-role:ci-4711", "owner_unreadable"),
        ("SubUser", ACCOUNT, "deploy-role:ci-4711", "not_owner"),
    ],
)
def test_a_message_on_a_role_session_is_shown_to_whom_the_file_names_it_for(
    kind: str, owner: str, name: str, decision: Decision
) -> None:
    who = {"AuthPrincipalType": kind, "AuthPrincipalOwnerId": owner, "AuthPrincipalDisplayName": name}
    message = DecodedMessage.model_validate({"AuthPrincipal": who})
    assert NAMED.of_message(message) == decision
    assert OWN_CALLS.of_message(message) != "shown"


@pytest.mark.parametrize(
    ("changed", "decision"),
    [
        ({}, "shown"),
        ({"authPrincipalDisplayName": "other-role:ci-4711"}, "owner_unreadable"),
        ({"authPrincipalDisplayName": "deploy-role:ci-4712"}, "owner_unreadable"),
        ({"authPrincipalType": "SubUser"}, "owner_unreadable"),
        ({"authPrincipalOwnerId": OTHER}, "owner_unreadable"),
        ({"callerAccountId": "301998877665544309"}, "owner_unreadable"),
        ({"callerAccountId": "ci-4711"}, "owner_unreadable"),
        ({"callerType": "sub"}, "owner_unreadable"),
    ],
)
def test_or_whose_log_the_gateway_wrote_the_same_session_into(changed: dict[str, str], decision: Decision) -> None:
    detail = {"authPrincipalType": "AssumedRoleUser", "authPrincipalOwnerId": ACCOUNT}
    detail["authPrincipalDisplayName"] = "deploy-role:ci-4711"
    caller = {"callerType": "AssumedRoleUser", "callerAccountId": SESSION.id, "masterAccountId": ACCOUNT}
    log = RequestLog.model_validate({"basicInfo": {"accessDeniedDetail": detail | changed}, "callerInfo": caller | changed})
    who = {"AuthPrincipalType": "AssumedRoleUser", "AuthPrincipalOwnerId": ACCOUNT}
    message = DecodedMessage.model_validate({"AuthPrincipal": {**who, "AuthPrincipalDisplayName": "deploy-role:ci-4711"}})
    assert OWN_CALLS.of_message(message, log) == decision


def test_letters_that_only_look_alike_name_no_session() -> None:
    assert session_of("AssumedRoleUser", "key-role:s") == session_of("AssumedRoleUser", "KEY-role:s") == "key-role:s"
    assert session_of("AssumedRoleUser", "\u212aey-role:s") is None  # the sign of Kelvin is a small k when folded
