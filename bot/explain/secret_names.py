"""Whether the name of a parameter, a header or a key says that its value is a secret."""

import re
from typing import Final

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_COMPLAINTS: Final = ("invalid", "missing", "malformed", "incorrect", "illegal", "unsupported")
_EXACT: Final = frozenset({"ak", "sk", "psk", "pass"})
_IDS_OF_SECRETS: Final = ("accesskeyid", "triggerid")
_HARMLESS_ENDS: Final = (
    *("clienttoken", "nexttoken", "pagetoken", "idempotenttoken", "maxtoken", "maxtokens", "totaltokens"),
    *("name", "id", "type", "arn", "method", "version", "versions", "nonce", "status", "policy", "count", "length"),
    *("expiration", "expiretime", "expired", "enabled", "inherit", "algorithm", "createtime", "createdate", "days"),
)
_INSIDE: Final = (
    "password",
    "passwd",
    "passphrase",
    "secret",
    "privatekey",
    "keydata",
    "keymaterial",
    "securitytoken",
    "accesstoken",
)
_ENDS: Final = (
    *("token", "tokens", "tokencode", "authorization", "authorisation", "signature", "credential", "credentials", "cookie"),
    *("slsticket", "logticket", "pwd", "plaintext", "userdata", "accesskey", "accesskeys", "apikey", "responseurl"),
    *("webhook", "webhookurl", "samlassertion"),
)


def names_a_secret(name: str) -> bool:
    """Whether a value of this name must not be shown: ``DBPassword``, ``x-acs-security-token``, ``Account.1.Secret``.

    Names that only look so (``ClientToken``, ``SignatureNonce``, ``SecretName``, the error code ``InvalidSecurityToken``)
    are told apart, since hiding them would hide the cause.
    """
    flat = _SEPARATORS.sub("", name.lower())
    if flat in _EXACT or flat.endswith(_IDS_OF_SECRETS):
        return True
    last = _SEPARATORS.split(name.lower())[-1]
    if flat.startswith(_COMPLAINTS) or flat.endswith(_HARMLESS_ENDS):
        return False
    return last in _EXACT or flat.endswith(_ENDS) or any(core in flat for core in _INSIDE)


def names_a_password(name: str) -> bool:
    """Whether not even the last characters may be shown, since the value is short and chosen by a person."""
    flat = _SEPARATORS.sub("", name.lower())
    return "pass" in flat or flat.endswith(("pwd", "plaintext", "tokencode"))
