"""Which service a text speaks of: by its host, the command that was typed, the SDK's package, an action or a resource name."""

import re
from collections.abc import Iterator
from typing import Final

_CODES: Final = {
    code.lower(): code
    for code in (
        "Actiontrail Alb Alidns APIG Bss BssOpenApi Cbn Cdn CDN Cloudauth CloudAPI Cms Config CS Dcdn DashScope Dbs Dds Dm "
        "Drds Dts Dysmsapi Dypnsapi Dyvmsapi Ebs Eci Ecs Edas Eflo Eipanycast Elasticsearch Emr Ens Ess Eventbridge FC fnf Ga "
        "gpdb Hbr Hologram Ims Imm Iot Kms Live MaxCompute Mns MPServerless Mse Mts NAS Nlb Ocr Oos Ons OnsMqtt Oss Ots Ram "
        "R-kvstore Rds ResourceManager ROS sae Sas Servicemesh Slb Sls Sts Tag Vod Vpc"
    ).split()
}
_ALIASES: Final = {
    "log": "Sls",
    "odps": "MaxCompute",
    "datahub": "DataHub",
    "mongodb": "Dds",
    "redis": "R-kvstore",
    "kvstore": "R-kvstore",
    "tablestore": "Ots",
    "metrics": "Cms",
    "cen": "Cbn",
    "ack": "CS",
    "sms": "Dysmsapi",
    "dns": "Alidns",
    "business": "BssOpenApi",
    "autoscaling": "Ess",
    "location": "Location",
    "cdt": "CDT",
}
_REGIONAL: Final = (
    r"(?:cn|ap|us|eu|me|na|sa)-[a-z]+(?:-[a-z0-9]+){0,3}"  # cn-hangzhou, ap-southeast-1, cn-shanghai-finance-1
)
HOST: Final = re.compile(
    r"(?<![\w.@-])((?:[a-z0-9][a-z0-9_-]{0,62}\.){1,6}aliyun(?:cs\.com(?:\.cn)?|-inc\.com))(?![\w-])", re.IGNORECASE
)
_PLACE: Final = re.compile(rf"-?{_REGIONAL}|-?internal|-?vpc|-?share|-?openapi|-?intl|-?inner|-?dualstack|-?accelerate|-?data|-?pub(?:lic)?")
_ACCOUNT: Final = re.compile(r"\d{8,}|www|api|service|dt|openapi|vpc|internal")

_MARK: Final = re.compile(
    r"(?<![\w-])(?:"
    r"aliyun[ \t]+(?:(?:-[\w-]+)[ \t]+)*(?P<command>[a-z][a-z0-9-]{1,30})[ \t]+(?P<operation>[A-Z]\w{3,60}|(?:GET|POST|PUT|DELETE)\b|(?=[a-z]{2,12}\b))"
    r"|aliyunsdk(?P<core>[a-z0-9]{2,30})\.|alibabacloud_(?P<python>[a-z_]{2,40}?)_?20\d{6}|@alicloud/(?P<node>[a-z-]{2,40}?)-?20\d{6}"
    r"|com\.aliyun(?:cs)?\.(?P<java>[a-z_]{2,30}?)(?:20\d{6}|\.(?:model|v20\d{6}))\.|AlibabaCloud\\\\?SDK\\\\?(?P<php>\w{2,30})"
    r"|acs:(?P<resource>[a-z][a-z0-9-]{1,30}):[\w*.-]{0,40}:"
    r"|(?P<oss>ossutil|oss2|OSSException|OssException|AliyunOSS|oss: service returned error|com\.aliyun\.oss)"
    r"|(?P<sls>openservices\.log|LogException|denied by sts or ram, action: log)|(?P<odps>ODPSError|odps\.errors|ODPS-\d{7})"
    r"|(?P<ots>OTS[A-Z][a-z]\w+)|(?P<fc>FC[A-Z]\w+Error)|(?P<dash>[Dd]ash[Ss]cope)(?!\.aliyuncs)"
    r")|(?P<action>(?<=['\" :(])[a-z][a-z0-9-]{1,20}):[A-Z][A-Za-z]{3,60}(?![\w:])"
)
_NO_SERVICE: Final = frozenset(("core", "tea", "openapi", "credentials", "sdk", "auth", "http", "https", "util", "utils", "endpoint"))
_GROUPED: Final = {"oss": "Oss", "sls": "Sls", "odps": "MaxCompute", "ots": "Ots", "fc": "FC", "dash": "DashScope"}

_API: Final = re.compile(
    r"(?:[?&]Action=|(?<![A-Za-z])(?:API: ?|x-acs-action[\"':= ]{1,4}|eventName[\"': =]{1,6}|operation error (?:S3: )?))([A-Z]\w{3,60})"
    r"|(?<!\w)([A-Z][A-Za-z]{5,60}) [Ff]ailed!!!"
)


def product_of_host(host: str) -> str | None:
    """The product code of a host under aliyuncs.com; None where only a place or an account stands before the domain."""
    labels = host.lower().split(".")[:-2]
    for label in reversed(labels):
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
    if "aliyun" in text or "ALIYUN" in text:
        yield from ((match.start(1), match[1].lower()) for match in HOST.finditer(text))


def services(text: str) -> Iterator[tuple[int, str]]:
    """Product codes that commands, packages, class names, actions and resource names tell of, each with its place."""
    for match in _MARK.finditer(text):
        kind = match.lastgroup if match.lastgroup != "operation" else "command"
        if kind is None:
            continue
        name = match[kind]
        if kind in _GROUPED:
            yield match.start(), _GROUPED[kind]
        elif name.lower() not in _NO_SERVICE and (kind != "action" or name in _CODES or name in _ALIASES):
            yield match.start(), product_code(name)


def operations(text: str) -> Iterator[tuple[int, str]]:
    """The operations that a text names as called, each with its place."""
    for match in _API.finditer(text):
        yield match.start(), match[1] or match[2]
    for match in _MARK.finditer(text):
        if match["operation"] and match["operation"] not in ("GET", "POST", "PUT", "DELETE"):
            yield match.start("operation"), match["operation"]
