"""Who is served: what an installation may allow, and what is known of people without an optional scope."""

from bot.playground import Playground
from bot.playground.alibaba.cases import case
from tests.scenarios.test_mention import told

SAMPLE = case("sample").request_id


def test_guests_and_shared_channels_are_served_where_the_installation_allows_it() -> None:
    with Playground(more={"REQUESTLOG_ALLOW_GUESTS": "true", "REQUESTLOG_ALLOW_SHARED": "true"}) as stage:
        slack = stage.slack
        assert "no Alibaba Cloud identity" in told(slack, SAMPLE, user="U0GUEST").words
        assert "no Alibaba Cloud identity" in told(slack, SAMPLE, user="U0PARTNER", channel="C0SHARED").words
        assert "RunInstances" in told(slack, SAMPLE, channel="C0SHARED").words
        assert slack.breaches == []


def test_where_slack_tells_nothing_of_people_the_identities_file_decides() -> None:
    with Playground() as stage:
        slack = stage.slack
        slack.refuse("users.info", "missing_scope", 100)
        assert "RunInstances" in told(slack, SAMPLE).words
        assert "no Alibaba Cloud identity" in told(slack, SAMPLE, user="U0GUEST").words
        assert "another organisation" in told(slack, SAMPLE, user="U0PARTNER", channel="C0SHARED").words
        assert slack.breaches == []
