"""logs --follow beside `docker logs`: many containers of two engines, over restarts, broken links and containers that come and go."""

import json
import os
import pty
import re
import subprocess
import threading
import time

import pytest

from support.engines import dual, eventually, local
from support.program import PATIENCE, PRODUCT, clean_environment, run
from support.relay import Relay

COUNTING = "n=0; while :; do echo out $n; echo err $n >&2; n=$((n + 1)); sleep 0.02; done"


def begin(engine, name: str, script: str = COUNTING, label: str = "team=follow") -> None:
    engine.docker(
        "run", "-d", "--name", name, "--label", label, "--network", "none", "busybox:test", "sh", "-c",
        f"trap 'exit 0' TERM; {script}",
    )  # fmt: skip


class Following:
    """`logs --follow` as a child process; its lines are kept as they come."""

    def __init__(self, *arguments: str, settings: dict):
        self.process = subprocess.Popen(
            [PRODUCT, "logs", "--follow", "--json", *arguments], env=clean_environment(settings),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.lines: list[dict] = []
        self.notes: list[str] = []
        self._readers = [threading.Thread(target=read) for read in (self._read_lines, self._read_notes)]
        for reader in self._readers:
            reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)

    def _read_lines(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def _read_notes(self):
        for line in self.process.stderr:
            self.notes.append(line.decode().rstrip("\n"))

    def texts(self, source: str, container: str, stream: str = "stdout") -> list[str]:
        wanted = (source, container, stream)
        return [line["text"] for line in list(self.lines) if (line["source"], line["container"], line["stream"]) == wanted]

    def wait_for(self, count: int, source: str, container: str):
        def check():
            assert len(self.texts(source, container)) >= count, (self.notes, self.lines[-3:])

        eventually(check)

    def wait_for_note(self, words: str):
        def check():
            assert any(words in note for note in self.notes), self.notes

        eventually(check)

    def check_against(self, engine, container: str):
        """Each line of the oracle once and in order on each stream, from the first that was asked for up to the last that came."""
        for stream, text in zip(("stdout", "stderr"), engine.docker_streams("logs", container), strict=True):
            ours, oracle = self.texts(engine.name, container, stream), text.splitlines()
            assert ours and ours == oracle[: len(ours)], f"{container} {stream}"


@pytest.fixture(scope="module")
def writers(one, two):
    for engine in (one, two):
        begin(engine, "follow-a")
        begin(engine, "follow-b")
    yield ["follow-a", "follow-b"]
    for engine in (one, two):
        engine.docker("rm", "-f", "follow-a", "follow-b")


def test_many_of_two_engines_in_the_order_of_time(one, two, both, writers):
    with Following("--label", "team=follow", "-n", "100000", settings=both) as following:
        for engine in (one, two):
            for name in writers:
                following.wait_for(100, engine.name, name)
    for engine in (one, two):
        for name in writers:
            following.check_against(engine, name)
    # What was there at the beginning is merged exactly; what comes later is held back for a moment only.
    times = [line["time"] for line in following.lines]
    late = sum(later < earlier for earlier, later in zip(times, times[1:], strict=False))
    assert late <= len(times) / 50, f"{late} of {len(times)}"


def test_a_restart_loses_and_repeats_nothing(one, writers):
    with Following("follow-a", "-n", "100000", settings=one.settings) as following:
        following.wait_for(1, "local", "follow-a")
        one.docker("restart", "-t", "1", "follow-a")
        length = len(one.docker_streams("logs", "follow-a")[0].splitlines())
        following.wait_for(length + 20, "local", "follow-a")
        one.docker("stop", "-t", "1", "follow-a")
        following.wait_for_note("local/follow-a has ended with exit code")
        length = len(one.docker_streams("logs", "follow-a")[0].splitlines())
        one.docker("start", "follow-a")
        following.wait_for(length + 20, "local", "follow-a")
    following.check_against(one, "follow-a")


@pytest.mark.parametrize("mode", ["stop", "cut"])
def test_a_broken_link_loses_and_repeats_nothing(one, two, writers, mode):
    with Relay(os.environ["ENGINE_2_TCP"]) as relay:
        settings = dual(one.socket, relay.address)
        with Following("--label", "team=follow", "-n", "100000", settings=settings) as following:
            for _ in range(3):
                seen = len(following.texts("remote", "follow-a"))
                following.wait_for(seen + 20, "remote", "follow-a")
                if mode == "cut":
                    relay.cut_after, relay.mode = 300, "cut"
                    time.sleep(0.3)
                    relay.mode = "forward"
                else:
                    relay.stop()
                    there = len(following.texts("local", "follow-b"))
                    following.wait_for(there + 20, "local", "follow-b")
                    relay.start()
            seen = len(following.texts("remote", "follow-a"))
            following.wait_for(seen + 40, "remote", "follow-a")
    for engine in (one, two):
        for name in writers:
            following.check_against(engine, name)


def test_an_engine_that_is_not_there_at_first_joins(one, two, writers):
    relay = Relay(os.environ["ENGINE_2_TCP"])
    relay.stop()
    try:
        with Following("--label", "team=follow", "-n", "100000", settings=dual(one.socket, relay.address)) as following:
            following.wait_for(20, "local", "follow-a")
            following.wait_for_note("! remote failed: connection_refused")
            relay.start()
            following.wait_for(20, "remote", "follow-b")
            following.wait_for_note("! remote is back")
        following.check_against(two, "follow-b")
        assert sum("remote failed" in note for note in following.notes) == 1, following.notes
    finally:
        relay.stop()


def test_containers_that_appear_and_are_made_anew(one, writers):
    with Following("--label", "team=follow", settings=one.settings) as following:
        following.wait_for(1, "local", "follow-a")
        begin(one, "follow-c", "echo first; sleep 0.5; echo second; sleep 60 & wait")
        try:
            following.wait_for(2, "local", "follow-c")
            one.docker("rm", "-f", "follow-c")
            following.wait_for_note("local/follow-c was removed")
            begin(one, "follow-c", "echo third; sleep 60 & wait")
            following.wait_for(3, "local", "follow-c")
        finally:
            one.docker("rm", "-f", "follow-c")
    assert following.texts("local", "follow-c") == ["first", "second", "third"]


def test_a_name_is_followed_from_one_container_to_the_next(one):
    begin(one, "follow-d", "echo one; sleep 60 & wait")
    try:
        with Following("follow-d", settings=one.settings) as following:
            following.wait_for(1, "local", "follow-d")
            one.docker("rm", "-f", "follow-d")
            begin(one, "follow-d", "echo two; sleep 60 & wait")
            following.wait_for(2, "local", "follow-d")
    finally:
        one.docker("rm", "-f", "follow-d")
    assert following.texts("local", "follow-d") == ["one", "two"]


def test_search_while_following(one, writers):
    with Following("--label", "team=follow", "--grep", "[05]$", "-n", "100000", settings=one.settings) as following:
        following.wait_for(10, "local", "follow-a")
        following.wait_for(10, "local", "follow-b")
    for stream in ("stdout", "stderr"):
        ours = following.texts("local", "follow-a", stream)
        oracle = dict(zip(("stdout", "stderr"), one.docker_streams("logs", "follow-a"), strict=True))[stream]
        assert ours == [line for line in oracle.splitlines() if re.search("[05]$", line)][: len(ours)]


def test_a_log_that_cannot_be_read_costs_only_itself(one, writers):
    one.docker(
        "run", "-d", "--name", "follow-none", "--label", "team=follow", "--log-driver", "none", "--network", "none",
        "busybox:test", "sleep", "60",
    )  # fmt: skip
    try:
        with Following("--label", "team=follow", settings=one.settings) as following:
            following.wait_for_note("! local/follow-none: engine_error: ")
            following.wait_for(20, "local", "follow-a")
        assert sum("follow-none" in note for note in following.notes) == 1
    finally:
        one.docker("rm", "-f", "follow-none")


def test_it_ends_with_its_reader(one, writers):
    """`logs --follow | head`: the next line that nobody reads ends it, with success."""
    process = subprocess.Popen(
        [PRODUCT, "logs", "--follow", "follow-a"], env=clean_environment(one.settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )  # fmt: skip
    assert process.stdout.readline()
    process.stdout.close()
    assert process.wait(PATIENCE) == 0 and process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize("variables, has_colours", [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours_are_for_terminals(one, two, both, writers, variables, has_colours):
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [PRODUCT, "logs", "--follow", "--label", "team=follow"],
        env={"TERM": "xterm", **clean_environment(both), **variables}, stdin=subprocess.DEVNULL, stdout=end,
    )  # fmt: skip
    os.close(end)
    try:
        out = b""
        while out.count(b"\n") < 400:
            out += os.read(terminal, 65536)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        os.close(terminal)
    labels = set(re.findall(rb"Z (\S+) (?:stderr |out)", out))
    assert all((label.startswith(b"\x1b[") and label.endswith(b"\x1b[0m")) == has_colours for label in labels), labels
    assert len(labels) == 4
    if has_colours:
        assert len({label.split(b"m")[0] for label in labels}) > 1


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["web", "--until", "1m"], "has no end"),
        (["web", "--limit", "5"], "limit is for answers"),
        (["web", "--cursor", "s;a"], "cursor is for answers"),
        ([], "says whose logs"),
        (["web", "--grep", "("], "without a )"),
        (["web", "-n", "0"], "tail is 0"),
    ],
)
def test_bad_arguments(one, arguments, words):
    result = run("logs", "--follow", *arguments, settings=one.settings)
    assert result.code == 64 and words in result.err and not result.out, result.err


