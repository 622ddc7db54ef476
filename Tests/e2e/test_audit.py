"""The audit trail: one JSON line for each tool call, masked, on standard error or at the end of a file."""

import json

import pytest

from support.engines import dual, eventually, quick
from support.fake_engine import refused
from support.program import McpProcess, run, serving
from support.schemas import TIME


def records(lines) -> list[dict]:
    """The audit lines among others of standard error."""
    return [json.loads(line) for line in lines if line.startswith("{")]


def record_of(server, tool, arguments) -> dict:
    """The one record that this call makes."""
    before = len(records(server.stderr.splitlines()))
    server.call(tool, arguments)
    lines = server.wait_for_stderr(lambda lines: len(records(lines)) > before)
    made = records(lines)[before:]
    assert len(made) == 1
    return made[0]


def test_fields(server):
    record = record_of(server, "docker_list_containers", {"limit": 1000, "state": "running"})
    assert TIME.fullmatch(record["time"])
    assert record["event"] == "tool_call" and record["tool"] == "docker_list_containers"
    assert record["arguments"] == {"limit": 1000, "state": "running"}
    assert record["sources"] == [{"name": "local", "state": "connected"}, {"name": "remote", "state": "connected"}]
    assert record["outcome"] == "ok" and record["ms"] >= 0 and "code" not in record
    assert record["client"].startswith("e2e")


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("docker_inspect", {"container_id": "no-such-thing"}, "not_found"),
        ("docker_inspect", {}, "invalid_argument"),
        ("docker_logs", {"container_id": "web", "tail": 0}, "invalid_argument"),
        ("docker_list_containers", {"docker_host": "tcp://192.0.2.1:2375"}, "invalid_argument"),
    ],
)
def test_errors(server, tool, arguments, code):
    record = record_of(server, tool, arguments)
    assert (record["outcome"], record["code"], record["arguments"]) == ("error", code, arguments)


def test_part_of_an_answer(one):
    with refused() as address, serving(quick(dual(one.socket, address))) as server:
        record = record_of(server, "docker_list_images", {})
    assert record["outcome"] == "partial"
    assert record["sources"] == [
        {"name": "local", "state": "connected"},
        {"name": "remote", "state": "unreachable", "code": "connection_refused"},
    ]


def test_line_breaks_do_not_forge_lines(server):
    forged = 'x\n{"event":"tool_call","outcome":"ok"}'
    record = record_of(server, "docker_inspect", {"container_id": forged})
    assert record["outcome"] == "error" and "tool_call" in record["arguments"]["container_id"]


def test_huge_arguments_are_cut(server):
    record = record_of(server, "docker_inspect", {"container_id": "x" * 1_000_000})
    assert len(json.dumps(record)) < 10_000


def test_to_a_file(one, tmp_path):
    """Appended, one whole line a call, and then nothing of it on standard error."""
    file = tmp_path / "audit.log"
    file.write_text("what was there before\n")
    for _ in range(2):
        with serving({**one.settings, "SECURITY_AUDIT_FILE": str(file)}) as server:
            server.call("docker_list_images")
            server.call("docker_inspect", {"container_id": "no-such-thing"})
            eventually(lambda: check_lines(file))
            assert server.end_input() == 0
            assert "tool_call" not in server.stderr
    before, *lines = file.read_text().splitlines()
    assert before == "what was there before"
    assert [json.loads(line)["outcome"] for line in lines] == ["ok", "error"] * 2


def check_lines(file):
    assert (file.read_text().count("\n") - 1) % 2 == 0 and file.read_text().count("tool_call")


def test_file_is_private(one, tmp_path):
    file = tmp_path / "audit.log"
    with serving({**one.settings, "SECURITY_AUDIT_FILE": str(file)}) as server:
        server.call("docker_list_images")
        server.end_input()
    assert file.stat().st_mode & 0o077 == 0 and "tool_call" in file.read_text()


@pytest.mark.parametrize("value", ["false", "0", "no"])
def test_switched_off(one, value, tmp_path):
    file = tmp_path / "audit.log"
    with serving({**one.settings, "SECURITY_AUDIT_LOG": value, "SECURITY_AUDIT_FILE": str(file)}) as server:
        server.call("docker_list_images")
        assert server.end_input() == 0
        assert "tool_call" not in server.stderr
    assert not file.exists()


def test_many_at_once_are_whole_lines(one):
    with serving(one.settings) as server:
        calls = [server.start_call("docker_list_images") for _ in range(50)]
        for call in calls:
            server.reply(call)
        lines = server.wait_for_stderr(lambda lines: sum("tool_call" in line for line in lines) >= 50)
    assert len(records(lines)) == 50


def test_calls_only(server):
    """Neither the handshake nor a person's command is a tool call."""
    with McpProcess({"ALLOW_LOCAL_DOCKER": "true"}) as idle:
        idle.initialize()
        idle.end_input()
        assert "tool_call" not in idle.stderr


def test_commands_leave_no_trail(one):
    assert run("images", settings=one.settings).err == ""
