"""The bot's own credential: the places of the official chain, in order, and a credential that renews itself."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.aliyun.deadline import Deadline
from bot.identity.chain import NoOwnCredentialError, OwnCredential
from bot.identity.directory import OwnerDirectory
from bot.identity.person import Person
from bot.identity.references import CredentialMissingError
from bot.settings import Environment
from tests.identity.directories import NOWHERE, client_at

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tOwn", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "own-secret"}
PROFILES: list[dict[str, Any]] = [
    {"name": "default", "mode": "AK", "access_key_id": "LTAI5tCli", "access_key_secret": "s", "sts_token": "left-behind"},
    {"name": "short", "mode": "StsToken", "access_key_id": "STS.Cli", "access_key_secret": "s", "sts_token": "cli-token"},
    {"name": "sso", "mode": "CloudSSO", "access_key_id": "STS.Sso", "access_key_secret": "s"},
]
INI = """
[default]
type = access_key
access_key_id = LTAI5tIni
access_key_secret = half#other;half%s
[short]
type = sts
access_key_id = STS.Ini
access_key_secret = s
security_token = ini-token
[rsa]
type = rsa_key_pair
access_key_id = LTAI5tRsa
access_key_secret = s
[off]
enable = false
access_key_id = LTAI5tOff
access_key_secret = s
"""


class Vendor(ThreadingHTTPServer):
    """Answers every GET with ``status`` and ``answer``, and counts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.answer: object = temporary()
        self.asked = 0
        self.headers_out: dict[str, str] = {}

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/credential"


