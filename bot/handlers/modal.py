"""Slack's modals as the stories use them: opened within a trigger's three seconds, filled in later, or found closed."""

from collections.abc import Callable
from typing import Any, Final

from bot.delivery import Delivery, NotPostedError, UndeliverableError

ACKNOWLEDGED_WITHIN_S: Final = 3.0
PAUSE_S: Final = 0.05


class Modal:
    """Opens and fills modals. What Slack refuses comes back as a plain answer: the story then tells it another way."""

    def __init__(self, delivery: Delivery, *, sleep: Callable[[float], None]) -> None:
        self._delivery = delivery
        self._sleep = sleep

    def open(self, trigger: str | None, view: dict[str, Any]) -> str | None:
        """Open a modal; its id, or None when the trigger is too old, used up, or Slack's answer was lost."""
        if not trigger:
            return None
        try:
            return _id_of(self._delivery.call("views.open", trigger_id=trigger, view=view))
        except (NotPostedError, UndeliverableError):
            return None

    def update(self, view_id: str, view: dict[str, Any]) -> bool:
        """Fill an open modal; False when it was closed. Raises UndeliverableError when Slack's answer was lost."""
        try:
            self._delivery.call("views.update", view_id=view_id, view=view)
        except NotPostedError:
            return False
        return True

    def update_acknowledged(self, external_id: str, view: dict[str, Any]) -> bool:
        """Fill the modal that a listener put on the screen with its acknowledgement; False when it was closed.

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


def _id_of(answer: dict[str, Any]) -> str | None:
    view = answer.get("view")
    return str(view["id"]) if isinstance(view, dict) and view.get("id") else None
