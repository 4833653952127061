"""Where each product is asked, and which settings are refused with which sentence."""

import pytest

from bot.aliyun.endpoints import Endpoints


def test_the_official_hosts() -> None:
    official = Endpoints()
    assert official.for_openapiexplorer() == "https://openapiexplorer.aliyuncs.com"
    assert official.for_cloud_siem("cn-hangzhou") == "https://cloud-siem.cn-shanghai.aliyuncs.com"
    assert official.for_cloud_siem("ap-southeast-1") == "https://cloud-siem.ap-southeast-1.aliyuncs.com"
    assert official.for_ram() == "https://ram.aliyuncs.com"
    assert official.for_sts() == "https://sts.aliyuncs.com"
    assert official.for_actiontrail("us-west-1") == "https://actiontrail.us-west-1.aliyuncs.com"
    assert official.for_actiontrail("cn-hangzhou-finance") == "https://actiontrail.cn-hangzhou-finance.aliyuncs.com"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        (" http://localhost:9000/ ", "http://localhost:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
        ("https://OpenAPI.Example:443/", "https://openapi.example"),
        ("https://proxy.example:8443", "https://proxy.example:8443"),
    ],
)
def test_a_full_url_takes_the_official_hosts_place(url: str, origin: str) -> None:
    assert Endpoints(*[url] * 5) == Endpoints(*[origin] * 5)
    assert Endpoints(actiontrail=url).for_actiontrail("cn-hangzhou") == origin


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://openapi.example", "must use https"),
        ("http://127.0.0.1.example", "must use https"),
        ("http://10.0.0.1:9000", "must use https"),
        ("https://user:canary@example.com", "user name or a password"),
        ("https://example.com/?canary=1", "no path, no query"),
        ("https://example.com/canary", "no path, no query"),
        ("https://example.com#canary", "no path, no query"),
        ("ftp://example.com", "not a URL like"),
        ("example.com", "not a URL like"),
        ("", "not a URL like"),
        ("https://example.com:99999", "not a URL like"),
        ("https://[::1", "not a URL like"),
        ("https://exa mple.com", "not a URL like"),
        ("https://例子.example", "not a URL like"),
    ],
)
def test_a_bad_setting_is_refused_in_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"The endpoint of sts .*{sentence}") as caught:
        Endpoints(sts=url)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("region", ["", "evil.example/", "cn", "cn-hangzhou.evil", "CN-HANGZHOU", "cn-", "cn-hangzhou\n"])
def test_only_a_region_becomes_part_of_a_host_name(region: str) -> None:
    with pytest.raises(ValueError, match="not the id of a region"):
        Endpoints().for_actiontrail(region)


@pytest.mark.parametrize("hub", ["", "cn-shanghai"])
def test_there_are_two_hubs(hub: str) -> None:
    with pytest.raises(ValueError, match="two hubs"):
        Endpoints().for_cloud_siem(hub)
