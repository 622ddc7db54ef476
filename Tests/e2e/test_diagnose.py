"""The tools that look for what is wrong, beside what the docker CLI says of the same engines."""

import json
import re
import time

import pytest

from support.engines import eventually, stopped, quick
from support.oracle import answer
from support.program import run, serving


def size(text: str) -> float:
    """`1.986MB` as bytes."""
    number, unit = re.fullmatch(r"([\d.]+)([kMGT]?B)", text).groups()
    return float(number) * {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}[unit]


@pytest.mark.parametrize("which", ["one", "two"])
def test_disk_usage_is_that_of_docker_system_df(which, request):
    engine = request.getfixturevalue(which)

    def check():
        shown = {row["type"]: row for row in answer(engine, "df")["usage"]}
        kinds = {"Images": "images", "Containers": "containers", "Local Volumes": "volumes", "Build Cache": "build_cache"}
        for row in engine.docker_rows("system", "df"):
            ours = shown[kinds[row["Type"]]]
            assert [ours["total"], ours["active"]] == [int(row["TotalCount"]), int(row["Active"])]
            assert ours["size_bytes"] == pytest.approx(size(row["Size"]), rel=0.001)
            assert ours["reclaimable_bytes"] == pytest.approx(size(row["Reclaimable"].split(" ")[0]), rel=0.001)

    # A container that restarts is active at one moment and not at the next.
    eventually(check)


@pytest.mark.parametrize("which", ["one", "two"])
def test_processes_are_those_of_docker_top(which, request):
    engine = request.getfixturevalue(which)
    lines = engine.docker("top", "web").splitlines()
    [ours] = answer(engine, "top", "web")["containers"]
    assert ours["titles"] == lines[0].split()
    last = len(ours["titles"]) - 1
    ignored = {ours["titles"].index(title) for title in ("C", "TIME")}  # they pass with time

    def steady(rows):
        return [[cell for index, cell in enumerate(row) if index not in ignored] for row in rows]

    assert steady(ours["processes"]) == steady([line.split(None, last) for line in lines[1:]])


def test_processes_of_podman(podman):
    [ours] = answer(podman, "top", "web")["containers"]
    assert len(ours["titles"]) >= 3 and all(len(row) == len(ours["titles"]) for row in ours["processes"])
    assert any("stay" in row[-1] for row in ours["processes"])


@pytest.mark.parametrize("which", ["one", "two", "podman"])
def test_networks_are_those_of_docker(which, request):
    engine = request.getfixturevalue(which)
    ours = {row["name"]: row for row in answer(engine, "networks")["networks"]}
    listed = engine.docker_rows("network", "ls", "--no-trunc")
    assert {(row["Name"], row["Driver"], row["Scope"]) for row in listed} == {
        (row["name"], row["driver"], row["scope"]) for row in ours.values()
    }
    for network in engine.docker_json("network", "inspect", *ours):
        row = ours[network["Name"]]
        assert network["Id"].startswith(row["id"])
        assert row["subnets"] == [config["Subnet"] for config in network["IPAM"]["Config"] or []]
        # The inspect reply names those that run, we name all.
        running = {container["Name"] for container in network["Containers"].values()}
        assert running <= {container["name"] for container in row["containers"]}


@pytest.mark.parametrize("which", ["one", "two", "podman"])
def test_volumes_are_those_of_docker(which, request):
    engine = request.getfixturevalue(which)
    ours = {row["name"]: row for row in answer(engine, "volumes")["volumes"]}
    listed = engine.docker_rows("volume", "ls")
    assert {(row["Name"], row["Driver"]) for row in listed} == {(row["name"], row["driver"]) for row in ours.values()}
    for name, row in ours.items():
        users = engine.docker_rows("ps", "-a", "--filter", f"volume={name}")
        assert row["containers"] == sorted(user["Names"] for user in users)
    dangling = {row["Name"] for row in engine.docker_rows("volume", "ls", "--filter", "dangling=true")}
    assert {row["name"] for row in answer(engine, "volumes", "--unused")["volumes"]} == dangling


