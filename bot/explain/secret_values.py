"""Where a text tells the value of a secret by its name, in whatever notation: JSON, YAML, XML, a query string, a sentence.

Every pattern needs time linear in the text's length: runs are possessive or bounded.
"""

import re
from collections.abc import Iterator
from itertools import chain
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Final

from bot.explain.secret_names import FOREIGN, HARMLESS_TAILS, STEMS, names_a_password, names_a_secret

_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase) | {
    **{ord(each) + 0xFEE0: each.lower() for each in ascii_letters + "_-"},
    **dict.fromkeys((0xA0, 0x3000), " "),
}


def lowered(text: str) -> str:
    """The text in small ASCII letters, those of full width too, one character for one; ``str.lower`` can change the length."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


_QUOTES: Final = r"""(?:["'\]`*】」』》”’]|\\{1,8}+(?:["']|u0022)|&(?:quot|apos|\#34|\#x22);|%(?:25){0,3}2[27])*"""
_B: Final = r"[\ \t]"
_NAME = re.compile(
    rf"""(?!sign\ [^=:])(?:{"|".join(re.escape(stem).replace(re.escape(" "), "[-_ ]?") for stem in STEMS)})
      [0-9a-z_-]{{0,24}}+(?:\ (?:key|token|secret|id)(?![a-z]))?
    | (?:{"|".join(map(re.escape, FOREIGN))})(?:(?:对应)?的?(?:值|内容|原文|明文)|{HARMLESS_TAILS})?""",
    re.VERBOSE,
)
#: How a notation ties a value to the name before it.
_TIED = re.compile(
    rf"""
    {_QUOTES}(?:{_B}?[（(][^()（）\n]{{1,24}}[)）](?={_B}?[:=：＝]))?+
    (?: {_B}{{0,40}}+(?:is{_B}*+[:：] | :=|=>|->|==|::(?={_B})|\\?[:=：＝→] | &(?:\#(?:61|58|x3[ad])|equals|colon);
            | (?P<encoded>%(?:25){{0,3}}3[da]) | >|&gt; | \((?=["']) | \.(?=\ "))
        (?:\s{{0,20}}+string\(\d{{1,5}}\))?{_B}{{0,8}}+
        (?:(?:\*{{1,2}}|-(?!\ \S{{1,200}}\ -\ )){_B}{{1,4}}+ | [&!][\w!:/.-]{{1,40}}+{_B}{{1,4}}+
          | \{{[^{{}}:]{{0,12}}
            (?:type[^{{}}:]{{0,9}}:[^{{}}:]{{0,24}})?(?:value|default|secure)["'\\]{{0,9}}+\s?[:=]\s?
          | (?:</?[a-z]{{1,10}}>\s?){{1,3}} )?+(?![\r\n])
      | (?:\s{{1,4}}+(?!value|content)[a-z:.-]{{1,40}}+=
          (?:"[^"<>]{{0,80}}+"|'[^'<>]{{0,80}}+')){{1,3}}+\s?>
      | (?:\s{{0,4}}+[,;&]\s{{0,9}}+|\s{{1,20}}+)["'\\]{{0,9}}+
          [0-9a-z_.-]{{0,40}}?(?:value|content)["'\\]{{0,9}}+\s{{0,4}}+[:=]\s{{0,4}}+
      | </[0-9a-z_.:-]{{1,40}}+>\s{{0,40}}+<[0-9a-z_.:-]{{0,40}}?(?:value|string|td|dd)>
    )
    """,
    re.VERBOSE,
)
#: What may tie one in a sentence, or only speak of the secret.
_SAID = re.compile(
    rf"""
    {_QUOTES}
    (?: {_B}{{1,4}}+(?:(?:is|was)(?:\ now)?|(?:(?:changed|set|reset|updated)\ )?(?:to|from)|[-–—]){_B}{{1,4}}+
      | \s{{0,4}}+[:=：>]{_B}{{0,4}}+\r?\n\s{{0,9}}+
      | \ (?:for|of)\ (?:the\ )?(?:user\ )?(?:'[^'\n]{{1,80}}'|"[^"\n]{{1,80}}"|[^\s:：]{{1,40}}+)[:：]{_B}{{0,4}}+
      | {_B}{{0,4}}+[|（【]{_B}{{0,4}}+
      | {_B}{{0,4}}+[\u4e00-\u9fff]{{0,6}}?[为是成]了?[\ \t:：]{{0,4}}+(?=[!-~“‘「『])
      | (?:\s{{1,4}}+|(?<=["'])\s?,\s{{0,4}}+(?=["'])|(?<=[^\x00-\x7f])(?=[“‘「『0-9a-z]|[`"'][!\#-&(-_a-~]{{4,64}}+[`"']))
        (?=\S{{0,40}}?["'`“‘「『0-9!@\#$%^*+~])
    )
    """,
    re.VERBOSE,
)
_BLANK = re.compile(r"[ \t]{1,4}(?=[^\s-])")
_OF_NAMES: Final = ascii_letters + digits + "_.-"
_AFTER: Final = r"""
      (?P<escape>\\{1,8}+)(?:"|u0022)(?P<escaped>(?s:.*?))(?=\\{1,8}(?:"|u0022)|\Z)
    | [\"]{3}(?P<triple>(?s:.*?))(?:[\"]{3}|\Z) | [']{3}(?P<tripled>(?s:.*?))(?:[']{3}|\Z)
    | [BFNRUbfnru]?"(?P<double>(?:[^"\\]|\\.)*+)
    | [BFNRUbfnru]?'(?P<single>(?:[^'\\]|\\.)*+)
    | [`“‘「『](?P<curly>[^`“‘「『”’」』\n]*+)
    | &(?:quot|apos|\#34|\#x22);(?P<entity>[^&]*+)
    | (?:<!\[CDATA\[)(?P<cdata>[^\]]*+)
    | (?P<list>\[[^\[\]{}]{0,4000}(?:\]|\Z)
        | -[\ \t]++\S{1,400}+\s?(?:\n?[\ \t]{0,40}+-[\ \t]++\S{1,400}+[\ \t\r]?){0,40}+(?=\n|\Z))
    | [|>][+-]?[0-9]?(?P<block>[\ \t]*+(?:\n(?:[\ \t]++[^\n]*+|(?=\n|\Z)))++|[\ \t]++[^\n]++)
    | (?P<bare>(?:\{[A-Z][A-Z0-9-]{1,11}\}|(?![\[{]))(?:[^\s,;&%"'<>\\，。；、（）【】]++|%PERCENT
        |[,;&](?![\s"'\\]|lt;|[\w.-]{0,40}+\s?[=:]|\Z))++)
    """
_VALUE = re.compile(_AFTER.replace("PERCENT", ""), re.VERBOSE | re.DOTALL)
#: Within percent-encoding a value ends at an encoded ampersand.
_ENCODED_VALUE = re.compile(_AFTER.replace("PERCENT", "(?!(?:25){0,3}26)"), re.VERBOSE | re.DOTALL)
_HEADER_VALUE = re.compile(r"""["']?(?P<bare>(?:[^\r\n"'<\\]|(?<==)"[^"\r\n]*")*)""")
_BECOMES = re.compile(r"""["'`]?\s{0,4}(?:->|→|=>)\s{0,4}""")
_BEFORE_ITS_NAME: Final = tuple(
    re.compile(pattern, re.VERBOSE | re.IGNORECASE)
    for pattern in (
        r"""value["'\\]{0,9}+\s{0,4}+[:=]\s{0,4}+["'\\]{0,9}+(?P<secret>[^\s"'\\&,;]{1,200}+)["'\\]{0,9}+
        \s{0,4}+[,;&]?\s{0,9}+["'\\]{0,9}+[a-z0-9_.-]{0,40}?(?:key|name)["'\\]{0,9}+\s{0,4}+[:=]\s{0,4}+["'\\]{0,9}+(?P<name>[\w.-]{1,80}+)""",
        r"value>\s{0,9}+(?P<secret>[^<>]{1,400}+)</[\w.:-]{1,40}+>\s{0,40}+<[\w.:-]{0,40}?(?:key|name)>\s{0,9}+(?P<name>[\w.-]{1,80}+)",
    )
)
#: In a sentence: "I used … as the password", “用 … 这个密码”.
_IN_PROSE: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            r"""(?<![!-~])["'`“]?(?P<secret>[!-~]{4,64}?)["'`”]?\s{1,2}(?:as|is|was)\s(?:(?:the|my|our|a|your|its|their)\s)?"""
            r"(?P<name>(?:[a-z]{1,12}\s)?(?:pass(?:word|wd|phrase|code)?|secret|pwd|api key|token))(?![\w-])"
            r"(?!\s(?:hash|policy|type|format|field|length|name|id|algorithm|version))"
        ),
        (
            r"""(?<![!-~])["'`“「]?(?P<secret>[!-~]{4,64}?)["'`”」]?\s?(?:这个|那个|这串|作为|当作|当做|当|做|作)[\u4e00-\u9fff]{0,6}?"""
            rf"(?P<name>{'|'.join(FOREIGN[:8])})(?!{HARMLESS_TAILS})"
        ),
    )
)
_LINES: Final = "-+|│=: \t\r"
#: Between rows that a form put on one line.
_JOINED_ROWS: Final = re.compile(r"(?<=[|+]) (?=[|+])")
_AROUND_CELLS: Final = " \t\r\"'`*"
_CELL = re.compile(r"[\w-]{1,40}(?: [\w-]{1,20}){0,2}")
_INSERT: Final = re.compile(
    r"(?i)insert\s{1,4}into\s{1,4}[^\s(]{1,80}\s{0,4}\(([^()]{1,2000})\)\s{0,9}values\s{0,4}\(([^()]{1,2000})\)"
)
PLAIN: Final = frozenset({"true", "false", "null", "none", "nil", "undefined", "yes", "no", ""})
#: The code of an error tells nothing and is what the reader needs; so is a RequestId, where a sentence speaks of a token.
_CODE = re.compile(
    r"(?:Invalid|Missing|Malformed|Incorrect|Illegal|Unsupported|Forbidden)[A-Za-z]*+(?:\.[A-Z][A-Za-z]*+)*+(?![!-~])"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![!-~])")
