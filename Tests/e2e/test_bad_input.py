"""Wrong input: every argument and setting that can't be used is refused with words that name it, and nothing breaks."""

import os
import pwd
import shutil
import socket
import stat

import pytest

from support.engines import local, remote
from support.fake_engine import refused
from support.program import PRODUCT, McpProcess, run
from support.tools import CALLS

BAD_IDS = {
    "path": "../../x",
    "empty": "",
    "300 characters": "x" * 300,
    "NUL": "web\0",
    "newline": "web\nweb",
    "space": "we b",
    "query": "web?all=1",
    "percent": "web%2f..%2fx",
    "leading dash": "-web",
    "leading dot": ".web",
    "only a slash": "/",
    "empty name": "local/",
    "two slashes": "local/web/json",
    "source path": "local/../x",
    "unicode": "wéb",
    "escape": "\x1b[31mweb",
    "huge": "x" * 100_000,
}
BY_ID = {"docker_inspect": "inspect", "docker_logs": "logs", "docker_stats": "stats"}
TAILS = [0, -1, 10**12, "all", "", 100_001, 1.5, True, [], 10**30]


def refusal(server, tool, arguments, *words):
    """The call fails with invalid_argument, and its message has these words."""
    text = server.failure(tool, arguments)
    message, hint = text.split("\nhint: ")
    assert message.startswith("invalid_argument: ") and hint.strip(), text
    assert all(word in text for word in words), text
    assert len(text) < 2000 and not any(ord(character) < 32 and character != "\n" for character in text), text
    return text


@pytest.mark.parametrize("tool", BY_ID)
@pytest.mark.parametrize("bad", BAD_IDS)
def test_bad_container_id(server, tool, bad):
    refusal(server, tool, {"container_id": BAD_IDS[bad]}, "container_id")


@pytest.mark.parametrize("bad", [bad for bad in BAD_IDS if bad not in ("NUL", "leading dash", "huge")])
def test_bad_container_id_of_a_command(both, bad):
    """A command line can't hold NUL; there a leading dash is an option."""
    result = run("inspect", BAD_IDS[bad], settings=both)
    assert (result.code, result.out) == (64, "") and "container_id" in result.err


@pytest.mark.parametrize("command", BY_ID.values())
def test_container_id_as_option_after_dashes(both, command):
    result = run(command, "--", "-web", settings=both)
    assert (result.code, result.out) == (64, "") and result.err.startswith("invalid_argument: container_id")


BAD_IMAGES = [
    "",
    "../../x",
    "x" * 700,
    "a\nb",
    "a\0b",
    "UPPER/case",
    "a//b",
    "a:tag:tag",
    "a@sha256:short",
    "a b",
    "a?x=1",
    "a%2fb",
    "/a",
    "local/",
]


@pytest.mark.parametrize("bad", BAD_IMAGES, ids=range(len(BAD_IMAGES)))
def test_bad_image_id(server, both, bad):
    refusal(server, "docker_image_info", {"image_id": bad}, "image_id")
    if "\0" not in bad:
        result = run("image", bad, settings=both)
        assert (result.code, result.out) == (64, "") and "image_id" in result.err


@pytest.mark.parametrize("tail", TAILS, ids=str)
def test_bad_tail(server, tail):
    refusal(
        server,
        "docker_logs",
        {"container_id": "web", "tail": tail},
        "tail",
        "100000",
        *([str(tail)] if tail in (0, -1, 10**12) else []),
    )


@pytest.mark.parametrize("tail", ["0", "-1", "1000000000000", "ALL", "100001", "1.5", "", "9" * 40])
def test_bad_tail_of_the_command(both, tail):
    result = run("logs", "web", f"--tail={tail}", settings=both)
    assert (result.code, result.out) == (64, "")
    assert all(word in result.err for word in ("tail", tail, "100000"))


@pytest.mark.parametrize("tail", [1, 100_000])
def test_tail_at_its_limits(server, tail):
    assert server.answer("docker_logs", {"container_id": "local/web", "tail": tail})["lines"]


@pytest.mark.parametrize("tool", ["docker_list_containers", "docker_list_images"])
@pytest.mark.parametrize("limit", [0, -1, 10_001, "5", 10**30, 2.5])
def test_bad_limit(server, tool, limit):
    refusal(server, tool, {"limit": limit}, "limit", "10000")


@pytest.mark.parametrize(
    "cursor", ["x", "", "local/1", "nowhere/1/a", "local/-9223372036854775808/a", "../../x", "c" * 1000]
)
@pytest.mark.parametrize("tool", ["docker_list_containers", "docker_list_images"])
def test_bad_cursor(server, tool, cursor):
    refusal(server, tool, {"cursor": cursor}, "cursor")


@pytest.mark.parametrize(
    "time", ["yesterday", "", "10", "-5m", "10y", "2026-13-01T00:00:00Z", "99999999999999999999", "1e400", "m", "٣m"]
)
@pytest.mark.parametrize("name", ["since", "until"])
def test_bad_time(server, name, time):
    if time == "10":
        assert not server.call("docker_logs", {"container_id": "local/web", name: time}).get("isError")
    else:
        refusal(server, "docker_logs", {"container_id": "web", name: time}, name)


