"""Every message that the fixture server sends keeps the schema of its revision."""

import contextlib
import http.client
import json

import pytest

from mcp_messages import LEGACY, MODERN, check_message

WATCHED = "test://watched-resource"


class Talk:
    """One client that says its messages one after the other, and checks all that it hears."""

    def __init__(self, site, revision: str):
        self.site, self.revision, self.session, self.heard = site, revision, None, 0

    def headers(self, method: str | None, params: dict) -> dict:
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if self.revision == MODERN:
            headers |= {"MCP-Protocol-Version": MODERN, "Mcp-Method": method or ""}
            if name := params.get("uri" if method == "resources/read" else "name"):
                headers["Mcp-Name"] = name
        elif self.session:
            headers |= {"Mcp-Session-Id": self.session, "MCP-Protocol-Version": self.revision}
        return headers

    def ask(self, method: str, params: dict | None = None, identifier=1, messages: int | None = None) -> dict:
        """The reply, or, of a stream that doesn't end by itself, the last of so many messages."""
        params = dict(params or {})
        if self.revision == MODERN:
            meta = {f"io.modelcontextprotocol/{key}": value for key, value in self.envelope().items()}
            params["_meta"] = {**params.get("_meta", {}), **meta}
        request = {"jsonrpc": "2.0", "id": identifier, "method": method, "params": params}
        with self.open("POST", json.dumps(request), self.headers(method, params)) as reply:
            for message in self.messages(reply, messages):
                self.check(message, method, identifier)
        return message

    def envelope(self) -> dict:
        return {
            "protocolVersion": MODERN,
            "clientCapabilities": {},
            "clientInfo": {"name": "schemas", "version": "1"},
        }

    @contextlib.contextmanager
    def open(self, method: str, body: str | None, headers: dict):
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        try:
            connection.request(method, "/mcp", body, headers)
            reply = connection.getresponse()
            self.session = reply.headers["Mcp-Session-Id"] or self.session
            yield reply
        finally:
            connection.close()

    def messages(self, reply, limit: int | None):
        if reply.headers["Content-Type"] == "application/json":
            yield json.loads(reply.read())
            return
        for line in reply:
            if line.startswith(b"data: ") and line.strip() != b"data:":
                yield json.loads(line[6:])
                limit = limit and limit - 1
                if limit == 0:
                    return

    def check(self, message: dict, method: str, identifier):
        self.heard += 1
        assert "method" in message or message.get("id") == identifier
        check_message(self.revision, message, method)


@pytest.fixture(params=[*LEGACY, MODERN])
def talk(request, site):
    talk = Talk(site, request.param)
    if request.param == MODERN:
        talk.ask("server/discover", identifier="discover")
    else:
        client = {"capabilities": {}, "clientInfo": {"name": "schemas", "version": "1"}}
        reply = talk.ask("initialize", {"protocolVersion": request.param, **client})
        assert reply["result"]["protocolVersion"] == request.param
        talk.ask("ping")
    return talk


def test_tools(talk):
    tools = talk.ask("tools/list")["result"]["tools"]
    for number, tool in enumerate(tools):
        if tool["name"] != "test_slow":
            talk.ask("tools/call", {"name": tool["name"], "arguments": {}}, identifier=number)
    progress = {"name": "test_tool_with_progress", "_meta": {"progressToken": "p"}}
    before = talk.heard
    assert "result" in talk.ask("tools/call", progress, identifier="p")
    assert talk.heard == before + 4


def test_prompts(talk):
    for prompt in talk.ask("prompts/list")["result"]["prompts"]:
        arguments = {argument["name"]: "x" for argument in prompt.get("arguments", [])}
        talk.ask("prompts/get", {"name": prompt["name"], "arguments": arguments})


def test_resources(talk):
    for resource in talk.ask("resources/list")["result"]["resources"]:
        talk.ask("resources/read", {"uri": resource["uri"]})
    talk.ask("resources/templates/list")
    talk.ask("resources/read", {"uri": "test://template/1/data"})


def test_completion(talk):
    reference = {"type": "ref/prompt", "name": "test_prompt_with_arguments"}
    talk.ask("completion/complete", {"ref": reference, "argument": {"name": "arg1", "value": ""}})


def test_errors(talk):
    for method, params in [
        ("no/such/method", {}),
        ("tools/call", {"name": "no_such_tool"}),
        ("tools/call", {"name": "test_simple_text", "arguments": []}),
        ("resources/read", {"uri": "test://nothing"}),
        ("prompts/get", {"name": "test_prompt_with_arguments"}),
        ("tools/list", {"cursor": "x"}),
    ]:
        assert "error" in talk.ask(method, params, identifier="e")


def test_changes(talk):
    if talk.revision == MODERN:
        wanted = {"toolsListChanged": True, "resourceSubscriptions": [WATCHED]}
        assert talk.ask("subscriptions/listen", {"notifications": wanted}, messages=3)["params"]["uri"] == WATCHED
        return
    talk.ask("resources/subscribe", {"uri": WATCHED})
    with talk.open("GET", None, talk.headers(None, {})) as reply:
        for message in talk.messages(reply, 2):
            talk.check(message, "", None)
    talk.ask("resources/unsubscribe", {"uri": WATCHED})
    with talk.open("DELETE", None, talk.headers(None, {})) as reply:
        assert reply.status == 204


def test_the_end_of_listening(serving):
    """The result that ends a subscription when the server stops."""
    site = serving()
    talk = Talk(site, MODERN)
    params = {
        "notifications": {"resourceSubscriptions": [WATCHED]},
        "_meta": {f"io.modelcontextprotocol/{key}": value for key, value in talk.envelope().items()},
    }
    request = {"jsonrpc": "2.0", "id": "l", "method": "subscriptions/listen", "params": params}
    with talk.open("POST", json.dumps(request), talk.headers(request["method"], params)) as reply:
        for message in talk.messages(reply, None):
            talk.check(message, "subscriptions/listen", "l")
            site.process.terminate()
    assert message["result"]["resultType"] == "complete"
