"""The process ends without exit handlers: libcrypto's would free what the transfers' thread, ending too, still uses.

Such a race kills one run of some thousands, after its whole answer was printed; so it is not waited for. The dynamic
linker says instead (LD_DEBUG=files) whether it came to run the libraries' destructors.
"""

import signal

import pytest

from support.engines import dual
from support.fake_engine import refused
from support.program import PATIENCE, McpProcess, run


def check(folder):
    logs = list(folder.glob("ld.*"))
    assert len(logs) == 1 and "calling init" in logs[0].read_text()
    assert "calling fini" not in logs[0].read_text()


def watched(settings: dict, folder) -> dict:
    return {**settings, "LD_DEBUG": "files", "LD_DEBUG_OUTPUT": str(folder / "ld")}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["images"], 0), (["logs", "web", "--json"], 0), (["inspect", "no-such-thing"], 1)],
)
def test_command(both, tmp_path, arguments, code):
    result = run(*arguments, settings=watched(both, tmp_path))
    assert result.code == code and (result.out if code == 0 else result.err)
    check(tmp_path)


def test_failed_command(one, tmp_path):
    with refused() as address:
        for folder, settings, code in (
            ("part", dual(one.socket, address), 1),
            ("nothing", dual("/nonexistent/docker.sock", address), 2),
        ):
            (tmp_path / folder).mkdir()
            assert run("containers", settings=watched(settings, tmp_path / folder)).code == code
            check(tmp_path / folder)


@pytest.mark.parametrize("by", ["end of input", "SIGTERM"])
def test_server(both, tmp_path, by):
    with McpProcess(watched(both, tmp_path)) as server:
        server.initialize()
        server.answer("docker_list_images")
        if by == "SIGTERM":
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(PATIENCE) == 0
        else:
            assert server.end_input() == 0
    check(tmp_path)
