"""Event streams over HTTP, against the built program: lost and resumed, the server's own, ended, and of nobody."""

import contextlib
import socket
import time

import pytest

from mcp_messages import LEGACY, MODERN
from support.engines import dual, until
from support.fake_engine import FakeEngine, Held, silent_events
from support.http import serving_http
from support.raw_http import Peer, ask, begin, initialize, message, modern, request

SOURCES = "docker://sources"
UNKNOWN = "0123456789abcdef" * 2
CALL = {"name": "docker_list_containers", "arguments": {}, "_meta": {"progressToken": "p"}}


@pytest.fixture
def half_held(short_folder):
    """A server on two engines, one of which keeps the list of containers waiting: its calls tell progress first."""
    held = Held()
    with FakeEngine(path=f"{short_folder}/quick.sock") as quick, FakeEngine({"/containers/json": held}) as slow:
        settings = {**dual(quick.address, slow.address), "DOCKER_MCP_DEADLINE": "300s", "MCP_RATE_LIMIT": "0"}
        with serving_http(settings) as (_, site):
            yield site, held
        held.release()


@pytest.fixture(scope="module")
def site():
    """A server whose only engine isn't there."""
    with serving_http({"DOCKER_HOST": "unix:///nonexistent/docker.sock", "MCP_RATE_LIMIT": "0"}) as (_, site):
        yield site


def open_stream(site: str, session: dict, **headers) -> Peer:
    peer = Peer(site)
    peer.send(request("GET", Content_Type=None, **session, **headers))
    head = peer.head()
    assert head.status == 200 and head.headers["content-type"] == "text/event-stream", head
    return peer


def call_with_progress(site: str, session: dict) -> tuple[Peer, list[dict]]:
    """A call in the middle: the peer, and its events up to the first progress."""
    peer = Peer(site)
    peer.send(request(body=message("tools/call", CALL, "call"), **session))
    head = peer.head()
    assert head.status == 200 and head.headers["content-type"] == "text/event-stream"
    events = [peer.event()]
    while not events[-1].get("data"):
        events.append(peer.event())
    assert '"progress":1' in events[-1]["data"] and '"total":2' in events[-1]["data"]
    return peer, events


def check_rest(site: str, session: dict, last: str):
    """What came after that event, however often it is asked for."""
    for _ in range(2):
        with open_stream(site, session, Last_Event_ID=last) as again:
            progress, result = again.message(), again.message()
            assert progress["params"]["progress"] == 2
            assert result["id"] == "call" and result["result"]["isError"] is False
            assert again.message() is None


@pytest.mark.parametrize("revision", LEGACY[1:])
def test_resumption(half_held, revision):
    """A call whose stream is lost runs on; who comes back gets all that was missed, once, and in order."""
    site, held = half_held
    session = begin(site, revision)
    peer, events = call_with_progress(site, session)
    # The first event without data came with 2025-11-25.
    assert (len(events) == 2) is (revision == "2025-11-25")
    peer.close()
    assert held.gone == 0
    with open_stream(site, session, Last_Event_ID=events[-1]["id"]) as again:
        assert ask(site, request(body=message("ping"), **session)).json["result"] == {}
        assert held.waiting == 1
        held.release()
        assert again.message()["params"]["progress"] == 2
        assert again.message()["result"]["isError"] is False
        assert again.message() is None
    check_rest(site, session, events[-1]["id"])


@pytest.mark.parametrize("end", ["DELETE", "cancelled"])
def test_a_lost_call_can_still_be_ended(half_held, end):
    site, held = half_held
    session = begin(site)
    peer, _ = call_with_progress(site, session)
    peer.close()
    assert ask(site, request(body=message("ping"), **session)).json["result"] == {}
    assert (held.waiting, held.gone) == (1, 0)
    if end == "DELETE":
        assert ask(site, request("DELETE", **session)).status == 204
    else:
        cancel = b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"call"}}'
        assert ask(site, request(body=cancel, **session)).status == 202
    until(lambda: held.gone == 1)


def test_a_lost_stream_of_today_is_a_cancellation(half_held):
    """2026-07-28 has no way back, so nobody waits for the rest."""
    site, held = half_held
    with Peer(site) as peer:
        peer.send(modern("tools/call", {key: CALL[key] for key in ("name", "arguments")}, meta=CALL["_meta"]))
        assert peer.head().headers["content-type"] == "text/event-stream"
        event = peer.event()
        assert '"progress":1' in event["data"] and "id" not in event
        assert held.gone == 0
    until(lambda: held.gone == 1)


