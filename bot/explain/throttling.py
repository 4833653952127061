"""What flow control did to a call, and whose calls share the quota."""

from bot.explain.facts import Facts
from bot.explain.kind import Ending, is_denied
from bot.explain.principals import principal_words
from bot.explain.wording import say
from bot.languages import Language


def throttling_words(facts: Facts, ending: Ending, language: Language) -> str | None:
    """Who is slowed down by what, for a throttled call; None for all others.

    The quota of an API is counted for the account as a whole, console and tools included (``Throttling.User``); only
    ``Throttling.Api`` speaks of a limit beyond the account's own calls.
    """
    if ending.kind != "throttled":
        return None
    code = (ending.error_code or "").lower()
    limit = "concurrent" if "concurrent" in code else "api" if code.startswith("throttling.api") else "account"
    caller = principal_words(facts.call.caller_type, facts.call.caller_id, facts.account_id, language)
    account = say("account.known" if facts.account_id else "account.unknown", language, account=facts.account_id or "")
    known = "" if facts.call.caller_id else "_anyone"
    parts = [say(f"throttling.{limit}{known}", language, account=account, caller=caller)]
    if is_denied(facts.throttling_result):
        parts.insert(0, say("throttling.gateway", language))
    return say("glue.sentences", language).join(parts)
