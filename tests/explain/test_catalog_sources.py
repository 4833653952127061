"""Every source of the catalogue is a page that can say it, and a source that cannot is found."""

from datetime import date

import pytest

from bot.explain.catalog import load_catalog
from tests.explain.sources import faults, product_of

ENTRIES = load_catalog().entries
TODAY = date(2026, 12, 31)


def test_no_source_of_the_catalogue_has_a_fault() -> None:
    assert list(faults(ENTRIES, TODAY)) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("https://help.aliyun.com/en/dns/error-code?spm=a2c4g", "not a plain https address"),
        ("https://example.com/en/dns/error-code", "not the vendor's host"),
        ("https://aliyun.com.example.com/en/dns/error-code", "not the vendor's host"),
        ("https://help.aliyun.com/", "not a page"),
        ("https://api.aliyun.com/document", "not an API's metadata"),
        ("https://github.com/aliyun/terraform-provider-alicloud", "not a page of public code"),
    ],
)
def test_an_address_that_is_no_page_of_the_vendor_s_is_a_fault(source: str, fault: str) -> None:
    told = list(faults([ENTRIES[0].model_copy(update={"source": source})], TODAY))
    assert any(fault in line for line in told), told


def test_a_page_about_one_product_does_not_vouch_for_another() -> None:
    page = "https://api.aliyun.com/meta/v1/products/Kms/versions/2016-01-20/api-docs.json"
    entry = ENTRIES[0].model_copy(update={"source": page, "products": ("Ecs",)})
    assert "a page about kms for an entry about ecs" in "".join(faults([entry], TODAY))


def test_an_entry_checked_tomorrow_and_the_same_words_twice_are_faults() -> None:
    first = ENTRIES[0].model_copy(update={"checked": date(2027, 1, 1)})
    told = "".join(faults([first, first.model_copy(update={"id": "other"})], TODAY))
    assert "checked on 2027-01-01" in told
    assert "the same words twice" in told


@pytest.mark.parametrize(
    ("source", "product"),
    [
        ("https://help.aliyun.com/zh/ram/developer-reference/api-sts-2015-04-01-errorcodes", "sts"),
        ("https://help.aliyun.com/en/dns/error-code", "alidns"),
        ("https://help.aliyun.com/document_detail/101346.html", None),
        ("https://help.aliyun.com/en/openapi/throttling-and-quota-management", None),
    ],
)
def test_the_product_of_a_page_is_read_from_its_address(source: str, product: str | None) -> None:
    assert product_of(source) == product
