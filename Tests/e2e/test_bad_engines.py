"""Engines that answer nonsense, or nothing: a stable code, a hint, and the good source's rows all the same."""

import pytest

from support import fake_engine, watch
from support.engines import dual, quick, remote
from support.fake_engine import CONTAINER_ID, LOG_HEAD, FakeEngine, container_details, container_row, frame, reply
from support.program import run, serving

LIST = "/containers/json"
TLS_ALERT = bytes.fromhex("15030300020228")
CASES = {
    # What the engine does: its replies, its greeting, and the code that we give it.
    "half a JSON document": ({LIST: reply(b'[{"Id":"c0ffee","Na')}, None, {"reply_malformed"}),
    "half a document, cut off": ({LIST: reply(b'[{"Id":"c0ffee","Na', length=5000)}, None, {"reply_malformed"}),
    "not JSON": ({LIST: reply(b"hello")}, None, {"reply_malformed"}),
    "JSON of another shape": ({LIST: reply({"containers": []})}, None, {"reply_malformed"}),
    "a row that is no object": ({LIST: reply([5])}, None, {"reply_malformed"}),
    "an empty body": ({LIST: reply(b"")}, None, {"reply_malformed"}),
    "404 with JSON": (
        {LIST: reply({"message": "page not found"}, "404 Not Found")},
        None,
        {"not_docker", "engine_error", "not_found", "api_unsupported"},
    ),
    "404 without JSON": (
        {LIST: reply(b"<h1>404</h1>", "404 Not Found", "text/html")},
        None,
        {"not_docker", "engine_error", "not_found", "api_unsupported"},
    ),
    "500 with JSON": (
        {LIST: reply({"message": "the disk is on fire"}, "500 Internal Server Error")},
        None,
        {"engine_error"},
    ),
    "500 without JSON": ({LIST: reply(b"oops", "500 Internal Server Error", "text/plain")}, None, {"engine_error"}),
    "500 with an empty body": ({LIST: reply(b"", "500 Internal Server Error")}, None, {"engine_error"}),
    "503 with HTML": (
        {".*": reply(b"<html>bad gateway</html>", "503 Service Unavailable", "text/html")},
        None,
        {"engine_error", "not_docker"},
    ),
    "401": ({".*": reply({"message": "log in"}, "401 Unauthorized")}, None, {"unauthorized"}),
    "403": ({".*": reply({"message": "forbidden"}, "403 Forbidden")}, None, {"unauthorized"}),
    "a web server": (
        {".*": reply(b"<html>Welcome to nginx!</html>", "200 OK", "text/html")},
        None,
        {"not_docker", "reply_malformed"},
    ),
    "a redirect": (
        {".*": reply(b"", "302 Found", Location="http://127.0.0.1:1/")},
        None,
        {"not_docker", "engine_error", "reply_malformed"},
    ),
    "an ssh server": ({}, b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", {"not_docker"}),
    "a mail server": ({}, b"220 mail.example ESMTP ready\r\n", {"not_docker"}),
    "binary garbage": ({}, bytes(range(256)) * 8, {"not_docker"}),
    "a TLS alert": ({}, TLS_ALERT, {"tls_expected", "not_docker"}),
    "HTTP asked of HTTPS": (
        {".*": reply(b"Client sent an HTTP request to an HTTPS server.\n", "400 Bad Request", "text/plain")},
        None,
        {"tls_expected"},
    ),
    "closes at once": (
        {".*": fake_engine.close},
        None,
        {"not_docker", "reply_malformed", "connection_refused", "engine_error"},
    ),
    "never answers": ({".*": fake_engine.hang}, None, {"deadline_exceeded"}),
    "never lists": ({LIST: fake_engine.hang}, None, {"deadline_exceeded"}),
    "drips for ever": ({LIST: fake_engine.drip}, None, {"deadline_exceeded"}),
    "a list without end": ({LIST: fake_engine.huge}, None, {"reply_too_large", "deadline_exceeded"}),
    "a head without end": (
        {".*": fake_engine.endless_head},
        None,
        {"not_docker", "reply_malformed", "reply_too_large"},
    ),
    "an API too old": (
        {"/_ping": reply(b"OK", content_type="text/plain", Api_Version="1.12")},
        None,
        {"api_unsupported"},
    ),
    "deep nesting": ({LIST: reply(b"[" * 100_000)}, None, {"reply_malformed"}),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_engine_beside_a_good_one(one, case):
    """The good source's rows are complete; the bad one is one entry in `sources`, with a code and a hint."""
    replies, greeting, codes = CASES[case]
    with FakeEngine(replies, greeting=greeting) as bad:
        result = run("containers", "--json", settings=quick(dual(one.socket, bad.address), "3s"))
    assert result.code == 1, result.err
    good, failed = result.json["sources"]
    assert good["state"] == "connected" and "error" not in good
    assert failed["error"]["code"] in codes, failed
    assert bad.address in failed["error"]["message"] or "remote" in failed["error"]["message"]
    assert failed["error"]["hint"].strip()
    assert result.json["complete"] is False
    assert result.json["incomplete_because"] == [f"source remote: {failed['error']['code']}"]
    assert {row["name"] for row in result.json["containers"]} == one.names()
    assert {row["source"] for row in result.json["containers"]} == {"local"}


def test_words_of_the_engine_are_kept(one):
    with FakeEngine({LIST: reply({"message": "the disk is on fire"}, "500 Internal Server Error")}) as bad:
        result = run("containers", settings=remote(bad.address))
    assert result.code == 2 and "the disk is on fire" in result.err


def test_redirects_are_not_followed(one):
    with FakeEngine() as elsewhere:
        with FakeEngine({".*": reply(b"", "302 Found", Location=f"http://{elsewhere.address}/containers/json")}) as bad:
            run("containers", settings=quick(remote(bad.address)))
        assert bad.requests and elsewhere.requests == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("docker_inspect", {"container_id": "fake"}),
        ("docker_logs", {"container_id": "fake"}),
        ("docker_stats", {"container_id": "fake"}),
        ("docker_list_images", {}),
        ("docker_image_info", {"image_id": "fake:1"}),
    ],
)
@pytest.mark.parametrize("body", [b'{"Id":"c0ffee"', b"null", b"[]", b"{}", b'{"Id":5}', b"", b"\xff\xfe"])
def test_nonsense_for_each_tool(tool, arguments, body):
    """Whatever comes, the call ends in an answer or in a readable error, and the server lives."""
    nonsense = reply(body)
    replies = {"/containers/fake/json": nonsense if tool == "docker_inspect" else reply(container_details())}
    with FakeEngine({**replies, "/containers/[^/]+/(logs|stats)": nonsense, "/images/.*": nonsense}) as bad:
        with serving(quick(remote(bad.address), "5s")) as server:
            result = server.call(tool, arguments)
            if result.get("isError"):
                assert "\nhint: " in result["content"][0]["text"]
            assert server.answer("docker_list_containers")["containers"][0]["name"] == "fake"


