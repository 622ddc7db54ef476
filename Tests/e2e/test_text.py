"""The text beside the structured result: never the larger of the two, rows that stay short, and empty answers that say what was searched."""

import json

import pytest

from support.engines import dual, quick
from support.fake_engine import refused
from support.program import run, serving, text_of
from support.tools import CALLS

ODD_CALLS = [
    ("docker_list_containers", {"name": "no-such-name"}),
    ("docker_list_containers", {"only_running": True, "name": "x" * 255, "label": "y" * 1000, "state": "running"}),
    ("docker_list_containers", {"project": "p" * 255, "service": "s" * 255, "name": "n" * 255}),
    ("docker_list_containers", {"limit": 1}),
    ("docker_list_containers", {"fields": "name"}),
    ("docker_list_containers", {"fields": "health,exit_code,project,service,labels,ports"}),
    ("docker_list_containers", {"fields": "mounts,networks,labels,command,full_id,image_id"}),
    ("docker_list_containers", {"detail": True}),
    ("docker_list_containers", {"source": "remote", "state": "dead"}),
    *[
        ("docker_inspect", {"container_id": name, "include": part})
        for name in ("web", "db", "unhealthy", "crashed", "created", "limited")
        for part in ("state", "health", "env,labels", "ports", "image", "full_id,log_driver")
    ],
    ("docker_inspect", {"container_id": "limited", "full": True}),
    ("docker_inspect", {"container_id": "unhealthy"}),
    ("docker_inspect", {"container_id": "crashed"}),
    ("docker_logs", {"container_id": "web", "timestamps": False}),
    ("docker_logs", {"container_id": "local/web", "timestamps": False, "stdout": False}),
    ("docker_logs", {"container_id": "web", "tail": 1}),
    ("docker_logs", {"container_id": "web", "grep": "no such line", "since": "1h"}),
    ("docker_logs", {"project": "no-such-project", "service": "none"}),
    ("docker_logs", {"all": True, "limit": 5}),
    ("docker_stats", {}),
    ("docker_stats", {"container_id": "crashed"}),
    ("docker_list_images", {"dangling": True}),
    ("docker_list_images", {"limit": 1}),
    ("docker_problems", {"min_severity": "critical"}),
    ("docker_problems", {"limit": 1}),
    ("docker_events", {"action": "no-such-action", "since": "5m", "container": "nothing", "type": "volume"}),
    ("docker_events", {"since": "1d", "exec": True, "limit": 3}),
    ("docker_find", {"query": "q" * 255}),
    ("docker_networks", {"name": "no-such-network"}),
    ("docker_volumes", {"name": "no-such-volume", "unused": True}),
    ("docker_services", {"name": "no-such-service"}),
    ("docker_compare", {"container": "no-such-container"}),
]


def check_size(result: dict) -> str:
    assert not result.get("isError"), text_of(result)
    text = text_of(result)
    compact = json.dumps(result["structuredContent"], ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) <= len(compact.encode()), text
    return text


@pytest.mark.parametrize(("tool", "arguments"), [*CALLS.items(), *ODD_CALLS])
def test_the_text_is_never_larger(server, tool, arguments):
    check_size(server.call(tool, arguments))


@pytest.fixture(scope="module")
def half_dead(one):
    with refused() as address, serving(quick(dual(one.socket, address), "10s")) as server:
        yield server


@pytest.mark.parametrize(("tool", "arguments"), [*CALLS.items(), *ODD_CALLS[:3]])
def test_nor_beside_a_dead_source(half_dead, tool, arguments):
    if tool == "docker_compare":
        pytest.skip("half of a comparison is none")
    assert "remote" in check_size(half_dead.call(tool, arguments))


def test_one_long_name_among_short_ones(one, server):
    """Its column would make every row as long."""
    name = "long" + "x" * 250
    one.docker("create", "--name", name, "busybox:test", "/app/stay")
    try:
        for fields in ({}, {"fields": "state"}, {"fields": "state,health,exit_code"}):
            text = check_size(server.call("docker_list_containers", fields))
            assert name in text
    finally:
        one.docker("rm", name)


