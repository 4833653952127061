"""Which page a ticket opens, and how it stands in the address."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.aliyun.credentials import Ticket
from bot.blocks.logticket import LONGEST_LINK
from bot.handlers.ticket_words import AccountConsole, Consoles, LinkTooLongError, PageError, check_page, link_with, page_state

PAGE = "https://sls.console.aliyun.com/lognext/project/p/logsearch/s?slsRegion=cn-shanghai"
TICKET = Ticket("eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJjYW5hcnkifQ.c2lnbmF0dXJl")
NOT_ITS_OWN = [
    "http://sls.console.aliyun.com/x",
    "https://sls.console.aliyun.com:8443/x",
    "https://user:pass@sls.console.aliyun.com/x",
    "https://evil.example/sls.console.aliyun.com",
    "https://sls.console.aliyun.com.evil.example/x",
    "https://evilsls.console.aliyun.com/x",
    "https://ecs.console.aliyun.com/x",
    "https://sls.evil.console.aliyun.com/x",
    "ftp://127.0.0.1/x",
    "https://[bad",
    "https://sls.console.aliyun.com:port/x",
    "sls.console.aliyun.com/x",
    "javascript:alert(1)",
    "",
]


def test_the_ticket_joins_what_the_page_says_already() -> None:
    link = urlsplit(link_with(TICKET, check_page(PAGE, None)))
    assert (link.scheme, link.netloc, link.path) == ("https", "sls.console.aliyun.com", "/lognext/project/p/logsearch/s")
    assert parse_qs(link.query) == {
        "slsRegion": ["cn-shanghai"],
        "sls_ticket": [TICKET.reveal()],
        "isShare": ["true"],
        "hideTopbar": ["true"],
        "hideSidebar": ["true"],
        "ignoreTabLocalStorage": ["true"],
    }


def test_what_the_operator_set_stays_and_an_old_ticket_goes() -> None:
    page = check_page(f"{PAGE}&hideTopbar=false&queryString=a%20b%26c&sls_ticket=old&empty=#part", None)
    link = urlsplit(link_with(TICKET, page))
    said = parse_qs(link.query, keep_blank_values=True)
    assert said["hideTopbar"] == ["false"]
    assert said["queryString"] == ["a b&c"]
    assert said["sls_ticket"] == [TICKET.reveal()]
    assert said["empty"] == [""]
    assert link.fragment == "part"


@pytest.mark.parametrize(
    ("site", "host"),
    [("china", "sls.console.aliyun.com"), ("international", "sls.console.alibabacloud.com"), (None, "sls.console.aliyun.com")],
)
def test_the_domain_follows_the_accounts_site(site: str | None, host: str) -> None:
    assert check_page(PAGE, site).netloc == host  # type: ignore[arg-type] # the parameters above are its values


def test_the_older_host_of_service_projects_is_known() -> None:
    assert check_page("https://sls4service.console.aliyun.com/x", "china").netloc == "sls4service.console.aliyun.com"


@pytest.mark.parametrize("page", NOT_ITS_OWN)
def test_a_ticket_is_sent_to_no_other_place(page: str) -> None:
    with pytest.raises(PageError):
        check_page(page, None)


def test_only_this_machines_own_loopback_may_use_plain_http() -> None:
    assert check_page("http://127.0.0.1:9000/console/x", "china").netloc == "127.0.0.1:9000"
    assert check_page("http://localhost:9000/x", None).netloc == "localhost:9000"


def test_a_long_ticket_gives_up_the_tidy_parameters_first_and_then_the_button() -> None:
    page = check_page(PAGE, None)
    room = LONGEST_LINK - len(link_with(Ticket("x"), page))
    whole = link_with(Ticket("x" * (room + 1)), page)
    tidy = link_with(Ticket("x" * (room + 2)), page)
    assert len(whole) == LONGEST_LINK
    assert "hideTopbar" in whole
    assert "hideTopbar" not in tidy
    assert "isShare=true" in tidy
    with pytest.raises(LinkTooLongError):
        link_with(Ticket("x" * LONGEST_LINK), page)


def test_a_link_prints_as_a_mask() -> None:
    link = link_with(TICKET, check_page(PAGE, None))
    assert TICKET.reveal() in link
    assert TICKET.reveal() not in repr({"elements": [link]})


def test_an_accounts_own_page_goes_before_the_others() -> None:
    own, shared = "https://sls.console.alibabacloud.com/own", PAGE
    consoles = Consoles(shared, None, lambda: {"1": AccountConsole("international", own), "2": AccountConsole("international")})
    assert [consoles.page_of(account) for account in ("1", "2", "3", None)] == [own, shared, shared, shared]
    assert consoles.page_of("1", "https://identity") == "https://identity"
    assert [consoles.site_of(account) for account in ("1", "2", "3")] == ["international", "international", None]


def test_the_site_is_guessed_from_the_page_and_else_chinas() -> None:
    assert Consoles("https://sls.console.alibabacloud.com/x").likely_site("1") == "international"
    assert Consoles(PAGE).likely_site("1") == "china"
    assert Consoles().likely_site(None) == "china"
    assert Consoles("https://[bad").likely_site(None) == "china"
    assert Consoles(PAGE, "international").likely_site(None) == "international"


def test_how_the_pages_are_set_is_told_in_a_word() -> None:
    assert page_state(Consoles()) == "none"
    assert page_state(Consoles(PAGE)) == "set"
    assert page_state(Consoles(None, None, lambda: {"1": AccountConsole("china", PAGE)})) == "set"
    assert page_state(Consoles(PAGE, None, lambda: {"1": AccountConsole("china", "https://evil.example")})) == "unusable"
