import pytest

from bot.explain.visible import cut, one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", "link"),
        ("pay\u202egpj.exe", "paygpj.exe"),
        ("LT\u200bAI", "LTAI"),
        ("a\x00b\x07c", "abc"),
        ("half \ud800", "half \ufffd"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("tab\tstays", "tab\tstays"),
        ("密码", "密码"),
    ],
)
def test_only_what_a_reader_can_see_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(text).encode()


def test_a_line_is_one_line() -> None:
    assert one_line(" a\n\tb \u2029 c ") == "a b c"


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    assert (cut("abcdef", 6), cut("abcdefg", 6)) == ("abcdef", "abcde…")
