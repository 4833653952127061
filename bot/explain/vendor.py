"""What of Alibaba Cloud's own may be shown: links to its pages, and its solutions as plain text."""

import re
from typing import Final, Literal
from urllib.parse import urlsplit

from bot.aliyun.models import ApiDoc
from bot.explain.redaction import redact
from bot.explain.visible import visible

Site = Literal["china", "international"]

_DOMAINS: Final = ("aliyun.com", "alibabacloud.com")
_PORTALS: Final[dict[Site, str]] = {"china": "https://api.aliyun.com", "international": "https://api.alibabacloud.com"}
_URL_CHARACTERS = re.compile(r"[!#$%&'()*+,./0-9:;=?@A-Z_a-z~-]+")
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,99}")
_LONGEST_URL: Final = 2000

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


def vendor_url(url: str | None) -> str | None:
    """The URL if it is https, on a host of Alibaba Cloud, without login, foreign port or secret; else None."""
    if not url or len(url) > _LONGEST_URL or not _URL_CHARACTERS.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    known = any(host == domain or host.endswith("." + domain) for domain in _DOMAINS)
    plain = "@" not in parts.netloc and port in (None, 443) and not host.startswith(".")
    return url if parts.scheme.lower() == "https" and known and plain and redact(url) == url else None


def document(doc: ApiDoc, *, product: str | None, version: str | None, api: str | None, site: Site) -> str | None:
    """The API's page: the log's own link for the site, else one built from product, version and API, else the other site's.

    The names have to be ones that may be shown.
    """
    own, other = (doc.china, doc.international) if site == "china" else (doc.international, doc.china)
    named = product and version and api and all(_NAME.fullmatch(part) for part in (product, version, api))
    built = f"{_PORTALS[site]}/document/{product}/{version}/{api}" if named else None
    return vendor_url(own) or built or vendor_url(other)


def plain_text(markdown: str) -> str:
    """A solution's Markdown as plain text: headings and items on lines of their own, links only to Alibaba Cloud's hosts.

    It comes with newlines written as backslash and n, underlined headings, rules of stars and tables (the API's own
    sample). The result holds no markup of any kind, so that whoever renders it can escape it as a whole.
    """
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
