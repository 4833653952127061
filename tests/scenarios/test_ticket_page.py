"""Which page a ticket opens: the installation's, the account's own, or none; and where none may be opened."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import AlibabaStandIn
from tests.scenarios.ticket_steps import asked, button, words

IDENTITIES = """
[[people]]
team = "T0REQLOG1"
user = "U0AUDITOR"
identities = [{ credential = { env = "ALICE" } }, { credential = { env = "AUDITOR" } }]

[[accounts]]
id = "1973374733454118"
site = "international"
role_arn = "acs:ram::1973374733454118:role/requestlog-reader"
sls_page = "PAGE"

[[channels]]
team = "T0REQLOG1"
channel = "C0PUBLIC"
view = "own"

[[channels]]
team = "T0REQLOG1"
channel = "G0PRIVATE"
view = "none"
"""


@pytest.fixture(scope="module")
def own_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """An installation whose account has its own page and site, and where the auditor has alice's identity before theirs."""
    with AlibabaStandIn() as console:
        path = tmp_path_factory.mktemp("identities") / "identities.toml"
        path.write_text(IDENTITIES.replace("PAGE", f"{console.url}/console/own?slsRegion=ap-southeast-1"), "utf-8")
        with Playground(more={"REQUESTLOG_IDENTITIES": str(path)}) as stage:
            yield stage
            assert stage.slack.breaches == []


def test_without_a_page_nothing_is_fetched_and_the_way_to_set_one_is_told() -> None:
    for page, part in (("", "No console page is set"), ("https://evil.example/sls", "cannot be used")):
        with Playground(more={"REQUESTLOG_SLS_PAGE": page}) as stage:
            answer = asked(stage, "")
            assert part in words(answer.blocks)
            assert "REQUESTLOG_SLS_PAGE=" in words(answer.blocks)
            assert "sls_page = " in words(answer.blocks)
            assert stage.alibaba.calls("GetLogTicket") == 0
            assert stage.slack.breaches == []


def test_a_ticket_too_long_for_a_button_has_its_sentence() -> None:
    with Playground(more={"REQUESTLOG_SLS_PAGE": "https://sls.console.aliyun.com/x?y=" + "z" * 3000}) as stage:
        assert "longer than the 3,000 characters" in asked(stage, "").text
        assert stage.slack.breaches == []


def test_the_accounts_own_page_and_site_go_before_the_installations(own_page: Playground) -> None:
    answer = asked(own_page, "")
    url = button(answer.blocks, "ticket_open")["url"]
    assert "/console/own?slsRegion=ap-southeast-1&sls_ticket=" in url
    assert "outside the Chinese mainland" in words(answer.blocks)


def test_the_identity_that_may_is_the_one_that_asks(own_page: Playground) -> None:
    shown = words(asked(own_page, "").blocks)
    assert "RAM user auditor" in shown
    assert "RAM user alice" not in shown


@pytest.mark.parametrize(("channel", "part"), [("C0PUBLIC", "your own calls only"), ("G0PRIVATE", "No logs are opened")])
def test_a_narrowed_channel_opens_no_logs(own_page: Playground, channel: str, part: str) -> None:
    before = own_page.alibaba.calls("GetLogTicket")
    answer = asked(own_page, "", channel=channel)
    assert part in answer.text
    assert not button(answer.blocks, "ticket_change")
    assert own_page.alibaba.calls("GetLogTicket") == before
