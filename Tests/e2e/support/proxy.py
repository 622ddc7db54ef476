"""A proxy that forwards bytes to an engine and remembers the head of every request that passed."""

import contextlib
import os
import re
import selectors
import socket
import threading


class RecordingProxy:
    """Listens on a unix socket (`path`) or on a free TCP port, and forwards to the unix socket `engine`."""

    def __init__(self, engine: str, path: str | None = None):
        self._engine = engine
        self._lock = threading.Lock()
        self._heads: list[bytes] = []
        self._open: list[socket.socket] = []
        if path:
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(path)
        else:
            self._listener = socket.create_server(("127.0.0.1", 0))
        self._path = path
        self._listener.listen(128)
        self.address = path or "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A thread in accept() wakes by shutdown(), not by close().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        if self._path:
            os.unlink(self._path)

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Method and path of each request."""
        with self._lock:
            heads = list(self._heads)
        return [tuple(head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")[:2]) for head in heads]

    @property
    def bodies(self) -> list[bytes]:
        """Heads that announce a body."""
        with self._lock:
            return [head for head in self._heads if re.search(rb"(?im)^(content-length|transfer-encoding):", head)]

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client: socket.socket):
        engine = socket.socket(socket.AF_UNIX)
        with client, engine:
            with self._lock:
                self._open += [client, engine]
            with contextlib.suppress(OSError):
                engine.connect(self._engine)
                self._pump(client, engine)

    def _pump(self, client: socket.socket, engine: socket.socket):
        pending = b""
        with selectors.DefaultSelector() as selector:
            for source, target in ((client, engine), (engine, client)):
                selector.register(source, selectors.EVENT_READ, target)
            while True:
                for key, _ in selector.select():
                    data = key.fileobj.recv(65536)
                    if key.fileobj is client:
                        # A GET has no body, so heads follow each other; what is none is kept too, as evidence.
                        *heads, pending = (pending + data).split(b"\r\n\r\n")
                        with self._lock:
                            self._heads += heads + ([pending] if not data and pending else [])
                    if not data:
                        return
                    key.data.sendall(data)
