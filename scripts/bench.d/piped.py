# Measures how fast logs go through the program, and in how much memory. Run by scripts/bench piped.
#
# The engine is hand-made (Tests/e2e/support/log_stream.py), a process of its own: no real engine writes 10 GB here in the time of a bench,
# and one that reads them from disk would be what is measured. It sends whatever `tail` says, so all of it goes through the program.
import contextlib
import os
import subprocess
import sys
import time

from measure import MIB, PRODUCT, Server, call, heading, judge, pair, paired, rounds, row

E2E = os.path.join(os.path.dirname(__file__), "../../Tests/e2e")
SETTINGS = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "SECURITY_AUDIT_LOG": "false"}
PATIENCE = "1h"  # the program's own limit on a question is 10 s
NEEDLE = "NEEDLE"


@contextlib.contextmanager
def fake(name, size):
    """An engine in a process of its own with the container `app`, whose log has that many bytes."""
    path = os.path.join(os.environ["BENCH_PROGRAMS"], f"{name}.sock")
    command = [sys.executable, "-m", "support.log_stream", path, f"app={size}"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=E2E)
    try:
        process.stdout.readline()
        yield f"unix://{path}"
    finally:
        process.stdin.close()
        process.wait()


def run(command, shell=False, allowed=0):
    """(seconds, processor seconds, peak MiB) of a process that must end with 0, or with the code that is `allowed`."""
    start = time.monotonic()
    process = subprocess.Popen(command, env=SETTINGS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, shell=shell)
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, allowed):
        sys.exit(f"{command} ended with {code}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MIB


def product(*sources):
    """Our command, run: 1 says that the answer is not complete, for the fake sends more than was asked for."""
    words = [word for number, source in enumerate(sources) for word in ("--source", f"s{number}={source}")]
    return run([PRODUCT, "logs", "app", "--tail", "100", "--timeout", PATIENCE, *words], allowed=1)


def rate(label, size, runs):
    row(label, *(size / 1e9 / seconds for seconds in pair([seconds for seconds, _, _ in runs])), unit="GB/s")
    print(f"  processor time {min(used for _, used, _ in runs) / (size / 1e9):.2f} s a GB, peak memory {max(peak for *_, peak in runs):.1f} MiB")


def sized(size, title, count):
    """The same log through the docker command and through ours, in turn; the peak of ours."""
    ours, docker = [], []
    with fake("one", size) as engine:
        for _ in range(count):
            docker.append(run(["docker", "-H", engine, "logs", "app"]))
            ours.append(product(engine))
    rate(f"{title}: docker logs >/dev/null", size, docker)
    rate(f"{title}: docker-mcp-secure logs", size, ours)
    ratios = paired([seconds for seconds, *_ in ours], [seconds for seconds, *_ in docker])
    row("  time / docker logs", *ratios, unit="x")
    return ratios, max(peak for *_, peak in ours)


def search(size, title, count):
    """One pattern in all lines: over a kept MCP session, beside the docker command and grep."""
    request = call("docker_logs", container_id="app", grep=NEEDLE, tail=100_000, limit=100)
    times, theirs = [], []
    with fake("one", size) as engine:
        server = Server(DOCKER_HOST=engine, ALLOW_LOCAL_DOCKER="", DOCKER_SOCKET="", DOCKER_MCP_DEADLINE=PATIENCE)
        for _ in range(count):
            start = time.monotonic()
            result = server.ask(request)["result"]
            times.append(time.monotonic() - start)
            if result["isError"] or not result["structuredContent"]["lines"]:
                sys.exit(f"grep found nothing: {str(result)[:500]}")
            theirs.append(run(f"docker -H {engine} logs app 2>&1 | grep -c {NEEDLE}", shell=True)[0])
        with open(f"/proc/{server.process.pid}/status") as status:
            peak = next(int(line.split()[1]) / MIB for line in status if line.startswith("VmHWM"))
        server.close()
    row(f"{title}: docker_logs with grep", *(size / 1e9 / seconds for seconds in pair(times)), unit="GB/s")
    row(f"{title}: docker logs | grep -c", *(size / 1e9 / seconds for seconds in pair(theirs)), unit="GB/s")
    row("  time / docker logs | grep -c", *paired(times, theirs), unit="x")
    print(f"  peak memory of the server {peak:.1f} MiB")


def bench_piped():
    count = rounds(3)
    heading(f"piped: a whole log through the program, line by line ({count} rounds; GB/s of the fastest and of the median)")
    sized(10_000_000, "10 MB", count)
    _, before = sized(100_000_000, "100 MB", count)
    ratios, peak = sized(1_000_000_000, "1 GB", count)
    judge("piped", "1 GB: 1.00 x docker logs >/dev/null", ratios, [1, 1])
    with fake("one", 1_000_000_000) as one, fake("two", 1_000_000_000) as two:
        merged = [product(one, two) for _ in range(count)]
    rate("2 x 1 GB, two sources merged", 2_000_000_000, merged)
    search(1_000_000_000, "1 GB", count)
    with fake("one", 10_000_000_000) as engine:
        longest = product(engine)
    rate("10 GB: docker-mcp-secure logs, once", 10_000_000_000, [longest])
    # When the oldest lines are dropped, between 16 and 32 MiB, depends on how the chunks come.
    judge("piped", "1 GB and 10 GB: at most 12 MiB more than 100 MB", [max(peak, longest[2])] * 2, [before + 12] * 2)
