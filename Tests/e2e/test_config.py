"""The command config: what it prints, and what it does to files that clients and people have written, read back by other parsers."""

import json
import os
import random
import re
import stat
import time
import tomllib
from pathlib import Path

import pytest

from support.program import PRODUCT, run

CLIENTS = {
    "claude-desktop": (".config/Claude/claude_desktop_config.json", "mcpServers"),
    "claude-code": (".claude.json", "mcpServers"),
    "vscode": (".config/Code/User/mcp.json", "servers"),
    "cursor": (".cursor/mcp.json", "mcpServers"),
    "windsurf": (".codeium/windsurf/mcp_config.json", "mcpServers"),
    "zed": (".config/zed/settings.json", "context_servers"),
    "codex": (".codex/config.toml", "mcp_servers"),
}
NAME = "docker-mcp-secure"
SOURCES = {"DOCKER_HOST": "tcp://203.0.113.7:2375", "ALLOW_LOCAL_DOCKER": "true"}
COMMAND = {"command": PRODUCT, "args": ["serve"], "env": SOURCES}
# A string, a comment, or a comma with nothing but comments between it and a closing bracket.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n\r]*|/\*.*?\*/|,(?=(?>\s|//[^\n\r]*|/\*.*?\*/)*+[}\]])', re.S)


def parsed_json(text: str):
    """JSON without comments and trailing commas, by Python's parser."""
    return json.loads(TOKEN.sub(lambda token: token[0] if token[0].startswith('"') else " ", text))


def parsed(path: Path):
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode()
    return tomllib.loads(data) if path.suffix == ".toml" else parsed_json(data)


def config(path: Path | None, client: str, *arguments: str, settings: dict | None = None):
    place = [] if path is None else ["--file", str(path)]
    return run("config", "--client", client, *place, *arguments, settings=SOURCES if settings is None else settings)


def is_subsequence(part: bytes, whole: bytes) -> bool:
    rest = iter(whole)
    return all(byte in rest for byte in part)


def merged(path: Path, client: str, before: bytes) -> dict:
    """Merges into a file that holds `before`, and checks all that must hold whatever it is; the document after it."""
    path.write_bytes(before)
    result = config(path, client, "--write")
    assert result.code == 0, result.err
    after = path.read_bytes()
    again = config(path, client, "--write", "--json")
    assert again.code == 0 and again.json["changed"] is False and again.json["backup"] is None, again.err
    assert path.read_bytes() == after
    return parsed(path)


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.bak-docker-mcp-secure-*"))


# What is printed.


@pytest.mark.parametrize("client", CLIENTS)
def test_prints_the_clients_own_form(client, tmp_path):
    place, servers = CLIENTS[client]
    result = config(None, client, settings={**SOURCES, "HOME": str(tmp_path)})
    assert result.code == 0, result.err
    document = tomllib.loads(result.out) if client == "codex" else json.loads(result.out)
    entry = document[servers][NAME]
    assert entry.pop("type", "stdio") == "stdio" and entry == COMMAND
    assert f"{tmp_path}/{place}" in result.err and not list(tmp_path.iterdir())


def test_without_a_client(tmp_path):
    (tmp_path / ".cursor").mkdir()
    (tmp_path / ".claude.json").write_text("{}")
    settings = {**SOURCES, "HOME": str(tmp_path)}
    result = run("config", settings=settings)
    assert json.loads(result.out) == {"mcpServers": {NAME: COMMAND}}
    states = {line.split()[0]: line.split(maxsplit=1)[1] for line in result.err.splitlines() if str(tmp_path) in line}
    assert states["claude-code"].startswith("exists") and states["cursor"].startswith("not yet")
    assert states["zed"].startswith("-") and set(states) == set(CLIENTS)
    clients = {row["client"]: row for row in run("config", "--json", settings=settings).json["clients"]}
    assert clients["claude-code"] == {"client": "claude-code", "file": f"{tmp_path}/.claude.json", "exists": True}
    assert clients["vscode"]["exists"] is False


def test_clients_own_variables(tmp_path):
    places = {
        "claude-code": ({"CLAUDE_CONFIG_DIR": "/c"}, "/c/.claude.json"),
        "codex": ({"CODEX_HOME": "/x"}, "/x/config.toml"),
        "zed": ({"XDG_CONFIG_HOME": "/g"}, "/g/zed/settings.json"),
        "vscode": ({"XDG_CONFIG_HOME": "/g"}, "/g/Code/User/mcp.json"),
    }
    for client, (settings, place) in places.items():
        assert config(None, client, "--json", settings=settings).json["file"] == place
    result = config(None, "cursor", settings={"HOME": ""})
    assert result.code == 1 and result.err.splitlines()[-2].startswith("home_unknown: HOME")
    assert result.err.splitlines()[-1].startswith("hint: ")


def test_nothing_set_means_the_local_engine():
    result = config(None, "cursor", "--json", settings={})
    assert result.json["entry"]["env"] == {"ALLOW_LOCAL_DOCKER": "true"} and "ALLOW_LOCAL_DOCKER=true" in result.err


