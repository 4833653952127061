"""The sub-commands of the one slash command: their names, what people type instead, and the nearest to a wrong one."""

import difflib
from typing import Final

SUBCOMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "help": ("?", "h", "usage", "帮助"),
    "diff": ("compare", "对比"),
    "code": ("error", "errorcode", "错误码"),
    "decode": ("解码",),
    "ticket": ("logticket", "工单"),
    "settings": ("preferences", "prefs", "config", "lang", "language", "设置"),
    "whoami": ("who", "me", "我是谁"),
    "doctor": ("check", "diagnose", "诊断"),
    "link": ("connect", "关联"),
    "unlink": ("disconnect", "解除关联", "取消关联"),
    "login": ("signin", "sign-in", "登录"),
    "logout": ("signout", "sign-out", "登出", "退出"),
}

_BY_WORD: Final = {word: name for name, words in SUBCOMMANDS.items() for word in (name, *words)}


def split(text: str) -> tuple[str | None, str]:
    """The sub-command that a text begins with, and the rest; None when the text is not one. Empty text asks for help."""
    first, _, rest = text.strip().partition(" ")
    if not first:
        return "help", ""
    name = _BY_WORD.get(first.lower())
    return (name, rest.strip()) if name else (None, text.strip())


def nearest(word: str) -> str | None:
    """The sub-command that somebody who typed this word may have meant."""
    close = difflib.get_close_matches(word.lower(), list(_BY_WORD), n=1, cutoff=0.6)
    return _BY_WORD[close[0]] if close else None
