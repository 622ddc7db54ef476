"""What we say of containers is what the docker CLI says of the same engine, field by field."""

import re

import pytest

from support.engines import eventually
from support.oracle import (
    answer,
    milliseconds,
    on_engines,
    seconds,
    shown_command,
    shown_env,
    steady,
    unlike_zero,
    without,
)


def mounts_of(inspected: dict) -> list[tuple]:
    return sorted(
        (
            mount["Type"],
            mount["Name"] if mount["Type"] == "volume" else mount["Source"],
            mount["Destination"],
            not mount["RW"],
        )
        for mount in inspected["Mounts"]
    )


def mounts_shown(row: dict) -> list[tuple]:
    return sorted((mount["type"], mount["source"], mount["destination"], mount["read_only"]) for mount in row["mounts"])


def networks_of(inspected: dict) -> dict:
    return {name: network["IPAddress"] for name, network in inspected["NetworkSettings"]["Networks"].items()}


def networks_shown(row: dict) -> dict:
    return {network["name"]: network.get("ip", "") for network in row["networks"]}


def expected_row(listed: dict, inspected: dict) -> dict:
    """Our row for what `docker ps` and `docker inspect` say."""
    state = inspected["State"]
    labels = inspected["Config"]["Labels"] or {}
    left = listed["State"] in ("exited", "restarting", "dead")
    return without(
        {
            "id": listed["ID"][:12],
            "full_id": listed["ID"],
            "name": listed["Names"],
            "image": listed["Image"],
            "image_id": inspected["Image"],
            "state": listed["State"],
            "status": steady(listed["Status"]),
            "health": state.get("Health", {}).get("Status"),
            "exit_code": state["ExitCode"] if left else None,
            "created_at": seconds(inspected["Created"]),
            "ports": [port for port in listed["Ports"].split(", ") if port],
            "project": labels.get("com.docker.compose.project"),
            "service": labels.get("com.docker.compose.service"),
            "labels": labels or None,
            "command": " ".join(shown_command(listed["Command"].strip('"').split(" "))).replace('\\"', '"'),
        }
    )


def shown_row(row: dict) -> dict:
    compared = {name: value for name, value in row.items() if name not in ("source", "networks", "mounts")}
    return {**compared, "status": steady(row["status"]), "created_at": seconds(row["created_at"])}


def oracle_of_containers(engine) -> dict:
    """Listed and inspected rows by full id. Fails for a moment when a container changes between the two."""
    listed = {row["ID"]: row for row in engine.docker_rows("ps", "-a", "--no-trunc")}
    inspected = {row["Id"]: row for row in engine.docker_json("inspect", "--type", "container", *listed)}
    for identifier, row in listed.items():
        assert row["State"] == inspected[identifier]["State"]["Status"]
    return {identifier: (row, inspected[identifier]) for identifier, row in listed.items()}


def test_containers_list(engine):
    def compare():
        before = oracle_of_containers(engine)
        rows = {row["full_id"]: row for row in answer(engine, "containers", "--detail")["containers"]}
        after = oracle_of_containers(engine)
        expected = {identifier: expected_row(*pair) for identifier, pair in before.items()}
        # `restarting` runs for a moment now and then; an answer between two equal ones of the oracle is comparable.
        assert expected == {identifier: expected_row(*pair) for identifier, pair in after.items()}
        assert {identifier: shown_row(row) for identifier, row in rows.items()} == expected
        for identifier, (_, inspected) in before.items():
            assert rows[identifier]["source"] == engine.name
            assert mounts_shown(rows[identifier]) == mounts_of(inspected)
            if not engine.is_podman:
                assert networks_shown(rows[identifier]) == networks_of(inspected)
        return rows

    rows = eventually(compare)
    assert len(rows) == (2 if engine.is_podman else 12)


def test_running_containers(engine):
    def compare():
        before = {row["Names"] for row in engine.docker_rows("ps")}
        names = {row["name"] for row in answer(engine, "containers", "--running")["containers"]}
        assert before == {row["Names"] for row in engine.docker_rows("ps")} == names

    eventually(compare)


@pytest.mark.parametrize(
    ("options", "oracle"),
    [
        (["--label", "com.docker.compose.project=shop"], ["--filter", "label=com.docker.compose.project=shop"]),
        (["--label", "com.docker.compose.service"], ["--filter", "label=com.docker.compose.service"]),
        (["--state", "exited"], ["--filter", "status=exited"]),
        (["--state", "paused"], ["--filter", "status=paused"]),
        (["--name", "we"], ["--filter", "name=we"]),
        (["--name", "nothing-has-this-name"], ["--filter", "name=nothing-has-this-name"]),
    ],
)
def test_filters(engine, options, oracle):
    def compare():
        listed = {row["Names"] for row in engine.docker_rows("ps", "-a", *oracle)}
        assert {row["name"] for row in answer(engine, "containers", *options)["containers"]} == listed

    eventually(compare)


