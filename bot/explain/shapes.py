"""The shapes of secrets, one table: redaction, the tripwire and the log filter all read this and nothing else.

A secret is known by its own form (a key's prefix, a PEM frame, a login in a URL), by the command that takes it, or by the
name before it, in whatever notation: JSON, YAML, XML, a query string, a shell's option, a sentence. Every pattern needs time
linear in the text's length: runs are possessive or bounded.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Final, Literal, NamedTuple

from bot.explain.secret_names import CHINESE, names_a_password, names_a_secret

MASK: Final = "••••"
"""What stands in place of a secret."""

KeyKind = Literal["access_key", "sts", "slack", "private_key", "other"]


class Span(NamedTuple):
    """Where a secret stands in a text.

    ``keep_end`` says that its last characters may be shown; ``kind`` as what somebody who pasted it is warned of it, None
    for what is masked and yet nothing lost: a signature, a page token.
    """

    start: int
    end: int
    keep_end: bool
    kind: KeyKind | None


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape. A text in which none of the ``hints``, lower-case words, stands holds no secret of this shape.

    ``spans`` tells where in a text such secrets stand, in order.
    """

    hints: tuple[str, ...]
    spans: Callable[[str], Iterator[Span]]


def live(text: str) -> tuple[Shape, ...]:
    """The shapes that may occur in a text; none for most texts."""
    lowered = text.lower() if text.isascii() or not _WIDE.search(text) else text.translate(_LOWER)
    if len(text) < _ONE_SEARCH_IS_FASTER and (
        (text.isalnum() and len(text) < _SHORTEST_SHAPE) or not _ANY_HINT.search(lowered)
    ):
        return ()
    return tuple(shape for shape in SHAPES if any(map(lowered.__contains__, shape.hints)))


def _of(pattern: str, kind: KeyKind | None, *, keep_end: bool = True) -> Callable[[str], Iterator[Span]]:
    """The spans of a pattern: of the last group that took part in the match, or else of all of it."""
    compiled = re.compile(pattern, re.VERBOSE)

    def spans(text: str) -> Iterator[Span]:
        for found in compiled.finditer(text):
            yield Span(*found.span(found.lastgroup or 0), keep_end, kind)

    return spans


def _passwords(pattern: str) -> Callable[[str], Iterator[Span]]:
    """The same for what a person chose: nothing of it is shown, and only what looks chosen is worth a warning."""
    plain = _of(pattern, "other", keep_end=False)

    def spans(text: str) -> Iterator[Span]:
        for span in plain(text):
            yield span if _looks_chosen(text[span.start : span.end]) else span._replace(kind=None)

    return spans


def _looks_chosen(word: str) -> bool:
    """Letters and digits, or letters and marks that no sentence holds: what a password looks like and an ordinary word not."""
    letters, numbers = any(map(str.isalpha, word)), any(map(str.isdigit, word))
    marks = any(mark in word for mark in "!@#$%^*+~")
    shortest = 4 if marks else 6
    return letters and (marks or numbers) and len(word) >= shortest


# Not inside a word, where three letters mean nothing; an escape before it is no word.
_START: Final = r"(?:(?<![0-9A-Za-z_-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2})|(?<=u00[0-9a-f]{2}))"
_ID: Final = r"(?:LTAI|AKIA|ASIA(?=[A-Z]{0,12}[0-9]))[0-9A-Za-z]{8,128}+"
_MIXED: Final = r"(?=[0-9A-Za-z]*[0-9])(?=[0-9A-Za-z]*[a-z])(?=[0-9A-Za-z]*[A-Z])[0-9A-Za-z]{30,46}(?![0-9A-Za-z_-])"
_PAIR: Final = rf"""{_ID}(?:["']?\s?[/:|]\s?["']?(?P<pair>[^\s"'<>,;&•]{{8,200}}+)|[^0-9A-Za-z•]{{1,12}}(?P<beside>{_MIXED}))"""
_SCHEMES: Final = r"""(?:[Bb]earer\s{1,3}|[Bb]asic\s{1,3}(?=[A-Za-z+/]{0,2000}+[0-9=]))(?P<secret>[0-9A-Za-z._~+/=-]{8,}+)"""