@pytest.mark.parametrize(
    ("name", "value"),
    [("DOCKER_HOST", "ssh://root@203.0.113.7"), ("DOCKER_SOURCES", "nas=ssh://u@nas:22,cloud=tcp://203.0.113.7:2375")],
)
def test_user_of_ssh_is_no_secret(name, value):
    result = config(None, "cursor", "--json", settings={name: value})
    assert result.json["entry"]["env"] == {name: value} and "left out" not in result.err


def test_variables(tmp_path):
    """Secrets and unseen characters are left out, paths are made absolute, a configuration file is found."""
    settings = {
        "MCP_AUTH_TOKEN": "s3cret-token-value", "DOCKER_HOST": "tcp://admin:hunter2hunter2@203.0.113.7:2375",
        "DOCKER_CERT_PATH": "./certs", "DOCKER_TLS_VERIFY": "1", "LOG_LEVEL": "debug\u202e", "SECURITY_MODE": "readonly",
        "PATH": os.environ["PATH"], "UNRELATED": "x",
    }  # fmt: skip
    result = config(None, "cursor", "--json", settings=settings)
    assert result.code == 0, result.err
    assert result.json["entry"]["env"] == {
        "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": f"{os.getcwd()}/certs", "SECURITY_MODE": "readonly",
    }  # fmt: skip
    assert "DOCKER_HOST is left out" in result.err and "LOG_LEVEL is left out" in result.err
    assert "hunter2" not in result.out + result.err and "s3cret" not in result.out + result.err
    file = tmp_path / NAME / "config.yaml"
    file.parent.mkdir()
    file.write_text("sources: [{name: a, endpoint: auto}]\n")
    found = config(None, "cursor", "--json", settings={"XDG_CONFIG_HOME": str(tmp_path)})
    assert found.json["entry"]["env"] == {"DOCKER_MCP_CONFIG": str(file)}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--client", "emacs"], ["--write"], ["--remove"], ["--file", "x"], ["--client", "cursor", "--write", "--remove"],
        ["--client", "cursor", "--name", "two words"], ["--client", "cursor", "--name", ""],
        ["--client", "codex", "--name", 'a"]\nx=1'], ["--client", "cursor", "--name", "a" * 65],
        ["--client", "cursor", "--remote-url", "ftp://host/mcp"], ["--client", "cursor", "--remote-url", "http://"],
        ["--client", "cursor", "--remote-url", "http://user:password@host/mcp"],
        ["--client", "claude-desktop", "--remote-url", "http://127.0.0.1:3000/mcp"],
        ["--no-such-option"], ["extra"],
    ],
)  # fmt: skip
def test_wrong_usage(arguments):
    result = run("config", *arguments, settings=SOURCES)
    assert (result.code, result.out) == (64, "") and result.err.strip() and "password" not in result.err


@pytest.mark.parametrize("client", [client for client in CLIENTS if client != "claude-desktop"])
def test_remote_url(client, tmp_path):
    """An address takes the place of a command, and the other way round; what is the user's own stays."""
    path = tmp_path / ("config.toml" if client == "codex" else "mcp.json")
    url, servers = "http://127.0.0.1:3000/mcp", CLIENTS[client][1]
    merged(path, client, b"")
    first = parsed(path)
    assert config(path, client, "--write", "--remote-url", url).code == 0
    entry = parsed(path)[servers][NAME]
    assert "command" not in entry and "env" not in entry and url in entry.values()
    assert set(entry) - {"type"} == {"serverUrl" if client == "windsurf" else "url"}
    assert config(path, client, "--write").code == 0
    assert parsed(path) == first


# Files as people and programs write them. `@` stands for the entry's name.

