"""One source can't hurt another: dead, deaf or slow engines cost their own rows and no more than their deadline."""

import contextlib
import time

import pytest

from support import fake_engine
from support.engines import dual, eventually, quick, stopped
from support.fake_engine import FakeEngine, full_backlog, refused, silent_listener
from support.program import PATIENCE, McpProcess, run, serving, text_of
from support.tools import TOOLS

DEADLINE = 2.0
# What the machine may take beside the deadline: this is no measurement (scripts/bench measures).
SLACK = 3.0
CALLS = {
    "docker_list_containers": {},
    "docker_inspect": {"container_id": "web"},
    "docker_logs": {"container_id": "web"},
    "docker_list_images": {},
    "docker_image_info": {"image_id": "busybox:test"},
    "docker_connection_status": {},
}


@contextlib.contextmanager
def hanging():
    with FakeEngine({".*": fake_engine.hang}) as engine:
        yield engine.address


TROUBLES = {
    "refused": (refused, {"connection_refused"}),
    "full backlog": (full_backlog, {"connect_timeout"}),
    "never accepts": (silent_listener, {"deadline_exceeded"}),
    "never answers": (hanging, {"deadline_exceeded"}),
}


def check(answer: dict, codes: set):
    """The good source is complete; the other is one entry with a code and a hint."""
    good, bad = answer["sources"]
    assert good["state"] == "connected" and "error" not in good
    assert bad["state"] == "unreachable" and bad["error"]["code"] in codes and bad["error"]["hint"]
    assert answer["complete"] is False
    assert answer["incomplete_because"] == [f"source remote: {bad['error']['code']}"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_tool_with_one_source_in_trouble(one, trouble):
    make, codes = TROUBLES[trouble]
    with make() as address, serving(quick(dual(one.socket, address))) as server:
        start = time.monotonic()
        calls = {server.start_call(tool, arguments): tool for tool, arguments in CALLS.items()}
        for request, tool in calls.items():
            result = server.checked(tool, server.reply(request)["result"])
            assert not result.get("isError"), text_of(result)
            check(result["structuredContent"], codes)
        # All were asked at once, so all end by the deadline of one.
        assert time.monotonic() - start < DEADLINE + SLACK
        rows = server.answer("docker_list_containers")["containers"]
    assert {row["name"] for row in rows} == one.names() and {row["source"] for row in rows} == {"local"}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_command_with_one_source_in_trouble(one, trouble):
    make, codes = TROUBLES[trouble]
    with make() as address:
        result = run(
            "containers", "--json", "--timeout", "2s", "--connect-timeout", "1s", settings=dual(one.socket, address)
        )
    assert result.code == 1 and result.seconds < DEADLINE + SLACK
    check(result.json, codes)
    assert {row["name"] for row in result.json["containers"]} == one.names()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_text_says_first_what_failed(one, trouble):
    make, codes = TROUBLES[trouble]
    with make() as address, serving(quick(dual(one.socket, address))) as server:
        lines = text_of(server.call("docker_list_containers")).splitlines()
    assert "remote" in lines[0] and any(code in lines[0] for code in codes)
    assert any("only-one" in line for line in lines)


def test_stopped_engine(one, two, both):
    """SIGSTOP: connections are taken, nothing is answered. The other's rows come; after SIGCONT all is well again."""
    with serving(quick(both)) as server:
        assert server.answer("docker_list_containers")["complete"] is True
        with stopped(two):
            start = time.monotonic()
            calls = {server.start_call(tool, arguments): tool for tool, arguments in CALLS.items()}
            for request, tool in calls.items():
                answer = server.checked(tool, server.reply(request)["result"])["structuredContent"]
                check(answer, {"deadline_exceeded", "connect_timeout", "circuit_open"})
            assert time.monotonic() - start < DEADLINE + SLACK
            text = server.failure("docker_inspect", {"container_id": "only-two"})
            assert text.startswith("not_found: ") and "local" in text and "remote" in text
        eventually(lambda: check_complete(server.answer("docker_list_containers"), one, two))


def check_complete(answer: dict, one, two):
    assert answer["complete"] is True
    assert {row["name"] for row in answer["containers"]} == one.names() | two.names()


def test_server_starts_with_a_stopped_engine(two, both):
    with stopped(two), McpProcess(quick(both)) as server:
        start = time.monotonic()
        server.initialize()
        assert len(server.tools) == len(TOOLS) and time.monotonic() - start < SLACK
        check(server.answer("docker_list_containers"), {"deadline_exceeded", "connect_timeout"})


def test_every_source_in_trouble():
    """A whole call fails only when nothing was answered; its text says why for each, and what to do."""
    with refused() as address, serving(quick(dual("/nonexistent/docker.sock", address))) as server:
        for tool, arguments in CALLS.items():
            if tool == "docker_connection_status":
                continue
            text = server.failure(tool, arguments)
            assert "\nhint: " in text and "local" in text and "remote" in text and address in text
        answer = server.answer("docker_connection_status")
        assert [source["state"] for source in answer["sources"]] == ["unreachable", "unreachable"]
        assert answer["summary"]["connected"] == 0


def test_engine_that_comes_back(one, short_folder):
    """A dead source is asked again: when its engine is back, its rows are."""
    path = f"{short_folder}/docker.sock"
    with refused() as nobody, serving(quick(dual(path, nobody))) as server:
        server.failure("docker_list_containers")
        with FakeEngine(path=path):

            def is_back():
                result = server.call("docker_list_containers")
                assert not result.get("isError")
                assert [row["name"] for row in result["structuredContent"]["containers"]] == ["fake"]

            eventually(is_back)
        eventually(lambda: server.failure("docker_list_containers"))


def test_slow_tools_do_not_hold_up_quick_ones(one):
    """A call that waits for a deaf engine keeps no other call waiting."""
    with hanging() as address, serving({**dual(one.socket, address), "DOCKER_MCP_DEADLINE": "60s"}) as server:
        slow = server.start_call("docker_list_containers")
        assert server.answer("docker_list_containers", {"source": "local"}, timeout=PATIENCE)["complete"] is True
        server.notify("notifications/cancelled", requestId=slow)
        assert server.request("ping")["result"] == {}


def test_cancelled_call_leaves_the_engine(one):
    """Cancelling closes the connection to the engine at once, long before any deadline."""
    gone = []

    def watch(connection):
        fake_engine.hang(connection)
        gone.append(True)

    with FakeEngine({"/containers/json": watch}) as engine:
        with serving({**dual(one.socket, engine.address), "DOCKER_MCP_DEADLINE": "300s"}) as server:
            request = server.start_call("docker_list_containers")
            eventually(lambda: asserts(any("/containers/json" in path for path in engine.requests)))
            server.notify("notifications/cancelled", requestId=request)
            eventually(lambda: asserts(gone))
            assert server.request("ping")["result"] == {}


def asserts(value):
    assert value
