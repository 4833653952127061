"""Where a link of an explanation may lead, and which pages of Alibaba Cloud belong to a call."""

import re
from typing import Final, Literal
from urllib.parse import urlsplit

from bot.aliyun.models import ApiDoc
from bot.explain.redaction import redact
from bot.languages import Language

Site = Literal["china", "international"]

_DOMAINS: Final = ("aliyun.com", "alibabacloud.com")
_PORTALS: Final[dict[Site, str]] = {"china": "https://api.aliyun.com", "international": "https://api.alibabacloud.com"}
_URL_CHARACTERS = re.compile(r"[!#$%&'()*+,./0-9:;=?@A-Z_a-z~-]+")
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,99}")
_LONGEST: Final = 2000


def vendor_url(url: str | None) -> str | None:
    """The URL if it is https, on a host of Alibaba Cloud, without login, foreign port or secret; else None."""
    if not url or len(url) > _LONGEST or not _URL_CHARACTERS.fullmatch(url):
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


def site_of(site: Site | None, language: Language) -> Site:
    """The site whose pages a reader can open: the account's own, else the one of the reader's language."""
    return site or ("china" if language == "zh" else "international")


def document(doc: ApiDoc, *, product: str | None, version: str | None, api: str | None, site: Site) -> str | None:
    """The API's page: the log's own link for the site, else one built from product, version and API, else the other site's."""
    own, other = (doc.china, doc.international) if site == "china" else (doc.international, doc.china)
    return vendor_url(own) or _built(product, version, api, site) or vendor_url(other)


def _built(product: str | None, version: str | None, api: str | None, site: Site) -> str | None:
    if not (product and version and api and all(_NAME.fullmatch(part) for part in (product, version, api))):
        return None
    return vendor_url(f"{_PORTALS[site]}/document/{product}/{version}/{api}")
