"""Which console page a log ticket opens, and its address with the ticket in it; pure.

The ways to write the address: "Embed console pages" of the Simple Log Service guide; its query parameter ``sls_ticket``
carries the ticket, ``isShare`` and the others take the console's own frame away.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from bot.addresses import is_loopback
from bot.aliyun.credentials import Ticket
from bot.blocks.logticket import LONGEST_LINK, Secret
from bot.explain.vendor import Site

_HOST: Final = re.compile(r"(?P<page>sls[a-z0-9-]{0,40}\.console)\.(?P<domain>aliyun|alibabacloud)\.com")
_DOMAINS: Final[dict[Site, str]] = {"china": "aliyun", "international": "alibabacloud"}
_SITES: Final[dict[str, Site]] = {domain: site for site, domain in _DOMAINS.items()}
_NEEDED: Final = (("isShare", "true"),)
_TIDY: Final = (("hideTopbar", "true"), ("hideSidebar", "true"), ("ignoreTabLocalStorage", "true"))
_HTTPS_PORTS: Final = (None, 443)


class PageError(Exception):
    """The configured page may not be opened with a ticket."""


class LinkTooLongError(Exception):
    """The address with the ticket in it does not fit into a Slack button."""


@dataclass(frozen=True, slots=True)
class AccountConsole:
    """What the identities file says of an account: its site, and its own page."""

    site: Site
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Consoles:
    """The pages and sites of an installation. ``page`` and ``site`` are for accounts that nobody described."""

    page: str | None = None
    site: Site | None = None
    accounts: Mapping[str, AccountConsole] = field(default_factory=dict)

    def page_of(self, account: str | None, own: str | None = None) -> str | None:
        """The page for an account; ``own`` is what the identity itself names."""
        described = self.accounts.get(account or "")
        return own or (described.page if described else None) or self.page

    def site_of(self, account: str | None) -> Site | None:
        """The site of an account; None when nobody said."""
        described = self.accounts.get(account or "")
        return described.site if described else self.site

    def likely_site(self, account: str | None, own: str | None = None) -> Site:
        """The site of an account, else that of its page, else China's, as in the identities file."""
        page = self.page_of(account, own)
        host = _HOST.fullmatch(_host(page)) if page else None
        return self.site_of(account) or (_SITES[host["domain"]] if host else "china")


def check_page(page: str, site: Site | None) -> SplitResult:
    """The page in its parts, on the domain of the account's site where that is known.

    Raises:
        PageError: It is no https address of the console; plain http is for this machine's own loopback, as in the playground.
    """
    try:
        parts = urlsplit(page)
        port = parts.port
    except ValueError:
        raise PageError from None
    host = (parts.hostname or "").lower()
    if parts.username is not None or parts.password is not None:
        raise PageError
    if parts.scheme in ("http", "https") and is_loopback(host):
        return parts
    console = _HOST.fullmatch(host)
    if parts.scheme != "https" or port not in _HTTPS_PORTS or console is None:
        raise PageError
    domain = _DOMAINS[site] if site else console["domain"]
    return parts._replace(netloc=f"{console['page']}.{domain}.com")


def page_state(consoles: Consoles) -> Literal["set", "none", "unusable"]:
    """How the pages of an installation are set, in a word."""
    pages = [(consoles.page, consoles.site), *((each.page, each.site) for each in consoles.accounts.values())]
    given = [(page, site) for page, site in pages if page]
    try:
        for page, site in given:
            check_page(page, site)
    except PageError:
        return "unusable"
    return "set" if given else "none"


def link_with(ticket: Ticket, page: SplitResult) -> Secret:
    """The page's address with the ticket. What the page already says, slsRegion above all, stays as it is.

    Raises:
        LinkTooLongError: It does not fit into a Slack button, not even with the console's frame around it.
    """
    given = [(name, value) for name, value in parse_qsl(page.query, keep_blank_values=True) if name != "sls_ticket"]
    named = {name for name, _ in given}
    for extras in ((*_NEEDED, *_TIDY), _NEEDED):
        added = [(name, value) for name, value in extras if name not in named]
        link = page._replace(query=urlencode([*given, ("sls_ticket", ticket.reveal()), *added])).geturl()
        if len(link) <= LONGEST_LINK:
            return Secret(link)
    raise LinkTooLongError


def _host(page: str) -> str:
    try:
        return (urlsplit(page).hostname or "").lower()
    except ValueError:
        return ""
