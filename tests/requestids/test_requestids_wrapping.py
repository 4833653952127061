import json

import pytest

from bot.requestids import extract

ID = "9BFC4AC1-6BE4-5405-BDEC-CA288D404812"
DETAIL = {
    "PolicyType": "AccountLevelIdentityBasedPolicy",
    "AuthPrincipalOwnerId": "1973374733454118",
    "AuthPrincipalType": "AssumedRoleUser",
    "AuthPrincipalDisplayName": "reader:session",
    "NoPermissionType": "ImplicitDeny",
    "AuthAction": "ecs:RunInstances",
}
BODY = {"RequestId": ID, "Code": "NoPermission", "Message": "You may not do this.", "AccessDeniedDetail": DETAIL}
JSON = {
    "one line": json.dumps(BODY),
    "indented": json.dumps(BODY, indent=2),
    "in JSON": json.dumps({"body": json.dumps(BODY)}),
}
PLAIN = f"Error: SDKError: StatusCode: 403 Code: NoPermission Message: code: 403, you may not. request id: {ID}"
GUTTERS = ["│ ", "│   ", "> ", "> > ", "&gt; ", "    ", ""]
WIDTHS = range(20, 100)


def wrapped(text: str, width: int, gutter: str) -> str:
    """The text broken at so many columns, also inside words; at odd widths its first line stands outside the box."""
    pieces = [line[place : place + width] for line in text.split("\n") for place in range(0, len(line), width)]
    return ("" if width % 2 else gutter) + f"\n{gutter}".join(pieces)


@pytest.mark.parametrize("gutter", GUTTERS)
@pytest.mark.parametrize("form", JSON)
def test_json_wrapped_at_any_width_keeps_its_code_and_detail(form: str, gutter: str) -> None:
    for width in WIDTHS:
        found = extract(wrapped(JSON[form], width, gutter))
        assert (found.request_ids, found.error_codes, found.access_denied_detail) == ((ID,), ("NoPermission",), DETAIL), width


@pytest.mark.parametrize("gutter", GUTTERS)
def test_a_code_in_wrapped_text_is_whole_or_left_out(gutter: str) -> None:
    told = [extract(wrapped(PLAIN, width, gutter)).error_codes for width in WIDTHS]
    assert set(told) <= {("NoPermission",), ()}
    assert told.count(()) <= len(told) // 20


def test_half_a_value_of_the_detail_is_left_out() -> None:
    text = "│ AuthAction: ecs:RunInstances, NoPermissionType: Impli\n│ citDeny"
    assert extract(text).access_denied_detail == {"AuthAction": "ecs:RunInstances"}


@pytest.mark.parametrize(
    "text",
    [
        "ErrorCode: Throttling.User\nplease help me",
        "> ErrorCode: Throttling.User\n> RequestId: x",
        "│ Code: Throttling.User\n│ Message: x",
        "Something went wrong today\nErrorCode: Throttling.User\nthanks",
        "Code: Throttling.User\nCode: Throttling.User",
    ],
)
def test_a_code_at_the_end_of_an_ordinary_line_is_told(text: str) -> None:
    assert extract(text).error_codes == ("Throttling.User",)
