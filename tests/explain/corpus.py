"""How the explanations hold on every documented error code: ``python -m tests.explain.corpus [FOLDER] [--seed NUMBER]``.

The rows are the vendor's texts, so they are no part of the project: the folder (the argument, or REQUESTLOG_CORPUS, else
``../shared/data``) holds documented_codes.jsonl.gz (product, version, apis, code, http, message) and codes_judged.jsonl
(code, product, api, http, message), whose expected values are ours and stand in judged.toml. With a seed, 60 rows follow
that are to be read by a person.
"""

import gzip
import json
import os
import random
import re
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bot.aliyun.models import RequestLog
from bot.explain import Evidence, Explanation, explain
from bot.explain.catalog import load_catalog
from bot.explain.meanings import family_of, said_by_message
from tests.explain.logs import NOW, answer

_HERE: Final = Path(__file__).parent
_SAMPLE: Final = 60
# What a message says of permission, and what it says when the matter is another one. Ours, apart from the engine's own
# readers, so that the count of denials without evidence does not depend on what it measures.
_OF_PERMISSION: Final = re.compile(
    r"(?i)permission|authori|authenticat|privilege|access.{0,20}denied|\bram\b|no right|auth is not valid|no auth\b"
    r"|belong to|owe?ner|owned|(?:user|caller|account) (?:is not|must)|not available for you|sub.?user"
    r"|shared? (?:resource|vpc)|not distributor|权限|授权|无权"
)
_OF_OTHERS: Final = re.compile(
    r"(?i)not exist|not found|exist(?:s|ed)?\b|already|expired|closed|overdue|outstanding|arrears|real.name|activate|being"
    r"|limit|exceed|locked|prepaid|prepay|duplicated|out of|attached|associated|throughput|capacity|still|cors\b|risk"
    r"|abnormal|state\b|status\b|whitelist|not support(?!.{0,20}(?:sub|ram))|same vpc|not open|region\b|used in"
    r"|存在|欠费|限制"
)


def rows(folder: Path) -> list[dict[str, Any]]:
    """The documented rows."""
    with gzip.open(folder / "documented_codes.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def log_of(row: dict[str, Any]) -> RequestLog:
    """The log of a call that failed as the row says."""
    basic = {
        "product": row["product"],
        "productName": {},
        "api": row["apis"][0] if row.get("apis") else row.get("api"),
        "apiVersion": row.get("version"),
        "errorCode": row["code"],
        "errorMessage": row["message"],
        "httpStatusCode": row["http"] or None,
    }
    return RequestLog.model_validate(answer(basic=basic)["logInfo"])


def explained(row: dict[str, Any]) -> Explanation:
    """The English explanation of such a log."""
    return explain(log_of(row), Evidence(load_catalog()), language="en", now=NOW)


def witness(row: dict[str, Any], said: Explanation) -> str:
    """Who tells what the error means: an entry of the catalogue (by whole code or by pattern), the family, or nobody."""
    match = load_catalog().find(row["code"], product=row["product"], message=row["message"], language="en")
    if match is not None and match.entry is not None and any(source.kind == "catalogue" for source in said.sources):
        return "pattern" if not {row["code"].casefold()} & {code.casefold() for code in match.entry.codes} else "entry"
    if said_by_message(row["message"]):
        return "message"
    return "family" if family_of(row["code"]) else "nothing"


def denied_without_evidence(row: dict[str, Any], said: Explanation) -> bool:
    """Whether a call is called denied although its message speaks of another matter."""
    message = row["message"]
    return said.kind == "denied" and bool(_OF_OTHERS.search(message)) and not _OF_PERMISSION.search(message)


def wrongs(label: dict[str, str], said: Explanation) -> Iterator[str]:
    """What of an explanation is not as its label wants it."""
    texts = "\n".join((said.verdict, said.cause or "", *said.next_steps, said.retry_because or ""))
    texts = texts.replace(label["code"], "")
    if said.kind not in label["kind"].split():
        yield f"kind {said.kind}, not {label['kind']}"
    if (said.retry or "null") not in label["retry"].split():
        yield f"retry {said.retry}, not {label['retry']}"
    if "says" in label and not re.search(label["says"], texts):
        yield f"does not say {label['says']}"
    if "never" in label and (found := re.search(label["never"], texts)):
        yield f"says {found[0]!r}"


def judged(folder: Path) -> tuple[str, ...]:
    """How many of the judged codes are right; the wrong ones below."""
    labels = {(row["code"], row["product"]): row for row in tomllib.loads((_HERE / "judged.toml").read_text("utf-8"))["rows"]}
    cases = [json.loads(line) for line in (folder / "codes_judged.jsonl").read_text("utf-8").splitlines()]
    wrong = []
    for case in cases:
        said = explained(case)
        found = "; ".join(wrongs(labels[case["code"], case["product"]], said))
        wrong += [f"  {case['code']} ({case['product']}): {found} | {case['message']} | {said.verdict}"] if found else []
    return (f"{'judged codes right':36}{len(cases) - len(wrong):6} of {len(cases)}", *wrong)


def figures(folder: Path) -> Iterator[str]:
    """The report, line by line."""
    documented = rows(folder)
    logs = [log_of(row) for row in documented]
    catalog = load_catalog()
    start = time.process_time()
    answers = [explain(log, Evidence(catalog), language="en", now=NOW) for log in logs]
    taken = time.process_time() - start
    witnesses = Counter(map(witness, documented, answers))
    yield f"{'documented rows':36}{len(documented):6}"
    for name, count in witnesses.most_common():
        yield f"  {name:34}{count:6} {100 * count / len(documented):5.1f} %"
    for field in ("kind", "retry"):
        counts = Counter(str(getattr(said, field)) for said in answers).most_common()
        yield f"{field:36}" + ", ".join(f"{name} {count}" for name, count in counts)
    unproven = [row for row, said in zip(documented, answers, strict=True) if denied_without_evidence(row, said)]
    yield f"{'denied without evidence':36}{len(unproven):6}"
    yield from sorted({f"  {row['code']} ({row['product']}): {row['message']}" for row in unproven})
    yield f"{'microseconds an explanation':36}{1e6 * taken / len(documented):6.0f}"
    yield from judged(folder)


def sample(folder: Path, seed: int) -> Iterator[str]:
    """Random rows with what is said of them, for a reader."""
    for row in random.Random(seed).sample(rows(folder), _SAMPLE):
        said = explained(row)
        described = f"\n  described: {row['description']}" if row.get("description") else ""
        source = next((source.reference for source in said.sources if source.kind == "catalogue"), witness(row, said))
        yield f"\n{row['code']} | {row['product']} {said.api} {row['http']} | {row['message']}{described}"
        yield f"  [{source}] {said.kind}/{said.retry}: {said.verdict}\n  {said.cause}\n  " + "\n  ".join(said.next_steps)


def main() -> None:
    """Print the figures of the folder, or say that there is none."""
    arguments = sys.argv[1:]
    seed = int(arguments.pop(arguments.index("--seed") + 1)) if "--seed" in arguments else None
    named = [argument for argument in arguments if argument != "--seed"]
    folder = Path(named[0] if named else os.environ.get("REQUESTLOG_CORPUS") or "../shared/data")
    if not (folder / "documented_codes.jsonl.gz").exists():
        print(f"not run: {folder} holds no documented_codes.jsonl.gz")
        return
    for line in figures(folder) if seed is None else sample(folder, seed):
        print(line)


if __name__ == "__main__":
    main()
