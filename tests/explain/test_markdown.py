import pytest

from bot.explain.vendor import plain_text


def test_a_solution_as_the_api_writes_it_becomes_lines_of_plain_text() -> None:
    content = (
        "Cause\\n=====\\n\\nThe **instance** is `Stopped`.\\n\\nSolution\\n--------\\n\\n* * *"
        "\\n\\n1. Start it\\n2. Retry\\n\\n"
        "* see [the page](https://help.aliyun.com/x)\\n"
    )
    assert plain_text(content) == (
        "Cause\n\nThe instance is Stopped.\n\nSolution\n\n1. Start it\n2. Retry\n\n• see the page (https://help.aliyun.com/x)"
    )


def test_a_table_becomes_an_item_a_row_with_the_names_of_its_columns() -> None:
    assert plain_text("| Code | Meaning |\n|---|:---|\n| A | one |\n| B | two | extra |") == (
        "• Code: A; Meaning: one\n• Code: B; Meaning: two; extra"
    )


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[x](https://evil.example/a)", "x"),
        ("[x](http://help.aliyun.com/a)", "x"),
        ("![logo](https://help.aliyun.com/a.png)", "logo"),
        ("see https://evil.example/a.", "see evil[.]example"),
        ("see https://help.aliyun.com/a.", "see https://help.aliyun.com/a."),
        ("<script>alert(1)</script>", "alert(1)"),
        ("one<br/>two", "one\ntwo"),
        ("## Title ##", "Title"),
        ("> quoted", "quoted"),
        ("```\ncode *x*\n```", "code *x*"),
        (r"a \* b \_ c", "a * b _ c"),
        (r"C:\new\table" + "\nnext", r"C:\new\table" + "\nnext"),
        ("- a\n  - b", "• a\n  • b"),
        ("", ""),
    ],
)
def test_markup_goes_and_the_words_stay(markdown: str, text: str) -> None:
    assert plain_text(markdown) == text


@pytest.mark.parametrize("piece", ["[", "![", "**", "*a ", "<", "| ", "`", "\\n", "[a](", "# ", "https://"])
def test_long_hostile_markdown_ends_in_time(piece: str) -> None:
    plain_text(piece * (60_000 // len(piece)))
