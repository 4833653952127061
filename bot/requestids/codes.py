"""Error codes and products: Alibaba Cloud's codes where bodies, links and SDKs print them, and nobody else's."""

import re
from collections.abc import Iterator
from typing import Final

from bot.requestids.patterns import RarePattern
from bot.requestids.wrapping import CUT

_CODE: Final = r"[A-Za-z][A-Za-z0-9_-]{0,79}+(?:\.[A-Za-z0-9][A-Za-z0-9_-]{0,79}){0,6}+"
_END: Final = rf"(?![A-Za-z0-9_({CUT}])"
_TIE: Final = r"[\"'`\])*]{0,4}(?:\:(?:protected|private))?[ \t]{0,8}(?::(?:\*\*)?|=>?|->|>|,(?=\s?[\"']))"
_WRAP: Final = r"\s{0,40}(?:(?:string\(\d{1,3}\)|[ub]|[\w.]{1,20}\()(?=\s?[\"'(]))?\s?\(?[\"'`(\[<]{0,3}\s{0,40}"

_NAMED: Final = RarePattern(
    rf"(?<![A-Za-z])(?:sub|err(?:or)?|biz|api|result|ret)?[ \t_.-]?(?:code|错误码|错误代码){_TIE}{_WRAP}({_CODE}){_END}",
    re.IGNORECASE,
)
_SPOKEN: Final = RarePattern(
    rf"(?:err(?:or)?[ \t_]?code|错误码|错误代码)(?:[ \t]+(?:is|was)|[ \t]{{0,4}}(?:为|是))?[ \t]+[\"'`]?({_CODE}){_END}",
    re.IGNORECASE,
)
_TABLED: Final = RarePattern(
    rf"[|│]\s{{0,8}}[*`]{{0,2}}(?:err(?:or)?[ _]?)?code[*`]{{0,2}}\s{{0,8}}[|│]\s{{0,8}}[*`]{{0,2}}({_CODE}){_END}",
    re.IGNORECASE,
)
_LINKED: Final = RarePattern(rf"[?&](?:q|keyword)=({_CODE}){_END}", re.IGNORECASE)
_ASKED: Final = RarePattern(rf"(?<![\w?&=%.-])q=({_CODE})(?=&(?:product|request_?id)=)", re.IGNORECASE)
"""The query of a troubleshoot link whose address was not pasted with it."""

_OPENING: Final = re.compile(
    r"^[ \t>│┃║|*`\"'-]{0,40}+((?:[A-Z][A-Za-z0-9]{1,60}+)(?:\.[A-Z][A-Za-z0-9_-]{1,60}+){1,4}+)[*`\"']{0,3}+"
    r"(?:[ \t]{0,4}+:(?=[ \t]|[^\x00-\x7f])|[ \t]{1,8}+(?=[A-Z][a-z]|[A-Z] |[\u4e00-\u9fff]))",
    re.MULTILINE,
)
_FAMILY: Final = re.compile(
    r"(?:Invalid[A-Z]|Missing[A-Z]|Forbidden\.|NoPermission|AccessDenied|Unauthori|Throttling\.|Incorrect|OperationDenied|"
    r"Entity(?:Not|Already)|DeleteConflict|LimitExceed|QuotaExceed|Rejected\.|Illegal|Unsupported|NotFound\.|Account\.Arr|"
    r"Zone\.Not|Idempotent|Insufficient|Signature(?:DoesNot|Nonce))"
    r"|(?:NotFound|NotSupported|NotExists?|Malformed|Exceeded|Duplicate|AlreadyExists?|Expired|Inactive|NotEnough|Conflict|"
    r"Mismatch|Unauthorized|Denied|NoPermission|RAM|InUse|NoStock|NotAllowed|Forbidden|Unavailable)\Z"
)
"""How codes begin or end; other dotted names at the start of a line are classes, hosts and files."""

