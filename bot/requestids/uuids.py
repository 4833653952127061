"""The RequestIds of a cleaned text: which of its UUIDs count, by what their own labels call them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["request", "requests", "trace", "other", "none"]
"""``requests`` is the plural, whose list may go on without commas; ``none`` means that nothing names the id."""

REQUEST_NAME: Final = (
    r"(?:equest|(?<![a-z])req|请求)[ \t_.\-]{0,3}(?:ids?|identifiers?|uuid|number|编号|标识符?|号)|(?<![a-z])(?:rid|equestids?)"
)
"""A name of the RequestId. Its first letter is left out: an escape such as ``\\r`` before it may have eaten it."""

_WINDOW: Final = 96
_NAME_REACH: Final = 48
_WRAPPER_REACH: Final = 32
_SEPARATORS: Final = " \t\n\"'`*_~:=<>[](){},│┃║|▌▎▏¦+#-–—→⇒•·\\（）"
_STRONG_SEPARATORS: Final = frozenset(":=>|│┃→⇒")
_QUOTES: Final = frozenset("\"'`")

_BROKEN_NAME: Final = re.compile(r"[ \t]*[│┃║|\\]?\n[ \t│┃║|>]*")
_BROKEN_OTHER: Final = re.compile(r"(?:token|nonce|(?:trace|instance|session|task)[_-]?id)\Z", re.IGNORECASE)
_CLOSING_TAG: Final = re.compile(r"</[\w:.-]{1,60}\Z")
_WRAPPER: Final = re.compile(
    r"(?:\bstring\(\d{1,3}|\(\*[\w.]{1,20}|:(?:protected|private)|(?<=[\s:=>,(\[])[ubr]|(?<![a-z])(?:is|was|are|were|returned)|为|是)\Z",
    re.IGNORECASE,
)
_CALL: Final = re.compile(r"[:=>]\s{0,4}&?[A-Za-z][\w.]{0,23}\Z")
_REMARK: Final = re.compile(r"[ \t]?[(（][^()（）]{0,48}\Z")

_REQUEST: Final = re.compile(rf"(?:{REQUEST_NAME})\Z", re.IGNORECASE)
_FOREIGN: Final = re.compile(
    r"(?:(?:client|amzn?|ms|goog|azure|cf|b3)[_-]?r?equest[_-]?ids?|(?<![a-z])parent[ _-]?request)\Z", re.IGNORECASE
)
_SPOKEN: Final = (" is", " was", " are", " were", "为", "是")
_FLAG: Final = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]{0,40}\Z")
_BEHIND: Final = re.compile(
    r"[\"'`*]{0,3}[ \t]{0,3}[(\[（]([A-Za-z _.#-]{2,40}|[^\W\d_A-Za-z]{1,8}(?:\s?ID)?)[)\]）]", re.IGNORECASE
)
_TRACE: Final = re.compile(
    r"(?:(?:trace|span)(?:[\s_.\-]?(?:ids?|no))?|traceparent|链路\s?id|(?:跟踪|追踪)\s?(?:id|号))\Z", re.IGNORECASE
)
_NOUNS: Final = (
    "instance|pod|node|volume|disk|snapshot|image|session|task|job|order|machine|server|container|cluster|tenant|device|"
    "transaction|correlation|deployment|invocation|execution|workflow|pipeline|activity|operation|subscription|resource|"
    "account|user|owner|customer|group|project|space|namespace|stack|build|run|event|message|msg|ticket|client|app|"
    "application|connection|security[ _-]?group|vswitch|vpc|eni|policy|key|secret|certificate|cert|domain|record|backup|"
    "host|parent|span|batch|subnet|token|nonce|trace|v?switch|network|route|router|gateway|listener|load[ _-]?balancer|"
    "database|table|queue|topic|role|team|organi[sz]ation|department|company|workspace|folder|directory|document|release|"
    "revision|package|artifact|vault|lease|hardware|interface|worker|runner|schedule|campaign|conversation|thread|channel|"
    "room|product|invoice|payment|member|employee|profile|principal|replica|shard|vm|hypervisor|guest|function|model|"
    "service|component|asset|agent|process|boot|partition|filesystem|bucket|object|file|upload|version|"
    "idempotency[ _-]?key"
)
_CHINESE_NOUNS: Final = "实例|节点|任务|订单|会话|用户|令牌|随机数|磁盘|云盘|镜像|快照|集群|容器|事件|消息|账号|租户"
_ALWAYS: Final = re.compile(
    rf"(?:(?:token|nonce|u?uid|guid|etag|checksum|md5|digest)s?|(?:access|secret|idempotency)[ _-]?key"
    rf"|(?:{_NOUNS})[ \t_.\-]?(?:ids?|identifier|name)"
    r"|(?<![a-z])(?:instance|pod|node|volume|disk|session|task|job|order|container|cluster|transaction|nonce)s?"
    rf"|(?:{_CHINESE_NOUNS})\s?(?:id|编号|号|标识)?)\Z",
    re.IGNORECASE,
)
_FORMAL: Final = re.compile(
    rf"(?:[a-z0-9]{{2,}}[_.\-]?ids?|(?<![a-z])(?:{_NOUNS})s?|signature|password|hash|handle)\Z", re.IGNORECASE
)
_WORDS_IN_ID: Final = re.compile(r"(?:in?valid|void|avoid|paid|said|android|grid|err(?:or)?[_.\-]?ids?)\Z", re.IGNORECASE)
_REQUEST_ENDINGS: Final = ("id", "ids", "identifier", "identifiers", "uuid", "number", "编号", "标识", "标识符", "号")
_ENDINGS: Final = (
    *_REQUEST_ENDINGS, "guid", "token", "tokens", "nonce", "nonces", "etag", "checksum", "md5", "digest", "guids", "uids",
    "uuids", "trace", "span", "request", "no", "nos", "traceparent", "name", "signature", "password", "hash", "handle",
    *(noun.rsplit("]")[-1] + plural for noun in _NOUNS.split("|") for plural in ("", "s")),
    *_CHINESE_NOUNS.split("|"),
)  # fmt: skip
"""How every name that the patterns know ends: a test in a few nanoseconds before searches that cost microseconds."""

_GLUE: Final = re.compile(r"[A-Za-z0-9]{1,32}\Z")
_GLUED_REQUEST: Final = re.compile(r"(?:re?q|r?equest|rid|r?equest[_-]?id)s?\Z", re.IGNORECASE)
_GLUED_NOTHING: Final = re.compile(r"(?:id|error|err|lookup|log)s?\Z", re.IGNORECASE)
_COMPONENT: Final = re.compile(r"[\w.-]{1,40}\Z")
_LIST: Final = re.compile(
    r"[\"'`\]\s]{0,8}(?:[,、，]\s{0,8}(?:(?:and|or)\b|和|及|与|或)?|\b(?:and|or)\b|和|及|与|或|以及)[\"'`\s(\[]{0,16}\Z"
)
_LIST_GAP: Final = 32


@dataclass(frozen=True, slots=True)
class Label:
    """The words right before an id and how they are tied to it.

    ``formal`` is true when a colon, an equals sign, quotes or the like tie them, not white space alone.
    """

    words: str = ""
    formal: bool = False
    glued: bool = False


def label_before(text: str, start: int) -> Label:
    """The label of the id that starts at an index of a cleaned text; looks back over a fixed distance only."""
    window = text[max(0, start - _WINDOW) : start]
    if window.endswith("=3D"):  # a mail's quoted-printable equals sign
        window = window[:-2]
    if window[-1:] in ("-", "_") and window[-2:-1].isalnum():
        word = _GLUE.search(window[:-1])
        return Label(word[0] if word else "", formal=True, glued=True)
    if window.endswith("/"):
        component = _COMPONENT.search(window[:-1])
        return Label(component[0] if component else "", formal=True)
    head = window.rstrip(_SEPARATORS)
    between = window[len(head) :]
    if ">" in between and "</" in head and _CLOSING_TAG.search(head):
        return Label()
    words = _unwrap(head, between)
    flag = between == " " and "-" in head and _FLAG.search(head)
    tied = not _STRONG_SEPARATORS.isdisjoint(between) or ("," in between and not _QUOTES.isdisjoint(between))
    return Label(words, formal=tied or head.lower().endswith(_SPOKEN) or bool(flag))


def label_behind(text: str, end: int) -> tuple[Label, int]:
    """The label in brackets right behind the id that ends at an index, and where its brackets end; that index without one."""
    match = _BEHIND.match(text, end)
    return (Label(match[1].rstrip(_SEPARATORS), formal=True), match.end()) if match else (Label(), end)


def role_of(label: Label) -> Role:
    """What a label says of its id."""
    words = label.words
    if label.glued:
        return "request" if _GLUED_REQUEST.search(words) else "none" if _GLUED_NOTHING.search(words) else "other"
    if not words.lower().endswith(_ENDINGS):
        return "none"
    if _FOREIGN.search(words):
        return "other"
    request = _REQUEST.search(words)
    if request:
        return "requests" if request[0].lower().endswith("s") else "request"
    if _TRACE.search(words):
        return "trace"
    named = _ALWAYS.search(words) or (label.formal and _FORMAL.search(words) and not _WORDS_IN_ID.search(words))
    return "other" if named else "none"


def goes_on(between: str, before: Role) -> bool:
    """Whether what stands between two ids makes them one list under the first one's label."""
    if before == "none" or len(between) > _LIST_GAP:
        return False
    return bool(_LIST.match(between)) or (before == "requests" and not between.strip("\"'`,;| \t\n-*•│"))


