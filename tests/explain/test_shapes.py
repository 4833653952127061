"""Secrets of every shape, in every field of a log and on every way out: card, modals, what is shared, kept and logged."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.details import Place, details, pasted
from bot.blocks.reproduce import reproduce
from bot.blocks.requestlog import card
from bot.blocks.share import Shared, markdown, shared_message
from bot.explain.explanation import Explanation
from bot.explain.redaction import redact
from bot.explain.tripwire import defuse, keys_in
from bot.logs import formatter
from bot.outcomes import Found, Outcome
from tests.explain.logs import NOW, explained

KEY: Final = "LTAI5tFakeFakeFake01"
ID: Final = "05754286-1A2B-5C3D-8E4F-0123456789AB"

_CASES: Final = json.loads(Path(__file__).with_name("secrets.json").read_text("utf-8"))
#: Where ``%s`` stands the secret stands: letters and digits, as people and generators choose them.
SHAPES: Final = _CASES["shapes"]
#: Those that take several lines.
BLOCKS: Final = _CASES["blocks"]


def in_message(text: str) -> Explanation:
    basic = {"errorCode": "InvalidParameter", "errorMessage": f"It failed: {text}", "httpStatusCode": "400"}
    return explained(basic=basic)


def in_line(text: str) -> Explanation:
    caller = {"callerType": "sub", "callerAccountId": text, "userAgent": text, "callerIp": text, "masterAccountId": text}
    lines = ("apiVersion", "endpoint", "regionId", "throttlingResult", "httpMethod", "product", "api", "errorCode")
    return explained(basic=dict.fromkeys(lines, text), caller=caller)


FIELDS: Final[dict[str, Callable[[str], Explanation]]] = {
    "message": in_message,
    "lines": in_line,
    "value": lambda text: explained(parameters=[{"name": "Note", "value": text}]),
    "nested value": lambda text: explained(parameters=[{"name": "Note", "value": {"a": [{"b": text}]}}]),
    "name": lambda text: explained(parameters=[{"name": text, "value": "x"}]),
    "JSON in a value": lambda text: explained(parameters=[{"name": "Note", "value": json.dumps({"a": json.dumps([text])})}]),
    "body": lambda text: explained(body=f"answer {text}"),
    "JSON body": lambda text: explained(body=json.dumps({"Code": "X.Y", "Message": text, "List": [text]})),
    "XML body": lambda text: explained(body=f"<Error><Code>X.Y</Code><Message>{text}</Message></Error>"),
}


def ways_out(said: Explanation) -> Iterator[str]:
    """Whatever a person or a file gets of an explanation."""
    here = Place("C0INCIDENT", None)
    one: tuple[Outcome, ...] = (Found("A", said, ()),)
    shared = [Shared(each, "U0ALICE", frozenset(), "en") for each in (one, one * 4)]
    shown: list[Any] = [card(said, (), now=NOW).as_json(), *(shared_message(each, now=NOW).as_json() for each in shared)]
    shown += [details(detail, said, 0, here) for detail in ("parameters", "response")]
    yield from (json.dumps(each, ensure_ascii=False) for each in (*shown, reproduce(said), said.as_json()))
    yield pasted(said, said)
    yield from (markdown(each, now=NOW) for each in shared)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_secret_of_each_shape_is_masked_wherever_text_is_shown(shape: str) -> None:
    text = shape % "Hx7q2TzK9"
    record = logging.LogRecord("bot.any", logging.WARNING, "", 0, "said %s", (text,), None)
    for shown in (
        redact(text),
        redact(redact(text)),
        redact(" ".join(text.split())),
        formatter().format(record),
    ):
        assert "x7q2Tz" not in shown


@pytest.mark.parametrize("shape", BLOCKS)
def test_a_secret_that_only_lines_tell_is_masked_too(shape: str) -> None:
    text = shape % "Hx7q2TzK9"
    assert "x7q2Tz" not in redact(text)
    assert "x7q2Tz" not in "".join(ways_out(in_message("see\n" + text)))


@pytest.mark.parametrize(
    "text",
    [
        *(f"client_secret={ID}", f'{{"apiKey":"{ID}"}}', f"X-Vault-Token: {ID}", "machine h login me password sunshine"),
        *(
            "DB_PASSWORD=sunshine",
            "svn co --username a --password sunshine https://h",
            "| user | password |\n|--|--|\n| a | sunshine |",
        ),
    ],
)
def test_ids_and_plain_words_are_secrets_too_where_a_notation_ties_them_to_the_name(text: str) -> None:
    assert ID not in redact(text)
    assert "sunshine" not in redact(text)


@pytest.mark.parametrize(
    "items",
    [
        {"kind": "Secret", "data": {"x": "Hx7q2TzK9"}},
        {"kty": "RSA", "e": "AQAB", "d": "Hx7q2TzK9"},
    ],
)
def test_objects_that_hold_nothing_but_secrets_are_known_by_their_kind(items: dict[str, object]) -> None:
    assert "x7q2Tz" not in "".join(ways_out(explained(parameters=[{"name": "Note", "value": items}])))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(SHAPES),
    st.sampled_from(sorted(FIELDS)),
    st.from_regex(r"[A-Z][a-z]{2}[0-9]{2}[A-Za-z0-9]{4,12}", fullmatch=True),
    st.sampled_from(["", "see ", "错误：", "x=1&", "a, ", "\n"]),
)
def test_no_field_and_no_way_out_lets_a_secret_through(shape: str, field: str, secret: str, before: str) -> None:
    for shown in ways_out(FIELDS[field](before + shape % secret)):
        assert secret[:-4] not in shown


@pytest.mark.parametrize(
    "shape",
    [
        *(
            "mysql://root:%s@db/x",
            "密码：%s",
            "password=%s",
            "AIzaa1B2a1B2a1B2a1B2a1B2a1B2%s",
            "ghp_a1B2a1B2a1B2a1B2a1B2a1B2%s",
        ),
        *(f"{KEY}/%s", "IDENTIFIED BY '%s'", "mysql -uroot -p%s", "sk-a1B2a1B2a1B2a1B2%s", "AccessKeyId=LTAI5t%s"),
    ],
)
def test_who_pastes_a_secret_of_such_a_shape_is_warned_and_the_secret_is_gone(shape: str) -> None:
    text = shape % "Hx7q2TzK9"
    assert keys_in(text)
    assert "x7q2Tz" not in defuse(text).text
    assert keys_in(defuse(text).text) == ()


@pytest.mark.parametrize("text", _CASES["harmless"])
def test_what_speaks_of_secrets_and_tells_none_stays(text: str) -> None:
    assert redact(text) == text
    assert keys_in(text) == ()
