"""Links that are slow, drip, cut or go away: the source behind costs its own rows, and no test waits longer than its deadline says."""

import contextlib
import os
import shutil
import signal
import subprocess
import time

import pytest
from support.engines import dual, until
from support.program import run, serving
from support.relay import Relay, connect

DEADLINE = {"DOCKER_MCP_DEADLINE": "3s", "DOCKER_MCP_CONNECT_TIMEOUT": "2s"}
# Seconds that a call may take: the deadline, and what a busy machine takes beside it. scripts/bench measures.
LIMIT = 3 + 4


def states(answer: dict) -> list[str]:
    return [source.get("error", {}).get("code", source["state"]) for source in answer["sources"]]


@pytest.fixture
def relay(two):
    with Relay(os.environ["ENGINE_2_TCP"]) as relay:
        yield relay


def test_a_slow_link_is_whole(one, relay):
    relay.mode = "delay"
    result = run("containers", "--json", settings={**dual(one.socket, relay.address), **DEADLINE})
    assert result.seconds < LIMIT
    assert result.code == 0 and states(result.json) == ["connected", "connected"]


@pytest.mark.parametrize(
    ("mode", "codes"),
    [("drip", {"deadline_exceeded"}), ("deaf", {"deadline_exceeded"}), ("cut", {"reply_malformed"})],
)
def test_a_bad_link_costs_its_own_rows(one, relay, mode, codes):
    with serving({**dual(one.socket, relay.address), **DEADLINE}) as server:
        whole = server.answer("docker_list_containers")
        assert states(whole) == ["connected", "connected"]
        relay.mode = mode
        start = time.monotonic()
        answer = server.answer("docker_list_containers")
        assert time.monotonic() - start < LIMIT
        local, remote = states(answer)
        assert local == "connected" and remote in codes
        ours = [row["name"] for row in whole["containers"] if row["source"] == "local"]
        assert [row["name"] for row in answer["containers"]] == ours
        relay.mode = "forward"
        until(lambda: states(server.answer("docker_list_containers")) == ["connected", "connected"])


def test_engine_killed_in_mid_reply(one, two):
    """What stands for the engine dies by SIGKILL while its reply is on the way."""
    script = "import sys; sys.path[:0] = sys.argv[1:3]\nfrom support.relay import Relay\nimport time\n"
    script += "relay = Relay(sys.argv[3]); relay.mode = 'drip'; print(relay.address, flush=True); time.sleep(600)\n"
    tests = os.path.dirname(os.path.abspath(__file__))
    command = ["python3", "-c", script, tests, os.path.dirname(tests), os.environ["ENGINE_2_TCP"]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as engine:
        address = engine.stdout.readline().strip()
        settings = {**dual(one.socket, address), "DOCKER_MCP_DEADLINE": "300s"}
        with serving(settings) as server:
            request = server.start_call("docker_list_containers")
            time.sleep(0.5)
            start = time.monotonic()
            engine.send_signal(signal.SIGKILL)
            answer = server.reply(request)["result"]["structuredContent"]
            # Seen at once: nothing of the deadline of five minutes is waited for.
            assert time.monotonic() - start < LIMIT
    assert states(answer) == ["connected", "reply_malformed"]


@pytest.fixture
def far_away(one):
    """Engine 1 behind a cable of its own: an address in a network namespace, and a function that pulls the cable or puts it back."""
    name, cable = f"e2e{os.getpid()}", f"e2e{os.getpid() % 10_000}"

    def ip(*words):
        subprocess.run(["ip", *words], check=True)

    if shutil.which("ip") is None:
        pytest.fail("ip is not there: install iproute2")
    ip("netns", "add", name)
    try:
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("addr", "add", "10.231.77.1/30", "dev", cable)
        ip("link", "set", cable, "up")
        ip("-n", name, "addr", "add", "10.231.77.2/30", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        listen = ["ip", "netns", "exec", name, "socat", "TCP-LISTEN:2375,fork,reuseaddr", f"UNIX-CONNECT:{one.socket}"]
        engine = subprocess.Popen(listen)
        try:
            until(lambda: reachable("10.231.77.2:2375"))
            yield "10.231.77.2:2375", lambda state: ip("-n", name, "link", "set", "eth0", state)
        finally:
            engine.terminate()
            engine.wait(30)
    finally:
        # Deleting the namespace deletes the cable.
        ip("netns", "delete", name)


def reachable(address: str) -> bool:
    with contextlib.suppress(OSError):
        connect(address).close()
        return True
    return False


def test_cable_that_is_pulled(two, far_away):
    """Kept connections lead nowhere then; the other source stays whole, and all is well when the cable is back."""
    address, link = far_away
    settings = {"DOCKER_SOURCES": f"far=tcp://{address},near={two.settings['DOCKER_HOST']}", **DEADLINE}
    with serving(settings) as server:
        assert states(server.answer("docker_list_containers")) == ["connected", "connected"]
        link("down")
        start = time.monotonic()
        far, near = states(server.answer("docker_list_containers"))
        assert far in ("deadline_exceeded", "connect_timeout", "no_route") and near == "connected"
        assert time.monotonic() - start < LIMIT
        # From the second call on nothing is waited for.
        start = time.monotonic()
        assert states(server.answer("docker_list_containers"))[1] == "connected"
        assert time.monotonic() - start < 2.5
        link("up")
        until(lambda: states(server.answer("docker_list_containers")) == ["connected", "connected"], 60)
