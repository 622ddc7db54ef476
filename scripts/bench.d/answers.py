# Measures single answers: statistics of fifty containers, the first page of a thousand, and how much of everything a model has to read.
import json
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from measure import (
    MIB, PRODUCT, SOCKETS, Server, call, create, heading, judge, memory, pair, paired, post, program, rounds, row, samples, version)
from peers import Peer, installed, tokens

ONE = {"DOCKER_HOST": "", "ALLOW_LOCAL_DOCKER": "true", "DOCKER_SOCKET": SOCKETS[0], "SECURITY_AUDIT_LOG": "false"}


def timed(action):
    start = time.monotonic()
    result = action()
    return time.monotonic() - start, result


# --- statistics


def run_many(count):
    """So many more running containers on each engine; their ids by engine."""
    def start(number):
        identifier = create(number % 2, f"busy-{number // 2}", ["/app/stay"])
        post(number % 2, f"/containers/{identifier}/start")
        return number % 2, identifier

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(start, range(2 * count)))


def stats(server):
    """(seconds, rows)"""
    spent, reply = timed(lambda: server.ask(call("docker_stats")))
    result = reply["result"]
    assert not result["isError"], result
    return spent, len(result["structuredContent"]["stats"])


def docker_stats():
    """The docker command on one engine: it measures all containers of that engine at once, too."""
    command = ["docker", "-H", f"unix://{SOCKETS[0]}", "stats", "--no-stream"]
    return timed(lambda: subprocess.run(command, check=True, capture_output=True))[0]


def bench_stats():
    started, count = run_many(25), rounds(7)
    times = {"first": [], "later": [], "docker": []}
    for _ in range(count):
        server = Server(SECURITY_AUDIT_LOG="false")
        # Connected, and nothing measured: what a session is when somebody first asks for numbers.
        server.list()
        times["docker"].append(docker_stats())
        first, rows = stats(server)
        times["first"].append(first)
        times["later"] += [stats(server)[0] for _ in range(3)]
        server.close()
    heading(f"stats: {rows} running containers on two engines, the docker command on one of them ({count} rounds)")
    for name, label in {"docker": "docker stats --no-stream, engine 1", "first": "docker_stats, first answer", "later": "docker_stats, later ones"}.items():
        row(label, *(seconds * 1e3 for seconds in pair(times[name])))
    first = paired(times["first"], times["docker"])
    later = paired([statistics.median(times["later"][at:at + 3]) for at in range(0, 3 * count, 3)], times["docker"])
    row("  first / docker stats", *first, unit="x")
    row("  later / docker stats", *later, unit="x")
    judge("stats", "first: 1.10 x docker stats of one engine", first, [1.1] * 2)
    judge("stats", "later: 0.60 x docker stats of one engine", later, [0.6] * 2)
    if path := installed("roustabout"):
        peer = Peer(path)
        text, spent = peer.text("docker_stats", {}, patience=300)
        peer.close()
        print(f"roustabout 0.7.0, engine 1 alone, once: {spent * 1e3:.0f} ms, {len(text or '')} characters")
    for engine, identifier in started:
        post(engine, f"/containers/{identifier}/kill")


# --- a page


def bench_page():
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: create(0, f"page-{number}", ["/app/stay"]), range(1_000)))
    path = f"/v{version(SOCKETS[0])}/containers/json?all=1"
    request = call("docker_list_containers", source="local", limit=100)
    count = rounds(40)
    lines = program("calls", count, PRODUCT, "get", "engine", SOCKETS[0], path, "call", "page", request)
    times = samples(lines)
    size = {line[0]: int(line[2]) for line in lines if line[0] != "process"}
    heading(f"page: the first 100 of 1,000 containers more than the seeded ones, one engine ({count} rounds)")
    row(f"engine alone, kept-alive ({size['engine']} bytes)", *pair(times["engine"]))
    row(f"docker_list_containers, first page ({size['page']} bytes)", *pair(times["page"]))
    ratios = paired(times["page"], times["engine"])
    row("  / engine", *ratios, unit="x")
    judge("page", "first page: 1.25 x the engine's reply", ratios, [1.25] * 2)
    lines = program("calls", 20, PRODUCT, "call", "page", request)
    idle, end = memory(lines, "idle"), memory(lines, "end")
    used = (next(float(line[4]) for line in lines if line[:2] == ["process", "end"])
            - next(float(line[4]) for line in lines if line[:2] == ["process", "warm"])) / 20
    print(f"processor time of the server {used:.1f} ms a page; memory: {idle[0]:.1f} MiB before, {end[0]:.1f} MiB after 23 pages, peak {end[1]:.1f} MiB")
    judge("page", "memory: less than 8 MB more, peak", [end[1] - idle[0]] * 2, [8e6 / MIB / MIB] * 2)


# --- what a model reads

