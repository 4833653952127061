import pytest

from bot.aliyun.models import ApiDoc
from bot.explain import Evidence, explain
from bot.explain.vendor import Site, document, vendor_url
from bot.languages import Language

from .logs import NOW, log


@pytest.mark.parametrize(
    "url",
    [
        "https://api.aliyun.com/document/Ecs/2014-05-26/RunInstances",
        "https://www.alibabacloud.com/help",
        "https://aliyun.com",
        "HTTPS://API.ALIYUN.COM:443/x",
    ],
)
def test_the_vendor_s_own_pages_may_be_linked(url: str) -> None:
    assert vendor_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *(
            None,
            "",
            "http://api.aliyun.com/x",
            "https://aliyun.com.evil.example/",
            "https://evilaliyun.com/",
            "javascript:alert(1)",
        ),
        *(
            "https://api.aliyun.com@evil.example/",
            "https://a:b@api.aliyun.com/",
            "https://api.aliyun.com:8443/",
            "//api.aliyun.com/x",
        ),
        *(
            "https://evil.example/#api.aliyun.com",
            "https://evil.example\\.aliyun.com/",
            "https://api.aliyun.com/\u202e",
            "https://[::1/",
        ),
        *(
            "https://api.aliyun.com/|x",
            "https://api.aliyun.com/ x",
            "https://api.aliyun.com:99999/",
            "https://.aliyun.com/",
            "https://",
        ),
        "https://api.aliyun.com/" + "a" * 3000,
    ],
)
def test_nothing_else_may_be_linked(url: str | None) -> None:
    assert vendor_url(url) is None


@pytest.mark.parametrize(
    ("site", "language", "page"),
    [
        (None, "zh", "https://api.aliyun.com/a"),
        (None, "en", "https://api.alibabacloud.com/a"),
        ("china", "en", "https://api.aliyun.com/a"),
    ],
)
def test_a_reader_gets_the_page_of_the_account_s_site_else_of_the_language(
    site: Site | None, language: Language, page: str
) -> None:
    doc = {"aliyunSite": "https://api.aliyun.com/a", "alibabacloudSite": "https://api.alibabacloud.com/a"}
    said = explain(log(basic={"apiDoc": doc}), Evidence(site=site), language=language, now=NOW)
    assert said.call.document == page


def test_a_page_is_built_where_the_log_has_none_or_a_foreign_one() -> None:
    doc = ApiDoc.model_validate({"aliyunSite": "https://evil.example/"})
    assert document(doc, product="Ecs", version="2014-05-26", api="RunInstances", site="china") == (
        "https://api.aliyun.com/document/Ecs/2014-05-26/RunInstances"
    )
    assert document(doc, product="Ecs", version="../..", api="a/b", site="china") is None
