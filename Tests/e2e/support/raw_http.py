"""HTTP by bare sockets: exactly the bytes that a test writes, and what comes back as it comes."""

import contextlib
import json
import socket
from dataclasses import dataclass

from mcp_messages import MODERN, VERSION_KEY
from support.program import PATIENCE

POST = {"Host": "localhost", "Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
META = {VERSION_KEY: MODERN, "io.modelcontextprotocol/clientCapabilities": {}}


@dataclass(frozen=True)
class Answer:
    status: int
    # By lower-case name.
    headers: dict
    body: bytes = b""

    @property
    def json(self):
        return json.loads(self.body)


class Peer:
    """One connection. Ends with the `with` block."""

    def __init__(self, site: str):
        host, port = site.removeprefix("http://").rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), PATIENCE)
        self._file = self.socket.makefile("rb")
        self._rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._file.close()
        self.socket.close()

    def send(self, data: bytes):
        """Sends all of it; stops early when the server has hung up."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def head(self) -> Answer:
        """Status and headers of the next answer."""
        status = self._file.readline()
        assert status.startswith(b"HTTP/1.1 "), status
        headers = {}
        while (line := self._file.readline()).strip():
            name, value = line.decode("latin-1").split(":", 1)
            headers[name.lower()] = value.strip()
        return Answer(int(status.split()[1]), headers)

    def answer(self) -> Answer:
        """The next answer, which must have a length."""
        head = self.head()
        length = int(head.headers.get("content-length", 0))
        return Answer(head.status, head.headers, self._file.read(length))

    def event(self) -> dict | None:
        """The next server-sent event of a chunked body, comments left out; None once the stream has ended."""
        event = {}
        while (line := self._line()) is not None:
            if not line and event:
                return event
            if line and not line.startswith(":"):
                name, _, value = line.partition(":")
                event[name] = value.strip()
        return None

    def message(self) -> dict | None:
        """The next event that carries a message; None once the stream has ended."""
        while (event := self.event()) is not None:
            if event.get("data"):
                return json.loads(event["data"])
        return None

    def _line(self) -> str | None:
        """The next line of a chunked body; None at its end."""
        while b"\n" not in self._rest:
            size = int(self._file.readline() or b"0", 16)
            chunk = self._file.read(size)
            self._file.readline()
            if not chunk:
                return None
            self._rest += chunk
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode().rstrip("\r")

    def has_ended(self) -> bool:
        """Waits for the server to hang up; what it still says is thrown away."""
        try:
            while self._file.read1(65536):
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            return False
        return True


def request(method: str = "POST", target: str = "/mcp", body: bytes = b"", **headers) -> bytes:
    """One request with the usual headers; None leaves one out, and underscores in names stand for dashes."""
    fields = {**POST, "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode() + body


def message(method: str, params: dict | None = None, request_id=1) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params or {}}).encode()


def modern(method: str, params: dict | None = None, request_id=1, meta: dict | None = None) -> bytes:
    """A whole request of 2026-07-28, with the headers that go with it."""
    params = {**(params or {}), "_meta": {**META, **(meta or {})}}
    headers = {"MCP_Protocol_Version": MODERN, "Mcp_Method": method}
    if name := params.get("name") or params.get("uri"):
        headers["Mcp_Name"] = name
    return request(body=message(method, params, request_id), **headers)


def initialize(revision: str = "2025-11-25") -> bytes:
    client = {"capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}}
    return message("initialize", {"protocolVersion": revision, **client})


def ask(site: str, data: bytes) -> Answer:
    """One request on a connection of its own."""
    with Peer(site) as peer:
        peer.send(data)
        return peer.answer()


def begin(site: str, revision: str = "2025-11-25", **headers) -> dict:
    """The header of a new session."""
    answer = ask(site, request(body=initialize(revision), **headers))
    assert answer.status == 200, answer
    return {"Mcp_Session_Id": answer.headers["mcp-session-id"], **headers}


def check_alive(site: str):
    """The server still answers, in both eras."""
    assert ask(site, modern("server/discover")).status == 200
    session = begin(site)
    assert ask(site, request(body=message("ping"), **session)).json["result"] == {}
    assert ask(site, request("DELETE", **session)).status == 204