@pytest.mark.parametrize("which", ["one", "two"])
def test_events_are_those_of_docker_events(which, request):
    engine = request.getfixturevalue(which)
    since = time.time()
    engine.docker("pause", "web")
    engine.docker("unpause", "web")
    until = time.time() + 0.2
    time.sleep(0.3)
    span = ["--since", f"{since:.9f}", "--until", f"{until:.9f}"]
    theirs = [json.loads(line) for line in engine.docker("events", *span, "--format", "{{json .}}").splitlines()]
    from_to = [time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t)) + f"{t % 1:.9f}"[1:] + "Z" for t in (since, until)]
    document = answer(engine, "events", "--since", from_to[0], "--until", from_to[1], "--exec")
    ours = [(row["type"], row["action"], row["name"], row["time"]) for row in document["events"]]

    def shown(nanoseconds):
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(nanoseconds // 10**9)) + (
            f".{nanoseconds // 10**6 % 1000:03}Z"
        )

    assert ours == [
        (event["Type"], event["Action"], event["Actor"]["Attributes"]["name"], shown(event["timeNano"])) for event in theirs
    ]
    assert [action for _, action, name, _ in ours if name == "web"] == ["pause", "unpause"]


def test_events_of_both_are_merged_by_time(both):
    document = run("events", "--since", "1d", "--json", settings=both).json
    times = [row["time"] for row in document["events"]]
    assert times == sorted(times) and {row["source"] for row in document["events"]} == {"local", "remote"}


def test_problems_of_the_seeded_engines(both):
    """What scripts/engines plants: an unhealthy container, one that restarts, and one that failed."""
    document = run("problems", "--json", settings=both).json
    found = {(row["source"], row["problem"], row.get("name")) for row in document["problems"]}
    for source in ("local", "remote"):
        # Between two restarts it may be running for a moment.
        assert {(source, "unhealthy", "unhealthy"), (source, "exited_non_zero", "crashed")} <= found
    ranks = [["critical", "warning", "notice"].index(row["severity"]) for row in document["problems"]]
    assert ranks == sorted(ranks)
    assert not {name for _, problem, name in found if problem in ("unhealthy", "dead")} & {"healthy", "web", "db"}


def test_problem_of_a_container_that_ran_out_of_memory(one):
    name = "hungry"
    one.docker(
        "create", "--name", name, "--network", "none", "--memory", "8m", "--memory-swap", "8m", "busybox:test",
        "sh", "-c", "x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done",
    )  # fmt: skip
    try:
        one.docker("start", name)
        eventually(lambda: check_ended(one, name))
        found = [row for row in answer(one, "problems")["problems"] if row.get("name") == name]
        assert [row["problem"] for row in found] == ["oom_killed"], found
        assert "limit 8.00MiB" in found[0]["evidence"] and found[0]["severity"] == "critical"
    finally:
        one.docker("rm", "-f", name)


def check_ended(engine, name):
    [state] = [row["State"] for row in engine.docker_json("inspect", name)]
    assert state["Status"] == "exited" and state["OOMKilled"]


def test_problems_with_one_engine_stopped(both, two):
    with stopped(two):
        result = run("problems", settings=quick(both))
    assert result.code == 1
    lines = result.out.splitlines()
    assert lines[1].startswith("critical source_unreachable remote: deadline_exceeded")
    assert any(line.startswith("critical unhealthy local/unhealthy") for line in lines)


def test_compare_finds_what_differs_and_nothing_else(one, two, both):
    same = ["create", "--network", "none", "--env", "MODE=a", "--env", "DB_PASSWORD=hunter2", "--name", "drifting"]
    one.docker(*same, "--memory", "64m", "busybox:test", "sleep", "1")
    two.docker(*same, "--memory", "32m", "--env", "DB_PASSWORD=hunter3", "busybox:test", "sleep", "2")
    try:
        document = run("compare", "local", "remote", "--container", "drifting", "--json", settings=both).json
        [container] = document["containers"]
        fields = {row["field"]: (row.get("left"), row.get("right")) for row in container["differences"]}
        # The two engines' images were imported apart.
        assert set(fields) - {"image_digest"} == {"command", "limit memory", "env DB_PASSWORD"}
        assert fields["limit memory"] == ("64.0MiB", "32.0MiB")
        assert "hunter" not in json.dumps(document)
        text = run("compare", "local", "remote", "--container", "drifting", settings=both).out
        assert text.startswith("Drift between local and remote: 1 of 1 compared containers differ.")
    finally:
        for engine in (one, two):
            engine.docker("rm", "-f", "drifting")


