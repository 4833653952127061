"""What a log ticket is asked for, and the console page that it opens; pure.

First what somebody typed after ``/requestlog ticket``: hub, language, member and data account, in any order. Then which page
opens, and its address with the ticket in it. The ways to write the address: "Embed console pages" of the Simple Log Service
guide; its query parameter ``sls_ticket`` carries the ticket, ``isShare`` and the others take the console's own frame away.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from bot.addresses import is_loopback
from bot.aliyun.credentials import Ticket
from bot.blocks.logticket import LONGEST_LINK, Hub, Secret, TicketForm
from bot.explain.vendor import Site
from bot.languages import Language

LARGEST_UID: Final = 2**63 - 1

_HUB_WORDS: Final[dict[Hub, tuple[str, ...]]] = {
    "cn-hangzhou": ("hangzhou", "china", "mainland", "cn", "domestic", "杭州", "中国", "国内", "境内", "中国内地"),
    "ap-southeast-1": ("singapore", "international", "intl", "overseas", "abroad", "sg", "新加坡", "海外", "国际", "境外"),
}
_LANGUAGE_WORDS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("english", "en-us", "en_us", "英文", "英语"),
    "zh": ("chinese", "zh-cn", "zh_cn", "zh-hans", "中文", "汉语"),
}
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "hub": ("region", "regionid", "数据管理中心", "地域"),
    "language": ("lang", "语言"),
    "role_for": ("member", "rolefor", "role", "as", "成员", "成员账号"),
    "log_user_id": ("data", "user", "loguserid", "uid", "日志账号", "数据"),
}
_HUBS: Final[dict[str, Hub]] = {word: hub for hub, others in _HUB_WORDS.items() for word in (hub, *others)}
_LANGUAGES: Final[dict[str, Language]] = {word: each for each, others in _LANGUAGE_WORDS.items() for word in (each, *others)}
_NAMES: Final = {word: name for name, others in _FIELDS.items() for word in (name, *others)}
_NAMED: Final = re.compile(r"(?P<name>[^\s=:]+)[=:](?P<value>.*)", re.DOTALL)
_REGION: Final = re.compile(r"[a-z]{2,4}-[a-z]+(?:-[a-z0-9]+)*")
_UIDS: Final = ("role_for", "log_user_id")
_HOST: Final = re.compile(r"(?P<page>sls[a-z0-9-]{0,40}\.console)\.(?P<domain>aliyun|alibabacloud)\.com")
_DOMAINS: Final[dict[Site, str]] = {"china": "aliyun", "international": "alibabacloud"}
_SITES: Final[dict[str, Site]] = {domain: site for site, domain in _DOMAINS.items()}
_NEEDED: Final = (("isShare", "true"),)
_TIDY: Final = (("hideTopbar", "true"), ("hideSidebar", "true"), ("ignoreTabLocalStorage", "true"))
_HTTPS_PORTS: Final = (None, 443)


class WrongWordError(Exception):
    """A word that cannot be understood; ``reason`` is unknown, hub, uid, twice or missing."""

    def __init__(self, reason: str, word: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.word = word


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for; None where they left the choice to the bot."""

    hub: Hub | None = None
    language: Language | None = None
    role_for: str | None = None
    log_user_id: str | None = None

    def completed_by(self, remembered: "Wanted") -> "Wanted":
        """Hub and language filled from what was asked for earlier; all of that when nothing was asked for now.

        A member's perspective is taken over only as a whole: who names anything says whose perspective is meant.
        """
        if self == Wanted():
            return remembered
        return replace(self, hub=self.hub or remembered.hub, language=self.language or remembered.language)

    def form(self, hub: Hub, language: Language) -> TicketForm:
        """The complete form, with the defaults given."""
        return TicketForm(self.hub or hub, self.language or language, self.role_for, self.log_user_id)

    def as_stored(self) -> dict[str, str]:
        """As the preferences keep it."""
        return {name: value for name, value in asdict(self).items() if value}


def parse_words(text: str) -> Wanted:
    """What a typed text asks for. Raises WrongWordError for the first word that cannot be understood.

    Of two bare numbers the first is the member, the second the data account.
    """
    found: dict[str, str] = {}
    for name, word in _pairs(text):
        filled, value = _field(name, word, found)
        if filled in found:
            raise WrongWordError("twice", word)
        found[filled] = value
    return wanted_of(found)


def wanted_of(stored: Mapping[str, object]) -> Wanted:
    """What a mapping from elsewhere asks for: preferences, a button, a form. What makes no sense in it is left out."""
    texts = {name: value for name, value in stored.items() if isinstance(value, str)}
    uids = (uid_of(texts.get(name, "")) for name in _UIDS)
    return Wanted(_HUBS.get(texts.get("hub", "")), _LANGUAGES.get(texts.get("language", "")), *uids)


def wanted_in(value: str) -> Wanted:
    """What a button's value asks for; nothing when it is not JSON."""
    try:
        carried = json.loads(value)
    except ValueError:
        return Wanted()
    return wanted_of(carried) if isinstance(carried, dict) else Wanted()


def uid_of(text: str) -> str | None:
    """A UID without stray characters: a positive number of 64 bits, kept as text. None for what is none."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("-", "").replace(" ", "")
    if not (plain.isascii() and plain.isdigit()) or len(plain) > len(str(LARGEST_UID)):
        return None
    return plain if 0 < int(plain) <= LARGEST_UID else None


def _pairs(text: str) -> Iterator[tuple[str | None, str]]:
    """Each word with the name before it: ``member=17…``, ``member: 17…`` and ``member 17…`` are the same."""
    name: str | None = None
    typed = ""
    for word in unicodedata.normalize("NFKC", text).replace(",", " ").split():
        named = _NAMED.fullmatch(word)
        label = (named["name"] if named else word).lower()
        if named and label not in _NAMES:
            raise WrongWordError("unknown", word)
        if name is not None:
            value = word.lstrip("=:")
            if value:
                yield name, value
                name = None
        elif label in _NAMES:
            if named and named["value"]:
                yield _NAMES[label], named["value"]
            else:
                name, typed = _NAMES[label], word
        else:
            yield None, word
    if name is not None:
        raise WrongWordError("missing", typed)


def _field(name: str | None, word: str, found: Mapping[str, str]) -> tuple[str, str]:
    """Which field a word fills, and with what."""
    lower = word.lower()
    if name in (None, "hub") and lower in _HUBS:
        return "hub", _HUBS[lower]
    if name in (None, "language") and lower in _LANGUAGES:
        return "language", _LANGUAGES[lower]
    if name in (None, *_UIDS) and (uid := uid_of(word)):
        return name or next((each for each in _UIDS if each not in found), _UIDS[-1]), uid
    if name in _UIDS or word[:1].isdigit():
        raise WrongWordError("uid", word)
    raise WrongWordError("hub" if name == "hub" or _REGION.fullmatch(lower) else "unknown", word)


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
    accounts: Callable[[], Mapping[str, AccountConsole]] = dict

    def page_of(self, account: str | None, own: str | None = None) -> str | None:
        """The page for an account; ``own`` is what the identity itself names."""
        described = self.accounts().get(account or "")
        return own or (described.page if described else None) or self.page

    def site_of(self, account: str | None) -> Site | None:
        """The site of an account; None when nobody said."""
        described = self.accounts().get(account or "")
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
    pages = [(consoles.page, consoles.site), *((each.page, each.site) for each in consoles.accounts().values())]
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
