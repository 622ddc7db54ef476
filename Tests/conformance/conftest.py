"""What the tests share: the fixture server, over HTTP and over stdio. FIXTURE_SERVER is its path."""

import os
import subprocess
from dataclasses import dataclass

import pytest

PROGRAM = os.environ.get("FIXTURE_SERVER", "")


def pytest_configure(config):
    """ "Nothing ran" must not look like "all passed"."""
    if not os.access(PROGRAM, os.X_OK):
        raise pytest.UsageError(
            f"FIXTURE_SERVER={PROGRAM!r} is no program; build it: swift build --product mcp-fixture-server"
        )


@dataclass(frozen=True)
class Site:
    process: subprocess.Popen
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def serve(*arguments: str):
    """A server on a port of its own, until the generator is closed; it must then end by itself."""
    command = [PROGRAM, "--transport", "http", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on "), line
        yield Site(process, int(line.split()[-1]))
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="session")
def site():
    yield from serve()


@pytest.fixture
def serving():
    """Starts servers with flags of the test's choice; they end with the test."""
    running = []

    def start(*arguments: str) -> Site:
        running.append(serve(*arguments))
        return next(running[-1])

    yield start
    for server in running:
        assert next(server, None) is None
