"""From a click to the loading modal and to the result, in the playground; and twenty ids against one behind a slow upstream."""

import time
from collections.abc import Callable
from statistics import median

from bot.logs import configure_logs
from bot.manifest import MESSAGE_SHORTCUT
from bot.playground import Playground
from bot.playground.alibaba import NewLog
from tests.benchmarks.figures import Figure

ALICE = "U0ALICE"
CLICKS = 15
UPSTREAM_S = 0.3
PATIENCE_S = 20


def _since(start: float, there: Callable[[], object]) -> float:
    while not there():
        if time.perf_counter() - start > PATIENCE_S:
            message = "nothing came"
            raise TimeoutError(message)
        time.sleep(0.001)
    return (time.perf_counter() - start) * 1e3


def _click(stage: Playground) -> tuple[float, float]:
    slack = stage.slack
    post = next(each for each in slack.sees(ALICE) if "alicloud_instance" in each.text)
    start = time.perf_counter()
    slack.user(ALICE).chooses_shortcut(MESSAGE_SHORTCUT, post)
    loading = _since(start, lambda: slack.modal(ALICE))
    result = _since(start, lambda: (view := slack.modal(ALICE)) and "RunInstances" in view.words)
    top = slack.modal(ALICE)
    if top is not None:
        slack.user(ALICE).closes(top)
    return loading, result


def _asked(stage: Playground, ids: list[str]) -> float:
    before = len(stage.slack.answers(ALICE))
    start = time.perf_counter()
    stage.slack.user(ALICE).types(f"/requestlog {' '.join(ids)}")
    return _since(start, lambda: len(stage.slack.answers(ALICE)) > before)


def _fresh(stage: Playground, count: int) -> list[str]:
    log = {"basicInfo": {"api": "DescribeInstances", "product": "Ecs", "httpStatusCode": "200"}}
    return [stage.alibaba.add_log(NewLog(owner="alice", log=log)) for _ in range(count)]


def measure() -> list[Figure]:
    """The clicks, and twenty ids over one."""
    configure_logs("ERROR")
    with Playground() as stage:
        clicks = [_click(stage) for _ in range(CLICKS)]
        stage.alibaba.fault(delay_s=UPSTREAM_S)
        one = median(_asked(stage, _fresh(stage, 1)) for _ in range(5))
        twenty = median(_asked(stage, _fresh(stage, 20)) for _ in range(3))
    loading, result = median(each[0] for each in clicks), median(each[1] for each in clicks)
    return [
        Figure("20 ids : one id, 300 ms upstream", twenty / one, "×", 1.6, f"{twenty:.0f} and {one:.0f} ms"),
        Figure("a shortcut's loading modal", loading, "ms", None, f"its result after {result:.0f} ms, medians of {CLICKS}"),
    ]
