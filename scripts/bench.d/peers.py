# The peers that the bench measures beside us, each in an environment of its own, and a tokenizer that ships its tables in its package.
import glob
import json
import os
import queue
import subprocess
import sys
import threading
import time

from measure import SOCKETS

FOLDER = os.path.join(os.path.dirname(__file__), "../../.venv-peers")
# What is installed, the program in it, and the least Python that it takes.
PACKAGES = {
    "mcp-server-docker": (["mcp-server-docker==0.3.0"], "mcp-server-docker", 12),
    "roustabout": (["roustabout==0.7.0", "mcp<2"], "roustabout-mcp", 11),
    "docker-mcp": (["docker-mcp==0.2.0", "mcp<2"], "docker-mcp", 12),
    "docker-kestrel": (["docker-kestrel==0.1.0", "mcp<2"], "docker-kestrel", 11),
    "bpe-openai": (["bpe-openai==0.1.4"], "python3", 9),
}


def python_of(least):
    """A Python 3 that is new enough: ours, or one that pyenv has."""
    if sys.version_info >= (3, least):
        return sys.executable
    found = {}
    for path in glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python3")):
        found[int(path.split("/versions/3.")[1].split(".")[0])] = path
    return next((path for minor, path in sorted(found.items()) if minor >= least), None)


def installed(name):
    """The path of a package's program, installed when it is missing; None when it can't be."""
    packages, program, least = PACKAGES[name]
    path = os.path.abspath(os.path.join(FOLDER, name, "bin", program))
    if os.path.exists(os.path.join(FOLDER, name, "complete")):
        return path
    python = python_of(least)
    if not python:
        print(f"{name} is left out: it needs Python 3.{least}")
        return None
    home = os.path.join(FOLDER, name)
    try:
        subprocess.run([python, "-m", "venv", home], check=True, capture_output=True)
        subprocess.run([f"{home}/bin/python3", "-m", "pip", "install", "--quiet", *packages], check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        print(f"{name} is left out: {error.stderr.decode().strip().splitlines()[-1]}")
        return None
    open(os.path.join(home, "complete"), "w").close()
    return path


# Seconds for one answer of a peer; some never come.
PATIENCE = 30


class Peer:
    """A peer's server over stdio, on engine 1."""

    def __init__(self, path):
        environment = {"PATH": os.environ["PATH"], "HOME": os.path.expanduser("~"), "DOCKER_HOST": f"unix://{SOCKETS[0]}"}
        self.process = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        self.asked = 0
        self.lines = queue.Queue()
        threading.Thread(target=lambda: [self.lines.put(line) for line in self.process.stdout], daemon=True).start()
        self.ask("initialize", {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}})
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method, params, patience=PATIENCE):
        self.asked += 1
        self.send({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params})
        until = time.monotonic() + patience
        while (left := until - time.monotonic()) > 0:
            try:
                message = json.loads(self.lines.get(timeout=left))
            except queue.Empty:
                break
            except ValueError:
                continue  # some print what is no message
            if message.get("id") == self.asked:
                return message
        return None

    def text(self, tool, arguments, patience=PATIENCE):
        """(what a model reads of the answer, seconds); None for the text when none came in time."""
        start = time.monotonic()
        reply = self.ask("tools/call", {"name": tool, "arguments": arguments}, patience)
        spent = time.monotonic() - start
        if reply is None:
            return None, spent
        return "".join(part.get("text", "") for part in reply.get("result", {}).get("content", [])), spent

    def close(self):
        self.process.kill()
        self.process.wait()


def tokens(texts):
    """How many tokens of o200k_base each text has; none of them when the tokenizer can't be installed."""
    python = installed("bpe-openai")
    if not python:
        return [None] * len(texts)
    code = ("import json, sys, bpe_openai\nencoding = bpe_openai.get_encoding('o200k_base')\n"
            "print(json.dumps([len(encoding.encode(text)) for text in json.load(sys.stdin)]))")
    return json.loads(subprocess.run([python, "-c", code], input=json.dumps(texts), capture_output=True, text=True, check=True).stdout)