_PEM: Final = r"""-----BEGIN\ [A-Z0-9\ ]{0,40}PRIVATE\ KEY(?:\ BLOCK)?-{0,5}
    (?P<secret>(?s:.*?)(?:-----END\ [A-Z0-9\ ]{0,50}-----|\Z))"""
_VENDORS: Final = rf"""{_START}(?:
      (?:sk|rk|pk)[-_][0-9A-Za-z_-]{{16,300}}+ | gh[oprsu]_[0-9A-Za-z]{{16,255}}+ | github_pat_[0-9A-Za-z_]{{20,255}}+
    | glpat-[0-9A-Za-z_-]{{16,100}}+ | AIza[0-9A-Za-z_-]{{30,60}}+ | AKID[0-9A-Za-z]{{13,60}}+ | ya29\.[0-9A-Za-z_-]{{20,500}}+
    | hf_[0-9A-Za-z]{{20,60}}+ | npm_[0-9A-Za-z]{{20,60}}+ | pypi-[0-9A-Za-z_-]{{20,300}}+ | GOCSPX-[0-9A-Za-z_-]{{20,60}}+
    | SG\.[0-9A-Za-z_-]{{16,60}}+\.[0-9A-Za-z_-]{{16,60}}+ | shp(?:at|ca|pa|ss)_[0-9a-f]{{20,60}}+ | dop_v1_[0-9a-f]{{20,100}}+
    | hv[bsr]\.[0-9A-Za-z_-]{{20,300}}+ | whsec_[0-9A-Za-z+/=_-]{{16,200}}+
    | eyJ[0-9A-Za-z_-]{{12,4000}}+\.[0-9A-Za-z_-]++(?:\.[0-9A-Za-z_-]*+){{0,3}}
)"""
_VENDOR_HINTS: Final = (
    *("sk-", "sk_", "rk_", "pk_", "gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_", "glpat-", "aiza", "akid", "ya29."),
    *("hf_", "npm_", "pypi-", "gocspx-", "sg.", "shp", "dop_v1_", "eyj", "hvs.", "hvb.", "hvr.", "whsec_"),
)
_HOOKS: Final = r"""(?:hooks\.slack(?:-gov)?\.com|(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook|/cgi-bin/webhook/send
    |discord(?:app)?\.com/api/webhooks|api\.telegram\.org)(?:[/?]|%2[Ff]|\\/)(?P<secret>[^\s"'<>|]{1,2000}+)"""
_URL = re.compile(r"""://(?P<user>[^/\s:@"'<>?\#]{0,100}+)(?P<rest>[^\s"'<>]++)""")
_PORT = re.compile(r":[0-9]{1,5}[/?#]")
_LONGEST_USER: Final = 20
_COMMANDS: Final = r"""(?i:identified\s{1,5}(?:with\s{1,5}[^\s"']{1,60}+\s{1,5})?(?:by|as)\s{1,5}(?:password\s{1,5})?)
      (?:'(?P<single>[^']{1,400})|"(?P<double>[^"]{1,400})|`(?P<ticked>[^`]{1,400})|(?P<bare>[^\s;"'`]{1,400}))
    | (?<![\w-])(?:-u|--user|--proxy-user)[ =]{1,3}["']?(?!\d+:\d+(?:\s|\Z))[^\s:"']{1,100}+:(?P<login>[^\s"']{1,200})"""
_SHORT_OPTIONS: Final = r"""(?<![\w-])(?:(?:mysql|mariadb|sshpass|login)[\w-]{0,20}+[^\n;|&]{0,100}?\s-p\s{0,2}
    | redis-cli[^\n;|&]{0,100}?\s-a\s{1,2})["']?(?!\d{1,5}:\d)(?P<secret>[^\s"'-][^\s"']{0,200}+)"""

