# What the measurements share: asking servers and engines, printing, and judging. Needs the environment that scripts/bench sets.
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

PRODUCT = os.environ["PRODUCT"]
SOCKETS = [os.environ["ENGINE_1_SOCKET"], os.environ["ENGINE_2_SOCKET"]]
ENGINES = [SOCKETS[0], os.environ["ENGINE_2_TCP"]]
SEEDED = 12
MIB = 1024  # KiB

verdicts = []


# --- asking and printing


def rounds(usual):
    return int(os.environ.get("ROUNDS", usual))


def program(name, *arguments, **variables):
    """The words of each line that one of the C programs prints. The server's standard error goes to a file."""
    command = [os.path.join(os.environ["BENCH_PROGRAMS"], name), *map(str, arguments)]
    with open(os.path.join(os.environ["BENCH_PROGRAMS"], "stderr"), "w+") as errors:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **variables})
        if done.returncode:
            errors.seek(0)
            sys.exit(f"{name} failed ({done.returncode}); the end of its messages:\n{errors.read()[-2000:]}")
    return [line.split() for line in done.stdout.splitlines()]


def samples(lines):
    """Milliseconds by name."""
    times = {}
    for name, value, *_ in lines:
        if name != "process":
            times.setdefault(name, []).append(float(value))
    return times


def process(lines, when):
    """The server's (resident KiB, peak KiB, processor ms until then), and what else is in the line."""
    return next(tuple(map(float, line[2:])) for line in lines if line[:2] == ["process", when])


def memory(lines, when):
    """(resident, peak) in MiB."""
    return tuple(kib / MIB for kib in process(lines, when)[:2])


def processor_time(request, count):
    """Milliseconds of processor time that the server needs for one call, beside no other."""
    lines = program("calls", count, PRODUCT, "call", "it", request)
    return (process(lines, "end")[2] - process(lines, "warm")[2]) / count


def heading(text):
    print(f"\n== {text}\n{'':56}{'min':>10}{'median':>10}")


def row(label, least, middle, unit="ms"):
    print(f"{label:56}{least:10.2f}{middle:10.2f} {unit}")


def show(times, labels):
    for name, label in labels.items():
        row(label, min(times[name]), statistics.median(times[name]))


def pair(values):
    return min(values), statistics.median(values)


def ratio(label, upper, lower):
    row(label, *(a / b for a, b in zip(upper, lower)), unit="x")


def paired(upper, lower):
    """The least of both, and the median of each round's own two: what disturbs a round disturbs both."""
    return min(upper) / min(lower), statistics.median(a / b for a, b in zip(upper, lower))


def judge(name, target, values, limits, floor=None):
    """`values`, `limits`, `floor`: the least and the middle. Both have to hold; the floor tells whether anybody could."""
    holds = [value <= limit for value, limit in zip(values, limits)]
    word = "pass" if all(holds) else "MISS"
    if any(holds) and not all(holds):
        word += " (the minimum holds)" if holds[0] else " (the median holds)"
    if floor and word.startswith("MISS"):
        missed = [what for what, value, limit in zip(("minimum", "median"), floor, limits) if value > limit]
        word += f"; so does the floor's {' and '.join(missed)}" if missed else "; the floor holds it"
    verdicts.append((name, target, word))
    print(f"{'target: ' + target:76}{word}")


# --- engines


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("docker")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def post(engine, path, body=None):
    """The only code here that changes an engine: one of the bench's own."""
    connection = UnixConnection(SOCKETS[engine])
    connection.request("POST", path, json.dumps(body or {}), {"Content-Type": "application/json"})
    reply = connection.getresponse()
    text = reply.read()
    connection.close()
    if reply.status >= 300:
        sys.exit(f"POST {path}: {reply.status} {text[:300]}")
    return json.loads(text) if text else None


def create(engine, name, command):
    body = {"Image": "busybox:test", "Cmd": command, "HostConfig": {"NetworkMode": "none"}}
    return post(engine, f"/containers/create?name={name}", body)["Id"]


def create_many(count):
    """Containers that were never started, on both engines."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: create(n % 2, f"many-{n // 2}", ["/app/stay"]), range(2 * count)))


def write_log(name, lines):
    """A container that has written that many lines of 113 bytes and ended."""
    line = "2026-11-27 INFO request served path=/orders/4711 status=200 ms=17 user=4711 note=" + "x" * 31
    container = create(0, name, ["sh", "-c", f"yes '{line}' | head -n {lines}"])
    post(0, f"/containers/{container}/start")
    post(0, f"/containers/{container}/wait")
    return container


def version(at):
    """The API version that the product will speak."""
    connection = UnixConnection(at)
    connection.request("GET", "/_ping")
    newest = connection.getresponse().headers["Api-Version"]
    return min(newest, "1.56", key=lambda text: [int(part) for part in text.split(".")])


def call(tool, **arguments):
    params = {"name": tool, "arguments": arguments}
    return json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params})


class Server:
    """One server over stdio. Python's own part of a call, about 0.1 ms, does not matter beside a deadline."""

    def __init__(self, **variables):
        self.errors = open(os.path.join(os.environ["BENCH_PROGRAMS"], "stderr"), "w")
        self.process = subprocess.Popen(
            [PRODUCT, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env={**os.environ, **variables})
        client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
        self.ask(json.dumps({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": client}))
        self.send('{"jsonrpc":"2.0","method":"notifications/initialized"}')

    def send(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, line):
        self.send(line)
        return json.loads(self.process.stdout.readline())

    def list(self):
        """(milliseconds, rows by source, error codes by source)"""
        start = time.monotonic()
        result = self.ask(call("docker_list_containers"))["result"]["structuredContent"]
        spent = (time.monotonic() - start) * 1e3
        rows = [container["source"] for container in result["containers"]]
        return spent, {name: rows.count(name) for name in set(rows)}, {
            source["name"]: source["error"]["code"] for source in result["sources"] if "error" in source}

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.errors.close()
