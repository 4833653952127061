"""What a product is called where a record names only its code."""

import re
from typing import Final

from bot.languages import Language, Texts

_NAMES: Final = Texts("bot.explain", "products.toml")
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")


def product_name(code: str | None, language: Language) -> str | None:
    """The name of one of the common products, by its code in any spelling (``Ecs``, ``R-kvstore``); None for all others."""
    key = _SEPARATORS.sub("", (code or "").lower())
    return _NAMES(key, language) if key and _NAMES.has(key) else None