_FILE_OR_HOST: Final = re.compile(
    r"\.(?:[Jj][Ss]|[Pp]y|[Mm]d|[Tt]xt|[Cc]om|[Cc]n|[Nn]et|[Oo]rg|[Ii]o|[Jj]ava|[Gg]o|[Cc]s|[Ll]og|[Jj]son|[Yy]a?ml|[Xx]ml|[Tt]s|"
    r"[Pp]hp|[Rr]s|[Ss]h|[Tt]f|[Cc]onf|[Cc]sv|[Zz]ip|[Jj]ar|[Dd]ev|[Aa]pp)\Z"
)
_STATUS_ERROR: Final = RarePattern(rf"HTTP Status:\s{{0,4}}\d{{3}}\s{{1,4}}Error:\s{{0,4}}({_CODE}){_END}", re.IGNORECASE)
_TEA_ERROR: Final = RarePattern(rf"(?<![A-Za-z])Error:\s{{0,4}}({_CODE}):?\s{{1,4}}code:\s{{0,4}}\d{{3}}")
_ERROR: Final = RarePattern(rf"(?<![A-Za-z])[Ee]rror:\s{{0,4}}({_CODE}){_END}")
_EXCEPTION: Final = RarePattern(
    rf"(?:Client|Server|Tea|OSS|Oss|Log|Service|Aliyun|Acs|Sdk|SDK|ODPS|Response)(?:Exception|Error):\s{{0,4}}({_CODE})\s{{0,4}}(?::|\r?\n)"
)
_NODE_ERROR: Final = RarePattern(r"(?<![\w.])(?:FC)?([A-Z][A-Za-z]{1,60}?(?:\.[A-Z][A-Za-z]{1,60}?){0,4}?)Error: ")
"""Node's SDKs call an error by its code, Function Compute's also by its own name before that."""

_NAMED_CLASS: Final = RarePattern(r"odps\.errors\.(?!ODPSError)([A-Z][A-Za-z]{2,60}): ")
_STATED: Final = RarePattern(rf"<[1-5]\d\d> ({_CODE}): |(?<=[Aa][Pp][Ii] error )({_CODE}): ")
_ALONE: Final = re.compile(rf"\s*({_CODE})\s*\Z")
_BUSINESS: Final = RarePattern(r"(?<![\w.])(is[vp]\.[A-Za-z][A-Za-z0-9_-]{2,79}?|ODPS-\d{7})(?:Error)?(?![\w.]|-[a-z])")

_PRINTED: Final = (
    ("code", _TABLED),
    ("http status", _STATUS_ERROR),
    ("error:", _TEA_ERROR),
    ("exception:", _EXCEPTION),
    ("error:", _EXCEPTION),
    ("error: ", _NODE_ERROR),
    ("isv.", _BUSINESS),
    ("isp.", _BUSINESS),
)
"""Places that hold nothing but codes, each with a word without which the search can be spared."""

_SHAPED: Final = (("error:", _ERROR), ("code", _SPOKEN), ("错误", _SPOKEN))
"""Places where any word may stand: only what looks like nothing but a code counts."""

_PRODUCT: Final = RarePattern(
    rf"(?<![A-Za-z])(?:product(?:[_ ]?code)?){_TIE}{_WRAP}([A-Za-z][A-Za-z0-9_-]{{1,40}}){_END}", re.IGNORECASE
)

