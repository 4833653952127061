"""Makes ``kubernetes.schema.json``: the schemas of the kinds that we use, out of those of the package kubernetes-validate.

``python -m tests.deployment.schema <its folder of a version, such as …/kubernetes-json-schema/v1.34.0-local-strict>``
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).with_name("kubernetes.schema.json")
KINDS: Final = {
    "NetworkPolicy": "io.k8s.api.networking.v1.NetworkPolicy",
    "Service": "io.k8s.api.core.v1.Service",
    "ServiceAccount": "io.k8s.api.core.v1.ServiceAccount",
    "StatefulSet": "io.k8s.api.apps.v1.StatefulSet",
}


def bare(schema: Any) -> Any:
    """A schema without what only people read, its references led to our own file."""
    if isinstance(schema, list):
        return [bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: value for name, value in schema.items() if not (name == "description" and isinstance(value, str))}
    return {
        name: f"#/definitions/{value.rpartition('/')[2]}" if name == "$ref" else bare(value)
        for name, value in kept.items()
        if not name.startswith("x-kubernetes")
    }


def needed(schema: Any) -> set[str]:
    """The names that a schema refers to."""
    if isinstance(schema, dict):
        own = {schema["$ref"].rpartition("/")[2]} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*map(needed, schema.values()))
    return set().union(*map(needed, schema)) if isinstance(schema, list) else set()


def main(folder: Path) -> None:
    """Write the file."""
    given = json.loads((folder / "_definitions.json").read_text("utf-8"))
    every = given["$defs"]
    taken: dict[str, Any] = {}
    waiting = [*KINDS.values()]
    while waiting:
        name = waiting.pop()
        if name not in taken:
            taken[name] = bare(every[name])
            waiting += needed(taken[name])
    text = json.dumps({"definitions": dict(sorted(taken.items()))}, separators=(",", ":"))
    HERE.write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
