"""The engines that the tests run against, and the docker CLI as their oracle."""

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Engine:
    """One real engine: `settings` make the program reach it, `name` is its source's name there."""

    name: str
    socket: str
    settings: dict
    pid: int | None = None
    is_podman: bool = False

    def docker(self, *arguments: str, timeout: float = 60) -> str:
        """What the docker CLI prints on standard output."""
        return self.docker_streams(*arguments, timeout=timeout)[0]

    def docker_streams(self, *arguments: str, timeout: float = 60) -> tuple[str, str]:
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8", "TZ": "UTC"}
        done = subprocess.run(
            ["docker", "-H", f"unix://{self.socket}", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
        )
        assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stderr.decode()}"
        # No universal newlines: a log's carriage returns are part of it.
        return done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")

    def docker_rows(self, *arguments: str) -> list[dict]:
        """The rows of a listing command."""
        return [json.loads(line) for line in self.docker(*arguments, "--format", "{{json .}}").splitlines()]

    def docker_json(self, *arguments: str) -> list[dict]:
        return json.loads(self.docker(*arguments))

    def names(self) -> set[str]:
        return {row["Names"] for row in self.docker_rows("ps", "-a")}


def local(socket: str) -> dict:
    return {"ALLOW_LOCAL_DOCKER": "true", "DOCKER_SOCKET": socket}


def remote(address: str) -> dict:
    return {"DOCKER_HOST": f"tcp://{address}"}


def dual(socket: str, address: str) -> dict:
    return {**local(socket), **remote(address)}


def quick(settings: dict, deadline: str = "2s") -> dict:
    """The same with a short deadline, for engines that will not answer."""
    return {**settings, "DOCKER_MCP_DEADLINE": deadline, "DOCKER_MCP_CONNECT_TIMEOUT": "1s"}


@contextlib.contextmanager
def stopped(engine: Engine):
    """The engine takes connections and answers nothing, until the end of the block."""
    os.kill(engine.pid, signal.SIGSTOP)
    try:
        eventually(lambda: check_stopped(engine.pid))
        yield
    finally:
        os.kill(engine.pid, signal.SIGCONT)


def check_stopped(pid: int):
    """A signal is sent before each thread of the engine heeds it, and a question may be quicker than that."""
    folder = f"/proc/{pid}/task"
    for thread in os.listdir(folder):
        try:
            with open(f"{folder}/{thread}/stat") as stat:
                state = stat.read().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue  # the thread has ended
        assert state == "T", "not stopped yet"


def until(holds, timeout: float = 30.0, pause: float = 0.05):
    """Repeats `holds` until it returns something true, which is returned; fails after `timeout`."""

    def check():
        found = holds()
        assert found, "it never came to be"
        return found

    return eventually(check, timeout, pause)


def eventually(check, timeout: float = 30.0, pause: float = 0.05):
    """Repeats `check` until it no longer fails an assertion or misses something, or `timeout` is over; what it returns."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            return check()
        except (AssertionError, LookupError):
            if time.monotonic() > deadline:
                raise
        time.sleep(pause)