_WIDE = re.compile("[\uff21-\uff5a]")
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase) | {
    **{ord(each) + 0xFEE0: each.lower() for each in ascii_letters + "_-"},
    0xA0: " ",
}
"""To small ASCII letters, those of full width too, and one character for one."""
_PLAIN: Final = frozenset({"true", "false", "null", "none", "nil", "undefined", ""})
_QUOTES: Final = r"""(?:["'\]`*]|\\{1,8}+(?:["']|u0022)|&(?:quot|apos|\#34|\#x22);|%(?:25){0,3}2[27])*"""
_NAME_HINTS: Final = (
    *("pass", "pswd", "pw", "plaintext", "private", "psk", "secret", "sign", "sk", "token", "ticket", "trigger", "credential"),
    *("cookie", "user", "key", "auth", "assertion", "ak", "response", "webhook", "sess", "connect.sid", *CHINESE),
)
_NAME = re.compile(
    rf"""
    (?P<name>
      (?:
        p(?:ass(?:word|wd|phrase|code)?|swd|wd?|laintext|rivate[-_\ ]?key|sk) | s(?:ecret|ignature|ign(?=["']?\s?[=:])|k\b)
        | t(?:oken|icket|rigger[-_]?id) | c(?:redential|ookie) | user[-_]?data
        | key(?:[-_]?(?:material|data)|(?=["'`*\\]{{0,3}}+\s{{0,4}}+[=:：>%]))
        | a(?:uth(?:ori[sz]ation|[-_]?key)?|ccess[-_\ ]?key|pi[-_\ ]?key|ssertion|k\b) | response[-_]?url | webhook
        | account[-_]?key | sess(?:ion)?[-_]?id | connect\.sid
      )
      [0-9a-z_-]{{0,24}}+(?:\ (?:key|token|secret|id)(?![a-z]))?
      | (?:{"|".join(CHINESE)})(?:\ ?id|对|名称?|类型|版本|标识|别名|算法|策略|长度|格式|状态)?
    )
    {_QUOTES}
    (?: [\ \t]{{0,4}}+(?:is[\ \t]*[:：]|:=|=>|->|==|[:=：＝→]|%(?:25){{0,3}}3[da]|>|&gt;|\((?=["']))[\ \t]{{0,4}}+
          (?:(?:\*{{1,2}}|-)[\ \t]{{1,4}}+|!(?:!str|!binary|vault)[\ \t]{{1,4}}+)?(?![\r\n])
      | (?:\s{{1,4}}+[a-z:.-]{{1,40}}+=(?:"[^"<>]{{0,80}}+"|'[^'<>]{{0,80}}+')){{1,3}}+\s?>
      | (?:\s{{0,4}}+[,;&]\s{{0,9}}+|\s{{1,20}}+)["'\\]{{0,9}}+[0-9a-z_.-]{{0,40}}?value["'\\]{{0,9}}+\s{{0,4}}+[:=]\s{{0,4}}+
      | </[0-9a-z_.:-]{{1,40}}+>\s{{0,40}}+<[0-9a-z_.:-]{{0,40}}?value>
      | (?P<said>[\ \t]{{1,4}}+(?:is|was|(?:changed|set|reset|updated)\ to)[\ \t]{{1,4}}+
          | \s{{0,4}}+[:=：>][\ \t]{{0,4}}+\r?\n\s{{0,9}}+(?:-\ )?
          | \ (?:for|of)\ (?:the\ )?(?:user\ )?[^\s:：]{{1,40}}+[:：][\ \t]{{0,4}}+
          | [\ \t]{{0,4}}+[|（][\ \t]{{0,4}}+
          | [\ \t]{{0,4}}+[已被]?(?:修改|更改|改|设置|设|重置|更新)?[为是成][\ \t:：]{{0,4}}+(?=[!-~“‘「『])
          | (?:\s{{1,4}}+|(?<=["'])\s?,\s{{0,4}}+(?=["'])|(?<=[^\x00-\x7f])(?=[“‘「『0-9a-z]|[`"'][!\#-&(-_a-~]{{4,64}}+[`"']))
            (?=\S{{0,40}}?["'`“‘「『0-9!@\#$%^*+~])
      )
    )
    """,
    re.VERBOSE,
)
_OF_NAMES: Final = ascii_letters + digits + "_.-"
_VALUE = re.compile(
    r"""
      (?P<escape>\\{1,8}+)(?:"|u0022)(?P<escaped>(?s:.*?))(?=\\{1,8}(?:"|u0022)|\Z)
    | [BFNRUbfnru]?"(?P<double>(?:[^"\\]|\\.)*+)
    | [BFNRUbfnru]?'(?P<single>(?:[^'\\]|\\.)*+)
    | [`“‘「『](?P<curly>[^`“‘「『”’」』\n]*+)
    | &(?:quot|apos|\#34|\#x22);(?P<entity>[^&]*+)
    | (?:<!\[CDATA\[)(?P<cdata>[^\]]*+)
    | (?P<list>\[[^\[\]{}]{0,4000}(?:\]|\Z))
    | [|>][+-]?[0-9]?(?P<block>[\ \t]*+(?:\n(?:[\ \t]++[^\n]*+|(?=\n|\Z)))++|[\ \t]++[^\n]++)
    | (?P<bare>(?![\[{])(?:[^\s,;&%"'<>\\，。；、（）]++|%(?!(?:25){0,3}26)|[,;&](?![\s"'\\]|lt;|[\w.-]{0,40}+\s?[=:]|\Z))++)
    """,
    re.VERBOSE | re.DOTALL,
)
_BEFORE_ITS_NAME = re.compile(
    r"""value["'\\]{0,9}+\s{0,4}+[:=]\s{0,4}+["'\\]{0,9}+(?P<secret>[^\s"'\\&,;]{1,200}+)["'\\]{0,9}+
    \s{0,4}+[,;&]?\s{0,9}+["'\\]{0,9}+[a-z0-9_.-]{0,40}?(?:key|name)["'\\]{0,9}+\s{0,4}+[:=]\s{0,4}+["'\\]{0,9}+(?P<name>[\w.-]{1,80}+)""",
    re.VERBOSE | re.IGNORECASE,
)
_HEADER_VALUE = re.compile(r"""["']?(?P<bare>(?:[^\r\n"'<\\]|(?<==)"[^"\r\n]*+")*+)""")
#: A RequestId, or the code of an error: both tell nothing and are what the reader needs.
_PUBLIC = re.compile(
    r"""(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}
      | (?:Invalid|Missing|Malformed|Incorrect|Illegal|Unsupported|Forbidden)[A-Za-z]*+(?:\.[A-Z][A-Za-z]*+)*+)(?![!-~])""",
    re.VERBOSE,
)
_SHORTEST_SAID: Final = 4
_LONGEST_TOLD: Final = 64
_SHORTEST_KEY: Final = 16
_ENDING = re.compile(r"[.!。！]*\s*(?:\n|\Z)")
#: What a sentence says of a secret in one last word; anything else there is taken for the secret itself.
_SAID_OF_SECRETS: Final = frozenset(
    {
        *("incorrect", "wrong", "invalid", "required", "missing", "expired", "empty", "blank", "illegal", "malformed", "weak"),
        *("disabled", "enabled", "inactive", "active", "unsupported", "used", "unknown", "unset", "set", "mandatory", "needed"),
        *("optional", "revoked", "locked", "deleted", "rotated", "changed", "short", "long", "valid", "correct", "ok", "here"),
        *("mismatched", "inconsistent", "unavailable", "reset", "it", "this", "that", "not", "denied", "rejected", "leaked"),
        "expire",
    }
)