def logs_of(stream: bytes, **config) -> dict:
    return {
        "/containers/(fake|c0ffee0*)/json": reply(container_details(**config)),
        "/containers/(fake|c0ffee0*)/logs": LOG_HEAD + stream,
    }


@pytest.mark.parametrize("case", ["cut in a frame", "cut in a header", "a stream type of 9", "a frame of 4 GB"])
def test_broken_log_streams(case):
    good = frame(1, "2026-01-02T03:04:05.000000001Z good\n")
    rest = {
        "cut in a frame": frame(1, "2026-01-02T03:04:06Z cut")[:20],
        "cut in a header": b"\x01\x00\x00",
        "a stream type of 9": frame(9, "2026-01-02T03:04:06Z odd\n"),
        "a frame of 4 GB": b"\x01\x00\x00\x00\xff\xff\xff\xff" + b"2026-01-02T03:04:06Z x",
    }[case]
    with FakeEngine(logs_of(good + rest)) as bad:
        result = run("logs", "fake", "--json", settings=quick(remote(bad.address), "5s"))
    if result.code == 2:
        assert result.out == "" and result.err.startswith("reply_malformed: ") and "hint: " in result.err
        return
    # The source answered in part: what came is shown, with the reason why the rest is missing.
    assert result.code == 1
    assert result.json["complete"] is False and "good" in [line["text"] for line in result.json["lines"]]
    assert result.json["incomplete_because"] == ["source remote: reply_malformed"]


def test_log_that_never_ends():
    """What came by the deadline is shown, and that it is not all."""

    def endless(connection):
        connection.sendall(LOG_HEAD)
        connection.sendall(frame(1, "2026-01-02T03:04:05Z first\n"))
        fake_engine.hang(connection)

    with FakeEngine({**logs_of(b""), "/containers/(fake|c0ffee0*)/logs": endless}) as bad:
        result = run("logs", "fake", "--json", settings=quick(remote(bad.address)))
    assert result.code == 1, result.err
    assert [line["text"] for line in result.json["lines"]] == ["first"]
    assert result.json["incomplete_because"] == ["source remote: deadline_exceeded"]


def test_stats_of_one_container_fail():
    """The others' numbers come, and the answer says whose are missing."""
    rows = [container_row(), container_row(Id="dead" * 16, Names=["/broken"])]
    sample = {
        "read": "2026-01-02T03:04:05Z",
        "cpu_stats": {"cpu_usage": {"total_usage": 5}, "system_cpu_usage": 100, "online_cpus": 2},
        "precpu_stats": {"cpu_usage": {"total_usage": 1}, "system_cpu_usage": 60},
        "memory_stats": {"usage": 50, "limit": 200},
        "pids_stats": {"current": 3},
    }
    replies = {
        LIST: reply(rows),
        f"/containers/{CONTAINER_ID}/stats": reply(sample),
        "/containers/dead.*/stats": reply({"message": "no"}, "500 Oops"),
    }
    with FakeEngine(replies) as engine:
        document = run("stats", "--json", settings=remote(engine.address)).json
    row = document["stats"][0]
    assert (row["name"], row["cpu_percent"], row["memory_percent"], row["pids"]) == ("fake", 20.0, 25.0, 3)
    assert document["complete"] is False and any("broken" in reason for reason in document["incomplete_because"])


