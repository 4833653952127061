"""The log ticket: a bearer secret that nothing prints by accident."""

from dataclasses import dataclass, field
from typing import Final, NoReturn

_MASK: Final = "Ticket(****)"


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
