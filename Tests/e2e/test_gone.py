"""Clients that vanish: their work ends at the engine, the others are unharmed, and nothing is left of them."""

import contextlib
import pathlib
import signal
import socket
import subprocess
import sys

import pytest

from support import watch
from support.engines import remote, until
from support.fake_engine import FakeEngine, Held
from support.http import serving_http
from support.program import PATIENCE, PRODUCT, McpProcess, clean_environment
from support.raw_http import Peer, ask, begin, check_alive, initialize, message, modern, request

CALL = {"name": "docker_list_containers", "arguments": {}}
SOURCES = "docker://sources"
# The official client as a program of its own, so that it can be killed like one.
CLIENT = """
import sys
import anyio
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client

way, target = sys.argv[1:]
transport, mode = way.split()
if transport == "stdio":
    settings = dict(line.split("=", 1) for line in sys.stdin.read().splitlines())
    target = StdioServerParameters(command=target, env=settings)
elif transport == "sse":
    target = sse_client(f"{target}/sse")
else:
    target = f"{target}/mcp"

async def session():
    async with Client(target, mode=mode, read_timeout_seconds=300) as client:
        await client.call_tool("docker_list_containers", {})

anyio.run(session)
"""


@pytest.fixture
def held():
    """An engine that keeps lists of containers waiting, and the settings that lead there."""
    behaviour = Held()
    with FakeEngine({"/containers/json": behaviour, "/events": behaviour}) as engine:
        yield behaviour, {**remote(engine.address), "DOCKER_MCP_DEADLINE": "300s", "MCP_RATE_LIMIT": "0"}
        behaviour.release()


@contextlib.contextmanager
def client_process(way: str, target: str, settings: dict | None = None):
    process = subprocess.Popen(
        [sys.executable, "-c", CLIENT, way, target], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        process.stdin.write("\n".join(f"{name}={value}" for name, value in (settings or {}).items()).encode())
        process.stdin.close()
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


def children(pid: int) -> list[int]:
    """The processes that it has started and that run."""
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("way", ["http 2026-07-28", "http legacy", "sse legacy"])
def test_one_of_two_is_killed(held, way):
    """Both are in the middle of a call; the killed one's ends at the engine, the other's is answered."""
    behaviour, settings = held
    with serving_http(settings) as (server, site), Peer(site) as other:
        check_alive(site)
        before = watch.descriptors(server.process.pid)
        other.send(modern("tools/call", CALL, request_id="other"))
        until(lambda: behaviour.waiting == 1)
        with client_process(way, site) as process:
            until(lambda: behaviour.waiting == 2)
            assert behaviour.gone == 0
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)
            until(lambda: behaviour.gone == 1)
        assert behaviour.waiting == 1
        behaviour.release()
        answer = other.answer()
        assert answer.status == 200 and answer.json["id"] == "other" and not answer.json["result"]["isError"]
        check_alive(site)
        # One more for the other's connection, some for connections to the engine that are kept.
        until(lambda: watch.descriptors(server.process.pid) <= before + 5)


