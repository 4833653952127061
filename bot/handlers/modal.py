"""Slack's modals: opened within a trigger's three seconds, filled in later, or found closed."""

from collections.abc import Callable
from typing import Any, Final

from bot.delivery import Delivery, NotPostedError, UndeliverableError
from bot.handlers.ask import Origin

ACKNOWLEDGED_WITHIN_S: Final = 3.0
PAUSE_S: Final = 0.05

View = dict[str, Any]


class Modals:
    """Opens and fills modals. What Slack refuses comes back as a plain answer: it is then told another way."""

    def __init__(self, delivery: Delivery, *, sleep: Callable[[float], None]) -> None:
        self._delivery = delivery
        self._sleep = sleep

    def show(self, origin: Origin, view: View) -> str | None:
        """Open a modal, on top of the one that was clicked in.

        Returns its id, or None when the trigger is too old or used up, or Slack's answer was lost.
        """
        if not origin.trigger:
            return None
        try:
            method = "views.push" if origin.in_modal else "views.open"
            answer = self._delivery.call(method, trigger_id=origin.trigger, view=view)
        except (NotPostedError, UndeliverableError):
            return None
        shown = answer.get("view")
        return str(shown["id"]) if isinstance(shown, dict) and shown.get("id") else None

    def update(self, view_id: str, view: View) -> bool:
        """Fill an open modal; False when it was closed. Raises UndeliverableError when Slack's answer was lost."""
        try:
            self._delivery.call("views.update", view_id=view_id, view=view)
        except NotPostedError:
            return False
        return True

    def answer_in(self, origin: Origin, view: View) -> bool:
        """Fill the modal that an ask was made in, or the one that waits for its answer; False when there is none (any more)."""
        if not origin.view:
            return False
        return self._update_acknowledged(origin.view, view) if origin.waiting else self.update(origin.view, view)

    def _update_acknowledged(self, external_id: str, view: View) -> bool:
        """Fill the modal that a listener put on the screen with its acknowledgement.

        The acknowledgement may still be on its way: only once it has arrived does Slack know the ``external_id``, so a
        result can never be overwritten by the loading view.
        """
        for _ in range(int(ACKNOWLEDGED_WITHIN_S / PAUSE_S)):
            try:
                self._delivery.call("views.update", external_id=external_id, view=view)
            except NotPostedError as error:
                if error.reason != "not_found":
                    return False
                self._sleep(PAUSE_S)
            else:
                return True
        return False


def fill(show: Callable[[View], bool], make: Callable[[], View], failed: View) -> bool:
    """Put what ``make`` gives into a waiting modal by ``show``, or ``failed`` when it raises; False when it was closed."""
    view = failed
    try:
        view = make()
    finally:
        shown = show(view)
    return shown
