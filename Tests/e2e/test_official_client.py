"""The official Python client lists the seven tools and calls each, in a session and without one."""

import contextlib
import warnings

import anyio
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from support import fake_engine, schemas
from support.engines import remote
from support.fake_engine import FakeEngine
from support.program import PRODUCT, clean_environment

MODES = ["legacy", "auto", "2026-07-28"]
CALLS = {
    "docker_list_containers": {"only_running": True},
    "docker_inspect": {"container_id": "web"},
    "docker_logs": {"container_id": "web", "tail": 5},
    "docker_stats": {"container_id": "local/web"},
    "docker_list_images": {},
    "docker_image_info": {"image_id": "busybox:test"},
    "docker_connection_status": {},
}


@contextlib.asynccontextmanager
async def connected(settings: dict, mode: str, tmp_path):
    """A client of a server of its own, whose standard error goes to a file."""
    parameters = StdioServerParameters(command=PRODUCT, env=clean_environment(settings))
    with open(tmp_path / "stderr", "w") as log:
        async with Client(stdio_client(parameters, errlog=log), mode=mode, read_timeout_seconds=60) as client:
            yield client


def run_async(function, *arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        anyio.run(function, *arguments)


@pytest.mark.parametrize("mode", MODES)
def test_lists_and_calls_each_tool(both, mode, tmp_path):
    async def session():
        async with connected(both, mode, tmp_path) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert list(tools) == list(CALLS)
            for name, arguments in CALLS.items():
                result = await client.call_tool(name, arguments)
                assert not result.is_error, result.content
                schemas.check_answer(result.structured_content, tools[name].output_schema)
                assert result.structured_content["complete"] is True
                assert result.content[0].text
                assert tools[name].annotations.read_only_hint is True

    run_async(session)


@pytest.mark.parametrize("mode", MODES)
def test_revision(both, mode, tmp_path):
    async def session():
        async with connected(both, mode, tmp_path) as client:
            assert client.protocol_version == ("2025-11-25" if mode == "legacy" else "2026-07-28")
            if mode != "2026-07-28":
                assert client.server_info.name == "docker-mcp-secure"

    run_async(session)


@pytest.mark.parametrize("mode", MODES)
def test_errors(both, mode, tmp_path):
    """A tool's failure is a result to act on; an unknown tool is an error of the protocol."""

    async def session():
        async with connected(both, mode, tmp_path) as client:
            result = await client.call_tool("docker_inspect", {"container_id": "no-such-thing"})
            assert result.is_error and result.content[0].text.startswith("not_found: ")
            with pytest.raises(MCPError) as caught:
                await client.call_tool("docker_nothing", {})
            assert caught.value.error.code == -32602

    run_async(session)


@pytest.mark.parametrize("mode", MODES)
def test_many_at_once(both, mode, tmp_path):
    async def session():
        async with connected(both, mode, tmp_path) as client:
            answers = []

            async def ask():
                answers.append(await client.call_tool("docker_inspect", {"container_id": "web"}))

            async with anyio.create_task_group() as group:
                for _ in range(20):
                    group.start_soon(ask)
            assert len(answers) == 20 and all(len(answer.structured_content["containers"]) == 2 for answer in answers)

    run_async(session)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_cancel(mode, tmp_path):
    """A call that the client gives up leaves the engine, and the next one is answered."""

    async def session():
        gone = anyio.Event()
        loop = anyio.lowlevel.current_token()

        def watch(connection):
            fake_engine.hang(connection)
            anyio.from_thread.run_sync(gone.set, token=loop)

        with FakeEngine({"/containers/json": watch}) as engine:
            async with connected({**remote(engine.address), "DOCKER_MCP_DEADLINE": "300s"}, mode, tmp_path) as client:
                async with anyio.create_task_group() as group:
                    group.start_soon(client.call_tool, "docker_list_containers", {})
                    with anyio.fail_after(60):
                        while not any("/containers/json" in path for path in engine.requests):
                            await anyio.sleep(0.02)
                    group.cancel_scope.cancel()
                with anyio.fail_after(60):
                    await gone.wait()
                    result = await client.call_tool("docker_inspect", {"container_id": "fake"})
                assert not result.is_error

    run_async(session)


@pytest.mark.parametrize("mode", MODES)
def test_progress(both, mode, tmp_path):
    async def session():
        told = []

        async def note(progress: float, total: float | None, message: str | None):
            told.append((progress, total))

        async with connected(both, mode, tmp_path) as client:
            await client.call_tool("docker_list_containers", {}, progress_callback=note)
        assert [progress for progress, _ in told] == sorted({progress for progress, _ in told})
        assert all(total in (None, 2) for _, total in told)

    run_async(session)
