"""The catalogue: what it knows, in both languages alike, and which entry it picks."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.explain.catalog import Match, load_catalog
from bot.explain.entries import Entry, expression, placeholders
from bot.languages import LANGUAGES, Language

CATALOG = load_catalog()
ENTRIES = CATALOG.entries
KNOWN_CODES = Path(__file__).with_name("known_codes.txt").read_text("utf-8").split()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
VENDOR = re.compile(r"https://(?:[a-z.]+\.)?(?:aliyun\.com|alibabacloud\.com|github\.com)/")


def each_entry(test: Callable[[Entry], None]) -> Callable[[], None]:
    """One test over all entries: hundreds of tests of a microsecond each would cost seconds."""

    def of_all() -> None:
        for entry in ENTRIES:
            test(entry)

    of_all.__name__ = test.__name__
    return of_all


def found(code: str, product: str | None = None, message: str | None = None, language: Language = "en") -> Match:
    match = CATALOG.find(code, product=product, message=message, language=language)
    assert match is not None, code
    return match


def by(code: str, product: str | None = None, message: str | None = None) -> str:
    return found(code, product, message).reference.removeprefix("catalogue:")


def texts(entry: Entry, language: Language) -> list[str]:
    words = entry.words(language)
    return [words.title, words.cause, *words.steps]


def test_the_catalogue_knows_at_least_220_codes_and_60_patterns() -> None:
    assert len({code for entry in ENTRIES for code in entry.codes}) >= 220
    assert len([pattern for entry in ENTRIES for pattern in entry.patterns]) >= 60


def test_ids_are_unique() -> None:
    assert len({entry.id for entry in ENTRIES}) == len(ENTRIES)


def test_no_two_entries_claim_the_same_code_for_the_same_product_and_message() -> None:
    claims = [
        (code, entry.products, entry.message and entry.message.pattern)
        for entry in ENTRIES
        for code in {code.casefold() for code in entry.codes}
    ]
    assert len(set(claims)) == len(claims)


@each_entry
def test_both_languages_give_the_same_steps_and_placeholders(entry: Entry) -> None:
    assert len(entry.en.steps) == len(entry.zh.steps)
    for english, chinese in zip(texts(entry, "en"), texts(entry, "zh"), strict=True):
        assert placeholders(english) == placeholders(chinese)


@each_entry
def test_every_chinese_sentence_holds_chinese_and_ends_in_full_width(entry: Entry) -> None:
    for text in texts(entry, "zh"):
        assert all(CHINESE.search(sentence) for sentence in re.split("[。！？]", text) if sentence), text
    assert all(text.endswith("。") for text in (entry.zh.cause, *entry.zh.steps))
    assert not any(CHINESE.search(text) for text in texts(entry, "en"))


@each_entry
def test_chinese_is_set_in_chinese_type(entry: Entry) -> None:
    assert not any(re.search(r'["()]|草案', text) for text in texts(entry, "zh"))


@each_entry
def test_english_titles_are_short_labels_and_sentences_end(entry: Entry) -> None:
    assert not entry.en.title.endswith(".")
    assert all(text.endswith(".") for text in (entry.en.cause, *entry.en.steps))


@each_entry
def test_every_placeholder_is_one_that_all_patterns_of_the_entry_fill(entry: Entry) -> None:
    used = {name for language in LANGUAGES for text in texts(entry, language) for name in placeholders(text)}
    assert all(used <= placeholders(pattern) for pattern in entry.patterns)
    assert not (used and entry.codes), "a whole code fills no placeholder"


@each_entry
def test_every_pattern_has_an_example_and_every_example_finds_its_entry(entry: Entry) -> None:
    for pattern in entry.patterns:
        assert any(re.fullmatch(expression(pattern), example) for example in entry.examples), pattern
    for example in entry.examples:
        assert by(example, *entry.products[:1]) == entry.id


@each_entry
def test_only_a_general_entry_leaves_open_whether_repeating_helps(entry: Entry) -> None:
    assert entry.retry or entry.general


@each_entry
def test_the_source_is_the_vendors_or_public_code(entry: Entry) -> None:
    assert VENDOR.match(entry.source)


def test_every_code_of_the_fact_sheet_is_known_by_its_whole_name() -> None:
    assert not set(KNOWN_CODES) - {code for entry in ENTRIES for code in entry.codes}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_family_speaks_of_the_thing_that_its_code_names(language: Language) -> None:
    match = found("IncorrectStatus.TransitRouter", "Cbn", "The resource is not in a valid state.", language)
    assert "TransitRouter" in match.title
    assert any("TransitRouter" in step for step in match.steps)
    assert match.retry == "wait"
    assert match.reference == "catalogue:incorrect-status-resource"
    assert "{" not in "".join((match.title, match.cause, *match.steps))


@pytest.mark.parametrize(
    "code",
    [
        *("Forbidden.InstanceNotFound", "Forbidden.KeyNotFound", "Forbidden.DBClusterNotFound", "Forbidden.NotFound"),
        *("Forbidden.Secret.NotExist", "Zone.NotOpen", "Zone.NotOnSale", "OperationDenied.NoStock", "Forbidden.NoStock"),
        *("QuotaExceed.ElasticQuota", "QuotaExceeded.Anything", "SecondLevelDomainForbidden", "InvalidObjectState"),
        *("OperationDenied", "Forbidden.RiskControl", "ServiceLinkedRoleNotExist"),
    ],
)
def test_what_only_looks_like_a_denial_is_none(code: str) -> None:
    assert found(code).kind == "failed"


@pytest.mark.parametrize(
    "code",
    [
        *("Forbidden.RAM", "NoPermission", "AccessDenied", "Forbidden", "Unauthorized", "Forbedden.NotSupportRAM"),
        *("Forbbiden.SubUser", "Forbidden.NoPermission", "NoPermission.SLR"),
        *("isp.RAM_PERMISSION_DENY", "StatusForbidden", "InvalidUser.PassRoleForbidden"),
    ],
)
def test_denials_are_marked(code: str) -> None:
    assert (found(code).kind, found(code).retry) == ("denied", "change")


@pytest.mark.parametrize(
    "code",
    [
        "Throttling",
        "Throttling.User",
        "Throttling.Api",
        "Throttling.Foo",
        "Rejected.Throttling",
        "TooManyRequests",
        "WriteQuotaExceed",
    ],
)
def test_throttling_is_marked_and_means_wait(code: str) -> None:
    assert (found(code).kind, found(code).retry) == ("throttled", "wait")


@pytest.mark.parametrize(
    ("code", "product", "message", "entry", "retry"),
    [
        ("OperationDenied.NoStock", "Ecs", "The requested resource is sold out in the specified zone.", "no-stock", "wait"),
        ("OperationDenied.NoStock", "Ecs", "The resource is out of usage.", "no-stock", "wait"),
        ("OperationDenied.NoStock", "Ecs", "The specified instance is not running.", "instance-not-running", "change"),
        ("OperationDenied.NoStock", "Ecs", "指定的实例未运行。", "instance-not-running", "change"),
        ("OperationDenied", "Ecs", "The resource is out of usage.", "denied-out-of-usage", "wait"),
        ("OperationDenied", "Ecs", "The specified zone is not open.", "operation-denied", None),
        ("InvalidAccessKeyId", "Sls", None, "accesskey-sls", "change"),
        ("InvalidAccessKeyId", "Alidns", "Specified access key is not found or invalid.", "accesskey-not-found", "change"),
        ("ServiceUnavailable", "Slb", "The specified loadbalancer name has been used.", "name-in-use", "change"),
        ("NoPermission", "Nlb", None, "no-permission", "change"),
        ("Forbidden.NoPermission", "Kms", None, "kms-no-permission", "change"),
        ("Throttling.Resource", "Ecs", None, "throttling-resource-ecs", "wait"),
        ("Throttling.Resource", "dataworks-public", None, "throttling-resource-dataworks", "wait"),
        ("InvalidAction", "Vpc", "The VPC has been connected to the classic network ECS.", "classic-link", "change"),
        ("isv.BUSINESS_LIMIT_CONTROL", "Dyvmsapi", None, "voice-frequency", "wait"),
        ("isv.SMS_TEMPLATE_ILLEGAL", "Dysmsapi", "模板变量与参数不匹配", "sms-template-mismatch", "change"),
        ("ServiceUnavailable", "slb", "The subnet has no free IP.", "service-unavailable-subnet", "change"),
        ("ServiceUnavailable", "Ecs", "The subnet has no free IP.", "service-unavailable", "wait"),
        ("NoPermission", "Sts", None, "no-permission-sts", "change"),
        ("NoPermission", "Ram", None, "no-permission", "change"),
        ("AccessDenied", "Oss", None, "access-denied-oss", "change"),
        ("EntityNotExist", "Ram", "The encoded diagnostic message does not exist.", "decode-unknown", "change"),
        ("AuthenticationFail.NoPermission", "Sts", "No such OIDC Provider registered.", "oidc-provider-missing", "change"),
    ],
)
def test_product_and_message_decide_between_two_meanings(
    code: str, product: str, message: str | None, entry: str, retry: str | None
) -> None:
    match = found(code, product, message)
    assert (match.reference, match.retry) == (f"catalogue:{entry}", retry)


@pytest.mark.parametrize(
    ("spelt", "meant"),
    [
        ("Forbedden.NotSupportRAM", "Forbidden.NotSupportRAM"),
        ("Forbbiden.SubUser", "Forbidden.SubUser"),
        ("InvalidParamter", "InvalidParameter"),
        ("MissingParamter.RegionId", "MissingParameter.RegionId"),
        ("LogstoreNotExist", "LogStoreNotExist"),
        ("IdempotenceProcessing", "IdempotentProcessing"),
        ("throttling.user", "Throttling.User"),
        ("INVALIDACCESSKEYID.NOTFOUND", "InvalidAccessKeyId.NotFound"),
        (" Throttling.User\n", "Throttling.User"),
    ],
)
def test_misspelt_codes_are_understood(spelt: str, meant: str) -> None:
    assert by(spelt) == by(meant)


@pytest.mark.parametrize(
    "cut", ["IncorrectStatus", "DependencyViolation", "Throttling", "OperationDenied", "QuotaExceed", "EntityNotExist"]
)
def test_a_code_that_an_sdk_cut_to_its_first_part_is_explained_without_a_gap(cut: str) -> None:
    match = found(cut)
    assert "{" not in "".join((match.title, match.cause, *match.steps))


@pytest.mark.parametrize(
    ("code", "retry"),
    [
        ("SignatureNonceUsed", "never"),
        ("Forbidden.RiskControl", "never"),
        ("InternalError", "safe"),
        ("ServiceUnavailable", "wait"),
        ("LastTokenProcessing", "wait"),
        ("IncorrectInstanceStatus", "wait"),
        ("InvalidParameter", "change"),
        ("DependencyViolation.HaVip", "change"),
        ("QuotaExceed.Snapshot", "change"),
        ("Account.Arrearage", "change"),
        ("InvalidTimeStamp.Expired", "change"),
        ("isv.BUSINESS_LIMIT_CONTROL", "wait"),
        ("isv.OUT_OF_SERVICE", "change"),
        ("MissingStatus", "change"),
        ("Operation.Blocking", "wait"),
    ],
)
def test_retry_says_what_the_contract_means(code: str, retry: str) -> None:
    assert found(code).retry == retry


@pytest.mark.parametrize(
    "code", ["", "   ", "OK", "400", "NobodyKnowsThis", "SDK.ServerError", "x" * 10_000, "Invalid", "Missing", "🙂"]
)
def test_what_nobody_knows_has_no_match(code: str) -> None:
    assert CATALOG.find(code, language="en") is None


@pytest.mark.parametrize(
    "code",
    [
        "IncorrectStatus.<!channel>",
        "IncorrectStatus.Vpc\nX",
        "IncorrectStatus.{resource}",
        "Missing<script>",
        "IncorrectStatus.é",
    ],
)
def test_a_family_takes_plain_identifiers_only(code: str) -> None:
    assert CATALOG.find(code, language="en") is None


@pytest.mark.parametrize(
    ("pattern", "code", "found"),
    [
        ("Invalid{parameter}", "InvalidCidrBlock", True),
        ("Invalid{parameter}", "InvalidCidrBlock.Overlapped", False),
        ("{resource}.NotFound", "InvalidStatus.Vpc.NotFound", False),
        ("IncorrectStatus.{resource}", "IncorrectStatus.Vpc.RouteTable", True),
    ],
)
def test_a_placeholder_takes_a_reason_for_no_part_of_a_name(pattern: str, code: str, *, found: bool) -> None:
    assert bool(re.fullmatch(expression(pattern), code)) is found
