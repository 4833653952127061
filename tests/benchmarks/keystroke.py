"""One keystroke in the playground's composer, on a page of 140 messages: from the key to the next drawing, in Chromium."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from bot.playground.slack import Post, SlackStandIn
from tests.benchmarks.figures import Figure
from tests.playground.page.desk import Desk, chromium

MESSAGES: Final = 140
KEYS: Final = 25
#: Types a letter as the page hears it, and waits for the drawing after it.
STROKE: Final = """
const done = arguments[1], field = document.querySelector("#composer"), times = [];
const stroke = (left) => {
  if (!left) { times.sort((a, b) => a - b); done(times[times.length >> 1]); return; }
  const start = performance.now();
  field.value += "x";
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: "x" }));
  void document.body.offsetHeight;
  times.push(performance.now() - start);
  requestAnimationFrame(() => stroke(left - 1));
};
field.focus();
stroke(arguments[0]);
"""


def measure() -> list[Figure]:
    """The median keystroke; nothing where no browser is installed."""
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        return []
    posts = tuple(Post("U0ALICE", f"message {number}") for number in range(MESSAGES))
    with SlackStandIn(posts=posts) as slack, tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as browser:
        desk = Desk(browser, slack)
        browser.get(slack.url)
        desk.reads(f"message {MESSAGES - 1}")
        took = browser.execute_async_script(STROKE, KEYS)
    return [Figure(f"a keystroke on a page of {MESSAGES} messages", float(took), "ms", 16)]
