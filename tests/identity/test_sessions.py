"""Sessions of the accounts' roles: in the person's name, narrowed, kept, renewed in time, and every refusal by its word."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.identity.identities import Account
from bot.identity.person import Person
from bot.identity.references import CredentialMissingError
from bot.identity.sessions import RoleSessions, SessionError
from bot.playground.alibaba import ALICE as NO_ROLES
from bot.playground.alibaba import BROKER, AlibabaStandIn
from bot.playground.alibaba.people import ROLES
from tests.identity.directories import NOWHERE, Clock, client_at

ALICE = Person("U0ALICE", "T0REQLOG1")
SOON = 5.0
KEYS = {"BROKER_ACCESS_KEY_ID": BROKER.access_key_id, "BROKER_ACCESS_KEY_SECRET": BROKER.secret}


@pytest.fixture
def vendor() -> Iterator[AlibabaStandIn]:
    with AlibabaStandIn() as running:
        yield running


def account(**fields: object) -> Account:
    known = {"id": "1973374733454118", "role_arn": ROLES[0].arn, "credential": {"env": "BROKER"}}
    return Account.model_validate({**known, **fields})


def broken(_deadline: Deadline, _past: Credential | None = None) -> Credential:
    message = "nothing here"
    raise CredentialMissingError(message)


def sessions(url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC), keys: dict[str, str] = KEYS) -> RoleSessions:
    return RoleSessions(client_at(url), broken, keys, clock)


def opened(kept: RoleSessions, of: Account | None = None, person: Person = ALICE) -> Credential:
    return kept.open(of or account(), person, Deadline.after(SOON))


def test_a_session_names_the_person_and_may_do_no_more_than_look(vendor: AlibabaStandIn) -> None:
    credential, client = opened(sessions(vendor.url)), client_at(vendor.url)
    who = client.get_caller_identity(credential=credential, deadline=Deadline.after(SOON))
    assert who.arn == "acs:ram::1973374733454118:assumed-role/requestlog-reader/slack-T0REQLOG1-U0ALICE"
    organisation = opened(sessions(vendor.url), person=Person("W0ALICE", "", "E0COMPANY"))
    who = client.get_caller_identity(credential=organisation, deadline=Deadline.after(SOON))
    assert (who.arn or "").endswith("/slack-E0COMPANY-W0ALICE")


def test_each_person_and_account_has_a_session_and_equal_ones_share_a_flight(vendor: AlibabaStandIn) -> None:
    kept = sessions(vendor.url)
    vendor.fault(action="AssumeRole", delay_s=0.3)
    with ThreadPoolExecutor(20) as pool:
        first = list(pool.map(lambda _: opened(kept), range(20)))
    assert len({each.access_key_id for each in first}) == 1
    assert vendor.calls("AssumeRole") == 1
    vendor.clear_faults()
    assert opened(kept, person=Person("U0BOB", "T0REQLOG1")) != first[0]
    assert opened(kept, account(role_arn=ROLES[1].arn, external_id="standin-external-id")) != first[0]
    assert vendor.calls("AssumeRole") == 3


def test_a_session_is_renewed_before_its_end_and_outlives_a_renewal_that_fails() -> None:
    clock = Clock()
    with AlibabaStandIn(clock=clock) as vendor:
        kept = sessions(vendor.url, clock)
        first = opened(kept)
        clock.shift = timedelta(minutes=9)
        assert opened(kept) == first
        clock.shift = timedelta(minutes=11)
        vendor.fault(action="AssumeRole", status=403, code="NoPermission", times=1)
        assert opened(kept) == first
        clock.shift = timedelta(minutes=14)
        second = opened(kept)
        assert second != first
        clock.shift = timedelta(minutes=30)
        vendor.fault(action="AssumeRole", status=403, code="NoPermission", times=1)
        with pytest.raises(SessionError):
            opened(kept)
        assert opened(kept) not in (first, second)  # no failure is kept


def test_a_session_that_has_ended_by_this_machine_s_clock_tells_of_the_clock(vendor: AlibabaStandIn) -> None:
    with pytest.raises(SessionError) as caught:
        opened(sessions(vendor.url, lambda: datetime.now(UTC) + timedelta(minutes=16)))
    assert caught.value.word == "clock"


def test_a_session_that_alibaba_cloud_takes_for_ended_is_entered_anew(vendor: AlibabaStandIn) -> None:
    kept = sessions(vendor.url)
    first = opened(kept)
    with ThreadPoolExecutor(10) as pool:
        again = set(pool.map(lambda _: kept.open(account(), ALICE, Deadline.after(SOON), first).access_key_id, range(10)))
    assert first.access_key_id not in again
    assert (len(again), vendor.calls("AssumeRole")) == (1, 2)  # who comes later has the new one already


def test_a_base_that_was_taken_back_is_found_anew_once(vendor: AlibabaStandIn) -> None:
    """What the chain keeps may end before its time: then it is asked for another."""
    asked: list[Credential | None] = []
    stale, good = Credential("STS.Gone", "x", "y"), Credential(BROKER.access_key_id, BROKER.secret)

    def chain(_deadline: Deadline, past: Credential | None = None) -> Credential:
        asked.append(past)
        return good if past else stale

    kept = RoleSessions(client_at(vendor.url), chain, {})
    assert opened(kept, account(credential=None))
    assert asked == [None, stale]
    assert vendor.calls("AssumeRole") == 2


@pytest.mark.parametrize(
    ("fields", "fault", "word"),
    [
        ({"role_arn": ROLES[1].arn}, {}, "role_refused"),
        ({"role_arn": ROLES[1].arn, "external_id": "wrong"}, {}, "role_refused"),
        ({"role_arn": "acs:ram::1973374733454118:role/nobody"}, {}, "role_missing"),
        ({"duration_s": 7200}, {}, "role_parameter"),
        ({"credential": {"env": "NOBODY"}}, {}, "base_credential"),
        ({"credential": None}, {}, "base_credential"),
        ({}, {"status": 400, "code": "InvalidAccessKeyId.NotFound"}, "base_credential"),
        ({}, {"status": 400, "code": "AuthenticationFail.Anything"}, "role_refused"),
        ({}, {"status": 400, "code": "Throttling.User"}, "throttled"),
        ({}, {"status": 400, "code": "InvalidTimeStamp.Expired"}, "clock"),
        ({}, {"status": 500, "code": "InternalError"}, "server"),
        ({}, {"status": 418, "code": "Teapot"}, "server"),
    ],
)
def test_what_keeps_the_bot_out_has_a_word(
    vendor: AlibabaStandIn, fields: dict[str, object], fault: dict[str, object], word: str
) -> None:
    if fault:
        vendor.fault(action="AssumeRole", **fault)
    with pytest.raises(SessionError) as caught:
        opened(sessions(vendor.url), account(**fields))
    assert caught.value.word == word
    assert BROKER.secret not in repr(caught.value)


def test_a_network_without_a_way_has_a_word() -> None:
    with pytest.raises(SessionError) as caught:
        opened(sessions(NOWHERE))
    assert caught.value.word == "unreachable"


def test_a_key_without_the_right_is_let_in_nowhere(vendor: AlibabaStandIn) -> None:
    keys = {"BROKER_ACCESS_KEY_ID": NO_ROLES.access_key_id, "BROKER_ACCESS_KEY_SECRET": NO_ROLES.secret}
    with pytest.raises(SessionError) as caught:
        opened(sessions(vendor.url, keys=keys))
    assert caught.value.word == "role_refused"


@pytest.mark.parametrize(("wanted", "calls"), [("off", 1), ("prefer", 1), ("require", 1)])
def test_a_role_that_allows_a_source_identity_gets_it(vendor: AlibabaStandIn, wanted: str, calls: int) -> None:
    kept = sessions(vendor.url)
    opened(kept, account(source_identity=wanted))
    assert vendor.calls("AssumeRole") == calls
    assert not kept.entered_without_source(account(source_identity=wanted))


def test_a_source_identity_that_is_refused_is_left_out_only_where_it_is_not_required(vendor: AlibabaStandIn) -> None:
    vendor.set(source_identity="deny")
    kept = sessions(vendor.url)
    preferring = account(source_identity="prefer")
    opened(kept, preferring)
    assert vendor.calls("AssumeRole") == 2
    assert kept.entered_without_source(preferring)
    opened(kept, preferring, Person("U0BOB", "T0REQLOG1"))
    assert vendor.calls("AssumeRole") == 3  # remembered for an hour
    with pytest.raises(SessionError) as caught:
        opened(kept, account(source_identity="require"))
    assert caught.value.word == "role_refused"