def test_hidden_characters_are_shown_or_gone():
    """Escapes, bells, right-to-left marks and tags of a container's text reach nobody."""
    nasty = "\x1b]0;title\x07\x1b[2Jred\x1b[0m \u202egnp.exe \u200bzero\U000e0041tag \x9b31m bell\x07 nul\x00 end"
    rows = [
        container_row(
            Names=["/fa\x1b[31mke\u202e"], Status="Up \x07 2 hours", Labels={"com.docker.compose.project": "a\x1b[2Jb"}
        )
    ]
    stream = frame(1, f"2026-01-02T03:04:05.5Z {nasty}\n")
    with FakeEngine({LIST: reply(rows), **logs_of(stream)}) as bad:
        outputs = []
        for arguments in (["containers"], ["logs", "fake"]):
            for option in ([], ["--json"]):
                result = run(*arguments, *option, settings=remote(bad.address))
                assert result.code == 0, result.err
                outputs.append(result.json if option else result.out)
    for output in map(str, outputs):
        assert not set(output) & set("\x1b\x07\x9b\x00\u202e\u200b\U000e0041"), output
    assert "red" in outputs[2] and "end" in outputs[2]


def test_ambiguous_prefix():
    """Two ids of one source begin alike: the candidates are named."""
    twins = [container_row(), container_row(Id="c0ffee" + "1" * 58, Names=["/twin"])]
    replies = {
        LIST: reply(twins),
        "/containers/c0ffee/json": reply(
            {"message": "multiple IDs found with provided prefix: c0ffee"}, "400 Bad Request"
        ),
    }
    with FakeEngine(replies) as engine, serving(remote(engine.address)) as server:
        text = server.failure("docker_inspect", {"container_id": "c0ffee"})
        assert text.startswith("ambiguous: ") and "remote/fake" in text and "remote/twin" in text
        assert server.answer("docker_inspect", {"container_id": CONTAINER_ID})["containers"][0]["name"] == "fake"


@pytest.mark.parametrize("version", ["1.24", "1.41", "1.56", "1.99"])
def test_api_versions(version):
    """The newest that both know, at most 1.56."""
    with FakeEngine({"/_ping": reply(b"OK", content_type="text/plain", Api_Version=version)}) as engine:
        result = run("containers", "--json", settings=remote(engine.address))
    assert result.code == 0, result.err
    used = {request.split("/")[1] for request in engine.requests if "/containers/" in request}
    assert used == {"v1.56" if version == "1.99" else f"v{version}"}


def test_a_thousand_containers():
    """A tool gives a hundred rows unless asked, a command all; the text stays short enough for a model."""
    rows = [
        container_row(Id=f"{number:064x}", Names=[f"/service-{number}"], Created=1700000000 + number)
        for number in range(1014)
    ]
    with FakeEngine({LIST: reply(rows)}) as engine, serving(remote(engine.address)) as server:
        result = server.call("docker_list_containers")
        answer = result["structuredContent"]
        assert len(answer["containers"]) == 100 and answer["total"] == 1014
        assert answer["incomplete_because"] == ["limit 100 of 1014"] and answer["next_cursor"]
        assert all(len(line) < 120 for line in result["content"][0]["text"].splitlines())
        assert len(server.answer("docker_list_containers", {"limit": 10_000})["containers"]) == 1014
        everything = run("containers", "--json", settings=remote(engine.address)).json
        assert len(everything["containers"]) == 1014 and everything["complete"] is True


def test_ports_as_the_cli_writes_them(one):
    """No port is published on engines without a network, so the list comes from a fake one."""
    ports = [
        {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
        {"IP": "127.0.0.1", "PrivatePort": 5432, "PublicPort": 15432, "Type": "tcp"},
        {"PrivatePort": 9000, "Type": "udp"},
    ]
    with FakeEngine({LIST: reply([container_row(Ports=ports)])}) as engine:
        row = run("containers", "--json", settings=remote(engine.address)).json["containers"][0]
    assert sorted(row["ports"]) == ["0.0.0.0:8080->80/tcp", "127.0.0.1:15432->5432/tcp", "9000/udp"]


@pytest.mark.parametrize("piece", [b"0,", b"{},", b'"",'], ids=repr)
def test_memory_of_many_values(piece):
    """16 MiB of the cheapest values to write, which is as long as a reply may be, would take 200 MB and more."""
    body = b"[" + piece * ((16 << 20) // len(piece) - 2) + b"0]"
    with FakeEngine({LIST: reply(body)}) as engine, serving(remote(engine.address)) as server:
        server.call("docker_list_images")
        before = watch.peak_kilobytes(server.process.pid)
        text = server.failure("docker_list_containers")
        assert text.startswith("reply_malformed: ") and "more than 2000000 values" in text
        assert watch.peak_kilobytes(server.process.pid) - before < 96 << 10
