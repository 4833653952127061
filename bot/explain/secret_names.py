"""Whether the name of a parameter, a header or a key says that its value is a secret."""

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from bot.explain.visible import visible

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_COMPLAINTS: Final = ("invalid", "missing", "malformed", "incorrect", "illegal", "unsupported")
_LONGEST: Final = 100
_EXACT: Final = frozenset({"ak", "sk", "psk", "pass", "pw", "auth", "sign", "sig", "otp", "creds"})
_IDS_OF_SECRETS: Final = ("accesskeyid", "triggerid", "sessionid", "sessid", "connectsid")
_HARMLESS_ENDS: Final = (
    *("clienttoken", "nexttoken", "pagetoken", "idempotenttoken", "maxtoken", "maxtokens", "totaltokens", "bypass", "compass"),
    *("name", "id", "type", "arn", "method", "version", "versions", "nonce", "status", "policy", "count", "length", "ref"),
    *("path", "file"),
    *("expiration", "expiretime", "expired", "enabled", "inherit", "algorithm", "createtime", "createdate", "days", "required"),
)
_INSIDE: Final = (
    *("password", "passwd", "passphrase", "passcode", "secret", "privatekey", "keydata", "keymaterial", "passwort"),
    *("securitytoken", "accesstoken", "kennwort", "contrasena", "motdepasse", "wachtwoord", "securestring"),
)
_ENDS: Final = (
    *("token", "tokens", "tokencode", "authorization", "authorisation", "signature", "credential", "credentials", "cookie"),
    *("slsticket", "logticket", "pwd", "pswd", "plaintext", "userdata", "accesskeys", "pass", "senha", "parol", "parola"),
    *("responseurl", "webhook", "webhookurl", "assertion", "samlresponse", "stringseed", "tokenhint", "authtok", "csrf"),
)
_CHOSEN_ENDS: Final = (
    *("pwd", "pswd", "pw", "plaintext", "tokencode", "auth", "wort", "wachtwoord", "senha", "otp", "creds", "psk", "parol"),
    "parola",
)
_KEYS = re.compile(
    "(?:access|account|admin|aes|api|app|auth|cipher|client|crypt|cryption|deploy|des|enc|encrypt|hmac|jwt|license|master|private|"
    "root|secret|server|service|session|shared|sign|signing|sm4|ssh|storage|stream|tls|webhook|write)key\\Z"
)
"""A key with such a word before it opens something; others lead to a row, an object, a tag or a public thing."""

#: What Chinese documents and people call them, and others in their own letters.
FOREIGN: Final = (  # noqa: SIM905 - words read better as text
    "密码|密 码|口令|密钥|秘钥|密匙|私钥|令牌|凭证|凭据|验证码|授权码|密碼|金鑰|憑證|パスワード|비밀번호|암호|пароль|"
    "contraseña|mật khẩu|kata sandi|รหัสผ่าน|şifre|hasło|lösenord|jelszó|كلمة المرور|पासवर्ड"
).split("|")
#: What makes a Chinese name one of something else.
HARMLESS_TAILS: Final = r"\ ?id|对|名称?|类型|版本|标识|别名|算法|策略|长度|格式|状态|有效期|周期|规则|要求|桶"
_HARMLESS_FOREIGN = re.compile(rf"(?:{HARMLESS_TAILS})\s*$", re.IGNORECASE)
STEMS: Final = (  # noqa: SIM905 - the same
    "private key|access key|api key|mot de passe|pass phrase|user data|pass|pswd|pw|plaintext|psk|secret|sign|sig|sk|token|"
    "ticket|trigger|cred|cookie|contrasena|key|auth|assertion|ak|response|webhook|sess|csrf|connect.sid|otp|seed|kennwort|wachtwoord|"
    "senha|parol"
).split("|")
"""One of these or of the foreign words stands in every name of a secret; for a blank also a dash, an underscore or nothing."""


def names_a_secret(name: str) -> bool:
    """Whether a value of this name must not be shown: ``DBPassword``, ``x-acs-security-token``, ``数据库密码``.

    Names that only look so (``ClientToken``, ``SignatureNonce``, ``SecretName``, the error code ``InvalidSecurityToken``)
    are told apart, since hiding them would hide the cause.
    """
    return _names_a_secret(name[-_LONGEST:])


@lru_cache(maxsize=4096)
def _names_a_secret(name: str) -> bool:
    if any(word in name for word in FOREIGN):
        return not _HARMLESS_FOREIGN.search(name)
    name = name if name.isascii() else normalize("NFKC", visible(name))
    flat = _SEPARATORS.sub("", name.lower()).rstrip("0123456789")
    if flat in _EXACT:
        return True
    if flat.startswith(_COMPLAINTS):
        return False
    if flat.endswith(_IDS_OF_SECRETS):
        return True
    if flat.endswith(_HARMLESS_ENDS):
        return False
    ends = _SEPARATORS.split(name.lower())[-1] in _EXACT or flat.endswith(_ENDS) or _KEYS.search(flat, max(0, len(flat) - 12))
    return bool(ends) or any(core in flat for core in _INSIDE)


def names_a_password(name: str) -> bool:
    """Whether not even the last characters may be shown, since the value is short and chosen by a person."""
    name = name[-_LONGEST:]
    flat = _SEPARATORS.sub("", name.lower())
    return "pass" in flat or flat.endswith(_CHOSEN_ENDS) or not name.isascii()
