import json
import time

import pytest

from bot.explain.redaction import redact, redact_body, redact_parameter, true_names
from bot.explain.secret_names import names_a_secret
from bot.explain.shapes import MASK

KEY_ID = "LTAI5tFakeFakeFakeFake01"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJmYWtlIjoidGlja2V0In0.c2lnbmF0dXJlRkFLRQ"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nMIIfake+fake/fake\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "secret", "kept"),
    [
        (f"key {KEY_ID} is unknown", KEY_ID, "LTAI" + MASK + "ke01"),
        ("STS.NUfakefakefakefake99 expired", "STS.NUfakefakefakefake99", "STS." + MASK + "ke99"),
        ("xoxb-1234567890-fakefake", "xoxb-1234567890-fakefake", "xoxb-" + MASK),
        ("xapp-1-A0FAKE-123-fakefake", "xapp-1-A0FAKE-123-fakefake", "xapp-" + MASK),
        (f"ticket {JWT} end", JWT, MASK),
        (f"a {PEM} b", "MIIfake+fake/fake", "PRIVATE KEY"),
        (f"cut {PEM[:70]}", "ENCRYPTED", "PRIVATE KEY"),
        ("post to https://hooks.slack.com/commands/T0FAKE/123/abcDEF now", "T0FAKE/123/abcDEF", "hooks.slack.com"),
        ("mysql://root:hunter2@db.example/x", "hunter2", "mysql://root:"),
        ("curl -H 'Authorization: Bearer abcdef123456'", "abcdef123456", "Bearer"),
    ],
)
def test_secrets_are_known_by_their_shape_and_stay_recognisable(text: str, secret: str, kept: str) -> None:
    assert secret not in redact(text)
    assert kept in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "AccessKeySecret=S3CR3T",
        "AccessKeySecret = S3CR3T,",
        '{"AccessKeySecret":"S3CR3T"}',
        '{"AccessKeySecret" : "S3CR3T',
        "{'AccessKeySecret': 'S3CR3T'}",
        '{\\"AccessKeySecret\\":\\"S3CR3T\\"}',
        '{\\\\\\"AccessKeySecret\\\\\\":\\\\\\"S3CR3T\\\\\\"}',
        "{&quot;Password&quot;:&quot;S3CR3T&quot;}",
        "[AccessKeySecret] => S3CR3T",
        ':AccessKeySecret=>"S3CR3T"',
        "<AccessKeySecret>S3CR3T</AccessKeySecret>",
        "<Password><![CDATA[S3CR3T]]></Password>",
        "AccessKeySecret%3DS3CR3T%26Action%3DX",
        "SecurityToken%253DS3CR3T%2526Action",
        "?sls_ticket=S3CR3T&x=1",
        "Authorization: acs LTAI:S3CR3T",
        "Authorization: ACS3-HMAC-SHA256 Credential=x,SignedHeaders=a;b,Signature=S3CR3T",
        "x-acs-security-token: S3CR3T",
        "&Signature=S3CR3T&SignatureMethod=HMAC-SHA1",
        "password: S3CR3T",
        "DB_PASSWORD=S3CR3T node app.js",
        "--password=S3CR3T",
        "Parameter.1.MasterUserPassword=S3CR3T",
        '"Passwords": ["S3CR3T", "other"]',
        "client-key-data: S3CR3T",
        "response_url=S3CR3T",
        "AK=S3CR3T",
        "Env.1.Key=DB_PASSWORD&Env.1.Value=S3CR3T",
        '{"Key":"DB_PASSWORD","Value":"S3CR3T',
        "<Key>DB_PASSWORD</Key><Value>S3CR3T</Value>",
        "İ password=S3CR3T",
        "PASSWORD=S3CR3T",
    ],
)
def test_what_stands_behind_a_secret_s_name_is_masked_in_every_notation(text: str) -> None:
    assert "S3CR3T" not in redact(text)
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "ClientToken=5f0c2b3e-8a1d-4c47-9d22-0b6a1d2e3f40",
        "NextToken: AAAAAV3MpHK1AP0pfERHZN5pu6kU",
        "SignatureNonce=3156853299f313e23d1673dc12e1703d&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0",
        "InvalidSecurityToken: the token is malformed",
        "InvalidPassword.Malformed: see the page",
        '"SecretName": "db/prod", "SecretVersion": "3"',
        '"PasswordInherit": true, "Password": null',
        "RequestId: 123E4567-E89B-12D3-A456-426614174000",
        "The specified parameter Password is not valid.",
        "https://api.aliyun.com/troubleshoot?q=Throttling&product=Ecs",
        "acs:ram::1973374733454118:role/requestlog-reader",
    ],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_the_value_of_a_harmless_name_is_still_searched() -> None:
    assert "S3CR3T" not in redact('NextToken="password=S3CR3T"')


def test_a_long_header_is_masked_to_its_end() -> None:
    assert "S3CR3T" not in redact("Cookie: " + "; ".join(f"a{number}=S3CR3T" for number in range(40)))