@pytest.mark.parametrize("way", ["stdio 2026-07-28", "stdio legacy"])
def test_a_killed_client_on_stdio_takes_its_server_along(held, way):
    behaviour, settings = held
    with client_process(way, PRODUCT, clean_environment(settings)) as process:
        until(lambda: behaviour.waiting == 1)
        (server,) = children(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        until(lambda: behaviour.gone == 1)
        until(lambda: not pathlib.Path(f"/proc/{server}").exists() or "zombie" in state_of(server))


def state_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/status").read_text()
    return "zombie"


def leave(peers: list[Peer], how: str):
    for peer in peers:
        if how == "half-close":
            peer.socket.shutdown(socket.SHUT_WR)
        elif how == "reset":
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    if how == "half-close":
        assert all(peer.has_ended() for peer in peers)
    for peer in peers:
        peer.close()


def old_call(site: str) -> bytes:
    return request(body=message("tools/call", CALL), **begin(site))


@pytest.mark.parametrize("how", ["close", "half-close", "reset"])
@pytest.mark.parametrize("era", ["modern", "legacy"])
def test_many_go_in_the_middle_of_calls(held, era, how):
    """Each call ends at the engine, and the server is as before."""
    behaviour, settings = held
    with serving_http(settings) as (server, site):
        pid, rounds, each = server.process.pid, 4, 50

        def once():
            peers = [Peer(site) for _ in range(each)]
            for peer in peers:
                peer.send(modern("tools/call", CALL) if era == "modern" else old_call(site))
            # An engine is asked by a bounded number at once; the others wait for their turn in the server.
            until(lambda: behaviour.waiting > 0)
            leave(peers, how)
            until(lambda: behaviour.waiting == 0)

        once()
        until(lambda: watch.descriptors(pid) < 60)
        descriptors, kilobytes = watch.descriptors(pid), watch.resident_kilobytes(pid)
        for _ in range(rounds):
            once()
        until(lambda: watch.descriptors(pid) <= descriptors + 4)
        assert watch.resident_kilobytes(pid) - kilobytes < 8 << 10
        check_alive(site)


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("kind", ["GET", "sse", "listen"])
def test_many_streams_go(held, kind, how):
    """Whoever listens for changes has the engine asked for events; when the last has gone, nobody asks it any more."""
    behaviour, settings = held
    with serving_http(settings) as (server, site):
        pid = server.process.pid

        def streams(count: int) -> tuple[list[Peer], list[dict]]:
            peers, sessions = [], []
            for _ in range(count):
                peer = Peer(site)
                if kind == "GET":
                    sessions.append(begin(site))
                    peer.send(request("GET", **sessions[-1]))
                elif kind == "sse":
                    peer.send(request("GET", "/sse"))
                else:
                    wanted = {"notifications": {"resourceSubscriptions": [SOURCES]}}
                    peer.send(modern("subscriptions/listen", wanted))
                assert peer.head().status == 200
                if kind == "sse":
                    target = peer.event()["data"]
                    assert ask(site, request(target=target, body=initialize("2024-11-05"))).status == 202
                    subscribe = message("resources/subscribe", {"uri": SOURCES}, 2)
                    assert ask(site, request(target=target, body=subscribe)).status == 202
                elif kind == "GET":
                    subscribe = message("resources/subscribe", {"uri": SOURCES}, 2)
                    assert ask(site, request(body=subscribe, **sessions[-1])).status == 200
                peers.append(peer)
            return peers, sessions

        def once():
            peers, sessions = streams(40)
            until(lambda: behaviour.waiting == 1)
            leave(peers, how)
            # A session of the revisions between may come back for its stream, until it is ended.
            for session in sessions:
                assert ask(site, request("DELETE", **session)).status == 204
            until(lambda: behaviour.waiting == 0)

        once()
        until(lambda: watch.descriptors(pid) < 60)
        descriptors, kilobytes = watch.descriptors(pid), watch.resident_kilobytes(pid)
        for _ in range(4):
            once()
        until(lambda: watch.descriptors(pid) <= descriptors + 4)
        assert watch.resident_kilobytes(pid) - kilobytes < 8 << 10
        check_alive(site)


def test_cancelled_on_stdio(held):
    """A cancelled call's connection to the engine closes; the calls beside it go on."""
    behaviour, settings = held
    with McpProcess(settings) as server:
        server.initialize()
        first, second = (server.start_call("docker_list_containers") for _ in range(2))
        until(lambda: behaviour.waiting == 2)
        server.notify("notifications/cancelled", requestId=first)
        until(lambda: behaviour.gone == 1)
        behaviour.release()
        assert server.reply(second)["result"]["isError"] is False


def session_rounds(peer: Peer, count: int):
    """Sessions that begin, subscribe, ask and end; a hundred at a time, since the server's limit is 1,024."""
    subscribe = message("resources/subscribe", {"uri": SOURCES}, 2)
    for _ in range(count // 100):
        peer.send(request(body=initialize()) * 100)
        sessions = [{"Mcp_Session_Id": peer.answer().headers["mcp-session-id"]} for _ in range(100)]
        peer.send(b"".join(request(body=subscribe, **session) + request("DELETE", **session) for session in sessions))
        statuses = [peer.answer().status for _ in range(200)]
        assert statuses == [200, 204] * 100, statuses


def test_ten_thousand_sessions_leave_nothing():
    """A session that is kept has some 6 KB: memory would grow by 60 MB."""
    settings = {"DOCKER_HOST": "unix:///nonexistent/docker.sock", "MCP_RATE_LIMIT": "0"}
    with serving_http(settings) as (server, site), Peer(site) as peer:
        pid = server.process.pid
        session_rounds(peer, 2_000)
        descriptors, kilobytes = watch.descriptors(pid), watch.resident_kilobytes(pid)
        session_rounds(peer, 10_000)
        until(lambda: watch.descriptors(pid) <= descriptors + 2)
        grown = watch.resident_kilobytes(pid) - kilobytes
        assert grown < 4 << 10, f"{grown} KB after 10,000 sessions"
        check_alive(site)