# The nearest question that each peer can be asked.
QUESTIONS = {
    "list": {
        "ours": ("docker_list_containers", {}), "mcp-server-docker": ("list_containers", {"all": True}),
        "roustabout": ("docker_snapshot", {}), "docker-mcp": ("list-containers", {}),
        "docker-kestrel": ("resource_overview", {"running_only": False})},
    "inspect": {
        "ours": ("docker_inspect", {"container_id": "web"}), "roustabout": ("docker_container", {"name": "web"})},
    "logs": {
        "ours": ("docker_logs", {"container_id": "web"}), "mcp-server-docker": ("fetch_container_logs", {"container_id": "web"}),
        "roustabout": ("docker_logs", {"container_name": "web"}), "docker-mcp": ("get-logs", {"container_name": "web"}),
        "docker-kestrel": ("log_analysis", {"container": "web"})},
    "stats": {"ours": ("docker_stats", {}), "roustabout": ("docker_stats", {}), "docker-kestrel": ("resource_overview", {})},
}

# What a peer's answer leaves out of what ours tells. Those with a true are another kind of answer, and no measure of leanness.
LEAVES_OUT = {
    ("docker-mcp", "list"): (True, "all but id, name and state: no image, no times, no exit code, no health, no ports"),
    ("docker-kestrel", "list"): (True, "ids, images, ports and times, for it is a list of measurements"),
    ("docker-kestrel", "logs"): (True, "the lines: it is a digest"),
    ("roustabout", "inspect"): (False, "the whole id, platform, log driver, ports, mounts, labels and limits"),
    ("roustabout", "logs"): (False, "times, streams, source and levels"),
    ("docker-mcp", "logs"): (False, "times, streams and levels; it passes escape sequences on"),
    ("mcp-server-docker", "logs"): (False, "times, streams and levels; it passes escape sequences on"),
    ("roustabout", "stats"): (False, "ids, disk and processes, and that a container does not run"),
    ("docker-kestrel", "stats"): (False, "ids and processes"),
}


class Ours:
    """Our server on engine 1 alone, as the peers are; asked as a peer is."""

    def __init__(self, **variables):
        self.server = Server(**{**ONE, **variables})

    def result(self, tool, arguments):
        return self.server.ask(call(tool, **arguments))["result"]

    def text(self, tool, arguments):
        result = self.result(tool, arguments)
        assert not result["isError"], result
        return "".join(part["text"] for part in result["content"]), 0

    def definitions(self):
        reply = self.server.ask(json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}))
        return len(json.dumps(reply["result"], separators=(",", ":"), ensure_ascii=False).encode())

    def close(self):
        self.server.close()


def answers(name, asked):
    texts = {}
    for question, tools in QUESTIONS.items():
        if name in tools:
            text, _ = asked.text(*tools[name])
            if text is None:
                print(f"{name} gave no answer to {tools[name][0]}")
                break  # nor would it to what comes after
            texts[question] = text
    return texts


def bench_tokens():
    read = {}
    ours = Ours()
    read["ours"] = answers("ours", ours)
    structured = {question: json.dumps(ours.result(*tools["ours"])["structuredContent"], separators=(",", ":"), ensure_ascii=False)
                  for question, tools in QUESTIONS.items()}
    ours_text = ours.text("docker_logs", {"container_id": "web", "timestamps": False})[0]
    every = ours.definitions()
    ours.close()
    read["ours, no times"] = {"logs": ours_text}
    core = Ours(MCP_TOOLSETS="core")
    few = core.definitions()
    core.close()
    read["ours, structured"] = structured
    for name in ("mcp-server-docker", "roustabout", "docker-mcp", "docker-kestrel"):
        if path := installed(name):
            peer = Peer(path)
            read[name] = answers(name, peer)
            peer.close()
    places = [(name, question) for name, texts in read.items() for question in texts]
    counts = dict(zip(places, tokens([read[name][question] for name, question in places])))
    print("\n== tokens: the same engine, what a model reads: characters / tokens of o200k_base")
    print(f"{'':24}" + "".join(f"{question:>20}" for question in QUESTIONS))
    for name, texts in read.items():
        cells = [f"{len(texts[question])} / {counts[name, question] or '-'}" if question in texts else "-" for question in QUESTIONS]
        print(f"{name:24}" + "".join(f"{cell:>20}" for cell in cells))
    for (name, question), (_, what) in LEAVES_OUT.items():
        print(f"{name}, {question}: leaves out {what}")
    for question in QUESTIONS:
        others = {name: len(texts[question]) for name, texts in read.items() if not name.startswith("ours") and question in texts
                  and not LEAVES_OUT.get((name, question), (False,))[0]}
        if others:
            leanest = min(others, key=others.get)
            share = len(read["ours"][question]) / others[leanest]
            judge("tokens", f"{question}: 0.50 x the leanest ({leanest}: {share:.2f} x)", [share] * 2, [0.5] * 2)
    rows = [line for line in read["ours"]["list"].splitlines() if line.startswith("local ")]
    widest = max(map(len, rows))
    print(f"rows of the list: {sum(map(len, rows)) / len(rows):.0f} characters on average, {widest} the longest, of {len(rows)}")
    judge("tokens", "a row of the list: under 120 characters", [widest] * 2, [119] * 2)
    print(f"tools/list: core {few} bytes, all {every} bytes")
    judge("tokens", "tools/list: core under 12,000 bytes", [few] * 2, [11_999] * 2)
    judge("tokens", "tools/list: all under 25,000 bytes", [every] * 2, [24_999] * 2)
