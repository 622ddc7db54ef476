"""The official Python client on every transport and in every revision: tools, errors, cancellation, progress."""

import anyio
import pytest
from mcp import MCPError

from support import fake_engine, schemas
from support.engines import dual, remote
from support.fake_engine import FakeEngine, silent_listener
from support.official import WAYS, connected, revision_of, run_async
from support.tools import CALLS


@pytest.mark.parametrize("way", WAYS)
def test_lists_and_calls_each_tool(both, way, tmp_path):
    has_structure = revision_of(way) >= "2025-06-18"

    async def session():
        async with connected(both, way, tmp_path) as client:
            assert client.protocol_version == revision_of(way)
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert list(tools) == list(CALLS)
            for name, arguments in CALLS.items():
                result = await client.call_tool(name, arguments)
                assert not result.is_error, result.content
                assert result.content[0].text
                if has_structure:
                    schemas.check_answer(result.structured_content, tools[name].output_schema)
                    assert result.structured_content["complete"] is True
                else:
                    assert result.structured_content is None and tools[name].output_schema is None
                # Annotations came with 2025-03-26.
                if revision_of(way) >= "2025-03-26":
                    assert tools[name].annotations.read_only_hint is True

    run_async(session)


@pytest.mark.parametrize("way", WAYS)
def test_errors(both, way, tmp_path):
    """A tool's failure is a result to act on; an unknown tool is an error of the protocol."""

    async def session():
        async with connected(both, way, tmp_path) as client:
            result = await client.call_tool("docker_inspect", {"container_id": "no-such-thing"})
            assert result.is_error and result.content[0].text.startswith("not_found: ")
            with pytest.raises(MCPError) as caught:
                await client.call_tool("docker_nothing", {})
            assert caught.value.error.code == -32602

    run_async(session)


@pytest.mark.parametrize("way", WAYS)
def test_many_at_once(both, way, tmp_path):
    async def session():
        async with connected(both, way, tmp_path) as client:
            answers = []

            async def ask():
                answers.append(await client.call_tool("docker_inspect", {"container_id": "web"}))

            async with anyio.create_task_group() as group:
                for _ in range(20):
                    group.start_soon(ask)
            assert len(answers) == 20 and not any(answer.is_error for answer in answers)

    run_async(session)


@pytest.mark.parametrize("way", WAYS)
def test_cancel(way, tmp_path):
    """A call that the client gives up leaves the engine, and the next one is answered."""

    async def session():
        gone = anyio.Event()
        loop = anyio.lowlevel.current_token()

        def watch(connection):
            fake_engine.hang(connection)
            anyio.from_thread.run_sync(gone.set, token=loop)

        with FakeEngine({"/containers/json": watch}) as engine:
            async with connected({**remote(engine.address), "DOCKER_MCP_DEADLINE": "300s"}, way, tmp_path) as client:
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


@pytest.mark.parametrize("way", WAYS)
def test_progress(one, way, tmp_path):
    """Of a call that takes longer than a second the client is told how many sources have answered."""

    async def session():
        told = []

        async def note(progress: float, total: float | None, message: str | None):
            told.append((progress, total))

        with silent_listener() as address:
            settings = {**dual(one.socket, address), "DOCKER_MCP_DEADLINE": "2s"}
            async with connected(settings, way, tmp_path) as client:
                result = await client.call_tool("docker_list_containers", {}, progress_callback=note)
        assert not result.is_error
        assert told == [(1, 2), (2, 2)]

    run_async(session)
