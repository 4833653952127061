"""How things are called in the explanations: texts of ``texts.toml``, products by their names, callers and principals."""

import re
from typing import Final

from bot.explain.explanation import Principal
from bot.languages import Language, Texts

_TEXTS: Final = Texts("bot.explain")
_PRODUCTS: Final = Texts("bot.explain", "products.toml")
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")
_HAN = "\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e"
_BETWEEN = re.compile(f"(?<=[{_HAN}“”]) (?=[{_HAN}“”])|(?<=[、-】，。：；！？（）]) | (?=[、-】，。：；！？（）])")
# The names of GetOwnRequestLog's callerType, of ActionTrail's userIdentity.type and of DecodeDiagnosticMessage mean the same.
_TYPES: Final[dict[str, str]] = {
    **dict.fromkeys(("customer", "rootuser", "root-account", "account"), "RootUser"),
    **dict.fromkeys(("sub", "subuser", "ram-user", "ramuser"), "SubUser"),
    **dict.fromkeys(("assumedroleuser", "assumed-role"), "AssumedRoleUser"),
    **dict.fromkeys(("federated", "saml-user"), "Federated"),
}


def say(key: str, language: Language, **values: object) -> str:
    """The text of a key, filled. Raises KeyError for a key or placeholder that nobody wrote.

    Chinese texts are written with a space on either side of a placeholder, as between Chinese and Latin letters; where
    the value turns out to be Chinese, or punctuation stands there, the space goes.
    """
    return _spaced(_TEXTS(key, language, **values), language)


def called(text: str | None, instead: tuple[tuple[str, str], ...], language: Language) -> str | None:
    """A text with the asker's own principals called otherwise."""
    for you, who in instead if text else ():
        text = text and _spaced(text.replace(you, f" {who} " if language == "zh" else who).strip(), language)
    return text


def _spaced(text: str, language: Language) -> str:
    return _BETWEEN.sub("", text) if language == "zh" else text


def has_words(key: str) -> bool:
    """Whether somebody wrote a text for a value that came from outside, such as a scope."""
    return _TEXTS.has(key)


def joined(language: Language, *sentences: str | None) -> str:
    """Those sentences that there are, as one text."""
    return ("" if language == "zh" else " ").join(filter(None, sentences))


def account_words(account_id: str | None, language: Language) -> str:
    """An account inside a sentence."""
    return say("account.known" if account_id else "account.unknown", language, account=account_id or "")


def product_name(code: str | None, language: Language) -> str | None:
    """The name of one of the common products, by its code in any spelling (``Ecs``, ``R-kvstore``); None for all others."""
    key = _SEPARATORS.sub("", (code or "").lower())
    return _PRODUCTS(key, language) if key and _PRODUCTS.has(key) else None


def principal_type(written: str | None) -> str | None:
    """The type in the words of DecodeDiagnosticMessage; an unknown one as it came."""
    return _TYPES.get(written.lower(), written) if written else None


def principal_words(
    written_type: str | None,
    name: str | None,
    account_id: str | None,
    language: Language,
    own: frozenset[Principal] = frozenset(),
) -> str:
    """A caller or a denied principal in words, for use inside a sentence; an unknown type as it came, quoted.

    One of the asker's ``own`` principals is addressed: "you (RAM user …)".
    """
    kind = principal_type(written_type)
    role, colon, session = (name or "").partition(":")
    if kind == "RootUser":
        key = "RootUser" if account_id else "RootUser_unknown"
    elif kind is None:
        key = "named" if name else "unknown"
    elif kind not in _TYPES.values():
        key = "other" if name else "only_type"
    elif name:
        key = "AssumedRoleUser_session" if kind == "AssumedRoleUser" and colon else kind
    else:
        key = f"{kind}_unknown"
    values = {"name": name or "", "role": role, "session": session, "account": account_id or "", "type": kind or ""}
    words = say(f"principal.{key}", language, **values)
    asker = any(
        (account, principal_type(written)) == (account_id, kind) and (kind == "RootUser" or own_id == name)
        for account, written, own_id in own
    )
    return say("principal.you", language, who=words) if asker else words
