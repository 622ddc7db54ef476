"""ssh:// sources against a real sshd: answers, everything that can be wrong, and no ssh that is left behind."""

import concurrent.futures
import os
import pathlib
import signal
import tempfile
import time

import pytest
from support.engines import until
from support.program import McpProcess, run, serving
from support.ssh import serving_ssh


@pytest.fixture(scope="module")
def folder():
    with tempfile.TemporaryDirectory(prefix="e2e", dir="/tmp") as name:
        pathlib.Path(name).chmod(0o755)
        yield pathlib.Path(name)


@pytest.fixture(scope="module")
def site(folder, one):
    """An sshd whose commands find engine 1."""
    with serving_ssh(folder, {"DOCKER_HOST": f"unix://{one.socket}"}) as site:
        yield site
    until(lambda: not site.children())


def settings(site, endpoint: str | None = None, **more) -> dict:
    return {**site.settings, "DOCKER_HOST": endpoint or site.endpoint, **more}


def error_of(result) -> dict:
    (source,) = result.json["sources"]
    return source["error"]


def names(document: dict) -> list[str]:
    return [row["name"] for row in document["containers"]]


def test_answers_like_the_socket(site, one):
    over_ssh = run("containers", "--json", settings=settings(site))
    assert over_ssh.code == 0, over_ssh.err
    direct = run("containers", "--json", settings=one.settings)
    assert names(over_ssh.json) == names(direct.json)
    (source,) = over_ssh.json["sources"]
    assert source["kind"] == "ssh" and source["name"] == "remote"
    status = run("status", "--json", settings=settings(site))
    assert status.json["sources"][0]["endpoint"].startswith("ssh://")
    logs = run("logs", "web", "--tail", "3", "--json", settings=settings(site))
    assert logs.code == 0 and logs.json["lines"]
    assert run("stats", "web", "--json", settings=settings(site)).code == 0


def test_a_socket_that_is_named(folder, site, one):
    """The path in the address is the engine's socket on that host."""
    found = run("containers", "--json", settings=settings(site, f"{site.endpoint}{one.socket}"))
    assert found.code == 0, found.err
    missing = run("status", "--json", settings=settings(site, f"{site.endpoint}/nonexistent/docker.sock"))
    assert error_of(missing)["code"] == "connection_refused"
    assert "no Docker engine runs there" in error_of(missing)["message"]


def test_many_at_once_over_few(site):
    """Twenty questions share the few ssh that a source may have."""
    with serving(settings(site)) as server:
        requests = [server.start_call("docker_inspect", {"container_id": "web"}) for _ in range(20)]
        most = 0
        for request in requests:
            reply = server.reply(request, 60)
            assert reply["result"]["isError"] is False, reply
            most = max(most, len(site.children()))
        assert 1 <= most <= 8
        # Connections are kept: a later question starts no ssh.
        before = set(site.children())
        server.answer("docker_list_containers")
        assert set(site.children()) <= before
    until(lambda: not site.children())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_ssh_is_left(site, number):
    with McpProcess(settings(site)) as server:
        server.initialize()
        server.answer("docker_list_containers")
        assert site.children()
        server.process.send_signal(number)
        server.process.wait(30)
        until(lambda: not site.children())


def test_cancelled_call_leaves_no_ssh(site, one):
    """Also when the engine hangs, so that the far side never closes."""
    with serving(settings(site, DOCKER_MCP_DEADLINE="300s")) as server:
        request = server.start_call("docker_stats")
        until(lambda: site.children())
        server.notify("notifications/cancelled", requestId=request)
        server.request("ping")
    until(lambda: not site.children())


def test_key_that_is_not_known_here(site):
    """Never accepted by itself; the command that accepts it is told."""
    site.know("")
    try:
        error = error_of(run("status", "--json", settings=settings(site)))
    finally:
        site.know()
    assert error["code"] == "ssh_host_key" and "testhost" in error["message"]
    assert all(word in error["hint"] for word in ("ssh-keyscan", "ssh-keygen -lf", "testhost"))


def test_key_that_has_changed(site):
    site.know("stranger")
    try:
        error = error_of(run("status", "--json", settings=settings(site)))
    finally:
        site.know()
    assert error["code"] == "ssh_host_key" and "another key" in error["message"]
    assert "ssh-keygen -R" in error["hint"]


def test_key_that_the_host_does_not_take(site):
    site.use_key("stranger")
    try:
        error = error_of(run("status", "--json", settings=settings(site)))
    finally:
        site.use_key("client")
    assert error["code"] == "ssh_unauthorized" and "does not let us in" in error["message"]
    assert all(word in error["hint"] for word in ("ssh-add", "ssh-copy-id", "IdentityFile"))


def test_nobody_listens(site):
    error = error_of(run("status", "--json", settings=settings(site, "ssh://root@127.0.0.1:1")))
    assert error["code"] == "connection_refused"


def test_host_without_an_address(site):
    error = error_of(run("status", "--json", settings=settings(site, "ssh://root@no-such-host.invalid")))
    assert error["code"] == "host_not_found"


def test_host_without_docker(tmp_path_factory):
    with tempfile.TemporaryDirectory(prefix="e2e", dir="/tmp") as name:
        with serving_ssh(pathlib.Path(name), {"PATH": "/nonexistent"}) as site:
            error = error_of(run("status", "--json", settings=settings(site)))
    assert error["code"] == "not_docker" and "no docker command" in error["message"]
    assert "Install Docker there" in error["hint"]


def test_no_ssh_here(site):
    error = error_of(run("status", "--json", settings=settings(site, PATH="/nonexistent")))
    assert error["code"] == "ssh_failed" and "ssh" in error["message"] and "OpenSSH" in error["hint"]


def test_host_that_never_answers(site):
    """The source's own limits hold, whatever ssh would wait."""
    from support.fake_engine import silent_listener

    with silent_listener() as address:
        start = time.monotonic()
        limits = {"DOCKER_MCP_DEADLINE": "2s", "DOCKER_MCP_CONNECT_TIMEOUT": "60s"}
        result = run("status", "--json", settings=settings(site, f"ssh://root@{address}", **limits))
        assert error_of(result)["code"] == "deadline_exceeded"
        assert time.monotonic() - start < 20
    until(lambda: not site.children())


def test_sshd_that_stops_and_comes_back(site):
    with serving(settings(site)) as server:
        server.answer("docker_list_containers")
        site.stop()
        for child in site.children():
            os.kill(child, signal.SIGKILL)
        try:
            text = server.failure("docker_list_containers")
            assert "connection_refused" in text
        finally:
            site.start()
        until(lambda: not server.call("docker_list_containers")["isError"])


def test_beside_a_healthy_one(site, two):
    """A host that lets nobody in costs its own rows only."""
    site.use_key("stranger")
    try:
        given = {**site.settings, "DOCKER_SOURCES": f"nas={site.endpoint},cloud={two.settings['DOCKER_HOST']}"}
        result = run("containers", "--json", settings=given)
    finally:
        site.use_key("client")
    assert result.code == 1
    assert {row["source"] for row in result.json["containers"]} == {"cloud"}
    assert result.json["incomplete_because"] == ["source nas: ssh_unauthorized"]


def test_concurrent_commands(site):
    """Each process has a tunnel of its own."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: run("containers", "--json", settings=settings(site)), range(4)))
    assert [result.code for result in results] == [0] * 4
