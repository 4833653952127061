import json
import re
import string
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.requestids import extract

ID = "D0CC639E-180D-4827-97CB-FC609F6C95CD"
OTHER = "5F0C2B3E-8A1D-4C47-9D22-0B6A1D2E3F40"
LABELLED: dict[str, str] = tomllib.loads(Path(__file__).with_name("notations.toml").read_text("utf-8"))["labelled"]

ANY_TEXT = st.text(
    st.one_of(st.characters(), st.characters(categories=["Cs"]), st.sampled_from("\\\"'%&<>|:=-*{}[]\n\x00\x1b│0aF…"))
)
FRAGMENTS = st.sampled_from(
    [
        *(
            "Code: ",
            'Message: "',
            "RequestId: ",
            "ClientToken=",
            "\\u0026",
            "%25",
            "&amp;",
            "\x1b[3",
            "<https:x|",
            "AuthAction: '",
            "…",
        ),
        *("****", "EncodedDiagnosticMessage=A", "5C35EC748ED5091138DF58BB", "troubleshoot?q=", ID, ID[:20], "\n│ ", "\ud83d"),
    ]
)


@given(st.lists(st.one_of(ANY_TEXT, FRAGMENTS), max_size=12).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_text_raises_and_every_finding_can_be_printed(text: str) -> None:
    found = extract(text)
    assert json.loads(json.dumps(found.as_json(), ensure_ascii=False).encode("utf-8"))
    assert all(re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", name) for name in found.request_ids)
    assert set(found.inner_ids) | found.lower_case <= set(found.request_ids)


UUIDS = st.uuids(version=None).map(str)
SURROUNDINGS = st.text(st.one_of(st.characters(), st.sampled_from(string.printable + "│“”…")), max_size=60)


@given(UUIDS, st.sampled_from(sorted(LABELLED)), SURROUNDINGS, SURROUNDINGS, st.sampled_from([str.upper, str.lower]))
@settings(max_examples=400, deadline=None)
def test_a_labelled_id_is_found_whatever_surrounds_it(
    planted: str, notation: str, before: str, after: str, spell: Callable[[str], str]
) -> None:
    text = f"{before}\n{LABELLED[notation].format(id=spell(planted), other=OTHER)}\n\n{after}"
    assert planted.upper() in extract(text).request_ids


@given(st.lists(UUIDS, max_size=6), SURROUNDINGS)
@settings(deadline=None)
def test_extracting_again_from_the_ids_found_changes_nothing(ids: list[str], between: str) -> None:
    found = extract(between.join(f" {name} " for name in ids)).request_ids
    for text in (" ".join(found), " ".join(found).lower(), "\n".join(found)):
        assert extract(text).request_ids == found


HOSTILE = [
    *(
        "a",
        "-",
        "\\",
        '"',
        "%",
        "%25",
        "<",
        ">",
        "|",
        "&amp;",
        "&",
        "\x1b[",
        "\x1b]",
        " ",
        "\n",
        "a\n",
        "a ",
        "dead-",
        "deadbeef-",
    ),
    *(
        "│ \n",
        "…-",
        "*",
        "X",
        "=",
        "'",
        "(",
        "RequestId",
        "RequestId: ",
        "request ",
        'Message:"',
        "Message: a ",
        "message: '{",
        'msg:"' * 700 + 'x"}',
        '{"Message":"RequestId: ' * 60 + '"}' * 60,
        "Error: Ab.Cd: x ",
        "code: 400, a ",
        "OSSException: a ",
        "aliyun -a ",
        "2024-05-01 10:00:00 ",
        "Message: ",
        'Code:"',
        "Code: X.Y ",
    ),
    *("Message: request id:", "Message: " + " " * 90, 'AuthAction: "', "EncodedDiagnosticMessage: " + "A" * 60 + "\n", "[1;"),
    *(
        "A" * 60 + "\n",
        "troubleshoot?q=",
        "troubleshoot?a\n",
        "<a:|",
        "<td a",
        "\\u002",
        '\\"',
        "a.b.",
        "Ab.Cd.",
        "\ud800",
        "\x00",
    ),
    *(
        "\u200ba",
        "请求",
        ID,
        ID + " ",
        "RequestId: " + ID + "\n",
        ID[:22] + "... ",
        "5C35EC748ED5091138DF58BB ",
        "00-",
        "deadbeef\xad",
    ),
    *("│ abc\n", "│" * 60 + "\n", '"a\n', "a>b\n>", '":\n│ ', "> " * 30 + "Code: Ab\n", "Ab.Cd: ", "q=Ab&", ID + " (", " --ab"),
]


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_the_time_grows_with_the_length_not_with_its_square(piece: str) -> None:
    """Eight times the text takes 64 times as long where work is quadratic; the best of three runs tells that apart."""

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        return min(_time(text) for _ in range(3))

    small, large = seconds(6_000), seconds(48_000)
    assert large < 24 * max(small, 0.001)


def _time(text: str) -> float:
    start = time.process_time()
    extract(text)
    return time.process_time() - start


def test_importing_costs_little_and_brings_no_input_or_output() -> None:
    heavy = ("httpx", "slack_sdk", "sqlalchemy", "pydantic", "logging")
    code = f"import sys, bot.requestids; print(*[name for name in {heavy} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == ""
