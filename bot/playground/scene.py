"""What the playground begins with: who is linked to whom, and the posts of an incident."""

from typing import Final

from bot.playground.alibaba import ALICE, BROKER, CAROL, CASES, PEOPLE, Case
from bot.playground.slack import Post, Suggestion

TEAM: Final = "T0REQLOG1"
ADMIN: Final = "U0AUDITOR"
LINKED: Final = {"alice": "U0ALICE", "bob": "U0BOB", "auditor": "U0AUDITOR"}

IDENTITIES: Final = (
    "\n".join(
        f'[[people]]\nteam = "{TEAM}"\nuser = "{user}"\n[[people.identities]]\ncredential = {{ env = "{name.upper()}" }}\n'
        for name, user in LINKED.items()
    )
    + f'[[admins]]\nteam = "{TEAM}"\nuser = "{ADMIN}"\n'
)


#: With the broker alice and carol see their own calls by their principals, the auditor a whole account by a Slack user group,
#: bob nothing; in the lobby everybody sees their own calls alone. Dana alone has a key of her own, for a log ticket takes one.
GROUP: Final = "S0INCIDENT"
MEMBERS: Final = {GROUP: ("U0AUDITOR",)}
BROKER_IDENTITIES: Final = "\n".join(
    (
        *(
            f'[[people]]\nteam = "{TEAM}"\nuser = "{user}"\n[[people.principals]]\naccount = "{person.account_id}"\n'
            f'type = "sub"\nid = "{person.user_id}"\n'
            for user, person in (("U0ALICE", ALICE), ("U0CAROL", CAROL))
        ),
        *(
            f'[[accounts]]\nid = "{account}"\nname = "{name}"\nrole_arn = "acs:ram::{account}:role/requestlog-reader"\n'
            'credential = { env = "BROKER" }\n'
            for account, name in ((ALICE.account_id, "prod"), (CAROL.account_id, "second"))
        ),
        f'[[people]]\nteam = "{TEAM}"\nuser = "U0DANA"\n[[people.identities]]\ncredential = {{ env = "AUDITOR" }}\n',
        f'[[groups]]\nteam = "{TEAM}"\ngroup = "{GROUP}"\naccounts = ["{ALICE.account_id}"]\n',
        f'[[channels]]\nteam = "{TEAM}"\nchannel = "C0PUBLIC"\nview = "own"\n',
        f'[[admins]]\nteam = "{TEAM}"\nuser = "{ADMIN}"\n',
    )
)


def credentials() -> dict[str, str]:
    """The environment variables that the identities files refer to."""
    variables = {}
    for person in PEOPLE:
        if person.name in (*LINKED, BROKER.name):
            variables[f"{person.name.upper()}_ACCESS_KEY_ID"] = person.access_key_id
            variables[f"{person.name.upper()}_ACCESS_KEY_SECRET"] = person.secret
    return variables


#: The cases under the page's headings, what people meet most often first.
GROUPS: Final = {
    "failed": (
        "sample no-stock quota balance nested-error nested-error-inner write-without-token write-with-token "
        "read-unavailable nonce-used denied-look-alike unknown-code unknown-code-chinese unknown-code-silent"
    ),
    "denied": (
        "denied-implicit denied-explicit denied-control-policy denied-resource-group denied-trust-policy denied-bucket-policy "
        "denied-without-detail denied-session-policy denied-main-account denied-message-expired denied-message-unknown "
        "denied-message-inaccurate denied-message-busy"
    ),
    "timing": "throttled slow-service client-delay clock-skew clock-ahead",
    "trail": "touched gone throttled-by-others denied-since-change",
    "succeeded": "succeeded succeeded-but parameters",
    "others": "of-bob of-carol of-deploy-role service-role-proof spoofed-proof trail-only trail-old trail-hidden not-found",
    "upstream": (
        "upstream-slow upstream-unavailable upstream-throttled upstream-refused upstream-html upstream-hangs upstream-drips "
        "upstream-truncated upstream-huge no-log"
    ),
    "odd": "hostile-text xml-body html-body huge-body minimal empty-log no-caller unknown-caller-type",
}
#: Only who may read ActionTrail sees these, or what they are here to show, whoever made the call.
_OF_THE_TRAIL: Final = frozenset({"trail-only", "trail-old", "trail-hidden", *GROUPS["trail"].split()})


def suggestions(*, broker: bool = False) -> tuple[Suggestion, ...]:
    """The RequestIds worth trying, for the page's list."""
    case = {each.shows: each for each in CASES}
    return tuple(
        Suggestion(case[name].request_id, case[name].title_en, case[name].title_zh, group, _who_sees(case[name], broker=broker))
        for group, names in GROUPS.items()
        for name in names.split()
    )


def _who_sees(case: Case, *, broker: bool) -> str:
    if broker:
        return (
            "auditor" if case.shows in GROUPS["trail"].split() else {"alice": "", "carol": "carol"}.get(case.owner, "auditor")
        )
    if case.owner == "alice" and case.shows not in _OF_THE_TRAIL:
        return ""
    return "bob" if case.owner == "bob" and case.shows not in _OF_THE_TRAIL else "auditor"


def posts() -> tuple[Post, ...]:
    """Messages with the notations that people really paste, each a while after the calls that it tells of."""
    case = {each.shows: each for each in CASES}
    return (
        Post("U0BOB", "Checkout is failing for some customers. Looking into it.", minutes_ago=11),
        Post("U0ALICE", _terraform(case["denied-implicit"]), minutes_ago=10),
        Post("U0BOB", "Same here, the autoscaler says:", minutes_ago=2.8),
        Post("U0BOB", _python(case["throttled"]), minutes_ago=2.6),
        Post("U0AUDITOR", "Did anybody change the transit router today?", minutes_ago=2.2),
        Post(
            "U0ALICE",
            f"No. An old ticket has the same complaint: RequestId: {case['sample'].request_id}",
            thread=4,
            minutes_ago=1.8,
        ),
        Post("U0ALICE", _several(case), minutes_ago=1),
    )


def _terraform(case: Case) -> str:
    return (
        "```│ Error: [ERROR] terraform-provider-alicloud: Resource alicloud_instance RunInstances Failed!\n"
        "│ SDKError:\n│    StatusCode: 403\n│    Code: Forbidden.RAM\n"
        "│    Message: code: 403, User not authorized to operate on the specified resource.\n"
        f"│    request id: {case.request_id}```"
    )


def _python(case: Case) -> str:
    return (
        "aliyunsdkcore.acs_exception.exceptions.ServerException: HTTP Status: 400 Error:Throttling.User "
        f"Request was denied due to user flow control. RequestID: {case.request_id}"
    )


def _several(case: dict[str, Case]) -> str:
    names = ("denied-implicit", "no-stock", "write-without-token", "quota", "balance", "succeeded", "slow-service")
    return "All of today's:\n" + "\n".join(f"RequestId: {case[name].request_id}" for name in names)
