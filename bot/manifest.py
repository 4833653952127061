"""The Slack app manifest: what the app asks of a workspace, from one description for Socket Mode and for HTTP.

Shape and limits: slackapi/manifest-schema 1.0.0. ``manifest.yml`` at the top of the repository is the Socket Mode form.
"""

from typing import Any, Final
from urllib.parse import urlsplit

import yaml

COMMAND: Final = "/requestlog"
MESSAGE_SHORTCUT: Final = "explain_requestids"
GLOBAL_SHORTCUT: Final = "look_up_requestid"
EVENTS: Final = ("app_home_opened", "app_mention", "app_uninstalled", "reaction_added", "tokens_revoked", "user_change")
SCOPES: Final = ("commands", "chat:write")
OPTIONAL_SCOPES: Final = (
    *("app_mentions:read", "canvases:write", "channels:read", "files:write", "groups:read", "reactions:read"),
    *("usergroups:read", "users:read"),
)


#: What it takes to be told of pasted links to the vendor's troubleshoot pages; Slack knows at most five domains an app.
UNFURL_EVENT: Final = "link_shared"
UNFURL_SCOPES: Final = ("links:read", "links:write")
UNFURL_DOMAINS: Final = ("api.aliyun.com", "api.alibabacloud.com", "error-center.aliyun.com")


def manifest(base_url: str | None = None, *, unfurl: bool = False) -> dict[str, Any]:
    """The manifest; for Socket Mode without ``base_url``, else for HTTP at that public address.

    ``unfurl`` asks for what an "Explain privately" under pasted troubleshoot links takes.

    Raises ValueError when the address is not an https URL without path, query or user.
    """
    endpoint = None if base_url is None else _endpoint(base_url)
    request = {"request_url": endpoint} if endpoint else {}
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Explains an Alibaba Cloud RequestId: what failed, why, who can fix it",
        "usage_hint": "<RequestId or pasted error> | help",
        "should_escape": False,
    }
    if endpoint:
        command["url"] = endpoint
    optional, events = [*OPTIONAL_SCOPES, *(UNFURL_SCOPES * unfurl)], [*EVENTS, *([UNFURL_EVENT] * unfurl)]
    return {
        "display_information": {
            "name": "requestlog",
            "description": "Explains Alibaba Cloud RequestIds: what failed, why, who can fix it and how.",
            "background_color": "#1f2d3d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "requestlog", "always_online": False},
            "shortcuts": _shortcuts(),
            "slash_commands": [command],
            **({"unfurl_domains": [*UNFURL_DOMAINS]} if unfurl else {}),
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, *optional], "bot_optional": optional}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": events},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": endpoint is None,
            "token_rotation_enabled": False,
        },
    }


def _shortcuts() -> list[dict[str, str]]:
    return [
        {
            "name": "Explain RequestIds",
            "type": "message",
            "callback_id": MESSAGE_SHORTCUT,
            "description": "Explains the Alibaba Cloud RequestIds in this message, to you alone",
        },
        {
            "name": "Look up a RequestId",
            "type": "global",
            "callback_id": GLOBAL_SHORTCUT,
            "description": "Explains a RequestId or a pasted error, to you alone",
        },
    ]


def as_yaml(base_url: str | None = None, *, unfurl: bool = False) -> str:
    """The manifest as YAML, ready to be pasted into Slack's "from a manifest"."""
    text: str = yaml.safe_dump(manifest(base_url, unfurl=unfurl), sort_keys=False, allow_unicode=True, width=120)
    return text


def _endpoint(base_url: str) -> str:
    parts = urlsplit(base_url.rstrip("/"))
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        message = "The base URL must be a public https address, such as https://requestlog.example.com."
        raise ValueError(message)
    return f"{base_url.rstrip('/')}/slack/events"
