"""The bot's own credential without a key: the ECS metadata service, RRSA on ACK, and roles that a profile enters."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.aliyun.caller import utc_now
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import DeniedError
from bot.identity.chain import NoOwnCredentialError, OwnCredential
from bot.identity.references import CredentialMissingError
from bot.playground.alibaba import BROKER, AlibabaStandIn
from bot.playground.alibaba.identity_provider import PROVIDER_ARN
from bot.playground.alibaba.people import WORKLOAD
from tests.identity.directories import NOWHERE, Clock, client_at

METADATA_TOKEN, METADATA_ROLES = "PUT /latest/api/token", "GET /latest/meta-data/ram/security-credentials/"
READER = "acs:ram::1973374733454118:role/requestlog-reader"


@pytest.fixture
def vendor() -> Iterator[AlibabaStandIn]:
    with AlibabaStandIn() as running:
        yield running


def own(
    vendor: AlibabaStandIn,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    metadata: str = NOWHERE,
    **variables: str,
) -> OwnCredential:
    environment = {f"ALIBABA_CLOUD_{name}": value for name, value in variables.items() if name != "HOME"}
    home = {"HOME": variables["HOME"]} if "HOME" in variables else {}
    return OwnCredential({**environment, **home}, client_at(vendor.url), metadata=metadata, clock=clock)


def arn_of(vendor: AlibabaStandIn, credential: Credential) -> str:
    """Who Alibaba Cloud says the credential is."""
    return client_at(vendor.url).get_caller_identity(credential=credential, deadline=Deadline.after(5)).arn or ""


@pytest.mark.parametrize("named", ["", WORKLOAD.name])
def test_the_role_of_an_ecs_instance_is_got_by_metadata_of_version_two(vendor: AlibabaStandIn, named: str) -> None:
    chain = own(vendor, metadata=vendor.url, ECS_METADATA=named)
    assert arn_of(vendor, chain.find()).endswith(f"assumed-role/{WORKLOAD.name}/ecs-instance")
    chain.find()
    assert vendor.calls(METADATA_TOKEN) == 1
    assert vendor.calls(METADATA_ROLES) == (0 if named else 1)


def test_metadata_that_is_switched_off_is_not_asked(vendor: AlibabaStandIn) -> None:
    with pytest.raises(NoOwnCredentialError):
        own(vendor, metadata=vendor.url, ECS_METADATA_DISABLED="true").find()
    assert vendor.calls() == 0


def test_a_host_without_metadata_is_asked_once_in_five_minutes_and_has_no_credential(vendor: AlibabaStandIn) -> None:
    times = [datetime(2026, 3, 1, tzinfo=UTC)]
    chain = own(vendor, lambda: times[-1], metadata=f"{vendor.url}/nothing-here")
    for minutes in (0, 4, 6):
        times.append(times[0] + timedelta(minutes=minutes))
        with pytest.raises(NoOwnCredentialError):
            chain.find()
    assert vendor.calls("") == 2


def test_a_role_that_the_instance_does_not_have_is_a_fault(vendor: AlibabaStandIn) -> None:
    with pytest.raises(CredentialMissingError, match=r"did not answer as it should .HTTP status 404."):
        own(vendor, metadata=vendor.url, ECS_METADATA="another").find()


def test_the_credentials_uri_comes_after_the_instance(vendor: AlibabaStandIn) -> None:
    found = own(vendor, CREDENTIALS_URI=vendor.credentials_uri).find()
    assert arn_of(vendor, found).endswith("/credentials-uri")


def rrsa(vendor: AlibabaStandIn, file: Path, clock: Callable[[], datetime] = utc_now) -> OwnCredential:
    return own(vendor, clock, ROLE_ARN=WORKLOAD.arn, OIDC_PROVIDER_ARN=PROVIDER_ARN, OIDC_TOKEN_FILE=str(file))


def test_an_oidc_token_enters_the_role_and_the_file_is_read_at_each_renewal(tmp_path: Path) -> None:
    file, clock = tmp_path / "token", Clock()
    with AlibabaStandIn(clock=clock) as vendor:
        file.write_text(vendor.oidc_token())
        chain = rrsa(vendor, file, clock)
        first = chain.find()
        assert arn_of(vendor, first).endswith(f"assumed-role/{WORKLOAD.name}/requestlog-bot")
        file.write_text("spoilt")
        assert chain.find() == first
        clock.shift = timedelta(minutes=57)
        assert chain.find() == first  # the renewal fails, and it still lives
        clock.shift = timedelta(minutes=61)
        with pytest.raises(CredentialMissingError, match=r"AuthenticationFail.OIDCToken.Invalid"):
            chain.find()
        file.write_text(vendor.oidc_token())
        assert chain.find() != first


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": 1}, "Expired"),
        ({"aud": "somebody"}, "AudienceNotMatch"),
        ({"iss": "https://elsewhere.example"}, "IssuerNotMatch"),
        ({"sub": "system:serviceaccount:default:other"}, "AuthenticationFail.NoPermission"),
    ],
)
def test_a_token_that_does_not_fit_is_refused_by_its_code(
    vendor: AlibabaStandIn, tmp_path: Path, claims: dict[str, object], code: str
) -> None:
    (tmp_path / "token").write_text(vendor.oidc_token(**claims))
    with pytest.raises(CredentialMissingError, match=code):
        rrsa(vendor, tmp_path / "token").find()


def test_a_key_that_sts_does_not_know_yet_is_refused_until_it_does(vendor: AlibabaStandIn, tmp_path: Path) -> None:
    vendor.rotate_oidc_key(trusted=False)
    (tmp_path / "token").write_text(vendor.oidc_token())
    with pytest.raises(CredentialMissingError, match="PublicKeyFingerprintMismatch"):
        rrsa(vendor, tmp_path / "token").find()
    vendor.rotate_oidc_key(trusted=True)
    (tmp_path / "token").write_text(vendor.oidc_token())
    assert rrsa(vendor, tmp_path / "token").find()


def test_a_token_is_in_no_sentence(vendor: AlibabaStandIn, tmp_path: Path) -> None:
    token = vendor.oidc_token(aud="somebody")
    (tmp_path / "token").write_text(token)
    with pytest.raises(CredentialMissingError) as caught:
        rrsa(vendor, tmp_path / "token").find()
    assert token not in str(caught.value)
    (tmp_path / "token").unlink()
    with pytest.raises(CredentialMissingError, match=r"the token file cannot be read .FileNotFoundError."):
        rrsa(vendor, tmp_path / "token").find()


def test_half_of_an_oidc_setting_is_not_made_up_for_by_another_identity(vendor: AlibabaStandIn) -> None:
    with pytest.raises(CredentialMissingError, match="does not say all of a role"):
        own(vendor, metadata=vendor.url, OIDC_PROVIDER_ARN=PROVIDER_ARN, ROLE_ARN=WORKLOAD.arn).find()


def home_with(folder: Path, profile: Mapping[str, object], ini: str = "") -> str:
    (folder / ".aliyun").mkdir()
    (folder / ".alibabacloud").mkdir()
    if ini:
        (folder / ".alibabacloud/credentials").write_text(ini)
    else:
        config = {"current": "p", "profiles": [{"name": "p", **profile}]}
        (folder / ".aliyun/config.json").write_text(json.dumps(config))
    return str(folder)


KEY = {"access_key_id": BROKER.access_key_id, "access_key_secret": BROKER.secret}


def test_a_profile_may_enter_a_role_with_its_key(vendor: AlibabaStandIn, tmp_path: Path) -> None:
    role = {"mode": "RamRoleArn", "ram_role_arn": READER, "ram_session_name": "from-cli", "expired_seconds": 900, **KEY}
    found = own(vendor, HOME=home_with(tmp_path, role)).find()
    assert arn_of(vendor, found).endswith("assumed-role/requestlog-reader/from-cli")


def test_a_profile_may_be_the_role_of_the_instance_or_of_a_token(vendor: AlibabaStandIn, tmp_path: Path) -> None:
    (tmp_path / "ecs").mkdir()
    ecs = home_with(tmp_path / "ecs", {"mode": "EcsRamRole", "ram_role_name": WORKLOAD.name})
    assert arn_of(vendor, own(vendor, metadata=vendor.url, HOME=ecs).find()).endswith("/ecs-instance")
    (tmp_path / "token").write_text(vendor.oidc_token())
    (tmp_path / "oidc").mkdir()
    fields = {"ram_role_arn": WORKLOAD.arn, "oidc_provider_arn": PROVIDER_ARN, "oidc_token_file": str(tmp_path / "token")}
    oidc = home_with(tmp_path / "oidc", {"mode": "OIDC", **fields})
    assert WORKLOAD.name in arn_of(vendor, own(vendor, HOME=oidc).find())


def test_a_profile_may_enter_a_role_with_what_another_profile_gives(vendor: AlibabaStandIn, tmp_path: Path) -> None:
    home = home_with(tmp_path, {})
    profiles = [
        {
            "name": "p",
            "mode": "ChainableRamRoleArn",
            "source_profile": "q",
            "ram_role_arn": READER,
            "ram_session_name": "chained",
        },
        {"name": "q", "mode": "EcsRamRole", "ram_role_name": WORKLOAD.name},
        {"name": "r", "mode": "ChainableRamRoleArn", "source_profile": "r", "ram_role_arn": READER},
        {"name": "s", "mode": "ChainableRamRoleArn", "source_profile": "t", "ram_role_arn": READER},
        {"name": "t", "mode": "ChainableRamRoleArn", "source_profile": "s", "ram_role_arn": READER},
    ]
    Path(home, ".aliyun/config.json").write_text(json.dumps({"current": "p", "profiles": profiles}))
    found = own(vendor, metadata=vendor.url, HOME=home).find()
    assert arn_of(vendor, found).endswith("assumed-role/requestlog-reader/chained")
    for name in ("r", "s"):
        with pytest.raises(CredentialMissingError, match="source_profile that is not there, or leads back to it"):
            own(vendor, HOME=home, PROFILE=name).find()


def test_a_policy_of_a_profile_narrows_what_its_session_may_do(vendor: AlibabaStandIn, tmp_path: Path) -> None:
    nothing = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}]})
    role = {"mode": "RamRoleArn", "ram_role_arn": READER, "policy": nothing, **KEY}
    found = own(vendor, HOME=home_with(tmp_path, role)).find()
    vendor.set(denied=403)
    with pytest.raises(DeniedError):
        client_at(vendor.url).get_request_log("A" * 8, credential=found, deadline=Deadline.after(5))


def test_a_section_of_the_sdks_file_says_the_same_in_its_own_words(vendor: AlibabaStandIn, tmp_path: Path) -> None:
    ini = (
        f"[default]\ntype = ram_role_arn\nrole_arn = {READER}\nrole_session_name = from-ini\n"
        f"access_key_id = {BROKER.access_key_id}\naccess_key_secret = {BROKER.secret}\n"
    )
    found = own(vendor, HOME=home_with(tmp_path, {}, ini)).find()
    assert arn_of(vendor, found).endswith("assumed-role/requestlog-reader/from-ini")


def test_a_role_that_does_not_let_the_key_in_is_a_sentence_with_the_code(vendor: AlibabaStandIn, tmp_path: Path) -> None:
    role = {"mode": "RamRoleArn", "ram_role_arn": READER + "-ext", **KEY}
    with pytest.raises(CredentialMissingError, match=r"STS does not give a session of the role .NoPermission"):
        own(vendor, HOME=home_with(tmp_path, role)).find()
