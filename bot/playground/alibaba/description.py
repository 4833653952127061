"""The stand-in in words and as JSON: where it is, whose keys it knows, which RequestIds are worth trying."""

from typing import Any, Final

from bot.languages import Language, Texts
from bot.playground.alibaba.cases import CASES
from bot.playground.alibaba.people import ACCOUNT_ID, PEOPLE, ROLES, caller_of

_PRODUCTS: Final = ("OPENAPIEXPLORER", "CLOUD_SIEM", "RAM", "STS", "ACTIONTRAIL")


def endpoint_variables(url: str) -> dict[str, str]:
    """The environment variables that lead the bot to a stand-in at a URL."""
    return {f"REQUESTLOG_ENDPOINT_{product}": url for product in _PRODUCTS}


def describe(url: str, page: str, language: Language) -> str:
    """The text that a person reads who starts the stand-in alone."""
    texts = Texts("bot.playground.alibaba")
    lines = [texts("describe.title", language, url=url), ""]
    lines += [f"export {name}={value}" for name, value in endpoint_variables(url).items()]
    lines += [f"export REQUESTLOG_SLS_PAGE={page}", "", texts("describe.keys", language, account=ACCOUNT_ID)]
    lines += [
        f"  {person.name:8} {person.access_key_id:21} {person.secret:23} {texts(f'people.{person.name}', language)}"
        for person in PEOPLE
    ]
    lines += ["", texts("describe.ids", language)]
    lines += [f"  {case.request_id}  {case.owner:19} {case.title_zh if language == 'zh' else case.title_en}" for case in CASES]
    lines += ["", texts("describe.more", language, url=url)]
    return "\n".join(lines)


def as_json(url: str, page: str) -> dict[str, Any]:
    """The same facts as a JSON object. The secrets stand in it: the keys are public and open nothing but this stand-in."""
    people = [
        {
            "name": person.name,
            "access_key_id": person.access_key_id,
            "access_key_secret": person.secret,
            "caller_type": caller_of(person).caller_type,
            "caller_id": person.user_id,
            "permissions": sorted(person.permissions),
        }
        for person in PEOPLE
    ]
    roles = [
        {
            "arn": role.arn,
            "external_id": role.external_id,
            "trusts": sorted(role.trusts),
            "permissions": sorted(role.permissions),
        }
        for role in ROLES
    ]
    request_ids = [
        {
            "request_id": case.request_id,
            "owner": case.owner,
            "title_en": case.title_en,
            "title_zh": case.title_zh,
            "shows": case.shows,
        }
        for case in CASES
    ]
    return {
        "account_id": ACCOUNT_ID,
        "people": people,
        "roles": roles,
        "endpoints": endpoint_variables(url),
        "console_page": page,
        "request_ids": request_ids,
    }
