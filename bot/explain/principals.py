"""How a caller or a denied principal is called in words: RAM user, role session, federated identity, main account."""

from typing import Final

from bot.explain.wording import say
from bot.languages import Language

# The names of GetOwnRequestLog's callerType, of ActionTrail's userIdentity.type and of DecodeDiagnosticMessage mean the same.
_TYPES: Final[dict[str, str]] = {
    "customer": "RootUser",
    "rootuser": "RootUser",
    "root-account": "RootUser",
    "account": "RootUser",
    "sub": "SubUser",
    "subuser": "SubUser",
    "ram-user": "SubUser",
    "ramuser": "SubUser",
    "assumedroleuser": "AssumedRoleUser",
    "assumed-role": "AssumedRoleUser",
    "federated": "Federated",
    "saml-user": "Federated",
}


def principal_type(written: str | None) -> str | None:
    """The type in the words of DecodeDiagnosticMessage; an unknown one as it came."""
    return _TYPES.get(written.lower(), written) if written else None


def principal_words(written_type: str | None, name: str | None, account_id: str | None, language: Language) -> str:
    """A principal in words, for use inside a sentence. An unknown type stands there as it came, quoted."""
    kind = principal_type(written_type)
    role, colon, session = (name or "").partition(":")
    values = {"name": name or "", "role": role, "session": session, "account": account_id or "", "type": kind or ""}
    return say(f"principal.{_key(kind, name, colon, account_id)}", language, **values)


def _key(kind: str | None, name: str | None, colon: str, account_id: str | None) -> str:
    if kind == "RootUser":
        return "RootUser" if account_id else "RootUser_unknown"
    if kind is None:
        return "named" if name else "unknown"
    known = kind in ("SubUser", "AssumedRoleUser", "Federated")
    if not name:
        return f"{kind}_unknown" if known else "only_type"
    if not known:
        return "other"
    return "AssumedRoleUser_session" if kind == "AssumedRoleUser" and colon else kind
