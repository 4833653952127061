"""What /metrics shows, read by the official parser: names, bounded labels, and how commands ended."""

import json
import re
import urllib.request
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import MOST_WORDS, Metrics
from bot.playground import Playground
from bot.playground.alibaba import case
from tests.answers import next_answer


def samples(stage: Playground) -> dict[tuple[str, str], float]:
    """The value of each sample, by its name and labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{stage.bot.port}/metrics") as answer:
        text = answer.read().decode()
    families = text_string_to_metric_families(text)
    return {
        (sample.name, " ".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("sample", "outcome=success reason= way=command"),
        ("not-found", "outcome=halt reason=not_found way=command"),
        ("upstream-unavailable", "outcome=failure reason=unavailable way=command"),
    ],
)
def test_commands_are_counted_by_way_outcome_and_reason(playground: Playground, name: str, labels: str) -> None:
    before = samples(playground).get(("requestlog_commands_total", labels), 0.0)
    playground.slack.user("U0ALICE").types(f"/requestlog {case(name).request_id}")
    counted = ("requestlog_commands_total", labels)
    playground.slack.wait_for(lambda: samples(playground).get(counted, 0.0) == before + 1, 20)


def test_calls_times_and_states_are_shown(playground: Playground) -> None:
    playground.slack.wait_for(lambda: samples(playground)["requestlog_waiting", ""] == 0, 20)
    shown = samples(playground)
    assert shown["requestlog_ready", ""] == 1
    assert shown["requestlog_acknowledgement_seconds_count", "transport=http"] >= 1
    assert shown["requestlog_slack_calls_total", "error= method=response_url"] >= 1
    assert any(name == "requestlog_upstream_seconds_count" and "GetOwnRequestLog" in labels for name, labels in shown)
    assert ("requestlog_slack_requests_total", "status=200") in shown
    assert shown["requestlog_retry_budget", ""] > 0
    assert shown["requestlog_cache_lookups_total", "cache=logs result=miss"] >= 1
    assert shown["requestlog_cache_bytes", "cache=logs"] >= 1
    assert shown["requestlog_claims_lost_total", ""] == shown["requestlog_commands_taken_over_total", ""] == 0


def test_a_call_that_is_made_again_is_counted_with_the_reason(playground: Playground) -> None:
    alice, before = playground.slack.user("U0ALICE"), len(playground.slack.answers("U0ALICE"))
    counted = ("requestlog_upstream_retries_total", "operation=GetOwnRequestLog reason=server")
    earlier = samples(playground).get(counted, 0.0)
    playground.alibaba.fault(action="GetOwnRequestLog", status=503, code="ServiceUnavailable", times=1)
    alice.types("/requestlog 00000000-0000-4000-8000-000000004711")
    next_answer(playground.slack, "U0ALICE", before)
    assert samples(playground)[counted] == earlier + 1


def test_no_label_takes_more_than_so_many_words() -> None:
    metrics = Metrics()
    for number in range(MOST_WORDS * 3):
        metrics.called_slack("chat.postMessage", f"error_{number}")
    (family,) = [each for each in metrics.registry.collect() if each.name == "requestlog_slack_calls"]
    counted = [sample for sample in family.samples if sample.name.endswith("_total")]
    assert len(counted) == MOST_WORDS + 1
    assert sum(sample.value for sample in counted) == MOST_WORDS * 3


DEPLOY = Path(__file__).parents[1] / ".deploy"
NAME = re.compile(r"\b(?:requestlog|process)_[a-z_]+")


def test_dashboard_rules_and_readme_name_what_is_shown_and_the_readme_all_of_it(playground: Playground) -> None:
    names = [name for name, _ in samples(playground) if not name.endswith("_created")]
    shown = {re.sub(r"_bucket$|_sum$|_count$", "", name) for name in names}
    dashboard = json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))
    rules = [rule for group in yaml.safe_load((DEPLOY / "alerts.yaml").read_text("utf-8"))["groups"] for rule in group["rules"]]
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for rule in rules]
    used = {re.sub(r"_bucket$|_count$", "", name) for expression in asked for name in NAME.findall(expression)}
    labelled = {"requestlog_put_off_total", "requestlog_upstream_retries_total"}  # shown once somebody was away
    assert used - shown - labelled == set()
    told = set(NAME.findall((DEPLOY.parent / "README.md").read_text("utf-8")))
    assert {name for name in shown if name.startswith("requestlog_")} - told == set()
    guide = (DEPLOY / "operations.md").read_text("utf-8")
    assert [rule["alert"] for rule in rules if rule["alert"] not in guide] == []


def test_no_count_tells_whether_somebody_s_log_is_there(playground: Playground) -> None:
    alice = playground.slack.user("U0ALICE")
    for name in ("sample", "not-found"):
        before = len(playground.slack.answers("U0ALICE"))
        alice.types(f"/requestlog {case(name).request_id}")
        next_answer(playground.slack, "U0ALICE", before)
    results = {
        labels for name, labels in samples(playground) if name == "requestlog_upstream_seconds_count" and "RequestLog" in labels
    }
    assert not any("result=200" in each or "result=404" in each for each in results)
    assert any("result=answered" in each for each in results)
