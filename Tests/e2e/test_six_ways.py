"""Every way in at once: unix, TCP, mutual TLS, ssh, Podman and a docker context in one merged answer, each failing in turn."""

import contextlib
import os
import pathlib
import subprocess
import tempfile

import pytest
from support.engines import until
from support.program import clean_environment, run, serving
from support.relay import Relay
from support.ssh import serving_ssh

WAYS = ["unix", "tcp", "tls", "ssh", "podman", "context"]
KINDS = ["local-socket", "remote-tcp", "remote-tls", "ssh", "local-socket", "remote-tcp"]


class Ways:
    """Six sources, each behind something that can be taken away and put back."""

    def __init__(self, folder: pathlib.Path, stack: contextlib.ExitStack, one, two, podman):
        def relay(target, path=None):
            return stack.enter_context(Relay(target, path and str(folder / path)))

        self.relays = {
            "unix": relay(one.socket, "unix.sock"),
            "tcp": relay(os.environ["ENGINE_2_TCP"]),
            "tls": relay(os.environ["ENGINE_TLS_TCP"]),
            "podman": relay(podman.socket, "podman.sock"),
            "context": relay(os.environ["ENGINE_2_TCP"]),
        }
        (folder / "ssh").mkdir()
        self.ssh = stack.enter_context(serving_ssh(folder / "ssh", {"DOCKER_HOST": f"unix://{one.socket}"}))
        self.config = folder / "docker"
        context = ["docker", "context", "create", "lab", "--docker", f"host=tcp://{self.relays['context'].address}"]
        environment = {**clean_environment(), "DOCKER_CONFIG": str(self.config)}
        subprocess.run(context, check=True, env=environment, stdout=subprocess.DEVNULL)

    @property
    def settings(self) -> dict:
        sources = {
            "unix": f"unix://{self.relays['unix'].address}",
            "tcp": f"tcp://{self.relays['tcp'].address}",
            "tls": f"tcp://{self.relays['tls'].address}?tls={os.environ['ENGINE_TLS_CERTS']}",
            "ssh": self.ssh.endpoint,
            "podman": f"unix://{self.relays['podman'].address}",
            "context": "context:lab",
        }
        return {
            **self.ssh.settings,
            "DOCKER_CONFIG": str(self.config),
            "DOCKER_SOURCES": ",".join(f"{name}={endpoint}" for name, endpoint in sources.items()),
            "DOCKER_MCP_DEADLINE": "20s",
        }

    @contextlib.contextmanager
    def without(self, way: str):
        broken = self.ssh if way == "ssh" else self.relays[way]
        broken.stop()
        if way == "ssh":
            # A session that stands goes on without sshd.
            for child in self.ssh.children():
                os.kill(child, 9)
        try:
            yield
        finally:
            broken.start()


@pytest.fixture(scope="module")
def ways(one, two, podman):
    with tempfile.TemporaryDirectory(prefix="e2e", dir="/tmp") as name, contextlib.ExitStack() as stack:
        pathlib.Path(name).chmod(0o755)
        yield Ways(pathlib.Path(name), stack, one, two, podman)


def by_source(answer: dict) -> dict[str, set[str]]:
    rows = {name: set() for name in WAYS}
    for row in answer["containers"]:
        rows[row["source"]].add(row["name"])
    return rows


@pytest.fixture(scope="module")
def whole(ways):
    """The answer of all six."""
    result = run("containers", "--json", settings=ways.settings)
    assert result.code == 0, result.err
    return result.json


def test_all_six_answer(whole):
    assert whole["complete"] is True
    assert [source["name"] for source in whole["sources"]] == WAYS
    assert [source["kind"] for source in whole["sources"]] == KINDS
    rows = by_source(whole)
    assert all(rows.values()), rows
    assert rows["unix"] == rows["ssh"] and rows["tcp"] == rows["context"]


def test_status_of_all_six(ways):
    status = run("status", "--json", settings=ways.settings).json
    assert status["mode"] == "multi" and status["summary"]["connected"] == 6
    rows = {source["name"]: source for source in status["sources"]}
    assert "expires_at" in rows["tls"]["tls"]
    # Two of them are ways to one engine each, and that is said.
    assert any("same engine" in warning for warning in rows["context"]["warnings"])


@pytest.mark.parametrize("way", WAYS)
def test_each_fails_in_turn(ways, whole, way):
    """The other five stay whole, and the sixth says why."""
    with ways.without(way):
        result = run("containers", "--json", settings=ways.settings)
    assert result.code == 1
    answer = result.json
    (reason,) = answer["incomplete_because"]
    assert reason.startswith(f"source {way}: ")
    assert by_source(answer) == {**by_source(whole), way: set()}
    failed = {source["name"]: source for source in answer["sources"]}[way]
    assert failed["error"]["code"] in ("connection_refused", "socket_missing") and failed["error"]["hint"]


def test_each_fails_and_comes_back_while_the_server_runs(ways, whole):
    with serving(ways.settings) as server:

        def rows():
            return by_source(server.answer("docker_list_containers", {"limit": 10_000}))

        assert rows() == by_source(whole)
        for way in WAYS:
            with ways.without(way):
                assert rows() == {**by_source(whole), way: set()}, way
            until(lambda: rows() == by_source(whole))
