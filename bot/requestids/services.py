"""Which service a text speaks of: by its host, the command that was typed, the SDK's package, an action or a resource name."""

import re
from collections.abc import Iterator
from typing import Final

from bot.requestids.patterns import RarePattern

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
_GROUPED: Final = frozenset(("Oss", "Sls", "MaxCompute", "Ots", "FC", "DashScope"))
_ALIASES: Final = dict(
    pair.split("=")
    for pair in (  # noqa: SIM905 - pairs read better as text
        "log=Sls odps=MaxCompute datahub=DataHub mongodb=Dds redis=R-kvstore kvstore=R-kvstore tablestore=Ots metrics=Cms "
        "cen=Cbn ack=CS sms=Dysmsapi dns=Alidns business=BssOpenApi autoscaling=Ess location=Location cdt=CDT"
    ).split()
)
HOST: Final = RarePattern(
    r"(?<![\w.@-])((?:[a-z0-9][a-z0-9_-]{0,62}\.){1,6}aliyun(?:cs\.com|-inc\.com))(?![\w-])", re.IGNORECASE
)
_PLACE: Final = re.compile(
    r"-?(?:cn|ap|us|eu|me|na|sa)-[a-z]+(?:-[a-z0-9]+){0,3}|-(?:internal|vpc|share|openapi|intl|inner|dualstack|accelerate|data)\b"
)
_ACCOUNT: Final = re.compile(r"\d{8,}|www|api|service|dt|openapi|vpc-proxy|internal|share|data")

_MARK: Final = RarePattern(
    r"(?<![\w-])(?:"
    r"aliyun[ \t]+(?:-[\w-]+[ \t]+){0,9}(?P<command>[a-z][a-z0-9-]{1,30})[ \t]+"
    r"(?:(?!GET|POST|PUT|DELETE)([A-Z]\w{3,60})|[A-Z]|[a-z]{2,12}\b)"
    r"|aliyunsdk(?P<core>[a-z0-9]{2,30})\.|alibabacloud_(?P<python>[a-z_]{2,40}?)_?20\d{6}"
    r"|@alicloud/(?P<node>[a-z-]{2,40}?)-?20\d{6}|AlibabaCloud\\{1,2}SDK\\{1,2}(?P<php>\w{2,30})"
    r"|com\.aliyun(?:cs)?\.(?P<java>[a-z_]{2,30}?)(?:20\d{6}|\.(?:model|v20\d{6}))\."
    r"|acs:(?P<resource>[a-z][a-z0-9-]{1,30}):[\w*.-]{0,40}:"
    r"|(?P<Oss>ossutil|oss2|O[Ss][Ss]Exception|AliyunOSS|x-oss-|oss: service returned error|com\.aliyun\.oss)"
    r"|(?P<Sls>openservices\.log|LogException|x-log-)|(?P<MaxCompute>ODPSError|odps\.errors|ODPS-\d{7})"
    r"|(?P<FC>FC[A-Z]\w+Error|(?:GET|POST|PUT|DELETE) /\S{0,200} failed with \d{3}\. requestid)"
    r"|(?P<Ots>OTS[A-Z][a-z]\w+)|(?P<DashScope>[Dd]ash[Ss]cope)(?!\.aliyuncs)"
    r")|(?P<action>(?<=['\" :(])[a-z][a-z0-9-]{1,20}):[A-Z][A-Za-z]{3,60}(?![\w:])"
    r"|(?<=alicloud_)(?P<resource_type>[a-z]+)(?:_|\.go)"
)
_API: Final = RarePattern(
    r"(?:[?&]Action=|(?<![A-Za-z])(?:API: ?|x-acs-action[\"':= ]{1,4}|eventName[\"': =]{1,6}|operation error (?:S3: )?))"
    r"([A-Z]\w{3,60})|(?<!\w)([A-Z][A-Za-z]{5,60}) [Ff]ailed!!!"
)

_API_MARKS: Final = ("Action=", "API:", "x-acs-action", "eventName", "operation error", "!!!")


def product_of_host(host: str) -> str | None:
    """The product code of a host under aliyuncs.com; None where only a place or an account stands before the domain."""
    for label in reversed(host.split(".")[:-2]):
        name = _PLACE.sub("", label).strip("-")
        if name and not _ACCOUNT.fullmatch(name):
            return product_code(name)
    return None


def product_code(name: str) -> str:
    """A service's name in commands, hosts and packages as its product code."""
    key = name.lower().replace("_", "-")
    return _ALIASES.get(key) or _CODES.get(key) or name


def hosts(text: str) -> Iterator[tuple[int, str]]:
    """Alibaba Cloud's hosts in a cleaned text, each with its place."""
    if "aliyun" in text:
        yield from ((match.start(1), match[1].lower()) for match in HOST.finditer(text))


def services(text: str) -> Iterator[tuple[int, str]]:
    """Product codes that commands, packages, class names, actions and resource names tell of, each with its place."""
    for match in _MARK.finditer(text):
        kind, name = next((kind, name) for kind, name in match.groupdict().items() if name)
        if kind in _GROUPED:
            yield match.start(), kind
        elif kind not in ("action", "resource_type") or name in _ALIASES or name in _CODES:
            yield match.start(), product_code(name)


def operations(text: str) -> Iterator[tuple[int, str]]:
    """The operations that a text names as called, each with its place."""
    if any(mark in text for mark in _API_MARKS):
        yield from ((match.start(), match[1] or match[2]) for match in _API.finditer(text))
    if "aliyun " in text:
        yield from ((match.start(2), match[2]) for match in _MARK.finditer(text) if match[2])