def test_nothing_of_that_name(both):
    result = run("logs", "--follow", "nosuch", settings=both)
    assert result.code == 1 and result.err.startswith("not_found: ")


def test_all_lines_of_all(one, two, both, writers):
    """`--tail all` comes line by line, merged exactly."""
    for engine in (one, two):
        engine.docker("stop", "-t", "0", *writers)
    result = run("logs", "--tail", "all", "--label", "team=follow", "--json", settings=both)
    assert result.code == 0 and not result.err
    lines = [json.loads(line) for line in result.out.splitlines()]
    for engine in (one, two):
        for name in writers:
            for stream, text in zip(("stdout", "stderr"), engine.docker_streams("logs", name), strict=True):
                wanted = (engine.name, name, stream)
                ours = [line["text"] for line in lines if (line["source"], line["container"], line["stream"]) == wanted]
                assert ours == text.splitlines()
    assert {line["time"] for line in lines} and len(lines) > 100
    times = [line["time"] for line in lines]
    disorder = sum(later < earlier for earlier, later in zip(times, times[1:], strict=False))
    # A container's own two streams are stamped apart.
    assert disorder <= len(times) / 50
    for engine in (one, two):
        engine.docker("start", *writers)


@pytest.mark.parametrize("which", [["--label", "team=follow"], ["follow-a"]])
def test_all_lines_while_one_engine_is_away(one, writers, tmp_path, which):
    settings = {**local(one.socket), "DOCKER_SOURCES": f"gone=unix://{tmp_path}/none.sock"}
    result = run("logs", "--tail", "all", *which, "--json", settings=settings)
    assert result.code == 1 and "! gone failed: socket_missing" in result.err
    assert {json.loads(line)["source"] for line in result.out.splitlines()} == {"local"}
