"""`doctor` finds the planted fault: one broken set-up a case, and the step, code and hint that must come of it."""

import contextlib
import dataclasses
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import pytest

from support import schemas, tls
from support.engines import local, quick, remote, stopped
from support.fake_engine import FakeEngine, full_backlog, refused, reply
from support.program import PRODUCT, run
from support.ssh import serving_ssh

SCHEMA = pathlib.Path(__file__).parents[2] / "docs/schemas/doctor.v1.json"
OUTCOMES = ["ok", "skipped", "warning", "failed"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return tls.make_certificates(tmp_path_factory.mktemp("doctor") / "certificates")


@pytest.fixture(scope="module")
def servers(certificates):
    servers = tls.Servers(certificates)
    yield servers
    servers.end()


@pytest.fixture(scope="module")
def site(one):
    """An sshd whose commands find engine 1."""
    with tempfile.TemporaryDirectory(prefix="e2e", dir="/tmp") as name:
        pathlib.Path(name).chmod(0o755)
        with serving_ssh(pathlib.Path(name), {"DOCKER_HOST": f"unix://{one.socket}"}) as site:
            yield site


def examine(settings: dict, *arguments: str, **options):
    """The report, which must keep its schema and agree with itself."""
    result = run("doctor", "--json", *arguments, settings=settings, **options)
    assert result.code in (0, 1, 2), result.err
    report = result.json
    problems = list(schemas.validator(SCHEMA.read_text()).iter_errors(report))
    assert not problems, problems
    schemas.check_values({key: value for key, value in report.items() if key != "across"})
    check_consistent(report, result.code)
    return report


def worst(steps) -> str:
    return max((step["outcome"] for step in steps if step["outcome"] != "skipped"), key=OUTCOMES.index, default="ok")


def check_consistent(report: dict, code: int):
    steps = [*report["settings"], *report["across"]]
    for source in report["sources"]:
        assert source["outcome"] == worst(source["steps"])
        steps += source["steps"]
    assert report["outcome"] == worst(steps)
    for step in steps:
        assert step["found"].strip() and "\n" not in step["found"], step
        assert ("code" in step) == (step["outcome"] in ("warning", "failed")), step
        # What is not well comes with the next thing to do.
        assert bool(step.get("hints")) == (step["outcome"] in ("warning", "failed")), step
    failed = [source for source in report["sources"] if source["outcome"] == "failed"]
    expected = 2 if len(failed) == len(report["sources"]) else 0 if report["outcome"] == "ok" else 1
    assert code == expected


def failed_steps(report: dict, name: str) -> list[dict]:
    source = next(source for source in report["sources"] if source["name"] == name)
    return [step for step in source["steps"] if step["outcome"] == "failed"]


def step_of(report: dict, step: str, name: str | None = None) -> dict:
    source = next(source for source in report["sources"] if name in (None, source["name"]))
    return next(found for found in source["steps"] if found["step"] == step)


@dataclasses.dataclass
class World:
    """What set-ups are made of."""

    folder: str
    tmp_path: pathlib.Path
    one: object
    two: object
    certificates: pathlib.Path
    servers: object
    site: object


@pytest.fixture
def world(short_folder, tmp_path, one, two, certificates, servers, site):
    return World(short_folder, tmp_path, one, two, certificates, servers, site)


# --- the broken set-ups: each yields settings, and options of the process


@contextlib.contextmanager
def socket_missing(world):
    yield local(f"{world.folder}/nothing.sock"), {}


@contextlib.contextmanager
def dead_link(world):
    os.symlink(f"{world.folder}/gone.sock", f"{world.folder}/docker.sock")
    yield local(f"{world.folder}/docker.sock"), {}


@contextlib.contextmanager
def not_a_socket(world):
    os.mkdir(f"{world.folder}/docker.sock")
    yield local(f"{world.folder}/docker.sock"), {}


@contextlib.contextmanager
def no_permission(world):
    """As another user than root, who may do anything."""
    program, path = f"{world.folder}/program", f"{world.folder}/docker.sock"
    shutil.copyfile(PRODUCT, program)
    os.chmod(program, 0o755)
    nobody = pwd.getpwnam("nobody")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        os.chown(path, 0, pwd.getpwnam("daemon").pw_gid)
        os.chmod(path, 0o660)
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        yield local(path), {"program": program, "cwd": "/", **options}


@contextlib.contextmanager
def dead_socket(world):
    """What an engine that was killed leaves behind."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{world.folder}/docker.sock")
    yield local(f"{world.folder}/docker.sock"), {}


@contextlib.contextmanager
def stopped_engine(world):
    with stopped(world.two):
        yield quick(world.two.settings), {}


@contextlib.contextmanager
def refused_port(world):
    with refused() as address:
        yield remote(address), {}


@contextlib.contextmanager
def black_hole(world):
    with full_backlog() as address:
        yield quick(remote(address)), {}


@contextlib.contextmanager
def no_address(world):
    yield quick(remote("no-such-host.invalid:2375"), "20s"), {}


def showing(certificate: str, **files):
    """A TLS server that shows `certificate`, asked with these files of the client."""

    @contextlib.contextmanager
    def setup(world):
        made = {"ca": "ca", "cert": "client/cert", "key": "client/key", **files}
        paths = {name: world.certificates / f"{file}.pem" for name, file in made.items() if file}
        folder = tls.cert_path(world.tmp_path / "certs", **paths)
        with world.servers.showing(certificate) as port:
            yield tls.settings(port, folder), {}

    return setup


@contextlib.contextmanager
def tls_to_a_plain_port(world):
    port = world.two.settings["DOCKER_HOST"].rpartition(":")[2]
    yield tls.settings(port, world.certificates / "client"), {}


@contextlib.contextmanager
def plain_to_a_tls_port(world):
    with world.servers.showing("sound") as port:
        yield quick(remote(f"127.0.0.1:{port}"), "5s"), {}


@contextlib.contextmanager
def plain_to_a_tls_engine(world):
    engine = tls.TLSEngine.of_environment()
    if not engine:
        pytest.skip("no engine with TLS: ENGINE_TLS_TCP is not set (scripts/engines up --tls)")
    yield quick(remote(f"127.0.0.1:{engine.port}"), "5s"), {}


@contextlib.contextmanager
def another_server(world):
    page = reply(b"<html>hello</html>", content_type="text/html")
    with FakeEngine({".*": page}) as server:
        yield remote(server.address), {}


@contextlib.contextmanager
def another_server_without_the_page(world):
    with FakeEngine({".*": reply(b"nothing here", "404 Not Found", "text/html")}) as server:
        yield remote(server.address), {}


@contextlib.contextmanager
def ssh_unknown_host_key(world):
    world.site.know("")
    try:
        yield {**world.site.settings, "DOCKER_HOST": world.site.endpoint}, {}
    finally:
        world.site.know()


@contextlib.contextmanager
def ssh_without_key(world):
    world.site.use_key("stranger")
    try:
        yield {**world.site.settings, "DOCKER_HOST": world.site.endpoint}, {}
    finally:
        world.site.use_key("client")


@contextlib.contextmanager
def no_ssh(world):
    yield {"PATH": "/nonexistent", "DOCKER_HOST": "ssh://root@127.0.0.1"}, {}


@contextlib.contextmanager
def ssh_without_docker(world):
    with tempfile.TemporaryDirectory(prefix="e2e", dir="/tmp") as name:
        with serving_ssh(pathlib.Path(name), {"PATH": "/nonexistent"}) as site:
            yield {**site.settings, "DOCKER_HOST": site.endpoint}, {}


@contextlib.contextmanager
def ssh_refused(world):
    with refused() as address:
        yield {**world.site.settings, "DOCKER_HOST": f"ssh://root@{address}"}, {}


# The set-up; the source; the step that fails, and its code; words of what was found; words of the hints.
BROKEN = [
    (socket_missing, "local", "socket", "socket_missing", ["nothing.sock"], ["systemctl start docker", "open -a Docker"]),
    (dead_link, "local", "socket", "socket_missing", ["gone.sock"], ["Docker Desktop"]),
    (not_a_socket, "local", "socket", "not_a_socket", ["is a folder"], ["DOCKER_SOCKET"]),
    (no_permission, "local", "access", "permission_denied", ["nobody", "daemon"], ["usermod -aG daemon nobody"]),
    (dead_socket, "local", "connect", "connection_refused", ["nobody listens"], ["systemctl restart docker"]),
    (stopped_engine, "remote", "ping", "deadline_exceeded", ["no answer within 2 s"], ["journalctl -u docker"]),
    (
        refused_port,
        "remote",
        "connect",
        "connection_refused",
        ["127.0.0.1 nobody listens"],
        ["daemon.json", "override.conf", "ss -tlnp"],
    ),
    (black_hole, "remote", "connect", "connect_timeout", ["no connection within 1 s"], ["firewall", "ss -tlnp"]),
    (no_address, "remote", "resolve", "host_not_found", ["no-such-host.invalid"], ["getent hosts", "Resolve-DnsName"]),
    (
        showing("unknown"),
        "remote",
        "handshake",
        "tls_untrusted",
        ["other authority"],
        ["certs/ca.pem", "openssl s_client"],
    ),
    (showing("sound", ca="other-ca"), "remote", "handshake", "tls_untrusted", ["CN = authority"], ["certs/ca.pem"]),
    (showing("self-signed"), "remote", "handshake", "tls_untrusted", ["signed by itself"], ["--tlscert"]),
    (showing("other-host"), "remote", "handshake", "tls_hostname", ["other.example"], ["subjectAltName=IP:127.0.0.1"]),
    (showing("expired"), "remote", "handshake", "tls_untrusted", ["expired on 2021-01-01"], ["--tlscert"]),
    (
        showing("sound", cert=None, key=None),
        "remote",
        "handshake",
        "tls_client_certificate",
        ["none is set"],
        ["DOCKER_CERT_PATH"],
    ),
    (
        showing("sound", cert="client-unknown/cert", key="client-unknown/key"),
        "remote",
        "handshake",
        "tls_client_certificate",
        ["away"],
        ["--tlscacert"],
    ),
    (
        showing("sound", key="client-wrong-key/key"),
        "remote",
        "certificate_files",
        "tls_client_certificate",
        ["does not belong to the certificate"],
        ["openssl x509"],
    ),
    (showing("sound", key=None), "remote", "certificate_files", "tls_client_certificate", ["PRIVATE KEY"], ["key"]),
    (tls_to_a_plain_port, "remote", "handshake", "plain_expected", ["plain HTTP"], ["2376", "DOCKER_TLS_VERIFY"]),
    (plain_to_a_tls_port, "remote", "ping", "tls_expected", ["speaks TLS"], ["DOCKER_TLS_VERIFY=1"]),
    (plain_to_a_tls_engine, "remote", "ping", "tls_expected", ["speaks TLS"], ["DOCKER_TLS_VERIFY=1"]),
    (another_server, "remote", "ping", "not_docker", ["no Docker engine"], ["curl -i http://127.0.0.1"]),
    (another_server_without_the_page, "remote", "ping", "not_docker", ["no Docker engine"], ["2375"]),
    (ssh_unknown_host_key, "remote", "tunnel", "ssh_host_key", ["does not know"], ["ssh-keyscan"]),
    (ssh_without_key, "remote", "tunnel", "ssh_unauthorized", ["does not let us in"], ["ssh-add", "ssh-copy-id"]),
    (ssh_without_docker, "remote", "tunnel", "not_docker", ["no docker command"], ["Install Docker there"]),
    (ssh_refused, "remote", "tunnel", "connection_refused", ["nobody listens there for ssh"], ["sshd"]),
    (no_ssh, "remote", "ssh", "ssh_failed", ["no ssh in PATH"], ["openssh-client"]),
]
NAMES = [
    getattr(case[0], "__name__", "") if case[0].__name__ != "setup" else f"tls: {case[4][0]}" for case in BROKEN
]


@pytest.mark.parametrize(("setup", "name", "step", "code", "found", "hints"), BROKEN, ids=NAMES)
def test_finds_the_planted_fault(world, setup, name, step, code, found, hints):
    if setup is no_permission and os.geteuid() != 0:
        pytest.skip("only root can become nobody")
    with setup(world) as (settings, options):
        report = examine(settings, **options)
    failures = failed_steps(report, name)
    assert [failure["step"] for failure in failures] == [step], report
    (failure,) = failures
    assert failure["code"] == code, failure
    assert all(word in failure["found"] for word in found), failure
    said = "\n".join(failure["hints"])
    assert all(word in said for word in hints), failure
    assert report["outcome"] == "failed"


def test_broken_settings():
    """Every problem is a step of its own; with nothing left there is nothing to examine."""
    report = examine({"DOCKER_HOST": "tcp://host:99999", "LOG_LEVEL": "loud"})
    wrong = [step for step in report["settings"] if step["outcome"] == "failed"]
    assert len(wrong) == 2 and all(step["code"] == "settings_invalid" for step in wrong)
    assert any("DOCKER_HOST=tcp://host:99999" in step["found"] for step in wrong)
    assert any("LOG_LEVEL=loud" in step["found"] for step in wrong)
    assert report["sources"] == []


def test_what_is_sound_beside_broken_settings_is_examined(one):
    report = examine({**one.settings, "LOG_LEVEL": "loud"})
    assert [source["outcome"] for source in report["sources"]] == ["ok"]
    assert report["outcome"] == "failed"


def test_password_in_a_setting_is_not_shown():
    result = run("doctor", settings={"DOCKER_HOST": "tcp://admin:hunter2-db@host:2375"})
    assert result.code == 2 and "hunter2-db" not in result.out + result.err and "DOCKER_HOST" in result.out


def test_wrong_usage(one):
    for arguments in (["--source", "nowhere"], ["--source", "x=ftp://a"], ["--timeout", "soon"], ["--nothing"]):
        result = run("doctor", *arguments, settings=one.settings)
        assert (result.code, result.out) == (64, ""), arguments
        assert result.err


# --- sound engines


def test_two_sound_engines(one, two, both):
    report = examine(both)
    assert report["outcome"] == "ok", report
    assert [source["name"] for source in report["sources"]] == ["local", "remote"]
    assert [step["step"] for step in report["sources"][0]["steps"]] == [
        *("socket", "access", "connect", "ping", "latency", "version", "info")
    ]
    assert [step["step"] for step in report["sources"][1]["steps"]] == [
        *("resolve", "connect", "ping", "latency", "version", "info")
    ]
    for source, engine in zip(report["sources"], (one, two), strict=True):
        version = step_of(report, "version", source["name"])
        oracle = json.loads(engine.docker("version", "--format", "{{json .Server}}"))
        assert version["version"] == oracle["Version"] and version["api_version"] == oracle["ApiVersion"]
        info = json.loads(engine.docker("info", "--format", "{{json .}}"))
        assert step_of(report, "info", source["name"])["engine_id"] == info["ID"]
        assert all(step["time_ms"] >= 0 for step in source["steps"] if "time_ms" in step)
    assert {step["step"] for step in report["across"]} == {"same_engine", "clock"}


def test_mutual_tls():
    engine = tls.TLSEngine.of_environment()
    if not engine:
        pytest.skip("no engine with TLS: ENGINE_TLS_TCP is not set (scripts/engines up --tls)")
    report = examine(tls.settings(engine.port, engine.certs))
    assert report["outcome"] == "ok", report
    handshake = step_of(report, "handshake")
    assert handshake["tls_version"] == "TLSv1.3" and handshake["asks_for_client_certificate"] is True
    assert handshake["certificates"][0]["subject"] and "client certificate accepted" in handshake["found"]
    assert step_of(report, "plain_port")["outcome"] == "ok"


def test_ssh(site):
    report = examine({**site.settings, "DOCKER_HOST": site.endpoint})
    assert report["outcome"] == "ok", report
    assert step_of(report, "ssh")["command"][-1] == "docker system dial-stdio"
    assert step_of(report, "tunnel")["time_ms"] > 0 and step_of(report, "version")["outcome"] == "ok"


def test_one_engine_behind_two_sources(one):
    report = examine({"DOCKER_SOURCES": f"a=unix://{one.socket},b=unix://{one.socket}"})
    twins = next(step for step in report["across"] if step["step"] == "same_engine")
    assert twins["outcome"] == "warning" and twins["groups"] == [["a", "b"]] and "twice" in twins["hints"][0]


def test_chosen_source(both, one):
    report = examine(both, "--source", "remote")
    assert [source["name"] for source in report["sources"]] == ["remote"]
    defined = examine(both, "--source", f"more=unix://{one.socket}")
    assert [source["name"] for source in defined["sources"]] == ["more"]


def test_one_bad_source_beside_a_good_one(one):
    with refused() as address:
        result = run("doctor", settings={**one.settings, **remote(address)})
    assert result.code == 1 and "1 of 2 sources failed" in result.out


def test_nothing_is_configured(one):
    """The engine of this machine is examined, and that is said; also when it is not there."""
    result = run("doctor", settings={"DOCKER_SOCKET": one.socket})
    assert result.code == 0 and "no source is set" in result.out and one.socket in result.out
    report = examine({"DOCKER_SOCKET": "/nonexistent/docker.sock"})
    assert failed_steps(report, "local")[0]["code"] == "socket_missing"
    barred = examine({"ALLOW_LOCAL_DOCKER": "false"})
    assert barred["sources"] == [] and barred["settings"][0]["code"] == "not_configured"


def test_text_is_for_people(one):
    with refused() as address:
        result = run("doctor", settings={**one.settings, **remote(address)})
    lines = result.out.splitlines()
    assert "settings" in lines and any(line.startswith("local  unix://") for line in lines)
    assert any(line.startswith("  failed   connect") for line in lines)
    assert any(line.startswith("             - ") for line in lines)
    assert lines[-1].startswith("failed: ")


def test_trap_of_certificates_without_tls(one, certificates):
    report = examine({**one.settings, "DOCKER_CERT_PATH": str(certificates / "client")})
    assert [step["code"] for step in report["settings"] if step["outcome"] == "warning"] == ["settings_trap"]


# --- warnings


@contextlib.contextmanager
def plain_engine(host: str, port: int):
    """The least of an engine on an address of its own; what it was asked."""
    asked = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                asked.append(connection.recv(65536).split(b" ")[1].decode())
                body = b"OK" if asked[-1] == "/_ping" else b'{"Version":"20.10.24","ApiVersion":"1.41"}'
                head = f"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body)

    with socket.create_server((host, port)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield asked
        listener.shutdown(socket.SHUT_RDWR)


def test_plain_port_beside_tls(servers, certificates):
    host = "127.0.0.97"
    with servers.showing("sound", "--host", host) as port, plain_engine(host, 2375) as asked:
        source = f"cloud=tcp://{host}:{port}?tls={certificates / 'client'}&server_name=localhost"
        report = examine({"DOCKER_SOURCES": source})
    step = step_of(report, "plain_port")
    assert step["outcome"] == "warning" and step["code"] == "plain_port_open" and host in step["found"]
    assert asked == ["/_ping", "/v1.41/version"]


def test_certificate_that_ends_soon(servers, certificates, tmp_path):
    """A server's certificate of ten days, made here."""
    folder = certificates / "server"
    names = tmp_path / "names"
    names.write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    command = f"""
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {folder}/soon-key.pem
        openssl req -new -key {folder}/soon-key.pem -subj "/CN=engine soon" -out {tmp_path}/request
        openssl x509 -req -in {tmp_path}/request -CA {certificates}/ca.pem -CAkey {certificates}/ca-key.pem \
            -CAcreateserial -days 10 -extfile {names} -out {folder}/soon.pem"""
    subprocess.run(["bash", "-ec", command], check=True, capture_output=True)
    with servers.showing("soon") as port:
        report = examine(tls.settings(port, certificates / "client"))
    handshake = step_of(report, "handshake")
    assert handshake["outcome"] == "warning" and handshake["code"] == "certificate_ends_soon", handshake
    assert "ends in 9 days" in handshake["found"] or "ends in 10 days" in handshake["found"]


def test_server_that_verifies_nobody(servers, certificates):
    with servers.showing("expired") as port:
        settings = {**tls.settings(port, certificates / "client"), "DOCKER_TLS": "1"}
        del settings["DOCKER_TLS_VERIFY"]
        report = examine(settings)
    assert step_of(report, "handshake")["code"] == "certificate_not_verified"


def test_clock_that_is_off():
    info = reply({"ID": "A", "Name": "a", "SystemTime": "2020-01-01T00:00:00Z"})
    with FakeEngine({r"/info": info}) as engine:
        report = examine(remote(engine.address))
    clock = next(step for step in report["across"] if step["step"] == "clock")
    assert clock["code"] == "clock_skew" and "behind" in clock["found"] and clock["clocks"][0]["ahead_s"] < -1e8


def test_hostile_words_are_cleaned():
    bad = "\x1b[31mevil\u202e\nline"
    version = reply({"Version": bad, "ApiVersion": "1.41", "Os": bad})
    info = reply({"ID": bad, "Name": bad})
    with FakeEngine({r"/version": version, r"/info": info}) as engine:
        result = run("doctor", settings=remote(engine.address))
    assert "evil" in result.out and "\x1b" not in result.out and "\u202e" not in result.out


def test_time_is_bounded():
    """Two black holes cost one deadline, and no more."""
    with full_backlog() as first, full_backlog() as second:
        start = time.monotonic()
        report = examine(quick({"DOCKER_SOURCES": f"a=tcp://{first},b=tcp://{second}"}))
        assert time.monotonic() - start < 5
    assert [source["outcome"] for source in report["sources"]] == ["failed", "failed"]
