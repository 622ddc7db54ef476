"""The tools over MCP, on two engines at once: merged, labelled answers, and the ways to narrow them."""

import json

import pytest

from support.engines import eventually
from support import schemas
from support.program import run, serving, text_of
from support.tools import CALLS, CORE, TOOLS

ROWS = {
    "docker_list_containers": "containers",
    "docker_inspect": "containers",
    "docker_logs": "lines",
    "docker_stats": "stats",
    "docker_list_images": "images",
    "docker_image_info": "images",
    "docker_connection_status": "sources",
    "docker_problems": "problems",
    "docker_compare": "sources",
    "docker_events": "events",
    "docker_find": "hits",
    "docker_top": "containers",
    "docker_disk_usage": "usage",
    "docker_networks": "networks",
    "docker_volumes": "volumes",
    "docker_services": "sources",
}
ARGUMENTS = {
    "docker_list_containers": {"only_running", "source", "name", "label", "project", "service", "state"}
    | {"fields", "limit", "cursor", "detail"},
    "docker_inspect": {"container_id", "source", "include", "full"},
    "docker_logs": {"container_id", "project", "service", "label", "all", "source", "tail", "since", "until"}
    | {"stdout", "stderr", "timestamps", "grep", "invert", "context", "min_level", "limit"},
    "docker_stats": {"container_id", "source"},
    "docker_list_images": {"source", "name", "dangling", "unused", "shared_size", "limit", "cursor"},
    "docker_image_info": {"image_id", "source"},
    "docker_connection_status": set(),
    "docker_problems": {"source", "min_severity", "limit"},
    "docker_compare": {"left", "right", "container", "project"},
    "docker_events": {"since", "until", "type", "action", "container", "exec", "source", "limit"},
    "docker_find": {"query", "source", "limit"},
    "docker_top": {"container_id", "source"},
    "docker_disk_usage": {"source"},
    "docker_networks": {"name", "source", "limit", "cursor"},
    "docker_volumes": {"name", "unused", "source", "limit", "cursor"},
    "docker_services": {"name", "source", "limit"},
}
NEEDED = {
    "docker_inspect": ["container_id"],
    "docker_image_info": ["image_id"],
    "docker_find": ["query"],
    "docker_top": ["container_id"],
}


def names_by_source(rows: list[dict]) -> dict[str, set]:
    return {
        source: {row["name"] for row in rows if row["source"] == source} for source in {row["source"] for row in rows}
    }


def test_the_tools(server):
    assert list(server.tools) == TOOLS


@pytest.mark.parametrize(
    "toolsets, names",
    [("core", CORE), ("diagnose", TOOLS[7:]), ("all", TOOLS), ("core,diagnose", TOOLS), ("CORE", CORE)],
)
def test_toolsets(both, toolsets, names):
    with serving({**both, "MCP_TOOLSETS": toolsets}) as server:
        assert list(server.tools) == names
        hidden = [tool for tool in TOOLS if tool not in names]
        if hidden:
            reply = server.reply(server.start_call(hidden[0]))
            assert reply["error"]["code"] == -32602, "a tool that is not listed can't be called"


def test_what_a_model_pays(both):
    """The bytes of tools/list, as they are on the wire."""
    for toolsets, limit in (("core", 12_000), ("all", 25_000)):
        with serving({**both, "MCP_TOOLSETS": toolsets}) as server:
            assert len(json.dumps(server.request("tools/list")["result"], separators=(",", ":"))) < limit


@pytest.mark.parametrize("tool", TOOLS)
def test_description(server, tool):
    described = server.tools[tool]
    assert described["title"].strip() and len(described["description"]) > 40
    assert described["annotations"]["readOnlyHint"] is True
    assert described["annotations"].get("destructiveHint") is False
    schema = described["inputSchema"]
    assert schema["type"] == "object" and schema["additionalProperties"] is False
    assert ARGUMENTS[tool] | {"format"} <= set(schema["properties"])
    assert schema.get("required", []) == NEEDED.get(tool, [])
    assert all(argument["description"].strip() for argument in schema["properties"].values())


@pytest.mark.parametrize("tool", TOOLS)
def test_schema_describes_every_field(tool):
    def walk(schema, path):
        for name, field in schema.get("properties", {}).items():
            assert field.get("description", "").strip(), f"{path}.{name} is not described"
            walk(field, f"{path}.{name}")
        if isinstance(schema.get("items"), dict):
            walk(schema["items"], f"{path}[]")

    schema = run("schema", tool).json
    assert schema["type"] == "object" and schema == schemas.of_name(schema_name(tool))
    walk(schema, tool)


def schema_name(tool: str) -> str:
    names = {"docker_list_containers": "containers", "docker_list_images": "images", "docker_image_info": "image"}
    names["docker_connection_status"] = "status"
    return names.get(tool, tool.removeprefix("docker_").replace("_", "-"))