@pytest.mark.parametrize(
    "tool",
    [
        "docker_list_containers",
        "docker_inspect",
        "docker_logs",
        "docker_stats",
        "docker_list_images",
        "docker_image_info",
    ],
)
@pytest.mark.parametrize("source", ["nowhere", "", "LOCAL", "tcp://192.0.2.1:2375", "local,nowhere", "tag:prod"])
def test_unknown_source(server, tool, source):
    """It lists the known ones."""
    refusal(server, tool, {**CALLS[tool], "source": source}, "source", "local", "remote")


def test_unknown_source_in_an_id(server):
    refusal(server, "docker_inspect", {"container_id": "nowhere/web"}, "nowhere", "local", "remote")
    refusal(server, "docker_inspect", {"container_id": "local/web", "source": "remote"}, "local", "remote")


@pytest.mark.parametrize("source", ["nowhere", "tag:none", "local,nowhere"])
def test_unknown_source_of_a_command(both, source):
    result = run("containers", f"--source={source}", settings=both)
    assert (result.code, result.out) == (64, "") and "local" in result.err and "remote" in result.err


def test_empty_source_of_a_command(both):
    result = run("containers", "--source=", settings=both)
    assert (result.code, result.out) == (64, "") and "--source" in result.err


@pytest.mark.parametrize(
    "tool", ["docker_nothing", "", "docker_list_containers ", "DOCKER_LOGS", "x" * 10_000, "../../x"]
)
def test_unknown_tool(server, tool):
    error = server.request("tools/call", {"name": tool, "arguments": {}})["error"]
    assert error["code"] == -32602 and len(error["message"]) < 1000


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"name": 5},
        {"name": None},
        {"name": "docker_logs", "arguments": []},
        {"name": "docker_logs", "arguments": "x"},
    ],
)
def test_call_of_a_wrong_shape(server, params):
    assert server.request("tools/call", params)["error"]["code"] == -32602


@pytest.mark.parametrize(
    ("tool", "name"),
    [("docker_inspect", "container_id"), ("docker_logs", "container_id"), ("docker_image_info", "image_id")],
)
@pytest.mark.parametrize("given", [{}, "null", "none"])
def test_missing_argument(server, tool, name, given):
    if given == "none":
        result = server.request("tools/call", {"name": tool})["result"]
        assert result["isError"] is True and name in result["content"][0]["text"]
    else:
        refusal(server, tool, {name: None} if given == "null" else {}, name)


def test_extra_argument(server):
    for tool in server.tools:
        needed = {name: "web" for name in server.tools[tool]["inputSchema"].get("required", [])}
        refusal(server, tool, {**needed, "force": True}, "force")
    refusal(server, "docker_logs", {"container_id": "web", "fol\x1b[2Jlow": True}, "container_id", "tail")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("docker_list_containers", {"only_running": "yes"}),
        ("docker_list_containers", {"only_running": 1}),
        ("docker_list_containers", {"name": 5}),
        ("docker_list_containers", {"label": ["a"]}),
        ("docker_list_containers", {"state": "asleep"}),
        ("docker_list_containers", {"state": True}),
        ("docker_list_containers", {"detail": {}}),
        ("docker_list_containers", {"source": ["local"]}),
        ("docker_list_containers", {"format": "yaml"}),
        ("docker_inspect", {"container_id": 12}),
        ("docker_inspect", {"container_id": ["web"]}),
        ("docker_inspect", {"container_id": "web", "full": "true"}),
        ("docker_logs", {"container_id": "web", "stdout": "no"}),
        ("docker_logs", {"container_id": "web", "since": 1.5}),
        ("docker_logs", {"container_id": "web", "timestamps": 0}),
        ("docker_list_images", {"dangling": "true"}),
        ("docker_image_info", {"image_id": {"name": "a"}}),
        ("docker_stats", {"container_id": False}),
    ],
)
def test_wrong_type(server, tool, arguments):
    refusal(server, tool, arguments, list(arguments)[-1])


@pytest.mark.parametrize("host", ["tcp://192.0.2.1:2375", "unix:///var/run/docker.sock", "2375", "ssh://root@host"])
@pytest.mark.parametrize("tool", ["docker_list_containers", "docker_connection_status"])
def test_docker_host_that_is_not_configured(server, tool, host):
    """No caller may name an address; the words say why, and what to use."""
    text = refusal(server, tool, {"docker_host": host}, "docker_host", "local", "remote")
    assert "source" in text and "address" in text


