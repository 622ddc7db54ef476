"""The check of messages can fail: what breaks a revision's schema is seen."""

import json

import pytest

from mcp_messages import LEGACY, MODERN, VERSION_KEY, Ledger

TOOL = {"name": "t", "inputSchema": {"type": "object"}}
GOOD = {
    "tools/list": {"tools": [TOOL]},
    "tools/call": {"content": [{"type": "text", "text": "x"}]},
    "resources/read": {"contents": [{"uri": "a://b", "text": "x"}]},
    "prompts/get": {"messages": [{"role": "user", "content": {"type": "text", "text": "x"}}]},
    "completion/complete": {"completion": {"values": ["x"]}},
    "ping": {},
}
BAD = {
    "tools/list": {"tools": [{"name": "t"}]},
    "tools/call": {"content": [{"type": "text"}]},
    "resources/read": {"contents": [{"text": "x"}]},
    "prompts/get": {"messages": [{"role": "nobody", "content": {"type": "text", "text": "x"}}]},
    "completion/complete": {"completion": {"values": "x"}},
    "ping": [],
}


def ledger_of(revision: str, method: str) -> Ledger:
    ledger = Ledger(None if revision == MODERN else revision)
    params = {"_meta": {VERSION_KEY: MODERN}} if revision == MODERN else {}
    ledger.sent(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n")
    return ledger


def reply(result) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}).encode()


@pytest.mark.parametrize("revision", LEGACY)
@pytest.mark.parametrize("method", GOOD)
def test_result(revision, method):
    ledger_of(revision, method).received(reply(GOOD[method]))
    with pytest.raises(Exception, match=r"."):
        ledger_of(revision, method).received(reply(BAD[method]))


@pytest.mark.parametrize("method", GOOD)
def test_result_of_today(method):
    with pytest.raises(Exception, match=r"."):
        ledger_of(MODERN, method).received(reply(BAD[method]))


@pytest.mark.parametrize(
    "message",
    [
        {"id": 1, "result": {}},
        {"jsonrpc": "2.0", "id": 7, "result": {}},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": "x", "message": "y"}},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": -32603}},
        {"jsonrpc": "2.0", "method": "notifications/unheard_of"},
        {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": 1}},
        {"jsonrpc": "2.0", "method": "notifications/resources/updated", "params": {}},
        {"jsonrpc": "2.0", "id": 1, "method": "roots/list"},
        [{"jsonrpc": "2.0", "id": 1, "result": {}}],
        [],
    ],
)
def test_message(message):
    with pytest.raises((AssertionError, KeyError, ValueError)):
        ledger_of("2025-06-18", "ping").received(json.dumps(message).encode())
