"""As whom the bot looks for a person: each identity, and what Alibaba Cloud says of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from bot.aliyun.client import Client
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError
from bot.blocks.account import Face, link_message, whoami_message
from bot.delivery import Delivery
from bot.handlers.ask import Ask
from bot.identity.directory import Directory, Identity
from bot.identity.person import Person
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.lookup import REFUSED, UNAVAILABLE

SIDE_BY_SIDE: Final = 4


class WhoAmIStory:
    """Asks GetCallerIdentity once an identity, side by side, within ``deadline_s``."""

    def __init__(
        self,
        client: Client,
        *,
        directory: Directory,
        delivery: Delivery,
        language_of: Callable[[Person], Language],
        deadline_s: float,
    ) -> None:
        self._client = client
        self._directory = directory
        self._delivery = delivery
        self._language_of = language_of
        self._deadline_s = deadline_s

    def answer(self, ask: Ask, _reference: str) -> None:
        """Tell a person who they are here."""
        language = self._language_of(ask.person)
        identities = self._directory.access(ask.person, None).identities
        if not identities:
            self._delivery.privately(link_message(ask.person, (), language), ask.target)
            return
        with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(identities)), "whoami") as pool:
            faces = tuple(pool.map(self._face, identities))
        self._delivery.privately(whoami_message(ask.person, faces, language), ask.target)

    def _face(self, identity: Identity) -> Face:
        masked = None
        try:
            credential = identity.credential()
            masked = credential.masked_id
            caller = self._client.get_caller_identity(credential=credential, deadline=Deadline.after(self._deadline_s))
        except CredentialMissingError:
            return Face(identity.name, masked, trouble="missing")
        except AliyunError as error:
            return Face(identity.name, masked, trouble=_reason(error), request_id=error.request_id)
        return Face(identity.name, masked, arn=caller.arn, account=caller.account_id)


def _reason(error: AliyunError) -> str:
    """The word of an error, for its sentence."""
    return error.word_among({"denied", *REFUSED, *UNAVAILABLE})
