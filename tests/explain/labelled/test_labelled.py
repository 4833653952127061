"""Every labelled answer is explained as the contract says, in both languages."""

from typing import Final

import pytest

from bot.explain import Evidence, NotAnAnswerError, explain, parse_answer
from bot.explain.explanation import Explanation
from bot.languages import LANGUAGES, Language

from .checks import checks
from .invariants import broken, different
from .table import ANSWERS, NOW, Case, read_cases, read_labels

CASES: Final = read_cases()
EXPLAINED: Final = [case for case in CASES if case.error is None]
in_both_languages: Final = pytest.mark.parametrize("language", LANGUAGES)


def named(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def explained(case: Case, language: Language) -> Explanation:
    return explain(parse_answer(case.text), Evidence(decoded=case.decoded), language=language, now=NOW)


@in_both_languages
@named(EXPLAINED)
def test_the_explanation_says_what_the_labels_expect(case: Case, language: Language) -> None:
    wrong = [check.words for check in checks(explained(case, language), case.labels) if not check.right]
    assert not wrong, case.labels["why"]


@in_both_languages
@named(EXPLAINED)
def test_the_explanation_keeps_the_promises_of_the_contract(case: Case, language: Language) -> None:
    assert not list(broken(explained(case, language)))


@named(EXPLAINED)
def test_the_enumerated_values_are_the_same_in_both_languages(case: Case) -> None:
    assert not list(different(explained(case, "en"), explained(case, "zh")))


@named([case for case in CASES if case.error == "must"])
def test_what_is_no_answer_is_refused_with_one_sentence(case: Case) -> None:
    with pytest.raises(NotAnAnswerError):
        parse_answer(case.text)


@in_both_languages
@named([case for case in CASES if case.error == "may"])
def test_what_says_nothing_is_explained_or_refused(case: Case, language: Language) -> None:
    """Both ways are within the contract; what an explanation says must keep its promises all the same."""
    try:
        explanation = explained(case, language)
    except NotAnAnswerError:
        return
    assert not list(broken(explanation))


def test_every_answer_has_labels_and_every_label_an_answer() -> None:
    files = {path.name.removesuffix(".json").removesuffix(".decoded") for path in ANSWERS.iterdir()}
    assert files == {name for name, labels in read_labels().items() if "raw" not in labels}
    assert all(labels["why"] for labels in read_labels().values())