@pytest.mark.parametrize("tool", TOOLS)
def test_answer_of_both_engines(server, tool):
    """Valid by its schema (checked by every call), complete, and with rows of both sources."""
    answer = server.answer(tool, CALLS[tool])
    assert answer["complete"] is True
    assert [(source["name"], source["kind"]) for source in answer["sources"]] == [
        ("local", "local-socket"),
        ("remote", "remote-tcp"),
    ]
    assert all(source["state"] == "connected" for source in answer["sources"])
    assert {row.get("source") or row["name"] for row in answer[ROWS[tool]]} == {"local", "remote"}


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if "source" in ARGUMENTS[tool]])
def test_one_source(server, tool):
    answer = server.answer(tool, {**CALLS[tool], "source": "remote"})
    assert [source["name"] for source in answer["sources"]] == ["remote"]
    assert {row.get("source") or row["name"] for row in answer[ROWS[tool]]} == {"remote"}


@pytest.mark.parametrize("tool", TOOLS)
def test_text_and_json_formats(server, tool):
    text = text_of(server.call(tool, CALLS[tool]))
    assert "local" in text and "remote" in text and not text.lstrip().startswith("{")
    result = server.call(tool, {**CALLS[tool], "format": "json"})
    assert json.loads(text_of(result)) == result["structuredContent"]
    assert "\n" not in text_of(result)


def test_every_container_of_both(server, one, two):
    answer = server.answer("docker_list_containers")
    assert names_by_source(answer["containers"]) == {"local": one.names(), "remote": two.names()}
    assert answer["total"] == len(answer["containers"]) == 24
    assert [row["source"] for row in answer["containers"]] == ["local"] * 12 + ["remote"] * 12


def test_only_on_one(server):
    for name, source in (("only-one", "local"), ("only-two", "remote")):
        answer = server.answer("docker_inspect", {"container_id": name})
        assert [(row["source"], row["name"]) for row in answer["containers"]] == [(source, name)]
        assert [source["name"] for source in answer["sources"]] == ["local", "remote"]


@pytest.mark.parametrize("tool", ["docker_inspect", "docker_logs", "docker_stats"])
@pytest.mark.parametrize("narrow", [{"container_id": "remote/web"}, {"container_id": "web", "source": "remote"}])
def test_narrowing(server, tool, narrow):
    answer = server.answer(tool, narrow)
    assert {row.get("source") or row["name"] for row in answer[ROWS[tool]]} == {"remote"}
    assert [source["name"] for source in answer["sources"]] == ["remote"]


def test_image_narrowing(server):
    for image in ("local/busybox:test", "local/registry.example:5000/team/api:2.0"):
        assert [row["source"] for row in server.answer("docker_image_info", {"image_id": image})["images"]] == ["local"]


def test_id_and_prefix(server, one):
    full = one.docker("inspect", "--format", "{{.Id}}", "web").strip()
    for given in (full, full[:12], full[:7], f"local/{full[:12]}"):
        rows = server.answer("docker_inspect", {"container_id": given})["containers"]
        assert [(row["source"], row["full_id"]) for row in rows] == [("local", full)], given


def test_image_id_and_prefix(server, one):
    full = one.docker("image", "inspect", "--format", "{{.Id}}", "shop/rich:1.0").strip()
    for given in (full, full.removeprefix("sha256:")[:12], "local/" + full.removeprefix("sha256:")[:12]):
        rows = server.answer("docker_image_info", {"image_id": given})["images"]
        assert [(row["source"], row["full_id"]) for row in rows] == [("local", full)], given


@pytest.mark.parametrize("tool", ["docker_inspect", "docker_logs", "docker_stats"])
def test_not_found_names_the_sources(server, tool):
    text = server.failure(tool, {"container_id": "no-such-thing"})
    assert text.startswith("not_found: ") and "\nhint: " in text
    assert all(word in text for word in ("no-such-thing", "local", "remote"))


def test_not_found_of_one_source(server):
    for arguments in ({"container_id": "remote/only-one"}, {"container_id": "only-one", "source": "remote"}):
        text = server.failure("docker_inspect", arguments)
        assert (
            text.startswith("not_found: ") and "remote" in text.splitlines()[0] and "local" not in text.splitlines()[0]
        )


def test_image_not_found(server):
    text = server.failure("docker_image_info", {"image_id": "no-such-image:1"})
    assert text.startswith("not_found: ") and all(word in text for word in ("no-such-image:1", "local", "remote"))


def test_ambiguous_prefix(server, one):
    """Of 12 ids some share their first digit, or hardly ever; then a fake engine tells (test_bad_engines.py)."""
    ids = one.docker("ps", "-aq", "--no-trunc").split()
    shared = next((first for first in "0123456789abcdef" if sum(i.startswith(first) for i in ids) > 1), None)
    if shared is None:
        return
    text = server.failure("docker_inspect", {"container_id": f"local/{shared}"})
    assert text.startswith("ambiguous: ") and text.count("local/") >= 2


