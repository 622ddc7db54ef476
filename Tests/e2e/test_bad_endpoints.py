"""Settings and hosts that are wrong: each is told with a code, what is wrong, and what to do, and costs nobody else's rows.

What can be wrong with an endpoint, and where it is tested from outside:

| what is wrong | test |
|---|---|
| wrong authority | test_tls.py: test_bad_server_certificate[unknown, self-signed], test_real_engine_turned_away[wrong CA] |
| wrong host name | test_tls.py: test_bad_server_certificate[other-host] |
| certificate that has expired, or is not valid yet | test_tls.py: test_bad_server_certificate[expired, future] |
| no client certificate, or one that is not taken | test_tls.py: test_real_engine_turned_away, test_real_engine_refuses_client |
| key that does not belong to the certificate | test_tls.py: test_bad_file[key is another's] |
| files that are missing, unreadable or no certificates | test_tls.py: test_bad_file, test_unreadable_key |
| TLS to a plain port, plain to a TLS port | test_tls.py: test_tls_to_a_plain_port, test_plain_to_the_tls_port |
| ssh without a key that is taken | test_ssh.py: test_key_that_the_host_does_not_take |
| ssh to a host whose key is not known, or has changed | test_ssh.py: test_key_that_is_not_known_here, test_key_that_has_changed |
| no `docker` on the far side, no `ssh` here | test_ssh.py: test_host_without_docker, test_no_ssh_here |
| a context that is not there | test_context_that_is_not_there |
| a context store that is corrupt or can't be read | test_corrupt_context, test_corrupt_context_costs_no_other |
| credentials in an endpoint | test_credentials_are_seen_nowhere, test_credentials_in_a_context |
| credentials as a tool's argument | test_secrets.py: test_secret_as_an_argument |
| names with spaces, emoji, `/` | test_bad_name |
| 2,000 sources | test_two_thousand_sources, test_two_thousand_sources_in_doctor |
| links that are slow, drip, are cut; engines that are stopped or killed | test_bad_links.py, test_health.py, test_isolation.py |
| a configuration file that is wrong | test_config_file.py |

`doctor` finds 28 of these and more, one planted at a time: test_doctor.py.
"""

import json
import pathlib
import resource
import socket
import time

import pytest
from support import fake_engine
from support.engines import quick
from support.fake_engine import FakeEngine
from support.program import McpProcess, run, serving, text_of

SECRET = "hunter2-db"

# What starts, and what reads once.
COMMANDS = [["containers"], ["status", "--json"], ["serve"], []]


def refusal(settings: dict, *command: str) -> str:
    """What is said before the end with 64; nothing else is printed."""
    result = run(*command, settings=settings)
    assert (result.code, result.out) == (64, ""), result
    return result.err


def doctor_step(settings: dict, *arguments: str) -> dict:
    """The one setting that doctor finds wrong."""
    result = run("doctor", "--json", *arguments, settings=settings)
    (step,) = [step for step in result.json["settings"] if step["outcome"] == "failed"]
    assert step["code"] == "settings_invalid" and step["hints"], step
    return step


# --- docker's contexts


def store(folder: pathlib.Path, **contexts: str | bytes) -> dict:
    """A store with these files, by the name of their folder."""
    for name, text in contexts.items():
        path = folder / "contexts/meta" / name / "meta.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return {"DOCKER_CONFIG": str(folder)}


def context(name: str, host: str) -> str:
    return json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host}}})


def ways_to(name: str) -> list[tuple[dict, str]]:
    """Settings that name a context, and how messages call them."""
    return [
        ({"DOCKER_CONTEXT": name}, f"DOCKER_CONTEXT={name}"),
        ({"DOCKER_SOURCES": f"a=context:{name}"}, f"DOCKER_SOURCES=a=context:{name}"),
    ]


@pytest.mark.parametrize("command", COMMANDS, ids=["containers", "status", "serve", "default"])
def test_context_that_is_not_there(tmp_path, command):
    """Named with the variable that names it, and with those that are there."""
    config = store(tmp_path, a=context("prod", "tcp://203.0.113.7:2375"), b=context("lab", "tcp://203.0.113.8:2375"))
    for settings, name in ways_to("nowhere"):
        said = refusal({**config, **settings}, *command)
        assert f"{name}: there is no such context; docker context ls shows them: default, lab, prod" in said
        assert "no such context" in doctor_step({**config, **settings})["found"]


def test_context_without_a_store():
    for settings, name in ways_to("prod"):
        assert f"{name}: there is no such context" in refusal(settings, "containers")