_FOREIGN_BEFORE: Final = re.compile(
    r"(?:status|http|https|exit|return|response|resp|country|area|zip|postal|qr|source|language|lang|region|currency|product|"
    r"pop|rpc error:|verification|auth|device|invite|promo|verify|event|type|sql|node|op|user)[ \t_.-]?\Z",
    re.IGNORECASE,
)
_GRPC_AFTER: Final = re.compile(r"[\"']?[ \t]{1,4}desc[ \t]?=")
_CLIENT_SIDE: Final = re.compile(
    r"SDK(?:\.|Error|_)|Client(?:Error)?\.|E[A-Z]{3,}(?:_[A-Z]+)?\Z|ERR_|EAI_|UND_ERR|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|"
    r"(?:UnknownHost|ConnectionTimeout|SocketTimeout|ConnectionRefused|SocketException|SslException|NonRepeatableRequest|"
    r"TeaException|SDKError|ServerException|ClientException|OSSException|Exception|Error)\Z"
)
_NO_CODE: Final = frozenset(
    [
        "ok",
        "success",
        "succeed",
        "succeeded",
        "true",
        "false",
        "null",
        "nil",
        "none",
        "undefined",
        "unknown",
        "string",
        "int",
        "http",
        "https",
        "code",
        "message",
        "msg",
        "status",
        "statuscode",
        "requestid",
        "hostid",
        "recommend",
        "error",
        "errors",
        "failed",
        "failure",
        "the",
        "a",
        "an",
        "is",
        "was",
        "and",
        "or",
        "for",
        "in",
        "at",
        "of",
        "to",
        "not",
        "no",
        "if",
        "empty",
        "n/a",
        "na",
        "tbd",
        "todo",
        "pointer",
        "object",
        "array",
        "number",
        "integer",
        "stdclass",
        "tea",
    ]
)
_ALIBABA_LINKS: Final = ("troubleshoot", "error-center", "status/search", "aliyun", "alibabacloud")
_LINK_REACH: Final = 300
_WORD_REACH: Final = 24
_INNER_CAPITAL: Final = re.compile(r"[A-Z][a-z0-9]+[A-Z]|[A-Z]{2,}[a-z]")
_ENDS_LIKE_EXCEPTION: Final = re.compile(r"(?:Error|Exception|Warning|Fault)\Z")
_BUILT_IN: Final = re.compile(
    r"(?:os|io|java|javax|com|org|net|System|aliyunsdkcore|Tea|alibabacloud\w*|requests|urllib3|botocore)\."
)


def error_codes(text: str) -> tuple[str, ...]:
    """Alibaba Cloud's error codes in a cleaned text, spelt as there, in order of first appearance.

    Left out: HTTP and gRPC statuses, and codes that an SDK or a runtime makes up itself (``SDK.*``, ``ECONNRESET``).
    """
    return tuple(dict.fromkeys(code for _, code in sorted(_places(text)) if _is_code(code)))


def products(text: str) -> tuple[str, ...]:
    """Product codes as troubleshoot links and bodies name them, in order; one spelling of each, the first."""
    seen: dict[str, str] = {}
    for match in _PRODUCT.finditer(text):
        if match[1].lower() not in _NO_CODE:
            seen.setdefault(match[1].lower(), match[1])
    return tuple(seen.values())


def _places(text: str) -> Iterator[tuple[int, str]]:
    lower = text.lower()
    if "code" in lower or "错误" in text:
        yield from _named(text)
    if "?q=" in lower or "keyword=" in lower or "&q=" in lower:
        yield from _linked(text)
    for mark, pattern in _PRINTED:
        if mark in lower:
            yield from ((match.start(1), match[1]) for match in pattern.finditer(text))
    for mark, pattern in _SHAPED:
        if mark in lower:
            yield from ((match.start(1), match[1]) for match in pattern.finditer(text) if _looks_like_code(match[1]))
    if "q=" in lower:
        yield from ((match.start(1), match[1]) for match in _ASKED.finditer(text))
    yield from ((match.start(1), match[1]) for match in _OPENING.finditer(text) if _opens_message(match[1]))
    alone = _ALONE.match(text)
    if alone and "." in alone[1] and alone[1][0].isupper() and _looks_like_code(alone[1]):
        yield alone.start(1), alone[1]


def _named(text: str) -> Iterator[tuple[int, str]]:
    for match in _NAMED.finditer(text):
        before = text[max(0, match.start() - _WORD_REACH) : match.start()]
        if not _FOREIGN_BEFORE.search(before) and not _GRPC_AFTER.match(text, match.end()):
            yield match.start(1), match[1]


def _linked(text: str) -> Iterator[tuple[int, str]]:
    for match in _LINKED.finditer(text):
        address = text[max(0, match.start() - _LINK_REACH) : match.start()].lower()
        if any(part in address for part in _ALIBABA_LINKS):
            yield match.start(1), match[1]


def _opens_message(name: str) -> bool:
    return _looks_like_code(name) and bool(_FAMILY.search(name)) and not _FILE_OR_HOST.search(name)


def _looks_like_code(word: str) -> bool:
    if _ENDS_LIKE_EXCEPTION.search(word) or _BUILT_IN.match(word):
        return False
    return ("." in word and word[0].isupper()) or bool(_INNER_CAPITAL.search(word))


def _is_code(code: str) -> bool:
    return code.lower() not in _NO_CODE and not _CLIENT_SIDE.match(code)
