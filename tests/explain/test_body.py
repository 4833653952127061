import json

import pytest

from bot.explain.body import Body, read_body


@pytest.mark.parametrize(
    "text",
    [
        '{"Code":"Forbidden.RAM","Message":"no","RequestId":"R"}',
        '{"code":"Forbidden.RAM","message":"no","requestId":"R"}',
        '\ufeff {"requestid":"R","errorcode":"Forbidden.RAM","errormessage":"no"}',
        '{"RequestId":"R","Error":{"Code":"Forbidden.RAM","Message":"no"}}',
        '{"Response":{"Error":{"Code":"Forbidden.RAM","Message":"no"}},"RequestId":"R"}',
        "<Error><Code>Forbidden.RAM</Code><Message>no</Message><RequestId>R</RequestId></Error>",
        '<?xml version="1.0"?>\n<Error>\n <RequestId>R</RequestId><Code> Forbidden.RAM </Code><Message>no</Message></Error>',
        "<SendResponse><Code>Forbidden.RAM</Code><Message>no</Message><RequestId>R</RequestId></SendResponse>",
        "<ErrorResponse><Error><Code>Forbidden.RAM</Code><Message>no</Message></Error><RequestId>R</RequestId></ErrorResponse>",
        "<Error><Code>Forbidden.RAM</Code><Message>no</Message><RequestId>R</RequestId><Cut",
    ],
)
def test_code_message_and_request_id_are_found_in_every_shape(text: str) -> None:
    body = read_body(text)
    assert (body.failed, body.code, body.message, body.request_id) == (True, "Forbidden.RAM", "no", "R")


def test_an_access_denied_detail_is_read_from_json_and_from_xml() -> None:
    told = {"AuthAction": "oss:GetObject", "PolicyType": "SessionPolicy"}
    in_json = json.dumps({"Code": "NoPermission", "Message": "no", "AccessDeniedDetail": told})
    elements = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
    in_xml = f"<Error><Code>AccessDenied</Code><AccessDeniedDetail>{elements}</AccessDeniedDetail></Error>"
    for text in (in_json, in_xml):
        assert (read_body(text).detail.action, read_body(text).detail.policy_type) == ("oss:GetObject", "SessionPolicy")


def test_an_html_page_says_no_more_than_its_title() -> None:
    body = read_body("<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>x</body></html>")
    assert body == Body(format="HTML", failed=True, message="502 Bad Gateway")


@pytest.mark.parametrize(
    "text",
    [
        *(
            None,
            "",
            "plain words",
            "[]",
            "{",
            "{}",
            '{"Code":"OK"}',
            '{"Code":null,"Message":"x"}',
            '{"Code":{"a":1},"Message":"x"}',
        ),
        *(
            '{"Code":"Success","Message":"x"}',
            '{"Success":true,"Code":"X.Y","Message":"x"}',
            "<a><b>",
            "<a/>",
            "<<<>>>",
            "</a></b>",
        ),
        *("<Items><Item><Code>A.B</Code><Message>x</Message></Item></Items>", "[" * 9000, '{"Code":' + "9" * 6000 + "}"),
    ],
)
def test_what_holds_no_error_says_nothing(text: str | None) -> None:
    body = read_body(text)
    assert (body.failed, body.code) == (False, None)


def test_an_entity_bomb_is_not_unfolded() -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    bomb = f"{entities}<Error><Code>X.Y</Code><Message>&b;&b;</Message></Error>"
    assert len(read_body(bomb).message or "") < 100