CORRUPT = {
    "empty": ("", "is no JSON"),
    "cut off": ('{"Name":"prod","Endpoints":{"docker":{"Ho', "is no JSON"),
    "binary": (b"\x00\xff\xfe\x00", "is no JSON"),
    "nested": ("[" * 100_000, "is no JSON"),
    "a list": ("[]", "names no context"),
    "no name": ('{"Endpoints":{"docker":{"Host":"tcp://203.0.113.7"}}}', "names no context"),
    "name is a number": ('{"Name":7}', "names no context"),
    "no endpoint": ('{"Name":"prod","Endpoints":{}}', "has no Docker endpoint"),
    "host is a list": ('{"Name":"prod","Endpoints":{"docker":{"Host":["tcp://a"]}}}', "has no Docker endpoint"),
}


@pytest.mark.parametrize("case", CORRUPT)
def test_corrupt_context(tmp_path, case):
    """The file is named, and the command that makes it anew."""
    text, words = CORRUPT[case]
    config = store(tmp_path, c0ffee=text)
    for settings, name in ways_to("prod"):
        said = refusal({**config, **settings}, "containers")
        assert said.startswith(f"docker-mcp-secure: {name}: ") and said.count("\n") == 1, said
        assert f"{tmp_path}/contexts/meta/c0ffee/meta.json" in said and words in said
        assert "docker context create" in said
        assert words in doctor_step({**config, **settings})["found"]


