"""What nothing prints or stores by accident: the key pair that signs a call, the session that STS issues, and a log ticket."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NoReturn

_VISIBLE: Final = 4
_MASK: Final = "Ticket(****)"


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """An AccessKey, with the security token of its session if it is a temporary one.

    Raises:
        ValueError: A part is empty or holds a character that would break an HTTP header; the part itself is not told.
    """

    access_key_id: str
    access_key_secret: str
    security_token: str | None = None

    def __post_init__(self) -> None:
        parts = {"AccessKey id": self.access_key_id, "AccessKey secret": self.access_key_secret}
        parts |= {"security token": self.security_token} if self.security_token is not None else {}
        for name, part in parts.items():
            if not (part and part.isascii() and part.isprintable() and " " not in part):
                message = f"The {name} is empty or holds a character that no {name} has."
                raise ValueError(message)

    @property
    def masked_id(self) -> str:
        """The AccessKey id's last four characters behind stars: enough to recognise it."""
        return "****" + self.access_key_id[-_VISIBLE:] if len(self.access_key_id) > _VISIBLE else "****"

    def __repr__(self) -> str:
        return f"Credential({self.masked_id!r})"

    def __reduce__(self) -> NoReturn:
        # Whatever pickles a value writes it somewhere; a credential is written nowhere.
        message = "A credential is never stored."
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class Session:
    """What AssumeRole issued: a temporary credential, and when it ends (aware, UTC)."""

    credential: Credential
    expires_at: datetime


class Ticket:
    """A ticket of Simple Log Service. Whoever holds its value acts with the rights of the call's credential.

    Every way of turning it into text gives a mask; ``reveal`` alone gives the value. It cannot be pickled.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value itself, for the link that goes to the asker and nowhere else."""
        return self.__value

    def __repr__(self) -> str:
        return _MASK

    def __format__(self, format_spec: str) -> str:
        return format(_MASK, format_spec)

    def __reduce__(self) -> NoReturn:
        # Whatever pickles a value writes it somewhere; a ticket is written nowhere.
        message = "A ticket is never stored."
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class LogTicketAnswer:
    """The answer of GetLogTicket."""

    ticket: Ticket
    request_id: str | None = field(default=None, compare=False)
