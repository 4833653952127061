"""The identities file: read as a whole, refused as a whole, and nobody served who is not in it."""

import json
from pathlib import Path

import pytest

from bot.aliyun.deadline import Deadline
from bot.identity.chain import OwnCredential
from bot.identity.directory import OwnerDirectory
from bot.identity.identities import IdentitiesError, parse_identities
from bot.identity.person import Person
from bot.identity.references import CredentialMissingError
from tests.identity.directories import client_at, directory_of

KEYS = {"ALICE_ACCESS_KEY_ID": "LTAI5tAlice", "ALICE_ACCESS_KEY_SECRET": "alices-secret"}
ALICE = Person("U0ALICE", "T1")
SOON = Deadline.after(60)

ACCOUNT = '[[accounts]]\nid="12345678"\n'
NAMED = f'{ACCOUNT}name="prod"\nrole_arn="acs:ram::12345678:role/r"\n'
RULE = '[[channels]]\nteam="T1"\nchannel="C1"\nview="own"\n'
SESSION = '[[people]]\nteam="T1"\nuser="U1"\n[[people.principals]]\naccount="12345678"\ntype="AssumedRoleUser"\nid="301:s"\n'

CONTRACT = """
[[people]]
team = "T1"
user = "U0ALICE"
[[people.identities]]
credential = { env = "ALICE" }
[[people.principals]]
account = "1973374733454118"
type = "sub"
id = "241009849925897811"
[[accounts]]
id = "1973374733454118"
name = "prod"
site = "china"
role_arn = "acs:ram::1973374733454118:role/requestlog-reader"
external_id = "four"
sls_page = "https://sls.console.aliyun.com/lognext/project/p/logsearch/l"
credential = { env = "BROKER" }
[[groups]]
team = "T1"
group = "S0INCIDENT"
accounts = ["1973374733454118"]
view = "account"
[[channels]]
team = "T1"
channel = "C0PUBLIC"
view = "own"
[[channels]]
team = "T1"
channel = "C0CLOSED"
view = "none"
"""


def test_the_contracts_file_is_read_whole() -> None:
    identities = parse_identities(CONTRACT)
    assert identities.accounts[0].role_arn.endswith("requestlog-reader")
    assert identities.groups[0].view == "account"


def test_a_named_person_gets_the_named_credential() -> None:
    access = directory_of(CONTRACT, KEYS).access(ALICE, "C0INCIDENT")
    assert [identity.name for identity in access.identities] == ["alice", "prod"]
    assert access.identities[0].open(SOON).access_key_id == "LTAI5tAlice"


@pytest.mark.parametrize(
    "person", [Person("U0BOB", "T1"), Person("U0ALICE", "T2"), Person("U0ALICE", "T2", "T1"), Person("u0alice", "T1")]
)
def test_nobody_else_gets_anything(person: Person) -> None:
    access = directory_of(CONTRACT, KEYS).access(person, None)
    assert (access.identities, access.barrier) == ((), "unlinked")


def test_channels_only_narrow() -> None:
    directory = directory_of(CONTRACT, KEYS)
    assert directory.access(ALICE, "C0PUBLIC").identities[0].own_only
    closed = directory.access(ALICE, "C0CLOSED")
    assert (closed.identities, closed.barrier) == ((), "channel")
    assert directory.access(Person("U0BOB", "T1"), "C0PUBLIC").barrier == "unlinked"


def test_a_channel_that_several_workspaces_share_is_as_narrow_for_the_members_of_all() -> None:
    text = CONTRACT.replace('team = "T1"', 'enterprise = "E1"', 1).replace('team="T1"', 'enterprise="E1"', 1)
    person = Person("U0ALICE", "T2", "E1")
    assert directory_of(text, KEYS).access(person, "C0PUBLIC").identities[0].own_only
    assert directory_of(text, KEYS).access(person, "C0CLOSED").barrier == "channel"