@pytest.mark.parametrize("tool", ["docker_list_containers", "docker_list_images"])
@pytest.mark.parametrize("limit", [1, 3, 5])
def test_pages(server, tool, limit):
    """Page by page comes the same list, every row once."""
    key = ROWS[tool]
    whole = server.answer(tool)[key]
    rows, cursor = [], None
    for _ in range(len(whole) + 1):
        answer = server.answer(tool, {"limit": limit} | ({"cursor": cursor} if cursor else {}))
        assert answer["total"] == len(whole)
        assert len(answer[key]) <= limit
        rows += answer[key]
        cursor = answer.get("next_cursor")
        if cursor is None:
            break
        assert answer["complete"] is False and f"limit {limit} of {len(whole)}" in answer["incomplete_because"]
    assert [(row["source"], row["id"]) for row in rows] == [(row["source"], row["id"]) for row in whole]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"state": "exited"}, {"crashed"}),
        ({"state": "paused"}, {"paused"}),
        ({"label": "com.docker.compose.project=shop"}, {"web", "db", "worker"}),
        ({"label": "com.docker.compose.service=db"}, {"db"}),
        ({"project": "shop"}, {"web", "db", "worker"}),
        ({"project": "shop", "service": "db"}, {"db"}),
        ({"service": "web"}, {"web"}),
        ({"project": "sho"}, set()),
        ({"name": "ONLY-"}, {"only-one", "only-two"}),
        ({"name": "e", "state": "created"}, {"created"}),
    ],
)
def test_filters(server, arguments, expected):
    answer = server.answer("docker_list_containers", arguments)
    assert {row["name"] for row in answer["containers"]} == expected
    assert answer["total"] == len(answer["containers"])


def test_only_running(server):
    rows = server.answer("docker_list_containers", {"only_running": True})["containers"]
    assert {"web", "db", "paused"} <= {row["name"] for row in rows}
    assert not {"crashed", "created"} & {row["name"] for row in rows}


def test_detail_adds_fields(server):
    plain, detailed = (
        next(
            row for row in server.answer("docker_list_containers", arguments)["containers"] if row["name"] == "limited"
        )
        for arguments in ({}, {"detail": True})
    )
    assert not {"full_id", "command", "mounts", "networks"} & set(plain)
    assert {"full_id", "image_id", "command", "mounts", "networks"} <= set(detailed)


def test_full_adds_the_engines_document(server, one):
    row = server.answer("docker_inspect", {"container_id": "local/db", "full": True})["containers"][0]
    inspected = one.docker_json("inspect", "db")[0]
    assert set(row["raw"]) == set(inspected)
    assert row["raw"]["State"]["StartedAt"] == inspected["State"]["StartedAt"]


def test_logs_are_merged_by_time(server):
    lines = server.answer("docker_logs", {"container_id": "worker", "tail": 20})["lines"]
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
    assert {line["source"] for line in lines} == {"local", "remote"}
    assert len(lines) == 40


def test_logs_arguments(server):
    call = {"container_id": "local/web"}
    assert {line["stream"] for line in server.answer("docker_logs", {**call, "stderr": False})["lines"]} == {"stdout"}
    assert {line["stream"] for line in server.answer("docker_logs", {**call, "stdout": False})["lines"]} == {"stderr"}
    assert all("time" not in line for line in server.answer("docker_logs", {**call, "timestamps": False})["lines"])
    assert len(server.answer("docker_logs", {**call, "tail": 4})["lines"]) == 4
    assert "has to lie in the past" in server.failure("docker_logs", {**call, "since": "2100-01-01T00:00:00Z"})
    answer = server.answer("docker_logs", {"container_id": "web"})
    assert answer["untrusted"] is True
    assert [(row["source"], row["name"]) for row in answer["containers"]] == [("local", "web"), ("remote", "web")]


def test_stats_of_all(server, one, two):
    def compare():
        running = {("local", row["Names"]) for row in one.docker_rows("ps")} | {
            ("remote", row["Names"]) for row in two.docker_rows("ps")
        }
        assert {(row["source"], row["name"]) for row in server.answer("docker_stats")["stats"]} == running

    eventually(compare)


def test_dangling(server):
    assert all(
        not row["tags"] and row["dangling"] for row in server.answer("docker_list_images", {"dangling": True})["images"]
    )
    assert all(
        row["tags"] and not row["dangling"]
        for row in server.answer("docker_list_images", {"dangling": False})["images"]
    )


def test_image_layers_and_history(server):
    for row in server.answer("docker_image_info", {"image_id": "shop/layers:0.3"})["images"]:
        assert len(row["layers"]) == 2 and len(row["history"]) == 2


def test_docker_host_that_is_configured(server, both):
    answer = server.answer("docker_list_containers", {"docker_host": both["DOCKER_HOST"]})
    assert {row["source"] for row in answer["containers"]} == {"remote"}


@pytest.mark.parametrize(("which", "mode"), [("one", "local"), ("two", "remote"), ("both", "dual")])
def test_mode(request, which, mode):
    value = request.getfixturevalue(which)
    with serving(value if isinstance(value, dict) else value.settings) as server:
        answer = server.answer("docker_connection_status")
    assert (answer["mode"], answer["security_mode"]) == (mode, "readonly")
    assert answer["summary"]["sources"] == answer["summary"]["connected"] == len(answer["sources"])
    assert answer["summary"]["containers"] == 12 * len(answer["sources"])
    assert all(source["endpoint"] and source["negotiated_api"] and source["checked_at"] for source in answer["sources"])
