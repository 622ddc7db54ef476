"""The log lines that we give are those of `docker logs`: text and order of each stream, and times."""

import datetime
import re

import pytest

from support.engines import eventually
from support.program import run

ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def lines_of(engine, *arguments):
    result = run("logs", *arguments, "--json", settings=engine.settings)
    assert result.code == 0, result.err
    assert result.json["untrusted"] is True
    return result.json["lines"]


def shown(text: str) -> list[str]:
    """An oracle's lines as they may be shown: without escapes, a space for a carriage return within a line."""
    lines = text.split("\n")
    assert lines.pop() == ""
    return [ESCAPE.sub("", line).rstrip("\r").replace("\r", " ") for line in lines]


def texts(lines: list[dict], stream: str) -> list[str]:
    return [line["text"] for line in lines if line["stream"] == stream]


@pytest.mark.parametrize("name", ["web", "crashed"])
def test_both_streams(engine, name):
    out, err = engine.docker_streams("logs", name)
    lines = lines_of(engine, name)
    assert texts(lines, "stdout") == shown(out)
    assert texts(lines, "stderr") == shown(err)
    assert len(lines) == len(shown(out)) + len(shown(err))
    assert {(line["source"], line["container"]) for line in lines} == {(engine.name, name)}


def test_times(engine):
    """Each line's time is the engine's, cut to milliseconds."""
    out, err = engine.docker_streams("logs", "--timestamps", "web")
    lines = lines_of(engine, "web")
    for stream, text in (("stdout", out), ("stderr", err)):
        times = [instant(line.split(" ", 1)[0]) for line in shown(text)]
        assert [instant(line["time"]) for line in lines if line["stream"] == stream] == times
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)


def instant(time: str) -> datetime.datetime:
    """RFC 3339 with any fraction and zone (Podman gives its own), cut to milliseconds."""
    whole, fraction, zone = re.fullmatch(r"([\dT:-]{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", time).groups()
    return datetime.datetime.fromisoformat(f"{whole}.{(fraction or '')[:3]:0<3}{'+00:00' if zone == 'Z' else zone}")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_one_stream(engine, stream):
    other = {"stdout": "stderr", "stderr": "stdout"}[stream]
    lines = lines_of(engine, "web", f"--no-{other}")
    oracle = dict(zip(("stdout", "stderr"), engine.docker_streams("logs", "web"), strict=True))
    assert {line["stream"] for line in lines} == {stream}
    assert texts(lines, stream) == shown(oracle[stream])


@pytest.mark.parametrize("tail", [1, 7, 39])
def test_tail(engine, tail):
    out, err = engine.docker_streams("logs", "--tail", str(tail), "web")
    lines = lines_of(engine, "web", "--tail", str(tail))
    assert len(lines) == tail
    assert texts(lines, "stdout") == shown(out)
    assert texts(lines, "stderr") == shown(err)


@pytest.mark.parametrize("which", ["one", "two"])
class TestDockerOnly:
    def test_terminal(self, which, request):
        engine = request.getfixturevalue(which)
        out, err = engine.docker_streams("logs", "tty")
        assert err == ""
        lines = lines_of(engine, "tty")
        assert texts(lines, "tty") == shown(out) and len(lines) == len(shown(out))

    def test_colours_bytes_and_long_lines(self, which, request):
        """The first lines of `worker`: those of 20,000 characters come in several frames, cut within a character."""
        engine = request.getfixturevalue(which)

        def time_after_the_long_lines():
            lines = lines_of(engine, "worker", "--tail", "100000")
            index = max(index for index, line in enumerate(lines) if len(line["text"]) > 19_000)
            assert len(lines) > index + 2, "it has not logged them yet"
            return lines[index + 2]["time"]

        until = eventually(time_after_the_long_lines)
        out, err = engine.docker_streams("logs", "--until", until, "worker")
        lines = lines_of(engine, "worker", "--until", until, "--tail", "100000")
        assert texts(lines, "stdout") == shown(out)
        assert texts(lines, "stderr") == shown(err)
        assert any(len(text) == 20_000 for text in texts(lines, "stdout"))
        assert any(len(text) >= 20_000 and "é" in text for text in texts(lines, "stderr"))
        assert any("日本語 ñandú Ω 🚀 fertig" in text for text in texts(lines, "stdout"))
        assert not any("\x1b" in line["text"] for line in lines)

    def test_since_and_until(self, which, request):
        engine = request.getfixturevalue(which)
        times = [line["time"] for line in lines_of(engine, "worker", "--tail", "8")]
        since, until = times[1], times[-2]

        def compare():
            out, err = engine.docker_streams("logs", "--since", since, "--until", until, "worker")
            lines = lines_of(engine, "worker", "--since", since, "--until", until)
            assert texts(lines, "stdout") == shown(out)
            assert texts(lines, "stderr") == shown(err)
            assert lines

        eventually(compare)

    @pytest.mark.parametrize("age", ["10s", "10m", "2h", "1d"])
    def test_age(self, which, request, age):
        """`worker` logs once a second, so the last lines are younger than any of these ages."""
        engine = request.getfixturevalue(which)
        assert len(lines_of(engine, "worker", "--since", age, "--tail", "3")) == 3

    def test_unix_seconds(self, which, request):
        engine = request.getfixturevalue(which)
        last = instant(lines_of(engine, "web", "--tail", "1")[0]["time"]).timestamp()
        assert lines_of(engine, "web", "--since", str(int(last) + 2)) == []
        assert len(lines_of(engine, "web", "--since", str(int(last) - 5))) == 40