def test_store_that_holds_something_else(tmp_path):
    """A folder in the file's place, a file in the folder's place."""
    (tmp_path / "contexts/meta/c0ffee/meta.json").mkdir(parents=True)
    said = refusal({"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "prod"}, "containers")
    assert "DOCKER_CONTEXT=prod: " in said
    file = tmp_path / "file"
    file.write_text("")
    said = refusal({"DOCKER_CONFIG": str(file), "DOCKER_CONTEXT": "prod"}, "containers")
    assert "no such context" in said


def test_corrupt_context_costs_no_other(tmp_path, one):
    sound = context("sound", f"unix://{one.socket}")
    config = store(tmp_path, a="{", m=sound, z="{", config="")
    (tmp_path / "config.json").write_text("{")
    result = run("containers", "--json", settings={**config, "DOCKER_SOURCES": "lab=context:sound"})
    assert result.code == 0 and result.json["containers"], result.err


# --- credentials

ENDPOINTS = [
    f"tcp://admin:{SECRET}@host:2375",
    f"tcp://{SECRET}@host:2375",
    f"http://admin:{SECRET}@host",
    f"https://admin:{SECRET}@host",
    f"ssh://root:{SECRET}@host",
    f"unix://admin:{SECRET}@/run/docker.sock",
    f"admin:{SECRET}@host:2375",
    f"tcp://admin:{SECRET}%40x@host:2375",
    f"tcp://host:2375?token={SECRET}",
    f"tcp://host:2375?password={SECRET}&tls=on",
]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("way", ["DOCKER_HOST", "DOCKER_SOURCES", "--source"])
def test_credentials_are_seen_nowhere(endpoint, way):
    """Not in what is said before the end, not in doctor's text and JSON, not in what config prints; what is wrong is said."""
    value = endpoint if way == "DOCKER_HOST" else f"cloud={endpoint}"
    settings = {} if way == "--source" else {way: value}
    flags = ["--source", value] if way == "--source" else []
    for command in (["containers", *flags], ["status", "--json", *flags], ["serve", *flags]):
        said = refusal({**settings, "LOG_LEVEL": "debug"}, *command)
        assert SECRET not in said and f"{way}=" in said and "[masked]" in said, said
    for command in (["doctor", *flags], ["doctor", "--json", *flags], ["config"]):
        result = run(*command, settings={**settings, "LOG_LEVEL": "debug"})
        assert SECRET not in result.out + result.err, result


def test_credentials_in_a_context(tmp_path):
    config = store(tmp_path, a=context("prod", f"tcp://admin:{SECRET}@203.0.113.7:2376"))
    for settings, name in ways_to("prod"):
        said = refusal({**config, **settings}, "containers")
        assert SECRET not in said and name in said and "no user and password" in said
        assert SECRET not in json.dumps(doctor_step({**config, **settings}))


def test_credentials_that_come_by_reload(tmp_path, one):
    """Neither the log nor an answer repeats them, and the settings from before stay."""
    config = store(tmp_path, a=context("lab", f"unix://{one.socket}"))
    with serving({**config, "DOCKER_SOURCES": "lab=context:lab", "LOG_LEVEL": "debug"}) as server:
        assert server.answer("docker_list_containers")["complete"] is True
        path = tmp_path / "contexts/meta/a/meta.json"
        path.write_text(context("lab", f"tcp://admin:{SECRET}@203.0.113.7:2376"))
        server.process.send_signal(1)
        server.wait_for_stderr(lambda lines: any("those from before stay" in line for line in lines))
        assert server.answer("docker_list_containers")["complete"] is True
        server.end_input()
        assert SECRET not in server.stderr + b"".join(server.lines).decode()


# --- names

BAD_NAMES = ["a b", " ", "🐳", "日本", "a/b", "../a", "tag:x", "a\u200bb", "a\x1b[31m", "-a", ".a", "a" * 65, ""]


@pytest.mark.parametrize("name", BAD_NAMES, ids=range(len(BAD_NAMES)))
@pytest.mark.parametrize("way", ["DOCKER_SOURCES", "--source"])
def test_bad_name(name, way):
    """What a name may be is said, and nothing of a hostile one reaches the terminal."""
    definition = f"{name}=tcp://127.0.0.1:1"
    settings = {way: definition} if way == "DOCKER_SOURCES" else {}
    flags = [] if settings else [f"--source={definition}"]
    for command in ("containers", "serve"):
        said = refusal(settings, command, *flags)
        assert f"{way}=" in said and "begins with a letter or digit and has at most 64" in said and "cloud-1" in said
        assert "\x1b" not in said and "\u200b" not in said
    # A flag that can't be read is wrong usage; a variable is one more thing that doctor finds.
    if settings:
        assert "at most 64" in doctor_step(settings)["found"]


def test_longest_and_plainest_names_are_taken(one):
    names = ["a" * 64, "7", "A.b_c-d"]
    result = run(
        "status", "--json", settings={"DOCKER_SOURCES": ",".join(f"{name}=unix://{one.socket}" for name in names)}
    )
    assert result.code == 0 and [source["name"] for source in result.json["sources"]] == names


# --- very many


def many(count: int, *addresses: str) -> str:
    """So many sources, on these addresses by turns."""
    return ",".join(f"s{number}=tcp://{addresses[number % len(addresses)]}" for number in range(count))


@pytest.fixture
def nobody():
    """An address that refuses, which costs least."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{holder.getsockname()[1]}"


def limited(count: int):
    """For preexec_fn: the process may have so many descriptors, and may not ask for more."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


@pytest.mark.parametrize("descriptors", [256, 1_024])
def test_two_thousand_sources(nobody, descriptors):
    """Half of them answer, half are not there: every one is told of, within the descriptors that there are."""
    with FakeEngine() as engine:
        settings = {"DOCKER_SOURCES": many(2_000, engine.address, nobody), "DOCKER_MCP_DEADLINE": "60s"}
        result = run("containers", "--json", settings=settings, timeout=120, preexec_fn=limited(descriptors))
    assert result.code == 1, result.err[:2_000]
    answer = result.json
    assert [source["name"] for source in answer["sources"]] == [f"s{number}" for number in range(2_000)]
    assert [source["state"] for source in answer["sources"]] == ["connected", "unreachable"] * 1_000
    assert {source["error"]["code"] for source in answer["sources"] if "error" in source} == {"connection_refused"}
    assert len(answer["incomplete_because"]) == 1_000 and answer["total"] == 1_000
    assert {row["source"] for row in answer["containers"]} == {f"s{number}" for number in range(0, 2_000, 2)}


def test_two_thousand_sources_in_words(nobody):
    """A model is told of twenty that failed, and how many more there are."""
    with McpProcess({"DOCKER_SOURCES": many(2_000, nobody)}) as server:
        server.initialize()
        text = server.failure("docker_list_containers")
        assert text.startswith("connection_refused: ") and "hint: " in text
        assert len(text) < 20_000 and "more sources" in text
        assert len(text_of(server.call("docker_list_containers", {"source": "nowhere"}))) < 5_000


def test_two_thousand_sources_in_doctor(nobody):
    start = time.monotonic()
    result = run("doctor", "--json", settings=quick({"DOCKER_SOURCES": many(2_000, nobody)}), timeout=120)
    assert result.code == 2 and len(result.json["sources"]) == 2_000
    assert time.monotonic() - start < 60
    codes = {step.get("code") for source in result.json["sources"] for step in source["steps"] if "code" in step}
    assert codes == {"connection_refused"}


def test_very_many_bad_definitions():
    """What the system lets through as one variable is read; each wrong one is told of, and the terminal is not flooded."""
    said = refusal({"DOCKER_SOURCES": ",".join(f"s {number}=tcp://a" for number in range(5_000))}, "containers")
    assert said.count("\n") <= 5_000 and "DOCKER_SOURCES=s 0=" in said


def test_hanging_sources_cost_one_deadline_together():
    """Fifty that accept and never answer are waited for at once, and not one after another."""
    with FakeEngine({".*": fake_engine.hang}) as engine:
        start = time.monotonic()
        result = run("containers", settings=quick({"DOCKER_SOURCES": many(50, engine.address)}))
        assert result.code == 2 and "deadline_exceeded" in result.err
        assert time.monotonic() - start < 2 + 5