def _unwrap(head: str, between: str) -> str:
    """The label without what a language's printer puts between it and its value."""
    if "\n" in head[-_NAME_REACH // 2 :] and not _names_request(head):
        whole = _BROKEN_NAME.sub("", head[-_NAME_REACH:])
        head = whole if _names_request(whole) or _BROKEN_OTHER.search(whole) else head
    if _names_request(head):
        return head[-_NAME_REACH:]
    remark = _REMARK.search(head) if ")" in between or "）" in between else None
    if remark and _names_request(head[: remark.start()]):
        return head[: remark.start()][-_NAME_REACH:]
    for _ in range(2):
        tail = max(0, len(head) - _WRAPPER_REACH)
        wrapper = _WRAPPER.search(head, tail) or (_CALL.search(head, tail) if "(" in between else None)
        if not wrapper:
            break
        head = head[: wrapper.start()].rstrip(_SEPARATORS)
        if _names_request(head):
            break
    return head[-_NAME_REACH:]


def _names_request(words: str) -> bool:
    return words.lower().endswith(_REQUEST_ENDINGS) and bool(_REQUEST.search(words, max(0, len(words) - _NAME_REACH)))


_UUID: Final = re.compile(r"-(?<=[0-9A-Fa-f]{8}-)[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f-])")
"""Starts at the first dash: a search for one plain character is quick, and glued digits in front do no harm."""

UUID: Final = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_FIRST_GROUP: Final = 8


@dataclass(frozen=True, slots=True)
class Uuid:
    """One place where a UUID stands: where, as it is spelt there, and what its label says of it."""

    start: int
    text: str
    role: Role

    @property
    def id(self) -> str:
        """The id as Alibaba Cloud spells it, in upper case."""
        return self.text.upper()


def uuids(text: str) -> tuple[Uuid, ...]:
    """All UUIDs of a cleaned text in order, with their roles."""
    found: list[Uuid] = []
    spoken_for = 0
    for match in _UUID.finditer(text):
        start = match.start() - _FIRST_GROUP
        taken = spoken_for and not text[spoken_for:start].strip(" \t\n,;│|")
        role = "none" if taken else role_of(label_before(text, start))
        behind, end = label_behind(text, match.end())
        told_behind = role_of(behind)
        spoken_for = end if told_behind != "none" else 0
        role = told_behind if role == "none" else role
        if role == "none" and found and goes_on(text[found[-1].start + len(found[-1].text) : start], found[-1].role):
            role = found[-1].role
        found.append(Uuid(start, text[start : match.end()], role))
    return tuple(found)


def request_ids(found: Sequence[Uuid]) -> tuple[str, ...]:
    """The ids that count, in order of first appearance: the labelled ones; without any, those that nothing names otherwise."""
    labelled = {uuid.id for uuid in found if uuid.role in ("request", "requests")}
    named = {uuid.id for uuid in found if uuid.role in ("other", "trace")}
    wanted = labelled or {uuid.id for uuid in found} - named
    return tuple(dict.fromkeys(uuid.id for uuid in found if uuid.id in wanted))


def only_lower_case(found: Sequence[Uuid]) -> frozenset[str]:
    """The upper-cased ids that stand in the text in lower case only, as services with their own gateway print them."""
    return frozenset(uuid.id for uuid in found if uuid.text.islower()) - {uuid.id for uuid in found if not uuid.text.islower()}
