"""What clients leave behind: nothing. The server is a process of its own, so its memory and descriptors are its own."""

import http.client
import json
import os
import pathlib
import socket
import time

import pytest

SESSIONS = int(os.environ.get("LEAK_SESSIONS", "2000"))
INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "leaks", "version": "1"},
}


class Watch:
    def __init__(self, site):
        self.folder = pathlib.Path("/proc") / str(site.process.pid)

    @property
    def descriptors(self) -> int:
        return len(list((self.folder / "fd").iterdir()))

    @property
    def kilobytes(self) -> int:
        status = (self.folder / "status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def descriptors_return_to(self, count: int):
        deadline = time.monotonic() + 60
        while self.descriptors > count:
            assert time.monotonic() < deadline, f"{self.descriptors} descriptors, {count} before"
            time.sleep(0.05)


def ask(connection, method: str, message=None, session: str | None = None):
    headers = {"Content-Type": "application/json", "Accept": "*/*"}
    if session:
        headers["Mcp-Session-Id"] = session
    body = message and json.dumps({"jsonrpc": "2.0", "id": 1, **message})
    connection.request(method, "/mcp", body, headers)
    reply = connection.getresponse()
    reply.read()
    return reply


def round_of_sessions(site, count: int):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    for _ in range(count):
        reply = ask(connection, "POST", {"method": "initialize", "params": INITIALIZE})
        session = reply.headers["Mcp-Session-Id"]
        uri = {"uri": "test://watched-resource"}
        assert ask(connection, "POST", {"method": "resources/subscribe", "params": uri}, session).status == 200
        assert ask(connection, "DELETE", session=session).status == 204
    connection.close()


def test_sessions(serving):
    site = serving()
    watch = Watch(site)
    round_of_sessions(site, 500)
    descriptors, kilobytes = watch.descriptors, watch.kilobytes
    round_of_sessions(site, SESSIONS)
    watch.descriptors_return_to(descriptors)
    # 2,000 sessions that are kept take about 12 MB.
    assert watch.kilobytes < kilobytes + 4096


@pytest.mark.parametrize("ending", ["close", "half-close", "reset"])
def test_connections(serving, ending):
    site = serving()
    watch = Watch(site)
    descriptors = watch.descriptors
    for number in range(300):
        peer = socket.create_connection(("127.0.0.1", site.port))
        peer.sendall(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"[: 10 + number % 60])
        if ending == "half-close":
            peer.shutdown(socket.SHUT_WR)
        if ending == "reset":
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        peer.close()
    watch.descriptors_return_to(descriptors + 8)
