"""Frames that are no messages, on both transports and in both eras: each is answered in form, and then a ping is.

One server takes the whole table, so that what one frame breaks the next ones show.
"""

import http.client
import json
import time

import pytest

from mcp_messages import MODERN, VERSION_KEY
from support import watch
from support.http import check_body, serving_http
from support.program import PATIENCE, McpProcess
from support.raw_http import META, Peer, ask, begin, check_alive, initialize, request

NOT_JSON, NO_REQUEST, NO_METHOD, BAD_PARAMS, MISMATCH, UNSUPPORTED = -32700, -32600, -32601, -32602, -32020, -32022
ENVELOPE = '"_meta":' + json.dumps(META)
WAYS = ["stdio 2025-11-25", f"stdio {MODERN}", "http 2025-11-25", f"http {MODERN}"]
# The only revision that has batches; in all else it is as the other sessions.
WITH_BATCHES = ["stdio 2025-03-26", "http 2025-03-26", *WAYS]
LIMIT = 100_000


class StdioWay:
    def __init__(self, server, revision: str):
        self.server, self.revision, self.pid = server, revision, server.process.pid

    def say(self, frame: bytes):
        """The reply to a frame that gets one."""
        self.server.send_raw(frame + b"\n")
        return self.server.message(lambda message: True)


class HTTPWay:
    """Keeps one connection, which must stay good whatever is said on it."""

    def __init__(self, server, site: str, revision: str):
        self.site, self.revision, self.pid = site, revision, server.process.pid
        self.connection = http.client.HTTPConnection(site.removeprefix("http://"), timeout=PATIENCE)
        self.headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if revision == MODERN:
            self.headers["MCP-Protocol-Version"] = MODERN
        else:
            self.headers["Mcp-Session-Id"] = begin(site, revision)["Mcp_Session_Id"]

    def say(self, frame: bytes):
        reply = self.post(frame)
        body = reply.read()
        check_body(frame, reply.headers, body, None if self.revision == MODERN else self.revision)
        return json.loads(body)

    def post(self, frame: bytes):
        headers = dict(self.headers)
        if self.revision == MODERN:
            headers["Mcp-Method"] = self.method_of(frame)
        self.connection.request("POST", "/mcp", frame, headers)
        return self.connection.getresponse()

    @staticmethod
    def method_of(frame: bytes) -> str:
        """What the header repeats; of a frame without a method anything will do."""
        try:
            method = json.loads(frame)["method"]
            return method if method.isascii() and len(method) < 100 else "x"
        except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
            return "x"


@pytest.fixture(scope="module")
def http_server():
    with serving_http({"MCP_RATE_LIMIT": "0"}) as (server, site):
        yield server, site
        assert server.process.poll() is None


@pytest.fixture(scope="module", params=WAYS)
def way(request):
    transport, revision = request.param.split()
    if transport == "http":
        yield HTTPWay(*request.getfixturevalue("http_server"), revision)
        return
    with McpProcess() as server:
        if revision != MODERN:
            server.initialize(revision)
        yield StdioWay(server, revision)
        assert server.process.poll() is None


def ping(way) -> bytes:
    return frame(way, request_id='"alive"', method="ping" if way.revision != MODERN else "server/discover")


def frame(way, request_id: str = "1", method: str | None = None, params: str = "", more: str = "") -> bytes:
    """A good request of the way's revision, of parts that are JSON already."""
    envelope = [ENVELOPE] if way.revision == MODERN else []
    inner = ",".join([part for part in [params] if part] + envelope)
    name = "tools/list" if method is None else method
    return f'{{"jsonrpc":"2.0","id":{request_id},"method":"{name}","params":{{{inner}}}{more}}}'.encode()


def check(way, data: bytes, code: int, *words: str):
    """The frame gets this error, and the next one is served."""
    reply = way.say(data)
    assert reply.get("error", {}).get("code") == code, str(reply)[:500]
    assert all(word in reply["error"]["message"] for word in words), reply
    assert len(json.dumps(reply)) < 4096, "the server repeats what it was sent"
    check_ping(way)


