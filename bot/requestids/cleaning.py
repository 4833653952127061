"""Pasted text made plain: what Slack, terminals, browsers, JSON and word wrap did to it is undone.

Every pattern starts at a character that its own repetition cannot pass, so that the whole is linear in the text's length.
"""

import csv
import re
import urllib.parse
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from html.entities import html5
from itertools import accumulate
from typing import Final

from bot.requestids.uuids import UUID, label_before, role_of

_ROUNDS: Final = 4
"""How many layers of encoding are undone: percent-encoding twice inside JSON inside an HTML page is the worst seen."""

_UUID_AHEAD: Final = rf"(?!{UUID})"
"""Guards escapes such as ``%EA`` from eating the first digits of an id that happens to stand behind the sign."""

_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
_ASCII: Final = {
    **dict.fromkeys((*range(0x20), 0x7F)),
    **{ord(kept): kept for kept in "\t\n\x1b"},
    **dict.fromkeys(map(ord, "\r\x0b\x0c"), "\n"),
}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SOFT_DASHED: Final = re.compile(
    "(?<![0-9A-Fa-f])([0-9A-Fa-f]{8})\xad([0-9A-Fa-f]{4})\xad([0-9A-Fa-f]{4})\xad([0-9A-Fa-f]{4})\xad([0-9A-Fa-f]{12})"
)
_DASH: Final = re.compile("(?<=[0-9A-Fa-f]{4})(?:[‐‑‒–—−－﹣](?=[0-9A-Fa-f]{4})|[‐‑](?=[ \t\r]{0,8}\n))")
_ODD: Final = re.compile(
    "\r\n?|[\x0b\x0c\x85\u2028\u2029\xa0\u1680\u2000-\u200a\u202f\u205f\u3000“”„‟«»＂‘’‚‛′＇：＝［］＜＞｛｝０-９Ａ-Ｚａ-ｚ＿]"
)
_FULL_WIDTH: Final = 0xFEE0
_PLAIN: Final = {
    **dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n"),
    **dict.fromkeys("“”„‟«»＂", '"'),
    **dict.fromkeys("‘’‚‛′＇", "'"),
    **dict(zip("：＝［］＜＞｛｝＿", ":=[]<>{}_", strict=True)),
    **{chr(code + _FULL_WIDTH): chr(code) for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))},
    "\r": "\n",
    "\r\n": "\n",
}

_SLACK_LINK: Final = re.compile(r"<([a-z][a-z0-9+.-]{1,20}:[^<>|\s]*)\|([^<>]*)>")
_HEADED: Final = re.compile(r"【([^【】\n]{1,16})】")
_CONTAINER: Final = re.compile(r"^20\d\d-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) [FP] ", re.MULTILINE)
"""What a container's runtime puts before each line."""

_LABEL_ALONE: Final = re.compile(
    r"(?im)^([ \t]*(?:(?:error ?)?(?:code|message)|request ?id|错误码|错误信息|请求 ?id))[ \t]*\n"
    r"(?=[ \t]*\S)(?![ \t]*(?:(?:error ?)?(?:code|message)|request ?id|错误码|错误信息|请求 ?id)[ \t]*$)"
)
"""A label on a line of its own, as consoles copy it, with its value on the next."""

