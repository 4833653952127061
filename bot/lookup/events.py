"""Events of ActionTrail around a call: page by page, two calls a second an account, until all are read or the bound is met."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.aliyun.client import CallTerms, Client, TrailTerms
from bot.aliyun.errors import AliyunError, DeniedError
from bot.aliyun.trail import EventsAnswer, TrailEvent
from bot.explain.around import Around
from bot.identity.directory import Access, Identity
from bot.lookup.background import TRAIL_KEEPS
from bot.outcomes import Found

MOST_EVENTS: Final = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """What was read, newest first, and how far it came.

    ``more`` says that the account has more events than were read; ``unread`` are the values that were not asked for to their
    end; ``error`` is what ended it early.
    """

    events: tuple[TrailEvent, ...] = ()
    more: bool = False
    unread: tuple[str, ...] = ()
    error: AliyunError | None = None


def viewers(access: Access, found: Found) -> list[Identity]:
    """As whom the events of a found call's account may be asked for: who saw the call first, then who sees the whole account.

    An event is somebody's own call. So who may see their own calls alone, in this channel or by a role, asks for none: not
    even the number of hidden ones may be told, nor the time that reading them takes.
    """
    account, seen_as = found.explanation.call.account_id, found.rungs[-1].viewed_as
    whole = [each for each in access.identities if not each.own_only and (each.sight is None or each.sight.own is None)]
    fit = [each for each in whole if each.name == seen_as or (each.sight and each.sight.account == account)]
    return sorted(fit, key=lambda each: each.name != seen_as)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads as one identity, in one account and region. ``terms`` are the credential, the deadline and how to renew.

    ``go_on`` hears after each answer how many there were, and ends the reading by saying False.
    """

    client: Client
    identity: Identity
    account: str | None
    region: str
    now: datetime
    go_on: Callable[[int], bool]
    terms: CallTerms

    def read(self, asked: Around) -> Heard:
        """Ask for each of the values in turn.

        Raises:
            DeniedError: ``actiontrail:LookupEvents`` is missing.
        """
        shown: dict[str, TrailEvent] = {}
        count = calls = 0
        for number, value in enumerate(asked.values):
            page: str | None = ""
            while page is not None:
                unread = asked.values[number:]
                if count >= MOST_EVENTS:
                    return Heard(_newest_first(shown), more=True, unread=unread[page != "" :])
                try:
                    answer = self._page(asked, value, page)
                except DeniedError:
                    raise
                except (AliyunError, ValueError) as error:  # a region that is none cannot be asked
                    return Heard(_newest_first(shown), unread=unread, error=error if isinstance(error, AliyunError) else None)
                count, calls, page = count + len(answer.events), calls + 1, answer.next_page
                shown |= {
                    each.event_id or f"{count}.{place}": each
                    for place, each in enumerate(answer.events)
                    if self._may_show(each)
                }
                if not self.go_on(calls):
                    return Heard(_newest_first(shown), unread=unread)
        return Heard(_newest_first(shown))

    def _page(self, asked: Around, value: str, page: str) -> EventsAnswer:
        start, end = max(asked.start, self.now - TRAIL_KEEPS), min(asked.end, self.now)
        place: TrailTerms = {
            "region": self.region,
            "start": start,
            "end": end,
            "account": self.account,
            "page": page,
            **self.terms,
        }
        return self.client.lookup_events(asked.key, value, **place)

    def _may_show(self, event: TrailEvent) -> bool:
        sight = self.identity.sight
        return sight is None or sight.of_event(event) == "shown"


def _newest_first(events: Mapping[str, TrailEvent]) -> tuple[TrailEvent, ...]:
    return tuple(sorted(events.values(), key=lambda each: each.event_time or "", reverse=True))
