"""What a text says around an error: the service, operation and region, the time, and the detail of a denial."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from bot.requestids.wrapping import CUT

_CODES: Final = {
    code.lower(): code
    for code in (  # noqa: SIM905 - names read better as text
        "Actiontrail Alb Alidns APIG Bss BssOpenApi Cbn Cdn CDN Cloudauth CloudAPI Cms Config CS Dcdn "
        "DashScope Dbs Dds Dm Drds Dts Dysmsapi Dypnsapi Dyvmsapi Ebs Eci Ecs Edas Eflo Eipanycast "
        "Elasticsearch Emr Ens Ess Eventbridge FC fnf Ga gpdb Hbr Hologram Ims Imm Iot Kms Live MaxCompute Mns "
        "MPServerless Mse Mts NAS Nlb Ocr Oos Ons OnsMqtt Oss Ots Ram R-kvstore Rds ResourceManager ROS sae "
        "Sas Servicemesh Slb Sls Sts Tag Vod Vpc"
    ).split()
}
_ALIASES: Final = dict(
    pair.split("=")
    for pair in (  # noqa: SIM905 - pairs read better as text
        "log=Sls odps=MaxCompute datahub=DataHub mongodb=Dds redis=R-kvstore kvstore=R-kvstore tablestore=Ots metrics=Cms "
        "cen=Cbn ack=CS sms=Dysmsapi dns=Alidns business=BssOpenApi autoscaling=Ess location=Location cdt=CDT"
    ).split()
)
_HOST: Final = r"(?i)(?<![\w.@-])((?:[a-z0-9][a-z0-9_-]{0,62}\.){1,6}aliyun(?:cs\.com|-inc\.com))(?![\w-])"
_PLACE: Final = re.compile(
    r"-?(?:cn|ap|us|eu|me|na|sa)-[a-z]+(?:-[a-z0-9]+){0,3}|-(?:internal|vpc|share|openapi|intl|inner|dualstack|accelerate|data)\b"
)
_ACCOUNT: Final = re.compile(r"\d{8,}|www|api|service|dt|openapi|vpc-proxy|internal|share|data")

_MARK: Final = (  # groups in lower case hold a name, the others are called by the code
    r"(?<![\w-])(?:"
    r"aliyun[ \t]+(?:-[\w-]+[ \t]+){0,9}(?P<command>[a-z][a-z0-9-]{1,30})[ \t]+"
    r"(?:(?!GET|POST|PUT|DELETE)([A-Z]\w{3,60})|[A-Z]|[a-z]{2,12}\b)"
    r"|aliyunsdk(?!core\.)(?P<core>[a-z0-9]{2,30})\.|alibabacloud_(?P<python>[a-z_]{2,40}?)_?20\d{6}"
    r"|@alicloud/(?P<node>[a-z-]{2,40}?)-?20\d{6}|AlibabaCloud\\{1,2}SDK\\{1,2}(?P<php>\w{2,30})"
    r"|com\.aliyun(?:cs)?\.(?P<java>[a-z_]{2,30}?)(?:20\d{6}|\.(?:model|v20\d{6}))\."
    r"|acs:(?P<resource>[a-z][a-z0-9-]{1,30}):[\w*.-]{0,40}:"
    r"|(?P<Oss>ossutil|oss2|O[Ss][Ss]Exception|AliyunOSS|x-oss-|oss: service returned error|com\.aliyun\.oss)"
    r"|(?P<Sls>openservices\.log|LogException|x-log-)|(?P<MaxCompute>ODPSError|odps\.errors|ODPS-\d{7})"
    r"|(?P<FC>FC[A-Z]\w+Error|(?:GET|POST|PUT|DELETE) /\S{0,200} failed with \d{3}\. requestid)"
    r"|(?P<Ons>com\.aliyun\.openservices\.ons)|(?P<Ots>OTS[A-Z][a-z]\w+)|(?P<DashScope>[Dd]ash[Ss]cope)(?!\.aliyuncs)"
    r")|(?P<action>(?<=['\" :(])[a-z][a-z0-9-]{1,20}):[A-Z][A-Za-z]{3,60}(?![\w:])"
    r"|(?<=alicloud_)(?P<resource_type>[a-z]+)(?:_|\.go)"
)
_API: Final = (
    r"(?:[?&]Action=|(?<![A-Za-z])(?:API: ?|x-acs-action[\"':= ]{1,4}|eventName[\"': =]{1,6}|operation error (?:S3: )?))"
    r"([A-Z]\w{3,60})|(?<!\w)([A-Z][A-Za-z]{5,60}) [Ff]ailed!!!"
)

_API_MARKS: Final = ("Action=", "API:", "x-acs-action", "eventName", "operation error", "!!!")


def product_of_host(host: str) -> str | None:
    """The product code of a host under aliyuncs.com; None where only a place or an account stands before the domain."""
    names = (_PLACE.sub("", label).strip("-") for label in reversed(host.split(".")[:-2]))
    return next((product_code(name) for name in names if name and not _ACCOUNT.fullmatch(name)), None)


def product_code(name: str) -> str:
    """A service's name in commands, hosts and packages as its product code."""
    key = name.lower().replace("_", "-")
    return _ALIASES.get(key) or _CODES.get(key) or name


