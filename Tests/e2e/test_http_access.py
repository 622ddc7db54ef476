"""Who is let in over HTTP: foreign pages and hosts, tokens and their names, and what starts without a token."""

import json

import pytest

from support.engines import until
from support.http import free_port, serving_http
from support.program import run
from support.raw_http import Peer, ask, begin, initialize, message, modern, request

TOKENS = {"laptop": "laptop-0123456789abcdef", "ci": "ci-fedcba9876543210", "old": "old-00112233445566778899"}
FOREIGN = [
    "https://evil.example",
    "http://localhost.evil.example",
    "http://evil.example/localhost",
    "https://app.example:444",
    "http://app.example",
    "null",
    "",
    "file://",
    "chrome-extension://localhost",
    "http://user@localhost",
    "http://localhost:x",
    "http://127.0.0.2",
    "http://2130706433",
]
OWN = ["http://localhost", "http://localhost:5173", "https://127.0.0.1:1", "http://[::1]:3000", "https://app.example"]
WRONG_HOSTS = [
    "evil.example",
    "localhost.evil.example",
    "evil.example:3000",
    "localhost:port",
    "localhost@evil.example",
    "127.0.0.2",
    "2130706433",
    "0.0.0.0",
    "[::]",
    "[::1",
    "",
    "localhost, evil.example",
    "docker.example:81",
]
RIGHT_HOSTS = ["localhost", "LOCALHOST:9", "127.0.0.1:3000", "[::1]:3000", "docker.example:80", "any.example:8443"]
ALLOWED = {"MCP_ALLOWED_HOSTS": "docker.example:80,any.example", "MCP_ALLOWED_ORIGINS": "https://app.example"}
# Every door, and what a good client sends to it.
DOORS = {
    "POST /mcp": request(body=initialize()),
    "GET /mcp": request("GET"),
    "DELETE /mcp": request("DELETE"),
    "GET /sse": request("GET", "/sse"),
    "POST /messages": request(target="/messages?sessionId=0", body=message("ping")),
    "GET /tools": request("GET", "/tools"),
    "2026-07-28": modern("server/discover"),
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server with three tokens: one of the environment, two of a file."""
    file = tmp_path_factory.mktemp("tokens") / "tokens"
    file.write_text(f"# who may ask\n\nlaptop: {TOKENS['laptop']}\n  ci :  {TOKENS['ci']}\n")
    settings = {"MCP_RATE_LIMIT": "0", "MCP_AUTH_TOKEN_FILE": str(file), "MCP_AUTH_TOKEN": f"old: {TOKENS['old']}"}
    with serving_http({**settings, **ALLOWED}) as (server, site):
        yield server, site


@pytest.fixture(scope="module")
def open_site():
    with serving_http({"MCP_RATE_LIMIT": "0", **ALLOWED}) as (_, site):
        yield site


def with_header(data: bytes, name: str, value: str) -> bytes:
    """The request with this header, in place of one of that name."""
    lines = [line for line in data.split(b"\r\n") if not line.lower().startswith(name.lower().encode() + b":")]
    return b"\r\n".join([lines[0], f"{name}: {value}".encode(), *lines[1:]])


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("origin", FOREIGN)
def test_foreign_origin(open_site, door, origin):
    answer = ask(open_site, with_header(DOORS[door], "Origin", origin))
    assert answer.status == 403 and not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("origin", OWN)
def test_own_origin(open_site, origin):
    answer = ask(open_site, with_header(DOORS["POST /mcp"], "Origin", origin))
    assert answer.status == 200 and not any(name.startswith("access-control") for name in answer.headers)


def test_preflight(open_site):
    """A browser asks first, and is not given leave."""
    for origin in ("https://evil.example", "http://localhost"):
        asked = request("OPTIONS", Origin=origin, Access_Control_Request_Method="POST")
        answer = ask(open_site, asked)
        assert answer.status in (403, 405) and not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("host", WRONG_HOSTS)
def test_wrong_host(open_site, door, host):
    assert ask(open_site, with_header(DOORS[door], "Host", host)).status == 421


@pytest.mark.parametrize("host", RIGHT_HOSTS)
def test_right_host(open_site, host):
    assert ask(open_site, with_header(DOORS["POST /mcp"], "Host", host)).status == 200


WRONG_TOKENS = {
    "none": None,
    "empty": "",
    "the scheme alone": "Bearer",
    "no scheme": TOKENS["ci"],
    "another scheme": f"Basic {TOKENS['ci']}",
    "a token of nobody": "Bearer 0123456789abcdef0123456789abcdef",
    "one letter less": f"Bearer {TOKENS['ci'][:-1]}",
    "one letter more": f"Bearer {TOKENS['ci']}x",
    "in capitals": f"Bearer {TOKENS['ci'].upper()}",
    "with its name": f"Bearer ci: {TOKENS['ci']}",
    "two in one": f"Bearer {TOKENS['ci']} {TOKENS['old']}",
    "two in a list": f"Bearer {TOKENS['ci']},{TOKENS['old']}",
    "in quotes": f'Bearer "{TOKENS["ci"]}"',
    "10,000 letters": "Bearer " + "x" * 10_000,
    "two headers": f"Bearer {TOKENS['ci']}\r\nAuthorization: Bearer {TOKENS['ci']}",
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", WRONG_TOKENS)
def test_wrong_token(guarded, door, case):
    _, site = guarded
    data = DOORS[door]
    if (token := WRONG_TOKENS[case]) is not None:
        data = with_header(data, "Authorization", token)
    answer = ask(site, data)
    assert answer.status == 401 and answer.headers["www-authenticate"].startswith("Bearer")
    assert not any(secret.encode() in answer.body for secret in TOKENS.values())


@pytest.mark.parametrize("place", ["access_token", "token", "authorization"])
def test_a_token_in_the_query_is_not_looked_for(guarded, place):
    _, site = guarded
    assert ask(site, request(target=f"/mcp?{place}={TOKENS['ci']}", body=initialize())).status == 401


def test_health_needs_no_token(guarded):
    _, site = guarded
    answer = ask(site, request("GET", "/health"))
    assert answer.status == 200 and answer.json["status"] == "ok"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
@pytest.mark.parametrize("name", TOKENS)
def test_named_tokens(guarded, name, scheme):
    """Each lets in, and the audit trail has its name and not the token."""
    server, site = guarded
    before = len(server.errors)
    session = begin(site, Authorization=f"{scheme} {TOKENS[name]}")
    call = message("tools/call", {"name": "docker_connection_status", "arguments": {}})
    assert ask(site, request(body=call, **session)).status == 200
    until(lambda: any(b"tool_call" in line for line in server.errors[before:]))
    record = next(json.loads(line) for line in server.errors[before:] if b"tool_call" in line)
    assert record["client"].split()[0] == name
    assert not any(secret in server.stderr for secret in TOKENS.values())


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_a_session_belongs_to_its_token(guarded, method):
    """An id that another has is no key: to others the session is unknown."""
    _, site = guarded
    session = begin(site, Authorization=f"Bearer {TOKENS['laptop']}")
    stolen = {**session, "Authorization": f"Bearer {TOKENS['ci']}"}
    body = message("ping") if method == "POST" else b""
    assert ask(site, request(method, body=body, **stolen)).status == 404
    assert ask(site, request(body=message("ping"), **session)).json["result"] == {}


def test_rate_of_each_token():
    """Who asks too often costs no other caller anything; and wrong tokens have a rate as well."""
    settings = {"MCP_AUTH_TOKEN": "\n".join(f"{name}: {TOKENS[name]}" for name in ("laptop", "ci"))}
    with serving_http({**settings, "MCP_RATE_LIMIT": "1"}) as (_, site), Peer(site) as peer:

        def statuses(token: str, count: int) -> set[int]:
            seen = set()
            for _ in range(count):
                peer.send(request("GET", "/tools", Authorization=f"Bearer {token}"))
                seen.add(peer.answer().status)
            return seen

        assert statuses(TOKENS["laptop"], 230) == {200, 429}
        assert statuses(TOKENS["ci"], 20) == {200}
        assert statuses("wrong-0123456789abcdef", 230) == {401, 429}
        assert statuses(TOKENS["ci"], 20) == {200}


BAD_STARTS = {
    "all addresses": ({}, ["--host", "0.0.0.0"], "MCP_HOST=0.0.0.0"),
    "all addresses of IPv6": ({}, ["--host", "::"], "MCP_HOST=::"),
    "by the environment": ({"MCP_HOST": "0.0.0.0"}, [], "MCP_HOST=0.0.0.0"),
    "an address of the network": ({}, ["--host", "192.0.2.1"], "MCP_HOST=192.0.2.1"),
    "a name that is not this machine": ({}, ["--host", "docker.example"], "MCP_HOST=docker.example"),
    "nearly this machine": ({}, ["--host", "127.0.0.1.example"], "MCP_HOST=127.0.0.1.example"),
    "an empty token": ({"MCP_AUTH_TOKEN": ""}, ["--host", "0.0.0.0"], "MCP_AUTH_TOKEN"),
    "only a comment": ({"MCP_AUTH_TOKEN": "# none"}, ["--host", "0.0.0.0"], "MCP_AUTH_TOKEN"),
    "a name twice": ({"MCP_AUTH_TOKEN": f"a: {'x' * 20}\na: {'y' * 20}"}, [], "line 2"),
    "a token with a space": ({"MCP_AUTH_TOKEN": "0123456789 0123456789"}, [], "MCP_AUTH_TOKEN"),
    "a token of 15 letters": ({"MCP_AUTH_TOKEN": "x" * 15}, [], "16 to 512"),
    "a token of 513 letters": ({"MCP_AUTH_TOKEN": "x" * 513}, [], "16 to 512"),
}


@pytest.mark.parametrize("case", BAD_STARTS)
def test_does_not_start(case):
    settings, arguments, words = BAD_STARTS[case]
    result = run("serve", "--transport", "http", "--port", str(free_port()), *arguments, settings=settings, timeout=20)
    assert (result.code, result.out) == (64, ""), result.err
    assert words in result.err and "x" * 15 not in result.err


def test_an_empty_token_file_does_not_start(tmp_path):
    (tmp_path / "tokens").write_text("# none yet\n")
    settings = {"MCP_AUTH_TOKEN_FILE": str(tmp_path / "tokens")}
    result = run("serve", "--transport", "http", "--port", str(free_port()), settings=settings, timeout=20)
    assert result.code == 64 and "MCP_AUTH_TOKEN_FILE" in result.err and "no token" in result.err


@pytest.mark.parametrize("way", ["a token", "on purpose"])
def test_starts_for_others(way):
    """With a token, or without one by an option that says so; then it warns."""
    settings = {"MCP_AUTH_TOKEN": TOKENS["ci"]} if way == "a token" else {}
    arguments = ["--host", "0.0.0.0"] + ([] if settings else ["--allow-unauthenticated"])
    with serving_http(settings, *arguments) as (server, site):
        server.wait_for_stderr(lambda lines: any("serving MCP at" in line for line in lines))
        assert ask(site, request(body=initialize())).status == (401 if settings else 200)
        assert ask(site, request(body=initialize(), Host="evil.example")).status == 421
        assert ("without a token" in server.stderr) is (not settings)