@pytest.mark.parametrize(
    ("owner", "person", "names"),
    [
        ("", Person("U1", "T1"), ["prod"]),
        ("", Person("U1", "T1", "E1"), ["prod"]),
        ('team="T1"', Person("U1", "T1"), ["prod"]),
        ('team="T1"', Person("U1", "T1", "E1"), ["prod"]),
        ('team="T2"', Person("U1", "T1", "T2"), []),
        ('enterprise="E1"', Person("U1", "T1"), []),
        ('enterprise="E1"', Person("U1", "T1", "E1"), ["prod"]),
        ('enterprise="T1"', Person("U1", "T1"), []),
    ],
)
def test_an_account_is_asked_for_the_workspace_that_it_is_for(owner: str, person: Person, names: list[str]) -> None:
    group = '[[groups]]\nteam="T1"\ngroup="S1"\naccounts=["12345678"]\n'
    access = directory_of(f"{NAMED}{owner}\n{group}", {}, in_group=True).access(person, None)
    assert [each.name for each in access.identities] == names


def test_a_role_session_is_known_by_its_name_where_the_file_says_it() -> None:
    arn = 'arn="acs:ram::12345678:assumed-role/Deploy-Role/s"\n'
    for more, sessions in ((arn, {"deploy-role:s"}), ("", set())):
        (identity,) = directory_of(f"{SESSION}{more}{NAMED}", {}).access(Person("U1", "T1"), None).identities
        assert identity.sight is not None
        assert identity.sight.sessions == sessions
        assert [each.id for each in identity.sight.own or ()] == ["301:s"]


def test_an_organisation_wide_person_is_known_by_the_organisation() -> None:
    text = '[[people]]\nenterprise = "E1"\nuser = "W0ALICE"\n[[people.identities]]\ncredential = { env = "ALICE" }\n'
    directory = directory_of(text, KEYS)
    assert directory.access(Person("W0ALICE", "T9", "E1"), None).identities
    assert not directory.access(Person("W0ALICE", "T9"), None).identities


def test_without_a_file_the_owner_alone_is_served() -> None:
    own = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tOwn", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "own"}
    assert OwnerDirectory("U0ALICE", OwnCredential(own, client_at())).access(ALICE, None).identities
    assert not OwnerDirectory("U0BOB", OwnCredential(own, client_at())).access(ALICE, None).identities
    assert not OwnerDirectory(None, OwnCredential(own, client_at())).access(ALICE, None).identities


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[people]", "not valid TOML"),
        ('[[people]]\nteam="T1"\nuser="U1"\nrole="admin"', "role"),
        ('[[people]]\nuser="U1"', "either team or enterprise"),
        ('[[people]]\nteam="T1"\nuser="alice@example.com"', "user"),
        ('[[people]]\nteam="T1"\nuser="U1"\n[[people.identities]]\ncredential={env="A", file="b"}', "exactly one"),
        ('[[people]]\nteam="T1"\nuser="U1"\n[[people.identities]]\ncredential={access_key_id="LTAI"}', "access_key_id"),
        ('[[people]]\nteam="T1"\nuser="U1"\n[[people]]\nteam="T1"\nuser="U1"', "twice"),
        ('[[groups]]\nteam="T1"\ngroup="S1"\naccounts=["12345678"]', "no [[accounts]]"),
        ('[[channels]]\nteam="T1"\nchannel="C1"\nview="account"', "view"),
        ('[[groups]]\nteam="T1"\ngroup="S1"\naccounts=["12345678"]\nview="own"', "groups[1].view: must be 'account'"),
        (f'{ACCOUNT}role_arn="acs:ram::87654321:role/r"', "accounts[1].role_arn: must be a role of the account itself"),
        (f'{ACCOUNT}role_arn="acs:ram::12345678:role/r"\nduration_s=60', "duration_s: must be at least 900"),
        (f'{ACCOUNT}role_arn="acs:ram::12345678:role/r"\nduration_s=50000', "duration_s: must be at most 43200"),
        (f'{ACCOUNT}role_arn="acs:ram::12345678:role/r"\nsource_identity="yes"', "must be 'off', 'prefer' or 'require'"),
        (f"{NAMED}{NAMED.replace('12345678', '87654321')}", "two accounts are called prod"),
        (f'{NAMED}[[people]]\nteam="T1"\nuser="U1"\n[[people.identities]]\ncredential={{env="PROD"}}', "prod in two ways"),
        ('[[channels]]\nteam="T1"\nchannel="C1"\nview="own"\n' * 2, "channel C1 has two rules"),
        (f"{RULE}{RULE.replace('T1', 'T2').replace('own', 'none')}", "channel C1 has two rules"),
        (f'{NAMED}team="T1"\nenterprise="E1"', "accounts[1]: name either team or enterprise"),
        (f'{SESSION}arn="acs:ram::87654321:assumed-role/r/s"', "principals[1].arn: must be of the same account and session"),
        (f'{SESSION}arn="acs:ram::12345678:assumed-role/r/t"', "principals[1].arn: must be of the same account and session"),
        (f'{SESSION}arn="acs:ram::12345678:role/r"', "principals[1].arn: must be spelt like"),
        (f'{SESSION}arn="acs:ram::12345678:assumed-role/r/s"\n{SESSION.replace("U1", "U2")}', "belongs to two people"),
    ],
)
def test_a_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(IdentitiesError) as caught:
        parse_identities(text)
    assert said in " ".join(caught.value.reasons)