def test_compare_of_a_source_that_is_stopped(both, two):
    with stopped(two):
        result = run("compare", settings=quick(both))
    assert result.code == 1 and "deadline_exceeded" in result.err and not result.out


@pytest.mark.parametrize(
    "query, kind, field",
    [
        ("only-one", "container", "name"),
        ("8080", "container", "port"),
        ("POSTGRES_USER", "container", "env"),
        ("shop/web", "image", "tag"),
        ("cache", "volume", "name"),
        ("none", "network", "name"),
    ],
)
def test_find(one, query, kind, field):
    hits = answer(one, "find", query)["hits"]
    assert field in {place["field"] for hit in hits if hit["kind"] == kind for place in hit["found_in"]}


def test_find_does_not_tell_secrets(one):
    [inspected] = one.docker_json("inspect", "db")
    secrets = [entry.partition("=")[2] for entry in inspected["Config"]["Env"] if "PASSWORD" in entry.split("=")[0]]
    assert secrets
    for secret in secrets:
        assert answer(one, "find", secret[:6])["hits"] == []


def test_services_of_a_swarm(two):
    before = two.names()
    assert run("services", settings=two.settings).err.strip() == "No services: none of remote manages a swarm."
    two.docker("swarm", "init", "--advertise-addr", "127.0.0.1")
    try:
        create = ["service", "create", "--quiet", "--detach", "--network", "host"]
        two.docker(*create, "--name", "shop", "--replicas", "2", "busybox:test", "/app/stay")
        two.docker(*create, "--name", "broken", "--restart-condition", "none", "busybox:test", "/no/such/program")

        def check():
            document = answer(two, "services")
            rows = {row["name"]: row for row in document["services"]}
            for listed in two.docker_rows("service", "ls"):
                row = rows[listed["Name"]]
                assert f"{row['replicas_running']}/{row['replicas_wanted']}" == listed["Replicas"]
                assert row["mode"] == listed["Mode"] and row["image"].startswith(listed["Image"])
            assert rows["shop"]["replicas_running"] == 2
            assert "/no/such/program" in rows["broken"]["tasks"][0]["error"]
            assert [node["role"] for node in document["nodes"]] == ["manager"]

        eventually(check, timeout=60)
    finally:
        two.docker("swarm", "leave", "--force")
        eventually(lambda: check_names(two, before), timeout=60)


def check_names(engine, names):
    assert engine.names() == names


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["events", "--since", "yesterday"], "no moment"),
        (["events", "--since", "1h", "--until", "2h"], "later than"),
        (["events", "--since", "2200-01-01T00:00:00Z"], "has to lie in the past"),
        (["events", "--type", "nosuch"], "must be one of"),
        (["compare", "local"], "not both given"),
        (["compare", "local", "nosuch"], "no such source"),
        (["compare", "local", "local"], "the same"),
        (["find", ""], "is empty"),
        (["problems", "--min-severity", "high"], "must be one of"),
        (["top", "we b"], "can't name a container"),
        (["networks", "--limit", "0"], "must be a whole number"),
        (["volumes", "--cursor", "nonsense"], "no answer"),
    ],
)
def test_bad_arguments(both, arguments, words):
    result = run(*arguments, settings=both)
    assert result.code == 64 and words in result.err and "hint: " in result.err, result.err
    assert not result.out


def test_a_container_that_is_removed_in_mid_call(both, one):
    """Removed between the list and the question about it: it is left out, and nothing else is."""
    with serving(both) as server:
        for round in range(10):
            name = f"passing-{round}"
            one.docker("create", "--name", name, "--network", "none", "busybox:test", "sleep", "1")
            call = server.start_call("docker_problems", {"source": "local"})
            one.docker("rm", "-f", name)
            result = server.checked("docker_problems", server.reply(call, 60)["result"])
            assert not result.get("isError") and result["structuredContent"]["complete"] is True
