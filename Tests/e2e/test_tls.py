"""TLS to engines: mutual TLS to a real one, and each way in which it goes wrong."""

import os
import shutil
import time

import pytest

from support import engines as engines_of
from support import tls
from support.program import run


@pytest.fixture(scope="module")
def engine():
    engine = tls.TLSEngine.of_environment()
    if not engine:
        pytest.skip("no engine with TLS: ENGINE_TLS_TCP is not set (scripts/engines up --tls)")
    return engine


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return tls.make_certificates(tmp_path_factory.mktemp("tls") / "certificates")


@pytest.fixture(scope="module")
def servers(certificates):
    servers = tls.Servers(certificates)
    yield servers
    servers.end()


def source_of(settings: dict, name: str = "remote", code: int | None = None) -> dict:
    """How this source is: `status` answers also when no source does."""
    result = run("status", "--json", settings=settings)
    assert code is None or result.code == code, result.err
    return next(source for source in result.json["sources"] if source["name"] == name)


def check_failure(settings: dict, code: str, message: str, hint: str):
    """The source fails with this code, and says these words."""
    source = source_of(settings, code=2)
    error = source["error"]
    assert error["code"] == code, error
    assert message in error["message"], error
    assert hint in error["hint"], error
    assert source["state"] == "misconfigured"
    assert "remote" in error["message"] and settings["DOCKER_HOST"] in error["message"]


# --- a real engine


def test_mutual_tls(engine):
    settings = tls.settings(engine.port, engine.certs)
    result = run("containers", "--json", settings=settings)
    assert result.code == 0, result.err
    source = result.json["sources"][0]
    assert source["kind"] == "remote-tls" and source["state"] == "connected"
    oracle = engines_of.Engine("remote", engine.socket, settings)
    assert {row["name"] for row in result.json["containers"]} == oracle.names()


def test_beside_the_local_engine(engine, one):
    result = run("containers", "--json", settings={**tls.settings(engine.port, engine.certs), **one.settings})
    assert result.code == 0, result.err
    assert [source["kind"] for source in result.json["sources"]] == ["local-socket", "remote-tls"]
    assert {row["source"] for row in result.json["containers"]} == {"local", "remote"}


def test_https_endpoint(engine):
    settings = {**tls.settings(engine.port, engine.certs), "DOCKER_HOST": f"https://127.0.0.1:{engine.port}"}
    assert source_of(settings, code=0)["kind"] == "remote-tls"


@pytest.mark.parametrize("container_id", ["web"])
def test_logs_stream_over_tls(engine, container_id):
    result = run("logs", container_id, "--json", settings=tls.settings(engine.port, engine.certs))
    assert result.code == 0, result.err
    assert result.json["lines"]


@pytest.mark.parametrize(
    ("files", "code", "message", "hint"),
    [
        ({"ca": "ca"}, "tls_client_certificate", "none is set", "DOCKER_CERT_PATH"),
        ({"ca": "other-ca", "cert": "client/cert", "key": "client/key"}, "tls_untrusted", "signed by", "ca.pem"),
    ],
    ids=["no client certificate", "wrong CA"],
)
def test_real_engine_turned_away(engine, tmp_path, files, code, message, hint):
    made = engine.certs.parent
    folder = tls.cert_path(tmp_path / "certs", **{name: made / f"{file}.pem" for name, file in files.items()})
    check_failure(tls.settings(engine.port, folder), code, message, hint)


@pytest.mark.parametrize(
    ("folder", "message"),
    [("client-unknown", "client-unknown/cert.pem away"), ("client-expired", "expired on 2021-01-01 00:00 UTC")],
)
def test_real_engine_refuses_client(engine, folder, message):
    settings = tls.settings(engine.port, engine.certs.parent / folder)
    check_failure(settings, "tls_client_certificate", message, "--tlscacert")


def test_plain_to_the_tls_port(engine):
    check_failure({"DOCKER_HOST": f"tcp://127.0.0.1:{engine.port}"}, "tls_expected", "speaks TLS", "DOCKER_TLS_VERIFY")


def test_tls_to_a_plain_port(two, certificates):
    port = two.settings["DOCKER_HOST"].rpartition(":")[2]
    check_failure(
        tls.settings(port, certificates / "client"), "plain_expected", "speaks plain HTTP", "DOCKER_TLS_VERIFY"
    )


