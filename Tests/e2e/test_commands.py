"""The commands of a terminal: a table or JSON on standard output, errors on standard error, and the exit codes."""

import json
import os
import pty
import subprocess

import pytest

from support import schemas
from support.engines import dual, local, quick, remote
from support.fake_engine import FakeEngine, hang, refused
from support.program import PATIENCE, PRODUCT, clean_environment, run

COMMANDS = {
    "status": (["status"], "docker-mcp-secure/status.v1"),
    "containers": (["containers"], "docker-mcp-secure/containers.v1"),
    "inspect": (["inspect", "web"], "docker-mcp-secure/inspect.v1"),
    "logs": (["logs", "web"], "docker-mcp-secure/logs.v1"),
    "stats": (["stats"], "docker-mcp-secure/stats.v1"),
    "stats of one": (["stats", "web"], "docker-mcp-secure/stats.v1"),
    "images": (["images"], "docker-mcp-secure/images.v1"),
    "image": (["image", "busybox:test"], "docker-mcp-secure/image.v1"),
}
TABLES = {"status", "containers", "stats", "stats of one", "images"}


@pytest.fixture(params=COMMANDS)
def command(request):
    return request.param


def test_json(both, command):
    arguments, schema = COMMANDS[command]
    result = run(*arguments, "--json", settings=both)
    assert result.code == 0, result.err
    assert result.out.endswith("}\n") and result.out.count("\n") == 1
    assert result.json["schema"] == schema and result.json["complete"] is True
    schemas.check_envelope(result.json)
    assert [source["name"] for source in result.json["sources"]] == ["local", "remote"]


def test_text(both, command):
    result = run(*COMMANDS[command][0], settings=both)
    assert result.code == 0, result.err
    assert "local" in result.out and "remote" in result.out and "\x1b" not in result.out
    if command in TABLES:
        assert result.out.splitlines()[0].startswith("SOURCE ")
        assert all(line == line.rstrip() for line in result.out.splitlines())


def test_source_option(both, command):
    result = run(*COMMANDS[command][0], "--json", "--source", "remote", settings=both)
    assert result.code == 0, result.err
    assert [source["name"] for source in result.json["sources"]] == ["remote"]


def test_one_of_two_sources_fails(one, command):
    """Exit code 1, the other's rows on standard output, the failure on standard error."""
    with refused() as address:
        settings = quick(dual(one.socket, address), "10s")
        table = run(*COMMANDS[command][0], settings=settings)
        result = run(*COMMANDS[command][0], "--json", settings=settings)
    assert (table.code, result.code) == (1, 1)
    assert table.out.strip() and "remote" in table.err and "connection_refused" in table.err
    assert result.json["complete"] is False
    assert result.json["incomplete_because"] == ["source remote: connection_refused"]
    assert [source["state"] for source in result.json["sources"]] == ["connected", "unreachable"]


def test_no_source_answers(command):
    with refused() as address:
        settings = quick({**local("/nonexistent/docker.sock"), **remote(address)}, "10s")
        result = run(*COMMANDS[command][0], settings=settings)
    assert result.code == 2
    assert "local" in result.err and "remote" in result.err and address in result.err
    if command != "status":
        assert result.out == "" and "hint: " in result.err


def test_status_with_dead_sources_is_an_answer():
    with refused() as address:
        result = run("status", "--json", settings=remote(address))
    assert result.code == 2
    assert result.json["sources"][0]["error"]["code"] == "connection_refused"


@pytest.mark.parametrize(
    "arguments",
    [["inspect", "no-such-thing"], ["logs", "no-such-thing"], ["stats", "no-such-thing"], ["image", "no-such:1"]],
)
@pytest.mark.parametrize("json_option", [[], ["--json"]])
def test_not_found(both, arguments, json_option):
    result = run(*arguments, *json_option, settings=both)
    assert (result.code, result.out) == (1, "")
    message, hint = result.err.splitlines()
    assert message.startswith("not_found: ") and all(word in message for word in (arguments[1], "local", "remote"))
    assert hint.startswith("hint: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["containers", "--no-such-option"],
        ["containers", "extra"],
        ["inspect"],
        ["logs"],
        ["image"],
        ["containers", "--limit", "0"],
        ["containers", "--limit", "many"],
        ["containers", "--state", "asleep"],
        ["containers", "--source", "nowhere"],
        ["containers", "--timeout", "soon"],
        ["containers", "--timeout", "0s"],
        ["containers", "--connect-timeout", "-1s"],
        ["logs", "web", "--tail", "0"],
        ["logs", "web", "--since", "yesterday"],
        ["logs", "web", "--no-stdout", "--no-stderr"],
    ],
)
def test_wrong_usage(both, arguments):
    result = run(*arguments, settings=both)
    assert (result.code, result.out) == (64, "")
    assert result.err.strip()