JSON_FILES = {
    "empty": "", "blank": " \n\n", "comment only": "// nothing yet\n", "object": "{}", "object with a line": "{\n}\n",
    "object with a comment": "{ // settings\n}\n", "object with a long comment": "{/* a */}",
    "one line": '{"theme":"dark","mcpServers":{"other":{"command":"x"}}}',
    "one line, spaced": '{"theme": "dark", "mcpServers": {"other": {"command": "x"}}}\n',
    "no servers": '{\n    "theme": "dark"\n}\n', "empty servers": '{\n  "mcpServers": {}\n}\n',
    "spaces in servers": '{\n  "mcpServers": { }\n}\n', "comment in servers": '{\n  "mcpServers": {\n    // none\n  }\n}',
    "trailing commas": '{\n\t"mcpServers": {\n\t\t"other": {"command": "x", "args": ["a", "b",],},\n\t},\n}\n',
    "comments everywhere": '/* a */ { // b\n  /* c */ "mcpServers" /* d */ : /* e */ { // f\n    "other" : { } // g\n    // h\n  } // i\n  // j\n} // k\n// l',
    "comma on its own": '{\n  "a": 1 // one\n  , "mcpServers": {\n "other": {} /* x */ , // y\n } }',
    "crlf": '{\r\n  "a": 1, // one\r\n  "mcpServers": {\r\n    "other": {"command": "x"} // last\r\n  }\r\n}\r\n',
    "bom": '\ufeff{\n  "a": "\u00e9"\n}', "bom only": "\ufeff",
    "names in strings and comments": '{\n  "note": "\\"mcpServers\\": {\\"@\\": 1}", // "mcpServers": {"@": {}}\n  "x": {"mcpServers": {"@": {"command": "not this"}}}\n}\n',
    "escaped name": '{"mcp\\u0053ervers": {"docker\\u002dmcp-secure": {"command": "old", "disabled": true}}}',
    "kelvin": '{"mcpServers": {"doc\u212aer-mcp-secure": {"command": "other"}}}',
    "present": '{\n  "mcpServers": {\n    "@": {\n      // ours\n      "command": "/old", // was here\n      "args": [],\n      "disabled": true,\n      "env": { "DOCKER_HOST": "tcp://old:1", "PATH": "/bin", "DOCKER_TLS": "1" }\n    },\n    "other": {"command": "x"}\n  }\n}\n',
    "present in part": '{"mcpServers": {"@": {"alwaysAllow": ["docker_logs"]}}}',
    "present, empty": '{"mcpServers": {"@": {}}, "z": 1}', "present, null": '{"mcpServers": {"@": null}}',
    "present, a string": '{"mcpServers": {"@": "x", "b": {}}}', "env null": '{"mcpServers": {"@": {"env": null}}}',
    "remote before": '{\n  "mcpServers": {\n    "@": {\n      "type": "http",\n      "url": "http://h/mcp",\n      "headers": {"A": "b"}\n    }\n  }\n}\n',
    "remote on one line": '{"mcpServers": {"@": {"url": "http://h/mcp", "timeout": 5, "headers": {}}}}',
    "duplicate servers": '{"mcpServers": {"a": {}}, "mcpServers": {"b": {}}}',
    "duplicate entries": '{"mcpServers": {"@": {"command": "1"}, "@": {"command": "2", "x": 1}}}',
    "nothing nested right": '{"list": [{"mcpServers": {}}, [[]], {}], "mcpServers": {"n": {"mcpServers": {"@": 1}}}}',
    "tabs": '{\n\t"mcpServers": {\n\t\t"other": {\n\t\t\t"command": "x"\n\t\t}\n\t}\n}',
    "odd lines": '{"a": 1,\n"mcpServers": {"other":\n{"command": "x"}}}',
    "line after line comment": '{\n "mcpServers": { "other": {} // c\n }\n}',
    "deep": '{"a":' + "[" * 200 + "]" * 200 + "}",
    "numbers": '{"a": -0.5e+10, "b": 123456789012345678901234567890, "c": [true, false, null]}',
}  # fmt: skip


def expected(document, servers: str):
    """What a merge must make of `document`."""
    document = document if document is not None else {}
    entries = document.setdefault(servers, {})
    old = entries.get(NAME)
    entry = entries[NAME] = old if isinstance(old, dict) else {}
    for key in ("type", "url", "serverUrl", "headers", "http_headers", "env_http_headers", "bearer_token_env_var"):
        entry.pop(key, None)
    env = entry.get("env") if isinstance(entry.get("env"), dict) else {}
    env.pop("DOCKER_TLS", None)
    entry.update(command=PRODUCT, args=["serve"], env={**env, **SOURCES})
    return document


def loaded(text: str):
    text = text.removeprefix("\ufeff")
    return parsed_json(text) if parsed_json(f"[{text}\n]") else None


@pytest.mark.parametrize("case", JSON_FILES)
def test_json_files(case, tmp_path):
    path = tmp_path / "mcp.json"
    text = JSON_FILES[case].replace("@", NAME)
    assert merged(path, "cursor", text.encode()) == expected(loaded(text), "mcpServers")
    after = path.read_bytes()
    if NAME not in text and "\\u" not in text:
        assert is_subsequence(text.encode(), after)
    if "\r\n" in text:
        assert after.count(b"\n") == after.count(b"\r\n")
    assert after.startswith(b"\xef\xbb\xbf") == text.startswith("\ufeff")
    for comment in re.findall(r"// \w+|/\* \w \*/", text):
        assert comment.encode() in after
    # Taken out again, the rest is as it was.
    assert config(path, "cursor", "--remove").code == 0
    original = loaded(text) or {}
    original.setdefault("mcpServers", {}).pop(NAME, None)
    assert parsed(path) == original
    assert config(path, "cursor", "--remove", "--json").json["changed"] is False


def test_exact_bytes(tmp_path):
    """Only our lines come, in the file's own style."""
    path = tmp_path / "settings.json"
    merged(path, "zed", b'// Zed\r\n{\r\n\t"theme": "One",\t// dark\r\n\t"context_servers": {\r\n\t\t"a": {"command": "x"} // a\r\n\t},\r\n}')
    entry = json.dumps(PRODUCT)
    assert path.read_bytes().decode() == (
        '// Zed\r\n{\r\n\t"theme": "One",\t// dark\r\n\t"context_servers": {\r\n\t\t"a": {"command": "x"}, // a\r\n'
        f'\t\t"{NAME}": {{\r\n\t\t\t"command": {entry},\r\n\t\t\t"args": ["serve"],\r\n\t\t\t"env": {{\r\n'
        '\t\t\t\t"DOCKER_HOST": "tcp://203.0.113.7:2375",\r\n\t\t\t\t"ALLOW_LOCAL_DOCKER": "true"\r\n\t\t\t}\r\n\t\t}\r\n\t},\r\n}'
    )  # fmt: skip


