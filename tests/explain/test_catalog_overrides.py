"""What a team writes over the catalogue: its own texts, its runbooks, and its mistakes."""

import pytest

from bot.explain.catalog import Catalog, Match, OverrideError, load_catalog
from bot.languages import Language

OURS = load_catalog()

OWN_CODE = """
[[entry]]
codes = ["Acme.Closed"]
retry = "wait"
runbook = "https://wiki.example.com/acme"
[entry.en]
title = "The shop is closed"
cause = "Orders stop at night."
steps = ["Wait until morning."]
"""


def find(catalog: Catalog, code: str, product: str | None = None, language: Language = "en") -> Match:
    match = catalog.find(code, product=product, language=language)
    assert match is not None
    return match


def mistakes(**files: str) -> tuple[tuple[str, str, str], ...]:
    with pytest.raises(OverrideError) as told:
        OURS.with_overrides({f"{name}.toml": text for name, text in files.items()})
    return told.value.mistakes


def test_a_runbook_is_added_and_our_texts_stay() -> None:
    text = '[[entry]]\ncodes = ["Throttling.User"]\nrunbook = "https://wiki.example.com/throttling"\n'
    match = find(OURS.with_overrides({"a.toml": text}), "Throttling.User")
    ours = find(OURS, "Throttling.User")
    assert match.runbook == "https://wiki.example.com/throttling"
    assert (match.title, match.steps, match.reference) == (ours.title, ours.steps, ours.reference)


def test_own_texts_win_and_the_rest_stays_ours() -> None:
    text = '[[entry]]\ncodes = ["Throttling.User"]\n[entry.zh]\nsteps = ["联系平台组。"]\n'
    catalog = OURS.with_overrides({"platform.toml": text})
    chinese, english = find(catalog, "Throttling.User", language="zh"), find(catalog, "Throttling.User")
    assert chinese.steps == ("联系平台组。",)
    assert chinese.cause == find(OURS, "Throttling.User", language="zh").cause
    assert chinese.reference == "team:platform.toml"
    assert english == find(OURS, "Throttling.User")


def test_a_code_of_the_teams_own_is_told_in_the_language_they_wrote() -> None:
    match = find(OURS.with_overrides({"acme.toml": OWN_CODE}), "Acme.Closed", language="zh")
    assert (match.entry, match.title, match.retry) == (None, "The shop is closed", "wait")
    assert (match.reference, match.kind) == ("team:acme.toml", "failed")


def test_an_override_for_one_product_leaves_the_others_alone() -> None:
    text = '[[entry]]\ncodes = ["Throttling"]\nproducts = ["Ecs"]\nrunbook = "https://wiki.example.com/ecs"\n'
    catalog = OURS.with_overrides({"a.toml": text})
    assert find(catalog, "Throttling", "Ecs").runbook
    assert find(catalog, "Throttling", "Vpc").runbook is None


def test_a_pattern_covers_a_family_and_fills_the_teams_own_texts() -> None:
    text = '[[entry]]\npattern = "IncorrectStatus.{resource}"\n[entry.en]\ncause = "Team {resource} is deploying."\n'
    match = find(OURS.with_overrides({"a.toml": text}), "IncorrectStatus.Vpc")
    assert match.cause == "Team Vpc is deploying."
    assert "Vpc" in match.title


def test_later_overrides_replace_earlier_ones() -> None:
    catalog = OURS.with_overrides({"acme.toml": OWN_CODE}).with_overrides({})
    assert catalog.find("Acme.Closed", language="en") is None


def test_retry_and_kind_can_be_overridden_alone() -> None:
    text = '[[entry]]\ncodes = ["InternalError"]\nretry = "never"\nkind = "throttled"\n'
    match = find(OURS.with_overrides({"a.toml": text}), "InternalError")
    assert (match.retry, match.kind) == ("never", "throttled")


