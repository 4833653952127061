"""Secrets of every shape, in every field of a log and on every way out: card, modals, what is shared, kept and logged."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.details import Place, details, pasted
from bot.blocks.postmortem import markdown
from bot.blocks.reproduce import reproduce
from bot.blocks.requestlog import card
from bot.blocks.share import Shared, shared_message
from bot.explain.explanation import Explanation
from bot.explain.redaction import redact
from bot.explain.tripwire import defuse, keys_in
from bot.logs import RedactingFormatter
from tests.explain.logs import NOW, explained

KEY: Final = "LTAI5tFakeFakeFake01"
ID: Final = "05754286-1A2B-5C3D-8E4F-0123456789AB"

#: Where ``%s`` stands the secret stands: letters and digits, as people and generators choose them.
SHAPES: Final = (
    # Chinese names
    *("密码：%s", "密码 %s", "密码为%s", "密码是：%s", "登录密码“%s”", "口令=%s", "密钥：%s", '"数据库密码": "%s"', "密码\n%s"),
    # URLs with a login, passwords that hold @ and /
    *("mysql://root:%s@db/x", "mysql://root:p@%s@db/x", "mysql://root:a/%s@db/x", "redis://:%s@h:6379"),
    *("https://u:%s%%40x@h/p", "https://tokentokentoken%s@git.example/x", "jdbc:mysql://h/db?user=a&password=%s"),
    # files of tools
    *('{"auths":{"r":{"auth":"%s"}}}', "password: |\n  %s\n  more", "password: >-\n  first\n  %s\nnext: x", "secret_key: '%s'"),
    *("- name: DB_PASSWORD\n  value: %s", '{"name":"DB_PASSWORD","value":"%s"}', "machine h login y password %s"),
    *("DefaultEndpointsProtocol=https;AccountKey=%s", "aws_secret_access_key = %s", "//npm.example/:_authToken=%s"),
    # commands
    *("--password %s", "--password '%s x'", "--db-password %s --x", "--access-key-secret %s", "curl -u admin:%s https://x"),
    *("mysql -uroot -p%s", "sshpass -p %s ssh x", "redis-cli -a %s ping", "export PGPASSWORD=%s"),
    *("IDENTIFIED BY '%s'", "identified with caching_sha2_password by '%s'", "IDENTIFIED BY %s;", "ALTER USER x PASSWORD '%s'"),
    *("docker login -u u -p %s reg", "CREATE LOGIN a WITH PASSWORD = N'%s'", "password: !!str %s"),
    *("encryption_key=%s", "signing_key: %s", "app_key=%s", "AppKey: %s", "hvs.a1B2a1B2a1B2a1%s", "whsec_a1B2a1B2%s"),
    # headings, tables and full width
    *("password:\n%s", "password:\n  %s", "`password`: `%s`", "|password|%s|", "*password:* %s", "**password**: %s"),
    *(
        "密码（%s）",
        "密匙：%s",
        "密码是%s，请修改",
        "密码已改为%s",
        "密码`%s`",
        '密码"%s"',
        "password:\r\n- %s",
        "<Password>\n%s\n</Password>",
        "ｐａｓｓｗｏｒｄ：%s",
        "password\xa0=\xa0%s",
    ),
    # sentences
    *("password changed to %s", "password for root: %s"),
    *(
        "AccessKeySecret is %s",
        "the AccessKeySecret was %s.",
        "password is %s",
        "the password is '%s'",
        "your password %s was reset",
    ),
    # pairs
    *(f"{KEY}/%s", f"{KEY}:%s", f"{KEY}, Ab3dEfGhIjKlMnOpQrStUvWxY%s", '("password", "%s")'),
    # markup
    *(
        '<wsse:Password Type="x">%s</wsse:Password>',
        "&lt;password&gt;%s&lt;/password&gt;",
        '{"value":"%s","name":"DB_PASSWORD"',
    ),
    *('<user password="%s"/>', '<add key="DbPassword" value="%s"/>', '<property name="password" value="%s"/>'),
    *('<property name="password">%s</property>', "<a:Password>%s</a:Password>", "<Key>Token</Key><Value>%s</Value>"),
    # query strings and headers
    *("http://cdn/x?auth_key=1700000000-0-0-%s", "Signature=%s", "x-oss-signature=%s", "&sign=%s&", "password%%3D%s"),
    *("Cookie: a=b; sid=%s", "Set-Cookie: sid=%s; Path=/", "curl -H 'Cookie: a=b; s=%s'", "JSESSIONID=%s"),
    *("Authorization: Basic %s==", "Authorization: Bearer %s", "Bearer %s", "Basic dXNlcjpwYXNz%s="),
    *("sessionid=a1B2a1B2%s", "connect.sid=%s", "session_id: %s"),
    # keys of vendors
    *("x=sk-a1B2a1B2a1B2a1B2%s", "ghp_a1B2a1B2a1B2a1B2a1B2a1B2%s", "AIzaa1B2a1B2a1B2a1B2a1B2a1B2%s", "AKIAIOSFODNN7%s"),
    *("github_pat_a1a1a1a1a1a1a1a1a1a1%s", "glpat-a1a1a1a1a1%s", "sk_live_a1a1a1a1a1%s", "xoxb-123-%s", "STS.NUa1%s"),
    *("LTAI%s", f"eyJ{'a1' * 9}.eyJmYWtlIjoi.%s", "-----BEGIN PRIVATE KEY-----\nMII%s"),
    *("https://hooks.slack.com/services/T0/B0/%s", "https://open.feishu.cn/open-apis/bot/v2/hook/%s"),
    *("https://oapi.dingtalk.com/robot/send?access_token=%s", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=%s"),
    # notations
    *("%%22password%%22%%3A%%22%s%%22", 'password := "%s"', "password -> %s", "password=“%s x”", "password=`%s x`"),
    *('{\\"password\\":\\"%s\\"}', "&quot;password&quot;:&quot;%s&quot;", "password＝%s", "password=a,%s", "password=(%s)"),
)


def in_message(text: str) -> Explanation:
    basic = {"errorCode": "InvalidParameter", "errorMessage": f"It failed: {text}", "httpStatusCode": "400"}
    return explained(basic=basic)


def in_line(text: str) -> Explanation:
    caller = {"callerType": "sub", "callerAccountId": text, "userAgent": text, "callerIp": text, "masterAccountId": text}
    lines = ("apiVersion", "endpoint", "regionId", "throttlingResult", "httpMethod", "product", "api", "errorCode")
    return explained(basic=dict.fromkeys(lines, text), caller=caller)


FIELDS: Final[dict[str, Callable[[str], Explanation]]] = {
    "message": in_message,
    "lines": in_line,
    "value": lambda text: explained(parameters=[{"name": "Note", "value": text}]),
    "nested value": lambda text: explained(parameters=[{"name": "Note", "value": {"a": [{"b": text}]}}]),
    "name": lambda text: explained(parameters=[{"name": text, "value": "x"}]),
    "JSON in a value": lambda text: explained(parameters=[{"name": "Note", "value": json.dumps({"a": json.dumps([text])})}]),
    "body": lambda text: explained(body=f"answer {text}"),
    "JSON body": lambda text: explained(body=json.dumps({"Code": "X.Y", "Message": text, "List": [text]})),
    "XML body": lambda text: explained(body=f"<Error><Code>X.Y</Code><Message>{text}</Message></Error>"),
}


def ways_out(said: Explanation) -> Iterator[str]:
    """Whatever a person or a file gets of an explanation."""
    here = Place("C0INCIDENT", None)
    shown: list[Any] = [
        card(said, (), now=NOW).as_json(),
        shared_message(Shared(said, "U0ALICE", frozenset()), now=NOW).as_json(),
    ]
    shown += [details(detail, said, 0, here) for detail in ("parameters", "response")]
    yield from (json.dumps(each, ensure_ascii=False) for each in (*shown, reproduce(said), said.as_json()))
    yield pasted(said, said)
    yield markdown(said, now=NOW)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_secret_of_each_shape_is_masked_wherever_text_is_shown(shape: str) -> None:
    text = shape % "Hx7q2TzK9"
    record = logging.LogRecord("bot.any", logging.WARNING, "", 0, "said %s", (text,), None)
    for shown in (
        redact(text),
        redact(redact(text)),
        redact(" ".join(text.split())),
        RedactingFormatter("%(message)s").format(record),
    ):
        assert "x7q2Tz" not in shown


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(SHAPES),
    st.sampled_from(sorted(FIELDS)),
    st.from_regex(r"[A-Z][a-z]{2}[0-9]{2}[A-Za-z0-9]{4,12}", fullmatch=True),
    st.sampled_from(["", "see ", "错误：", "x=1&", "a, ", "\n"]),
)
def test_no_field_and_no_way_out_lets_a_secret_through(shape: str, field: str, secret: str, before: str) -> None:
    for shown in ways_out(FIELDS[field](before + shape % secret)):
        assert secret[:-4] not in shown


@pytest.mark.parametrize(
    "shape",
    [
        *(
            "mysql://root:%s@db/x",
            "密码：%s",
            "password=%s",
            "AIzaa1B2a1B2a1B2a1B2a1B2a1B2%s",
            "ghp_a1B2a1B2a1B2a1B2a1B2a1B2%s",
        ),
        *(f"{KEY}/%s", "IDENTIFIED BY '%s'", "mysql -uroot -p%s", "sk-a1B2a1B2a1B2a1B2%s", "AccessKeyId=LTAI5t%s"),
    ],
)
def test_who_pastes_a_secret_of_such_a_shape_is_warned_and_the_secret_is_gone(shape: str) -> None:
    text = shape % "Hx7q2TzK9"
    assert keys_in(text)
    assert "x7q2Tz" not in defuse(text).text
    assert keys_in(defuse(text).text) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("password is incorrect", "The password is too short.", "token is expired", "AccessKeySecret is invalid", "密码错误"),
        *("The security token is required", "密码为空", "密码长度不足", "密钥ID：k-123", "口令已过期", "密码不能为空。"),
        *(
            "Password must be 8 to 30 characters",
            "The password 8-30 characters",
            "Basic authentication failed",
            "KeyPairName: k",
        ),
        *("sg-bp1abcabcabcabcabc disk-abcdefabcdefabcdef", "The user name or password is incorrect.", "KeyId=key-hzz123"),
        *(
            "SignatureDoesNotMatch: server string to sign is: POST&%2F",
            "SignName=阿里云",
            "https://help.aliyun.com/a/25488.html",
        ),
        *("SecurityToken: InvalidSecurityToken.Expired", "token: InvalidToken.Expired", "InvalidSessionId: it ended"),
        *(f"密钥 {ID} 不存在", f"令牌 {ID} 已过期", f"令牌：{ID}，请重试", f"password: {ID}", "密码（8-30个字符）"),
        *('参数"密码"不能为空，"名称"也不能', "`密码`不能为空", '字段"密码","名称"', "密码设置为8位以上"),
        *("docker run -p 8080:80 nginx", "docker run --name mysql -p 3306:3306 mysql", "docker run -u 1000:1000 nginx"),
        *("redis-cli ping; ls -a /var/log", "https://h.example:8080/a@b", "password | grep x", "token for user: not found"),
        *("The parameters 'Password', 'UserName' are missing", "authType: AK", "ecs:DescribeInstances auth failed: 403"),
    ],
)
def test_what_speaks_of_secrets_and_tells_none_stays(text: str) -> None:
    assert redact(text) == text
    assert keys_in(text) == ()