def check_ping(way):
    reply = way.say(ping(way))
    assert reply["id"] == "alive" and "result" in reply, reply


def values(count: int) -> str:
    return "[" + "0," * (count - 1) + "0]"


def in_params(way, value: str) -> bytes:
    return frame(way, params=f'"x":{value}')


def damaged(way, bad: bytes) -> bytes:
    """A good frame with other bytes in a string of it."""
    return in_params(way, '"@"').replace(b"@", bad)


UNREADABLE = {
    "no JSON": lambda way: b"hello",
    "an open object": lambda way: frame(way)[:-1],
    "two on one line": lambda way: frame(way) + frame(way),
    "a byte order mark": lambda way: b"\xef\xbb\xbf" + frame(way),
    "UTF-16": lambda way: frame(way).decode().encode("utf-16-le").replace(b"\n", b""),
    "compressed": lambda way: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    "UTF-8: a lone start": lambda way: damaged(way, b"\xc3"),
    "UTF-8: a lone continuation": lambda way: damaged(way, b"\x80"),
    "UTF-8: a surrogate": lambda way: damaged(way, b"\xed\xa0\x80"),
    "UTF-8: too large a scalar": lambda way: damaged(way, b"\xf4\x90\x80\x80"),
    "UTF-8: an overlong slash": lambda way: damaged(way, b"\xc0\xaf"),
    "UTF-8: a byte that is never used": lambda way: damaged(way, b"\xff"),
    "UTF-8: wrong in a name": lambda way: frame(way, params='"@":1').replace(b"@", b"\xff"),
    "UTF-8: wrong outside of strings": lambda way: b"\xff" + frame(way),
    "a NUL in a string": lambda way: damaged(way, b"\0"),
    "a control character in a string": lambda way: damaged(way, b"\x1b"),
    "a lone high surrogate": lambda way: damaged(way, rb"\ud800"),
    "a lone low surrogate": lambda way: damaged(way, rb"\udc00"),
    "two high surrogates": lambda way: damaged(way, rb"\ud800\ud800"),
    "a surrogate in a name": lambda way: frame(way, params='"@":1').replace(b"@", rb"\udfff"),
    "a number too large": lambda way: in_params(way, "1e400"),
    "a number of 1,000 digits": lambda way: in_params(way, "9" * 1000),
    "an exponent of 1,000 digits": lambda way: in_params(way, "1e" + "9" * 1000),
    "a leading zero": lambda way: in_params(way, "01"),
    "NaN": lambda way: in_params(way, "NaN"),
    "10,000 lists": lambda way: b"[" * 10_000,
    "10,000 lists that end": lambda way: b"[" * 10_000 + b"]" * 10_000,
    "10,000 lists in params": lambda way: in_params(way, "[" * 10_000 + "]" * 10_000),
    "10,000 objects in params": lambda way: in_params(way, '{"a":' * 10_000 + "1" + "}" * 10_000),
    "10,000 of both as id": lambda way: frame(way, request_id='[{"a":' * 5_000 + "1" + "}]" * 5_000),
    "a million lists": lambda way: b"[" * 1_000_000,
}


@pytest.mark.parametrize("bad", UNREADABLE)
def test_unreadable(way, bad):
    check(way, UNREADABLE[bad](way), NOT_JSON)


