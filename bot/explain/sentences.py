"""What is said of a call that ended: the verdict and the cause, never more than the witnesses say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.explain.catalog import Match
from bot.explain.denial import inside, layer_of
from bot.explain.explanation import Denial, Principal, Timing
from bot.explain.facts import Facts
from bot.explain.judgement import Judgement, flow_control_denied, says_nothing
from bot.explain.meanings import Meaning, MeaningWords, said_by_entry
from bot.explain.visible import cut, one_line
from bot.explain.wording import account_words, joined, principal_words, say
from bot.languages import Language

_LONGEST_VERDICT: Final = 300
_LONGEST_NAME: Final = 160
_LONGEST_QUOTE: Final = 600
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SENTENCE_END = re.compile(r"(?<=[.!?]) |(?<=[。！？])")
#: A call that succeeded after so long is news for that alone.
SLOW: Final = ("slow_service", "client_delay")
_NAMELESS: Final = ("failed", "throttled")
#: What the log's own times tell of the caller's clock, which is then the one cause.
_MEASURED: Final = ("clock_skew", "client_delay")


@dataclass(frozen=True, slots=True)
class Known:
    """All that the sentences are made of. ``inner`` judges the service's own call that failed inside this one.

    ``solution_ids`` name Alibaba Cloud's own solutions of the error.
    """

    facts: Facts
    judged: Judgement
    denied: Denial | None
    inner: Judgement | None
    solution_ids: Sequence[str]
    measured: Timing
    language: Language
    own: frozenset[Principal] = frozenset()

    def say(self, key: str, **values: object) -> str:
        """A text of the explanations."""
        return say(key, self.language, **values)

    @property
    def tells(self) -> bool:
        """Whether the denial's own facts say more than the catalogue could."""
        denied = self.denied
        if denied is None:
            return False
        if layer_of(denied.policy_type) != "unknown" or denied.deny != "unknown":
            return True
        match = self.judged.match
        by_product = match is not None and match.entry is not None and bool(match.entry.products)
        return denied.action is not None and not by_product

    @property
    def call(self) -> str:
        """The call in a few words: product code and API, literally."""
        return " ".join(filter(None, (self.facts.product, self.facts.api))) or self.say("call.unnamed")

    @property
    def call_named(self) -> bool:
        """Whether the product or the API is known."""
        return bool(self.facts.product or self.facts.api)

    @property
    def account(self) -> str:
        """The account in words."""
        return account_words((self.denied.account_id if self.denied else None) or self.facts.account_id, self.language)

    @property
    def own_words(self) -> MeaningWords | None:
        """What the message says of a denial beyond that it is one, where no entry of the catalogue tells."""
        reading = self.judged.reading
        sharper = reading is not None and reading.kind == "denied" and reading.id != "permission"
        return reading.words(self.language) if reading and sharper and self.judged.match is None else None

    @property
    def inner_words(self) -> Match | MeaningWords | None:
        """What is known of the inner call's error."""
        if self.inner is None:
            return None
        return self.inner.match or (self.inner.reading.words(self.language) if self.inner.reading else None)

    @property
    def meaning(self) -> Meaning | None:
        """What the error means: by the message where the entry, if any, agrees, else by the entry; first an inner call."""
        match, said = self.judged.match, self.judged.reading
        if match is not None and match.entry is not None and (said is None or said.retry != match.retry):
            said = said_by_entry(match.entry.en.title, match.entry.en.cause)
        return said or (self.inner.meaning if self.inner_words and self.inner else None) or self.judged.meaning

    @property
    def quote(self) -> str | None:
        """The service's own message as a sentence, where it is short enough, and in a language, to stand among others."""
        message = one_line(self.judged.error_message or "")
        fits = 0 < len(message) <= _LONGEST_QUOTE and (self.language == "en" or _CHINESE.search(message))
        return self.say("cause.client_says" if self.facts.client_failed else "cause.says", message=message) if fits else None


def verdict(known: Known) -> str:
    """One line, at most 300 characters. A denial names the denied action, everything else product, API and code."""
    denied, judged = known.denied, known.judged
    if denied is None:
        line = _ended(known)
    elif not (denied.principal or denied.principal_type or known.facts.api or denied.action):
        title = _title(known) or judged.error_code or known.say("call.no_code")
        key = "verdict.denied.product" if known.facts.product else "verdict.denied.unnamed"
        line = known.say(key, product=known.facts.product or "", title=title)
    elif judged.match is not None and not known.tells:
        what = denied.action or known.call
        line = known.say("verdict.denied.known", what=what, who=denied.principal_words, title=judged.match.title)
    else:
        layer = layer_of(denied.policy_type)
        plain = layer == "unknown" or (layer == "account" and denied.deny != "unknown")
        unnamed = known.say("attached.unnamed")
        policy = next((item.name for item in denied.matched if item.effect == "Deny" and item.name != unnamed), None)
        by = "_named" if denied.deny == "explicit" and policy else "" if plain else "_layer"
        line = known.say(
            f"verdict.denied.{denied.deny}{by}",
            what=cut(denied.action or known.call, _LONGEST_NAME),
            who=cut(denied.principal_words, _LONGEST_NAME),
            layer=inside(layer, denied.policy_type, known.language),
            policy=cut(policy or "", _LONGEST_NAME),
        )
    return cut(one_line(line), _LONGEST_VERDICT)


