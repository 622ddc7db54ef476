"""The program as an HTTP server on this machine."""

import contextlib
import json
import socket
import time
import urllib.error
import urllib.request

from mcp_messages import MODERN, VERSION_KEY, Ledger
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
    """Status, headers and body of one HTTP request; underscores in names of headers stand for dashes.

    What MCP says in the body keeps the schema of its revision.
    """
    data = None if message is None else json.dumps(message).encode()
    given = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"} if data else {}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    wanted = urllib.request.Request(url, data, given, method=method)
    try:
        with urllib.request.urlopen(wanted, timeout=PATIENCE) as reply:
            answer = reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            answer = refusal.code, refusal.headers, refusal.read()
    if data:
        check_body(data, answer[1], answer[2], headers.get("MCP_Protocol_Version"))
    return answer


def check_body(sent: bytes, headers, body: bytes, revision: str | None):
    """Fails unless each message in the body of a reply keeps the schema of its revision."""
    ledger = Ledger(revision)
    ledger.sent(sent + b"\n")
    kind = headers.get_content_type()
    if kind == "text/event-stream":
        for line in body.splitlines():
            if line.startswith(b"data: ") and line[6:].strip():
                ledger.received(line[6:])
    elif kind == "application/json" and b'"jsonrpc"' in body:
        ledger.received(body)


@contextlib.contextmanager
def started_call(site: str, tool: str):
    """A stateless call whose reply nobody reads; the connection closes with the block."""
    meta = {VERSION_KEY: MODERN, "io.modelcontextprotocol/clientCapabilities": {}}
    body = json.dumps({"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {"name": tool, "_meta": meta}})
    with socket.create_connection(site.removeprefix("http://").split(":"), PATIENCE) as client:
        client.sendall(
            f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: {MODERN}\r\n"
            f"Mcp-Method: tools/call\r\nMcp-Name: {tool}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        yield
