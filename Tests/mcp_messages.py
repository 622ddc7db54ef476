"""Checks each message that a server sends against the schema of the revision that it speaks.

The schemas are those of the specification, in ../shared/mcp-schema beside the checkout; without it, the models of the
official package.
"""

import functools
import json
import pathlib

import mcp_types as types
from jsonschema import Draft7Validator, Draft202012Validator

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "shared" / "mcp-schema"
LEGACY = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
MODERN = "2026-07-28"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
RESULTS = {
    "initialize": "InitializeResult",
    "server/discover": "DiscoverResult",
    "ping": "EmptyResult",
    "logging/setLevel": "EmptyResult",
    "tools/list": "ListToolsResult",
    "tools/call": "CallToolResult",
    "prompts/list": "ListPromptsResult",
    "prompts/get": "GetPromptResult",
    "resources/list": "ListResourcesResult",
    "resources/templates/list": "ListResourceTemplatesResult",
    "resources/read": "ReadResourceResult",
    "resources/subscribe": "EmptyResult",
    "resources/unsubscribe": "EmptyResult",
    "completion/complete": "CompleteResult",
    "subscriptions/listen": "SubscriptionsListenResult",
}
NOTIFICATIONS = {
    "notifications/progress": "ProgressNotification",
    "notifications/resources/updated": "ResourceUpdatedNotification",
    "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
}


def check(revision: str, name: str, value):
    """Fails unless `value` is a `name` of the revision."""
    validator = validator_of(revision, name)
    if validator is None:
        if name in ("JSONRPCErrorResponse", "JSONRPCError"):
            # The package's model wants an id, which the specification lets an error of an unreadable request leave out.
            value = {"id": 0, **value}
        getattr(types, {"JSONRPCErrorResponse": "JSONRPCError"}.get(name, name)).model_validate(value)
        return
    problems = list(validator.iter_errors(value))
    assert not problems, f"{name} of {revision}: {problems[0].message}: {json.dumps(value)[:2000]}"


@functools.cache
def validator_of(revision: str, name: str):
    """None where the specification's schemas are not beside the checkout."""
    path = SCHEMAS / f"{revision}.json"
    if not path.exists():
        return None
    schema = json.loads(path.read_text())
    key = "$defs" if "$defs" in schema else "definitions"
    if name == "EmptyResult" and name not in schema[key]:
        name = "Result"
    validator = Draft202012Validator if key == "$defs" else Draft7Validator
    return validator({**schema, "$ref": f"#/{key}/{name}"})


def check_message(revision: str, message: dict, method: str | None):
    """`method` is what the message answers; None for a notification, or where nobody knows."""
    assert message.get("jsonrpc") == "2.0", message
    if "method" in message:
        assert "id" not in message, f"the server asks its client, which it never does: {message}"
        check(revision, NOTIFICATIONS[message["method"]], message)
    elif "error" in message:
        if revision != MODERN and message.get("id", 0) is None:
            # JSON-RPC 2.0, section 5: null where the request's id could not be read. The schemas of MCP know no way to
            # say that before 2025-11-25, and from then on leave it out; the rest of the message is checked with an id.
            message = {**message, "id": 0}
        check(revision, "JSONRPCErrorResponse" if revision >= "2025-11-25" else "JSONRPCError", message)
    else:
        assert method is not None, f"an answer to what nobody asked: {message}"
        check(revision, RESULTS[method], message["result"])


class Ledger:
    """One connection: what the client said, and a check of all that the server does."""

    def __init__(self, revision: str | None = None):
        """`revision` is the one agreed on, where that was done on another connection."""
        self._revision = revision
        self._asked: dict[str, tuple[str, str | None]] = {}
        self._rest = b""
        self.heard = 0

    def sent(self, data: bytes):
        """What the client says; what is no message is left to the server to refuse."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                said = json.loads(line)
            except (ValueError, RecursionError):
                continue
            for message in said if isinstance(said, list) else [said]:
                if isinstance(message, dict) and isinstance(message.get("method"), str) and "id" in message:
                    self._asked[json.dumps(message["id"])] = (message["method"], self._version(message))

    @staticmethod
    def _version(message: dict) -> str | None:
        params = message.get("params")
        meta = params.get("_meta") if isinstance(params, dict) else None
        version = meta.get(VERSION_KEY) if isinstance(meta, dict) else None
        return version if version == MODERN else None

    def received(self, data: bytes):
        """Fails unless what the server says keeps the schema of the revision that it answers in."""
        said = json.loads(data)
        messages = said if isinstance(said, list) else [said]
        assert messages, "an empty batch"
        for message in messages:
            self.heard += 1
            method, version = self._asked.get(json.dumps(message.get("id")), (None, None))
            if method == "initialize" and "result" in message:
                self._revision = message["result"]["protocolVersion"]
            subscription = message.get("params", {}).get("_meta", {})
            is_modern = version or "io.modelcontextprotocol/subscriptionId" in subscription
            check_message(MODERN if is_modern else self._revision or LEGACY[-1], message, method)
        assert not isinstance(said, list) or self._revision == "2025-03-26", "a batch in a revision without any"
