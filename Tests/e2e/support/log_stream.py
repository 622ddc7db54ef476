"""A hand-made engine whose containers have logs of any size: no real engine can write 10 GB in the time of a test.

What is real: the program, the socket, and Docker's framing, byte for byte. What is not: the lines repeat after a MiB, the engine
heeds no `tail` (so that everything goes through the program), and the body isn't chunked. Run by itself, it is a process of its own:
python3 -m support.log_stream SOCKET NAME=BYTES... serves these containers until its standard input ends.
"""

import contextlib
import os
import re
import socket
import sys

from support.fake_engine import LOG_HEAD, FakeEngine, container_details, container_row, frame, reply

MIB = 1 << 20
# What services write: access logs, logfmt, JSON, a stack trace, other alphabets, and colours. {n} is a number.
LINES = [
    (1, '10.1.{n}.7 - - [01/Dec/2026:10:00:{s} +0000] "GET /orders/{n}?page=2 HTTP/1.1" 200 {n} "-" "curl/8.9.1"'),
    (1, "2026-12-01 10:00:{s} INFO  [worker-{n}] com.example.orders.OrderService : order {n} was served in {s} ms"),
    (1, 'level=info ts=2026-12-01T10:00:{s}Z caller=server.go:{n} msg="request served" path=/orders/{n} status=200'),
    (2, '{{"level":"warn","time":"2026-12-01T10:00:{s}Z","msg":"slow query","rows":{n},"duration_ms":{s}}}'),
    (1, "GET /healthz 200 {s}"),
    (2, "    at com.example.orders.OrderRepository.find(OrderRepository.java:{n})"),
    (1, "INFO  connection {n} accepted from the pool"),
    (1, "2026-12-01 10:00:{s} \x1b[32mINFO\x1b[0m job {n} done: 日本語 ñandú"),
]
NEEDLE = b"NEEDLE: the one line of a MiB"


def block(bytes_wanted: int = MIB) -> bytes:
    """Whole frames of about so many bytes, with one line in it that nothing else is like."""
    frames, size, n = [frame(2, b"2026-12-01T10:00:00.000000001Z " + NEEDLE + b"\n")], 0, 0
    while size < bytes_wanted:
        stream, text = LINES[n % len(LINES)]
        line = text.format(n=n % 10_000, s=f"{n % 60:02}")
        frames.append(frame(stream, f"2026-12-01T10:00:{n % 60:02}.{n:09}Z {line}\n"))
        size += len(frames[-1])
        n += 1
    return b"".join(frames)


class Repeated:
    """A behaviour: the log of a container, `piece` over and over until at least `bytes_wanted` were sent."""

    def __init__(self, piece: bytes, bytes_wanted: int):
        self.piece = piece
        self.times = max(1, round(bytes_wanted / len(piece)))
        self.bytes = self.times * len(piece)

    def __call__(self, connection: socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MIB)
        connection.sendall(LOG_HEAD)
        for _ in range(self.times):
            connection.sendall(self.piece)


def long_line(bytes_wanted: int) -> Repeated:
    """One line without an end, in entries of 16 KiB, as an engine stores it."""
    entry = frame(1, b"2026-12-01T10:00:00.000000001Z " + b"x" * (16 << 10))
    return Repeated(entry * 64, bytes_wanted)


def identifier(index: int) -> str:
    return f"{index:012x}" + "0" * 52


def engine(logs: dict, path: str) -> FakeEngine:
    """An engine of containers by name, each with the behaviour that is its log."""
    replies = {r"/containers/json": reply([row(name, index) for index, name in enumerate(logs, 1)])}
    for index, (name, log) in enumerate(logs.items(), 1):
        anyhow = rf"({re.escape(name)}|{identifier(index)}|{identifier(index)[:12]})"
        details = {**container_details(), "Id": identifier(index), "Name": f"/{name}"}
        replies[rf"/containers/{anyhow}/json"] = reply(details)
        replies[rf"/containers/{anyhow}/logs"] = log
    return FakeEngine(replies, path=path)


def row(name: str, index: int) -> dict:
    return container_row(Id=identifier(index), Names=[f"/{name}"])


def main():
    path, *wanted = sys.argv[1:]
    piece = block()
    sizes = dict(argument.split("=") for argument in wanted)
    with engine({name: Repeated(piece, int(size)) for name, size in sizes.items()}, path):
        print("ready", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            while os.read(0, 4096):
                pass


if __name__ == "__main__":
    main()
