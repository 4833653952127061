"""A page on loopback that stands for the SLS console: it shows that a log ticket arrived, never the ticket."""

from html import escape
from importlib import resources
from string import Template
from typing import Final

from bot.languages import LANGUAGES, Texts
from bot.playground.alibaba.siem import LogTickets
from bot.playground.alibaba.wire import Answer, Request

CONSOLE_PATH: Final = "/console/lognext/project/aliyun-cloudsiem-data-1973374733454118-cn-hangzhou/logsearch/cloud-siem"


def console_page(request: Request, tickets: LogTickets) -> Answer:
    """The page for a request to /console/…: which of no ticket, a known one and an unknown one it came with."""
    ticket = dict(request.query).get("sls_ticket", "")
    verdict = "none" if not ticket else "known" if tickets.was_issued(ticket) else "unknown"
    texts = Texts("bot.playground.alibaba")
    paragraphs = "".join(
        f'<section lang="{language}"><h1>{escape(texts("console.title", language))}</h1>'
        f"<p>{escape(texts(f'console.{verdict}', language, length=len(ticket)))}</p></section>"
        for language in LANGUAGES
    )
    page = Template(resources.files("bot.playground.alibaba").joinpath("console.html").read_text("utf-8"))
    headers = (("referrer-policy", "no-referrer"), ("cache-control", "no-store"))
    content = page.substitute(verdict=verdict, content=paragraphs, path=escape(request.path))
    return Answer(200, content.encode(), "text/html;charset=utf-8", headers)
