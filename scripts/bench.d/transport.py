# Measures the HTTP transport beside the official Python server with a tool that does nothing. Run by scripts/bench http.
import asyncio
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

PRODUCT = os.environ["PRODUCT"]
PYTHON = os.environ["BENCH_PYTHON"]
INITIALIZE = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
PEER = """
import sys
from mcp.server.mcpserver import MCPServer
server = MCPServer("peer", log_level="ERROR")
@server.tool()
def nothing() -> str:
    return ""
server.run(transport="streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(command, port, **variables):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **variables})
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            if process.poll() is not None:
                sys.exit(f"{command[0]} ended with {process.returncode}")
            time.sleep(0.05)
    sys.exit(f"{command[0]} does not listen")


async def post(streams, port, method, params=None, session=None, request_id=1):
    reader, writer = streams
    message = {"jsonrpc": "2.0", "method": method}
    if request_id is not None:
        message["id"] = request_id
    if params is not None:
        message["params"] = params
    body = json.dumps(message).encode()
    head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
    head += f"Mcp-Session-Id: {session}\r\nMCP-Protocol-Version: 2025-11-25\r\n" if session else ""
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    reply = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    if length := re.search(r"content-length: (\d+)", reply):
        await reader.readexactly(int(length[1]))
    elif "transfer-encoding: chunked" in reply:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(reply.split()[1]), reply


async def session_of(port, streams):
    status, reply = await post(streams, port, "initialize", INITIALIZE)
    assert status == 200, reply
    session = re.search(r"mcp-session-id: (\S+)", reply)[1]
    await post(streams, port, "notifications/initialized", session=session, request_id=None)
    return session


async def kept_alive(port, method, count):
    """Milliseconds of each request over one connection."""
    streams = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    session = await session_of(port, streams)
    times = []
    for _ in range(count + 20):
        start = time.perf_counter()
        status, reply = await post(streams, port, method, session=session)
        times.append((time.perf_counter() - start) * 1000)
        assert status == 200, reply
    streams[1].close()
    return times[20:]


def resident(process):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024


async def idle_sessions(port, process, count):
    before = resident(process)
    streams = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    for _ in range(count):
        await session_of(port, streams)
    print(f"{count} idle sessions: resident {before:.1f} MiB before, {resident(process):.1f} MiB with them")
    streams[1].close()


async def concurrent_lists(port, count):
    """`count` clients that each ask for the merged list of two engines at once."""

    async def one():
        streams = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        session = await session_of(port, streams)
        await gate.wait()
        start = time.perf_counter()
        status, _ = await post(streams, port, "tools/call", {"name": "docker_list_containers", "arguments": {}}, session)
        taken = (time.perf_counter() - start) * 1000
        streams[1].close()
        return status, taken

    gate = asyncio.Event()
    tasks = [asyncio.create_task(one()) for _ in range(count)]
    await asyncio.sleep(2)
    gate.set()
    answers = await asyncio.gather(*tasks)
    times = sorted(taken for _, taken in answers)
    errors = sum(status != 200 for status, _ in answers)
    print(f"{count} clients at once, docker_list_containers of two engines: median {statistics.median(times):.0f} ms, "
          f"p99 {times[int(len(times) * 0.99) - 1]:.0f} ms, errors {errors}   target: none: {'pass' if errors == 0 else 'MISS'}")


def main():
    port, other = free_port(), free_port()
    ours = started([PRODUCT, "serve", "--transport", "http", "--port", str(port)], port,
                   MCP_RATE_LIMIT="0", SECURITY_AUDIT_LOG="false", LOG_LEVEL="error")
    with tempfile.NamedTemporaryFile("w", suffix=".py") as program:
        program.write(PEER)
        program.flush()
        theirs = started([PYTHON, program.name, str(other)], other)
        try:
            for method in ("ping", "tools/list"):
                rounds = {"ours": [], "theirs": []}
                for _ in range(4):  # in turn, so that the machine's moods fall on both
                    rounds["ours"] += asyncio.run(kept_alive(port, method, 250))
                    rounds["theirs"] += asyncio.run(kept_alive(other, method, 250))
                for name, times in rounds.items():
                    times.sort()
                    print(f"{method:11} {name:7} {1000 / statistics.mean(times):7.0f} requests a second, "
                          f"median {statistics.median(times):6.2f} ms, p99 {times[int(len(times) * 0.99) - 1]:6.2f} ms")
            asyncio.run(idle_sessions(port, ours, 1000))
            asyncio.run(concurrent_lists(port, 200))
        finally:
            theirs.terminate()
            ours.terminate()
            theirs.wait()
            ours.wait()


main()
