# Runs the measurements that scripts/bench asks for, and prints each with its target. Needs the environment that it sets.
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import time

from answers import bench_page, bench_stats, bench_tokens  # noqa: F401
from measure import (
    ENGINES, MIB, PRODUCT, SEEDED, SOCKETS, Server, call, create_many, heading, judge, memory, pair, paired, process, processor_time, program,
    ratio, rounds, row, samples, show, verdicts, version, write_log)
from piped import bench_piped  # noqa: F401

# --- the measurements


def merged_list(name, title, count, variants):
    """Tool calls to one server, beside each engine's own reply and both of them at once, without any work on top."""
    paths = [f"/v{version(path)}/containers/json?all=1" for path in SOCKETS]
    gets = [part for i in (0, 1) for part in ("get", f"engine{i + 1}", ENGINES[i], paths[i])]
    calls = [part for key, (_, arguments) in variants.items() for part in ("call", key, call("docker_list_containers", **arguments))]
    lines = program("calls", rounds(count), PRODUCT, *gets, "both", "floor", "engine1", "engine2", *calls)
    times = samples(lines)
    size = {line[0]: int(line[2]) for line in lines if line[0] != "process"}
    heading(f"{name}: {title} ({rounds(count)} rounds)")
    show(times, {"engine1": f"engine 1 alone, unix ({size['engine1']} bytes)", "engine2": f"engine 2 alone, TCP ({size['engine2']} bytes)",
                 "floor": "both at once, two C threads, nothing read"})
    slower = tuple(map(max, zip(pair(times["engine1"]), pair(times["engine2"]))))
    floor = pair(times["floor"])
    ratio("  both at once / slower engine", floor, slower)
    for key, (label, arguments) in variants.items():
        show(times, {key: f"{label} ({size[key]} bytes)"})
        ratio("  / slower engine", pair(times[key]), slower)
        ratio("  / both at once", pair(times[key]), floor)
        print(f"  processor time of the server: {processor_time(call('docker_list_containers', **arguments), rounds(count)):.2f} ms a call")
        judge(name, f"{key}: 1.25 x slower engine + 1 ms", pair(times[key]), [1.25 * time + 1 for time in slower], floor)


def bench_list():
    merged_list("list", f"merged list of two engines, {SEEDED} containers each", 200, {"merged": ("docker_list_containers", {})})


def bench_large():
    create_many(200)
    merged_list(
        "large", f"merged list of two engines, {SEEDED + 200} containers each", 60,
        {"page": ("docker_list_containers, first 100 rows", {}), "all": ("docker_list_containers, all rows", {"limit": 10_000})})
    oneshot(f"large: one-shot with {SEEDED + 200} containers", 15)


def oneshot(title, count):
    """Whole runs on one engine. The docker command prints fewer fields; its JSON is shown too."""
    docker = ["docker", "-H", f"unix://{SOCKETS[0]}", "ps", "-a"]
    lines = program(
        "run", rounds(count), "docker", *docker, "--", "json", *docker, "--format", "json", "--", "product", PRODUCT, "containers", "--json",
        DOCKER_HOST=f"unix://{SOCKETS[0]}", DOCKER_SOCKET=SOCKETS[0], ALLOW_LOCAL_DOCKER="true")
    times = samples(lines)
    heading(f"{title} ({rounds(count)} rounds)")
    show(times, {"docker": "docker ps -a", "json": "docker ps -a --format json", "product": "docker-mcp-secure containers --json"})
    ratio("  / docker ps -a", pair(times["product"]), pair(times["docker"]))
    peak = {name: max(int(line[2]) for line in lines if line[0] == name) / MIB for name in times}
    used = {name: statistics.median(float(line[3]) for line in lines if line[0] == name) for name in times}
    print(f"processor time: docker {used['docker']:.1f} ms, product {used['product']:.1f} ms; "
          f"peak memory: docker {peak['docker']:.1f} MiB, product {peak['product']:.1f} MiB")
    judge(title.split(":")[0], "one-shot: 1.00 x docker ps -a", pair(times["product"]), pair(times["docker"]))


def bench_oneshot():
    oneshot(f"oneshot: containers of one engine, {SEEDED}", 40)


