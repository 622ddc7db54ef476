"""Peak memory of the built program: the same for a log of any size, within fixed bounds for long lines and long lists.

The logs come from a hand-made engine (support/log_stream.py), for a real one can't write a gigabyte in the time of a test. It sends all of
it whatever `tail` says, which is the worst that an engine can do: the program keeps the newest 16 MiB of text of one container.
"""

import re
from pathlib import Path

import pytest

from support.fake_engine import FakeEngine, reply
from support.log_stream import MIB, Repeated, block, engine, long_line, row
from support.program import McpProcess, serving

MB = 1_000_000
# A server at rest has about 25 MiB. The newest 16 MiB of text of a container are kept, with what each line takes beside its text, and
# up to twice as much before the oldest are dropped; then they are put in order.
MOST_OF_A_LOG = 160
# What an allocator may do one way or another; a buffer that grew with the log would show hundreds.
SLACK = 12


def peak_of(server: McpProcess) -> float:
    """MiB that the server has held at most. The system's own count of a child that has ended may be its parent's."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{server.process.pid}/status").read_text())[1]) / 1024


@pytest.fixture(scope="module")
def piece():
    return block()


def peak_and_answer(log: Repeated, folder: str, **arguments) -> tuple[float, dict]:
    """Of a new server that was asked for the one log."""
    path = f"{folder}/log.sock"
    with engine({"app": log}, path), serving({"DOCKER_HOST": f"unix://{path}", "DOCKER_MCP_DEADLINE": "5m"}) as server:
        answer = server.answer("docker_logs", {"container_id": "app", "limit": 100, **arguments}, timeout=150)
        assert len(answer["lines"]) == min(100, answer["containers"][0]["lines"]) > 0
        return peak_of(server), answer


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
    log = Repeated(piece, 100 * MB)
    many, answer = peak_and_answer(log, short_folder, grep="NEEDLE|no such word")
    assert answer["containers"][0]["lines"] == log.times
    assert many <= few + SLACK and many <= 50, (few, many)


def test_a_list_of_1000_containers(short_folder):
    """Twenty first pages of a thousand containers."""
    path = f"{short_folder}/list.sock"
    rows = [row(f"container-{index}", index) for index in range(1_000)]
    with FakeEngine({r"/containers/json": reply(rows)}, path=path):
        with serving({"DOCKER_HOST": f"unix://{path}"}) as server:
            server.answer("docker_connection_status")
            before = peak_of(server)
            for _ in range(20):
                assert len(server.answer("docker_list_containers", {"limit": 100})["containers"]) == 100
            growth = (peak_of(server) - before) * MIB / MB
    assert growth < 8, f"{growth:.1f} MB more"


def test_what_measures_can_fail(piece, short_folder):
    """A log that is kept whole shows: 10 MB of it takes more than 1 MB."""
    little, _ = peak_and_answer(Repeated(piece, MB), short_folder)
    more, _ = peak_and_answer(Repeated(piece, 10 * MB), short_folder)
    assert more > little + SLACK, (little, more)
