"""JSON-RPC over standard input and output, byte by byte: errors, many calls at once, cancelling, and the end."""

import contextlib
import json
import os
import signal
import subprocess
import time

import pytest

from support import fake_engine
from support.engines import dual, local, remote, stopped
from support.fake_engine import FakeEngine, refused, silent_listener
from support.program import PATIENCE, PRODUCT, McpProcess, clean_environment, serving, text_of
from support.tools import TOOLS

VERSIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]


@pytest.fixture
def fresh(both):
    """A server that was sent nothing yet."""
    with McpProcess(both) as server:
        yield server


def error_of(server, line: bytes) -> dict:
    """The error reply to one raw line; its id was or could not be known."""
    server.send_raw(line + b"\n")
    return server.message(lambda message: "error" in message)


@pytest.mark.parametrize(
    "line",
    [
        b"hello",
        b"{",
        b'{"jsonrpc":"2.0","id":1,"method":"ping"',
        b"\xff\xfe\x00",
        b"{'a':1}",
        b'{"a":01}',
        b'"unclosed',
        b"NaN",
        b"[" * 10_000,
    ],
)
@pytest.mark.parametrize("initialized", [True, False])
def test_not_json(fresh, line, initialized):
    if initialized:
        fresh.initialize()
    reply = error_of(fresh, line)
    assert reply["error"]["code"] == -32700 and reply["id"] is None
    assert fresh.request("ping")["result"] == {}