_MADE = re.compile(r"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z+/=_]{20,}")
_SHORTEST_SAID: Final = 4
#: What ties less than a verb does.
_WEAK: Final = frozenset({",", "to", "from", "-", "–", "—"})
_LONGEST_VERB: Final = 4
_LONGEST_TOLD: Final = 64
_ENDING = re.compile(r"[.!。！]*\s*(?:\n|\Z)")
#: What one says of a secret in one word; anything else there is taken for the secret itself.
_SAID_OF_SECRETS: Final = frozenset(
    (  # noqa: SIM905 - words read better as text
        "incorrect wrong invalid required missing expired empty blank illegal malformed weak disabled enabled inactive active "
        "unsupported used unknown unset set mandatory needed optional revoked locked deleted rotated changed short long valid "
        "correct ok here mismatched inconsistent unavailable reset it this that not denied rejected leaked expire mismatch "
        "timeout failed error 必填 可选 为空 错误 无效 正确"
    ).split()
)


def told(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the values of secrets stand behind their names, in order, each with its name."""
    searched = lowered(text)
    position = 0
    while found := _NAME.search(searched, position):
        position = found.end()
        before = searched[max(0, found.start() - 40) : found.start()]
        name = before[len(before.rstrip(_OF_NAMES)) :] + found.group()
        if not names_a_secret(name):
            continue
        tie = _TIED.match(searched, position)
        span = _tied(text, name, tie) if tie else None
        if span is None and (
            said := _SAID.match(searched, position) or (name.startswith("--") and _BLANK.match(text, position))
        ):
            span = _said(text, name, said)
        while span is not None:
            yield (*span, name)
            position = span[1]
            more = _BECOMES.match(text, position)
            span = _span(_VALUE.match(text, more.end())) if more else None


def _tied(text: str, name: str, tie: re.Match[str]) -> tuple[int, int] | None:
    """The value behind a notation's tie; words that say something of the secret are none."""
    header = name.endswith(("authorization", "authorisation", "cookie"))
    pattern = _HEADER_VALUE if header else _ENCODED_VALUE if tie["encoded"] else _VALUE
    value = pattern.match(text, tie.end())
    span = _span(value)
    if value is None or span is None:
        return None
    word = text[span[0] : span[1]].strip().rstrip(".!?,;:)}]。，！").lower()
    if word in PLAIN or _CODE.match(text, *span) or (value.lastgroup == "bare" and not header and word in _SAID_OF_SECRETS):
        return None
    return span


def _said(text: str, name: str, tie: re.Match[str]) -> tuple[int, int] | None:
    """The value in a sentence; what is none is read again from the next name on, so only its beginning is looked at."""
    start = tie.end()
    value = _VALUE.match(text, start, start + _LONGEST_TOLD)
    span = _span(value)
    if value is None or span is None or _UUID.match(text, *span) or _CODE.match(text, *span):
        return None
    verb = tie.group().lstrip("\"'`*]\\").strip()
    if not _is_told(name, verb, text[span[0] : span[1] + 8], span[1] - span[0], quoted=value.lastgroup != "bare"):
        return None
    whole = span[1] >= start + _LONGEST_TOLD - 1 and _span(_VALUE.match(text, start))
    return whole or span


def _span(value: re.Match[str] | None) -> tuple[int, int] | None:
    return value.span(value.lastgroup) if value and value.lastgroup else None


def _is_told(name: str, verb: str, text: str, length: int, *, quoted: bool) -> bool:
    """Whether a sentence tells the secret or speaks of it: "the password is 4711abc", "the password is too short".

    ``text`` begins with what follows ``verb``, a word of that length; the verb is empty for a mere blank.
    """
    word = text[:length].rstrip(".!?,;:)。，！")
    password, weak = names_a_password(name), verb in _WEAK
    if name.startswith("-"):
        return not word.startswith("-") and word not in _SAID_OF_SECRETS  # --password x
    if word.lower() in PLAIN or (verb in ("（", "【") and not word.isascii()):
        return False
    if verb.rstrip(" :：了").endswith(("为", "是", "成")):
        return word.isascii() and (len(verb) <= _LONGEST_VERB or looks_chosen(word))
    if looks_chosen(word) or (quoted and not weak):
        return password or bool(verb) or looks_made(word)
    ends = word.isdigit() or (bool(_ENDING.match(text[len(word) :])) and word.lower() not in _SAID_OF_SECRETS)
    return bool(verb) and not weak and password and len(word) >= _SHORTEST_SAID and ends


def looks_chosen(word: str) -> bool:
    """Letters and digits, or letters and marks that no sentence holds: what a password looks like and an ordinary word not."""
    letters, numbers = any(map(str.isalpha, word)), any(map(str.isdigit, word))
    marks = any(mark in word for mark in "!@#$%^*+~")
    shortest = 4 if marks else 6
    return letters and (marks or numbers) and len(word) >= shortest


def looks_made(word: str) -> bool:
    """A long run of letters of both cases and digits: nobody gives a thing such a name."""
    return bool(_MADE.fullmatch(word))


def told_before(text: str) -> Iterator[tuple[int, int, str]]:
    """The same for values that stand before their names: ``{"value": "…", "name": "DB_PASSWORD"}``."""
    for found in chain.from_iterable(pattern.finditer(text) for pattern in _BEFORE_ITS_NAME):
        if names_a_secret(found["name"]):
            yield (*found.span("secret"), found["name"])


def told_in_prose(text: str) -> Iterator[tuple[int, int, str]]:
    """The same for words that a sentence calls a secret and that look like one."""
    for found in chain.from_iterable(pattern.finditer(text) for pattern in _IN_PROSE):
        if looks_chosen(found["secret"]) and not _UUID.match(found["secret"]):
            yield (*found.span("secret"), found["name"])


def told_in_tables(text: str) -> Iterator[tuple[int, int, str]]:
    """The same for the cells below a head, of CSV, Markdown or a terminal's box, and for the values of an SQL insertion."""
    for insert in _INSERT.finditer(text):
        yield from _cells(_columns(insert[1], ","), insert[2], insert.start(2), ",")
    for rows in dict.fromkeys((text, _JOINED_ROWS.sub("\n", text))):
        yield from _below_heads(rows)


def _below_heads(text: str) -> Iterator[tuple[int, int, str]]:
    columns: dict[int, str] = {}
    separator, count, start = "", 0, 0
    for line in text.split("\n"):
        if columns and line.count(separator) == count:
            yield from _cells(columns, line, start, separator)
        elif line.strip(_LINES):
            separator = next((each for each in "|│,\t" if each in line), "")
            columns, count = _columns(line, separator) if separator else {}, line.count(separator)
        start += len(line) + 1


def _columns(head: str, separator: str) -> dict[int, str]:
    """The columns of secrets, if this is the head of a table at all; a sentence may stand before its first cell."""
    names = [cell.strip(_AROUND_CELLS) for cell in head.split(separator)]
    if not all(_CELL.fullmatch(name) for name in names[1:] if name):
        return {}
    return {column: name for column, name in enumerate(names) if _CELL.fullmatch(name) and names_a_secret(name)}


def _cells(columns: dict[int, str], line: str, start: int, separator: str) -> Iterator[tuple[int, int, str]]:
    for column, cell in enumerate(line.split(separator)):
        value = cell.strip(_AROUND_CELLS)
        if column in columns and value.lower() not in PLAIN and value.strip(_LINES) and " " not in value:
            place = start + cell.index(value)
            yield place, place + len(value), columns[column]
        start += len(cell) + len(separator)