def test_a_failing_tls_source_costs_its_own_rows(one, certificates, servers):
    with servers.showing("expired") as port:
        settings = {**one.settings, **tls.settings(port, certificates / "client")}
        start = time.monotonic()
        result = run("containers", "--json", settings=settings)
        assert time.monotonic() - start < 10
    assert result.code == 1
    assert {row["source"] for row in result.json["containers"]} == {"local"}
    assert not result.json["complete"]


# --- certificates that no sound engine has


@pytest.mark.parametrize(
    ("certificate", "code", "message", "hint"),
    [
        ("expired", "tls_untrusted", "expired on 2021-01-01 00:00 UTC", "--tlscert"),
        ("future", "tls_untrusted", "not valid before 2100-01-01 00:00 UTC", "clock"),
        ("unknown", "tls_untrusted", "CN = other authority", "DOCKER_CERT_PATH"),
        ("self-signed", "tls_untrusted", "signed by itself only", "--tlscert"),
        ("other-host", "tls_hostname", "other.example, *.third.example, 192.0.2.1", "IP:127.0.0.1"),
    ],
)
def test_bad_server_certificate(servers, certificates, certificate, code, message, hint):
    with servers.showing(certificate) as port:
        check_failure(tls.settings(port, certificates / "client"), code, message, hint)


# --- files that are no good; nothing need listen


def write(text: str):
    return lambda path, _: path.write_text(text)


FILES = {
    "ca is missing": ("ca", lambda path, _: path.unlink(), "does not exist", "DOCKER_CERT_PATH"),
    "key is a folder": ("key", lambda path, _: (path.unlink(), path.mkdir()), "is a folder", "Name the file itself"),
    "key is encrypted": (
        "key",
        lambda path, made: shutil.copy(made / "client-forms/encrypted-key.pem", path),
        "is encrypted with a passphrase",
        "openssl pkey -in FILE -out key.pem",
    ),
    "key is another's": (
        "key",
        lambda path, made: shutil.copy(made / "client-wrong-key/key.pem", path),
        "does not belong to the certificate",
        "openssl x509 -noout -pubkey",
    ),
    "cert is empty": ("cert", write(""), "is empty", "PEM file"),
    "cert is no PEM": ("cert", write("hello\n"), "holds no PEM block of CERTIFICATE", "begins with -----BEGIN CERTIFICATE-----"),
    "cert is DER": ("cert", lambda path, made: shutil.copy(made / "client-forms/cert.der", path), "is binary", "openssl x509 -inform der"),
    "ca is a key": (
        "ca",
        lambda path, made: shutil.copy(made / "client/key.pem", path),
        "holds no PEM block of CERTIFICATE, but PRIVATE KEY",
        "DOCKER_CERT_PATH (ca.pem in it)",
    ),
    "ca is damaged": (
        "ca",
        write("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
        "is damaged",
        "Copy it again",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_bad_file(certificates, tmp_path, case):
    name, spoil, message, hint = FILES[case]
    folder = tmp_path / "certs"
    shutil.copytree(certificates / "client", folder)
    spoil(folder / f"{name}.pem", certificates)
    settings = tls.settings(1, folder)
    code = "tls_untrusted" if name == "ca" else "tls_client_certificate"
    check_failure(settings, code, f"{name}.pem {message}", hint)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_unreadable_key(certificates, short_folder):
    """Run as nobody, who may not read the key."""
    folder = f"{short_folder}/certs"
    shutil.copytree(certificates / "client", folder)
    os.chmod(folder, 0o755)
    for name in ("ca.pem", "cert.pem"):
        os.chmod(f"{folder}/{name}", 0o644)
    program = f"{short_folder}/program"
    shutil.copy(os.environ["PRODUCT"], program)
    os.chmod(program, 0o755)
    result = run(
        "status", "--json", settings=tls.settings(1, folder), program=program, user=65_534, group=65_534
    )
    error = result.json["sources"][0]["error"]
    assert error["code"] == "tls_client_certificate"
    assert "key.pem may not be read by this user" in error["message"]
    assert "chmod 400" in error["hint"] and "DOCKER_CERT_PATH (key.pem in it)" in error["hint"]
