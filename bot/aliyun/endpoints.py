"""Where each product is asked: Alibaba Cloud's official hosts, or full URLs in their place."""

import re
from dataclasses import dataclass, fields
from typing import Final
from urllib.parse import urlsplit

from bot.addresses import is_loopback

_SIEM_HOSTS: Final = {"cn-hangzhou": "cn-shanghai", "ap-southeast-1": "ap-southeast-1"}
_REGION: Final = re.compile(r"[a-z]{2,4}-[a-z0-9]+(?:-[a-z0-9]+){0,4}")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One full URL a product, without path; None stands for the official host.

    Raises:
        ValueError: A URL is not usable; the sentence says which setting, why, and never repeats the URL.
    """

    openapiexplorer: str | None = None
    cloud_siem: str | None = None
    ram: str | None = None
    sts: str | None = None
    actiontrail: str | None = None

    def __post_init__(self) -> None:
        for setting in fields(self):
            url = getattr(self, setting.name)
            if url is not None:
                object.__setattr__(self, setting.name, _origin(setting.name, url))

    def for_openapiexplorer(self) -> str:
        """The central endpoint of OpenAPIExplorer, which both sites share."""
        return self.openapiexplorer or "https://openapiexplorer.aliyuncs.com"

    def for_cloud_siem(self, hub: str) -> str:
        """The endpoint of a data-management hub; cn-hangzhou's stands in cn-shanghai (endpoint page of 2024-12-12).

        Raises:
            ValueError: No such hub.
        """
        if hub not in _SIEM_HOSTS:
            message = "Security Center has two hubs: cn-hangzhou and ap-southeast-1."
            raise ValueError(message)
        return self.cloud_siem or f"https://cloud-siem.{_SIEM_HOSTS[hub]}.aliyuncs.com"

    def for_ram(self) -> str:
        """The endpoint of RAM, the same for every region."""
        return self.ram or "https://ram.aliyuncs.com"

    def for_sts(self) -> str:
        """The central endpoint of STS."""
        return self.sts or "https://sts.aliyuncs.com"

    def for_actiontrail(self, region: str) -> str:
        """The endpoint of ActionTrail in a region.

        Raises:
            ValueError: The text is not spelt like a region; it becomes part of a host name, so nothing else may.
        """
        if not _REGION.fullmatch(region):
            message = "This is not the id of a region."
            raise ValueError(message)
        return self.actiontrail or f"https://actiontrail.{region}.aliyuncs.com"


def _origin(setting: str, url: str) -> str:
    """Scheme, host and port of a usable URL."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        message = f"The endpoint of {setting} is not a URL like https://host or https://host:port."
        raise ValueError(message)
    if parts.username is not None or parts.password is not None:
        message = f"The endpoint of {setting} must not hold a user name or a password."
        raise ValueError(message)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        message = f"The endpoint of {setting} must end after the host and port: no path, no query."
        raise ValueError(message)
    if parts.scheme == "http" and not is_loopback(host):
        message = f"The endpoint of {setting} must use https: plain http is only for this machine's own loopback address."
        raise ValueError(message)
    shown = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, default) else "")
