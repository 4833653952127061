"""Standard input, output and error, as scripts rely on them, and how a command ends.

Exit status 0: done; 1: it could not, said in one plain sentence on standard error; 2: bad usage. Never a traceback.
"""

import codecs
import io
import json
import os
import sys
from pathlib import Path
from typing import Final, NoReturn

from bot.languages import Language, Texts

TEXTS: Final = Texts("bot.cli")
_COULD_NOT: Final = 1
_BAD_USAGE: Final = 2


def could_not(sentence: str) -> NoReturn:
    """End with exit status 1."""
    _told(sentence)
    raise SystemExit(_COULD_NOT)


def bad_usage(sentences: list[str]) -> NoReturn:
    """End with exit status 2, each mistake on its line."""
    _told("\n".join(sentences))
    raise SystemExit(_BAD_USAGE)


def _told(sentences: str) -> None:
    """Say it on standard error, without what would drive the terminal: names of files and values of settings are foreign."""
    from bot.explain.visible import visible

    print(visible(sentences), file=sys.stderr)


def text_of(words: tuple[str, ...]) -> str:
    """The words of a command line as one text; without any, standard input."""
    if words and words != ("-",):
        return " ".join(words)
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        print("Paste the text, then press Ctrl-D on a line of its own.", file=sys.stderr)
    return sys.stdin.buffer.read().decode("utf-8", "replace")


def text_in(file: str, language: Language) -> str:
    """The text of a file; of standard input where none is named."""
    if file in {"", "-"}:
        return text_of(())
    try:
        return Path(file).read_text("utf-8", errors="replace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        # What names no file may be a pasted text, secrets and all.
        if not os.access(file, os.F_OK):
            could_not(TEXTS("unreadable_name", language, reason=reason) + TEXTS("try_text", language))
        could_not(TEXTS("unreadable", language, file=file, reason=reason))


def print_json(value: object) -> None:
    """Print one line of JSON; where the output takes no UTF-8, with other characters escaped."""
    print(json.dumps(value, ensure_ascii=codecs.lookup(sys.stdout.encoding).name != "utf-8"))


def bear_any_text() -> None:
    """Show what an output cannot write as a question mark, and say once that this was done and what helps."""
    told = False

    def replaced(error: UnicodeError) -> tuple[str, int]:
        nonlocal told
        if not isinstance(error, UnicodeEncodeError):
            raise error
        if not told and error.encoding != "utf-8":
            told = True
            print(
                f"This terminal takes {error.encoding}, not UTF-8: ? stands for what it lacks. Set PYTHONUTF8=1.",
                file=sys.stderr,
            )
        return "?" * (error.end - error.start), error.end

    codecs.register_error("requestlog", replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="requestlog")