_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]*:(?://)?")

_ENTITY: Final = re.compile(r"&(?:([a-zA-Z]{2,14})|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
_BACKSLASH: Final = re.compile(
    rf"(?<!\\)\\++(?:u{_UUID_AHEAD}([0-9a-fA-F]{{4}})|u\{{([0-9a-fA-F]{{1,6}})\}}|x{_UUID_AHEAD}([0-9a-fA-F]{{2}})"
    r"|(033|e(?=\[))|([\"'/`]|-(?=[0-9a-fA-F]{4})|_(?=[a-zA-Z]))|([nrt](?!equest)))"
)
_CONTROLS: Final = {"n": "\n", "r": "\n", "t": "\t"}
_PERCENT: Final = re.compile(rf"(?:%{_UUID_AHEAD}[0-9A-Fa-f]{{2}})+")

_COLOUR: Final = re.compile(rf"(?:\x1b\[|\x9b){_UUID_AHEAD}[0-?]*+[ -/]*+[@-~]")
_COLOUR_LEFT: Final = re.compile(r"\[\d{1,3}(?:;\d{1,3}){0,15}m")
"""What is left of a colour where the escape character was lost."""

_TITLE: Final = re.compile(rf"\x1b\][0-9]{{0,3}};*+|\x1b[()][0AB]{_UUID_AHEAD}|[\x1b\x9b]")
_ATTRIBUTES: Final = r"(?:\s[\w-]{1,40}(?:=(?:\"[^\"<>]{0,200}\"|'[^'<>]{0,200}'|[\w.%#-]{1,60}))?+){0,8}+\s?/?>"
_INLINE_TAG: Final = re.compile(rf"</?(?:b|strong|code|span|em|i|tt|font|u|mark|wbr|kbd|small){_ATTRIBUTES}")
_CELLS: Final = re.compile(rf"</t[hd]>\s{{0,40}}<td{_ATTRIBUTES}")
_BLOCK_TAG: Final = re.compile(rf"</?(?:td|th|tr|div|p|br|dt|dd|li|pre){_ATTRIBUTES}")

_BREAK: Final = r"(?:[ \t]*+[ \t│┃║|\\=]*+(?:\n[ \t│┃║▌▎▏¦|>›»#*]*+){1,3}+|[ \t]++)"
_LONGEST_ROW: Final = 10_000
_HEAD: Final = re.compile(
    r"(?im)^(?=[^\n]{0,200}(?:code|message|msg|错误))(?=[^\n]{0,200}(?:request[ _-]?id|请求 ?id))"
    r"[\w \"'*`-]{0,40}(?:[|│\t,][\w \"'*`-]{0,40}){1,20}$"
)
"""The head of a table, which tells what stands in the cells below."""

_PIECES: Final = re.compile(
    r"[0-9A-Fa-f-](?=[0-9A-Fa-f\- \t\n│┃║▌▎▏¦|>›»#*\\=]{24})(?<![0-9A-Fa-f-].)[0-9A-Fa-f-]*+"
    rf"(?:{_BREAK}[0-9A-Fa-f-]++)++",
    re.DOTALL,
)
"""Looks first whether enough follows for an id: words that only begin like one are left at once."""

_BREAKS: Final = re.compile(_BREAK)
_ANY_UUID: Final = re.compile(rf"(?=({UUID}))")
_UUID_LENGTH: Final = 36
_FIRST_GROUP: Final = 8
_SHORTEST_ID: Final = 24
_UNDASHED_LENGTHS: Final = (24, 32)

_LINK_FOLD: Final = r"[ \t]*+[│┃║|]?[ \t]*+\n[ \t│┃║|>]*+"
_LINK_BREAK: Final = re.compile(_LINK_FOLD)
_LINK_PART: Final = r"[^\s\"'<>│┃║|]"
_OWN_LINE: Final = r"(?!(?:request|code|message|error|host|status|data|recommend|http)\w{0,20}[:=])"
_BROKEN_LINK: Final = re.compile(
    rf"(?:troubleshoot|status/search)\?{_LINK_PART}{{0,400}}+(?:{_LINK_FOLD}{_OWN_LINE}(?={_LINK_PART}{{0,100}}[&=]){_LINK_PART}{{1,400}}+){{1,4}}+",
    re.IGNORECASE,
)
_WHOLE_LINK: Final = re.compile(r"[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\Z")


def clean(text: str) -> str:
    """The text as it was before it was pasted: no links, escapes, colours nor tags; broken ids and links in one piece.

    Other breaks stay. Backslashes come last, as Slack's links, entities and percent-encoding may have hidden some.
    """
    text = _LABEL_ALONE.sub(r"\1: ", text) if "\n" in text else text
    text = _CONTAINER.sub("", _HEADED.sub(r"\n\1: ", text.replace('=3D"', '="')))
    text = plain(_repeated(_decode, _SLACK_LINK.sub(_open_link, plain(text))))
    text = plain(_repeated(lambda step: _decode(_BACKSLASH.sub(_escape, step) if "\\" in step else step), text))
    if "\x1b" in text or "\x9b" in text:
        text = _TITLE.sub(" ", _COLOUR.sub("", text))
    text = _COLOUR_LEFT.sub("", text.replace("^[[", "["))
    text = _PIECES.sub(_join, _BLOCK_TAG.sub("\n", _CELLS.sub("\t", _INLINE_TAG.sub("", text))))
    return _untabled(_BROKEN_LINK.sub(_join_link, text) if "?" in text and "\n" in text else text)


def _untabled(text: str) -> str:
    """The text with the rows of tables that name RequestIds in their head as paragraphs of ``name: value`` lines."""
    if "\n" not in text or not _HEAD.search(text):
        return text
    lines, names, separator = text.split("\n"), [""], ""
    for number, line in enumerate(lines):
        if names[1:] and len(names) - 1 <= line.count(separator) < len(line) < _LONGEST_ROW:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator, skipinitialspace=True))]
            if len(cells) == len(names):
                pairs = (f"{name}: {cell}" for name, cell in zip(names, cells, strict=True) if name and cell.strip(":-+= "))
                lines[number] = "\n".join(["", *pairs])
        elif _HEAD.fullmatch(line):
            separator = next(each for each in "|│\t," if each in line)
            names = [cell.strip(" *`\"'") for cell in line.split(separator)]
        elif line.strip("+-=| "):
            names = [""]
    return "\n".join(lines)