def test_rows_of_containers_are_short(one, server):
    """A published port on every address, an image of a registry, a health check: the longest that is usual."""
    name = "shop-checkout-web-1"
    one.docker(
        *("create", "--name", name, "--publish", "8443:443", "--publish", "8080:80"),
        "registry.example:5000/team/api:2.0",
        "/app/stay",
    )
    try:
        text = text_of(server.call("docker_list_containers"))
        assert name in text and all(len(line) < 120 for line in text.splitlines())
    finally:
        one.docker("rm", name)


@pytest.mark.parametrize("value", ["a b", 'q"u\\o', "é=ü", "a&b%20c", "p,q", "*", "x=y=z", "{}", "[1]", "日本"])
def test_odd_values_of_projects_are_found(engine, value):
    """The engine filters by label, and finds what was asked for and nothing else."""
    name = "odd-project"
    engine.docker("create", "--name", name, "--label", f"com.docker.compose.project={value}", "busybox:test", "x")
    try:
        found = run("containers", "--project", value, "--json", settings=engine.settings)
        assert [row["name"] for row in found.json["containers"]] == [name], found.err
        assert found.json["containers"][0]["project"] == value
    finally:
        engine.docker("rm", name)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        (
            "docker_list_containers",
            {"name": "webx", "state": "running"},
            'no containers match name "webx", state running on local, remote (24 others exist there)',
        ),
        (
            "docker_list_containers",
            {"project": "nowhere", "source": "remote"},
            'no containers match project "nowhere" on remote (12 others exist there)',
        ),
        ("docker_events", {"action": "nothing", "until": "3650d"}, 'no events from .* match action "nothing" on local'),
        ("docker_find", {"query": "nothing-like-it"}, 'match query "nothing-like-it" on local, remote'),
        ("docker_networks", {"name": "nothing"}, 'no networks match name "nothing" on local, remote ('),
        ("docker_volumes", {"name": "nothing"}, 'no volumes match name "nothing" on local, remote ('),
        ("docker_services", {}, "none of local, remote manages a swarm"),
        ("docker_logs", {"project": "nothing"}, 'no containers match project "nothing" on local, remote'),
        ("docker_logs", {"container_id": "local/web", "grep": "zzz"}, 'no lines of local/web match grep "zzz" on local ('),
    ],
)
def test_nothing_found_says_what_was_searched(server, tool, arguments, words):
    lines = text_of(server.call(tool, arguments)).splitlines()
    first, *rest = words.split(".*")
    assert any(first in line and all(word in line for word in rest) for line in lines), lines


def test_a_source_that_is_down_was_not_searched(half_dead):
    text = text_of(half_dead.call("docker_list_containers", {"name": "webx"}))
    assert text.startswith("! remote failed: ")
    assert text.splitlines()[-1] == 'no containers match name "webx" on local (12 others exist there)'


def test_commands_say_it_on_standard_error(both):
    result = run("containers", "--name", "webx", settings=both)
    assert (result.code, result.out) == (0, "")
    assert result.err.strip() == 'no containers match name "webx" on local, remote (24 others exist there)'


def test_chosen_parts_and_fields_as_commands(both):
    narrowed = run("inspect", "local/limited", "--include", "limits", settings=both)
    assert narrowed.out.splitlines()[1:] == ["  limits: memory 64.0MiB, 0.50 CPUs"]
    table = run("containers", "--project", "shop", "--service", "web", "--fields", "name,state", settings=both)
    assert [line.split() for line in table.out.splitlines()] == [
        ["SOURCE", "ID", "NAME", "STATE"],
        *[["local" if row == 0 else "remote", line.split()[1], "web", "running"] for row, line in enumerate(table.out.splitlines()[1:])],
    ]
    for arguments in (["inspect", "web", "--include", "nosuch"], ["containers", "--fields", "nosuch"]):
        result = run(*arguments, settings=both)
        assert (result.code, result.out) == (64, "") and "nosuch" in result.err
