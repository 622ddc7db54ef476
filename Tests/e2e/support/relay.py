"""A relay between the program and an engine that can be made slow, deaf, cut or absent while it runs."""

import contextlib
import os
import socket
import threading
import time


def connect(address: str) -> socket.socket:
    """A connection to a unix socket's path, or to HOST:PORT."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(address)
        return connection
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), 10)


class Relay:
    """Forwards connections to `target` (a path or HOST:PORT). It listens at `path`, or on a port of its own.

    `mode` says what happens to what the engine sends, from now on:
    forward; delay (each piece 50 ms late); drip (a byte every 50 ms); cut (the connection ends after `cut_after` bytes);
    deaf (nothing is passed on any more).
    """

    def __init__(self, target: str, path: str | None = None):
        self.target, self.path = target, path
        self.mode, self.cut_after = "forward", 200
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = None
        self._port = 0
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def address(self) -> str:
        return self.path or f"127.0.0.1:{self._port}"

    def start(self):
        """Listens, at the same address as before."""
        if self.path:
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(self.path)
            self._listener.listen(64)
        else:
            self._listener = socket.create_server(("127.0.0.1", self._port), backlog=64)
            self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self):
        """Closes every connection, and listens no more."""
        if self._listener is None:
            return
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._listener = None
        if self.path:
            with contextlib.suppress(OSError):
                os.unlink(self.path)
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket):
        try:
            engine = connect(self.target)
        except OSError:
            client.close()
            return
        with self._lock:
            self._open |= {client, engine}
        back = threading.Thread(target=self._answer, args=(engine, client), daemon=True)
        back.start()
        self._pump(client, engine)
        back.join()
        with self._lock:
            self._open -= {client, engine}
        client.close()
        engine.close()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def _answer(self, engine: socket.socket, client: socket.socket):
        sent = 0
        with contextlib.suppress(OSError):
            while piece := engine.recv(65536):
                mode = self.mode
                if mode == "delay":
                    time.sleep(0.05)
                while mode == "deaf" and self.mode == "deaf" and self._listener is not None:
                    time.sleep(0.02)
                if mode == "drip":
                    for byte in piece:
                        client.sendall(bytes([byte]))
                        time.sleep(0.05)
                    continue
                if mode == "cut":
                    client.sendall(piece[: max(0, self.cut_after - sent)])
                    sent += len(piece)
                    if sent >= self.cut_after:
                        break
                    continue
                client.sendall(piece)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
