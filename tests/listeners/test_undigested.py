from typing import Any

import pytest

from bot.app.bot import bolt_app, dispatcher
from bot.metrics import Metrics
from bot.settings import Environment, read_settings
from tests.web.requests import block_actions


def test_a_listener_that_raises_is_a_400_and_tells_its_class_alone(capfd: pytest.CaptureFixture[str]) -> None:
    app = bolt_app(read_settings(Environment({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x"})))

    def fail(body: dict[str, Any]) -> None:
        raise LookupError(body["type"], "canary-4711")

    app.action("share")(fail)
    assert dispatcher(app, Metrics())(block_actions(), {}).status == 400
    said = "".join(capfd.readouterr())
    assert "LookupError" in said
    assert "canary" not in said
    assert "Traceback" not in said


def test_what_bolt_itself_cannot_digest_is_a_400(capfd: pytest.CaptureFixture[str]) -> None:
    app = bolt_app(read_settings(Environment({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x"})))
    assert dispatcher(app, Metrics())(block_actions(view=None), {}).status == 400
    assert "Traceback" not in "".join(capfd.readouterr())