BAD_SETTINGS = [
    ("DOCKER_HOST", "2375", "tcp://"),
    ("DOCKER_HOST", "ftp://host", "tcp://"),
    ("DOCKER_HOST", "tcp://a:99999", "65535"),
    ("DOCKER_HOST", "tcp://a:0", "65535"),
    ("DOCKER_HOST", "tcp://a:b", "65535"),
    ("DOCKER_HOST", "tcp://", "tcp://"),
    ("DOCKER_HOST", "tcp://:2375", "tcp://"),
    ("DOCKER_HOST", "tcp://a:2375/path", "tcp://"),
    ("DOCKER_HOST", "tcp://2001:db8::7:2375", "["),
    ("DOCKER_HOST", "unix://", "unix:///"),
    ("DOCKER_HOST", "unix://relative/docker.sock", "unix:///"),
    ("DOCKER_HOST", "tcp://a b:2375", "tcp://"),
    ("ALLOW_LOCAL_DOCKER", "maybe", "true"),
    ("DOCKER_SOCKET", "/" + "x" * 200, "path"),
    ("SECURITY_MODE", "admin", "readonly"),
    ("SECURITY_MODE", "readwrite", "readonly"),
    ("SECURITY_AUDIT_LOG", "sometimes", "true"),
    ("LOG_LEVEL", "loud", "debug"),
    ("MCP_TRANSPORT", "carrier-pigeon", "stdio"),
    ("MCP_PORT", "70000", "65535"),
    ("MCP_PORT", "http", "65535"),
    ("DOCKER_MCP_DEADLINE", "soon", "10s"),
    ("DOCKER_MCP_DEADLINE", "-1s", "10s"),
    ("DOCKER_MCP_CONNECT_TIMEOUT", "5 parsecs", "10s"),
]


@pytest.mark.parametrize("command", [["containers"], ["serve"], []], ids=["containers", "serve", "default"])
@pytest.mark.parametrize(
    ("name", "value", "good"), BAD_SETTINGS, ids=[f"{name}={value}" for name, value, _ in BAD_SETTINGS]
)
def test_bad_setting(one, command, name, value, good):
    """Exit code 64; the message names the variable, its value, and a good one."""
    result = run(*command, settings={**one.settings, name: value})
    assert (result.code, result.out) == (64, "")
    assert name in result.err and value[:60] in result.err and good in result.err


def test_every_bad_setting_at_once():
    result = run("containers", settings={"DOCKER_HOST": "2375", "LOG_LEVEL": "loud", "SECURITY_MODE": "admin"})
    assert result.code == 64
    assert all(name in result.err for name in ("DOCKER_HOST", "LOG_LEVEL", "SECURITY_MODE"))


def test_password_in_docker_host_is_refused_unseen():
    result = run("containers", settings={"DOCKER_HOST": "tcp://admin:hunter2-db@host:2375"})
    assert result.code == 64 and "DOCKER_HOST" in result.err and "hunter2-db" not in result.err


def test_bad_audit_file():
    for settings in ({"SECURITY_AUDIT_FILE": "/nonexistent/audit.log"}, {"SECURITY_AUDIT_FILE": "/"}):
        result = run("serve", settings={"ALLOW_LOCAL_DOCKER": "true", **settings})
        assert (result.code, result.out) == (64, "") and "SECURITY_AUDIT_FILE" in result.err


def test_standard_port():
    """tcp://HOST means port 2375."""
    result = run("status", "--json", settings={**remote("127.0.0.254"), "DOCKER_MCP_DEADLINE": "2s"})
    assert result.json["sources"][0]["endpoint"] == "tcp://127.0.0.254:2375"


def test_environment_proxy_is_not_used(two):
    with refused() as nobody:
        proxies = {name: f"http://{nobody}" for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy")}
        assert run("containers", "--json", settings={**two.settings, **proxies}).code == 0


def test_host_name_that_does_not_exist():
    result = run("containers", settings={**remote("no-such-host.invalid:2375"), "DOCKER_MCP_DEADLINE": "20s"})
    assert result.code == 2 and result.out == "" and "no-such-host.invalid" in result.err
    assert result.err.startswith(("host_not_found: ", "connect_timeout: "))


def test_missing_socket():
    result = run("containers", settings=local("/nonexistent/docker.sock"))
    assert result.code == 2 and result.err.startswith("socket_missing: ") and "/nonexistent/docker.sock" in result.err


def test_file_that_is_no_socket(tmp_path):
    file = tmp_path / "docker.sock"
    file.write_text("no socket")
    result = run("containers", settings=local(str(file)))
    assert result.code == 2 and result.out == "" and str(file) in result.err and "hint: " in result.err


def test_socket_without_permission(short_folder):
    """As another user than root, who may do anything."""
    program = f"{short_folder}/program"
    shutil.copyfile(PRODUCT, program)
    os.chmod(program, 0o755)
    path = f"{short_folder}/docker.sock"
    options = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        os.chmod(path, stat.S_IRUSR if os.geteuid() == 0 else 0)
        result = run("containers", settings=local(path), program=program, cwd="/", **options)
    assert result.code == 2 and result.err.startswith("permission_denied: ") and path in result.err
    assert "hint: " in result.err and "group" in result.err


def test_bad_input_does_not_end_the_server(both):
    with McpProcess(both) as server:
        server.initialize()
        for bad in BAD_IDS.values():
            server.failure("docker_inspect", {"container_id": bad})
        assert server.answer("docker_inspect", {"container_id": "web"})["complete"] is True
