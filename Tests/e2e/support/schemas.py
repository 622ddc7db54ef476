"""The rules that every answer keeps: its tool's JSON Schema, and the envelope (docs/tools.md)."""

import functools
import json
import pathlib
import re

from jsonschema import Draft202012Validator

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ROWS = {
    "containers.v1": "containers",
    "inspect.v1": "containers",
    "logs.v1": "lines",
    "stats.v1": "stats",
    "images.v1": "images",
    "image.v1": "images",
    "status.v1": None,
    "problems.v1": "problems",
    "compare.v1": None,
    "events.v1": "events",
    "find.v1": "hits",
    "top.v1": "containers",
    "disk-usage.v1": "usage",
    "networks.v1": "networks",
    "volumes.v1": "volumes",
    "services.v1": "services",
}
PAGED = {"containers.v1", "images.v1", "networks.v1", "volumes.v1"}
FOLDER = pathlib.Path(__file__).parents[3] / "docs/schemas"
KINDS = {"local-socket", "remote-tcp", "remote-tls", "ssh"}
STATES = {"connected", "degraded", "unreachable", "misconfigured"}


def check_answer(answer: dict, schema: dict):
    """Fails unless `answer` keeps `schema` and the envelope's rules."""
    problems = sorted(validator(json.dumps(schema)).iter_errors(answer), key=str)
    assert not problems, "\n".join(f"{list(problem.absolute_path)}: {problem.message}" for problem in problems)
    check_envelope(answer)


@functools.cache
def of_name(name: str) -> dict:
    """The whole schema of a document, every field described."""
    return json.loads((FOLDER / f"{name}.v1.json").read_text())


def of_document(answer: dict) -> dict:
    return of_name(answer["schema"].removeprefix("docker-mcp-secure/").removesuffix(".v1"))


@functools.cache
def validator(schema: str) -> Draft202012Validator:
    Draft202012Validator.check_schema(json.loads(schema))
    return Draft202012Validator(json.loads(schema))


def check_envelope(answer: dict):
    product, name = answer["schema"].split("/")
    assert product == "docker-mcp-secure" and name in ROWS, answer["schema"]
    assert TIME.fullmatch(answer["generated_at"]), answer["generated_at"]
    assert answer["complete"] is ("incomplete_because" not in answer)
    assert answer.get("incomplete_because") != []
    for source in answer["sources"]:
        check_source(source)
        reasons = answer.get("incomplete_because", [])
        if "error" in source:
            assert f"source {source['name']}: {source['error']['code']}" in reasons, (source, reasons)
    if name in PAGED:
        assert ("next_cursor" in answer) == any(
            reason.startswith("limit ") for reason in answer.get("incomplete_because", [])
        )
        assert answer["total"] >= len(answer[ROWS[name]])
    names = {source["name"] for source in answer["sources"]}
    if ROWS[name]:
        assert all(row["source"] in names for row in answer[ROWS[name]])
    check_values(answer)


def check_source(source: dict):
    assert source["kind"] in KINDS and source["state"] in STATES, source
    if source["state"] == "connected":
        assert "error" not in source and source["latency_ms"] >= 0, source
    elif source["state"] != "degraded" or "error" in source:
        # What is slow or does not stay is degraded without an error.
        assert all(source["error"][part].strip() for part in ("code", "message", "hint")), source


def check_values(value, key: str = ""):
    """What is unknown is absent: nothing is null or -1, and no name or time is empty."""
    assert value is not None, f"{key} is null"
    if isinstance(value, dict):
        for name, member in value.items():
            # The engine's own document may hold anything.
            if name != "raw":
                check_values(member, name)
    elif isinstance(value, list):
        for element in value:
            check_values(element, key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        assert value >= 0, f"{key} is {value}"
    if key.endswith("_at") or key == "time":
        assert TIME.fullmatch(value), f"{key} is {value!r}"
    if key in ("id", "full_id", "name", "source", "image", "status", "state"):
        assert value != "", f"{key} is empty"