def test_nothing_of_a_secret_is_kept_and_four_characters_of_an_accesskey_id() -> None:
    assert redact_parameter("Password", "a-very-long-password-1234") == MASK
    assert redact_parameter("AccessKeySecret", "fakeSecretFakeSecretFake1234") == MASK
    assert redact("bearer abcdefghij0123456789ABCDEghij") == f"bearer {MASK}"
    assert redact_parameter("AccessKeyId", "LTAI5tFakeFakeFake01") == f"LTAI{MASK}ke01"


@pytest.mark.parametrize("text", ["pin: 4711", "PIN=4711", "my pin is 4711", "cvv：471"])
def test_a_short_number_is_masked_where_it_is_called_a_pin(text: str) -> None:
    assert "471" not in redact(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Password", "S3CR3T"),
        ("password", 12345678),
        ("Passwords", ["S3CR3T"]),
        ("Credentials", {"Anything": "S3CR3T"}),
        ("Body", {"db": {"password": "S3CR3T"}}),
        ("Body", '{"db": {"password": "S3CR3T"}}'),
        ("Body", json.dumps({"inner": json.dumps({"password": "S3CR3T"})})),
        ("Body", '{"p\\u0061ssword": "S3CR3T"}'),
        ("Body", '{"pass\\u200bword": "S3CR3T"}'),
        ("Body", {"a": "pass\u200bword=S3CR3T"}),
        ("Env", [{"Key": "DB_PASSWORD", "Value": "S3CR3T"}]),
        ("Env", [{"ParameterKey": "ApiToken", "ParameterValue": "S3CR3T"}]),
        ("Env", [{"name": "API_TOKEN", "value": {"x": "S3CR3T"}}]),
        ("UserData", "S3CR3T"),
        ("Text", "password=S3CR3T"),
        ("Value", f"{KEY_ID} AccessKeySecret=S3CR3T"),
    ],
)
def test_parameters_of_every_json_type_hide_their_secrets(name: str, value: object) -> None:
    text = redact_parameter(name, value)
    assert "S3CR3T" not in text
    assert "12345678" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (5, "5"),
        ([1, "a"], '[1, "a"]'),
        ({"a": None}, '{"a": null}'),
        ("ecs.g6.large", "ecs.g6.large"),
    ],
)
def test_harmless_parameters_become_text(value: object, text: str) -> None:
    assert redact_parameter("InstanceType", value) == text


def test_flat_parameters_may_be_named_by_another_parameter() -> None:
    assert true_names([("Env.1.Key", "DB_PASSWORD"), ("Env.1.Value", "x"), ("Env.2.Value", "y")]) == {
        "Env.1.Value": "DB_PASSWORD"
    }


def test_a_body_that_nests_too_deeply_or_holds_huge_numbers_is_searched_as_text() -> None:
    for body in ('{"password":"S3CR3T","a":' + "[" * 5000 + "]" * 5000 + "}", '{"password":"S3CR3T","n":' + "9" * 5000 + "}"):
        assert "S3CR3T" not in redact_body(body, 300_000)


def test_deep_values_are_cut_rather_than_followed() -> None:
    value: object = "password=S3CR3T"
    for _ in range(400):
        value = [value]
    assert "S3CR3T" not in redact_parameter("x", value)


@pytest.mark.parametrize(
    "name", ["AccessKeyId", "x-acs-security-token", "Account.1.Secret", "ak", "sk", "PrivateKey", "OIDCToken", "pwd"]
)
def test_names_of_secrets_are_known(name: str) -> None:
    assert names_a_secret(name)


HOSTILE = {
    "names": "password=" * 25_000,
    "cores": "token" * 40_000,
    "one quote": 'password="' + "x\\" * 100_000,
    "escaped quotes": 'password\\":\\"' * 15_000,
    "backslashes": "token" + "\\" * 200_000,
    "spaces": "password" + " " * 200_000,
    "half keys": "-----BEGIN PRIVATE KEY-----" * 7_500,
    "half logins": ("://" + "a" * 99) * 2_000,
    "brackets": ("password:[" + "a" * 3_000) * 66,
    "half tags": "password</a><b" * 14_000,
    "words": "a" * 200_000,
    "told in Chinese": "密码是" * 66_000,
    "told in letters": "密码是a" * 50_000,
    "opening quotes": "token ‘" * 28_000,
    "other opening quotes": "token 「" * 28_000,
    "open CDATA": "token <![CDATA[" * 13_000,
    "headers": "cookie: " * 25_000,
    "brackets of full width": "密码（a" * 40_000,
    "blocks": "token |! " * 22_000,
    "lists": "password: - a - " * 12_000,
    "commands": "curl -x acl setuser " * 10_000,
    "tables": "a,password,b\n" * 15_000,
    "pairs": "auth('a', " * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_length_and_no_faster(name: str) -> None:
    """Twice the text may take about twice the time; a quadratic search would take four times, and minutes."""
    text = HOSTILE[name]
    started = time.process_time()
    redact(text)
    assert time.process_time() - started < 2