class _Handler(BaseHTTPRequestHandler):
    server: Vendor

    def do_GET(self) -> None:
        self.server.asked += 1
        body = json.dumps(self.server.answer).encode()
        self.send_response(self.server.status)
        for name, value in {**self.server.headers_out, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


def temporary(**changed: object) -> dict[str, object]:
    return {
        "Code": "Success",
        "AccessKeyId": "STS.Uri",
        "AccessKeySecret": "uri-secret",
        "SecurityToken": "uri-token",
        "Expiration": (NOON + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **changed,
    }


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with running() as server:
        yield server


@contextmanager
def running() -> Iterator[Vendor]:
    with Vendor() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with the files of the aliyun CLI and of the SDKs."""
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".aliyun/config.json").write_text(json.dumps({"current": "default", "profiles": PROFILES}))
    (tmp_path / ".alibabacloud").mkdir()
    (tmp_path / ".alibabacloud/credentials").write_text(INI)
    return tmp_path


def own(*, metadata: str = NOWHERE, **variables: str) -> OwnCredential:
    return OwnCredential(Environment(variables), client_at(), metadata=metadata, clock=lambda: NOON)


def test_the_environment_goes_before_all_else(home: Path, vendor: Vendor) -> None:
    found = own(**OWN, HOME=str(home), ALIBABA_CLOUD_CREDENTIALS_URI=vendor.uri).find()
    assert (found.access_key_id, found.security_token, vendor.asked) == ("LTAI5tOwn", None, 0)
    assert own(**OWN, ALIBABA_CLOUD_SECURITY_TOKEN="token").find().security_token == "token"


def test_half_a_key_in_the_environment_is_not_made_up_for_by_another_identity(home: Path) -> None:
    with pytest.raises(CredentialMissingError, match="ALIBABA_CLOUD_ACCESS_KEY_ID and"):
        own(ALIBABA_CLOUD_ACCESS_KEY_ID="LTAI5tOwn", HOME=str(home)).find()


def test_then_the_current_profile_of_the_aliyun_cli(home: Path) -> None:
    found = own(HOME=str(home)).find()
    assert (found.access_key_id, found.security_token) == ("LTAI5tCli", None)
    found = own(HOME=str(home), ALIBABA_CLOUD_PROFILE="short").find()
    assert (found.access_key_id, found.security_token) == ("STS.Cli", "cli-token")


def test_a_mode_that_is_not_supported_is_said_plainly(home: Path) -> None:
    with pytest.raises(CredentialMissingError, match="mode CloudSSO, which is not supported here; AK, StsToken, RamRoleArn"):
        own(HOME=str(home), ALIBABA_CLOUD_PROFILE="sso").find()


def test_then_the_sdks_file_whose_secrets_may_hold_any_mark(home: Path) -> None:
    (home / ".aliyun/config.json").unlink()
    found = own(HOME=str(home)).find()
    assert (found.access_key_id, found.access_key_secret, found.security_token) == ("LTAI5tIni", "half#other;half%s", None)
    assert own(HOME=str(home), ALIBABA_CLOUD_PROFILE="short").find().security_token == "ini-token"
    with pytest.raises(CredentialMissingError, match="type rsa_key_pair, which is not supported here"):
        own(HOME=str(home), ALIBABA_CLOUD_PROFILE="rsa").find()


@pytest.mark.parametrize("name", ["missing", "off"])
def test_a_profile_that_is_named_and_not_there_is_not_replaced_by_another_identity(
    home: Path, vendor: Vendor, name: str
) -> None:
    with pytest.raises(CredentialMissingError, match=f"ALIBABA_CLOUD_PROFILE names {name}, and no such profile"):
        own(HOME=str(home), ALIBABA_CLOUD_PROFILE=name, ALIBABA_CLOUD_CREDENTIALS_URI=vendor.uri).find()


@pytest.mark.parametrize("broken", ["", "no section\n", "[default]\nkeys-secret-of-mine\n", "\ufeff[default", "[[]]\n=\n"])
def test_a_broken_file_is_passed_over_and_never_quoted(home: Path, vendor: Vendor, broken: str) -> None:
    (home / ".aliyun/config.json").write_text("{")
    (home / ".alibabacloud/credentials").write_text(broken)
    assert own(HOME=str(home), ALIBABA_CLOUD_CREDENTIALS_URI=vendor.uri).find().access_key_id == "STS.Uri"
    with pytest.raises(CredentialMissingError) as caught:
        own(HOME=str(home)).find()
    assert "config.json cannot be read" in str(caught.value)
    assert "mine" not in str(caught.value)


def test_the_files_of_the_tools_may_be_passed_over_or_named(home: Path, tmp_path: Path) -> None:
    assert own(HOME=str(home), ALIBABA_CLOUD_CLI_PROFILE_DISABLED="TRUE").find().access_key_id == "LTAI5tIni"
    (elsewhere := tmp_path / "elsewhere").write_text("[default]\naccess_key_id = LTAI5tElse\naccess_key_secret = s\n")
    named = {"HOME": str(home), "ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true", "ALIBABA_CLOUD_CREDENTIALS_FILE": str(elsewhere)}
    assert own(**named).find().access_key_id == "LTAI5tElse"
    elsewhere.write_text("[default\n")
    with pytest.raises(CredentialMissingError, match=r"elsewhere cannot be read"):
        own(**named).find()


def test_then_the_credentials_uri_kept_until_shortly_before_its_end(vendor: Vendor) -> None:
    times = [NOON]
    chain = OwnCredential({"ALIBABA_CLOUD_CREDENTIALS_URI": vendor.uri}, client_at(), metadata=NOWHERE, clock=lambda: times[-1])
    assert chain.find().security_token == "uri-token"
    times.append(NOON + timedelta(minutes=54))
    chain.find()
    assert vendor.asked == 1
    vendor.answer = temporary(AccessKeyId="STS.Next", Expiration="2026-03-01T14:00:00Z")
    times.append(NOON + timedelta(minutes=56))
    assert chain.find().access_key_id == "STS.Next"
    assert vendor.asked == 2


def test_many_who_ask_at_once_cause_one_question(vendor: Vendor) -> None:
    chain = own(ALIBABA_CLOUD_CREDENTIALS_URI=vendor.uri)
    threads = [threading.Thread(target=chain.find) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert vendor.asked == 1


def test_a_failed_renewal_leaves_the_credential_that_still_holds_and_never_an_expired_one(vendor: Vendor) -> None:
    times = [NOON]
    chain = OwnCredential({"ALIBABA_CLOUD_CREDENTIALS_URI": vendor.uri}, client_at(), metadata=NOWHERE, clock=lambda: times[-1])
    chain.find()
    vendor.status = 500
    times.append(NOON + timedelta(minutes=58))
    assert chain.find().access_key_id == "STS.Uri"
    times.append(NOON + timedelta(minutes=60))
    with pytest.raises(CredentialMissingError, match="HTTP status 500"):
        chain.find()


def test_one_that_is_not_taken_any_more_is_asked_for_anew_and_once(vendor: Vendor) -> None:
    chain = own(ALIBABA_CLOUD_CREDENTIALS_URI=vendor.uri)
    first = chain.find()
    vendor.answer = temporary(AccessKeyId="STS.Next")
    assert [chain.find(None, first).access_key_id for _ in range(3)] == ["STS.Next"] * 3
    assert vendor.asked == 2
    fixed = own(**OWN)
    assert fixed.find(None, fixed.find()) == fixed.find()


def test_a_credential_that_comes_expired_is_not_used(vendor: Vendor) -> None:
    vendor.answer = temporary(Expiration="2026-03-01T11:59:59Z")
    with pytest.raises(CredentialMissingError, match="has expired"):
        own(ALIBABA_CLOUD_CREDENTIALS_URI=vendor.uri).find()


@pytest.mark.parametrize(
    "answer",
    [
        [],
        None,
        "text",
        {},
        temporary(AccessKeySecret=7),
        temporary(SecurityToken="a b"),
        temporary(SecurityToken=None),
        temporary(Expiration="soon"),
        temporary(Expiration=None),
    ],
)
def test_a_strange_answer_is_refused_and_never_quoted(vendor: Vendor, answer: object) -> None:
    vendor.answer = answer
    with pytest.raises(CredentialMissingError) as caught:
        own(ALIBABA_CLOUD_CREDENTIALS_URI=vendor.uri).find()
    assert "no complete temporary credential" in str(caught.value)
    assert "uri-secret" not in repr(caught.value)


def test_a_redirect_is_not_followed(vendor: Vendor) -> None:
    with running() as other:
        vendor.status, vendor.headers_out = 302, {"Location": other.uri}
        with pytest.raises(CredentialMissingError, match="HTTP status 302"):
            own(ALIBABA_CLOUD_CREDENTIALS_URI=vendor.uri).find()
        assert other.asked == 0


@pytest.mark.parametrize(
    "uri", ["file:///etc/hostname", "http://198.51.100.1/key", "nonsense", "http://[", "https://", "ftp://127.0.0.1/"]
)
def test_an_address_that_is_not_safe_is_not_asked(uri: str) -> None:
    with pytest.raises(CredentialMissingError, match="must be an https address, or plain http on this machine"):
        own(ALIBABA_CLOUD_CREDENTIALS_URI=uri).find()


def test_nobody_listens_there() -> None:
    with pytest.raises(CredentialMissingError, match="does not answer"):
        own(ALIBABA_CLOUD_CREDENTIALS_URI=NOWHERE).find()


def test_nothing_anywhere_is_told_apart_from_something_wrong(tmp_path: Path) -> None:
    with pytest.raises(NoOwnCredentialError):
        own(HOME=str(tmp_path)).find()
    with pytest.raises(CredentialMissingError, match="ECS metadata service did not answer"):
        own(ALIBABA_CLOUD_ECS_METADATA="role").find()


def test_a_key_with_a_stray_character_is_a_sentence_without_the_key(home: Path) -> None:
    profile = {"name": "default", "access_key_id": "LTAI5tCli", "access_key_secret": "se\u200bcret"}
    (home / ".aliyun/config.json").write_text(json.dumps({"current": "default", "profiles": [profile]}))
    (home / ".alibabacloud/credentials").unlink()
    with pytest.raises(CredentialMissingError, match="holds a character that no AccessKey secret has") as caught:
        own(HOME=str(home)).find()
    assert "cret" not in str(caught.value).replace("secret", "")


def test_the_owner_looks_with_what_the_chain_finds(home: Path) -> None:
    directory = OwnerDirectory("U0ALICE", own(HOME=str(home)))
    (identity,) = directory.access(Person("U0ALICE", "T1"), None).identities
    assert identity.open(Deadline.after(5)).access_key_id == "LTAI5tCli"
    assert directory.faults() == []
