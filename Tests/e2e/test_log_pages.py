"""docker_logs in pages beside `docker logs`: each line once, however much is written meanwhile; traces and repeats as one."""

import subprocess

import pytest

from support.engines import eventually
from support.oracle import answer
from support.program import run, serving

TRACE = 'Exception in thread "main" shop.Stop: no stock\n\tat shop.Cart.check(Cart.java:41)\nCaused by: closed\n\t... 2 more'


def start(engine, name: str, script: str, *options: str) -> None:
    engine.docker(
        "run", "-d", "--name", name, "--label", "team=pages", "--network", "none", *options, "busybox:test", "sh", "-c",
        f"trap 'exit 0' TERM; {script}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def writers(one, two):
    """On each engine a container that writes on both streams all the time, many lines at once."""
    script = "n=0; while :; do echo out $n; echo err $n >&2; n=$((n + 1)); [ $((n % 50)) -ne 0 ] || sleep 0.3 & wait; done"
    for engine in (one, two):
        start(engine, "writer", script)
    eventually(lambda: check_length(one, 400))
    eventually(lambda: check_length(two, 400))
    yield "writer"
    for engine in (one, two):
        engine.docker("rm", "-f", "writer")


def check_length(engine, count, name="writer"):
    assert len(engine.docker("logs", name).splitlines()) >= count


def pages(server, arguments: dict, most: int = 200) -> list[dict]:
    """The structured results, from the newest on to the oldest."""
    found = []
    while len(found) < most:
        result = server.call("docker_logs", arguments)
        assert not result.get("isError"), result
        found.append(result["structuredContent"])
        if (cursor := found[-1].get("next_cursor")) is None:
            return found
        arguments = {**arguments, "cursor": cursor}
    pytest.fail("the pages do not end")


@pytest.mark.parametrize(
    "arguments", [{"container_id": "writer", "tail": 90}, {"label": "team=pages", "tail": 1000, "limit": 130}]
)
def test_each_line_once_while_it_is_written(one, two, writers, both, arguments):
    with serving(both) as server:
        found = pages(server, arguments)
    assert len(found) > 5
    for page in found:
        times = [line["time"] for line in page["lines"]]
        assert times == sorted(times)
    for engine in (one, two):
        streams = dict(zip(("stdout", "stderr"), engine.docker_streams("logs", writers), strict=True))
        for stream, text in streams.items():
            ours = [
                line["text"] for page in reversed(found) for line in page["lines"]
                if (line["source"], line["stream"]) == (engine.name, stream)
            ]  # fmt: skip
            assert len(ours) > 150
            assert ours == text.splitlines()[: len(ours)], "not the beginning of the log"


def test_commands_page_too(one, writers):
    first = run("logs", writers, "--tail", "5", "--json", settings=one.settings).json
    second = run("logs", writers, "--tail", "5", "--cursor", first["next_cursor"], "--json", settings=one.settings).json
    lines = [line["text"] for document in (second, first) for line in document["lines"]]
    numbers = [int(line.split()[1]) for line in lines if line.startswith("out")]
    assert len(lines) == 10 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_up_to_a_moment_long_past(one, writers):
    """`tail` counts from the moment back, not from the end of the log."""
    early = run("logs", writers, "--tail", "100000", "--json", settings=one.settings).json["lines"][100:110]
    until = early[-1]["time"]
    oracle = one.docker("logs", "--until", until, writers).splitlines()
    lines = run("logs", writers, "--tail", "8", "--no-stderr", "--until", until, "--json", settings=one.settings).json["lines"]
    assert lines and [line["text"] for line in lines] == oracle[-len(lines) :]


def test_a_container_made_anew_has_another_log(one):
    def begin():
        start(one, "again", "seq 1 30; sleep 60 & wait")
        eventually(lambda: check_length(one, 30, "again"))

    begin()
    try:
        with serving(one.settings) as server:
            first = server.call("docker_logs", {"container_id": "again", "tail": 10})["structuredContent"]
            one.docker("rm", "-f", "again")
            gone = server.call("docker_logs", {"container_id": "again", "cursor": first["next_cursor"]})
            assert gone["isError"] and gone["content"][0]["text"].startswith("not_found: ")
            begin()
            other = server.call("docker_logs", {"container_id": "again", "cursor": first["next_cursor"]})
            assert other["isError"] and "goes on with none of these containers" in other["content"][0]["text"]
            many = server.call("docker_logs", {"label": "team=pages", "cursor": first["next_cursor"]})
            assert many["isError"]
    finally:
        one.docker("rm", "-f", "again")


@pytest.fixture(scope="module")
def failing(one):
    start(one, "failing", f"cat <<'END'\nINFO begin\n{TRACE}\nINFO end\nEND\nyes tick | head -n 214; echo done")
    eventually(lambda: check_length(one, 221, "failing"))
    yield "failing"
    one.docker("rm", "-f", "failing")


def test_a_trace_is_found_whole(one, failing):
    for pattern in ("Cart", "closed", "no stock"):
        document = answer(one, "logs", failing, "--grep", pattern)
        assert [line["text"] for line in document["lines"]] == TRACE.split("\n")


def test_repeats_are_one(one, failing):
    with serving(one.settings) as server:
        plain = server.call("docker_logs", {"container_id": failing, "tail": 300})
        assert len(plain["structuredContent"]["lines"]) == 221
        text = plain["content"][0]["text"].splitlines()
        assert len(text) == 1 + 8 and "tick (repeated 214 times until 20" in text[-2]
        folded = server.call("docker_logs", {"container_id": failing, "tail": 300, "collapse": True})["structuredContent"]
        assert [line.get("repeated") for line in folded["lines"]][-2:] == [214, None]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["web", "--cursor", "x"], "which no answer to these arguments gave"),
        (["web", "--cursor", "s;local/0123456789ab/1/0/1"], "goes on with none of these containers"),
        (["web", "--cursor", "s;" + "a" * 5000], "may have 4096"),
        (["web", "--max-bytes", "10"], "from 1000 to"),
    ],
)
def test_bad_arguments(one, arguments, words):
    result = run("logs", *arguments, settings=one.settings)
    assert result.code == 64 and words in result.err and not result.out, result.err


def test_text_is_bounded_unless_more_is_asked_for(one, both):
    start(one, "wide", "yes $(head -c 3000 /dev/zero | tr '\\0' w) | head -n 90")
    try:
        eventually(lambda: check_length(one, 90, "wide"))
        with serving(both) as server:
            bounded = server.call("docker_logs", {"container_id": "wide"})["structuredContent"]
            assert bounded["complete"] is False and len(bounded["lines"]) == 33
            assert bounded["incomplete_because"] == ["max_bytes 100000: the newest 33 of 90 lines are shown"]
            assert [len(page["lines"]) for page in pages(server, {"container_id": "wide"})] == [33, 33, 24]
            assert len(server.call("docker_logs", {"container_id": "wide", "tail": 100})["structuredContent"]["lines"]) == 90
    finally:
        one.docker("rm", "-f", "wide")
