"""Texts stand in both languages, and each placeholder is given its value by whoever says the text: read from the source.

A missing value is a KeyError in front of a person, in the one case that no test happened to try. So all calls of a ``Texts``
are looked at: which keys they can mean, and which values they hand over.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.languages import LANGUAGES

ROOT = Path(__file__).parents[1]
FILES = sorted(ROOT.glob("bot/**/*.toml"))
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in ROOT.glob("bot/**/*.py")}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Call:
    """A place that says a text: the keys that it can mean as a pattern, and its values; None where it hands on a mapping."""

    place: str
    file: str
    keys: str
    values: frozenset[str] | None


def texts(node: object, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """The keys of a file, each with its texts in the languages that it has."""
    if isinstance(node, dict) and any(isinstance(node.get(language), str) for language in LANGUAGES):
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, f"{path}.{key}".lstrip("."))


def calls() -> Iterator[Call]:
    """All places that say a text of some file."""
    trees = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}
    makers = {name: dict(_made_in(tree)) for name, tree in trees.items()}
    for name, tree in trees.items():
        says = {"say": "bot/explain/texts.toml"} if name.startswith("bot.explain.") else {}
        known = (
            says
            | makers[name]
            | {
                alias.asname or alias.name: makers[node.module][alias.name]
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module in makers
                for alias in node.names
                if alias.name in makers[node.module]
            }
        )
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.Module):
                yield from (found for node in _own(function) for found in _call(node, known, function, name))


def _made_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names of a module that are the texts of a file, with the file."""
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "Texts":
            package, *file = [str(ast.literal_eval(argument)) for argument in value.args]
            target = (
                node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
            )
            yield ast.unparse(target) if target else "", f"{package.replace('.', '/')}/{(file or ['texts.toml'])[0]}"


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function, without the functions in it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, ast.FunctionDef):
            yield node
            yield from _own(node)


def _call(node: ast.AST, known: dict[str, str], function: ast.AST, module: str) -> Iterator[Call]:
    name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    if isinstance(node, ast.Call) and name in known and node.args:
        values = _values(node, function)
        for keys in _patterns(node.args[0], function):
            yield Call(f"{module}:{node.lineno}", known[name], keys, values)


def _patterns(key: ast.expr, function: ast.AST) -> list[str]:
    match key:
        case ast.Constant():
            return [re.escape(str(key.value))]
        case ast.JoinedStr():
            return ["".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in key.values)]
        case ast.IfExp():
            return _patterns(key.body, function) + _patterns(key.orelse, function)
        case ast.Name():
            return [found for value in _assigned(key.id, function) for found in _patterns(value, function)] or [".+"]
    return [".+"]


def _assigned(name: str, function: ast.AST) -> list[ast.expr]:
    """What a function assigns to a name of its own."""
    assigns = [each for each in _own(function) if isinstance(each, ast.Assign)]
    return [each.value for each in assigns if ast.unparse(each.targets[0]) == name]


def _values(call: ast.Call, function: ast.AST) -> frozenset[str] | None:
    """The names of a call's values, with those of dicts that are handed on and were written down in the same function."""
    names: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg:
            names.add(keyword.arg)
            continue
        sources = _assigned(keyword.value.id, function) if isinstance(keyword.value, ast.Name) else [keyword.value]
        dicts = [each for source in sources for each in ast.walk(source) if isinstance(each, ast.Dict)]
        if not dicts:
            return None
        names |= {str(ast.literal_eval(key)) for each in dicts for key in each.keys if key}
    return frozenset(names)


def lacking(said: list[Call], key: str, needs: set[str]) -> str | None:
    """What is wrong with the calls of a key: a call that names it lacks a value, or so do all that make its name."""
    means = [call for call in said if re.fullmatch(call.keys, key)]
    without = [call for call in means if call.values is not None and not needs <= call.values]
    exactly = [call for call in without if ".+" not in call.keys]
    if exactly or len(without) == len(means):
        return f"{needs} not given at {', '.join(call.place for call in exactly or without)}" if means else "nobody says it"
    return None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_texts_say_the_same_in_both_languages(path: Path) -> None:
    for key, both in texts(tomllib.loads(path.read_text("utf-8"))):
        assert both.keys() >= set(LANGUAGES), key
        assert sorted(PLACEHOLDER.findall(both["en"])) == sorted(PLACEHOLDER.findall(both["zh"])), key
        assert both["zh"].strip() or not both["en"].strip(), key  # blank ones join sentences


def test_every_text_is_said_with_the_values_that_it_needs() -> None:
    said = list(calls())
    wrong = []
    for path in FILES:
        file = path.relative_to(ROOT).as_posix()
        of_file = [call for call in said if call.file == file]
        for key, both in texts(tomllib.loads(path.read_text("utf-8"))) if of_file else ():
            if fault := lacking(of_file, key, {*PLACEHOLDER.findall(both["en"])}):
                wrong.append(f"{file} {key}: {fault}")
    assert wrong == []
