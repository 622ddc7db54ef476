"""The program as an HTTP server on this machine."""

import contextlib
import json
import socket
import time
import urllib.error
import urllib.request

from support.program import PATIENCE, McpProcess


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving_http(settings: dict, *arguments: str):
    """A server over HTTP: its process, and the address of its MCP endpoint."""
    port = free_port()
    with McpProcess(settings, "serve", "--transport", "http", "--port", str(port), *arguments) as server:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline and server.process.poll() is None, server.stderr
                time.sleep(0.05)
        yield server, f"http://127.0.0.1:{port}"


def request(url: str, message=None, method: str | None = None, **headers):
    """Status, headers and body of one HTTP request; underscores in names of headers stand for dashes."""
    data = None if message is None else json.dumps(message).encode()
    given = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"} if data else {}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    wanted = urllib.request.Request(url, data, given, method=method)
    try:
        with urllib.request.urlopen(wanted, timeout=PATIENCE) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers, refusal.read()
