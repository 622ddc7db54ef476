"""Runs the program: a command to its end, or as an MCP server spoken to line by line."""

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from dataclasses import dataclass

from mcp_messages import Ledger
from support import schemas

PRODUCT = os.environ.get("PRODUCT", "")

# For a process that does almost nothing; a busy machine may take its time.
PATIENCE = 30.0


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str
    seconds: float

    @property
    def json(self):
        return json.loads(self.out)


def clean_environment(settings: dict | None = None) -> dict:
    """The least that a process needs, and `settings`: nothing of the developer's own environment."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8", **(settings or {})}


def run(
    *arguments: str, settings: dict | None = None, program: str = PRODUCT, timeout: float = 60, **options
) -> Result:
    """Runs one command to its end; its input is empty."""
    start = time.monotonic()
    done = subprocess.run(
        [program, *arguments],
        env=clean_environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        **options,
    )
    seconds = time.monotonic() - start
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode(), seconds)


class ServerEnded(Exception):
    """The server's output ended while a reply was waited for."""


class McpProcess:
    """A server as a child process: raw JSON-RPC in and out. Ends with the `with` block."""

    def __init__(self, settings: dict | None = None, *arguments: str, program: str = PRODUCT):
        self.process = subprocess.Popen(
            [program, *arguments],
            env=clean_environment(settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.lines: list[bytes] = []
        self.ledger = Ledger()
        self._checked = 0
        self.errors: list[bytes] = []
        self.tools: dict[str, dict] = {}
        self._arrivals: queue.Queue = queue.Queue()
        self._waiting: list[dict] = []
        self._next_id = 0
        self._readers = [threading.Thread(target=target, daemon=True) for target in (self._read, self._read_errors)]
        for reader in self._readers:
            reader.start()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        for reader in self._readers:
            reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        if kind is None:
            self._check_lines()

    def _check_lines(self):
        """Whatever was said so far keeps the schema of its revision; the last line may be cut off by our kill."""
        whole = [line for line in self.lines if line.endswith(b"\n")]
        for line in whole[self._checked :]:
            self._checked += 1
            self.ledger.received(line)

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            self._arrivals.put(line)
        self._arrivals.put(None)

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    @property
    def stderr(self) -> str:
        return b"".join(self.errors).decode(errors="replace")

    def wait_for_stderr(self, wanted, timeout: float = PATIENCE) -> list[str]:
        """The lines of standard error, once `wanted(lines)` holds."""
        deadline = time.monotonic() + timeout
        while True:
            lines = self.stderr.splitlines()
            if wanted(lines):
                return lines
            assert time.monotonic() < deadline, f"not seen on stderr in {timeout} s:\n{self.stderr}"
            time.sleep(0.02)

    def send_raw(self, data: bytes):
        self.ledger.sent(data)
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        self.send_raw(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def notify(self, method: str, **params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def start(self, method: str, params: dict | None = None, request_id=None):
        """Sends a request and does not wait; its id."""
        if request_id is None:
            self._next_id += 1
            request_id = self._next_id
        message = {"jsonrpc": "2.0", "id": request_id, "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)
        return request_id

    def start_call(self, tool: str, arguments: dict | None = None, **more):
        return self.start("tools/call", {"name": tool, "arguments": arguments or {}, **more})

    def message(self, wanted, timeout: float = PATIENCE) -> dict:
        """The first message, had already or still to come, for which `wanted` holds."""
        for index, message in enumerate(self._waiting):
            if wanted(message):
                return self._waiting.pop(index)
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self._arrivals.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"no such message in {timeout} s; stderr:\n{self.stderr}") from None
            if line is None:
                raise ServerEnded(f"exit code {self.process.wait(PATIENCE)}; stderr:\n{self.stderr}")
            self._check_lines()
            message = json.loads(line)
            if wanted(message):
                return message
            self._waiting.append(message)

    def reply(self, request_id, timeout: float = PATIENCE) -> dict:
        return self.message(lambda message: message.get("id") == request_id and "method" not in message, timeout)

    def request(self, method: str, params: dict | None = None, timeout: float = PATIENCE) -> dict:
        return self.reply(self.start(method, params), timeout)

    def initialize(self, version: str = "2025-11-25") -> dict:
        """The handshake; remembers the tools and their schemas."""
        params = {
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": {"name": "e2e", "version": "1.0"},
        }
        result = self.request("initialize", params)["result"]
        self.notify("notifications/initialized")
        self.tools = {tool["name"]: tool for tool in self.request("tools/list")["result"]["tools"]}
        return result

    def call(self, tool: str, arguments: dict | None = None, timeout: float = 60, **more) -> dict:
        """The result of a tool, its structured content checked against the schema that the tool told and the whole one."""
        reply = self.reply(self.start_call(tool, arguments, **more), timeout)
        assert "result" in reply, reply
        return self.checked(tool, reply["result"])

    def checked(self, tool: str, result: dict) -> dict:
        if result.get("isError"):
            assert "structuredContent" not in result, result
        elif tool in self.tools and "structuredContent" in result:
            schemas.check_answer(result["structuredContent"], self.tools[tool]["outputSchema"])
            schemas.check_answer(result["structuredContent"], schemas.of_document(result["structuredContent"]))
        return result

    def answer(self, tool: str, arguments: dict | None = None, timeout: float = 60) -> dict:
        """The structured content of a call that must not fail."""
        result = self.call(tool, arguments, timeout)
        assert not result.get("isError"), text_of(result)
        return result["structuredContent"]

    def failure(self, tool: str, arguments: dict | None = None, timeout: float = 60) -> str:
        """The text of a call that must fail."""
        result = self.call(tool, arguments, timeout)
        assert result.get("isError") is True, text_of(result)
        return text_of(result)

    def end_input(self) -> int:
        """Closes the server's input; its exit code."""
        self.process.stdin.close()
        return self.process.wait(PATIENCE)


def text_of(result: dict) -> str:
    """The text of a tool's result."""
    assert [block["type"] for block in result["content"]] == ["text"], result
    return result["content"][0]["text"]


@contextlib.contextmanager
def serving(settings: dict | None = None, *arguments: str):
    """An initialized server."""
    with McpProcess(settings, *arguments) as server:
        server.initialize()
        yield server
