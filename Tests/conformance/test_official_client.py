"""The official Python client, in each way that it can speak, on each transport."""

import ssl
import subprocess
import warnings

import anyio
import mcp_types as types
import pytest
from conftest import PROGRAM
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.sse import sse_client

WAYS = ["http auto", "http legacy", "http 2026-07-28", "sse legacy", "stdio auto", "stdio legacy", "stdio 2026-07-28"]
LEGACY_WAYS = [way for way in WAYS if "legacy" in way]
MODERN_WAYS = [way for way in WAYS if "legacy" not in way]
WATCHED = "test://watched-resource"


def client(site, way: str, **options) -> Client:
    transport, mode = way.split()
    targets = {
        "http": lambda: f"{site.url}/mcp",
        "sse": lambda: sse_client(f"{site.url}/sse"),
        "stdio": lambda: StdioServerParameters(command=PROGRAM, args=["--transport", "stdio"]),
    }
    return Client(targets[transport](), mode=mode, read_timeout_seconds=60, **options)


def run(function):
    with warnings.catch_warnings():
        # The client warns of what the newest revision has given up; the older ones are tested on purpose.
        warnings.simplefilter("ignore")
        anyio.run(function)


@pytest.mark.parametrize("way", WAYS)
def test_everything(site, way):
    async def session():
        async with client(site, way) as peer:
            assert peer.protocol_version == ("2025-11-25" if "legacy" in way else "2026-07-28")
            names = {tool.name for tool in (await peer.list_tools()).tools}
            for name in sorted(names - {"test_slow", "test_error_handling"}):
                result = await peer.call_tool(name, {})
                assert not result.is_error and result.content
            assert (await peer.call_tool("test_error_handling", {})).is_error
            assert (await peer.call_tool("test_structured", {})).structured_content == {"answer": 42}
            with pytest.raises(MCPError) as failure:
                await peer.call_tool("no_such_tool", {})
            assert failure.value.error.code == -32602
            for prompt in (await peer.list_prompts()).prompts:
                arguments = {argument.name: "value" for argument in prompt.arguments or []}
                assert (await peer.get_prompt(prompt.name, arguments)).messages
            for resource in (await peer.list_resources()).resources:
                assert (await peer.read_resource(resource.uri)).contents
            (template,) = (await peer.list_resource_templates()).resource_templates
            assert template.uri_template == "test://template/{id}/data"
            assert '"5"' in (await peer.read_resource("test://template/5/data")).contents[0].text
            with pytest.raises(MCPError) as failure:
                await peer.read_resource("test://nothing")
            assert failure.value.error.code == (-32002 if "legacy" in way else -32602)
            reference = types.PromptReference(name="test_prompt_with_arguments")
            completed = await peer.complete(reference, {"name": "arg1", "value": "b"})
            assert completed.completion.values == ["beta"]

    run(session)


@pytest.mark.parametrize("way", WAYS)
def test_progress(site, way):
    heard = []

    async def hear(progress, total, message):
        heard.append((progress, total, message))

    async def session():
        async with client(site, way) as peer:
            await peer.call_tool("test_tool_with_progress", {}, progress_callback=hear)

    run(session)
    assert heard == [(step, 100, f"Completed step {step} of 100") for step in (0, 50, 100)]


@pytest.mark.parametrize("way", WAYS)
def test_cancel_and_go_on(site, way):
    async def session():
        async with client(site, way) as peer:
            with anyio.move_on_after(0.5) as scope:
                await peer.call_tool("test_slow", {"milliseconds": 3_600_000})
            assert scope.cancelled_caught
            assert (await peer.call_tool("test_caller", {})).content[0].text.startswith("mcp/")

    run(session)


@pytest.mark.parametrize("way", LEGACY_WAYS)
def test_subscribe(site, way):
    async def session():
        updated = anyio.Event()

        async def hear(message):
            if isinstance(message, types.ResourceUpdatedNotification):
                assert str(message.params.uri) == WATCHED
                updated.set()

        async with client(site, way, message_handler=hear) as peer:
            await peer.subscribe_resource(WATCHED)
            with anyio.fail_after(60):
                await updated.wait()
            await peer.unsubscribe_resource(WATCHED)
            await peer.send_ping()

    run(session)


@pytest.mark.parametrize("way", MODERN_WAYS)
def test_listen(site, way):
    async def session():
        async with client(site, way) as peer:
            async with peer.listen(
                resource_subscriptions=[WATCHED, "test://nothing"], tools_list_changed=True
            ) as heard:
                assert heard.honored.resource_subscriptions == [WATCHED]
                assert not heard.honored.tools_list_changed
                with anyio.fail_after(60):
                    async for event in heard:
                        assert event.uri == WATCHED
                        break
            assert (await peer.call_tool("test_simple_text", {})).content

    run(session)


@pytest.mark.parametrize("way", ["http auto", "http legacy", "sse legacy"])
def test_many_at_once(site, way):
    async def session():
        async with client(site, way) as peer, anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(peer.call_tool, "test_tool_with_progress", {})

    run(session)


def test_tls(serving, tmp_path, monkeypatch):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    site = serving("--tls", f"{certificate}={key}")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert ssl.get_default_verify_paths().cafile == str(certificate)

    async def session():
        for mode in ("auto", "legacy"):
            async with Client(f"https://localhost:{site.port}/mcp", mode=mode, read_timeout_seconds=60) as peer:
                assert (await peer.call_tool("test_tool_with_progress", {})).content

    run(session)