def expected_inspect(inspected: dict) -> dict:
    state, config, host = inspected["State"], inspected["Config"], inspected["HostConfig"]
    left = state["Status"] in ("exited", "restarting", "dead")
    limits = {
        "memory_bytes": host["Memory"] or None,
        "cpus": host["NanoCpus"] / 1e9 or None,
        "pids": host["PidsLimit"] if (host["PidsLimit"] or 0) > 0 else None,
    }
    return without(
        {
            "id": inspected["Id"][:12],
            "full_id": inspected["Id"],
            "name": inspected["Name"].removeprefix("/"),
            "image": config["Image"],
            "image_id": inspected["Image"],
            "platform": inspected["Platform"],
            "created_at": milliseconds(inspected["Created"]),
            "status": state["Status"],
            "started_at": milliseconds(state["StartedAt"]) if unlike_zero(state["StartedAt"]) else None,
            "finished_at": milliseconds(state["FinishedAt"]) if unlike_zero(state["FinishedAt"]) else None,
            "exit_code": state["ExitCode"] if left else None,
            "oom_killed": state["OOMKilled"],
            "error": state["Error"],
            "restart_count": inspected["RestartCount"],
            "working_dir": config["WorkingDir"],
            "user": config["User"],
            # Podman writes "" for "no".
            "restart_policy": host["RestartPolicy"]["Name"] or "no",
            "log_driver": host["LogConfig"]["Type"],
            "labels": config["Labels"] or None,
            "limits": without(limits) or None,
            "env": sorted(shown_env(entry) for entry in config["Env"] or []) or None,
            "ports": sorted((config.get("ExposedPorts") or {}).keys()),
        }
    )


def shown_inspect(row: dict) -> dict:
    flat = {**row, **row["state"]}
    for name in ("source", "state", "health", "mounts", "networks", "command", "image_digests"):
        flat.pop(name, None)
    if "env" in row:
        flat["env"] = sorted((entry["name"], entry["value"]) for entry in row["env"])
    return {**flat, "ports": sorted(row["ports"])}


CONTAINERS = [
    "web",
    "db",
    "worker",
    "crashed",
    "tty",
    "healthy",
    "unhealthy",
    "restarting",
    "paused",
    "created",
    "limited",
]


@pytest.mark.parametrize(("engine", "name"), on_engines(CONTAINERS, ["web", "crashed"]), indirect=["engine"])
def test_inspect(engine, name):
    def compare():
        before = engine.docker_json("inspect", "--type", "container", name)[0]
        row = answer(engine, "inspect", name)["containers"][0]
        after = engine.docker_json("inspect", "--type", "container", name)[0]
        assert expected_inspect(before) == expected_inspect(after)
        assert before["State"].get("Health") == after["State"].get("Health")
        assert shown_inspect(row) == expected_inspect(before)
        assert mounts_shown(row) == mounts_of(before)
        assert networks_shown(row) == networks_of(before)
        image = engine.docker_json("image", "inspect", before["Image"])[0]
        assert set(row.get("image_digests", [])) == set(image["RepoDigests"] or [])
        if not engine.is_podman:
            # Podman's Args repeat its Path.
            assert row["command"] == shown_command([before["Path"], *before["Args"]])
        compare_health(row, before["State"].get("Health"))

    eventually(compare)


def compare_health(row: dict, health: dict | None):
    if not health or not health["Status"]:
        assert "health" not in row
        return
    assert row["health"]["status"] == health["Status"]
    assert row["health"]["failing_streak"] == health["FailingStreak"]
    shown = row["health"]["last_probes"]
    probes = health["Log"][-len(shown) :]
    assert shown and [probe["exit_code"] for probe in shown] == [probe["ExitCode"] for probe in probes]
    assert [probe["output"].rstrip() for probe in shown] == [probe["Output"].rstrip() for probe in probes]


def test_masked_env_is_marked(one):
    env = {entry["name"]: entry for entry in answer(one, "inspect", "db")["containers"][0]["env"]}
    assert env["POSTGRES_PASSWORD"] == {"name": "POSTGRES_PASSWORD", "value": "[masked]", "masked": True}
    assert env["AWS_SECRET_ACCESS_KEY"]["masked"] is True
    assert env["GREETING"] == {"name": "GREETING", "value": "hello"}


UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 1000, "MB": 10**6, "GB": 10**9}


def size(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([a-zA-Z]+)", text).groups()
    return float(number) * UNITS[unit]


def test_stats(engine):
    """The numbers that stand still: who runs, and their limits; memory roughly, since it moves."""

    def compare():
        # By id: the CLI cuts the first letter of Podman's names.
        listed = {row["ID"][:12]: row for row in engine.docker_rows("stats", "--no-stream", "--no-trunc")}
        rows = {row["id"]: row for row in answer(engine, "stats")["stats"]}
        assert set(rows) == set(listed)
        for identifier, row in rows.items():
            used, limit = (size(part) for part in listed[identifier]["MemUsage"].split(" / "))
            assert row["name"].endswith(listed[identifier]["Name"])
            if "read_at" not in row:
                assert used == 0, f"{row['name']} runs, and we give no reading"
                continue
            assert row["memory_limit_bytes"] == pytest.approx(limit, rel=0.01)
            assert row["memory_bytes"] == pytest.approx(used, rel=0.9)
            assert row["pids"] <= int(listed[identifier]["PIDs"]) + 2

    # `restarting` comes and goes.
    eventually(compare, timeout=60)


def test_status(engine):
    def compare():
        info = engine.docker_json("info", "--format", "{{json .}}")
        version = engine.docker_json("version", "--format", "{{json .Server}}")
        source = answer(engine, "status")["sources"][0]
        assert source["engine"]["version"] == version["Version"]
        assert source["engine"]["api_version"] == version["ApiVersion"]
        assert source["engine"]["os"] == version["Os"]
        assert source["engine"]["architecture"] == version["Arch"]
        assert source["images"] == info["Images"]
        counts = {
            "total": info["Containers"],
            "running": info["ContainersRunning"],
            "paused": info["ContainersPaused"],
            "stopped": info["ContainersStopped"],
        }
        assert source["containers"] == counts

    eventually(compare)