@pytest.mark.parametrize(
    "message",
    [
        5,
        "text",
        None,
        True,
        {},
        [],
        {"id": 1, "method": "ping"},
        {"jsonrpc": "1.0", "id": 1, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1},
        {"jsonrpc": "2.0", "id": 1, "method": 5},
        {"jsonrpc": "2.0", "id": {}, "method": "ping"},
        {"jsonrpc": "2.0", "id": None, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": 5},
        [{"jsonrpc": "2.0", "id": 1, "method": "ping"}],
    ],
    ids=json.dumps,
)
def test_not_a_request(server, message):
    reply = error_of(server, json.dumps(message).encode())
    expected = {-32600, -32602} if isinstance(message, dict) and "params" in message else {-32600}
    assert reply["error"]["code"] in expected
    assert server.request("ping")["result"] == {}


@pytest.mark.parametrize("method", ["no/such", "", "tools/list2", "TOOLS/LIST", "tools/call\n"])
def test_unknown_method(server, method):
    assert server.request(method)["error"]["code"] == -32601


def test_unknown_notifications_are_not_answered(server):
    before = len(server.lines)
    server.notify("notifications/no-such")
    server.notify("no/such")
    assert server.request("ping")["result"] == {}
    assert len(server.lines) == before + 1


@pytest.mark.parametrize(
    "params",
    [{}, {"protocolVersion": 5}, {"protocolVersion": None}, {"protocolVersion": "2025-11-25", "capabilities": 5}],
)
def test_bad_initialize(fresh, params):
    assert fresh.request("initialize", params)["error"]["code"] == -32602
    assert fresh.initialize()["protocolVersion"] == "2025-11-25"


def test_tools_list_with_a_bad_cursor(server):
    assert server.request("tools/list", {"cursor": "no-such"})["error"]["code"] == -32602


@pytest.mark.parametrize("version", VERSIONS)
def test_version_agreement(fresh, version):
    result = fresh.initialize(version)
    assert result["protocolVersion"] == version
    assert result["serverInfo"]["name"] == "docker-mcp-secure" and "tools" in result["capabilities"]
    assert len(fresh.tools) == len(TOOLS)
    has_results = version >= "2025-06-18"
    result = fresh.call("docker_list_images")
    assert ("structuredContent" in result) is has_results and text_of(result)
    assert all(("outputSchema" in tool) is has_results for tool in fresh.tools.values())


@pytest.mark.parametrize("version", ["2020-01-01", "1.0", "", "9999-99-99"])
def test_unknown_version_gets_the_latest(fresh, version):
    assert fresh.initialize(version)["protocolVersion"] == "2025-11-25"


def test_ping_before_initialize(fresh):
    assert fresh.request("ping")["result"] == {}


def test_nothing_else_before_initialize(fresh):
    assert fresh.request("tools/list")["error"]["code"] == -32600
    fresh.initialize()


@pytest.mark.parametrize("request_id", [0, -5, 2**53, "text", "", "日本", 1.5, "7"])
def test_ids_come_back_as_they_were(server, request_id):
    server.send({"jsonrpc": "2.0", "id": request_id, "method": "ping"})
    reply = server.message(lambda message: "id" in message)
    if request_id == 1.5 and "error" in reply:
        assert reply["error"]["code"] == -32600
    else:
        assert reply == {"jsonrpc": "2.0", "id": request_id, "result": {}} and type(reply["id"]) is type(request_id)


def test_many_in_flight(server):
    calls = [server.start_call("docker_inspect", {"container_id": "web"}) for _ in range(40)]
    pings = [server.start("ping") for _ in range(40)]
    for ping in pings:
        assert server.reply(ping)["result"] == {}
    for call in calls:
        assert (
            len(server.checked("docker_inspect", server.reply(call)["result"])["structuredContent"]["containers"]) == 2
        )


def test_all_in_one_write_and_byte_by_byte(fresh):
    fresh.initialize()
    pings = [{"jsonrpc": "2.0", "id": f"p{number}", "method": "ping"} for number in range(20)]
    fresh.send_raw(b"".join(json.dumps(ping).encode() + b"\n" for ping in pings))
    for ping in pings:
        assert fresh.reply(ping["id"])["result"] == {}
    for byte in b'{"jsonrpc":"2.0","id":"slow","method":"ping"}\r\n':
        fresh.send_raw(bytes([byte]))
    assert fresh.reply("slow")["result"] == {}


def test_empty_lines_are_skipped(server):
    before = len(server.lines)
    server.send_raw(b"\n\r\n\n")
    assert server.request("ping")["result"] == {}
    assert len(server.lines) == before + 1


def test_a_very_long_line(fresh):
    fresh.initialize()
    fresh.send_raw(b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * (20 << 20) + b'"}\n')
    assert fresh.message(lambda message: "error" in message)["error"]["code"] in (-32600, -32700)
    assert fresh.request("ping")["result"] == {}


def test_progress(one):
    """Of a call that takes longer than a second it is told how many sources have answered."""
    settings = {"DOCKER_MCP_DEADLINE": "2s", "DOCKER_MCP_CONNECT_TIMEOUT": "2s"}
    with silent_listener() as address, serving({**dual(one.socket, address), **settings}) as server:
        request = server.start_call("docker_list_containers", {}, _meta={"progressToken": "token-1"})
        server.reply(request)
        messages = [json.loads(line) for line in server.lines]
    told = [message["params"] for message in messages if message.get("method") == "notifications/progress"]
    assert [(progress["progress"], progress["total"]) for progress in told] == [(1, 2), (2, 2)]
    assert all(progress["progressToken"] == "token-1" for progress in told)


def test_a_short_call_tells_no_progress(server):
    before = len(server.lines)
    server.reply(server.start_call("docker_list_containers", {}, _meta={"progressToken": 7}))
    assert not any(b"notifications/progress" in line for line in server.lines[before:])


def test_no_progress_without_a_token(server):
    before = len(server.lines)
    server.call("docker_list_containers")
    assert not any(b"notifications/progress" in line for line in server.lines[before:])


def test_cancelled(one):
    """No reply comes to a cancelled request, and the server goes on."""
    with FakeEngine({"/containers/json": fake_engine.hang}) as engine:
        with serving({**remote(engine.address), "DOCKER_MCP_DEADLINE": "120s"}) as server:
            request = server.start_call("docker_list_containers")
            assert server.request("ping")["result"] == {}
            server.notify("notifications/cancelled", requestId=request, reason="no longer wanted")
            server.notify("notifications/cancelled", requestId=request)
            server.notify("notifications/cancelled", requestId="never-sent")
            server.notify("notifications/cancelled")
            assert server.request("ping")["result"] == {}
            assert server.end_input() == 0
            assert not any(json.loads(line).get("id") == request for line in server.lines)


def test_end_of_input(fresh):
    fresh.initialize()
    fresh.call("docker_list_images")
    start = time.monotonic()
    assert fresh.end_input() == 0
    assert time.monotonic() - start < 5


def test_end_of_input_without_a_word(fresh):
    assert fresh.end_input() == 0
    assert fresh.lines == []


def test_end_of_input_after_half_a_line(fresh):
    fresh.send_raw(b'{"jsonrpc":"2.0"')
    assert fresh.end_input() == 0


@pytest.mark.parametrize("what", ["idle", "call in flight"])
def test_end_with_a_hanging_engine(what):
    """A call that waits for an engine does not keep the process alive for long."""
    with (
        FakeEngine({".*": fake_engine.hang}) as engine,
        serving({**remote(engine.address), "DOCKER_MCP_DEADLINE": "300s"}) as server,
    ):
        if what == "call in flight":
            server.start_call("docker_list_containers")
            assert server.request("ping")["result"] == {}
        assert server.end_input() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("what", ["silent", "idle", "call in flight"])
def test_signal(number, what):
    with (
        FakeEngine({".*": fake_engine.hang}) as engine,
        McpProcess({**remote(engine.address), "DOCKER_MCP_DEADLINE": "300s"}) as server,
    ):
        # Before the first reply its handler may not be there yet.
        assert server.request("ping")["result"] == {}
        if what != "silent":
            server.initialize()
        if what == "call in flight":
            server.start_call("docker_list_containers")
            assert server.request("ping")["result"] == {}
        server.process.send_signal(number)
        assert server.process.wait(PATIENCE) == 0


def test_client_that_stops_reading(both):
    """Its end of the output is closed: an end, not a crash."""
    ours, theirs = os.pipe()
    process = subprocess.Popen(
        [PRODUCT], env=clean_environment(both), stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.PIPE
    )
    try:
        os.close(theirs)
        process.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        process.stdin.flush()
        assert os.read(ours, 4096).startswith(b"{")
        os.close(ours)
        with contextlib.suppress(BrokenPipeError):
            process.communicate(b'{"jsonrpc":"2.0","id":2,"method":"ping"}\n' * 50, PATIENCE)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()


def test_only_json_lines_on_stdout(both):
    """At the loudest log level, with good and bad calls."""
    with serving({**both, "LOG_LEVEL": "debug"}) as server:
        server.call("docker_list_containers")
        server.failure("docker_inspect", {"container_id": "../../x"})
        error_of(server, b"hello")
        assert server.end_input() == 0
        lines = list(server.lines)
    assert all(line.endswith(b"\n") and json.loads(line)["jsonrpc"] == "2.0" for line in lines)


STARTS = ["nothing set", "socket missing", "refused", "misnamed", "hangs", "barred"]


@pytest.mark.parametrize("engines", STARTS)
def test_starts_whatever_its_engines_do(one, engines):
    """Tools are listed at once; a call answers with what is wrong."""
    with refused() as nobody, FakeEngine({".*": fake_engine.hang}) as deaf:
        settings = {
            "nothing set": {"DOCKER_SOCKET": one.socket},
            "socket missing": local("/nonexistent/docker.sock"),
            "refused": remote(nobody),
            "misnamed": remote("no-such-host.invalid:2375"),
            "hangs": remote(deaf.address),
            "barred": {"ALLOW_LOCAL_DOCKER": "false", "DOCKER_SOCKET": one.socket},
        }[engines]
        with McpProcess({**settings, "DOCKER_MCP_DEADLINE": "3s"}) as server:
            start = time.monotonic()
            server.initialize()
            assert len(server.tools) == len(TOOLS) and time.monotonic() - start < 5
            text = server.failure("docker_list_containers")
            assert "\nhint: " in text
            if engines in ("nothing set", "barred"):
                assert text.startswith("not_configured: ") and "DOCKER_HOST" in text and "ALLOW_LOCAL_DOCKER" in text


@pytest.mark.parametrize("tool", ["docker_inspect", "docker_connection_status", "docker_stats"])
def test_not_configured(tool):
    with serving() as server:
        arguments = {"container_id": "web"} if tool == "docker_inspect" else {}
        text = server.failure(tool, arguments)
    assert text.startswith("not_configured: ") and "DOCKER_HOST" in text and "ALLOW_LOCAL_DOCKER" in text


def test_starts_with_a_stopped_engine(two):
    with stopped(two), McpProcess(two.settings) as server:
        server.initialize()
        assert len(server.tools) == len(TOOLS)
