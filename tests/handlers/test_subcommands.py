"""What a typed text begins with: a sub-command, or something that was pasted."""

import pytest

from bot.handlers.ask import Name
from bot.handlers.help import nearest, split

ID = "DE969363-1B31-4A2A-9C3D-0A1B2C3D4E5F"


@pytest.mark.parametrize(
    "text",
    [
        f"error {ID}",
        f"Code Forbidden.RAM request id {ID}",
        f"login failed {ID}",
        f"help {ID.lower()}",
        f"check RequestId: {ID}, please",
        "error <RequestId>5C3D9175B6FC201293AD4890</RequestId>",
        "code 5C3D9175B6FC20129XXX",
        "error DE969363-1B31-4A2A-9C\n3D-0A1B2C3D4E5F",
        "check the logs of this pod",
        "link to the console is broken",
    ],
)
def test_what_was_pasted_is_no_command_though_it_begins_with_a_word_of_one(text: str) -> None:
    assert split(text) == (None, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (Name.HELP, "")),
        ("?", (Name.HELP, "")),
        ("error Forbidden.RAM", (Name.CODE, "Forbidden.RAM")),
        ("code Throttling.User in Ecs", (Name.CODE, "Throttling.User in Ecs")),
        (f"diff {ID} {ID}", (Name.DIFF, f"{ID} {ID}")),
        (f"decode RequestId: {ID} AQIB", (Name.DECODE, f"RequestId: {ID} AQIB")),
        ("ticket cn-hangzhou en 1973374733454118", (Name.TICKET, "cn-hangzhou en 1973374733454118")),
        ("doctor", (Name.DOCTOR, "")),
        ("设置 zh", (Name.SETTINGS, "zh")),
        ("login please", (Name.LOGIN, "please")),
    ],
)
def test_commands_and_their_synonyms_stay_commands(text: str, expected: tuple[Name, str]) -> None:
    assert split(text) == expected


def test_the_nearest_command_is_offered() -> None:
    assert nearest("dokter") is Name.DOCTOR
    assert nearest("xyzzyx") is None
