"""docker_stats beside docker stats: the same numbers, one sample when the last is remembered, and busy loops that are measured right."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time

import pytest

from support.engines import eventually
from support.oracle import answer
from support.program import PRODUCT, clean_environment, run, serving
from support.proxy import RecordingProxy


def binary(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(\w*B)", text).groups()
    return float(number) * {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]


@pytest.mark.parametrize("which", ["one", "two"])
def test_numbers_are_those_of_docker_stats(which, request):
    engine = request.getfixturevalue(which)

    def check():
        ours = {row["name"]: row for row in answer(engine, "stats")["stats"]}
        theirs = {row["Name"]: row for row in engine.docker_rows("stats", "--no-stream")}
        steady = {name for name in ours if name not in ("restarting", "healthy", "unhealthy")}
        assert steady <= set(theirs) and steady
        for name in steady:
            row, (used, limit) = ours[name], theirs[name]["MemUsage"].split(" / ")
            assert row["pids"] == int(theirs[name]["PIDs"])
            assert row["memory_bytes"] == pytest.approx(binary(used), rel=0.1, abs=200_000)
            assert row["memory_limit_bytes"] == pytest.approx(binary(limit), rel=0.01)
            assert row["cpu_percent"] == pytest.approx(float(theirs[name]["CPUPerc"].rstrip("%")), abs=10)

    eventually(check)


@pytest.fixture(scope="module")
def burners(one):
    """A busy loop each at a quarter of a CPU and at a whole one."""
    shares = {"burner-25": 0.25, "burner-100": 1.0}
    for name, cpus in shares.items():
        one.docker(
            "run", "-d", "--name", name, "--network", "none", "--cpus", str(cpus), "--label", "team=burners", "busybox:test",
            "sh", "-c", "while true; do :; done",
        )  # fmt: skip
    yield shares
    one.docker("rm", "-f", *shares)


def test_busy_loops(one, burners):
    """Within a tenth of what they may use; on a machine that has it to give."""

    def check():
        rows = {row["name"]: row for row in answer(one, "stats")["stats"]}
        for name, cpus in burners.items():
            assert rows[name]["cpu_percent"] == pytest.approx(100 * cpus, rel=0.1)
        assert rows["burner-25"]["throttled_percent"] > 50

    eventually(check, timeout=60)


def test_busy_loops_by_one_sample(one, burners):
    """The second answer of a server counts from the sample that it remembers."""

    def check():
        with serving(one.settings) as server:
            server.answer("docker_stats")
            time.sleep(2)
            rows = {row["name"]: row for row in server.answer("docker_stats")["stats"]}
        for name, cpus in burners.items():
            assert rows[name]["cpu_percent"] == pytest.approx(100 * cpus, rel=0.1)
            assert rows[name]["block_read_bytes_per_s"] >= 0

    eventually(check, timeout=60)


def test_throttling_is_a_problem(one, burners):
    def check():
        found = {(row["problem"], row.get("name")) for row in answer(one, "problems")["problems"]}
        assert ("cpu_throttled", "burner-25") in found

    eventually(check, timeout=60)


def test_the_second_call_takes_one_sample(one, short_folder):
    with RecordingProxy(one.socket, f"{short_folder}/proxy.sock") as proxy:
        with serving({**one.settings, "DOCKER_SOCKET": proxy.address}) as server:
            server.answer("docker_stats")
            first = [path for _, path in proxy.requests if "/stats" in path]
            server.answer("docker_stats")
            second = [path for _, path in proxy.requests if "/stats" in path][len(first) :]
    assert first and all(path.endswith("stream=false") for path in first)
    # A container that started meanwhile has nothing to count from.
    assert [path for path in second if path.endswith("one-shot=true")]


def test_order_top_and_sums(both):
    document = run("stats", "--sort", "memory", "--top", "3", "--json", settings=both).json
    memory = [row["memory_bytes"] for row in document["stats"]]
    assert len(memory) == 3 and memory == sorted(memory, reverse=True) and document["total"] > 3
    sums = {row.get("source") or row["project"]: row for row in document["sums"]}
    assert {"local", "remote", "shop"} <= set(sums)
    assert sums["local"]["containers"] + sums["remote"]["containers"] == document["total"]


@pytest.mark.parametrize("arguments", [["--sort", "size"], ["--top", "0"], ["--top", "many"]])
def test_bad_arguments(both, arguments):
    result = run("stats", *arguments, settings=both)
    assert result.code == 64 and "hint: " in result.err and not result.out


def test_watch_in_a_terminal(one):
    """Two frames over each other, each within the terminal, until Ctrl-C."""
    size = struct.pack("HHHH", 10, 60, 0, 0)
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, size)
    process = subprocess.Popen(
        [PRODUCT, "stats", "--watch", "--interval", "200ms", "--sort", "memory"],
        stdin=child, stdout=child, stderr=subprocess.DEVNULL, env=clean_environment(one.settings), start_new_session=True,
    )  # fmt: skip
    os.close(child)
    try:
        text = b""
        deadline = time.monotonic() + 60
        while text.count(b"\x1b[H") < 3 and time.monotonic() < deadline:
            text += os.read(parent, 65536)
        frames = text.decode().split("\x1b[H")[1:3]
        assert len(frames) == 2
        for frame in frames:
            lines = frame.replace("\x1b[J", "").replace("\x1b[K", "").splitlines()
            assert lines[0].startswith("SOURCE") and len([line for line in lines if line]) <= 9
            assert all(len(line) <= 60 for line in lines)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) in (-signal.SIGINT, 130, 0)
    finally:
        process.kill()
        process.wait()
        os.close(parent)


def test_watch_into_a_pipe(one):
    process = subprocess.Popen(
        [PRODUCT, "stats", "--watch", "--interval", "100ms", "web"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=clean_environment(one.settings),
    )  # fmt: skip
    try:
        lines = [process.stdout.readline().decode() for _ in range(5)]
        assert lines[0].startswith("SOURCE") and lines[3].startswith("SOURCE") and lines[2] == "\n"
        assert "\x1b" not in "".join(lines)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--interval", "1s"], "needs --watch"),
        (["--watch", "--interval", "0"], "such as 500ms"),
        (["--watch", "--json"], "leave out"),
        (["--watch", "--sort", "size"], "must be one of"),
    ],
)
def test_watch_that_cannot_be(one, arguments, words):
    result = run("stats", *arguments, settings=one.settings)
    assert result.code == 64 and words in result.err
