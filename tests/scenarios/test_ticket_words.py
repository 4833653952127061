"""The ticket's messages as a person reads them, in both languages."""

import pytest

from bot.playground import Playground
from tests.approval import Transcript
from tests.scenarios.ticket_steps import MEMBER, OTHER_MEMBER, STRANGER, asked, form_of

TRANSCRIPT = Transcript("requestlog", "ticket")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_messages_are_the_approved_ones(lang: str) -> None:
    with Playground(more={"REQUESTLOG_LANG": lang}) as stage:
        stage.slack.workspace.set_locale("U0AUDITOR", "zh-CN" if lang == "zh" else "en-US")
        cases = {"opened": f"ap-southeast-1 {MEMBER} {OTHER_MEMBER}", "member": STRANGER, "words": "cn-beijing"}
        for name, typed in cases.items():
            answer = asked(stage, typed)
            TRANSCRIPT.approve(name, lang, answer, blocks="ticket" if name == "opened" else "")
        stage.slack.user("U0AUDITOR").clicks(asked(stage, "cn-hangzhou"), "ticket_change")
        TRANSCRIPT.approve("form", lang, form_of(stage.slack), blocks="ticket-form")
    with Playground(more={"REQUESTLOG_LANG": lang, "REQUESTLOG_SLS_PAGE": ""}) as stage:
        stage.slack.workspace.set_locale("U0AUDITOR", "zh-CN" if lang == "zh" else "en-US")
        answer = asked(stage, "")
        TRANSCRIPT.approve("without a page", lang, answer)
