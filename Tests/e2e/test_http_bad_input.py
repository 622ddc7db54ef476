"""HTTP that is broken, too large, too slow or too much: refused in form, and the next client is served."""

import socket
import time

import pytest

from support import watch
from support.engines import until
from support.http import serving_http
from support.program import PATIENCE
from support.raw_http import Peer, ask, begin, check_alive, message, modern, request

PING = message("ping")
MIB = 1 << 20


@pytest.fixture(scope="module")
def running():
    with serving_http({"MCP_RATE_LIMIT": "0"}) as (server, site):
        yield server, site
        assert server.process.poll() is None


@pytest.fixture(scope="module")
def site(running):
    return running[1]


def head(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def chunked(body: bytes, **headers) -> bytes:
    return request(Content_Length=None, Transfer_Encoding="chunked", **headers) + body


REFUSED = {
    # What was sent, the status, and a header that must be there.
    "PUT": (request("PUT", body=PING), 405, "allow"),
    "PATCH": (request("PATCH", body=PING), 405, "allow"),
    "TRACE": (request("TRACE"), 405, "allow"),
    "OPTIONS": (request("OPTIONS"), 405, "allow"),
    "a method of its own": (request("BREW"), 400, None),
    "POST /health": (request(target="/health", body=PING), 405, "allow"),
    "DELETE /tools": (request("DELETE", "/tools"), 405, "allow"),
    "POST /sse": (request(target="/sse", body=PING), 405, "allow"),
    "GET /messages": (request("GET", "/messages"), 405, "allow"),
    "/": (request(target="/", body=PING), 404, None),
    "/mcp/": (request(target="/mcp/", body=PING), 404, None),
    "/MCP": (request(target="/MCP", body=PING), 404, None),
    "/mcp/../mcp": (request(target="/mcp/../mcp", body=PING), 404, None),
    "/%6dcp": (request(target="/%6dcp", body=PING), 404, None),
    "//mcp": (request(target="//mcp", body=PING), 404, None),
    "no content type": (request(body=PING, Content_Type=None), 415, None),
    "text": (request(body=PING, Content_Type="text/plain"), 415, None),
    "a form": (request(body=PING, Content_Type="application/x-www-form-urlencoded"), 415, None),
    "nearly JSON": (request(body=PING, Content_Type="application/jsonp"), 415, None),
    "two content types": (request(body=PING, Content_Type="application/json\r\nContent-Type: text/plain"), 415, None),
    "accepts HTML": (request(body=PING, Accept="text/html"), 406, None),
    "accepts JSON only": (request(body=PING, Accept="application/json"), 406, None),
    "accepts events only": (request(body=PING, Accept="text/event-stream"), 406, None),
    "accepts images": (request(body=PING, Accept="image/*, text/plain;q=0.5"), 406, None),
    "GET that wants JSON": (request("GET", Accept="application/json"), 406, None),
    "/sse that wants JSON": (request("GET", "/sse", Accept="application/json"), 406, None),
    "no body": (request(), 400, None),
    "spaces": (request(body=b" " * 10_000), 400, None),
    "a foreign host in the line": (request(target="http://evil.example/mcp", body=PING), 421, None),
    "... as in the header": (request(target="http://evil.example/mcp", body=PING, Host="evil.example"), 421, None),
    "another host in the line": (request(target="http://127.0.0.1/mcp", body=PING), 421, None),
    "a user in the line": (request(target="http://localhost@evil.example/mcp", body=PING), 421, None),
    "no host": (request(body=PING, Host=None), 421, None),
    "a session without an id": (request(body=PING), 400, None),
    "a session of nobody": (request(body=PING, Mcp_Session_Id="0" * 32), 404, None),
    "a session id of 10,000 bytes": (request(body=PING, Mcp_Session_Id="0" * 10_000), 404, None),
    "/messages without a session": (request(target="/messages", body=PING), 404, None),
    "/messages of two sessions": (request(target="/messages?sessionId=a&sessionId=b", body=PING), 404, None),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(site, case):
    data, status, header = REFUSED[case]
    answer = ask(site, data)
    assert answer.status == status and (header is None or answer.headers[header]), answer
    assert b"evil" not in answer.body and len(answer.body) < 1000
    check_alive(site)


BROKEN = {
    # What is no HTTP gets one of these statuses, or no answer at all, and then the connection ends.
    "a greeting": (b"EHLO\r\n\r\n", {400}),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x07" * 508, {400}),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}),
    "HTTP/0.9": (b"GET /health\r\n\r\n", {400}),
    "HTTP/9.9": (head("GET /health HTTP/9.9", "Host: localhost"), {400, 505}),
    "a space in the target": (head("GET /he alth HTTP/1.1", "Host: localhost"), {400}),
    "a NUL in the target": (head("GET /\0 HTTP/1.1", "Host: localhost"), {400}),
    "a NUL in a header": (head("GET /health HTTP/1.1", "Host: localhost", "X-A: a\0b"), {400}),
    "a space in a name": (head("GET /health HTTP/1.1", "Host: localhost", "X A: b"), {400}),
    "a space before the colon": (head("GET /health HTTP/1.1", "Host: localhost", "X-A : b"), {400}),
    "no colon": (head("GET /health HTTP/1.1", "Host: localhost", "nonsense"), {400}),
    "two lengths": (request(body=b"{}", Content_Length="2\r\nContent-Length: 3"), {400}),
    "a length below zero": (request(Content_Length="-1"), {400}),
    "a length in words": (request(Content_Length="many"), {400}),
    "a length of 30 digits": (request(Content_Length="9" * 30), {400, 413}),
    "length and chunks": (request(body=b"0\r\n\r\n", Transfer_Encoding="chunked"), {400}),
    "chunks that come twice": (chunked(b"0\r\n\r\n", X="y\r\nTransfer-Encoding: chunked"), {400}),
    "an unknown encoding": (request(Content_Length=None, Transfer_Encoding="gzip"), {400, 501}),
    "a chunk's size in words": (chunked(b"size\r\nx\r\n0\r\n\r\n"), {400}),
    "a chunk's size below zero": (chunked(b"-1\r\nx\r\n0\r\n\r\n"), {400}),
    "a chunk's size of 30 digits": (chunked(b"f" * 30 + b"\r\nx\r\n"), {400, 413}),
    "a chunk longer than its size": (chunked(b"1\r\nxyz\r\n0\r\n\r\n"), {400}),
    "one long header": (request("GET", "/health", X_Long="x" * 20_000), {431}),
    "many headers": (request("GET", "/health", **{f"X_{n}": "y" for n in range(200)}), {431}),
    "headers without end": (head("GET /health HTTP/1.1", "Host: localhost")[:-2] + b"X-A: " + b"y" * MIB, {431}),
    "a target of 100 KB": (head(f"GET /{'x' * 100_000} HTTP/1.1", "Host: localhost"), {431, 414}),
    "a name of 100 KB": (head("GET /health HTTP/1.1", "Host: localhost", f"{'x' * 100_000}: y"), {431}),
    "a body one byte too large": (request(Content_Length=str(4 * MIB + 1)), {413}),
    "chunks that are too many": (chunked(b"10000\r\n%s\r\n" % (b" " * 65536) * 65), {413}),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken(site, case):
    data, statuses = BROKEN[case]
    with Peer(site) as peer:
        peer.send(data)
        answer = peer.answer()
        assert answer.status in statuses, answer
        assert peer.has_ended(), "the connection is used on"
    check_alive(site)


def test_the_largest_that_fits(site):
    """Of a body to the byte, and of headers nearly."""
    session = begin(site)
    body = PING + b" " * (4 * MIB - len(PING))
    assert ask(site, request(body=body, **session)).json["result"] == {}
    assert ask(site, request(body=PING, X_Long="x" * 15_000, **session)).json["result"] == {}
    in_chunks = chunked(b"".join(b"1;x=y\r\n%c\r\n" % byte for byte in PING) + b"0\r\nX-Trailer: z\r\n\r\n", **session)
    assert ask(site, in_chunks).json["result"] == {}


def test_hosts_in_the_line(site):
    """A proxy's form of a request is served, as HTTP wants it, when it names this server and nobody else."""
    for host in ["localhost", "127.0.0.1", site.removeprefix("http://")]:
        session = begin(site)
        answer = ask(site, request(target=f"http://{host}/mcp", body=PING, Host=host, **session))
        assert answer.status == 200 and answer.json["result"] == {}


CUTS = {
    "nothing": b"",
    "half a line": b"POST /mc",
    "half a header": b"POST /mcp HTTP/1.1\r\nHost: loc",
    "all headers": request(Content_Length="100"),
    "half a body": request(Content_Length="100") + b'{"jsonrpc":',
    "half a chunk": chunked(b'20\r\n{"json'),
    "half a size": chunked(b"2"),
    "no last chunk": chunked(b"2\r\n{}\r\n"),
    "a whole request": modern("server/discover"),
    "one and a half": modern("server/discover") + modern("server/discover")[:100],
}


@pytest.mark.parametrize("end", ["half-closed", "closed", "reset"])
@pytest.mark.parametrize("cut", CUTS)
def test_ends_early(running, cut, end):
    """Nobody waits for the rest; nothing is kept."""
    server, site = running
    before = watch.descriptors(server.process.pid)
    peers = [Peer(site) for _ in range(20)]
    for peer in peers:
        peer.send(CUTS[cut])
        if end == "half-closed":
            peer.socket.shutdown(socket.SHUT_WR)
        else:
            if end == "reset":
                peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            peer.close()
    if end == "half-closed":
        assert all(peer.has_ended() for peer in peers)
    until(lambda: watch.descriptors(server.process.pid) <= before + 2)
    for peer in peers:
        peer.close()
    check_alive(site)


def test_slow_senders(running):
    """They get 408 after 15 s, and hold nobody up meanwhile; neither do clients that send nothing."""
    server, site = running
    before = watch.descriptors(server.process.pid)
    slow = [Peer(site) for _ in range(30)]
    silent = [Peer(site) for _ in range(30)]
    start = time.monotonic()
    for peer in slow:
        peer.send(request(Content_Length="1000") + b"{")
    while time.monotonic() - start < 10:
        for peer in slow:
            peer.send(b" ")
        asked = time.monotonic()
        check_alive(site)
        assert time.monotonic() - asked < 5
        time.sleep(0.5)
    for peer in slow:
        assert peer.answer().status == 408
        assert peer.has_ended()
    assert 10 < time.monotonic() - start < PATIENCE
    for peer in silent:
        peer.send(modern("server/discover"))
        assert peer.answer().status == 200
        peer.close()
    until(lambda: watch.descriptors(server.process.pid) <= before + 2)


def test_slow_reader(running):
    """Answers that nobody takes fill no memory: what a client doesn't read, the server doesn't make."""
    server, site = running
    before = watch.resident_kilobytes(server.process.pid)
    with Peer(site) as peer:
        peer.socket.settimeout(1.5)
        lists = modern("tools/list") * 100
        try:
            for _ in range(100):
                peer.socket.sendall(lists)
        except TimeoutError:
            pass
        else:
            pytest.fail("the server takes requests without end from a client that reads nothing")
        # All answers together would have hundreds of megabytes.
        assert watch.resident_kilobytes(server.process.pid) - before < 24 << 10
        check_alive(site)


def test_rate():
    """A burst of 200 is served; then 429 says when to come back, and then one is served again."""
    with serving_http({"MCP_RATE_LIMIT": "1"}) as (server, site), Peer(site) as peer:
        statuses = []
        for _ in range(230):
            peer.send(modern("server/discover"))
            answer = peer.answer()
            statuses.append(answer.status)
        served = statuses.count(200)
        assert 200 <= served < 225 and set(statuses) == {200, 429} and statuses[-1] == 429
        assert answer.headers["retry-after"] == "1" and answer.json["error"]
        until(lambda: ask(site, modern("server/discover")).status == 200, pause=0.5)
        assert server.process.poll() is None
