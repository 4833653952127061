"""Key-shaped texts: which trip the wire, and what is left of them."""

import pytest

from bot.explain.shapes import KeyKind
from bot.explain.tripwire import defuse, keys_in
from bot.requestids import extract

ID = "123E4567-E89B-12D3-A456-426614174000"
KEY = "LTAI" + "5tTripwireTestKey0001"
SECRET = "Ab3" + "dEfGhIjKlMnOpQrStUvWxYz0123"


def ids(text: str) -> tuple[str, ...]:
    """The RequestIds of a text."""
    return extract(text).request_ids


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (KEY, "access_key"),
        (f"AccessKeySecret: {SECRET}", "access_key"),
        (f"export ALIBABA_CLOUD_ACCESS_KEY_SECRET={SECRET}", "access_key"),
        (f"the access key secret is {SECRET}", "access_key"),
        ("STS." + "NUtripwire0123456789abcdef", "sts"),
        ("CAIS" + "h" * 60, "sts"),
        ("xox" + "p-1234567890-abcdefabcdef", "slack"),
        ("xapp" + "-1-A0123456789-abcdef", "slack"),
        ("-----BEGIN PRIVATE" + " KEY-----\nMIIE", "private_key"),
        ("-----BEGIN OPENSSH PRIVATE" + " KEY-----\nb3Bl", "private_key"),
    ],
)
def test_keys_are_known_by_their_shape(text: str, kind: KeyKind) -> None:
    assert kind in keys_in(f"RequestId: {ID}\n{text}\nend")


@pytest.mark.parametrize(
    "text",
    [
        ID,
        "InvalidAccessKeyId.NotFound: Specified access key is not found.",
        "LTAI••••0001",
        "AccessKeySecret: ••••",
        "AccessKeySecret: <your secret here>",
        "the STS token has expired",
        "AQEAAAAAawD+LTAI5tInsideAnEncodedMessage/x",
        "A9718F19157C5C7D826AD97D61105C14",
    ],
)
def test_what_is_no_key_trips_nothing(text: str) -> None:
    assert defuse(text).text == text
    assert keys_in(text) == ()


def test_the_secret_beside_a_key_goes_too() -> None:
    safe = defuse(f"id,secret\n{KEY},{SECRET}\nRequestId: {ID}")
    assert KEY not in safe.text
    assert SECRET not in safe.text
    assert ids(safe.text) == (ID,)


def test_a_request_id_that_a_mask_would_swallow_is_kept() -> None:
    safe = defuse(f"SecurityToken={ID} {KEY}")
    assert set(ids(f"SecurityToken={ID} {KEY}")) == set(ids(safe.text))


def test_what_is_defused_trips_nothing_again() -> None:
    safe = defuse(f"{KEY} AccessKeySecret={SECRET}")
    assert keys_in(safe.text) == ()
