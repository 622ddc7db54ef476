"""A hand-made engine, for what no real engine can be made to do: each path answers with bytes, or with a behaviour."""

import contextlib
import json
import os
import re
import socket
import struct
import threading

JSON_TYPE = "application/json"
# The head of a log's stream; the body ends with the connection.
LOG_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: close\r\n\r\n"


def reply(
    body, status: str = "200 OK", content_type: str = JSON_TYPE, length: int | None = None, **headers: str
) -> bytes:
    """A whole HTTP reply; `body` is bytes, or a value to send as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data) if length is None else length}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def frame(stream: int, text: str | bytes) -> bytes:
    """One frame of a multiplexed log."""
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack(">BxxxI", stream, len(data)) + data


# Behaviours: each takes the connection after the request was read.


def hang(connection: socket.socket):
    """Answers nothing until the other side goes."""
    while connection.recv(65536):
        pass


def close(connection: socket.socket):
    """Ends the connection without a word."""


def drip(connection: socket.socket):
    """A good head, then a byte now and then, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[")
    connection.settimeout(0.05)
    while True:
        connection.sendall(b" ")
        with contextlib.suppress(TimeoutError):
            if not connection.recv(65536):
                return


def huge(connection: socket.socket):
    """A list that never ends, as fast as it is taken."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b'{"Id":"' + b"a" * 65536 + b'"},'
    connection.sendall(b"1\r\n[\r\n")
    while True:
        connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))


def endless_head(connection: socket.socket):
    """Header lines without end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Padding: " + b"a" * 8192 + b"\r\n")


def silent_events(connection: socket.socket):
    """A stream of events on which nothing happens, until the other side goes."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    hang(connection)


class Held:
    """A behaviour: keeps requests waiting until `release`, and counts those that wait and those that went unanswered."""

    def __init__(self):
        self._lock = threading.Lock()
        self._released = threading.Event()
        self.waiting = 0
        self.gone = 0

    def release(self):
        self._released.set()

    def __call__(self, connection: socket.socket):
        with self._lock:
            self.waiting += 1
        connection.settimeout(0.02)
        has_gone = False
        while not has_gone and not self._released.is_set():
            with contextlib.suppress(TimeoutError):
                try:
                    has_gone = not connection.recv(65536)
                except ConnectionResetError:
                    has_gone = True
        with self._lock:
            self.waiting -= 1
            self.gone += has_gone
        if not has_gone:
            connection.settimeout(None)
            connection.sendall(reply([container_row()], Connection="close"))


CONTAINER_ID = "c0ffee" + "0" * 58
IMAGE_ID = "sha256:" + "beef" * 16


def container_row(**more) -> dict:
    return {
        "Id": CONTAINER_ID,
        "Names": ["/fake"],
        "Image": "fake:1",
        "ImageID": IMAGE_ID,
        "Command": "/bin/fake",
        "Created": 1700000000,
        "Ports": [],
        "Labels": {},
        "State": "running",
        "Status": "Up 2 hours",
        "HostConfig": {"NetworkMode": "none"},
        "NetworkSettings": {"Networks": {}},
        "Mounts": [],
        **more,
    }


def container_details(**config) -> dict:
    return {
        "Id": CONTAINER_ID,
        "Name": "/fake",
        "Created": "2026-01-02T03:04:05.678901234Z",
        "Path": "/bin/fake",
        "Args": [],
        "Image": IMAGE_ID,
        "RestartCount": 0,
        "Platform": "linux",
        "State": {
            "Status": "running",
            "Running": True,
            "ExitCode": 0,
            "OOMKilled": False,
            "Error": "",
            "StartedAt": "2026-01-02T03:04:06Z",
            "FinishedAt": "0001-01-01T00:00:00Z",
        },
        "HostConfig": {"RestartPolicy": {"Name": "no"}, "LogConfig": {"Type": "json-file"}},
        "Mounts": [],
        "Config": {"Image": "fake:1", "Tty": False, "Env": [], "Labels": {}, "Cmd": ["/bin/fake"], **config},
        "NetworkSettings": {"Networks": {}, "Ports": {}},
    }


PING = reply(b"OK", content_type="text/plain", Api_Version="1.41", Docker_Experimental="false", Ostype="linux")
GOOD = {
    r"/_ping": PING,
    r"/version": reply(
        {"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12", "Os": "linux", "Arch": "amd64"}
    ),
    r"/info": reply({"ID": "FAKE", "Containers": 1, "ContainersRunning": 1, "Images": 1, "Name": "fake"}),
    r"/containers/json": reply([container_row()]),
    r"/containers/(fake|c0ffee0*)/json": reply(container_details()),
    r"/images/json": reply([]),
    r".*": reply({"message": "No such container or image"}, "404 Not Found"),
}


class FakeEngine:
    """Serves `replies` (path pattern -> bytes or behaviour; the first that fits) before those of a good engine.

    `greeting` is sent to every connection at once, in place of HTTP.
    """

    def __init__(self, replies: dict | None = None, path: str | None = None, greeting: bytes | None = None):
        self._replies = [(re.compile(pattern), answer) for pattern, answer in [*(replies or {}).items(), *GOOD.items()]]
        self._greeting = greeting
        self._path = path
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.requests: list[str] = []
        if path:
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(path)
            self._listener.listen(128)
        else:
            self._listener = socket.create_server(("127.0.0.1", 0), backlog=1_024)
        self.address = path or "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        if self._path:
            os.unlink(self._path)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket):
        with connection, contextlib.suppress(OSError):
            if self._greeting is not None:
                connection.sendall(self._greeting)
                # A close with unread input would reset the connection and take the greeting with it.
                connection.shutdown(socket.SHUT_WR)
                return hang(connection)
            pending = b""
            while True:
                while b"\r\n\r\n" not in pending:
                    data = connection.recv(65536)
                    if not data:
                        return
                    pending += data
                head, pending = pending.split(b"\r\n\r\n", 1)
                answer = self._answer(head.split(b" ", 2)[1].decode("latin-1"))
                if not isinstance(answer, bytes):
                    return answer(connection)
                # The docker command would take the body of a HEAD for the next reply.
                connection.sendall(answer.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n" if head.startswith(b"HEAD ") else answer)
                announced = re.search(rb"Content-Length: (\d+)", answer)
                if (
                    b"Connection: close" in answer
                    or not announced
                    or int(announced[1]) > len(answer.split(b"\r\n\r\n", 1)[1])
                ):
                    return

    def _answer(self, target: str):
        self.requests.append(target)
        path = re.sub(r"^/v1\.\d+(?=/)", "", target.split("?")[0])
        return next(answer for pattern, answer in self._replies if pattern.fullmatch(path))


@contextlib.contextmanager
def full_backlog():
    """The address of a listener whose queue is full: a connection is neither taken nor refused."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield "127.0.0.1:%d" % listener.getsockname()[1]


@contextlib.contextmanager
def silent_listener():
    """The address of a listener that never accepts: the kernel connects, and nobody reads."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield "127.0.0.1:%d" % listener.getsockname()[1]


@contextlib.contextmanager
def refused():
    """An address where nobody listens. The port is bound, so that nobody else can take it meanwhile."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield "127.0.0.1:%d" % holder.getsockname()[1]