def test_all_mistakes_are_told_together() -> None:
    text = '[[people]]\nuser="U1"\nnick="x"\n[[accounts]]\nid="1"\nrole_arn="x"'
    with pytest.raises(IdentitiesError) as caught:
        parse_identities(text)
    assert len(caught.value.reasons) >= 3


def reasons_of(text: str) -> list[str]:
    with pytest.raises(IdentitiesError) as caught:
        parse_identities(text)
    return caught.value.reasons


def test_mistakes_of_form_hide_neither_rules_nor_doubles_nor_strangers() -> None:
    person = '[[people]]\nteam="T1"\nuser="U1"\n'
    text = (
        person * 2
        + '[[people]]\nuser="joe"\n[[people.identities]]\ncredential={env="A", file="b", key=1}\n'
        + '[[groups]]\nteam="T1"\ngroup="S1"\naccounts=["12345678", "87654321"]\n'
        + '[[accounts]]\nid="87654321"\nrole_arn="x"\n'
    )
    assert reasons_of(text) == [
        "people[3].user: must be a Slack user id, like U012ABCDEF.",
        "people[3].identities[1].credential.key: is not known here.",
        "people[3]: name either team or enterprise.",
        "people[3].identities[1].credential: name exactly one of env, file and cli_profile.",
        "accounts[1].role_arn: must be spelt like acs:ram::1234567890123456:role/name.",
        "user U1 is listed twice; keep one table.",
        "group S1 names account 12345678, which no [[accounts]] table describes.",
    ]


def test_a_list_of_wrong_entries_is_not_called_empty_as_well() -> None:
    assert len(reasons_of('[[groups]]\nteam="T1"\ngroup="S1"\naccounts=["x"]')) == 1


def test_values_keep_their_capitals() -> None:
    principal = '[[people]]\nteam="T1"\nuser="U1"\n[[people.principals]]\naccount="12345678"\ntype="role"\nid="1"'
    assert reasons_of(principal) == ["people[1].principals[1].type: must be 'customer', 'sub' or 'AssumedRoleUser'."]


@pytest.mark.parametrize("text", ['people = "x"', "people = [1]", "bosses = []", '[people]\nuser = "U1"'])
def test_tables_of_another_kind_are_mistakes(text: str) -> None:
    assert len(reasons_of(text)) == 1


def test_a_credential_comes_from_a_mounted_file_or_a_cli_profile(tmp_path: Path) -> None:
    mounted = tmp_path / "alice.json"
    mounted.write_text(json.dumps({"access_key_id": "LTAI5tA", "access_key_secret": "s", "security_token": "t"}))
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"profiles": [{"name": "prod", "access_key_id": "LTAI5tB", "access_key_secret": "s"}]}))
    text = (
        f'[[people]]\nteam="T1"\nuser="U0ALICE"\n[[people.identities]]\ncredential={{file="{mounted}"}}\n'
        f'[[people.identities]]\ncredential={{cli_profile="prod", path="{config}"}}'
    )
    first, second = directory_of(text, {}).access(ALICE, None).identities
    assert (first.name, first.open(SOON).security_token) == ("alice", "t")
    assert (second.name, second.open(SOON).access_key_id) == ("prod", "LTAI5tB")
    mounted.unlink()
    with pytest.raises(CredentialMissingError, match="cannot be read"):
        first.open(SOON)


def test_every_reference_that_leads_nowhere_is_a_fault() -> None:
    faults = directory_of(CONTRACT, {}).faults()
    assert [fault.split("_ACCESS")[0] for fault in faults] == ["The environment's ALICE", "The environment's BROKER"]


def test_a_secret_is_in_no_fault() -> None:
    faults = directory_of(CONTRACT, {"ALICE_ACCESS_KEY_SECRET": "alices-secret"}).faults()
    assert "alices-secret" not in " ".join(faults)
