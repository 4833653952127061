"""The sub-command code: what an error code means, from the catalogue, else from Alibaba Cloud, else nobody knows."""

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, UnknownProductError
from bot.aliyun.models import Solution
from bot.blocks.code import Known, Silence, code_message, code_usage, unknown_code
from bot.blocks.kit import Message
from bot.explain import Evidence, explain
from bot.explain.catalog import Catalog
from bot.handlers.ask import Ask
from bot.identity.directory import Directory
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.lookup.cache import SOLUTIONS_BYTES, SharedCache
from bot.requestids import extract
from bot.requestids.pasted import PastedError

SOLUTIONS_LIVE_S: Final = 3 * 24 * 3600.0
MOST_NEAR: Final = 4
LONGEST_CODE: Final = 120
#: "code Throttling.User in Ecs": more words than this are a pasted error.
MOST_WORDS: Final = 3
_CODE: Final = re.compile(r"[A-Za-z][\w.-]*[A-Za-z0-9]")
_AROUND: Final = "\"'`,;:“”‘’<>()[]。，："


class CodeStory:
    """Explains codes. ``own`` is the bot's own credential, for people who have none; it may raise CredentialMissingError."""

    def __init__(  # noqa: PLR0913 - keywords of the composition root
        self,
        client: Client,
        catalog: Catalog,
        directory: Directory,
        *,
        own: Callable[[], Credential],
        clock: Callable[[], datetime],
        timer: Callable[[], float],
        deadline_s: float,
    ) -> None:
        self._client = client
        self._catalog = catalog
        self._directory = directory
        self._own = own
        self._clock = clock
        self._deadline_s = deadline_s
        # What the vendor wrote on a code is the same for all, so the cache is shared by all who ask.
        self._solutions: SharedCache[tuple[Solution, ...]] = SharedCache(
            SOLUTIONS_BYTES, lambda _value: SOLUTIONS_LIVE_S, timer
        )

    def answer(self, ask: Ask, language: Language) -> Message:
        """The meaning of the code that the text names, with the product if it names one."""
        code, product = named(ask.text)
        if not code:
            return code_usage(language, ask.text.strip() or None)
        match = self._catalog.find(code, product=product, language=language)
        if match is not None:
            known = self._known(code, product, (), language, None)
            return code_message(Known(code, known.explanation, match.title, match.source))
        found = self._from_vendor(ask, code, product, language)
        if isinstance(found, Known):
            return code_message(found)
        return unknown_code(code, found, self._near(code, language), language)

    def _known(
        self, code: str, product: str | None, solutions: Sequence[Solution], language: Language, spoken: Language | None
    ) -> Known:
        evidence = Evidence(self._catalog, solutions=solutions, solutions_language=spoken)
        said = explain(PastedError(code=code, product=product), evidence, language=language, now=self._clock())
        return Known(code, said)

    def _from_vendor(self, ask: Ask, code: str, product: str | None, language: Language) -> Known | Silence:
        """What Alibaba Cloud wrote on the code, else why there is nothing."""
        deadline = Deadline.after(self._deadline_s)
        why: Silence = "unlinked"
        for credential in self._credentials(ask):
            try:
                found = self._solutions_of(code, product, language, credential, deadline)
            except (AliyunError, TimeoutError):
                why = "unavailable"
                continue
            return found if found is not None else "silent"
        return why

    def _solutions_of(
        self, code: str, product: str | None, language: Language, credential: Credential, deadline: Deadline
    ) -> Known | None:
        """Solutions in the reader's language, else in Chinese, which the vendor writes first; of any product if need be."""
        unknown_product = None
        for asked in dict.fromkeys((product, None)):
            for spoken in dict.fromkeys((language, "zh")):
                try:
                    solutions = self._ask(code, asked, spoken, credential, deadline)
                except UnknownProductError:
                    unknown_product = asked
                    break
                if solutions:
                    known = self._known(code, asked, solutions, language, spoken)
                    return Known(code, known.explanation, unknown_product=unknown_product)
        return None

    def _ask(
        self, code: str, product: str | None, spoken: Language, credential: Credential, deadline: Deadline
    ) -> tuple[Solution, ...]:
        def ask() -> tuple[Solution, ...]:
            return self._client.get_error_code_solutions(
                code, product=product, message=None, language=spoken, credential=credential, deadline=deadline
            ).solutions

        return self._solutions.get((code, product, spoken), ask, deadline.remaining())

    def _credentials(self, ask: Ask) -> Iterator[Credential]:
        """The asker's own credentials, then the bot's; those that cannot be read are passed over."""
        openers = [identity.credential for identity in self._directory.access(ask.person, None).identities]
        for opener in (*openers, self._own):
            try:
                yield opener()
            except CredentialMissingError:
                continue

    def _near(self, code: str, language: Language) -> list[tuple[str, str]]:
        """Known codes that look like this one, each with its title, the nearest first."""
        known = {each.casefold(): each for entry in self._catalog.entries for each in entry.codes}
        close = difflib.get_close_matches(code.casefold(), list(known), n=MOST_NEAR, cutoff=0.7)
        found = [(known[each], self._catalog.find(known[each], language=language)) for each in close]
        return [(each, match.title) for each, match in found if match is not None]


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
