"""Error codes and products: Alibaba Cloud's codes where bodies, links and SDKs print them, and nobody else's."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.requestids.context import hosts
from bot.requestids.uuids import UUID
from bot.requestids.wrapping import CUT

Source = Literal["label", "link", "place", "unreached"]

_CODE: Final = r"[A-Za-z][A-Za-z0-9_-]{0,79}+(?:\.[A-Za-z0-9][A-Za-z0-9_-]{0,79}){0,6}+"
_END: Final = rf"(?![A-Za-z0-9_({CUT}])"
_TIE: Final = r"[\"'`\])*]{0,4}(?:\:(?:protected|private))?[ \t]{0,8}(?::\*{0,2}|=>?|->|>(?!\s{0,40}<\w)|\t|,(?=\s?[\"']))"
_WRAP: Final = r"\s{0,40}(?:(?:string\(\d{1,3}\)|[ub]|[\w.]{1,20}\()(?=\s?[\"'(]))?\s?\(?[\"'`(\[<]{0,3}\s{0,40}[\"']?"

_NAMED: Final = (
    r"(?i)(?<![A-Za-z])(?:sub|err(?:or)?|biz|api|result|ret)?[ \t_.-]?(?:code|错误代?码|錯誤代?碼)"
    rf"{_TIE}{_WRAP}({_CODE}){_END}"
)
_SPOKEN: Final = (
    rf"(?i)(?:err(?:or)?[ \t_]?code|错误码|错误代码)(?:[ \t]+(?:is|was)|[ \t]{{0,4}}(?:为|是))?[ \t]+[\"'`]?({_CODE}){_END}"
)
_REPORTED: Final = re.compile(rf"(?:报错?|错误)[为是:]?[ \t]*[\"'`]?({_CODE}){_END}")
"""Beside the RequestId of the call; a code alone in a sentence asks for its meaning."""

_TABLED: Final = (
    rf"(?i)[|│]\s{{0,8}}[*`]{{0,2}}(?:err(?:or)?[ _]?)?code[*`]{{0,2}}\s{{0,8}}[|│]\s{{0,8}}[*`]{{0,2}}({_CODE}){_END}"
)
_LINKED: Final = rf"(?i)[?&](?:q|keyword)=({_CODE}){_END}"
_ASKED: Final = rf"(?i)(?<![\w?&=%.-])q=({_CODE})(?=&(?:product|request_?id)=)"
"""The query of a troubleshoot link whose address was not pasted with it."""

_OPENING: Final = re.compile(
    r"^[ \t>│┃║|*`\"'-]{0,40}+((?:[A-Z][A-Za-z0-9]{1,60}+)(?:\.[A-Z][A-Za-z0-9_-]{1,60}+){1,4}+)[*`\"']{0,3}+"
    r"(?:[ \t]{0,4}+:(?=[ \t]|[^\x00-\x7f])|[ \t]{1,8}+(?=[A-Z][a-z]|[A-Z] |[\u4e00-\u9fff]))",
    re.MULTILINE,
)
_ON_ITS_LINE: Final = re.compile(
    r"^[ \t]{0,8}+([A-Z][A-Za-z0-9]{1,60}+(?:\.[A-Z][A-Za-z0-9_-]{1,60}+){1,4}+)[ \t]{0,8}+$", re.MULTILINE
)
_LEADING: Final = re.compile(
    r"^[ \t>*`\"'-]{0,8}+([A-Z][A-Za-z]{5,60}+)[*`\"']{0,3}+[ \t]{0,2}+:[ \t]{1,4}+(?=[A-Z\u4e00-\u9fff])", re.MULTILINE
)
"""A code without a dot before a sentence; other words stand there too, so that the text has to say whose it is."""

_UNREACHED: Final = (
    r"(?i)(?<!\w)(dial tcp|no such host|connection (?:refused|reset|timed out)|i/o timeout|x509:|tls handshake timeout|"
    r"getaddrinfo E\w+|ECONN\w+|ETIMEDOUT|java\.net\.(?:UnknownHost|Connect|NoRouteToHost|SocketTimeout)Exception|"
    r"connect timed out|name or service not known|certificate verify failed|temporary failure in name resolution|"
    r"network is unreachable|no route to host|response timeout for \d+ms)(?!\w)"
)
"""How runtimes say that a host was not reached."""

_FAMILY: Final = re.compile(
    r"(?:Invalid[A-Z]|Missing[A-Z]|NoSuch[A-Z]|Forbidden\.|NoPermission|AccessDenied|Unauthori|Throttling\.|Incorrect|OperationDenied|"
    r"Entity(?:Not|Already)|DeleteConflict|LimitExceed|QuotaExceed|Rejected\.|Illegal|Unsupported|NotFound\.|Account\.Arr|"
    r"Zone\.Not|Idempotent|Insufficient|Signature(?:DoesNot|Nonce))"
    r"|(?:NotFound|NotSupported|NotExists?|Malformed|Exceeded|Duplicate|AlreadyExists?|Expired|Inactive|NotEnough|Conflict|"
    r"Mismatch|Processing|Unauthorized|Denied|NoPermission|RAM|InUse|NoStock|NotAllowed|Forbidden|Unavailable)\Z"
)
"""How codes begin or end; other dotted names at the start of a line are classes, hosts and files."""

_FILE_OR_HOST: Final = re.compile(
    r"\.(?:[Jj][Ss]|[Pp]y|[Mm]d|[Tt]xt|[Cc]om|[Cc]n|[Nn]et|[Oo]rg|[Ii]o|[Jj]ava|[Gg]o|[Cc]s|[Ll]og|[Jj]son|[Yy]a?ml|[Xx]ml|[Tt]s|"
    r"[Pp]hp|[Rr]s|[Ss]h|[Tt]f|[Cc]onf|[Cc]sv|[Zz]ip|[Jj]ar|[Dd]ev|[Aa]pp)\Z"
)
_EXCEPTION: Final = (
    r"(?:Client|Server|Tea|OSS|Oss|Log|Service|Aliyun|Acs|Sdk|SDK|ODPS|FC|Response)(?:Exception|Error):\s{0,4}"
    rf"({_CODE})\s{{0,4}}(?::|\r?\n)"
)
_NODE_ERROR: Final = (
    r"(?<![\w.])(?!FC(?:Client|Server)?Error)(?:FC)?([A-Z][A-Za-z]{1,60}?(?:\.[A-Z][A-Za-z]{1,60}?){0,4}?)Error: "
)
"""Node's SDKs call an error by its code, Function Compute's also by its own name before that."""

_CALLED: Final = rf"An error occurred \(({_CODE})\) when calling the \w{{3,60}} operation(?=: )"
_MENTIONED: Final = (
    r"(?<![\w./-])([A-Z][A-Za-z]{2,60}+(?:(?:\.[A-Z][A-Za-z0-9]{1,60}+){1,3}+(?![\w.(\"'])"
    r"|(?:\.[A-Z][A-Za-z0-9]{1,60}+){0,3}+(?=[\"'`]? ?: [\w\u4e00-\u9fff]|\] )))"
)
_NAMED_CLASS: Final = r"odps\.errors\.(?!ODPSError)([A-Z][A-Za-z]{2,60}): "
_ALONE: Final = re.compile(rf"\A\s*({_CODE})\s*\Z")

_PRINTED: Final = (
    (("http status",), rf"(?i)HTTP Status:\s{{0,4}}\d{{3}}\s{{1,4}}Error:\s{{0,4}}({_CODE}){_END}"),
    (("error:",), rf"Error:\s{{0,4}}({_CODE}):?\s{{1,4}}code:\s{{0,4}}\d{{3}}"),
    (("exception:", "error:"), _EXCEPTION),
    (("odps.errors",), _NAMED_CLASS),
    (("failed (",), rf"failed \(({_CODE}): "),
    (("> ", "api error"), rf"<[1-5]\d\d> ({_CODE}): |(?<=[Aa][Pp][Ii] error )({_CODE}): "),
    (("isv.", "isp.", "odps-"), r"(?<![\w.])(is[vp]\.[A-Za-z][A-Za-z0-9_-]{2,79}?|ODPS-\d{7})(?:Error)?(?![\w.]|-[a-z])"),
)
"""Places that hold nothing but codes, each with a word without which the search can be spared."""

_SHAPED: Final = ((("error:",), rf"(?<![A-Za-z])[Ee]rror:\s{{0,4}}({_CODE}){_END}"), (("code", "错误"), _SPOKEN))
"""Places where any word may stand: only what looks like nothing but a code counts."""

_STOP: Final = re.compile(r"[\"'`*\])]{0,3}\s{0,4}(?:[:,.;。，：)\]}-]|\n|\Z|code|[A-Z][a-z]|[\u4e00-\u9fff])")
"""What follows a code and not the first of several capitalised names."""

_CLIENT: Final = r"(?<![\w.])(SDK\.(?!Server(?:Error|Exception)\b)[A-Z]\w{2,60})"

_PRODUCT: Final = rf"(?i)(?<![A-Za-z])(?:product(?:[_ ]?code)?){_TIE}{_WRAP}([A-Za-z][A-Za-z0-9_-]{{1,40}}){_END}"

_FOREIGN_BEFORE: Final = re.compile(
    r"(?:status|http|https|exit|return|response|resp|country|area|zip|postal|qr|source|language|lang|region|currency|product|"
    r"pop|rpc error:|verification|auth|device|invite|promo|verify|event|type|sql|node|op|user)[ \t_-]?\Z",
    re.IGNORECASE,
)
_GRPC_AFTER: Final = re.compile(r"[\"']?[ \t]{1,4}desc[ \t]?=")
_CLIENT_SIDE: Final = re.compile(
    r"SDK(?:\.|Error|_)|AliyunGoClientFailure|Client(?:Error)?\.|E[A-Z]{3,}(?:_[A-Z]+)?\Z|ERR_|EAI_|UND_ERR|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|"
    r"(?:UnknownHost|ConnectionTimeout|SocketTimeout|ConnectionRefused|SocketException|SslException|NonRepeatableRequest|"
    r"TeaException|SDKError|ServerException|ClientException|OSSException|Exception|Error)\Z"
)
_OWN_CLIENT: Final = re.compile(
    r"SDK\.(?!Server(?:Error|Exception)\b)|AliyunGoClientFailure|(?:UnknownHost|ConnectionTimeout|SocketTimeout|ConnectionRefused)\Z"
)
"""What Alibaba Cloud's SDKs call a failure of their own; other runtimes' names for theirs prove nothing."""

_NO_CODE: Final = frozenset(
    (  # noqa: SIM905 - words read better as text
        "ok success succeed succeeded true false null nil none undefined unknown string int http https code "
        "message msg status statuscode requestid hostid recommend error errors failed failure the a an is was "
        "and or for in at of to not no if empty n/a na tbd todo pointer object array number integer stdclass errorcode "
        "errorstatus tea accessdenieddetail"
    ).split()
)
_ALIBABA: Final = re.compile(
    r"(?:aliyun|aliba|alicloud|dashscope|ali-oss)|request[ _-]?id|请求 ?id|sts or ram|acs:[a-z]+:", re.IGNORECASE
)
_ALIBABA_LINKS: Final = ("troubleshoot", "error-center", "status/search", "aliyun", "alibabacloud")
_LINK_REACH: Final = 300
_WORD_REACH: Final = 24
_LINE_REACH: Final = 400
_REQUEST_MARK: Final = re.compile(r"[Rr]equest[ _-]?[Ii][Dd]|REQUEST[ _-]?ID")
_ID_MARK: Final = re.compile(rf"{_REQUEST_MARK.pattern}|{UUID}")
_INNER_CAPITAL: Final = re.compile(r"[A-Z][a-z0-9]+[A-Z]|[A-Z]{2,}[a-z]")
_EXCEPTIONS: Final = ("Error", "Exception", "Warning", "Fault")
_BUILT_IN: Final = re.compile(
    r"(?:os|io|resources|java|javax|com|org|net|System|aliyunsdkcore|Tea|alibabacloud\w*|requests|urllib3|botocore)\."
)


@dataclass(frozen=True, slots=True)
class Code:
    """A code and where it stands. ``source`` tells a labelled one from one in a link and from one that only its place tells.

    ``client`` codes are an SDK's own, or what a runtime says where no service was reached.
    """

    start: int
    end: int
    text: str
    source: Source
    client: bool = False


def codes(text: str) -> list[Code]:
    """Alibaba Cloud's error codes in a cleaned text, spelt as there, in the text's order; HTTP and gRPC statuses are none.

    A class's name without the dots of a code that the text labels is that code.
    """
    found = {code.start: code for code in sorted(_places(text), key=lambda code: (code.start, code.end)) if _is_code(code)}
    if "rror: " in text:
        dotted = {code.text.replace(".", ""): code.text for code in found.values() if code.source == "label"}
        for code in _classes(text, dotted):
            found.setdefault(code.start, code)
    found |= {code.start: code for code in _mentioned(text, sorted(found))}
    found |= {code.start: code for code in _unreached(text, sorted(found))}
    return [found[start] for start in sorted(found)]


def products(text: str) -> Iterator[tuple[int, str]]:
    """Product codes as troubleshoot links and bodies name them, each with its place."""
    for match in re.finditer(_PRODUCT, text):
        if match[1].lower() not in _NO_CODE:
            yield match.start(1), match[1]


def _places(text: str) -> Iterator[Code]:
    lower = text.lower()
    if "code" in lower or "错误" in text or "錯誤" in text:
        yield from _named(text)
        yield from _each(_TABLED, text, "label")
    if "q=" in lower or "keyword=" in lower:
        yield from _linked(text)
    for marks, pattern in _PRINTED:
        if any(mark in lower for mark in marks) and not (pattern is _NAMED_CLASS and "ODPS-" in text):
            yield from _each(pattern, text, "place")
    for marks, pattern in _SHAPED:
        if any(mark in lower for mark in marks):
            yield from (code for code in _each(pattern, text, "place") if _is_shaped(code, text))
    if "An error occurred (" in text and _ALIBABA.search(text):
        yield from (replace(code, end=text.index(": ", code.end)) for code in _each(_CALLED, text, "place"))
    yield from (replace(code, client=True) for code in _each(_CLIENT, text, "place"))
    for line in (_OPENING, _ON_ITS_LINE, _REPORTED) if _ID_MARK.search(text) else (_OPENING,):
        yield from (code for code in _each(line, text, "place") if _opens_message(code.text))
    yield from (code for code in _each(_LEADING, text, "place") if _is_leading(code, text))
    yield from (code for code in _each(_ALONE, text, "place") if _is_dotted(code.text) and _looks_like_code(code.text))


def _each(pattern: str | re.Pattern[str], text: str, source: Source) -> Iterator[Code]:
    for match in re.finditer(pattern, text):
        group = match.lastindex or 1
        yield Code(match.start(group), match.end(group), match[group], source)


def _named(text: str) -> Iterator[Code]:
    for match in re.finditer(_NAMED, text):
        before = text[max(0, match.start() - _WORD_REACH) : match.start()]
        if not _FOREIGN_BEFORE.search(before) and not _GRPC_AFTER.match(text, match.end()):
            yield Code(match.start(1), match.end(1), match[1], "label", client=bool(_OWN_CLIENT.match(match[1])))


def _linked(text: str) -> Iterator[Code]:
    for code in _each(_LINKED, text, "link"):
        address = text[max(0, code.start - _LINK_REACH) : code.start].lower()
        if any(part in address for part in _ALIBABA_LINKS):
            yield code
    yield from _each(_ASKED, text, "link")


def _classes(text: str, dotted: Mapping[str, str]) -> Iterator[Code]:
    """Codes in the names of errors; one without a dot must look like a code, and something else speak of Alibaba Cloud."""
    for match in re.finditer(_NODE_ERROR, text):
        name = dotted.get(match[1], match[1])
        ours = "." in name or match[0].startswith("FC") or (_FAMILY.search(name) and _ALIBABA.search(text))
        if ours and not _CLIENT_SIDE.match(f"{match[1]}Error"):
            yield Code(match.start(1), match.end() - len(": "), name, "place")


def _mentioned(text: str, known: Sequence[int]) -> Iterator[Code]:
    """What looks like nothing but a code, on a line that names no code in any other way, where the text says whose it is."""
    for code in _each(_MENTIONED, text, "place") if _ALIBABA.search(text) else ():
        if _opens_message(code.text) and _is_code(code):
            first, last = _line_of(code, text)
            if bisect_left(known, first) == bisect_left(known, last):
                yield code


def _unreached(text: str, known: Sequence[int]) -> Iterator[Code]:
    """What tells, on a line with one of Alibaba Cloud's hosts and far from all codes, that no service was reached."""
    until = -1
    for code in _each(_UNREACHED, text, "unreached") if "aliyun" in text else ():
        first, last = _line_of(code, text)
        alone = bisect_left(known, code.start - _LINE_REACH) == bisect_left(known, code.end + _LINE_REACH)
        if alone and code.start >= until and any(hosts(text[first:last])):
            until = last
            yield replace(code, client=True)