def bench_start():
    times = samples(program("start", rounds(40), PRODUCT, os.path.join(os.environ["BENCH_PROGRAMS"], "floor")))
    heading(f"start: exec to the reply to tools/list ({rounds(40)} rounds)")
    show(times, {"floor": "C, links libcurl, global init, one line", "product": "docker-mcp-secure"})
    ratio("  / floor", pair(times["product"]), pair(times["floor"]))
    judge("start", "3.00 x floor", pair(times["product"]), [3 * time for time in pair(times["floor"])])


def bench_memory():
    lines = program("calls", 100, PRODUCT, "call", "list", call("docker_list_containers"))
    print(f"\n== memory: one server, two engines\n{'':56}{'resident':>10}{'peak':>10}")
    for when, label in (("idle", "after tools/list"), ("end", "after 100 lists more")):
        row(label, *memory(lines, when), unit="MiB")
    judge("memory", "under 25 MiB after tools/list", memory(lines, "idle"), [25, 25])
    judge("memory", "under 25 MiB after 100 lists", memory(lines, "end"), [25, 25])


def wait_until_stopped(pid):
    """A signal is sent before each thread of the engine heeds it, and a question is quicker than that."""
    folder = f"/proc/{pid}/task"
    while any(open(f"{folder}/{thread}/stat").read().rsplit(")", 1)[1].split()[0] != "T" for thread in os.listdir(folder)):
        time.sleep(0.001)


def hung_once(index, is_warm, deadline):
    """Milliseconds after the deadline when engine `index` is stopped: before the server's first question, or after it."""
    pid, others = int(os.environ[f"ENGINE_{index + 1}_PID"]), ("remote", "local")[index]
    server = Server(DOCKER_MCP_DEADLINE=f"{deadline}ms")
    try:
        if is_warm:
            server.list()
        os.kill(pid, signal.SIGSTOP)
        wait_until_stopped(pid)
        spent, rows, errors = server.list()
    finally:
        os.kill(pid, signal.SIGCONT)
        server.close()
    if list(rows) != [others] or list(errors.values()) != ["deadline_exceeded"]:
        sys.exit(f"engine {index + 1} is stopped, and the answer is: rows {rows}, errors {errors}")
    return spent - deadline


def bench_hung():
    deadline, count = 1000, rounds(5)
    heading(f"hung: one engine stopped by SIGSTOP, deadline {deadline} ms ({count} rounds each)")
    late = []
    for index in (0, 1):
        for is_warm in (True, False):
            times = [hung_once(index, is_warm, deadline) for _ in range(count)]
            late += times
            row(f"engine {index + 1} hung, {'connected before' if is_warm else 'first question'}: after it", *pair(times))
    row("the latest of all", max(late), max(late))
    judge("hung", "the other's rows within the deadline + 50 ms", [max(late)] * 2, [50, 50])


class Engines:
    """Many small engines on loopback; the environment of a server that has each of them as a source."""

    def __init__(self, count, delay):
        recorded = os.path.join(os.path.dirname(__file__), "../../Fixtures/engine/20.10.24")
        command = [os.path.join(os.environ["BENCH_PROGRAMS"], "engines"), str(count), str(delay), recorded]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports = [self.process.stdout.readline().strip() for _ in range(count)]
        listed = ",".join(f"s{number}=tcp://127.0.0.1:{port}" for number, port in enumerate(self.ports, 1))
        # None of the two real engines, which the environment names.
        others = dict.fromkeys(("DOCKER_HOST", "ALLOW_LOCAL_DOCKER", "DOCKER_SOCKET"), "")
        self.variables = {"DOCKER_SOURCES": listed, "SECURITY_AUDIT_LOG": "false", "LOG_LEVEL": "error", **others}

    def close(self):
        """How many connections were made, in all."""
        words = self.process.communicate()[0].split()
        return int(words[words.index("accepted") + 1])


