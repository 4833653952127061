"""What a product is called where a record names only its code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.languages import Texts

if TYPE_CHECKING:
    from bot.languages import Language

_NAMES: Final = Texts("bot.explain", "products.toml")
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")


def product_name(code: str | None, language: Language) -> str | None:
    """The name of one of the common products, by its code in any spelling (``Ecs``, ``R-kvstore``); None for all others."""
    key = _SEPARATORS.sub("", (code or "").lower())
    return _NAMES(key, language) if key and _NAMES.has(key) else None
