"""The sub-commands of the one slash command: their names, what people type instead, the nearest to a wrong one, and help."""

import difflib
import re
from typing import Final

from bot.blocks.help import help_message
from bot.blocks.kit import Message
from bot.handlers.ask import Ask, Name
from bot.handlers.services import Handler, Services

SUBCOMMANDS: Final[dict[Name, tuple[str, ...]]] = {
    Name.HELP: ("?", "h", "usage", "帮助"),
    Name.DIFF: ("compare", "对比"),
    Name.CODE: ("error", "errorcode", "错误码"),
    Name.DECODE: ("解码",),
    Name.TICKET: ("logticket", "工单"),
    Name.SETTINGS: ("preferences", "prefs", "config", "lang", "language", "设置"),
    Name.WHOAMI: ("who", "me", "我是谁"),
    Name.DOCTOR: ("check", "diagnose", "诊断"),
    Name.LINK: ("connect", "关联"),
    Name.UNLINK: ("disconnect", "解除关联", "取消关联"),
    Name.LOGIN: ("signin", "sign-in", "登录"),
    Name.LOGOUT: ("signout", "sign-out", "登出", "退出"),
}

#: These take ids, or a message in which ids may stand.
_WITH_IDS: Final = frozenset({Name.DIFF, Name.DECODE})
#: These take no words, so a whole sentence behind one is something that was pasted.
_WITHOUT_WORDS: Final = frozenset({Name.HELP, Name.WHOAMI, Name.DOCTOR, Name.LINK, Name.UNLINK, Name.LOGIN, Name.LOGOUT})
A_SENTENCE: Final = 3
#: RAM's encoded record of a denial, as it stands in an answer: base64, perhaps percent-encoded, over as many lines as it takes.
_ENCODED: Final = re.compile(r"AQE[A-Za-z0-9+/_%\s│┃║|>-]{40,9000}=*")
_QUOTES: Final = " \t\r\n\"'`“”"
#: A RequestId, or an OSS or SLS id, perhaps masked at its end.
_ID: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-fXx*]{4,}|[0-9A-F]{16}[0-9A-FXx*]{4,16})(?![0-9A-Za-z])"
)

_BY_WORD: Final[dict[str, Name]] = {word: name for name, words in SUBCOMMANDS.items() for word in (name.value, *words)}


def split(text: str) -> tuple[Name | None, str]:
    """The sub-command that a text begins with, and the rest; None when the text is not one. Empty text asks for help.

    A RequestId in the text wins over a word: people paste ``error …`` and ``login failed …``. Only what takes ids or encoded
    messages keeps them.
    """
    first, _, rest = text.strip().partition(" ")
    if not first:
        return Name.HELP, ""
    if _ENCODED.fullmatch(text.strip(_QUOTES)):
        return Name.DECODE, text.strip()
    name = _BY_WORD.get(first.lower())
    if name is None or (name not in _WITH_IDS and _is_pasted(name, rest)):
        return None, text.strip()
    return name, rest.strip()


def _is_pasted(name: Name, rest: str) -> bool:
    whole = "".join(line.strip(" \t") for line in rest.split("\n"))
    return bool(_ID.search(rest) or _ID.search(whole)) or (name in _WITHOUT_WORDS and len(rest.split()) >= A_SENTENCE)


def nearest(word: str) -> Name | None:
    """The sub-command that somebody who typed this word may have meant."""
    close = difflib.get_close_matches(word.lower(), list(_BY_WORD), n=1, cutoff=0.6)
    return _BY_WORD[close[0]] if close else None


def answer_help(_services: Services, ask: Ask) -> Message:
    """What the bot can do."""
    return help_message(ask.language)


HANDLERS: Final[dict[Name, Handler]] = {Name.HELP: answer_help}