def sources_once(count, delay, limit=None):
    """One row of the table: the lists of one server with so many sources; `limit` is its limit on open descriptors."""
    engines, number = Engines(count, delay), rounds(30 if count < 1000 else 15)
    try:
        lines = program("sources", number, *([limit] if limit else [0]), PRODUCT, *engines.ports, **engines.variables)
    finally:
        accepted = engines.close()
    times = samples(lines)
    title = f"{count} sources, {delay} ms a reply" + (f", {limit} descriptors" if limit else "")
    print(f"-- {title}")
    row("  the first list of all", times["first"][0], times["first"][0])
    show(times, {"merged": "  merged list", "alone": "  slowest of the sources that were asked alone", "floor": "  all of them, libcurl's multi interface in C"})
    ratios, floors = paired(times["merged"], times["alone"]), paired(times["floor"], times["alone"])
    row("  merged / alone", *ratios, unit="x")
    row("  floor / alone", *floors, unit="x")
    first, warm, end = (process(lines, when) for when in ("first", "warm", "end"))
    calls = number * (1 + min(count, 10))
    print(f"  processor time of the server: {(end[2] - warm[2]) / number:.1f} ms a round of {1 + min(count, 10)} calls ({calls} in all)")
    print(f"  descriptors {int(end[3])}, connections made {accepted - count} by the server, {count} by the floor")
    print(f"  resident after the first list {first[0] / MIB:.1f} MiB, at the end {end[0] / MIB:.1f} MiB, peak {end[1] / MIB:.1f} MiB")
    return ratios, floors, first[0]


def bench_sources():
    """Many sources: the merged list beside the slowest of them alone, memory, descriptors."""
    heading("sources: one server, many recorded engines on loopback (12 containers each)")
    few = {}
    for delay in (0, 20):
        for count in (2, 10, 100, 1000):
            ratios, floors, resident = sources_once(count, delay)
            few.setdefault(delay, resident)
            if count > 2:
                print(f"  memory a source: {(resident - few[delay]) / count:.0f} KiB")
            if delay and count in (10, 1000):
                most = 1.2 if count == 10 else 2
                judge("sources", f"{count}: under {most} x the slowest alone", ratios, [most] * 2, floors)
    sources_once(1000, 20, limit=256)


class Dead:
    """A second source that is dead in one way: the server's variables for it, and what its first call may say."""

    def __init__(self, codes, address=None, variables=None, close=()):
        self.codes, self.close = codes, close
        self.variables = {"DOCKER_HOST": f"tcp://{address}", **(variables or {})}


def dead_refused():
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    return Dead({"connection_refused"}, "127.0.0.1:%d" % holder.getsockname()[1], close=[holder.close])


def dead_black_hole():
    """A listener whose queue is full: packets to it are dropped, as a firewall does."""
    sockets = [socket.socket() for _ in range(5)]
    sockets[0].bind(("127.0.0.1", 0))
    sockets[0].listen(0)
    for filler in sockets[1:]:
        filler.setblocking(False)
        filler.connect_ex(sockets[0].getsockname())
    return Dead({"connect_timeout", "deadline_exceeded"}, "127.0.0.1:%d" % sockets[0].getsockname()[1], close=[one.close for one in sockets])


def dead_hung():
    pid = int(os.environ["ENGINE_2_PID"])
    os.kill(pid, signal.SIGSTOP)
    wait_until_stopped(pid)
    return Dead({"deadline_exceeded"}, ENGINES[1], close=[lambda: os.kill(pid, signal.SIGCONT)])


def dead_name():
    return Dead({"host_not_found"}, "no-such-host.invalid:2375")