TOO_MANY = {
    "a list": lambda way: values(LIMIT + 1).encode(),
    "a list in params": lambda way: in_params(way, values(LIMIT)),
    "lists in a list": lambda way: in_params(way, "[" + "[0]," * LIMIT + "0]"),
    "members": lambda way: in_params(way, "{" + ",".join(f'"{n}":0' for n in range(LIMIT)) + "}"),
    "members of one name": lambda way: in_params(way, "{" + '"a":0,' * LIMIT + '"a":0}'),
    "empty texts": lambda way: in_params(way, "[" + '"",' * LIMIT + '""]'),
    "a batch": lambda way: b"[" + b",".join([frame(way)] * (LIMIT // 5)) + b"]",
}


@pytest.mark.parametrize("bad", TOO_MANY)
def test_too_many_values(way, bad):
    check(way, TOO_MANY[bad](way), NOT_JSON, "more than 100000 values")


@pytest.mark.parametrize("way", WITH_BATCHES, indirect=True)
@pytest.mark.parametrize(
    "bad", [b"5", b"-1.5e3", b'"text"', b"null", b"true", b"{}", b"[]", b"[[]]", b"[null]", b"[1,2,3]"], ids=repr
)
def test_no_request(way, bad):
    if way.revision == "2025-03-26" and bad.startswith(b"[") and bad != b"[]":
        replies = way.say(bad)
        assert len(replies) == len(json.loads(bad))
        assert all(reply["error"]["code"] == NO_REQUEST for reply in replies)
        return check_ping(way)
    check(way, bad, NO_REQUEST)


BAD_IDS = ["null", "true", "1.5", "-0.5", "1e3", "[]", "[1]", "{}", '{"a":1}', "9" * 20, "9" * 300]
GOOD_IDS = [0, -1, 2**53 + 1, 2**63 - 1, -(2**63), "", "1", "späße 🐳", 'quote " and \\', "\n\t\0", "x" * 100_000]


@pytest.mark.parametrize("bad", BAD_IDS)
def test_bad_id(way, bad):
    """Only strings and integers are ids; others can't be echoed."""
    check(way, frame(way, request_id=bad), NO_REQUEST, "id must be a string or an integer")


@pytest.mark.parametrize("good", GOOD_IDS, ids=lambda good: repr(good)[:20])
def test_good_id(way, good):
    reply = way.say(frame(way, request_id=json.dumps(good)))
    assert reply["id"] == good and type(reply["id"]) is type(good) and "result" in reply
    check_ping(way)


BAD_SHAPES = {
    "another version of JSON-RPC": (lambda way: frame(way).replace(b'"2.0"', b'"1.0"'), NO_REQUEST),
    "a number as version": (lambda way: frame(way).replace(b'"2.0"', b"2.0"), NO_REQUEST),
    "a method that is a number": (lambda way: frame(way).replace(b'"tools/list"', b"7"), NO_REQUEST),
    "an unknown method": (lambda way: frame(way, method="no/such"), NO_METHOD),
    "an empty method": (lambda way: frame(way, method=""), NO_METHOD),
    "a method in capitals": (lambda way: frame(way, method="TOOLS/LIST"), NO_METHOD),
    "a cursor of nobody": (lambda way: frame(way, params='"cursor":"x"'), BAD_PARAMS),
    "a cursor that is a list": (lambda way: frame(way, params='"cursor":[]'), BAD_PARAMS),
}


@pytest.mark.parametrize("bad", BAD_SHAPES)
def test_bad_shape(way, bad):
    make, code = BAD_SHAPES[bad]
    check(way, make(way), code)


def test_long_method(way):
    """It is repeated only in part. Over modern HTTP no header can agree with it."""
    is_header = way.revision == MODERN and isinstance(way, HTTPWay)
    check(way, frame(way, method="x" * 3_000_000), MISMATCH if is_header else NO_METHOD)


@pytest.mark.parametrize("twice", ["method", "id", "params", "jsonrpc"])
def test_duplicate_keys(way, twice):
    """The last one wins; so it does in the check of headers."""
    params = f'{{"cursor":"x",{ENVELOPE}}}' if way.revision == MODERN else '{"cursor":"x"}'
    last = {"method": '"no/such"', "id": '"last"', "params": params, "jsonrpc": '"1.0"'}[twice]
    data = frame(way, more=f',"{twice}":{last}')
    if twice == "id":
        assert way.say(data)["id"] == "last"
        return check_ping(way)
    check(way, data, {"method": NO_METHOD, "params": BAD_PARAMS, "jsonrpc": NO_REQUEST}[twice])


def test_numbers_at_their_limits(way):
    """Values that no tool asks for are taken as they are, however long they are written."""
    for number in ["1e308", "-1e-400", "0." + "3" * 100_000, "-0", "1" + "0" * 300]:
        assert "result" in way.say(in_params(way, number))
    check_ping(way)


def test_unexpected_params(way):
    """What belongs to requests that ask back, and what nobody knows, is left alone."""
    for params in ['"inputResponses":{"a":{"action":"accept"}},"requestState":"x"', '"inputResponses":7', '"":null']:
        assert "result" in way.say(frame(way, params=params))
    check_ping(way)


@pytest.mark.parametrize("way", WITH_BATCHES, indirect=True)
@pytest.mark.parametrize("count", [1, 100, 101, 10_000])
def test_batch(way, count):
    """2025-03-26 alone has batches, of a hundred members at most."""
    members = [frame(way, request_id=str(number), method="ping") for number in range(count)]
    batch = b"[" + b",".join(members) + b"]"
    if way.revision != "2025-03-26":
        return check(way, batch, NO_REQUEST)
    if count > 100:
        return check(way, batch, NO_REQUEST, str(count), "at most 100")
    replies = way.say(batch)
    assert [reply["id"] for reply in replies] == list(range(count))
    check_ping(way)


def test_unknown_revision(way):
    """A session gets the newest one that it can have; a request that carries an unknown one is told what there is."""
    if way.revision == MODERN:
        for version in ["2099-01-01", "2025-11-25", "", "v999"]:
            data = frame(way).replace(f'"{MODERN}"'.encode(), json.dumps(version).encode())
            if isinstance(way, HTTPWay):
                way.headers["MCP-Protocol-Version"] = version
                error = way.say(data)["error"]
                way.headers["MCP-Protocol-Version"] = MODERN
                if version in ("2025-11-25", ""):
                    assert error["code"] in (MISMATCH, UNSUPPORTED)
                    continue
            else:
                error = way.say(data)["error"]
            assert error["code"] == UNSUPPORTED and error["data"] == {"supported": [MODERN], "requested": version}
    elif isinstance(way, HTTPWay):
        for version in ["2099-01-01", "1.0", "", MODERN]:
            answer = ask(way.site, request(body=initialize(version)))
            assert answer.json["result"]["protocolVersion"] == "2025-11-25"
    else:
        with McpProcess() as server:
            for version in ["2099-01-01", "1.0", "", MODERN]:
                assert server.initialize(version)["protocolVersion"] == "2025-11-25"
    check_ping(way)


def listing(*params) -> bytes:
    """A request whose parameters are these, or that has none."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    return json.dumps(message | {"params": params[0]} if params else message).encode()


CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
ENVELOPES = {
    "no params": listing(),
    "no _meta": listing({}),
    "_meta is a number": listing({"_meta": 7}),
    "no version": listing({"_meta": {CAPABILITIES_KEY: {}}}),
    "no capabilities": listing({"_meta": {VERSION_KEY: MODERN}}),
    "a version that is a number": listing({"_meta": {**META, VERSION_KEY: 7}}),
    "capabilities that are a list": listing({"_meta": {**META, CAPABILITIES_KEY: []}}),
}


@pytest.mark.parametrize("way", [way for way in WAYS if MODERN in way], indirect=True)
@pytest.mark.parametrize("lack", ENVELOPES)
def test_envelope(way, lack):
    """On stdio a message without the version's key is one of a session, and there is none."""
    is_session = isinstance(way, StdioWay) and lack in ("no params", "no _meta", "_meta is a number", "no version")
    check(way, ENVELOPES[lack], NO_REQUEST if is_session else BAD_PARAMS, "io.modelcontextprotocol/")


HEADERS = {
    "no version": ({"MCP-Protocol-Version": None}, MISMATCH),
    "another version": ({"MCP-Protocol-Version": "2025-11-25"}, MISMATCH),
    "an unknown version": ({"MCP-Protocol-Version": "2099-01-01"}, MISMATCH),
    "no method": ({"Mcp-Method": None}, MISMATCH),
    "another method": ({"Mcp-Method": "tools/list"}, MISMATCH),
    "a method in capitals": ({"Mcp-Method": "TOOLS/CALL"}, MISMATCH),
    "no name": ({"Mcp-Name": None}, MISMATCH),
    "another name": ({"Mcp-Name": "docker_logs"}, MISMATCH),
    "broken base64": ({"Mcp-Name": "=?base64?!?="}, MISMATCH),
    "base64 of no UTF-8": ({"Mcp-Name": "=?base64?/w==?="}, MISMATCH),
    "a long name": ({"Mcp-Name": "x" * 10_000}, MISMATCH),
    "a parameter that no tool asks for": ({"Mcp-Param-Source": "=?base64?!?="}, BAD_PARAMS),
    "the name in base64": ({"Mcp-Name": "=?base64?bm9uZQ==?="}, BAD_PARAMS),
}


@pytest.mark.parametrize("case", HEADERS)
def test_headers_and_body(http_server, case):
    _, site = http_server
    changes, code = HEADERS[case]
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "none", **changes}
    body = json.dumps({"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {"name": "none", "_meta": META}})
    answer = ask(site, request(body=body.encode(), **headers))
    assert answer.status == 400 and answer.json["id"] == 9 and answer.json["error"]["code"] == code, answer
    check_alive(site)


def test_a_line_of_100_mb():
    """Refused as soon as it is too long, and kept by nobody."""
    with McpProcess() as server:
        server.initialize()
        before = watch.peak_kilobytes(server.process.pid)
        piece = b" " * (1 << 20)
        for _ in range(100):
            server.process.stdin.write(piece)
        assert server.message(lambda message: "error" in message)["error"]["code"] == NO_REQUEST
        server.send_raw(b"\n")
        assert server.request("ping")["result"] == {}
        # What is kept of it is 16 MiB at most, in a buffer that doubles as it grows.
        assert watch.peak_kilobytes(server.process.pid) - before < 56 << 10


@pytest.mark.parametrize("size", ["announced", "chunked"])
def test_a_body_of_100_mb(http_server, size):
    server, site = http_server
    before = watch.peak_kilobytes(server.process.pid)
    piece = b" " * (1 << 20)
    with Peer(site) as peer:
        if size == "announced":
            peer.send(request(Content_Length=str(100 << 20)))
        else:
            peer.send(request(Content_Length=None, Transfer_Encoding="chunked"))
        start = time.monotonic()
        for _ in range(100):
            peer.send(piece if size == "announced" else b"%x\r\n%s\r\n" % (len(piece), piece))
        assert peer.answer().status == 413
        assert peer.has_ended() and time.monotonic() - start < PATIENCE
    assert watch.peak_kilobytes(server.process.pid) - before < 32 << 10
    check_alive(site)


@pytest.mark.parametrize("transport", ["stdio", "http"])
@pytest.mark.parametrize("what", ["list", "lists", "members", "texts"])
def test_memory_of_many_values(transport, what):
    """4 MB of the cheapest values to write: the tree of all of them would take 80 MB and more."""
    piece = {"list": "0,", "lists": "[0],", "members": '{"a":0},', "texts": '"",'}[what]
    body = ("[" + piece * ((4 << 20) // len(piece) - 2) + "0]").encode()
    if transport == "stdio":
        with McpProcess() as server:
            server.initialize()
            grown = grower(server.process.pid)
            server.process.stdin.write(body + b"\n")
            server.process.stdin.flush()
            message = server.message(lambda message: "error" in message)["error"]["message"]
            grown = grown()
    else:
        with serving_http({}) as (server, site):
            check_alive(site)
            grown = grower(server.process.pid)
            message = ask(site, request(body=body)).json["error"]["message"]
            grown = grown()
    assert "more than 100000 values" in message
    assert grown < 24 << 10, f"{grown} KB for a message of 4 MB"


def grower(pid: int):
    """By how much the memory's peak grows from now on, when called."""
    before = watch.peak_kilobytes(pid)
    return lambda: watch.peak_kilobytes(pid) - before
