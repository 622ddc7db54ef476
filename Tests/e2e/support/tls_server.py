#!/usr/bin/env python3
"""Servers that speak TLS and a few words of Docker, for tests of certificates: what no real engine does on demand.

Run as python3 -I tls_server.py (-I, or else http.py beside it is taken for the library of that name). It reads orders,
one a line, and prints one line for each:

    open --certificate FILE --key FILE [--clients CA] [--newest 1.2] [--host 127.0.0.1]     the port
    handshake PORT      how the next handshake there went, waiting for it: "ok", or "failed" and why
    close PORT

It ends when its standard input does. Every reply but those of /_ping, /version and /nginx tells of its connection, in
JSON.
"""

import argparse
import contextlib
import itertools
import json
import os
import queue
import shlex
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120

    def setup(self):
        self.number = next(self.server.numbers)
        self.request.settimeout(self.timeout)
        try:
            self.request.do_handshake()
            self.server.handshakes.put("ok")
        except (ssl.SSLError, OSError) as error:
            self.server.handshakes.put(f"failed {error}")
            self.request.close()
            raise ConnectionError from error
        super().setup()

    def do_GET(self):
        if self.path == "/_ping":
            return self.reply(b"OK")
        if self.path.endswith("/version"):
            return self.reply(b'{"Version":"20.10.24"}')
        if self.path.startswith("/nginx/"):
            words = "The SSL certificate error" if "bad" in self.path else "No required SSL certificate was sent"
            return self.reply(f"<html><head><title>400 {words}</title></head></html>".encode(), 400)
        client = dict(pair[0] for pair in (self.request.getpeercert() or {}).get("subject", ()))
        said = {
            "connection": self.number,
            "client": client.get("commonName"),
            "host": self.headers["Host"],
            "sni": getattr(self.request, "sni", None),
            "alpn": self.request.selected_alpn_protocol(),
            "version": self.request.version(),
            "path": self.path,
        }
        self.reply(json.dumps(said).encode())

    do_HEAD = do_GET

    def reply(self, body, status=200):
        self.send_response(status)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request, address):
        pass


def open_server(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--clients")
    parser.add_argument("--newest")
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args(arguments)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    context.set_alpn_protocols(["http/1.1"])
    context.sni_callback = lambda connection, name, _: setattr(connection, "sni", name)
    if options.clients:
        context.load_verify_locations(options.clients)
        context.verify_mode = ssl.CERT_REQUIRED
    if options.newest:
        if options.newest < "1.2":
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion[f"TLSv{options.newest.replace('.', '_')}"]
    Server.address_family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    server = Server((options.host, 0), Handler)
    server.numbers = itertools.count(1)
    server.handshakes = queue.Queue()
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main():
    servers = {}
    with contextlib.suppress(OSError):
        for line in sys.stdin:
            order, *arguments = shlex.split(line)
            if order == "open":
                server = open_server(arguments)
                servers[server.server_address[1]] = server
                print(server.server_address[1], flush=True)
            elif order == "handshake":
                print(servers[int(arguments[0])].handshakes.get(timeout=60), flush=True)
            elif order == "close":
                server = servers.pop(int(arguments[0]))
                # To wait for its thread's end would take half a second; without an order to end, it would spin on the closed socket.
                threading.Thread(target=server.shutdown, daemon=True).start()
                server.socket.close()
                print("closed", flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
