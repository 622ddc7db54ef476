"""Nothing but GET and HEAD reaches an engine: every tool and every command, through a proxy that records."""

import re
import socket

import pytest

from support.engines import dual
from support.program import run, serving
from support.proxy import RecordingProxy

TOOL_CALLS = [
    ("docker_list_containers", {}),
    (
        "docker_list_containers",
        {"only_running": True, "name": "web", "label": "a=b", "state": "running", "limit": 2, "detail": True},
    ),
    ("docker_inspect", {"container_id": "web", "full": True}),
    ("docker_inspect", {"container_id": "no-such-thing"}),
    ("docker_inspect", {"container_id": "c0ffee"}),
    ("docker_logs", {"container_id": "web"}),
    ("docker_logs", {"project": "shop", "grep": "order", "min_level": "info"}),
    ("docker_logs", {"container_id": "tty", "since": "1h", "until": "1s", "tail": 5, "stderr": False}),
    ("docker_stats", {}),
    ("docker_stats", {"container_id": "web"}),
    ("docker_list_images", {"dangling": True}),
    ("docker_image_info", {"image_id": "registry.example:5000/team/api:2.0"}),
    ("docker_image_info", {"image_id": "no-such-image"}),
    ("docker_connection_status", {}),
    ("docker_problems", {}),
    ("docker_compare", {}),
    ("docker_events", {"exec": True, "type": "container"}),
    ("docker_find", {"query": "web"}),
    ("docker_top", {"container_id": "web"}),
    ("docker_disk_usage", {}),
    ("docker_networks", {}),
    ("docker_volumes", {}),
    ("docker_services", {}),
]
COMMANDS = [
    ["status"],
    ["containers", "--running", "--detail", "--json"],
    ["inspect", "web", "--full"],
    ["logs", "web", "--tail", "3"],
    ["stats"],
    ["stats", "web"],
    ["images", "--dangling"],
    ["image", "busybox:test"],
    ["inspect", "no-such-thing"],
    ["problems"],
    ["compare"],
    ["events", "--since", "5m"],
    ["find", "web"],
    ["top", "web"],
    ["df"],
    ["networks"],
    ["volumes", "--unused"],
    ["services"],
]
# What may be asked at all; everything here reads.
KNOWN = re.compile(
    r"/_ping|/v1\.\d+/(version|info|containers/json|containers/[\w.-]+/(json|logs|stats|top)|images/json|images/.+/(json|history)|networks|volumes|system/df|events|services|tasks|nodes)(\?.*)?"
    r"|/(version|info)"
)


@pytest.fixture
def proxies(one, two, short_folder):
    """A proxy before each engine, and the settings that lead through both."""
    with RecordingProxy(one.socket, f"{short_folder}/proxy.sock") as first, RecordingProxy(two.socket) as second:
        yield [first, second], dual(first.address, second.address)


def check(proxies: list[RecordingProxy]):
    for proxy in proxies:
        assert len(proxy.requests) >= 10, "the proxy was gone around"
        assert proxy.bodies == []
        for method, path in proxy.requests:
            assert method in ("GET", "HEAD"), f"{method} {path}"
            assert KNOWN.fullmatch(path), path


def test_every_tool(proxies):
    recorders, settings = proxies
    with serving(settings) as server:
        called = set()
        for tool, arguments in TOOL_CALLS:
            server.call(tool, arguments)
            called.add(tool)
        assert called == set(server.tools)
    check(recorders)


def test_every_command(proxies):
    recorders, settings = proxies
    for arguments in COMMANDS:
        assert run(*arguments, settings=settings).code in (0, 1)
    check(recorders)


def test_arguments_that_try_to_write(proxies):
    """Whatever is put into an argument, no request of another kind comes out."""
    recorders, settings = proxies
    nasty = [
        "web/stop",
        "web/kill?signal=9",
        "web?force=1",
        "../containers/web/stop",
        "web HTTP/1.1\r\nHost: x\r\n\r\nPOST /containers/web/stop",
        "web%0d%0aDELETE%20/containers/web",
        "web#x",
        "prune",
        "create",
        "web/../../containers/prune",
    ]
    with serving(settings) as server:
        for text in nasty:
            for tool, argument in (
                ("docker_inspect", "container_id"),
                ("docker_logs", "container_id"),
                ("docker_stats", "container_id"),
                ("docker_image_info", "image_id"),
                ("docker_top", "container_id"),
                ("docker_find", "query"),
                ("docker_compare", "left"),
                ("docker_events", "container"),
            ):
                server.call(tool, {argument: text})
            for argument in ("name", "label", "cursor", "source"):
                server.call("docker_list_containers", {argument: text})
            server.call("docker_logs", {"container_id": "web", "since": text})
            server.call("docker_list_images", {"docker_host": text})
    check(recorders)


def test_the_proxy_sees_other_methods(one, short_folder):
    """The proof of the proof: a POST that passes is recorded as one."""
    with RecordingProxy(one.socket, f"{short_folder}/proxy.sock") as proxy, socket.socket(socket.AF_UNIX) as client:
        client.settimeout(30)
        client.connect(proxy.address)
        client.sendall(b"POST /no-such-path HTTP/1.1\r\nHost: docker\r\nContent-Length: 2\r\n\r\n{}")
        assert client.recv(1024).startswith(b"HTTP/1.1 404")
        assert proxy.requests == [("POST", "/no-such-path")] and len(proxy.bodies) == 1
