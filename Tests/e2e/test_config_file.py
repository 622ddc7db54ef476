"""The configuration file: found, checked, combined with the environment, and followed while a server runs."""

import contextlib
import json
import os
import signal
import threading
import time

import jsonschema
import pytest

from support.engines import until
from support.fake_engine import FakeEngine, container_row, reply
from support.http import free_port, serving_http
from support.program import run, serving

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAME = "docker-mcp-secure"


def engine(name: str, delay: float = 0.0) -> FakeEngine:
    """An engine with one container, which takes its time for a list."""
    row = reply([container_row(Names=[f"/{name}"])])

    def slow(connection):
        time.sleep(delay)
        connection.sendall(row)

    return FakeEngine({r"/containers/json": slow if delay else row})


def sources_of(*engines: tuple[str, FakeEngine]) -> str:
    """A configuration with these sources."""
    rows = [{"name": name, "endpoint": f"tcp://{one.address}"} for name, one in engines]
    return json.dumps({"sources": rows}, indent=1)


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes, name: str = "config.yaml") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


# Every command, with what it wants beside --config.
COMMANDS = [
    ["status"], ["containers"], ["inspect", "x"], ["logs", "x"], ["stats"], ["images"], ["image", "x"], ["config"],
    ["serve"], [],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0] if command else "none")
def test_a_named_file_must_be_there(command, tmp_path):
    missing = str(tmp_path / "nowhere.yaml")
    for arguments, settings, name in [
        (["--config", missing], {}, "--config"),
        ([], {"DOCKER_MCP_CONFIG": missing}, "DOCKER_MCP_CONFIG"),
    ]:
        result = run(*command, *arguments, settings=settings)
        assert result.code == 64 and result.out == ""
        said = missing if command == ["config"] else f"{name}={missing}"
        assert f"{said}: there is no such file; name a file that this user may read" in result.err


def test_usual_place(tmp_path):
    """A file at the usual place is read; that there is none is no fault."""
    with engine("one") as one:
        for variable, folder in [("XDG_CONFIG_HOME", tmp_path / "x"), ("HOME", tmp_path / "h" / ".config")]:
            settings = {variable: str(folder if variable == "XDG_CONFIG_HOME" else folder.parent)}
            assert "not_configured" in run("containers", settings=settings).err
            file = folder / NAME / "config.yaml"
            file.parent.mkdir(parents=True)
            file.write_text(sources_of(("one", one)))
            found = run("containers", "--json", settings=settings)
            assert [row["source"] for row in found.json["containers"]] == ["one"]
            file.write_text("sources: x")
            assert run("containers", settings=settings).code == 64


