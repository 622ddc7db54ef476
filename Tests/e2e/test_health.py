"""A dead source costs its deadline once; then its last error comes at once, until a probe finds it back."""

import contextlib
import time

import pytest

from support import fake_engine
from support.engines import dual, eventually, quick, stopped
from support.fake_engine import FakeEngine, full_backlog, refused, reply, silent_listener
from support.program import serving, text_of

DEADLINE = 2.0
# What the machine may take: this is no measurement (scripts/bench dead measures).
SLACK = 1.5


@contextlib.contextmanager
def hanging():
    with FakeEngine({".*": fake_engine.hang}) as engine:
        yield engine.address


@contextlib.contextmanager
def tls_port():
    """Answers as Docker's TLS port does to plain HTTP, and not at once."""

    def answer(connection):
        time.sleep(0.05)
        connection.sendall(
            reply(b"Client sent an HTTP request to an HTTPS server.\n", "400 Bad Request", "text/plain")
        )

    with FakeEngine({".*": answer}) as engine:
        yield engine.address


@contextlib.contextmanager
def nowhere():
    yield "no-such-host.invalid:2375"


# What the first call says, and whether later calls are certainly spared: what fails within 2 ms is asked every time.
DEAD = {
    "refused": (refused, {"connection_refused"}, False),
    "full backlog": (full_backlog, {"connect_timeout"}, True),
    "never accepts": (silent_listener, {"deadline_exceeded"}, True),
    "never answers": (hanging, {"deadline_exceeded"}, True),
    "no such name": (nowhere, {"host_not_found"}, False),
    "TLS port": (tls_port, {"tls_expected"}, True),
}


def listed(server) -> tuple[float, dict]:
    """Seconds of a list, and the second source's row in its answer."""
    start = time.monotonic()
    answer = server.answer("docker_list_containers")
    seconds = time.monotonic() - start
    good, bad = answer["sources"]
    assert good["state"] == "connected" and "error" not in good
    assert {row["source"] for row in answer["containers"]} >= {"local"}
    return seconds, bad


def opened(server) -> dict:
    """The second source's error, once its circuit is open: a busy machine may take a second call to be sure."""

    def check():
        _, bad = listed(server)
        assert bad["error"]["code"] == "circuit_open", bad
        return bad

    return eventually(check)["error"]


@pytest.mark.parametrize("trouble", DEAD)
def test_dead_source_costs_its_deadline_once(one, trouble):
    make, codes, is_spared = DEAD[trouble]
    with make() as address, serving(quick(dual(one.socket, address))) as server:
        seconds, bad = listed(server)
        assert bad["error"]["code"] in codes, bad
        assert seconds < DEADLINE + SLACK
        if is_spared:
            error = opened(server)
            assert error["cause"] in codes and error["hint"] and f"failed with {error['cause']}: " in error["message"]
            assert 0 <= error["retry_in_s"] <= 10
        for _ in range(5):
            seconds, bad = listed(server)
            assert seconds < DEADLINE / 2, bad
            assert bad["error"]["code"] in ({"circuit_open"} if is_spared else codes | {"circuit_open"}), bad
            assert bad["state"] in ("unreachable", "misconfigured")


def test_stopped_engine_is_found_back_by_a_probe(one, two, both):
    """SIGSTOP costs one deadline; after SIGCONT the next call after a probe has all rows. The status tells the story."""
    with serving(quick(both)) as server:
        assert server.answer("docker_list_containers")["complete"] is True
        with stopped(two):
            opened(server)
            answer = server.answer("docker_connection_status")
            good, bad = answer["sources"]
            assert good["consecutive_failures"] == 0 and good["latency_p95_ms"] >= good["latency_p50_ms"] > 0
            assert good["state_since"] <= good["last_success_at"] <= answer["generated_at"]
            assert bad["state"] == "unreachable" and bad["error"]["code"] == "circuit_open"
            assert bad["consecutive_failures"] >= 1 and bad["last_success_at"] < bad["state_since"]
            text = text_of(server.call("docker_connection_status"))
            assert "remote: unreachable for " in text and ", last answered " in text
            # 120 columns where names allow; the sockets of throwaway engines have long ones.
            rows = [line for line in text.splitlines() if line.startswith(("SOURCE", "local", "remote"))]
            assert rows and all(len(line) - len(one.socket) < 120 for line in rows)
            # A refresh asks it in spite of that, and is told the same at the deadline.
            bad = server.answer("docker_connection_status", {"refresh": True})["sources"][1]
            assert bad["error"]["code"] in ("deadline_exceeded", "connect_timeout"), bad
            since = bad["state_since"]
        eventually(lambda: check_complete(server.answer("docker_list_containers")))
        row = server.answer("docker_connection_status", {"source": "remote"})["sources"][0]
        assert row["state"] == "connected" and row["state_since"] > since and row["consecutive_failures"] == 0


def check_complete(answer: dict):
    assert answer["complete"] is True


def test_refresh_finds_it_at_once(one, two, both):
    """Whoever does not want to wait for the probe asks for a refresh."""
    with serving(quick(both)) as server:
        with stopped(two):
            opened(server)
        answer = server.answer("docker_connection_status", {"refresh": True})
        assert [source["state"] for source in answer["sources"]] == ["connected", "connected"]
        assert server.answer("docker_list_containers")["complete"] is True


def test_calls_under_way_go_on_when_the_circuit_opens(one):
    """A slow answer that is on its way is waited for, though another call has found the source silent."""

    def slow(connection):
        time.sleep(3)
        connection.sendall(reply([]))

    with FakeEngine({"/images/json": slow}) as engine:
        with serving({**quick(dual(one.socket, engine.address), "20s")}) as server:
            call = server.start_call("docker_list_images")
            time.sleep(0.2)
            assert server.answer("docker_list_containers")["complete"] is True
            assert server.checked("docker_list_images", server.reply(call)["result"])["structuredContent"]["complete"]


def test_one_slow_question_is_no_dead_source(one):
    """An engine that hangs with its list and answers pings goes on being asked."""
    with FakeEngine({"/containers/json": fake_engine.hang}) as engine:
        with serving(quick(dual(one.socket, engine.address))) as server:
            for _ in range(2):
                _, bad = listed(server)
                assert bad["error"]["code"] == "deadline_exceeded"
            row = server.answer("docker_connection_status")["sources"][1]
            assert "error" not in row and row["state"] in ("connected", "degraded")
            assert any(path == "/_ping" for path in engine.requests)


def test_local_socket_that_appears_is_seen_at_once(one, short_folder):
    """Whoever starts Docker need not wait for a probe."""
    path = f"{short_folder}/docker.sock"
    with refused() as nobody, serving(quick(dual(path, nobody))) as server:
        for _ in range(3):
            server.failure("docker_list_containers")
        with FakeEngine(path=path):
            answer = server.answer("docker_list_containers")
            assert answer["sources"][0]["state"] == "connected"


def test_clock_skew_is_warned_of(one):
    info = {"ID": "FAKE", "Containers": 1, "ContainersRunning": 1, "Images": 1, "SystemTime": "2020-01-01T00:00:00.5Z"}
    with FakeEngine({"/info": reply(info)}) as engine, serving(dual(one.socket, engine.address)) as server:
        good, bad = server.answer("docker_connection_status")["sources"]
    assert not any("clock" in warning for warning in good.get("warnings", []))
    assert any("clock" in warning and "days behind" in warning for warning in bad["warnings"])
