r"""How a solution of GetErrorCodeSolutions reads as plain text.

Its Markdown comes with newlines written as backslash and n, underlined headings, rules of stars and tables (the API's
own sample). The result holds no markup of any kind, so that whoever renders it can escape it as a whole.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from bot.explain.links import vendor_url
from bot.explain.visible import visible

_ESCAPED = re.compile(r"\\(r\\n|n|t|\"|/)")
_ESCAPES: Final = {"r\\n": "\n", "n": "\n", "t": " ", '"': '"', "/": "/"}
_FENCE = re.compile(r"^\s{0,3}(?:`{3,}|~{3,})")
_UNDERLINE = re.compile(r"^\s{0,3}(?:={2,}|-{2,})\s*$")
_RULE = re.compile(r"^\s{0,3}(?:[*_-][ \t]*+){3,}$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<text>[^\n]*)$")
_ITEM = re.compile(r"^(?P<indent>\s*)[*+-]\s+(?P<text>\S.*)$")
_QUOTE = re.compile(r"^\s{0,3}>\s?")
_TABLE_RULE = re.compile(r"^[\s|:-]+$")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_BREAK = re.compile(r"<(?:br|/p|/li|/tr)\s*/?>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[(?P<text>[^\[\]]{0,300})\]\([^()\s]{0,2000}(?:\s[^()]{0,200})?\)")
_LINK = re.compile(r"\[(?P<text>[^\[\]]{0,300})\]\((?P<url>[^()\s]{1,2000})(?:\s[^()]{0,200})?\)")
_URL = re.compile(r"(?P<url>https?://[^\s<>|\"'\u0080-\uffff]{1,2000})")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,300})(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,300})(?<=\S)\*(?![\w*])")
_BACKSLASH = re.compile(r"\\([!#()*+.\[\]_`{|}~-])")
_BLANK_LINES = re.compile(r"\n{3,}")


def plain_text(markdown: str) -> str:
    """The Markdown as lines of plain text: headings and items on lines of their own, links only to Alibaba Cloud's hosts."""
    text = _BREAK.sub("\n", visible(_unescaped(markdown)))
    lines: list[str] = []
    header: list[str] | None = None
    coded = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            coded = not coded
        elif coded:
            lines.append(line.rstrip())
        elif line.lstrip().startswith("|"):
            header = _table_row(line, header, lines)
        else:
            header = None
            _line(line, lines)
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _unescaped(text: str) -> str:
    """Real newlines for written ones, in texts that hold more of the written ones than of real ones."""
    if text.count("\\n") <= text.count("\n"):
        return text
    return _ESCAPED.sub(lambda found: _ESCAPES[found.group(1)], text)


def _line(line: str, lines: list[str]) -> None:
    if _RULE.match(line) or _UNDERLINE.match(line):
        if lines and lines[-1] and _UNDERLINE.match(line):
            lines.append("")
        return
    heading, item = _HEADING.match(line), _ITEM.match(line)
    if heading:
        lines += ["", _inline(heading.group("text").rstrip("# ")), ""]
    elif item:
        lines.append(f"{item.group('indent')}• {_inline(item.group('text'))}")
    else:
        lines.append(_inline(_QUOTE.sub("", line)).rstrip())


def _table_row(line: str, header: list[str] | None, lines: list[str]) -> list[str]:
    """One row of a table as an item; the first row gives the names that stand before the values of the others."""
    if _TABLE_RULE.match(line):
        return header or []
    cells = [_inline(cell.strip()) for cell in line.strip().strip("|").split("|")]
    if header is None:
        return cells
    named = [f"{name}: {cell}" if name else cell for name, cell in zip(header, cells, strict=False) if cell]
    lines.append("• " + "; ".join([*named, *filter(None, cells[len(header) :])]))
    return header


def _inline(text: str) -> str:
    text = _IMAGE.sub(lambda found: found.group("text"), text)
    text = _LINK.sub(_link, text)
    text = _URL.sub(_bare_url, text)
    text = _TAG.sub("", text)
    text = _EMPHASIS.sub(r"\1", _BOLD.sub(r"\2", text))
    return _BACKSLASH.sub(r"\1", text.replace("`", ""))


def _link(found: re.Match[str]) -> str:
    text, url = found.group("text").strip(), vendor_url(found.group("url"))
    if url is None:
        return text
    return f"{text} ({url})" if text and text != url else url


def _bare_url(found: re.Match[str]) -> str:
    """A link that leads elsewhere is named by its host, written so that nothing makes a link of it again."""
    written = found.group("url")
    url = written.rstrip(".,;:)")
    if vendor_url(url):
        return written
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return host.replace(".", "[.]")