# What stands in the file, and what is said of it: place, key, fault and advice.
BAD = {
    "tab": ("limits:\n\tdeadline: 3s\n", "2:1: a tab indents this line; YAML wants spaces, two a level."),
    "duplicate": ("local: true\nlocal: false\n", "2:1: local: this key is there already, in line 1; keep one of the two."),
    "unknown key": ("sources:\n- {name: a, endpoint: auto, dead_line: 3s}\n",
        "2:29: sources[0].dead_line: there is no such key; did you mean deadline?"),
    "wrong type": ("sources: {name: a}\n", "1:10: sources: this is a mapping; write a list, of which"),
    "duration": ("limits: {deadline: 10}\n", "1:20: limits.deadline: this is 10; write a time from 1ms to 1h, such as"),
    "space": ("sources: [{name: a b, endpoint: auto}]", "1:18: sources[0].name: this is a b; write a name that begins"),
    "emoji": ("sources: [{name: 🐳, endpoint: auto}]", "1:18: sources[0].name: this is 🐳; write a name that begins"),
    "slash": ("sources: [{name: a/b, endpoint: auto}]", "1:18: sources[0].name: this is a/b; write a name that begins"),
    "credentials": ('sources: [{name: a, endpoint: "tcp://u:hunter2@h"}]',
        '1:31: sources[0].endpoint: "[masked]@h": an address holds no user and password'),
    "not closed": ('local: true\nlog_level: "debug\n', "2:12: the quote that begins here is not closed."),
    "indentation": ("local: true\n log_level: debug\n", "2:11: it is no YAML: mapping values are not allowed"),
    "anchor": ("sources: &x []\n", "1:10: an anchor (&name) is not taken; write the value out"),
    "alias": ("sources: *x\n", "1:10: an alias (*name) is not taken; write the value out"),
    "tag": ("log_level: !!str info\n", "1:12: a tag (!name) is not taken; write the value without it."),
    "documents": ("local: true\n---\nlocal: false\n", "2:1: a second document begins; write all settings as one"),
    "latin 1": ("local: true\n# ".encode() + b"\xe4\xf6\n", "2:4: it is no YAML: invalid trailing UTF-8 octet; save"),
    "utf-16": ("local: true\n".encode("utf-16"), "1:1: it is no YAML: invalid leading UTF-8 octet; save the file as UTF-8"),
    "zero byte": (b"local: \0true\n", "1:8: it is no YAML: control characters are not allowed"),
    "scalar": ("local true\n", "1:1: this is local true; write a mapping with keys of these: sources,"),
    "token": ("http: {token: hunter2hunter2hunter2}\n", "1:8: http.token: secrets don't stand in this file; put tokens"),
    "deep": ("[" * 100_000, "1:33: it is nested more than 32 levels deep."),
    "twins": ("sources:\n- {name: a, endpoint: auto}\n- {name: a, endpoint: auto}\n", "3:10: sources[1].name: the name a is taken by"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_mistake(case, write):
    text, words = BAD[case]
    path = write(text)
    result = run("status", "--config", path, timeout=20)
    assert result.code == 64 and result.out == ""
    assert result.err.startswith(f"{NAME}: {path}:{words}"), result.err
    assert len(result.err.splitlines()) == 1
    assert "hunter2" not in result.err and "Traceback" not in result.err and "Fatal" not in result.err


def test_billion_laughs(write):
    levels = "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    result = run("status", "--config", write("a0: &a0 [lol, lol]\n" + levels), timeout=20)
    assert result.code == 64 and "an alias (*name) is not taken" in result.err
    assert len(result.err.splitlines()) == 51 and "more problems" in result.err


def test_no_plain_file(tmp_path, write):
    os.mkfifo(tmp_path / "fifo")
    large = write("# " + "x" * (1 << 20))
    for path, words in [
        (str(tmp_path), "it is a folder"),
        (str(tmp_path / "fifo"), "it is no file"),
        ("/dev/zero", "it is no file"),
        (large, "it has more than 1 MiB"),
    ]:
        result = run("status", "--config", path, timeout=20)
        assert result.code == 64 and f"--config={path}: it can't be read: {words}; name a file" in result.err


def test_unreadable(write, tmp_path):
    """A file that others may read is no fault; one that the user may not read is."""
    path = write("local: true\n")
    os.chmod(path, 0o644)
    assert run("status", "--config", path).code == 2
    os.chmod(path, 0)
    os.chmod(tmp_path, 0o755)
    as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    with contextlib.suppress(PermissionError):
        result = run("status", "--config", path, **as_nobody)
        assert result.code == 64 and "can't be read: Permission denied" in result.err or "no such file" in result.err


def test_all_at_once(write):
    path = write(
        "sources:\n- name: a b\n  endpoint: ftp://u:hunter2@x\n  dead_line: 3s\nlog_level: loud\nhttp: {port: x}\n"
    )
    result = run("serve", "--config", path, settings={"LOG_LEVEL": "loud", "MCP_RATE_LIMIT": "x"})
    assert result.code == 64 and result.out == "" and "hunter2" not in result.err
    said = [line.removeprefix(f"{NAME}: {path}:").split(" ")[0] for line in result.err.splitlines()]
    assert said[2:] == ["2:9:", "3:13:", "4:3:", "5:12:", "6:14:"]
    assert said[:2] == [f"{NAME}:", f"{NAME}:"] and "LOG_LEVEL=loud" in result.err and "MCP_RATE_LIMIT=x" in result.err


def test_empty(write):
    for text in ["", "# nothing yet\n", "---\n", "sources:\n"]:
        result = run("status", "--config", write(text))
        assert result.code == 2 and "not_configured" in result.err
        with serving({"DOCKER_MCP_CONFIG": write(text)}) as server:
            assert "names no source: write one under sources" in server.failure("docker_list_containers")


def test_two_thousand_sources(write):
    with engine("one") as one:
        lines = [f"- {{name: s{n}, endpoint: 'tcp://{one.address}', tags: [t{n % 10}]}}" for n in range(2000)]
        path = write("sources:\n" + "\n".join(lines))
        found = run("containers", "--json", "--config", path, "--source", "tag:t3", timeout=60)
        assert found.code == 0 and len(found.json["sources"]) == 200
        with serving({"DOCKER_MCP_CONFIG": path}) as server:
            answer = server.answer("docker_connection_status", {"source": "s0,s1999"})
            assert [row["name"] for row in answer["sources"]] == ["s0", "s1999"]


def test_precedence(write):
    with engine("file") as file, engine("variable") as variable, engine("list") as listed, engine("flag") as flag:
        path = write(sources_of(("remote", file), ("b", file), ("c", file), ("d", file)))
        settings = {
            "DOCKER_MCP_CONFIG": path, "DOCKER_HOST": f"tcp://{variable.address}",
            "DOCKER_SOURCES": f"b=tcp://{listed.address},c=tcp://{listed.address}",
        }  # fmt: skip
        with serving(settings, "serve", "--source", f"c=tcp://{flag.address}") as server:
            rows = server.answer("docker_list_containers")["containers"]
            assert {row["source"]: row["name"] for row in rows} == {
                "remote": "variable", "b": "list", "c": "flag", "d": "file",
            }  # fmt: skip
            assert [source["name"] for source in server.answer("docker_connection_status")["sources"]] == [
                "d", "remote", "b", "c",
            ]  # fmt: skip
        other = write(sources_of(("other", flag)), "other.yaml")
        found = run("containers", "--json", "--config", other, settings={"DOCKER_MCP_CONFIG": path})
        assert [row["source"] for row in found.json["containers"]] == ["other"]


def test_http_of_the_file(write, tmp_path):
    """Transport, port and tokens come from the file; its folder is where relative paths begin; options win."""
    (tmp_path / "tokens").write_text("me: 0123456789abcdef0123456789abcdef\n")
    port = free_port()
    path = write(f"http: {{transport: http, port: {port}, host: 0.0.0.0, token_file: tokens}}\n")
    with serving_http({"DOCKER_MCP_CONFIG": path}) as (server, _):
        server.wait_for_stderr(lambda lines: any("serving MCP at http://0.0.0.0:" in line for line in lines))
        assert f":{port}/mcp" not in server.stderr
    (tmp_path / "tokens").unlink()
    result = run("serve", settings={"DOCKER_MCP_CONFIG": path})
    assert result.code == 64 and f"{path}:1:" in result.err and f"http.token_file={tmp_path}/tokens: can't be read" in result.err
    result = run("serve", settings={"DOCKER_MCP_CONFIG": write("http: {transport: http, host: 0.0.0.0}\n")})
    assert result.code == 64 and "http.host=0.0.0.0 lets others than this machine in" in result.err


def test_rows(write):
    rows = [container_row(Id=f"{number:064x}", Names=[f"/c{number}"]) for number in range(5)]
    with FakeEngine({r"/containers/json": reply(rows)}) as one:
        config = json.loads(sources_of(("one", one))) | {"limits": {"rows": 2}}
        with serving({"DOCKER_MCP_CONFIG": write(json.dumps(config))}) as server:
            assert server.tools["docker_list_containers"]["inputSchema"]["properties"]["limit"]["default"] == 2
            answer = server.answer("docker_list_containers")
            assert len(answer["containers"]) == 2 and answer["total"] == 5 and answer["next_cursor"]


def test_file_sd_and_contexts(write, tmp_path):
    with engine("one") as one, engine("two") as two, engine("three") as three:
        (tmp_path / "targets").mkdir()
        write(
            json.dumps([{"targets": [one.address], "labels": {"env": "prod", "name": "web"}}]), "targets/a.json"
        )
        write(f"- targets: ['{two.address}']\n  labels: {{env: dev}}\n", "targets/b.json")
        store = tmp_path / "docker" / "contexts" / "meta" / "0"
        store.mkdir(parents=True)
        description = {"Name": "lab", "Metadata": {}, "Endpoints": {"docker": {"Host": f"tcp://{three.address}"}}}
        (store / "meta.json").write_text(json.dumps(description))
        path = write("source_lists:\n- file_sd: targets/*.json\n  tags: [fleet]\n- {contexts: all, tags: [ctx]}\n")
        settings = {"DOCKER_MCP_CONFIG": path, "DOCKER_CONFIG": str(tmp_path / "docker")}
        named = f"{two.address.replace(':', '-')}"

        def found(*arguments):
            result = run("containers", "--json", *arguments, settings=settings)
            return {row["source"]: row["name"] for row in result.json["containers"]}

        assert found() == {"web": "one", named: "two", "lab": "three"}
        assert found("--source", "tag:prod") == {"web": "one"}
        assert found("--source", "tag:fleet") == {"web": "one", named: "two"}
        assert found("--source", "tag:ctx") == {"lab": "three"}
        write("[{", "targets/b.json")
        result = run("containers", settings=settings)
        assert result.code == 64 and f"{tmp_path}/targets/b.json:" in result.err


def test_schema(write):
    """The schema takes what the program takes, and refuses what it refuses."""
    with open(f"{ROOT}/docs/schemas/config.v1.json", encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    validator.check_schema(validator.schema)
    good = [
        {}, {"sources": None}, {"sources": [{"name": "a", "endpoint": "tcp://127.0.0.1:1", "tls": False, "tags": ["x"]}]},
        {"sources": [{"name": "a", "endpoint": "https://127.0.0.1:1", "tls": {"ca": "x", "verify": False}}]},
        {"source_lists": [{"file_sd": ["*.json"]}, {"contexts": "all"}, {"contexts": []}]}, {"local": False},
        {"limits": {"deadline": "1.5s", "connect_timeout": "100ms", "rows": 5}},
        {"http": {"port": 3000, "allowed_hosts": ["x"], "rate_limit": 0}, "log_level": "warn"},
        {"security": {"mode": "readonly", "audit_log": True, "audit_file": "x"}},
    ]  # fmt: skip
    bad = [
        [], {"source": []}, {"sources": [{}]}, {"sources": [{"name": "a"}]}, {"sources": {"name": "a"}}, {"local": "yes"},
        {"sources": [{"name": "a b", "endpoint": "auto"}]}, {"limits": {"deadline": 10}}, {"limits": {"rows": 0}},
        {"limits": {"deadline": "soon"}}, {"http": {"port": 65536}}, {"http": {"port": "3000"}}, {"http": {"token": "x"}},
        {"security": {"mode": "readwrite"}}, {"log_level": "loud"}, {"source_lists": [{"contexts": "some"}]},
        {"sources": [{"name": "a", "endpoint": "auto", "tags": ["a b"]}]}, {"http": {"host": "a b"}},
    ]  # fmt: skip
    for document in good:
        assert validator.is_valid(document), document
        assert run("images", "--config", write(json.dumps(document))).code in (1, 2), document
    for document in bad:
        assert not validator.is_valid(document), document
        assert run("images", "--config", write(json.dumps(document))).code == 64, document


def test_client_entry_names_the_file(write, tmp_path):
    with engine("one") as one:
        path = write(sources_of(("one", one)))
        found = run("config", "--client", "cursor", "--json", "--config", "config.yaml", cwd=tmp_path)
        assert found.code == 0 and found.json["entry"]["env"] == {"DOCKER_MCP_CONFIG": path}
        settings = {"DOCKER_MCP_CONFIG": "~/config.yaml", "HOME": str(tmp_path)}
        assert run("config", "--client", "cursor", "--json", settings=settings).json["entry"]["env"] == {
            "DOCKER_MCP_CONFIG": path
        }
        empty = run("config", "--client", "cursor", "--json", "--config", write("", "empty.yaml"))
        assert empty.json["entry"]["env"]["ALLOW_LOCAL_DOCKER"] == "true" and "No source is set" in empty.err
    broken = run("config", "--config", write("x: 1", "broken.yaml"))
    assert broken.code == 64 and "broken.yaml:1:1: x: there is no such key" in broken.err


def test_doctor(write):
    """What is wrong is listed, and what can be used without that is examined."""
    with engine("one") as one:
        path = write(f"sources:\n- {{name: one, endpoint: 'tcp://{one.address}'}}\n- {{name: 'a b', endpoint: auto}}\n")
        report = run("doctor", "--json", "--config", path)
        assert report.code == 1
        steps = report.json["settings"]
        assert any(step["found"] == f"the configuration file is {path}" for step in steps), steps
        wrong = [step for step in steps if step["outcome"] == "failed"]
        assert len(wrong) == 1 and wrong[0]["found"].startswith(f"{path}:3:10: sources[1].name")
        assert wrong[0]["hints"][0].startswith("Correct it in that file")
        assert [source["name"] for source in report.json["sources"]] == ["one"]


# Ways in which a file becomes another one.


def in_place(path: str, text: str):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def moved(path: str, text: str):
    in_place(f"{path}.new", text)
    os.rename(f"{path}.new", path)


def linked(path: str, text: str):
    """As Kubernetes updates a ConfigMap: a link to a folder leads elsewhere at once."""
    folder = os.path.dirname(path)
    version = f"{folder}/..{time.monotonic_ns()}"
    os.mkdir(version)
    in_place(f"{version}/{os.path.basename(path)}", text)
    os.symlink(version, f"{folder}/..new")
    os.rename(f"{folder}/..new", f"{folder}/..data")
    if not os.path.islink(path):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        os.symlink(f"..data/{os.path.basename(path)}", path)


class Stream:
    """Calls without end, several at a time; each must be answered, and none may fail."""

    def __init__(self, server):
        self.server = server
        self.names: list[str] = []
        self.failures: list = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _run(self):
        open_calls = []
        while not self._ends.is_set() or open_calls:
            if not self._ends.is_set():
                open_calls.append(self.server.start_call("docker_list_containers"))
            if len(open_calls) >= 8 or self._ends.is_set():
                try:
                    result = self.server.reply(open_calls.pop(0), 30)["result"]
                except Exception as error:  # noqa: BLE001 - told by the test
                    self.failures.append(error)
                    return
                content = result.get("structuredContent", {})
                if result.get("isError") or not content.get("complete"):
                    self.failures.append(result)
                else:
                    self.names.append(",".join(row["name"] for row in content["containers"]))
            time.sleep(0.01)


@pytest.mark.parametrize("change", [in_place, moved, linked, "SIGHUP"], ids=lambda way: getattr(way, "__name__", way))
def test_reload_loses_no_call(change, tmp_path):
    """The sources change under a stream of calls: every call is answered by the old or by the new ones."""
    path = str(tmp_path / "config.yaml")
    with engine("one", 0.2) as one, engine("two", 0.2) as two:
        first, second = sources_of(("a", one)), sources_of(("a", two))
        (linked if change is linked else in_place)(path, first)
        with serving({"DOCKER_MCP_CONFIG": path}) as server:
            with Stream(server) as stream:
                until(lambda: "one" in stream.names)
                if change == "SIGHUP":
                    in_place(path, second)
                    os.kill(server.process.pid, signal.SIGHUP)
                else:
                    change(path, second)
                until(lambda: "two" in stream.names)
            assert not stream.failures
            # Never mixed, and never back.
            assert stream.names == sorted(stream.names) and set(stream.names) == {"one", "two"}
            lines = server.wait_for_stderr(lambda lines: any("settings were read anew" in line for line in lines))
            assert any("1 changed (a)" in line for line in lines)


def test_broken_file_changes_nothing(tmp_path, write):
    with engine("one") as one, engine("two") as two:
        path = write(sources_of(("a", one)))
        with serving({"DOCKER_MCP_CONFIG": path}) as server:
            moved(path, "sources:\n- {name: 'a b', endpoint: auto}\nlog_level: loud\n")
            lines = server.wait_for_stderr(lambda lines: any("those from before stay" in line for line in lines))
            assert any(f"{path}:2:10: sources[0].name" in line for line in lines)
            assert any(f"{path}:3:12: log_level" in line for line in lines)
            assert [row["name"] for row in server.answer("docker_list_containers")["containers"]] == ["one"]
            os.kill(server.process.pid, signal.SIGHUP)
            server.wait_for_stderr(lambda lines: sum("those from before stay" in line for line in lines) == 2)
            os.unlink(path)
            server.wait_for_stderr(lambda lines: any("there is no such file" in line for line in lines))
            assert [row["name"] for row in server.answer("docker_list_containers")["containers"]] == ["one"]
            moved(path, sources_of(("a", two)))
            server.wait_for_stderr(lambda lines: any("settings were read anew" in line for line in lines))
            assert [row["name"] for row in server.answer("docker_list_containers")["containers"]] == ["two"]


def test_usual_file_gone(tmp_path):
    """Whoever replaces the file by deleting it first takes no source away meanwhile."""
    with engine("one") as one:
        file = tmp_path / NAME / "config.yaml"
        file.parent.mkdir()
        file.write_text(sources_of(("a", one)))
        with serving({"XDG_CONFIG_HOME": str(tmp_path)}) as server:
            file.unlink()
            server.wait_for_stderr(lambda lines: any("is gone; what it said stays" in line for line in lines))
            assert server.answer("docker_list_containers")["complete"]
            os.kill(server.process.pid, signal.SIGHUP)
            server.wait_for_stderr(lambda lines: any("1 removed (a)" in line for line in lines))
            assert "not_configured" in server.failure("docker_list_containers")


def test_list_files_are_followed(tmp_path, write):
    with engine("one") as one, engine("two") as two:
        (tmp_path / "t").mkdir()
        write(json.dumps([{"targets": [one.address], "labels": {"name": "a"}}]), "t/a.json")
        with serving({"DOCKER_MCP_CONFIG": write("source_lists: [{file_sd: t/*.json}]")}) as server:
            assert len(server.answer("docker_list_containers")["sources"]) == 1
            write(json.dumps([{"targets": [two.address], "labels": {"name": "b"}}]), "t/b.json")
            server.wait_for_stderr(lambda lines: any("1 added (b)" in line for line in lines))
            assert [row["name"] for row in server.answer("docker_list_containers")["containers"]] == ["one", "two"]
            os.unlink(tmp_path / "t" / "a.json")
            server.wait_for_stderr(lambda lines: any("1 removed (a)" in line for line in lines))


def test_what_needs_a_restart_is_said(write):
    with engine("one") as one:
        path = write(sources_of(("a", one)))
        with serving({"DOCKER_MCP_CONFIG": path}) as server:
            config = json.loads(sources_of(("a", one))) | {"http": {"port": 4000}, "log_level": "debug"}
            moved(path, json.dumps(config))
            server.wait_for_stderr(
                lambda lines: any("after a restart only: http.port, log_level" in line for line in lines)
            )
            # Nothing of the lists of tools, prompts and resources has changed, and nobody is told so.
            assert server.answer("docker_list_containers")["complete"]
            assert not any(b"list_changed" in line for line in server.lines if b'"method"' in line)


def test_a_touched_file_says_nothing(write):
    with engine("one") as one:
        path = write(sources_of(("a", one)))
        with serving({"DOCKER_MCP_CONFIG": path, "LOG_LEVEL": "debug"}) as server:
            os.utime(path)
            server.wait_for_stderr(lambda lines: any("says the same" in line for line in lines))
            assert "read anew" not in server.stderr
