"""The bot's next answer to a person, past the note that a slow look-up sends ahead of it."""

from bot.blocks.summary import TEXTS
from bot.languages import LANGUAGES
from bot.playground.slack import Message, SlackStandIn

NOTES = {TEXTS("looking_up", language) for language in LANGUAGES}
HERE = "C0INCIDENT"


def next_answer(slack: SlackStandIn, user: str, before: int, channel: str = HERE, seconds: float = 20) -> Message:
    """The newest answer once there is one beyond the first ``before`` that is no note."""

    def newest() -> Message | None:
        fresh = [each for each in slack.answers(user, channel)[before:] if each.text not in NOTES]
        return fresh[-1] if fresh else None

    answer = slack.wait_for(newest, timeout=seconds)
    if answer is None:
        message = "wait_for gives back what was waited for"
        raise AssertionError(message)
    return answer
