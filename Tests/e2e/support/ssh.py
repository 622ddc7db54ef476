"""A real sshd on this machine, with keys of its own, and the ssh configuration that leads to it."""

import contextlib
import getpass
import os
import pathlib
import shutil
import socket
import subprocess
import time

from support.http import free_port
from support.program import PATIENCE


class Site:
    """One sshd. `config` is the configuration file that a client's HOME must have as .ssh/config."""

    def __init__(self, folder: pathlib.Path, environment: dict | None = None):
        self.folder, self.port = folder, free_port()
        self.home = folder / "home"
        (self.home / ".ssh").mkdir(parents=True, mode=0o700)
        for name in ("host", "client", "stranger"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(command, check=True)
        shutil.copy(folder / "client.pub", folder / "authorized")
        (folder / "authorized").chmod(0o600)
        variables = " ".join(f'{name}="{value}"' for name, value in (environment or {}).items())
        settings = {
            "Port": self.port,
            "ListenAddress": "127.0.0.1",
            "HostKey": folder / "host",
            "PidFile": folder / "pid",
            "AuthorizedKeysFile": folder / "authorized",
            "StrictModes": "no",
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
            "UsePAM": "no",
            "PermitRootLogin": "prohibit-password",
        }
        if variables:
            settings["SetEnv"] = variables
        (folder / "sshd").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        self.know()
        self.use_key("client")
        self.process = None
        self.start()

    @property
    def endpoint(self) -> str:
        return f"ssh://{getpass.getuser()}@testhost"

    @property
    def settings(self) -> dict:
        """For the program. ssh takes a user's files from the home of the password file, so -F leads it here."""
        return {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "HOME": str(self.home)}

    def know(self, key: str = "host"):
        """Makes `key` the one that clients know for the host; an empty one leaves it unknown."""
        public = (self.folder / f"{key}.pub").read_text() if key else ""
        (self.folder / "known").write_text(f"[127.0.0.1]:{self.port} {public}" if key else "")

    def use_key(self, key: str):
        """Makes `key` the one that clients show."""
        (self.folder / "bin").mkdir(exist_ok=True)
        (self.folder / "config").write_text(
            f"Host testhost\n  HostName 127.0.0.1\n  Port {self.port}\n"
            f"Host *\n  IdentityFile {self.folder / key}\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {self.folder / 'known'}\n  GlobalKnownHostsFile /dev/null\n"
        )
        wrapper = self.folder / "bin" / "ssh"
        wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {self.folder / "config"} "$@"\n')
        wrapper.chmod(0o755)

    def start(self):
        os.makedirs("/run/sshd", exist_ok=True)
        with open(self.folder / "log", "ab") as log:
            command = [shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", str(self.folder / "sshd")]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            assert self.process.poll() is None and time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)

    def children(self) -> list[int]:
        """Every ssh client that came from `settings`."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if str(self.folder / "config").encode() in (entry / "cmdline").read_bytes():
                        found.append(int(entry.name))
        return found


@contextlib.contextmanager
def serving_ssh(folder: pathlib.Path, environment: dict | None = None):
    site = Site(folder, environment)
    try:
        yield site
    finally:
        site.stop()
