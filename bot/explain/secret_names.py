"""Whether the name of a parameter, a header or a key says that its value is a secret."""

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from bot.explain.visible import visible

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_COMPLAINTS: Final = ("invalid", "missing", "malformed", "incorrect", "illegal", "unsupported")
_LONGEST: Final = 100
_EXACT: Final = frozenset({"ak", "sk", "psk", "pass", "pw", "auth", "sign"})
_IDS_OF_SECRETS: Final = ("accesskeyid", "triggerid", "sessionid", "sessid", "connectsid")
_HARMLESS_ENDS: Final = (
    *("clienttoken", "nexttoken", "pagetoken", "idempotenttoken", "maxtoken", "maxtokens", "totaltokens"),
    *("name", "id", "type", "arn", "method", "version", "versions", "nonce", "status", "policy", "count", "length"),
    *("expiration", "expiretime", "expired", "enabled", "inherit", "algorithm", "createtime", "createdate", "days"),
)
_INSIDE: Final = (
    *("password", "passwd", "passphrase", "passcode", "secret", "privatekey", "keydata", "keymaterial"),
    *("securitytoken", "accesstoken"),
)
_ENDS: Final = (
    *("token", "tokens", "tokencode", "authorization", "authorisation", "signature", "credential", "credentials", "cookie"),
    *(
        "slsticket",
        "logticket",
        "pwd",
        "pswd",
        "plaintext",
        "userdata",
        "accesskey",
        "accesskeys",
        "apikey",
        "authkey",
        "accountkey",
        "appkey",
        "signingkey",
        "encryptionkey",
        "masterkey",
    ),
    *("responseurl", "webhook", "webhookurl", "samlassertion"),
)
#: What Chinese documents and people call them. What follows in ``_HARMLESS_CHINESE`` makes the name one of something else.
CHINESE: Final = ("密码", "口令", "密钥", "秘钥", "密匙", "私钥", "令牌", "凭证", "凭据")
_HARMLESS_CHINESE = re.compile(r"(?:id|对|名称?|类型|版本|标识|别名|算法|策略|长度|格式|状态)\s*$", re.IGNORECASE)


def names_a_secret(name: str) -> bool:
    """Whether a value of this name must not be shown: ``DBPassword``, ``x-acs-security-token``, ``数据库密码``.

    Names that only look so (``ClientToken``, ``SignatureNonce``, ``SecretName``, the error code ``InvalidSecurityToken``)
    are told apart, since hiding them would hide the cause.
    """
    return _names_a_secret(name[-_LONGEST:])


@lru_cache(maxsize=4096)
def _names_a_secret(name: str) -> bool:
    if not name.isascii() and any(word in name for word in CHINESE):
        return not _HARMLESS_CHINESE.search(name)
    name = name if name.isascii() else normalize("NFKC", visible(name))
    flat = _SEPARATORS.sub("", name.lower())
    if flat in _EXACT:
        return True
    if flat.startswith(_COMPLAINTS):
        return False
    if flat.endswith(_IDS_OF_SECRETS):
        return True
    if flat.endswith(_HARMLESS_ENDS):
        return False
    return _SEPARATORS.split(name.lower())[-1] in _EXACT or flat.endswith(_ENDS) or any(core in flat for core in _INSIDE)


def names_a_password(name: str) -> bool:
    """Whether not even the last characters may be shown, since the value is short and chosen by a person."""
    return _names_a_password(name[-_LONGEST:])


@lru_cache(maxsize=4096)
def _names_a_password(name: str) -> bool:
    flat = _SEPARATORS.sub("", name.lower())
    return "pass" in flat or flat.endswith(("pwd", "pswd", "pw", "plaintext", "tokencode", "auth")) or not name.isascii()