def _logins(text: str) -> Iterator[Span]:
    """Passwords and tokens in URLs; a password may hold @ and /, so it ends at the last @ before a blank."""
    for found in _URL.finditer(text):
        user, rest = found["user"], found["rest"]
        start, at = found.start("rest"), rest.rfind("@")
        if _PORT.match(rest):
            continue
        if rest[0] == ":" and at > 1:
            yield Span(start + 1, start + at, keep_end=False, kind="other" if _looks_chosen(rest[1:at]) else None)
        elif rest[0] == "@" and len(user) >= _LONGEST_USER:
            yield Span(*found.span("user"), keep_end=False, kind="other")


def _named(text: str) -> Iterator[Span]:
    """What follows the name of a secret."""
    searched = text.translate(_LOWER)  # str.lower() can change the length, and so the places
    position = 0
    while found := _NAME.search(searched, position):
        position = found.end()
        before = searched[max(0, found.start() - 40) : found.start()]
        name = before[len(before.rstrip(_OF_NAMES)) :] + found["name"]
        if not names_a_secret(name):
            continue
        said = found["said"]
        header = said is None and name.lower().endswith(("authorization", "authorisation", "cookie"))
        pattern = _HEADER_VALUE if header else _VALUE
        # What is not told is read again from the next name on, so only its beginning is.
        value = pattern.match(text, position, len(text) if said is None else position + _LONGEST_TOLD)
        group = value.lastgroup if value else None
        if value is None or group is None or value[group].strip().lower() in _PLAIN or _PUBLIC.match(value[group]):
            continue
        start, end = value.span(group)
        if said is None or _is_told(name, said.strip(), text[start : end + 8], end - start, quoted=group != "bare"):
            if said and end >= position + _LONGEST_TOLD - 1 and (whole := _VALUE.match(text, position)):
                end = whole.end()
            yield Span(start, end, not names_a_password(name), _kind(name, text[start:end]))
            position = end


