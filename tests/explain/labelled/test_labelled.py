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
LABELS: Final = read_labels()
EXPLAINED: Final = [case for case in CASES if case.error is None]
in_both_languages: Final = pytest.mark.parametrize("language", LANGUAGES)


def explained(case: Case, language: Language) -> Explanation:
    return explain(parse_answer(case.text), Evidence(decoded=case.decoded), language=language, now=NOW)


@in_both_languages
def test_the_explanations_say_what_the_labels_expect(language: Language) -> None:
    wrong = {
        case.name: [check.words for check in checks(explained(case, language), case.labels) if not check.right]
        for case in EXPLAINED
    }
    assert {name: [*words, LABELS[name]["why"]] for name, words in wrong.items() if words} == {}


@in_both_languages
def test_the_explanations_keep_the_promises_of_the_contract(language: Language) -> None:
    faults = {case.name: list(broken(explained(case, language))) for case in EXPLAINED}
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_enumerated_values_are_the_same_in_both_languages() -> None:
    faults = {case.name: list(different(explained(case, "en"), explained(case, "zh"))) for case in EXPLAINED}
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("case", [case for case in CASES if case.error == "must"], ids=lambda case: case.name)
def test_what_is_no_answer_is_refused_with_one_sentence(case: Case) -> None:
    with pytest.raises(NotAnAnswerError):
        parse_answer(case.text)


@in_both_languages
@pytest.mark.parametrize("case", [case for case in CASES if case.error == "may"], ids=lambda case: case.name)
def test_what_says_nothing_is_explained_or_refused(case: Case, language: Language) -> None:
    """Both ways are within the contract; what an explanation says must keep its promises all the same."""
    try:
        explanation = explained(case, language)
    except NotAnAnswerError:
        return
    assert not list(broken(explanation))


def test_every_answer_has_labels_and_every_label_an_answer() -> None:
    files = {path.name.removesuffix(".json").removesuffix(".decoded") for path in ANSWERS.iterdir()}
    assert files == {name for name, labels in LABELS.items() if "raw" not in labels}
    assert all(labels["why"] for labels in LABELS.values())
