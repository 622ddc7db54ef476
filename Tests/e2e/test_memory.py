"""Peak memory of the built program: the same for a log of any size, within fixed bounds for long lines and long lists.

The logs come from a hand-made engine (support/log_stream.py), for a real one can't write a gigabyte in the time of a test. It sends all of
it whatever `tail` says, which is the worst that an engine can do: the program keeps the newest 16 MiB of text of one container.
"""

import re
import subprocess
import threading
from pathlib import Path

import pytest

from support.fake_engine import FakeEngine, reply
from support.log_stream import MIB, Repeated, block, engine, long_line, row
from support.program import PRODUCT, clean_environment, serving

MB = 1_000_000
# A server at rest has about 25 MiB. The newest 16 MiB of text of a container are kept, with what each line takes beside its text, and
# up to twice as much before the oldest are dropped; then they are put in order.
MOST_OF_A_LOG = 160
# What an allocator may do one way or another; a buffer that grew with the log would show hundreds.
SLACK = 12


def peak_of(pid: int) -> float:
    """MiB that a process has held at most. The system's own count of a child that has ended may be its parent's."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


@pytest.fixture(scope="module")
def piece():
    return block()


def peak_and_answer(log: Repeated, folder: str, **arguments) -> tuple[float, dict]:
    """Of a new server that was asked for the one log, and for as many of its lines as can be."""
    path = f"{folder}/log.sock"
    with engine({"app": log}, path), serving({"DOCKER_HOST": f"unix://{path}", "DOCKER_MCP_DEADLINE": "5m"}) as server:
        answer = server.answer("docker_logs", {"container_id": "app", "tail": 100_000, "limit": 100, **arguments}, timeout=150)
        assert len(answer["lines"]) == min(100, answer["containers"][0]["lines"]) > 0
        return peak_of(server.process.pid), answer


@pytest.mark.timeout(180)
def test_a_log_of_any_size(piece, short_folder):
    """Beyond what is kept, more of a log takes no more memory."""
    small, middle, large = (
        peak_and_answer(Repeated(piece, size), short_folder)[0] for size in (10 * MB, 100 * MB, 1_000 * MB)
    )
    assert large <= middle + SLACK, (small, middle, large)
    assert small <= middle + SLACK and large <= MOST_OF_A_LOG, (small, middle, large)


def test_a_line_of_100_mb(short_folder):
    """No more than 64 KiB of a line are kept, so this is a server at rest and its buffers."""
    short, _ = peak_and_answer(long_line(MB), short_folder)
    long, answer = peak_and_answer(long_line(100 * MB), short_folder)
    assert len(answer["lines"]) == 1 and not answer["complete"]
    assert long <= short + SLACK and long <= 50, (short, long)


def test_a_search(piece, short_folder):
    """Only the lines that are found are kept."""
    few, _ = peak_and_answer(Repeated(piece, 10 * MB), short_folder, grep="NEEDLE|no such word")
    many, answer = peak_and_answer(Repeated(piece, 100 * MB), short_folder, grep="NEEDLE|no such word")
    # One in a MiB, of the last hundred thousand lines.
    assert 5 <= answer["containers"][0]["lines"] <= 20
    assert many <= few + SLACK and many <= 50, (few, many)


def test_the_last_lines_only(piece, short_folder):
    """An engine that sends more than it was asked for costs no more than what was asked for."""
    few, _ = peak_and_answer(Repeated(piece, MB), short_folder, tail=100)
    many, _ = peak_and_answer(Repeated(piece, 100 * MB), short_folder, tail=100)
    assert many <= few + SLACK and many <= 50, (few, many)


class HeldOpen(Repeated):
    """The same log, which ends only when the test says so."""

    def __init__(self, piece: bytes, bytes_wanted: int):
        super().__init__(piece, bytes_wanted)
        self.end = threading.Event()

    def __call__(self, connection):
        super().__call__(connection)
        self.end.wait(60)


def peak_of_command(logs: dict[str, HeldOpen], folder: str, *arguments: str) -> tuple[float, int]:
    """MiB at most of `logs --tail all`, and how many lines it printed, of which one in a MiB is the last of all."""
    path = f"{folder}/stream.sock"
    with engine(logs, path):
        process = subprocess.Popen(
            [PRODUCT, "logs", "--tail", "all", "--label", "any", "--no-timestamps", "--timeout", "60s", *arguments],
            env=clean_environment({"DOCKER_HOST": f"unix://{path}"}), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )  # fmt: skip
        lines = needles = 0
        while needles < sum(log.times for log in logs.values()):
            line = process.stdout.readline()
            assert line, "it has ended"
            lines += 1
            needles += b"NEEDLE" in line
        # It can't end before its logs do.
        peak = peak_of(process.pid)
        for log in logs.values():
            log.end.set()
        for _ in process.stdout:
            lines += 1
        assert process.wait(60) == 0
        process.stdout.close()
        return peak, lines


def test_whole_logs_as_a_stream(piece, short_folder):
    """`logs --tail all` holds 256 KiB of each log, however long they are and however many of them there are lines of."""
    small, few = peak_of_command({"app": HeldOpen(piece, MB)}, short_folder)
    large, many = peak_of_command({"app": HeldOpen(piece, 15 * MB), "other": HeldOpen(piece, 15 * MB)}, short_folder)
    assert many > 20 * few and large <= small + SLACK and large <= 50, (small, large)


def test_a_search_of_a_stream(piece, short_folder):
    small, _ = peak_of_command({"app": HeldOpen(piece, MB)}, short_folder, "--grep", "NEEDLE|no such word")
    log = HeldOpen(piece, 300 * MB)
    large, lines = peak_of_command({"app": log}, short_folder, "--grep", "NEEDLE|no such word")
    assert lines == log.times and large <= small + SLACK and large <= 50, (small, large)


def test_a_list_of_1000_containers(short_folder):
    """Twenty first pages of a thousand containers."""
    path = f"{short_folder}/list.sock"
    rows = [row(f"container-{index}", index) for index in range(1_000)]
    with FakeEngine({r"/containers/json": reply(rows)}, path=path):
        with serving({"DOCKER_HOST": f"unix://{path}"}) as server:
            server.answer("docker_connection_status")
            before = peak_of(server.process.pid)
            for _ in range(20):
                assert len(server.answer("docker_list_containers", {"limit": 100})["containers"]) == 100
            growth = (peak_of(server.process.pid) - before) * MIB / MB
    assert growth < 8, f"{growth:.1f} MB more"


def test_what_measures_can_fail(piece, short_folder):
    """A log that is kept whole shows: 10 MB of it takes more than 1 MB."""
    little, _ = peak_and_answer(Repeated(piece, MB), short_folder)
    more, _ = peak_and_answer(Repeated(piece, 10 * MB), short_folder)
    assert more > little + SLACK, (little, more)
