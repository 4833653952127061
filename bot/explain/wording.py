"""How a text of the explanations reads: looked up in ``texts.toml`` beside this file, filled, and spaced for its language."""

import re
from typing import Final

from bot.languages import Language, Texts

_TEXTS: Final = Texts("bot.explain")
_HAN = "\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e"
_BETWEEN = re.compile(f"(?<=[{_HAN}“”]) (?=[{_HAN}“”])|(?<=[、-】，。：；！？（）]) | (?=[、-】，。：；！？（）])")


def say(key: str, language: Language, **values: object) -> str:
    """The text of a key, filled. Raises KeyError for a key or placeholder that nobody wrote.

    Chinese texts are written with a space on either side of a placeholder, as between Chinese and Latin letters; where
    the value turns out to be Chinese, or punctuation stands there, the space goes.
    """
    text = _TEXTS(key, language, **values)
    return _BETWEEN.sub("", text) if language == "zh" else text


def has_words(key: str) -> bool:
    """Whether somebody wrote a text for a value that came from outside, such as a scope."""
    return _TEXTS.has(key)
