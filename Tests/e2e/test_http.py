"""The same server over HTTP: official clients of both eras, tokens, foreign pages, and an end in order."""

import json
import signal

import pytest
from mcp import Client

from support.engines import until, remote
from support.fake_engine import FakeEngine, hang
from support.http import request, serving_http, started_call
from support.official import run_async
from support.program import PATIENCE, run
from support.tools import CALLS

TOKEN = "0123456789abcdef0123456789abcdef"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}},
}


@pytest.fixture(scope="module")
def site(both):
    with serving_http(both) as (_, address):
        yield address


def test_two_clients_one_goes(both):
    """A client that goes in the middle of a call harms no other."""

    async def session(site):
        async with Client(f"{site}/mcp", read_timeout_seconds=60) as client:
            with started_call(site, "docker_stats"):
                first = await client.call_tool("docker_inspect", {"container_id": "web"})
            second = await client.call_tool("docker_inspect", {"container_id": "web"})
            assert not first.is_error and not second.is_error

    with serving_http(both) as (_, address):
        run_async(session, address)


def test_client_that_goes_ends_its_transfers():
    """Shown on the engine's side: the connection of the call closes."""
    closed = []

    def watch(connection):
        hang(connection)
        closed.append(True)

    with FakeEngine({"/containers/json": watch}) as engine:
        settings = {**remote(engine.address), "DOCKER_MCP_DEADLINE": "300s"}
        with serving_http(settings) as (_, site):
            with started_call(site, "docker_list_containers"):
                until(lambda: any("/containers/json" in path for path in engine.requests))
                assert not closed
            until(lambda: closed)


def test_faces_for_people(site):
    status, _, body = request(f"{site}/health")
    assert status == 200 and json.loads(body)["status"] == "ok"
    status, _, body = request(f"{site}/tools")
    assert status == 200 and [tool["name"] for tool in json.loads(body)["tools"]] == list(CALLS)


def test_foreign_pages(site):
    assert request(f"{site}/mcp", INITIALIZE, Origin="https://evil.example")[0] == 403
    assert request(f"{site}/mcp", INITIALIZE, Host="evil.example")[0] == 421
    assert request(f"{site}/mcp", INITIALIZE, Origin="http://localhost:1234")[0] == 200


def test_session_ends(site):
    status, headers, _ = request(f"{site}/mcp", INITIALIZE)
    assert status == 200
    session = {"Mcp_Session_Id": headers["Mcp-Session-Id"], "MCP_Protocol_Version": "2025-11-25"}
    ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
    assert request(f"{site}/mcp", ping, **session)[0] == 200
    assert request(f"{site}/mcp", method="DELETE", **session)[0] in (200, 202, 204)
    assert request(f"{site}/mcp", ping, **session)[0] == 404


def test_token(both, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text(f"# who may ask\nlaptop: {TOKEN}\n")
    with serving_http({**both, "MCP_AUTH_TOKEN_FILE": str(tokens)}, "--host", "0.0.0.0") as (server, site):
        status, headers, _ = request(f"{site}/mcp", INITIALIZE)
        assert status == 401 and headers["WWW-Authenticate"].startswith("Bearer")
        assert request(f"{site}/mcp", INITIALIZE, Authorization=f"Bearer {TOKEN[:-1]}0")[0] == 401
        status, headers, _ = request(f"{site}/mcp", INITIALIZE, Authorization=f"Bearer {TOKEN}")
        assert status == 200
        session = {"Mcp_Session_Id": headers["Mcp-Session-Id"], "Authorization": f"Bearer {TOKEN}"}
        call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "docker_connection_status"}}
        assert request(f"{site}/mcp", call, **session)[0] == 200
        lines = server.wait_for_stderr(lambda lines: any('"tool_call"' in line for line in lines))
        assert TOKEN not in "\n".join(lines)
        assert any("laptop" in line for line in lines if '"tool_call"' in line)


@pytest.mark.parametrize(
    ("settings", "arguments", "words"),
    [
        ({}, ["--host", "0.0.0.0"], ["MCP_HOST=0.0.0.0", "MCP_AUTH_TOKEN", "--allow-unauthenticated"]),
        ({"MCP_AUTH_TOKEN": "short"}, [], ["MCP_AUTH_TOKEN", "16"]),
        ({"MCP_AUTH_TOKEN_FILE": "/nonexistent/tokens"}, [], ["MCP_AUTH_TOKEN_FILE=/nonexistent/tokens"]),
        ({"MCP_TLS_CERT": "/nonexistent/cert"}, [], ["MCP_TLS_CERT", "MCP_TLS_KEY"]),
        ({"MCP_RATE_LIMIT": "many"}, [], ["MCP_RATE_LIMIT=many", "0 for no limit"]),
        ({"MCP_PORT": "99999"}, [], ["MCP_PORT=99999"]),
        ({"MCP_HOST": "127.0.0.1:3000"}, [], ["MCP_HOST=127.0.0.1:3000"]),
    ],
)
def test_unsafe_settings_keep_it_from_starting(settings, arguments, words):
    result = run("serve", "--transport", "http", *arguments, settings=settings)
    assert result.code == 64, result.err
    assert all(word in result.err for word in words), result.err
    assert "short" not in result.err.replace("shorter", "")


def test_port_in_use(site):
    result = run("serve", "--transport", "http", "--port", site.rsplit(":", 1)[1], settings={})
    assert result.code == 69
    assert "can't listen" in result.err


def test_ends_on_sigterm(both):
    with serving_http(both) as (server, site):
        assert request(f"{site}/health")[0] == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0