def test_all_mistakes_of_all_files_are_told_together_with_file_entry_and_reason() -> None:
    told = mistakes(
        broken="[[entry]",
        mixed="\n".join(
            [
                *('[[entry]]\ncodes = ["Throttling"]\nretry = "perhaps"\ncolour = "red"\n',),
                *('[[entry]]\ncodes = ["Throttling"]\nrunbook = "http://wiki.example.com"\n',),
                *('[[entry]]\ncodes = ["Throttling"]\nmessage = "("\nretry = "wait"\n',),
                *('[[entry]]\nretry = "wait"\n',),
                *('[[entry]]\ncodes = ["Throttling"]\n',),
                *('[[entry]]\ncodes = ["Acme.Unknown"]\nretry = "wait"\n',),
                *('[[entry]]\ncodes = ["Throttling"]\n[entry.en]\ncause = "About {resource}."\n',),
                *("[settings]\nx = 1\n",),
            ],
        ),
    )
    reasons = {(file, entry.split(" (")[0]): "" for file, entry, _ in told}
    for file, entry, reason in told:
        reasons[file, entry.split(" (")[0]] += reason + " | "
    assert "is not TOML" in reasons["broken.toml", ""]
    assert "settings" in reasons["mixed.toml", ""]
    assert "retry" in reasons["mixed.toml", "entry 1"]
    assert "colour" in reasons["mixed.toml", "entry 1"]
    assert "runbook" in reasons["mixed.toml", "entry 2"]
    assert "not a regular expression" in reasons["mixed.toml", "entry 3"]
    assert "neither codes nor a pattern" in reasons["mixed.toml", "entry 4"]
    assert "changes nothing" in reasons["mixed.toml", "entry 5"]
    assert "Acme.Unknown is not in the catalogue" in reasons["mixed.toml", "entry 6"]
    assert "{resource}" in reasons["mixed.toml", "entry 7"]


def test_the_error_reads_as_one_line_a_mistake() -> None:
    with pytest.raises(OverrideError, match=r"^a\.toml, entry 1 \(Throttling\): runbook: ") as told:
        OURS.with_overrides({"a.toml": '[[entry]]\ncodes = ["Throttling"]\nrunbook = "wiki"\n'})
    assert isinstance(told.value, ValueError)
    assert len(str(told.value).splitlines()) == len(told.value.mistakes) == 1


@pytest.mark.parametrize(
    "text", ["entry = 3", "entry = [1]", "[entry]\ncodes = []", "entry = [{codes = 3}]", "[[entry]]\ncodes = [{}]"]
)
def test_wrong_shapes_are_mistakes_too(text: str) -> None:
    assert mistakes(a=text)


@pytest.mark.parametrize(
    "link", ["https://wiki.example.com/<!channel>", "https://wiki/a|b", "javascript:alert(1)", "https://a/ b"]
)
def test_a_runbook_that_could_break_a_message_is_refused(link: str) -> None:
    assert mistakes(a=f'[[entry]]\ncodes = ["Throttling"]\nrunbook = "{link}"\n')


def test_patterns_of_one_entry_need_the_same_placeholders() -> None:
    told = mistakes(a='[[entry]]\npattern = ["Throttling.{kind}", "InternalError.{part}"]\nretry = "wait"\n')
    assert "same placeholders" in told[0][2]


def test_a_message_that_is_no_text_is_a_mistake() -> None:
    assert "message" in mistakes(a='[[entry]]\ncodes = ["Throttling"]\nmessage = 3\nretry = "wait"\n')[0][2]


def test_a_message_narrows_an_override() -> None:
    text = '[[entry]]\ncodes = ["InternalError"]\nmessage = "(?i)shop"\nrunbook = "https://wiki.example.com/shop"\n'
    catalog = OURS.with_overrides({"a.toml": text})
    told = [catalog.find("InternalError", message=message, language="en") for message in ("The Shop is down", "else", None)]
    assert [match and match.runbook for match in told] == ["https://wiki.example.com/shop", None, None]