def dead_tls():
    """A TLS server whose certificate nobody signed that we trust."""
    folder = os.path.join(os.environ["BENCH_PROGRAMS"], "tls")
    os.makedirs(folder, exist_ok=True)
    for name in ("server", "ca"):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/{name}-key.pem", "-out", f"{folder}/{name}.pem"],
            check=True, stderr=subprocess.DEVNULL)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        ["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}", "-cert", f"{folder}/server.pem", "-key", f"{folder}/server-key.pem"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.02)
    return Dead(
        {"tls_untrusted"}, f"127.0.0.1:{port}", {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": folder}, close=[server.kill, server.wait])


def bench_dead():
    """One of two sources is dead: what the first call costs, and the later ones beside a server that has the healthy source alone."""
    deadline, count = 1000, rounds(100)
    ways = {"refused": dead_refused, "black hole": dead_black_hole, "hung (SIGSTOP)": dead_hung, "DNS gone": dead_name, "TLS wrong": dead_tls}
    limits = {"DOCKER_MCP_DEADLINE": f"{deadline}ms", "DOCKER_MCP_CONNECT_TIMEOUT": f"{deadline}ms", "SECURITY_AUDIT_LOG": "false"}
    local = {"ALLOW_LOCAL_DOCKER": "true", "DOCKER_SOCKET": SOCKETS[0], **limits}
    heading(f"dead: 1 of 2 sources is dead, deadline {deadline} ms ({count} calls each, in turns with the healthy source alone)")
    for way, make in ways.items():
        dead, servers = make(), []
        try:
            for variables in ({}, dead.variables):
                servers.append(Server(**local, **variables))
            alone, both = servers
            alone.list()
            first, rows, errors = both.list()
            if list(rows) != ["local"] or not set(errors.values()) <= dead.codes:
                sys.exit(f"{way}: rows {rows}, errors {errors}")
            times, codes = {"alone": [], "both": []}, {}
            for _ in range(count):
                times["alone"].append(alone.list()[0])
                spent, rows, errors = both.list()
                times["both"].append(spent)
                codes[errors["remote"]] = codes.get(errors["remote"], 0) + 1
        finally:
            for end in dead.close:
                end()
            for server in servers:
                server.close()
        row(f"{way}: first call", first, first)
        row("  later calls", *pair(times["both"]))
        row("  the healthy source alone", *pair(times["alone"]))
        ratio("  later / alone", pair(times["both"]), pair(times["alone"]))
        print(f"  answers for the dead one: {', '.join(f'{code} {number}' for code, number in sorted(codes.items()))}")
        judge("dead", f"{way}: first call within the deadline + 50 ms", [first] * 2, [deadline + 50] * 2)
        judge("dead", f"{way}: later calls within 1.1 x the healthy alone", pair(times["both"]), [1.1 * time for time in pair(times["alone"])])


def bench_logs():
    """The product's call is two requests, inspect and logs: both are the floor."""
    logs = {"small": write_log("log-small", 90), "big": write_log("log-big", 92_000)}
    prefix, steps = f"/v{version(SOCKETS[0])}/containers", []
    for name, container in logs.items():
        query = "stdout=1&stderr=1&timestamps=1&tail=100"
        steps += ["get", f"inspect-{name}", SOCKETS[0], f"{prefix}/{container}/json"]
        steps += ["get", f"raw-{name}", SOCKETS[0], f"{prefix}/{container}/logs?{query}"]
        steps += ["call", name, call("docker_logs", container_id=container, source="local")]
    lines = program("calls", rounds(100), PRODUCT, *steps)
    times = samples(lines)
    heading(f"logs: the last 100 lines of a 10 MB log and of a 10 KB one ({rounds(100)} rounds)")
    for name in ("inspect-small", "inspect-big", "raw-small", "raw-big"):
        kind, size = name.split("-")
        row(f"engine alone, {'inspect' if kind == 'inspect' else 'logs'}, {'10 KB' if size == 'small' else '10 MB'}", *pair(times[name]))
    show(times, {"small": "docker_logs, 10 KB", "big": "docker_logs, 10 MB"})
    ratio("  engine's logs, 10 MB / 10 KB", pair(times["raw-big"]), pair(times["raw-small"]))
    ratio("  docker_logs, 10 MB / 10 KB", pair(times["big"]), pair(times["small"]))
    alone = [tuple(map(sum, zip(pair(times[f"inspect-{name}"]), pair(times[f"raw-{name}"])))) for name in ("small", "big")]
    ratio("  docker_logs / engine's two replies, 10 KB", pair(times["small"]), alone[0])
    ratio("  docker_logs / engine's two replies, 10 MB", pair(times["big"]), alone[1])
    judge("logs", "10 MB: 1.25 x 10 KB + 1 ms", pair(times["big"]), [1.25 * time + 1 for time in pair(times["small"])])
    peaks = {}
    for name, container in logs.items():
        call_of_one = call("docker_logs", container_id=container, source="local")
        peaks[name] = memory(program("calls", 20, PRODUCT, "call", name, call_of_one), "end")[1]
    print(f"peak memory after 20 calls: 10 KB {peaks['small']:.1f} MiB, 10 MB {peaks['big']:.1f} MiB")
    judge("logs", "10 MB: at most 1 MiB more memory than 10 KB", [peaks["big"]] * 2, [peaks["small"] + 1] * 2)


def main():
    started = time.monotonic()
    print(f"{PRODUCT}\n{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}. Times on a shared machine are noise: read the ratios.")
    for name in sys.argv[1:]:
        globals()[f"bench_{name}"]()
        sys.stdout.flush()
    print("\n== targets")
    for name, target, word in verdicts:
        print(f"{name:10}{target:54}{word}")
    print(f"load at the end {os.getloadavg()[0]:.1f}; {time.monotonic() - started:.0f} s")


main()
