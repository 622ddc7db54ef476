"""docker_logs of many containers, and lines found by pattern and level: beside docker logs and grep."""

import random
import re
import subprocess

import pytest

from support.engines import eventually
from support.oracle import answer
from support.program import run, serving


def grep(pattern: str, lines: list[str], *options: str) -> list[str]:
    done = subprocess.run(
        ["grep", "-E", *options, "--", pattern], input="\n".join(lines) + "\n", capture_output=True, text=True,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


def texts(document: dict) -> list[str]:
    return [line["text"] for line in document["lines"]]


@pytest.fixture(scope="module")
def talker(one):
    """A container that wrote three hundred lines of many kinds and ended."""
    name = "talker"
    source = random.Random(11)
    words = ["order", "timeout", "ERROR", "level=warn", "retry", "42", "a1b2", "user", "(x)", "x.y", "WARN", "ok"]
    lines = [" ".join(source.choices(words, k=source.randint(1, 6))) for _ in range(300)]
    script = "cat <<'END'\n" + "\n".join(lines) + "\nEND\n"
    one.docker("run", "-d", "--name", name, "--network", "none", "busybox:test", "sh", "-c", script)
    eventually(lambda: check_lines(one, name, len(lines)))
    yield name, lines
    one.docker("rm", "-f", name)


def check_lines(engine, name, count):
    assert len(engine.docker("logs", name).splitlines()) == count


@pytest.mark.parametrize(
    "pattern, options, flags",
    [
        ("timeout|retry", [], []),
        ("^order", [], []),
        ("ok$", [], []),
        (r"[a-z][0-9]+", [], []),
        (r"\(x\)", [], []),
        (r"x\.y", [], []),
        ("error", ["-i"], ["--ignore-case"]),
        ("error", ["-i", "-v"], ["-i", "--invert"]),
        (r"(user ){2}", [], []),
        ("nosuchword", [], []),
    ],
)
def test_found_lines_are_those_of_grep(one, talker, pattern, options, flags):
    name, lines = talker
    expected = grep(pattern, lines, *options)
    assert texts(answer(one, "logs", name, "--grep", pattern, *flags)) == expected


def test_context_is_that_of_grep(one, talker):
    name, lines = talker
    expected = [line for line in grep("timeout timeout", lines, "-C", "2") if line != "--"]
    assert expected
    assert texts(answer(one, "logs", name, "--grep", "timeout timeout", "--context", "2")) == expected


def test_level(one, talker):
    name, lines = talker
    # The first word that tells wins.
    told = [re.search(r"\bERROR\b|level=warn|\bWARN\b", line) for line in lines]
    counts = answer(one, "logs", name, "--tail", "1000")["counts"]
    assert counts["error"] + counts["warn"] == sum(match is not None for match in told)
    errors = answer(one, "logs", name, "--level", "error")
    assert errors["lines"] and all(line["level"] == "error" for line in errors["lines"])


def test_project_of_both_engines(one, two, both):
    document = run("logs", "--project", "shop", "--tail", "20", "--json", settings=both).json
    expected = {
        (engine.name, row["Names"])
        for engine in (one, two)
        for row in engine.docker_rows("ps", "-a", "--filter", "label=com.docker.compose.project=shop")
    }
    assert {(row["source"], row["name"]) for row in document["containers"]} == expected
    times = [line["time"] for line in document["lines"]]
    assert times == sorted(times) and {line["source"] for line in document["lines"]} == {"local", "remote"}


def test_one_log_that_cannot_be_read(one):
    """A container whose logs go nowhere costs only itself."""
    one.docker(
        "run", "-d", "--name", "silent", "--label", "team=logs", "--log-driver", "none", "--network", "none",
        "busybox:test", "sleep", "60",
    )  # fmt: skip
    one.docker("run", "-d", "--name", "spoken", "--label", "team=logs", "--network", "none", "busybox:test", "echo", "hi")
    try:
        eventually(lambda: check_lines(one, "spoken", 1))
        document = run("logs", "--label", "team=logs", "--json", settings=one.settings).json
        assert texts(document) == ["hi"] and document["complete"] is False
        assert any("local/silent" in gap and "log driver none" in gap for gap in document["incomplete_because"])
    finally:
        one.docker("rm", "-f", "silent", "spoken")


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+b", "(.*)(.*)(.*)(.*)[^a]$"])
def test_patterns_that_make_others_hang(one, pattern):
    """A line of 60,000 letters: what backtracks would not come back."""
    name = "endless"
    one.docker("run", "-d", "--name", name, "--network", "none", "busybox:test",
               "sh", "-c", "head -c 60000 /dev/zero | tr '\\0' a; echo '!'")  # fmt: skip
    try:
        eventually(lambda: check_lines(one, name, 1))
        with serving(one.settings) as server:
            call = server.start_call("docker_logs", {"container_id": name, "grep": pattern})
            assert server.request("ping")["result"] == {}
            assert not server.reply(call, 60)["result"].get("isError")
    finally:
        one.docker("rm", "-f", name)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "says whose logs"),
        (["web", "--all"], "both given"),
        (["web", "--grep", "("], "without a )"),
        (["web", "--grep", r"(a)\1"], "refers back"),
        (["web", "--invert"], "needs grep"),
        (["web", "--level", "loud"], "must be one of"),
        (["web", "--since", "2200-01-01T00:00:00Z"], "has to lie in the past"),
    ],
)
def test_bad_arguments(both, arguments, words):
    result = run("logs", *arguments, settings=both)
    assert result.code == 64 and words in result.err and not result.out, result.err
