"""An answer that could not be shown where it was asked for: the same message, with a sentence on why it is here."""

import re

from bot.blocks.kit import SHARED, Message, context
from bot.languages import Language

_CHINESE = re.compile("[\u4e00-\u9fff]")


def elsewhere(message: Message) -> Message:
    """The message as it goes into a direct conversation, in the language that it is written in."""
    language: Language = "zh" if _CHINESE.search(message.text) else "en"
    said = SHARED("trouble.elsewhere", language)
    blocks = [{**context(said), "block_id": "elsewhere"}, *message.blocks] if message.blocks else []
    return Message(f"{said} {message.text}", blocks[:50])
