"""The ticket's messages as a person reads them, in both languages."""

import json
import re
from typing import Any

import pytest

from bot.playground import Playground
from tests.approval import approve
from tests.scenarios.ticket_steps import MEMBER, OTHER_MEMBER, STRANGER, asked, form_of


def masked(content: dict[str, Any], stage: Playground) -> dict[str, Any]:
    """Without what differs from run to run."""
    text = json.dumps(content, ensure_ascii=False).replace(stage.alibaba.url, "https://console.example")
    text = re.sub(r"eyJ[\w.-]+", "TICKET", text)
    text = re.sub(r"[0-9A-F]{8}-([0-9A-F]{4}-){3}[0-9A-F]{12}", "REQUEST-ID", text)
    shown: dict[str, Any] = json.loads(re.sub(r"((?:Reference|参考号)[ ：:]*)[0-9A-F]{8}", r"\1REFERENCE", text))
    return shown


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_messages_are_the_approved_ones(lang: str) -> None:
    with Playground(more={"REQUESTLOG_LANG": lang}) as stage:
        stage.slack.workspace.set_locale("U0AUDITOR", "zh-CN" if lang == "zh" else "en-US")
        cases = {"opened": f"ap-southeast-1 {MEMBER} {OTHER_MEMBER}", "member": STRANGER, "words": "cn-beijing"}
        for name, typed in cases.items():
            answer = asked(stage, typed)
            approve(f"ticket-{name}-{lang}", masked({"text": answer.text, "blocks": answer.blocks}, stage))
        stage.slack.user("U0AUDITOR").clicks(asked(stage, "cn-hangzhou"), "ticket_change")
        approve(f"ticket-form-{lang}", masked(form_of(stage.slack).content, stage))
    with Playground(more={"REQUESTLOG_LANG": lang, "REQUESTLOG_SLS_PAGE": ""}) as stage:
        stage.slack.workspace.set_locale("U0AUDITOR", "zh-CN" if lang == "zh" else "en-US")
        answer = asked(stage, "")
        approve(f"ticket-page-{lang}", masked({"text": answer.text, "blocks": answer.blocks}, stage))