UNUSABLE = {
    "servers null": ('{"mcpServers": null}', 1, 16), "servers a list": ('{\n  "mcpServers": []}', 2, 17),
    "a list": ("[]", 1, 1), "a word": ("hello", 1, 1), "cut off": ('{\n  "a": {\n', 3, 1), "unquoted": ("{a: 1}", 1, 2),
    "single quotes": ("{'a': 1}", 1, 2), "two values": ("{} {}", 1, 4), "no comma": ('{"a": 1\n "b": 2}', 2, 2),
    "two commas": ('{"a": 1,, "b": 2}', 1, 9), "comma first": ("{,}", 1, 2), "no colon": ('{"a" 1}', 1, 6),
    "no value": ('{"a": }', 1, 7), "comment open": ('{"\u00e9": 1 /* ', 1, 9), "slash": ("{/ }", 1, 2), "string open": ('{"a": "b', 1, 7),
    "raw line break": ('{"a": "b\nc"}', 1, 9), "bad escape": ('{"a": "\\q"}', 1, 10), "too deep": ('{"a":' + "[" * 5000, 1, 261),
    "wrong bracket": ('{"a": [1}', 1, 9), "leading zero": ('{"a": 01}', 1, 9), "nul": ("{\0}", 1, 2),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSABLE)
def test_json_that_is_not_touched(case, tmp_path):
    text, line, column = UNUSABLE[case]
    path = tmp_path / "mcp.json"
    path.write_text(text)
    result = config(path, "cursor", "--write")
    assert (result.code, result.out) == (1, "")
    message, hint = result.err.splitlines()[-2:]
    assert message.startswith(f"file_unusable: {path}, line {line}, column {column}: "), message
    assert hint.startswith("hint: Mend the file") and path.read_text() == text and not backups(path)
    assert list(tmp_path.iterdir()) == [path]


TOML_FILES = {
    "empty": "", "blank": "\n \n", "comment": "# nothing\n", "bom": "\ufeffmodel = 1\n",
    "plain": 'model = "x"\n\n[features]\na = true\n', "no final newline": 'model = "x"\n[features]\na = true # last',
    "crlf": 'model = "x"\r\n[mcp_servers.other]\r\ncommand = "x"\r\n',
    "other": '[mcp_servers.other]\ncommand = "x"\n[mcp_servers.other.env]\nA = "b"\n\n[tui]\nx = 1\n',
    "table of servers": '[mcp_servers]\nother = { command = "x" }\n', "empty table of servers": "[mcp_servers]\n# none yet\n",
    "dotted in table": '[mcp_servers]\nother.command = "x"\n', "dotted at root": 'mcp_servers.other.command = "x" # c\nmodel = "y"\n[tui]\n',
    "inline servers": 'mcp_servers = { other = { command = "x" } } # c\nmodel = "y"\n', "inline empty": "mcp_servers = {}\n",
    "present": '[mcp_servers.@]\n# ours\ncommand = "/old" # was here\nargs = [\n  "a", # b\n]\nenabled = false\nstartup_timeout_sec = 20\n\n[mcp_servers.@.env]\nDOCKER_HOST = "tcp://old:1"\nDOCKER_TLS = "1"\nPATH = "/bin"\n\n[tui]\na = 1\n',
    "present, inline env": '[mcp_servers.@]\ncommand = "/old"\nenv = { "PATH" = "/bin", DOCKER_TLS = "1" } # env\n[tui]\n',
    "present, dotted env": '[mcp_servers.@]\nenv.PATH = "/bin"\nenv.DOCKER_TLS = "1"\ncommand = "x"',
    "present, no env": '[mcp_servers.@]\n  command = "x"', "present, empty": "[mcp_servers.@]\n[tui]\na = 1\n",
    "only env": '[mcp_servers.@.env]\nPATH = "/bin"\n', "only tools": '[mcp_servers.@.tools.x]\napproval_mode = "prompt"\n',
    "present, inline": 'mcp_servers = { "@" = { command = "x", enabled = false, env = { PATH = "/bin", DOCKER_TLS = "1" } }, b = {command="y"} }',
    "present, inline in table": '[mcp_servers]\n@ = {command = "x", env.PATH = "/bin", url = "u"}\n',
    "present, dotted": 'mcp_servers.@.command = "x"\nmcp_servers.@.enabled = true\nz = 1\n[tui]\n',
    "quoted": '["mcp_servers" . \'@\']\n"command" = \'x\'\n', "escaped": '["mcp\\u005fservers"."docker\\U0000002Dmcp-secure"]\nenabled = true\n',
    "remote before": '[mcp_servers.@]\nurl = "http://h/mcp"\nbearer_token_env_var = "T"\nenabled = true\nhttp_headers = { A = "b" }\n[tui]\na = 1\n',
    "remote last": '[mcp_servers.@]\nenabled = true\nurl = "http://h/mcp"\n[mcp_servers.@.http_headers]\nA = "b"\n',
    "remote alone": '[mcp_servers.@]\nurl = "http://h/mcp"', "a string": '[mcp_servers]\n@ = "x"\n',
    "in strings": 'a = """\n[mcp_servers.@]\ncommand = "no"\n"""\nb = \'\'\'\n[mcp_servers.@]\n\'\'\'\nc = "[mcp_servers.@]" # [mcp_servers.@]\n',
    "quotes in strings": 'a = """x"""""\nb = \'\'\'\'y\'\'\'\'\'\nc = """\\\n   a\\"""b\\\\"""\n',
    "arrays of tables": '[[mcp_servers_old]]\nname = "@"\n[[x.y]]\nz = [[1, 2], [{ mcp_servers = { @ = 1 } }]]\n[[x.y]]\n',
    "values": 'a = 1979-05-27T07:32:00Z\nb = 1979-05-27 07:32:00.999\nc = 07:32:00\nd = 0xDEAD_beef\ne = -1.5e-3\nf = [inf, -inf]\ng = 1_000\nh = +0\ni = true\n1234 = 1\n-a- = 1979-05-27\n',
    "odd spaces": '  [ mcp_servers . other ]  # c\n\tcommand\t=\t"x"\t# d\n\n\n',
    "entry among others": '[mcp_servers.a]\ncommand = "a"\n\n[mcp_servers.@]\ncommand = "x"\n\n[mcp_servers.b]\ncommand = "b"\n',
}  # fmt: skip