def _line_of(code: Code, text: str) -> tuple[int, int]:
    """Where the line begins and ends that a code stands on, as far as it is of interest."""
    last = text.find("\n", code.end, code.end + _LINE_REACH)
    return max(text.rfind("\n", 0, code.start) + 1, code.start - _LINE_REACH), last if last >= 0 else code.end + _LINE_REACH


def _is_leading(code: Code, text: str) -> bool:
    family = _opens_message(code.text) or code.text in ("Forbidden", "Unauthorized")
    return family and (not text[: code.start].strip() or "AccessKey" in text or bool(_ALIBABA.search(text)))


def _opens_message(name: str) -> bool:
    return _looks_like_code(name) and bool(_FAMILY.search(name)) and not _FILE_OR_HOST.search(name)


def _is_shaped(code: Code, text: str) -> bool:
    return _looks_like_code(code.text) and ("." in code.text or bool(_STOP.match(text, code.end)))


def _looks_like_code(word: str) -> bool:
    if word.endswith(_EXCEPTIONS) or _BUILT_IN.match(word):
        return False
    return _is_dotted(word) or bool(_INNER_CAPITAL.search(word))


def _is_dotted(word: str) -> bool:
    return "." in word and word[0].isupper()


def _is_code(code: Code) -> bool:
    foreign = code.text.lower() in _NO_CODE or _CLIENT_SIDE.match(code.text)
    return code.client or not (
        foreign or (code.source == "place" and (code.text.endswith("Exception") or _BUILT_IN.match(code.text)))
    )
