"""The `aliyun` command that makes a call again: quoted for a shell, with placeholders where a secret stood.

Form of the command: Alibaba Cloud CLI, "Command syntax": RPC style takes the API's name, ROA style method and path.
"""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any, Final

from bot.blocks.details import TEXTS as SHARED
from bot.blocks.details import chunks
from bot.blocks.kit import Block, context, escape, fit, line, link, preformatted, rich, visible
from bot.blocks.views import modal, notice
from bot.explain.explanation import Call, Explanation, Parameter
from bot.explain.facts import reads_only
from bot.explain.secret_names import names_a_secret
from bot.explain.shapes import MASK
from bot.languages import Texts

TEXTS: Final = Texts("bot.blocks", "reproduce.toml")
LONGEST_VALUE: Final = 4_000
LONGEST_COMMAND: Final = 20_000
MOST_NAMES: Final = 50
UNKNOWN_PATH: Final = "/<PATH>"

#: The CLI's own options and sub-commands are lower-case words, and it tells capitals apart: no name with a capital letter
#: and without a hyphen can ever be one of them.
_NAME = re.compile(r"(?=[^A-Z]*[A-Z])[A-Za-z][A-Za-z0-9_.]{0,99}")
_API = re.compile(r"(?=[^A-Z]*[A-Z])[A-Za-z][A-Za-z0-9]{0,99}")
#: The CLI makes a host of it.
_REGION = re.compile(r"[a-z]{2,12}(?:-[a-z0-9]{1,20}){1,4}")
_PRODUCT = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,49}")
_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"})
_WORD: Final = r"[^\s\"'{}\[\],:=]"
_MASKED = re.compile(rf"(?<!{_WORD}){_WORD}*?{MASK}{_WORD}*+")
_CUT: Final = "…"
#: `aliyun` with one of these runs a command of its own and no product's API.
_OWN_COMMANDS: Final = frozenset(
    {
        *("auto-completion", "completion", "configure", "help", "mcp-proxy", "openapi", "oss", "ossutil", "otsutil"),
        *("plugin", "upgrade", "version"),
    }
)
#: What signs and routes a request; the CLI makes these itself.
_OF_THE_PROTOCOL: Final = frozenset(
    {
        *("action", "version", "format", "timestamp", "accesskeyid", "securitytoken", "signature", "signaturemethod"),
        *("signatureversion", "signaturenonce", "signaturetype"),
    }
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, and the parameters that it cannot hold as options."""

    text: str
    rest: tuple[Parameter, ...] = ()


def command(explanation: Explanation) -> Command | None:
    """The command of a call; None when product or API are not known by a name that a command could hold."""
    product, api, call = explanation.product or "", explanation.api or "", explanation.call
    if not _PRODUCT.fullmatch(product) or not _API.fullmatch(api) or product.lower() in _OWN_COMMANDS:
        return None
    usable = [each for each in call.parameters if each.name.lower() not in _OF_THE_PROTOCOL]
    named = [each for each in usable if _can_be_an_option(each)]
    rest = tuple(each for each in usable if each not in named)
    words = ["aliyun", product.lower(), *_operation(api, call)]
    options = [_option(each) for each in named]
    region = explanation.region_id or ""
    if _REGION.fullmatch(region) and all(each.name != "RegionId" for each in named):
        options.insert(0, f"--region {region}")
    text = " \\\n  ".join([" ".join(words), *options])
    return Command(text, rest) if len(text) <= LONGEST_COMMAND else _without_values(words, named, rest)


def reproduce(explanation: Explanation) -> dict[str, Any]:
    """The modal with the command, the warning first where running it would do something again."""
    language, call = explanation.language, explanation.call
    made = command(explanation)
    if made is None:
        return notice(SHARED("title.reproduce", language), TEXTS("none", language), language)
    text = made.text
    notes = [TEXTS("lead" if "<" in text else "plain", language)]
    if UNKNOWN_PATH in text:
        notes.append(TEXTS("path", language))
    blocks: list[Block] = [*_warning(explanation)]
    blocks += [rich(preformatted(chunk)) for chunk in chunks(visible(text))]
    blocks.append(context(*(escape(each) for each in notes)))
    if made.rest:
        blocks.append(rich(line(TEXTS("rest", language, count=len(made.rest)))))
        blocks += [rich(preformatted(chunk)) for chunk in chunks(_as_json(made.rest))]
    if call.document:
        blocks.append(rich(line(link(TEXTS("document", language), call.document))))
    return modal(SHARED("title.reproduce", language), blocks, language)


def _warning(explanation: Explanation) -> list[Block]:
    call = explanation.call
    harmless = reads_only(api=explanation.api, method=call.http_method, style=call.api_style)
    if harmless:
        return []
    key = "may_write" if harmless is None else "writes"
    return [rich(line(TEXTS(key, explanation.language)))]


def _operation(api: str, call: Call) -> list[str]:
    if (call.api_style or "").lower() != "roa":
        return [api]
    method = (call.http_method or "").upper()
    return [method if method in _METHODS else "<METHOD>", shlex.quote(UNKNOWN_PATH)]


def _can_be_an_option(parameter: Parameter) -> bool:
    region = parameter.name == "RegionId"
    return bool(_NAME.fullmatch(parameter.name)) and (not region or bool(_REGION.fullmatch(parameter.value)))


def _as_json(parameters: tuple[Parameter, ...]) -> str:
    values = {visible(each.name): visible(_placeholders(each)) for each in parameters}
    return fit(json.dumps(values, indent=2, ensure_ascii=False), LONGEST_COMMAND)


def _option(parameter: Parameter) -> str:
    value = visible(_placeholders(parameter))
    quoted = shlex.quote(value)
    return f"--{parameter.name}={quoted}" if value.startswith("-") else f"--{parameter.name} {quoted}"


def _placeholders(parameter: Parameter) -> str:
    """The value; a placeholder in place of what is secret, masked, cut off or too long to be typed."""
    name, value = parameter.name, parameter.value
    if names_a_secret(name) or value.endswith(_CUT) or len(value) > LONGEST_VALUE:
        return placeholder(name)
    if MASK not in value:
        return value
    return placeholder(name) if _MASKED.fullmatch(value) else _MASKED.sub("<SECRET>", value)


def placeholder(name: str) -> str:
    """What stands for a value that must be filled in: ``DBPassword`` gives ``<DB_PASSWORD>``."""
    last = [part for part in name.split(".") if not part.isdigit()][-1:] or ["VALUE"]
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", last[0])
    return f"<{re.sub(r'[^A-Z0-9]+', '_', spaced.upper()).strip('_') or 'VALUE'}>"


def _without_values(words: list[str], named: list[Parameter], rest: tuple[Parameter, ...]) -> Command:
    """A command too long to be pasted: its names alone; what does not fit even so stands with the rest."""
    options = [f"--{each.name} {shlex.quote(placeholder(each.name))}" for each in named[:MOST_NAMES]]
    return Command(" \\\n  ".join([" ".join(words), *options]), (*rest, *named[MOST_NAMES:]))