def _named_after(text: str) -> Iterator[Span]:
    """The value that stands before the name of a secret: ``{"value": "…", "name": "DB_PASSWORD"}``."""
    for found in _BEFORE_ITS_NAME.finditer(text):
        if names_a_secret(found["name"]):
            yield Span(*found.span("secret"), not names_a_password(found["name"]), _kind(found["name"], found["secret"]))


def _is_told(name: str, verb: str, text: str, length: int, *, quoted: bool) -> bool:
    """Whether a sentence tells the secret or speaks of it: "the password is 4711abc", "the password is too short".

    ``text`` begins with what follows ``verb``, a word of that length; the verb is empty for a mere blank.
    """
    word = text[:length].rstrip(".!?,;:)。，！")
    password = names_a_password(name)
    if name.startswith("-"):
        return not word.startswith("-")  # --password x
    if verb.rstrip(" :：").endswith(("为", "是", "成")):
        return word.isascii()
    if verb == "（" and not word.isascii():
        return False
    if _looks_chosen(word) or (quoted and verb != ","):
        return password or bool(verb)
    if not verb or not password or len(word) < _SHORTEST_SAID:
        return False
    return word.isdigit() or (bool(_ENDING.match(text[len(word) :])) and word.lower() not in _SAID_OF_SECRETS)


def _kind(name: str, value: str) -> KeyKind | None:
    flat = "".join(filter(str.isalnum, name)).lower()
    if flat.endswith("accesskeysecret") and len(value) >= _SHORTEST_KEY and value.isalnum():
        return "access_key"
    chosen = names_a_password(name) or "secret" in flat or not name.isascii()
    return "other" if chosen and _looks_chosen(value) and MASK not in value else None


SHAPES: Final = (
    Shape(("-----begin",), _of(_PEM, "private_key", keep_end=False)),
    Shape(("hooks.slack", "/v2/hook", "webhook", "telegram"), _of(_HOOKS, "other", keep_end=False)),
    Shape(("://",), _logins),
    Shape(("identified", "-u", "user"), _passwords(_COMMANDS)),
    Shape(("mysql", "mariadb", "sshpass", "redis-cli", "login"), _passwords(_SHORT_OPTIONS)),
    Shape(("ltai", "akia", "asia"), _of(_PAIR, "access_key")),
    Shape(("ltai", "akia", "asia"), _of(_ID, "access_key")),
    Shape(("sts.", "cais"), _of(r"STS\.[0-9A-Za-z]{8,128}+ | CAIS[0-9A-Za-z+/%=]{40,}+", "sts")),
    Shape(("xox", "xapp-"), _of(r"xox[a-z](?:\.xox[a-z])?-[0-9A-Za-z-]{6,512}+ | xapp-[0-9A-Za-z-]{6,512}+", "slack")),
    Shape(_VENDOR_HINTS, _of(_VENDORS, "other")),
    Shape(("eyj",), _of(rf"{_START}eyJ[0-9A-Za-z_-]{{12,}}+(?:\.[0-9A-Za-z_-]*+){{0,4}}", None)),
    Shape(("bearer", "basic"), _of(_SCHEMES, None)),
    Shape(('value"', "value'", "value=", "value:", "value =", "value :", "value\\"), _named_after),
    Shape(_NAME_HINTS, _named),
)
_ANY_HINT: Final = re.compile("|".join(sorted({re.escape(hint) for shape in SHAPES for hint in shape.hints})))
"""Most texts are short and hold none, and one search says so."""
_ONE_SEARCH_IS_FASTER: Final = 48
_SHORTEST_SHAPE: Final = 12
