"""An ask survives a restart, whatever it carries; and every name that a listener can hand on has its handler."""

import json
from typing import get_args

import pytest

from bot.delivery import Target
from bot.delivery.calls import Unsent
from bot.handlers.ask import (
    Arguments,
    Ask,
    Choice,
    Comment,
    Decision,
    Earlier,
    Lacking,
    Name,
    Opinion,
    Origin,
    Page,
    Sharing,
    Shown,
    Wait,
    Wanted,
)
from bot.handlers.runner import HANDLERS
from bot.identity.person import Person

GIVEN = [
    Page("response", 2),
    Shown({"code": "Forbidden.RAM", "action": "ecs:RunInstances"}),
    Sharing(("accounts",), chosen=True, way="sealed"),
    Opinion(helpful=True),
    Comment("catalogue:throttling"),
    Choice("account", "prod"),
    Wanted("to deploy", "1d"),
    Decision("granted"),
    Lacking("image"),
    Earlier("ID-1 ID-2", 1_790_000_000),
    Wait(7, 2),
    Unsent("An answer", [{"type": "divider"}], Target("U1", "C1"), lost=True),
]


@pytest.mark.parametrize("arguments", [None, *GIVEN])
def test_an_ask_comes_back_from_json_as_it_was(arguments: Arguments | None) -> None:
    origin = Origin("C1", "1.1", "1.2", "https://hooks.slack.com/1", "t", "V1", in_modal=True, private=True, author="U2")
    ask = Ask(Name.HELP, Person("U1", "T1", "E1"), "text \ud83d", origin, arguments, 1.5, ("sts",))
    assert Ask.from_payload(json.loads(json.dumps(ask.as_payload()))) == ask


def test_every_kind_of_arguments_is_tried() -> None:
    assert {type(each) for each in GIVEN} == set(get_args(get_args(Arguments)[0]))


def test_arguments_of_another_kind_are_not_taken_for_the_wanted_one() -> None:
    ask = Ask(Name.FEEDBACK, Person("U1", "T1"), arguments=Page("response", 3))
    assert ask.given(Opinion) == Opinion()
    assert ask.given(Page) == Page("response", 3)


@pytest.mark.parametrize("payload", [{}, {"name": "nobody", "person": {"user": "U", "team": "T"}}, {"user": "U", "text": "x"}])
def test_a_payload_of_another_form_is_a_value_error(payload: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Ask.from_payload(payload)


def test_every_name_has_its_handler_and_every_handler_a_name() -> None:
    assert set(HANDLERS) == set(Name)