def entities(text: str) -> str:
    """The text with HTML's entities undone, whole ones alone: the standard library also reads ``&LTAI`` as ``<AI``."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _repeated(step: Callable[[str], str], text: str) -> str:
    for _ in range(_ROUNDS):
        before, text = text, step(text)
        if text == before:
            break
    return text


def _decode(text: str) -> str:
    text = entities(text)
    return _PERCENT.sub(lambda match: urllib.parse.unquote(match[0]), text) if "%" in text else text


def plain(text: str) -> str:
    """The text with line feeds for all line ends, ASCII for its look-alikes, and without what cannot be seen."""
    if text.isascii():
        return text.replace("\r\n", "\n").translate(_ASCII)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _SOFT_DASHED.sub(r"\1-\2-\3-\4-\5", text)
    return _DASH.sub("-", _INVISIBLE.sub("", _ODD.sub(lambda match: _PLAIN.get(match[0], " "), text)))


def _open_link(match: re.Match[str]) -> str:
    address, label = match[1], match[2]
    bare = _SCHEME.sub("", address).rstrip("/")
    return label if label.rstrip("/") in (bare, address.rstrip("/")) else f" {address} {label} "


def _entity(match: re.Match[str]) -> str:
    if match[1]:
        return html5.get(f"{match[1]};", match[0])
    return _character(int(match[2]) if match[2] else int(match[3], 16), match[0])


def _escape(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if digits:
        return _character(int(digits, 16), match[0])
    if match[4]:
        return "\x1b"
    return match[5] or _CONTROLS[match[6]]


def _character(number: int, otherwise: str) -> str:
    return chr(number) if 0 < number <= 0x10FFFF else otherwise  # noqa: PLR2004 - Unicode's last code point


def _join(match: re.Match[str]) -> str:
    """One run of hexadecimal pieces: the breaks inside an id are dropped, the others kept."""
    token = match[0]
    if len(token) < _SHORTEST_ID:
        return token
    pieces, gaps = _BREAKS.split(token), _BREAKS.findall(token)
    joined = "".join(pieces)
    rest = len(joined) - (_UUID_LENGTH if len(pieces[0]) == _UUID_LENGTH else 0)
    if rest < _SHORTEST_ID or all(len(piece) == _UUID_LENGTH for piece in pieces):
        return token
    if "\n" in gaps[0] and len(pieces[0] + pieces[1]) in _UNDASHED_LENGTHS and "-" not in pieces[0] + pieces[1]:
        gaps[0] = "" if role_of(label_before(match.string, match.start())) == "request" else gaps[0]
    offsets = list(accumulate(map(len, pieces)))
    for uuid in _ANY_UUID.finditer(joined):
        start, end = uuid.start(), uuid.start() + _UUID_LENGTH
        first, last = bisect_right(offsets, start), bisect_left(offsets, end)
        whole = offsets[last] == end
        if whole and all("\n" in gaps[n] or offsets[n] - start >= _FIRST_GROUP for n in range(first, last)):
            gaps[first:last] = [""] * (last - first)
    return "".join(map(str.__add__, pieces, [*gaps, ""]))


def _join_link(match: re.Match[str]) -> str:
    """A troubleshoot link whose lines end where the box did; one that already ends with its id is whole."""
    lines = _LINK_BREAK.split(match[0])
    link = lines[0]
    for gap, line in zip(_LINK_BREAK.findall(match[0]), lines[1:], strict=True):
        link += gap + line if _WHOLE_LINK.search(link) else line
    return link
