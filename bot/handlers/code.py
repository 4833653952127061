"""The sub-command code: what an error code means, from the catalogue, else from Alibaba Cloud, else nobody knows."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, UnknownProductError
from bot.aliyun.models import Solution
from bot.blocks.code import Known, Silence, code_message, code_usage, unknown_code
from bot.blocks.kit import Message
from bot.explain import Evidence, explain
from bot.explain.catalog import Catalog
from bot.explain.explanation import Explanation
from bot.handlers.ask import Ask, Name
from bot.handlers.services import Handler, Services
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.requestids import PastedError, extract
from bot.store.chain import Entry

MOST_NEAR: Final = 4
LONGEST_CODE: Final = 120
#: "code Throttling.User in Ecs": more words than this are a pasted error.
MOST_WORDS: Final = 3
_CODE: Final = re.compile(r"[A-Za-z][\w.-]*[A-Za-z0-9]")
#: ``Throttling.User``, ``Forbidden.RAM``, ``QuotaExceeded``: no name of a host, and no word that begins a sentence.
_PARTED: Final = re.compile(
    r"(?<![A-Za-z0-9_./:@-])[A-Z][a-z0-9]+(?:(?:\.[A-Z][A-Za-z0-9]+)+|(?:[A-Z][A-Za-z0-9]*)+(?:\.[A-Z][A-Za-z0-9]+)*)(?![A-Za-z0-9_/:@-]|\.\w)"
)
_AROUND: Final = "\"'`,;:“”‘’<>()[]。，："


def explain_code(services: Services, ask: Ask) -> Message:
    """The meaning of the code that the text names, with the product if it names one."""
    language = ask.language
    code, product = named(ask.text)
    if not code:
        return code_usage(language, ask.text.strip() or None)
    match = services.catalog.find(code, product=product, language=language)
    if match is not None and match.family is None:
        return code_message(Known(code, _explained(services, code, product, language), match.title, match.source))
    found = _from_vendor(services, ask, code, product)
    if isinstance(found, Known):
        return code_message(found)
    if match is not None:
        return code_message(Known(code, _explained(services, code, product, language), match.title, guess=True))
    return unknown_code(code, found, _near(services.catalog, code, language), language)


def _explained(
    services: Services,
    code: str,
    product: str | None,
    language: Language,
    *,
    solutions: Sequence[Solution] = (),
    spoken: Language | None = None,
) -> Explanation:
    evidence = Evidence(services.catalog, solutions=solutions, solutions_language=spoken)
    return explain(PastedError(code=code, product=product), evidence, language=language, now=services.clock())


def _from_vendor(services: Services, ask: Ask, code: str, product: str | None) -> Known | Silence:
    """What Alibaba Cloud wrote on the code, else why there is nothing; recorded without the code, which somebody typed."""
    deadline = Deadline.after(services.settings.requestlog_deadline)
    identities = services.directory.access(ask.person, None).identities
    said: Known | Silence = "keyless" if identities else "unlinked"
    for credential in _credentials(services, identities, deadline):
        try:
            found = _solutions_of(services, code, product, ask.language, credential=credential, deadline=deadline)
        except (AliyunError, TimeoutError):
            said = "unavailable"
            continue
        said = "silent" if found is None else found
        break
    services.record(ask, Entry("code", result="known" if isinstance(said, Known) else said))
    return said


def _solutions_of(
    services: Services, code: str, product: str | None, language: Language, *, credential: Credential, deadline: Deadline
) -> Known | None:
    """Solutions in the reader's language, else in Chinese, which the vendor writes first; of any product if need be."""
    unknown_product = None
    for asked in dict.fromkeys((product, None)):
        for spoken in dict.fromkeys((language, "zh")):

            def ask_vendor(asked: str | None = asked, spoken: Language = spoken) -> tuple[Solution, ...]:
                return services.client.get_error_code_solutions(
                    code, product=asked, message=None, language=spoken, credential=credential, deadline=deadline
                ).solutions

            try:
                solutions = services.solutions.get((code, asked, spoken), ask_vendor, deadline.remaining())
            except UnknownProductError:
                unknown_product = asked
                break
            if solutions:
                said = _explained(services, code, asked, language, solutions=solutions, spoken=spoken)
                return Known(code, said, unknown_product=unknown_product)
    return None


def _credentials(services: Services, identities: Sequence[Identity], deadline: Deadline) -> Iterator[Credential]:
    """The asker's own credentials, then the bot's, no role for what is public; those that cannot be read are passed over."""
    for opener in (*(each.open for each in identities if each.sight is None), services.own_credential):
        try:
            yield opener(deadline)
        except CredentialMissingError:
            continue


def _near(catalog: Catalog, code: str, language: Language) -> list[tuple[str, str]]:
    """Known codes that look like this one, each with its title, the nearest first."""
    known = {each.casefold(): each for entry in catalog.entries for each in entry.codes}
    close = difflib.get_close_matches(code.casefold(), list(known), n=MOST_NEAR, cutoff=0.7)
    found = [(known[each], catalog.find(known[each], language=language)) for each in close]
    return [(each, match.title) for each, match in found if match is not None]


def code_in(text: str, catalog: Catalog) -> str | None:
    """The first error code in a sentence: a word of several capitalised parts that the catalogue knows, or its family."""
    for word in _PARTED.findall(text):
        match = catalog.find(word, language="en")
        if match is not None and ("." in word or match.family is None):
            return str(word)
    return None


def named(text: str) -> tuple[str | None, str | None]:
    """The error code and the product that a text names: two words, or a pasted error."""
    words = [word for word in (each.strip(_AROUND) for each in text.split()) if word]
    if len(words) > MOST_WORDS or "\n" in text.strip():
        found = extract(text)
        if found.error_codes:
            return found.error_codes[0], found.products[0] if found.products else None
    if not words or len(words[0]) > LONGEST_CODE or not _CODE.fullmatch(words[0]):
        return None, None
    return words[0], words[-1] if len(words) > 1 else None


HANDLERS: Final[dict[Name, Handler]] = {Name.CODE: explain_code}
