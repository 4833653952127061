"""Takes the README's pictures anew: ``python -m tests.pictures``. A denial as alice sees it in the playground."""

import base64
import tempfile
from pathlib import Path
from typing import Final

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from bot.logs import configure_logs
from bot.playground import Playground
from bot.playground.alibaba import case
from tests.playground.page.desk import Desk, chromium

FOLDER: Final = Path(__file__).parents[1] / ".github/pictures"
LANGUAGES: Final = {"en": "en-US", "zh": "zh-CN"}
THEMES: Final = ("light", "dark")
QUALITY: Final = 82


def take(desk: Desk, name: str) -> None:
    """The newest message and the one that it answers, as a picture."""
    asked, answer = (message.rect for message in desk.browser.find_elements(By.CSS_SELECTOR, "#log .message")[-2:])
    height = answer["y"] + answer["height"] - asked["y"]
    clip = {"x": asked["x"], "y": asked["y"], "width": answer["width"], "height": height, "scale": 1}
    shot = desk.browser.execute_cdp_cmd(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    )
    (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))


def main() -> None:
    """Write a picture a language and theme."""
    configure_logs("ERROR")
    FOLDER.mkdir(exist_ok=True)
    for language, locale in LANGUAGES.items():
        with tempfile.TemporaryDirectory() as profile, Playground() as stage, chromium(Path(profile)) as browser:
            desk = Desk(browser, stage.slack)
            browser.get(stage.url)
            Select(desk.find("#language")).select_by_value(locale)
            desk.types(f"/requestlog {case('denied-implicit').request_id}")
            desk.reads("ecs:RunInstances")
            for theme in THEMES:
                Select(desk.find("#theme")).select_by_value(theme)
                take(desk, f"answer.{language}.{theme}")
                print(f"answer.{language}.{theme}.webp")


if __name__ == "__main__":
    main()