@pytest.mark.parametrize("case", TOML_FILES)
def test_toml_files(case, tmp_path):
    path = tmp_path / "config.toml"
    text = TOML_FILES[case].replace("@", NAME)
    before = text.encode()
    assert merged(path, "codex", before) == expected(tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n")), "mcp_servers")
    after = path.read_bytes()
    if NAME not in text and "\\u" not in text and "mcp_servers = " not in text:
        assert is_subsequence(before, after)
        if "mcp_servers." not in text:
            assert after.startswith(before)
    if "\r\n" in text:
        assert after.count(b"\n") == after.count(b"\r\n")
    for comment in re.findall(r"# [a-z ]+", text):
        assert comment.encode() in after or case == "present"
    assert config(path, "codex", "--remove").code == 0
    original = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    original.get("mcp_servers", {}).pop(NAME, None)
    rest = parsed(path)
    for document in (rest, original):
        if document.get("mcp_servers") == {}:
            document.pop("mcp_servers")
    assert rest == original


BAD_TOML = {
    "no equals": ("a\n", 1, 2), "no value": ("x = 1\na = \n", 2, 5), "two values": ("a = 1 2\n", 1, 7), "open string": ('a = "b\n', 1, 7),
    "open long string": ('a = """b\n', 1, 5), "open header": ("[a\n", 1, 3), "open array": ("a = [1,\n", 2, 1), "word": ("a = yes\n", 1, 5),
    "bad escape": ('a = "\\q"\n', 1, 8), "list of servers": ("mcp_servers = [1]\n", 1, 15), "servers a number": ("mcp_servers = 3\n", 1, 15),
    "array of tables": ("\n[[mcp_servers]]\n", 2, 1), "array of our tables": ("[[mcp_servers.@]]\n", 1, 1),
    "defined twice": ("[mcp_servers.@]\n[mcp_servers.@]\n", 1, 1), "set twice": ('[mcp_servers.@]\ncommand = "a"\ncommand = "b"\n', 3, 1),
    "command a table": ("[mcp_servers.@.command]\n", 1, 1), "deep": ("a = " + "[" * 1000, 1, 133), "json": ('{"a": 1}', 1, 1),
    "long name": ('"""a""" = 1\n', 1, 1), "control": ("a = '\x01'\n", 1, 6), "carriage return": ("a = 1\rb = 2\n", 1, 6),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_TOML)
def test_toml_that_is_not_touched(case, tmp_path):
    text, line, column = BAD_TOML[case]
    path = tmp_path / "config.toml"
    path.write_bytes(text.replace("@", NAME).encode())
    result = config(path, "codex", "--write")
    assert (result.code, result.out) == (1, "")
    message, hint = result.err.splitlines()[-2:]
    assert message.startswith(f"file_unusable: {path}, line {line}, column {column}: "), message
    assert hint.startswith("hint: ") and path.read_bytes().decode() == text.replace("@", NAME)
    assert list(tmp_path.iterdir()) == [path]


# Random documents.


class RandomText:
    """Writes random documents in random styles."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.space = self.random.choice([lambda: "", lambda: " ", self.any_space, self.any_space])
        self.has_trailing = self.random.random() < 0.4

    def any_space(self) -> str:
        return "".join(
            self.random.choice(["", " ", "\n", "\t", "\r\n", " // }\n", "/* { \"mcpServers\" */", "\n  "])
            for _ in range(self.random.randint(0, 3))
        )  # fmt: skip

    def value(self, depth: int):
        kind = self.random.randint(0, 8 if depth < 4 else 5)
        words = ["mcpServers", NAME, "command", "args", "env", "url", "a", 'q"\\/*', "//", "{", "é", "\u2028", "DOCKER_TLS"]
        if kind < 3:
            return self.random.choice(words)
        if kind < 6:
            return self.random.choice([0, -1.5, 1e300, 12345678901234567890, True, False, None])
        count = self.random.randint(0, 4)
        if kind == 6:
            return [self.value(depth + 1) for _ in range(count)]
        return {self.random.choice(words): self.value(depth + 1) for _ in range(count)}

    def document(self):
        document = self.value(0)
        document = document if isinstance(document, dict) else {"x": document}
        if self.random.random() < 0.8:
            servers = {key: self.value(2) for key in self.random.sample(["a", NAME, "b", "c"], self.random.randint(0, 4))}
            if self.random.random() < 0.5 and NAME in servers:
                entry = [("command", "old"), ("url", "u"), ("x", 1), ("env", {"DOCKER_TLS": "1", "P": "q"}), ("args", [])]
                servers[NAME] = dict(self.random.sample(entry, self.random.randint(0, 5)))
            items = [*document.items(), ("mcpServers", servers)]
            self.random.shuffle(items)
            document = dict(items)
        if not isinstance(document.get("mcpServers", {}), dict):
            del document["mcpServers"]
        return document

    def json(self, value) -> str:
        s = self.space
        if isinstance(value, dict) or isinstance(value, list):
            pairs = [self.json(item) for item in value]
            if isinstance(value, dict):
                pairs = [f"{pair}{s()}:{s()}{self.json(value[key])}" for pair, key in zip(pairs, value)]
            text = "".join(f"{',' if index else ''}{s()}{pair}{s()}" for index, pair in enumerate(pairs))
            last = "," + s() if pairs and self.has_trailing else s()
            return "{" + text + last + "}" if isinstance(value, dict) else "[" + text + last + "]"
        return json.dumps(value, ensure_ascii=self.random.random() < 0.5)


@pytest.mark.parametrize("seed", range(int(os.environ.get("CONFIG_SEEDS", "40"))))
def test_random_json(seed, tmp_path):
    path = tmp_path / "mcp.json"
    text = RandomText(seed)
    document = text.document()
    before = text.space() + text.json(document) + text.space()
    assert parsed_json(before) == document
    assert merged(path, "cursor", before.encode()) == expected(json.loads(json.dumps(document)), "mcpServers"), before
    if NAME not in document.get("mcpServers", {}):
        # A bracket that moves to a line of its own leaves the blanks before it behind.
        assert is_subsequence(re.sub(r"[ \t]+}", "}", before).encode(), path.read_bytes())
    assert config(path, "cursor", "--remove").code == 0
    document.setdefault("mcpServers", {}).pop(NAME, None)
    assert parsed(path) == document, before


def random_toml(seed: int) -> str:
    """A file with servers written in one of the ways that TOML has, among other tables, comments and blank lines."""
    dice = random.Random(seed)

    def key(name: str) -> str:
        return dice.choice([name, f'"{name}"', f"'{name}'", f'"{name}"'.replace("m", "\\u006d")])

    def path(*names: str) -> str:
        return dice.choice([".", " . ", "."]).join(key(name) for name in names)

    def text(value: str) -> str:
        return dice.choice([f'"{value}"', f"'{value}'", f'"""\n{value}"""', f"'''{value}'''", f'"""{value[:1]}\\\n   {value[1:]}"""'])

    def inline(values: dict) -> str:
        pairs = [f"{key(name)} = {inline(value) if isinstance(value, dict) else value}" for name, value in values.items()]
        return dice.choice(["{ %s }", "{%s}"]) % ", ".join(pairs)

    def one_line(value: str) -> str:
        return value.replace("\\\n   ", "").replace("\n", "")

    def server() -> dict:
        parts = {
            "command": one_line(text("old")), "args": dice.choice(["[]", "['a',]", '[ "a", "b" ]']), "url": '"u"', "enabled": "false",
            "env": {"PATH": '"/bin"', "DOCKER_TLS": "'1'"}, "startup_timeout_sec": "2.5", "tools": {"x": {"approval_mode": '"prompt"'}},
        }  # fmt: skip
        return dict(dice.sample(sorted(parts.items(), key=lambda part: part[0]), dice.randint(0, 7)))

    def lines(prefix: tuple, values: dict) -> list[str]:
        """Values under dotted names; tables inline or dotted further."""
        made = []
        for name, value in values.items():
            if isinstance(value, dict) and value and dice.random() < 0.5:
                made += lines((*prefix, name), value)
            else:
                value = inline(value) if isinstance(value, dict) else value
                made.append(f"{path(*prefix, name)} = {value}{dice.choice(['', '', ' # c'])}")
        return made

    def tables(prefix: tuple, values: dict) -> list[list[str]]:
        """A table under its header, and some of its tables under their own."""
        deeper = {name: value for name, value in values.items() if isinstance(value, dict) and dice.random() < 0.7}
        own = lines((), {name: value for name, value in values.items() if name not in deeper})
        made = [[f"[{path(*prefix)}]{dice.choice(['', ' # t'])}", *own]] if own or not deeper or dice.random() < 0.5 else []
        return made + [table for name, value in deeper.items() for table in tables((*prefix, name), value)]

    servers = {name: server() for name in dice.sample([NAME, "other", "b"], dice.randint(0, 3))}
    root = ['model = "x"', "# [mcp_servers.docker-mcp-secure]", f"s = {text('mcp_servers')}"][: dice.randint(0, 3)]
    sections = [["[tui]", "a = 1979-05-27T07:32:00Z"], ["[[profiles]]", "b = [{ mcp_servers = 1 }]"], ["[[profiles]]"]][: dice.randint(0, 3)]
    style = dice.randint(0, 3)
    if style == 0:
        root += lines(("mcp_servers",), servers)
    elif style == 1 and servers:
        root.append(f"mcp_servers = {inline(servers)}")
    elif style == 2:
        sections += [["[mcp_servers]", *lines((), servers)]]
    else:
        sections += [table for name, values in servers.items() for table in tables(("mcp_servers", name), values)]
    if style != 3:
        dice.shuffle(sections if "[[profiles]]" not in [section[0] for section in sections] else [])
    newline = dice.choice(["\n", "\n", "\r\n"])
    everything = [line for section in [root, *sections] for line in [*section, *dice.choice([[], [""], ["  # note"]])]]
    return newline.join(everything).replace("\r\n", "\n").replace("\n", newline) + dice.choice([newline, ""])


@pytest.mark.parametrize("seed", range(int(os.environ.get("CONFIG_SEEDS", "40"))))
def test_random_toml(seed, tmp_path):
    path = tmp_path / "config.toml"
    before = random_toml(seed)
    document = tomllib.loads(before)
    wanted = expected(tomllib.loads(before), "mcp_servers")
    assert merged(path, "codex", before.encode()) == wanted, before
    if NAME not in document.get("mcp_servers", {}):
        assert is_subsequence(before.encode(), path.read_bytes()), before
    assert config(path, "codex", "--remove").code == 0
    rest = parsed(path)
    document.get("mcp_servers", {}).pop(NAME, None)
    for each in (document, rest):
        if each.get("mcp_servers") == {}:
            each.pop("mcp_servers")
    assert rest == document, before


@pytest.mark.parametrize("cut", range(0, 260, 7))
def test_json_cut_anywhere(cut, tmp_path):
    """A file that was cut off is refused, or was whole: never half understood."""
    path = tmp_path / "mcp.json"
    text = JSON_FILES["present"].replace("@", NAME)[:cut]
    path.write_text(text)
    result = config(path, "cursor", "--write")
    assert result.code == (0 if not text else 1) and (not text or path.read_text() == text)


# The file itself.


def test_backup_and_mode(tmp_path):
    path = tmp_path / "mcp.json"
    path.write_text("{}\n")
    path.chmod(0o640)
    before = int(time.time())
    result = config(path, "cursor", "--write", "--json")
    assert result.code == 0, result.err
    entry = dict(COMMAND)
    [backup] = backups(path)
    assert result.json == {"client": "cursor", "file": str(path), "changed": True, "backup": str(backup), "entry": entry}
    assert re.fullmatch(r"mcp\.json\.bak-docker-mcp-secure-\d{8}T\d{6}Z", backup.name)
    stamp = time.strptime(backup.name[-16:], "%Y%m%dT%H%M%SZ")
    assert before - 1 <= time.mktime(stamp) - time.timezone <= time.time() + 1
    assert backup.read_text() == "{}\n" and stat.S_IMODE(backup.stat().st_mode) == 0o640
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(tmp_path.iterdir()) == sorted([path, backup])


def test_last_five_backups_stay(tmp_path):
    path = tmp_path / "mcp.json"
    path.write_text("{}")
    other = tmp_path / "mcp.json.bak-docker-mcp-secure-mine"
    other.write_text("keep")
    for index in range(8):
        settings = {"DOCKER_HOST": f"tcp://203.0.113.{index}:2375"}
        assert config(path, "cursor", "--write", settings=settings).code == 0
    assert len(backups(path)) == 5 + 1 and other.read_text() == "keep"
    hosts = [re.findall(r"203.0.113.(\d)", backup.read_text()) for backup in backups(path) if backup != other]
    assert sorted(hosts) == [["2"], ["3"], ["4"], ["5"], ["6"]]


def test_new_file(tmp_path):
    path = tmp_path / "folder" / "mcp.json"
    result = config(path, "vscode", "--write", "--json")
    assert result.code == 0 and result.json["backup"] is None and result.json["changed"] is True
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    missing = config(tmp_path / "a" / "b" / "mcp.json", "vscode", "--write")
    assert missing.code == 1 and "folder_missing: " in missing.err and not (tmp_path / "a").exists()


def test_client_not_installed(tmp_path):
    for client, (place, _) in CLIENTS.items():
        result = config(None, client, "--write", settings={**SOURCES, "HOME": str(tmp_path)})
        assert result.code == 1 and result.err.splitlines()[-2].startswith("client_missing: "), result.err
        assert "--file" in result.err.splitlines()[-1] and str(tmp_path / place) in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("client", CLIENTS)
def test_client_installed(client, tmp_path):
    place, servers = CLIENTS[client]
    path = tmp_path / place
    marker = {"vscode": path.parent.parent, "claude-code": tmp_path / ".claude"}.get(client, path.parent)
    marker.mkdir(parents=True)
    result = config(None, client, "--write", settings={**SOURCES, "HOME": str(tmp_path)})
    assert result.code == 0, result.err
    assert parsed(path)[servers][NAME]["command"] == PRODUCT


def test_link_is_followed(tmp_path):
    target = tmp_path / "dotfiles" / "mcp.json"
    target.parent.mkdir()
    target.write_text('{"a": 1}')
    link = tmp_path / "mcp.json"
    link.symlink_to("dotfiles/mcp.json")
    result = config(link, "cursor", "--write", "--json")
    assert result.code == 0 and result.json["file"] == str(target)
    assert link.is_symlink() and NAME in target.read_text() and len(backups(target)) == 1
    assert list(tmp_path.glob("*.bak-*")) == []


@pytest.mark.parametrize("kind", ["folder", "pipe", "link to nothing", "loop"])
def test_no_file(kind, tmp_path):
    path = tmp_path / "mcp.json"
    {
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "link to nothing": lambda: path.symlink_to("nowhere"),
        "loop": lambda: path.symlink_to("mcp.json"),
    }[kind]()
    result = config(path, "cursor", "--write")
    assert result.code == 1 and result.err.splitlines()[-1].startswith("hint: ") and len(list(tmp_path.iterdir())) == 1
    assert ("system_error" if kind == "loop" else "not_a_file") in result.err


def test_large_file(tmp_path):
    """4 MB, as Claude Code's file can be; and one that is too large for any client."""
    path = tmp_path / ".claude.json"
    history = [{"display": f'line {index} "mcpServers" {{', "n": index} for index in range(70_000)]
    before = json.dumps({"projects": {"/a": {"history": history, "mcpServers": {}}}, "mcpServers": {}}, indent=2)
    assert len(before) > 4_000_000
    document = merged(path, "claude-code", before.encode())
    assert document["mcpServers"][NAME]["command"] == PRODUCT and document["projects"]["/a"]["history"] == history
    assert is_subsequence(before.encode(), path.read_bytes())
    path.write_bytes(b" " * (33 << 20))
    assert "file_too_large: " in config(path, "claude-code", "--write").err


@pytest.mark.skipif(os.getuid() != 0, reason="becomes another user")
def test_another_users_file(tmp_path):
    """As root the owner stays; as another user a file or folder that may not be written is left alone."""
    path = tmp_path / "mcp.json"
    path.write_text("{}")
    os.chown(path, 12345, 12346)
    assert config(path, "cursor", "--write").code == 0
    [backup] = backups(path)
    for file in (path, backup):
        assert (file.stat().st_uid, file.stat().st_gid) == (12345, 12346)
    for parent in path.parents[:-1]:
        parent.chmod(parent.stat().st_mode | 0o055)
    before = path.read_bytes()
    result = run("config", "--client", "cursor", "--file", str(path), "--write", settings={}, user=4321, group=4321, extra_groups=[])
    assert result.code == 1 and "permission_denied: " in result.err or "system_error: " in result.err, result.err
    path.chmod(0o666)
    result = run("config", "--client", "cursor", "--file", str(path), "--write", settings={}, user=4321, group=4321, extra_groups=[])
    assert result.code == 1 and "system_error: " in result.err and path.read_bytes() == before, result.err


def test_full_disk_leaves_the_file_alone(tmp_path):
    """A write that the system cuts short: a limit on the size of files stands for the full disk."""
    import resource
    import signal

    path = tmp_path / "mcp.json"
    text = '{"a": "' + "x" * 9000 + '"}'
    path.write_text(text)

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    result = run("config", "--client", "cursor", "--file", str(path), "--write", settings=SOURCES, preexec_fn=limit)
    assert result.code == 1 and "system_error: " in result.err, result.err
    assert path.read_text() == text and list(tmp_path.iterdir()) == [path]


def test_note_on_comments_for_a_strict_client(tmp_path):
    path = tmp_path / "mcp.json"
    path.write_text("{\n  // mine\n}\n")
    assert "may not read" in config(path, "claude-desktop", "--write").err
    path.write_text("{}\n")
    assert "may not read" not in config(path, "claude-desktop", "--write").err


def test_hostile_names_in_paths(tmp_path):
    folder = tmp_path / "a\x1b[31m\u202eb"
    folder.mkdir()
    path = folder / "mcp.json"
    path.write_text("[]")
    result = config(path, "cursor", "--write")
    assert result.code == 1 and "\x1b" not in result.err and "\u202e" not in result.err


def test_the_entry_starts_the_server(tmp_path):
    """What was written is run as a client would run it."""
    from support.program import McpProcess

    path = tmp_path / "mcp.json"
    assert config(path, "cursor", "--write", settings={"ALLOW_LOCAL_DOCKER": "true"}).code == 0
    entry = parsed(path)["mcpServers"][NAME]
    with McpProcess(entry["env"], *entry["args"], program=entry["command"]) as server:
        assert server.initialize()["serverInfo"]["name"] == NAME
