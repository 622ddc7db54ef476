"""Subscriptions to a real engine's containers: what is told when one changes, and what that costs the engine."""

import contextlib
import time

import pytest
from support.program import serving
from support.proxy import RecordingProxy

WATCHED = "docker://local/containers/watched"


@pytest.fixture
def watched(one):
    """A container of the test's own: made when called, removed at the end."""

    def create():
        one.docker("create", "--name", "watched", "--network", "none", "busybox:test", "true")

    yield create
    with contextlib.suppress(Exception):
        one.docker("rm", "--force", "watched")


def event_streams(proxy: RecordingProxy) -> int:
    return sum("/events" in path for _, path in proxy.requests)


def wait_until(holds, what: str, patience: float = 30):
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def is_update(uri: str):
    return lambda message: message.get("method") == "notifications/resources/updated" and message["params"]["uri"] == uri


@pytest.mark.parametrize("end", ["unsubscribe", "keep"])
def test_changes_are_told_and_the_engine_is_asked_once(one, watched, short_folder, end):
    uris = [WATCHED, f"{WATCHED}/logs", "docker://sources"]
    with RecordingProxy(one.socket, f"{short_folder}/engine.sock") as proxy:
        with serving({"DOCKER_HOST": f"unix://{proxy.address}"}) as server:
            for uri in uris:
                assert server.request("resources/subscribe", {"uri": uri})["result"] == {}
            wait_until(lambda: event_streams(proxy) == 1, "the engine is not asked for its events")
            # The request has passed the proxy; the engine takes a moment to listen.
            time.sleep(0.5)
            watched()
            for uri in uris:
                server.message(is_update(uri))
            assert event_streams(proxy) == 1
            if end == "keep":
                return
            # The first to subscribe reads for all: when it goes, another goes on.
            server.request("resources/unsubscribe", {"uri": WATCHED})
            wait_until(lambda: event_streams(proxy) == 2, "nobody reads on")
            time.sleep(0.5)
            one.docker("rm", "watched")
            server.message(is_update(f"{WATCHED}/logs"))
            assert event_streams(proxy) == 2


def test_a_source_that_comes_back_is_told(one, short_folder):
    with serving({"DOCKER_HOST": f"unix://{short_folder}/engine.sock"}) as server:
        server.request("resources/subscribe", {"uri": "docker://sources"})
        server.message(is_update("docker://sources"))
        with RecordingProxy(one.socket, f"{short_folder}/engine.sock"):
            server.message(is_update("docker://sources"))
            assert server.answer("docker_connection_status")["sources"][0]["state"] == "connected"