@pytest.mark.parametrize("arguments", [["--help"], ["help"], ["logs", "--help"], ["--version"]])
def test_help_and_version(arguments):
    result = run(*arguments)
    assert result.code == 0 and result.out.strip() and result.err == ""


def test_help_names_every_command():
    text = run("--help").out
    assert all(
        f"\n  {name} " in text
        for name in ("serve", "status", "containers", "inspect", "logs", "stats", "images", "image")
    )


def test_limit(both):
    result = run("containers", "--limit", "3", "--json", settings=both)
    assert result.code == 0
    assert len(result.json["containers"]) == 3 and result.json["total"] == 24 and result.json["complete"] is False
    following = run("containers", "--cursor", result.json["next_cursor"], "--json", settings=both)
    assert len(following.json["containers"]) == 21
    table = run("containers", "--limit", "3", settings=both)
    assert len(table.out.splitlines()) == 4 and "limit 3 of 24" in table.err


def test_timeout_option():
    """A flag goes before the environment."""
    with FakeEngine({".*": hang}) as engine:
        settings = {**remote(engine.address), "DOCKER_MCP_DEADLINE": "50s"}
        result = run("containers", "--timeout", "300ms", settings=settings)
    assert result.code == 2 and result.err.startswith("deadline_exceeded: ") and result.seconds < 20


def test_local_option(one):
    """--local is ALLOW_LOCAL_DOCKER=true."""
    result = run("containers", "--json", "--local", settings={"DOCKER_SOCKET": one.socket})
    assert result.code == 0 and result.json["sources"][0]["name"] == "local"


def test_nothing_set(one):
    """A person's command takes the local socket that is there; without one it says what to set."""
    found = run("containers", "--json", settings={"DOCKER_SOCKET": one.socket})
    assert found.code == 0 and [source["name"] for source in found.json["sources"]] == ["local"]
    barred = run("containers", settings={"DOCKER_SOCKET": one.socket, "ALLOW_LOCAL_DOCKER": "false"})
    missing = run("containers", settings={"DOCKER_SOCKET": "/nonexistent/docker.sock"})
    for result in (barred, missing):
        assert (result.code, result.out) == (2, "") and "DOCKER_HOST" in result.err


def test_unix_docker_host(one):
    result = run("containers", "--json", settings={"DOCKER_HOST": f"unix://{one.socket}"})
    assert [(source["name"], source["kind"]) for source in result.json["sources"]] == [("local", "local-socket")]


@pytest.mark.parametrize("columns", [72, 80, 200])
def test_table_fits_the_terminal(both, columns):
    lines = terminal_output(["containers"], both, columns).splitlines()
    assert len(lines) == 25
    assert all(len(line) <= columns for line in lines)
    assert all(any(name in line for line in lines) for name in ("only-one", "only-two", "restarting"))


def terminal_output(arguments: list[str], settings: dict, columns: int) -> str:
    """What a command prints on a terminal of this width."""
    ours, theirs = pty.openpty()
    subprocess.run(["stty", "cols", str(columns), "rows", "50"], stdin=theirs, check=True, timeout=PATIENCE)
    process = subprocess.Popen(
        [PRODUCT, *arguments],
        env=clean_environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    output = b""
    with open(ours, "rb", buffering=0) as terminal:
        # A terminal ends with an error, not with an end of file.
        while data := read_or_end(terminal):
            output += data
    assert process.wait(PATIENCE) == 0
    return output.decode().replace("\r\n", "\n")


def read_or_end(terminal) -> bytes:
    try:
        return terminal.read(65536)
    except OSError:
        return b""


def test_reader_that_leaves(both):
    """`containers | head -1`: no error, no trace."""
    process = subprocess.run(
        ["sh", "-c", f'"{PRODUCT}" logs worker --json --tail 1000 | head -c 1 >/dev/null'],
        env=clean_environment(both),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert (process.returncode, process.stderr) == (0, b"")


def test_same_document_as_the_tool(both, server):
    """--json prints what MCP clients get as structuredContent."""
    ours = run("images", "--json", settings=both).json
    theirs = server.answer("docker_list_images")
    assert without_times(ours) == without_times(theirs)


def without_times(answer: dict) -> dict:
    sources = [{name: value for name, value in source.items() if name != "latency_ms"} for source in answer["sources"]]
    return json.loads(json.dumps({**answer, "generated_at": None, "sources": sources}))