def _ended(known: Known) -> str:
    facts, judged = known.facts, known.judged
    silent = judged.kind == "succeeded" and judged.status is None
    key: str = "silent" if silent and not facts.says_success else judged.kind
    if key == "succeeded" and known.measured.reading in SLOW:
        key = known.measured.reading
    if key in _NAMELESS and not known.call_named:
        key = f"{key}_unnamed"
    title = _title(known)
    error = judged.error_code or (title or known.say("call.no_code"))
    if judged.error_code and title:
        error = known.say("verdict.titled", code=judged.error_code, title=title)
    status = known.say("verdict.status", status=facts.http_status) if facts.http_status else ""
    spans = {"duration": known.measured.duration, "skew": known.measured.skew}
    return known.say(f"verdict.{key}", call=cut(known.call, _LONGEST_NAME), error=error, status=status, **spans)


def _title(known: Known) -> str | None:
    """What the error is: by the entry, by what the message says, else the message itself, else by the look of the code."""
    judged = known.judged
    if judged.match is not None:
        unsure = _guessed(known) is not None
        return known.say("verdict.guessed", title=judged.match.title) if unsure else judged.match.title
    if judged.reading is not None:
        return judged.reading.words(known.language).title_for(judged.error_message)
    if known.facts.nested is not None and known.inner is not None and known.facts.nested.error_code:
        return known.say("cause.nested", code=known.facts.nested.error_code).rstrip(".。")
    if judged.error_message and not says_nothing(judged.error_code, judged.error_message):
        return cut(_SENTENCE_END.split(one_line(judged.error_message), 1)[0], _LONGEST_NAME)
    return judged.family.words(known.language).title if judged.family else None


def _guessed(known: Known) -> str | None:
    """A parameter's name that only the code gives: neither the message nor the call's parameters have it."""
    name = known.judged.match.guessed if known.judged.match else None
    if name is None:
        return None
    flat = name.lower()
    named = any(each.name.lower() == flat for each in known.facts.call.parameters)
    return None if named or flat in (known.judged.error_message or "").lower() else name


def cause(known: Known) -> str | None:
    """Why it failed: by the denial's facts, by the witnesses, else by the inner call; None when not even a message is left."""
    judged, denied = known.judged, known.denied
    if judged.kind == "succeeded":
        return None
    if denied is not None and known.tells:
        return denied.reason
    if judged.family is not None and judged.family.id == "clock" and known.measured.reading in _MEASURED:
        return known.measured.words
    if judged.match is not None:
        guessed = _guessed(known)
        note = guessed and known.say("cause.guessed", parameter=guessed)
        return joined(known.language, judged.match.cause, note, known.quote if judged.match.general else None)
    if denied is not None:
        told = known.own_words
        return joined(known.language, told.cause if told else denied.reason, known.quote)
    return _inner_cause(known) or _told_cause(known)


def _told_cause(known: Known) -> str | None:
    judged = known.judged
    told = judged.meaning.words(known.language) if judged.meaning else None
    if judged.reading is not None and told is not None:
        return joined(known.language, told.cause, known.quote)
    if judged.kind == "throttled":
        return joined(known.language, throttling_words(known) or (told.cause if told else None), known.quote)
    if judged.error_message and not says_nothing(judged.error_code, judged.error_message):
        return joined(known.language, known.quote, known.say("cause.message"))
    if known.facts.body.format == "HTML":
        return known.say("cause.page")
    return told.cause if told else None


def _inner_cause(known: Known) -> str | None:
    nested, inner, told = known.facts.nested, known.inner, known.inner_words
    if nested is None or inner is None or not (inner.kind == "denied" or told):
        return None
    key = "cause.nested_denied" if inner.kind == "denied" else "cause.nested"
    first = known.say(key, code=nested.error_code or known.say("call.no_code"))
    return joined(known.language, first, told.cause if told else None)


def throttling_words(known: Known) -> str | None:
    """Who is slowed down by what, for a call that the API's flow control throttled; None for all others.

    The quota of an API is counted for the account as a whole, console and tools included (``Throttling.User``); only
    ``Throttling.Api`` speaks of a limit beyond the account's own calls.
    """
    if known.judged.kind != "throttled":
        return None
    call, match, told = known.facts.call, known.judged.match, known.judged.meaning
    code = (known.judged.error_code or "").lower()
    of_product = not match.general if match is not None else told is not None and told.id == "quota_day"
    if of_product and "throttling" not in code and not flow_control_denied(known.facts):
        return None  # a limit of the product's own
    limit = "concurrent" if "concurrent" in code else "api" if code.startswith("throttling.api") else "account"
    caller = principal_words(call.caller_type, call.caller_id, call.account_id, known.language, known.own)
    anyone = "" if call.caller_id else "_anyone"
    gateway = known.say("throttling.gateway") if flow_control_denied(known.facts) else None
    return joined(known.language, gateway, known.say(f"throttling.{limit}{anyone}", account=known.account, caller=caller))
