"""As whom the bot looks for a person: each identity, and what Alibaba Cloud says of it."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError
from bot.blocks.account import IdentityCheck, link_message, whoami_message
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.lookup import REFUSED, UNAVAILABLE

SIDE_BY_SIDE: Final = 4


def whoami(services: Services, ask: Ask) -> None:
    """Tell a person who they are here: GetCallerIdentity once an identity, several at a time."""
    language = services.language(ask.person)
    identities = services.directory.access(ask.person, None).identities
    if not identities:
        services.tell(ask, link_message(ask.person, (), language))
        return
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(identities)), "whoami") as pool:
        checks = tuple(pool.map(partial(_check, services), identities))
    services.tell(ask, whoami_message(ask.person, checks, language))


def _check(services: Services, identity: Identity) -> IdentityCheck:
    masked = None
    try:
        credential = identity.credential()
        masked = credential.masked_id
        deadline = Deadline.after(services.settings.requestlog_deadline)
        caller = services.client.get_caller_identity(credential=credential, deadline=deadline)
    except CredentialMissingError:
        return IdentityCheck(identity.name, masked, trouble="missing")
    except AliyunError as error:
        return IdentityCheck(
            identity.name, masked, trouble=error.word_among({"denied", *REFUSED, *UNAVAILABLE}), request_id=error.request_id
        )
    return IdentityCheck(identity.name, masked, arn=caller.arn, account=caller.account_id)


HANDLERS: Final[dict[Name, Handler]] = {Name.WHOAMI: whoami}
