"""More than tools: prompts, resources and completions, by the official client in both eras."""

import json
import urllib.request
import xml.etree.ElementTree

import pytest
from mcp import MCPError
from mcp.types import PromptReference, ResourceTemplateReference

from mcp_messages import LEGACY, MODERN, VERSION_KEY, check
from support.official import WAYS, connected, revision_of, run_async
from support.program import McpProcess

PROMPTS = ["setup-cloud-docker", "setup-local-docker", "setup-dual-source", "show-current-config", "diagnose-container"]


@pytest.mark.parametrize("way", WAYS)
def test_prompts(both, way, tmp_path):
    async def session():
        async with connected(both, way, tmp_path) as client:
            assert [prompt.name for prompt in (await client.list_prompts()).prompts] == PROMPTS
            cloud = await client.get_prompt("setup-cloud-docker", {"host": "203.0.113.7"})
            assert "tcp://203.0.113.7:2375" in cloud.messages[0].content.text
            shown = await client.get_prompt("show-current-config", {})
            assert "mode dual" in shown.messages[0].content.text
            diagnosis = await client.get_prompt("diagnose-container", {"container": "local/unhealthy"})
            text = diagnosis.messages[0].content.text
            assert "unhealthy" in text and "untrusted" in text
            for arguments in ({}, {"container": "no-such-thing"}):
                with pytest.raises(MCPError) as caught:
                    await client.get_prompt("diagnose-container", arguments)
                assert caught.value.error.code == -32602

    run_async(session)


@pytest.mark.parametrize("way", WAYS)
def test_resources(both, way, tmp_path):
    async def session():
        async with connected(both, way, tmp_path) as client:
            assert [str(resource.uri) for resource in (await client.list_resources()).resources] == ["docker://sources"]
            templates = [template.uri_template for template in (await client.list_resource_templates()).resource_templates]
            assert templates == ["docker://{source}/containers/{id}", "docker://{source}/containers/{id}/logs"]
            status = json.loads((await client.read_resource("docker://sources")).contents[0].text)
            assert [source["name"] for source in status["sources"]] == ["local", "remote"]
            db = (await client.read_resource("docker://remote/containers/db")).contents[0].text
            assert json.loads(db)["containers"][0]["source"] == "remote" and "hunter2" not in db
            log = (await client.read_resource("docker://local/containers/web/logs")).contents[0]
            assert log.mime_type == "text/plain" and "untrusted" in log.text
            for uri in ("docker://local/containers/no-such-thing", "docker://nowhere/containers/web", "docker://local/images/x"):
                with pytest.raises(MCPError) as caught:
                    await client.read_resource(uri)
                assert caught.value.error.code == (-32602 if revision_of(way) == "2026-07-28" else -32002)

    run_async(session)


@pytest.mark.parametrize("way", WAYS)
def test_completion(both, way, tmp_path):
    async def session():
        async with connected(both, way, tmp_path) as client:
            diagnose = PromptReference(name="diagnose-container")
            sources = await client.complete(diagnose, {"name": "source", "value": "r"})
            assert sources.completion.values == ["remote"]
            names = await client.complete(diagnose, {"name": "container", "value": "w"})
            assert names.completion.values == ["web", "worker"]
            template = ResourceTemplateReference(uri="docker://{source}/containers/{id}")
            ids = await client.complete(template, {"name": "id", "value": "only"}, context_arguments={"source": "local"})
            assert ids.completion.values == ["only-one"]

    run_async(session)


def description_of_server(revision: str) -> dict:
    """What the server says of itself where it says most."""
    with McpProcess() as server:
        if revision != MODERN:
            return server.initialize(revision)["serverInfo"]
        meta = {VERSION_KEY: MODERN, "io.modelcontextprotocol/clientCapabilities": {}}
        result = server.request("server/discover", {"_meta": meta})["result"]
        return result["_meta"]["io.modelcontextprotocol/serverInfo"]


@pytest.mark.parametrize("revision", [*LEGACY, MODERN])
def test_name_and_icon(revision):
    """An icon is sent to those who know what it is, and it is a picture that needs no network."""
    info = description_of_server(revision)
    check(revision, "Implementation", info)
    assert info["name"] == "docker-mcp-secure" and info["version"]
    assert ("title" in info) is (revision >= "2025-06-18")
    assert ("icons" in info) is ("description" in info) is (revision >= "2025-11-25")
    for icon in info.get("icons", []):
        assert icon["mimeType"] == "image/svg+xml" and icon["sizes"] == ["any"]
        assert icon["src"].startswith("data:image/svg+xml,")
        with urllib.request.urlopen(icon["src"]) as picture:
            drawing = xml.etree.ElementTree.parse(picture).getroot()
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg" and len(drawing) > 0
