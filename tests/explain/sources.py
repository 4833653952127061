"""Whether the catalogue's sources are pages that can say it: ``python -m tests.explain.sources``, all of it offline.

A source is one page of the vendor's: its documents, the metadata of its APIs, or a file or thread of its public code. A
page about one product does not vouch for an entry about another.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from bot.explain.catalog import load_catalog
from bot.explain.entries import Entry

_VENDOR: Final = re.compile(r"(?:[a-z0-9-]+\.)*(?:aliyun|alibabacloud)\.com")
_PUBLIC_CODE: Final = re.compile(
    r"/[\w-]+/[\w.-]+/(?:(?:blob|tree)/[0-9a-f]{6,40}/.+|(?:issues|pull)/\d+)|/AliyunContainerService/[\w-]+"
)
_METADATA: Final = re.compile(r"/meta/v1/products/([\w-]+)/versions/\d{4}-\d\d-\d\d/api-docs\.json")
_OF_PRODUCT: Final = re.compile(r"/api-([a-z-]+)-\d{4}-\d\d-\d\d-|/(?:en|zh)/([a-z-]+)/(?!.*/api-)|AlibabaCloudDocs/([a-z]+)/")
_FIRST_CHECK: Final = date(2026, 1, 1)
# The words of the vendor's addresses for products whose code is another word.
_CODES: Final = {
    "dns": "alidns",
    "model-studio": "bailian",
    "sms": "dysmsapi",
    "sls": "sls",
    "alibaba-cloud-cdn": "cdn",
    "openapi": None,
}


def product_of(source: str) -> str | None:
    """The product that a page is about, as its lower-case code; None for a page about all of them."""
    if found := _METADATA.fullmatch(urlsplit(source).path):
        return found[1].lower()
    words = _OF_PRODUCT.search(source)
    word = words and next(filter(None, words.groups()))
    return _CODES.get(word, word) if word else None


def faults(entries: Iterable[Entry], today: date) -> Iterator[str]:
    """What is wrong with the entries' sources, one line a fault."""
    same: defaultdict[object, list[str]] = defaultdict(list)
    for entry in entries:
        same[entry.en, entry.zh, entry.products].append(entry.id)
        yield from (f"{entry.id}: {fault}: {entry.source}" for fault in _of_address(entry.source))
        product = product_of(entry.source)
        known = {code.lower() for code in entry.products}
        if product and known and product not in known:
            yield f"{entry.id}: a page about {product} for an entry about {', '.join(sorted(known))}: {entry.source}"
        if not _FIRST_CHECK <= entry.checked <= today:
            yield f"{entry.id}: checked on {entry.checked}"
    yield from (f"{', '.join(ids)}: the same words twice" for ids in same.values() if len(ids) > 1)


def _of_address(source: str) -> Iterator[str]:
    parts = urlsplit(source)
    if parts.scheme != "https" or parts.port or parts.query or parts.fragment or parts.username:
        yield "not a plain https address"
    host = parts.hostname or ""
    if host == "github.com":
        if not _PUBLIC_CODE.fullmatch(parts.path):
            yield "not a page of public code at a commit, nor a thread"
    elif not _VENDOR.fullmatch(host):
        yield "not the vendor's host"
    elif host == "api.aliyun.com" and not _METADATA.fullmatch(parts.path):
        yield "not an API's metadata"
    elif parts.path.count("/") < 2:
        yield "not a page"


def main() -> int:
    """Print the hosts and the faults; 1 when there are any."""
    entries = load_catalog().entries
    hosts = Counter(urlsplit(entry.source).hostname for entry in entries)
    print(f"{len(entries)} entries, {len({entry.source for entry in entries})} sources")
    for host, count in hosts.most_common():
        print(f"  {host:34}{count:6}")
    found = list(faults(entries, max(entry.checked for entry in entries)))
    print(f"{len(found)} faults", *found, sep="\n  ")
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main())