def test_events_that_came_while_nobody_listened(short_folder):
    """The server's own stream is resumed where it was lost."""
    path = f"{short_folder}/engine.sock"
    with serving_http({"DOCKER_HOST": f"unix://{path}", "MCP_RATE_LIMIT": "0"}) as (_, site):
        session = begin(site)
        assert ask(site, request(body=message("resources/subscribe", {"uri": SOURCES}), **session)).status == 200
        with open_stream(site, session) as stream:
            while not (event := stream.event()).get("data"):
                pass
            assert "notifications/resources/updated" in event["data"] and SOURCES in event["data"]
        with FakeEngine({"/events": silent_events}, path=path):
            with open_stream(site, session, Last_Event_ID=event["id"]) as stream:
                while not (second := stream.event()).get("data"):
                    pass
                assert second["id"] != event["id"] and SOURCES in second["data"]
            # Again from the first one: the second is still kept.
            with open_stream(site, session, Last_Event_ID=event["id"]) as stream:
                assert stream.event() == second


def test_a_newer_stream_replaces_the_older(site):
    session = begin(site)
    with open_stream(site, session) as older, open_stream(site, session) as newer:
        assert older.message() is None
        assert ask(site, request("DELETE", **session)).status == 204
        assert newer.message() is None


def test_delete(site):
    """It ends the session's stream and the session, and no other."""
    session, other = begin(site), begin(site)
    with open_stream(site, session) as stream, open_stream(site, other) as unharmed:
        assert ask(site, request("DELETE", **session)).status == 204
        assert stream.message() is None
        for method, body in [("POST", message("ping")), ("GET", b""), ("DELETE", b"")]:
            answer = ask(site, request(method, body=body, **session))
            assert answer.status == 404 and answer.json["error"]["code"] == -32600
        assert ask(site, request(body=message("ping"), **other)).json["result"] == {}
        unharmed.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            while unharmed.message():
                pass


STRANGE_IDS = {
    "none": (None, 400),
    "unknown": (UNKNOWN, 404),
    "empty": ("", 404),
    "short": ("0", 404),
    "long": ("0" * 10_000, 404),
    "a path": ("../../etc/passwd", 404),
    "no ASCII": ("é".encode().decode("latin-1"), 404),
    "two": (f"{UNKNOWN}\r\nMcp-Session-Id: {UNKNOWN}", 400),
}


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize("case", STRANGE_IDS)
def test_unknown_session(site, case, method):
    identifier, status = STRANGE_IDS[case]
    answer = ask(site, request(method, body=message("ping") if method == "POST" else b"", Mcp_Session_Id=identifier))
    assert answer.status == status and answer.json["error"]["code"] == -32600, answer


STRANGE_EVENTS = ["x", "-", "", "1--1", "99-1", "0-99999999999999999999", "-1-1", "0x0-1", "x" * 9999]


@pytest.mark.parametrize("last", STRANGE_EVENTS, ids=lambda last: last[:20])
def test_unknown_event(site, last):
    session = begin(site)
    answer = ask(site, request("GET", Last_Event_ID=last, **session))
    assert answer.status == 400 and answer.json["error"], answer
    with open_stream(site, session):
        pass


def test_an_event_of_another_session(half_held):
    """What one session was told is repeated to no other."""
    site, held = half_held
    session, other = begin(site), begin(site)
    peer, events = call_with_progress(site, session)
    with peer:
        assert ask(site, request("GET", Last_Event_ID=events[-1]["id"], **other)).status == 400
        held.release()
        assert peer.message()["params"]["progress"] == 2 and peer.message()["result"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_today_has_neither_streams_nor_sessions(site, method):
    answer = ask(site, request(method, MCP_Protocol_Version=MODERN, **begin(site)))
    assert answer.status == 405 and answer.headers["allow"] == "POST"


def test_streams_have_a_limit(site):
    """The 201st is told when to come back; a place that is left is free again."""
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(open_stream(site, begin(site))) for _ in range(200)]
        for target, headers in (("/mcp", begin(site)), ("/sse", {})):
            answer = ask(site, request("GET", target, **headers))
            assert answer.status == 429 and int(answer.headers["retry-after"]) >= 1
        listen = modern("subscriptions/listen", {"notifications": {"resourceSubscriptions": [SOURCES]}})
        assert ask(site, listen).status == 429
        assert ask(site, modern("tools/list")).status == 200
        for stream in streams[:2]:
            stream.socket.shutdown(socket.SHUT_RDWR)
            stream.close()
        session = begin(site)
        until(lambda: ask_head(site, request("GET", **session)) == 200)


def ask_head(site: str, data: bytes) -> int:
    with Peer(site) as peer:
        peer.send(data)
        return peer.head().status


def test_the_pair_of_2024(site):
    """/sse names where to post; the session ends with the stream."""
    with Peer(site) as stream:
        stream.send(request("GET", "/sse"))
        assert stream.head().status == 200
        first = stream.event()
        assert first["event"] == "endpoint"
        begun = initialize("2024-11-05")
        said = [begun, message("ping", request_id=2), b"{", message("no/such", request_id=4)]
        for number, body in enumerate(said, 1):
            answer = ask(site, request(target=first["data"], body=body))
            if body == b"{":
                assert answer.status == 400 and answer.json["error"]["code"] == -32700
                continue
            assert answer.status == 202
            assert stream.message()["id"] == number
    start = time.monotonic()
    until(lambda: ask(site, request(target=first["data"], body=message("ping"))).status == 404)
    assert time.monotonic() - start < 10
