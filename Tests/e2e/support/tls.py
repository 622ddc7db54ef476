"""Certificates, an engine that wants them, and servers that show bad ones."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).parents[3]
FILES = ("ca.pem", "cert.pem", "key.pem")


def make_certificates(folder: pathlib.Path) -> pathlib.Path:
    """What scripts/make-certificates makes, in a new folder."""
    subprocess.run([ROOT / "scripts/make-certificates", folder], check=True, capture_output=True, timeout=60)
    return folder


def settings(port: int | str, folder, host: str = "127.0.0.1") -> dict:
    """The docker CLI's own variables for an engine behind TLS."""
    return {
        "DOCKER_HOST": f"tcp://{host}:{port}",
        "DOCKER_TLS_VERIFY": "1",
        "DOCKER_CERT_PATH": str(folder),
    }


def cert_path(folder: pathlib.Path, **files) -> pathlib.Path:
    """A DOCKER_CERT_PATH of these files (ca=, cert=, key=): paths, or nothing for one that is left out."""
    folder.mkdir()
    for name, source in files.items():
        if source is not None:
            shutil.copy(source, folder / f"{name}.pem")
    return folder


class Servers:
    """The servers of tls_server.py."""

    def __init__(self, certificates: pathlib.Path):
        self.certificates = certificates
        program = pathlib.Path(__file__).with_name("tls_server.py")
        self.process = subprocess.Popen(
            [sys.executable, "-I", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _order(self, *words) -> str:
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    @contextlib.contextmanager
    def showing(self, certificate: str, *options: str):
        """The port of a server that shows this certificate, and wants those of the sound authority."""
        key = certificate.removesuffix("-chain")
        folder = self.certificates / "server"
        port = self._order(
            *("open", "--certificate", folder / f"{certificate}.pem", "--key", folder / f"{key}-key.pem"),
            *("--clients", self.certificates / "ca.pem", *options),
        )
        try:
            yield int(port)
        finally:
            self._order("close", port)

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


@dataclass(frozen=True)
class TLSEngine:
    """The engine that `scripts/engines up --tls` starts."""

    port: str
    socket: str
    pid: int
    certs: pathlib.Path

    @classmethod
    def of_environment(cls):
        """None when there is no such engine."""
        address = os.environ.get("ENGINE_TLS_TCP")
        if not address:
            return None
        return cls(
            address.rpartition(":")[2],
            os.environ["ENGINE_TLS_SOCKET"],
            int(os.environ["ENGINE_TLS_PID"]),
            pathlib.Path(os.environ["ENGINE_TLS_CERTS"]),
        )
