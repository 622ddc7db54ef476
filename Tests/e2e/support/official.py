"""The official Python client on every transport and in every revision, each message it gets checked by its schema."""

import contextlib
import json
import warnings

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from mcp_messages import LEGACY, MODERN, Ledger
from support.http import serving_http
from support.program import PRODUCT, clean_environment

# A way is a transport and a revision; `auto` leaves the choice to the client.
WAYS = [f"{transport} {revision}" for transport in ("stdio", "http") for revision in (*LEGACY, "auto", MODERN)] + [
    "sse 2024-11-05"
]


def revision_of(way: str) -> str:
    """What client and server agree on."""
    revision = way.split()[1]
    return MODERN if revision == "auto" else revision


@contextlib.asynccontextmanager
async def connected(settings: dict, way: str, tmp_path):
    """A client of a server of its own, whose standard error goes to a file."""
    transport, revision = way.split()
    mode = "legacy" if revision in LEGACY else revision
    with contextlib.ExitStack() as stack:
        if transport == "stdio":
            parameters = StdioServerParameters(command=PRODUCT, env=clean_environment(settings))
            streams = stdio_client(parameters, errlog=stack.enter_context(open(tmp_path / "stderr", "w")))
        else:
            _, address = stack.enter_context(serving_http(settings))
            streams = streamable_http_client(f"{address}/mcp") if transport == "http" else sse_client(f"{address}/sse")
        ledger = Ledger()
        async with Client(checked(streams, ledger, revision), mode=mode, read_timeout_seconds=60) as client:
            yield client
        assert ledger.heard > 0


@contextlib.asynccontextmanager
async def checked(transport, ledger: Ledger, revision: str):
    """The transport's streams with the ledger between; `initialize` asks for `revision`, which may be an older one."""
    async with transport as (incoming, outgoing), anyio.create_task_group() as group:
        to_client, from_server = anyio.create_memory_object_stream(0)
        to_server, from_client = anyio.create_memory_object_stream(0)

        async def read():
            async with to_client:
                async for item in incoming:
                    if not isinstance(item, Exception):
                        ledger.received(encoded(item.message))
                    with contextlib.suppress(anyio.BrokenResourceError):
                        await to_client.send(item)

        async def write():
            async with outgoing:
                async for item in from_client:
                    message = item.message
                    if getattr(message, "method", None) == "initialize" and revision in LEGACY:
                        message.params["protocolVersion"] = revision
                    ledger.sent(encoded(message) + b"\n")
                    await outgoing.send(item)

        group.start_soon(read)
        group.start_soon(write)
        try:
            yield from_server, to_server
        finally:
            # Leaving the group would wait for the pumps; what has not been said by now is not said any more.
            group.cancel_scope.cancel()


def encoded(message) -> bytes:
    return json.dumps(message.model_dump(by_alias=True, exclude_unset=True, mode="json")).encode()


def run_async(function, *arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        anyio.run(function, *arguments)