def hosts(text: str) -> Iterator[tuple[int, str]]:
    """Alibaba Cloud's hosts in a cleaned text, each with its place."""
    if "aliyun" in text:
        yield from ((match.start(1), match[1].lower()) for match in re.finditer(_HOST, text))


def services(text: str) -> Iterator[tuple[int, str]]:
    """Product codes that commands, packages, class names, actions and resource names tell of, each with its place."""
    for match in re.finditer(_MARK, text):
        kind, name = next((kind, name) for kind, name in match.groupdict().items() if name)
        if kind[0].isupper():
            yield match.start(), kind
        elif kind not in ("action", "resource_type") or name in _ALIASES or name in _CODES:
            yield match.start(), product_code(name)


def operations(text: str) -> Iterator[tuple[int, str]]:
    """The operations that a text names as called, each with its place."""
    if any(mark in text for mark in _API_MARKS):
        yield from ((match.start(), match[1] or match[2]) for match in re.finditer(_API, text))
    if "aliyun " in text:
        yield from ((match.start(2), match[2]) for match in re.finditer(_MARK, text) if match[2])


_DATE: Final = (
    r"(20\d\d)(?<!\d....)[-/](\d\d)[-/](\d\d)[T_ ]{1,2}(\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})? ?(Z|[+-]\d\d:?\d\d)?"
    r"|(\d\d? [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d)( [+-]\d{4})?"
)


def dates(text: str) -> Iterator[tuple[int, datetime]]:
    """Each point of time in a cleaned text with its place; in UTC where no offset stands behind it."""
    for match in re.finditer(_DATE, text):
        year, month, day, clock, zone, written, offset = match.groups()
        try:
            if year:
                yield match.start(), datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{zone or 'Z'}")
            else:
                yield match.start(), datetime.strptime(f"{written}{offset or ' +0000'}", "%d %b %Y %H:%M:%S %z")
        except ValueError:
            continue


_MARKS: Final = ("authaction", "authprincipal", "nopermissiontype", "encodeddiagnosticmessage")
_ENCODED: Final = "EncodedDiagnosticMessage"
_PLAIN: Final = "PolicyType|AuthPrincipalOwnerId|AuthPrincipalType|AuthPrincipalDisplayName|NoPermissionType|AuthAction"
_KEYS: Final = {key.lower(): key for key in (*_PLAIN.split("|"), _ENCODED)}
_ENOUGH: Final = frozenset(_KEYS.values()) - {"PolicyType"}

_TIE: Final = r"[\"'`\])*]{0,3}\s{0,8}(?::(?:\*\*)?|=>?|>|,|\|)\s{0,40}(?:string\(\d{1,5}\)\s?|[ub](?=[\"']))?[`*]{0,2}"
_PLAIN_VALUE: Final = r"[^\s\"'`<>,;&}\])│┃║|]++"
_FOLD: Final = r"\n[ \t│┃║|>]*+"
_FOLDED: Final = rf"(?:{_FOLD}(?:[A-Za-z0-9+/_-]{{24,}}+={{0,2}}+|[A-Za-z0-9+/_-]{{2,}}+={{1,2}}+)(?=[\s\"'`<,;}}│|]|\Z))*+"
_FIELD: Final = (
    rf"(?i)(?<![A-Za-z])(?:({_PLAIN}){_TIE}"
    rf"(?:\"([^\"]{{0,400}}+)\"|'([^']{{0,400}}+)'|({_PLAIN_VALUE}))"
    rf"|({_ENCODED}){_TIE}(?:\"([^\"]*+)\"|'([^']*+)'|({_PLAIN_VALUE}{_FOLDED})))"
)
_FOLDS: Final = re.compile(rf"[ \t│┃║|]*+{_FOLD}")
_EMPTY: Final = frozenset(("", "null", "none", "nil", "undefined"))

_REGION: Final = re.compile(
    r"(?<![a-z0-9])(?:cn-(?:hangzhou|shanghai|beijing|shenzhen|qingdao|zhangjiakou|huhehaote|wulanchabu|heyuan|guangzhou|chengdu|"
    r"nanjing|fuzhou|wuhan-lr|zhengzhou-jva|hongkong|north-2)(?:-finance(?:-1)?|-gov-1)?|(?:ap-southeast|ap-northeast|ap-south|"
    r"us-west|us-east|us-southeast|us-south|eu-central|eu-west|me-east|me-central|na-south|sa-east)-[1-9])(?![0-9])"
)


def details(text: str) -> Iterator[tuple[int, int, str, str]]:
    """The fields of access-denied details in a cleaned text: start, end, key in PascalCase as error bodies spell it, value."""
    lower = text.lower()
    for match in re.finditer(_FIELD, text) if any(mark in lower for mark in _MARKS) else ():
        name, value = (group for group in match.groups() if group is not None)
        value = _FOLDS.sub("", value).strip()
        if value.lower() not in _EMPTY and CUT not in value:
            yield match.start(), match.end(), _KEYS[name.lower()], value


def tells_denial(detail: Mapping[str, str]) -> bool:
    """Whether fields are an access-denied detail: a policy type alone proves nothing, for RAM's own policies have one too."""
    return not _ENOUGH.isdisjoint(detail)


def regions(text: str) -> tuple[str, ...]:
    """The regions that host names, resource names and region ids of a cleaned text name, in order of first appearance."""
    return tuple(dict.fromkeys(match[0] for match in _REGION.finditer(text)))
