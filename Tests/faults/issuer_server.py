#!/usr/bin/env python3
"""An authorization server over https that injects faults on command, for Tests/faults/fault_injection.c.

usage: issuer_server.py DIRECTORY    with the certificates of certificates.sh in it

Prints `PORT CANARY` once it listens: the issuer is https://localhost:PORT, and CANARY is an http port on loopback where
nobody has any business. Then it obeys the lines of its standard input, answers each with a line, and ends when that is
closed, so that it never outlives the test.

  jwks JSON          the key set
  keys PATH          the key set's URL answers as PATH of fault_server.py does: keys /status/500; `keys good` ends it,
                     and hangs up where an answer was still under way
  metadata PATH      the same for the metadata
  issuer URL         what the metadata names as the issuer; `issuer` alone: the right one
  max-age SECONDS    what Cache-Control says
  cert NAME          the certificate of new connections: trusted, selfsigned, othername, expired; `cert none`: the
                     handshake is never answered
  down, up           nobody listens; somebody listens again
  hits               METADATA KEYS CANARY CONNECTIONS FAULTS: requests so far, connections that were accepted, and how
                     many of the requests were answered with a fault, or still hang in it
"""
import contextlib
import json
import socket
import ssl
import sys
import threading

import fault_server


class Silence:
    """In place of a TLS context."""

    def __init__(self, held):
        self.held = held

    def wrap_socket(self, connection, server_side):
        self.held.append(connection)
        fault_server.wait_until_closed(connection)
        raise OSError("nobody shook hands")


class Issuer:
    def __init__(self, directory):
        self.directory = directory
        self.documents = {"metadata": "good", "keys": "good"}
        self.jwks = "{}"
        self.named = ""
        self.max_age = 1
        self.lock = threading.Lock()  # a request is of before a command or of after it
        self.hits = {"metadata": 0, "keys": 0, "canary": 0, "connections": 0, "faults": 0}
        self.context = self.certificate("trusted")
        self.listener = None
        self.port = 0
        self.held = []  # connections whose request has no end: a new command hangs up on them
        self.up()

    def certificate(self, name):
        if name == "none":
            return Silence(self.held)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{self.directory}/{name}.crt", f"{self.directory}/{name}.key")
        return context

    def up(self):
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(
            target=fault_server.accept, args=(self.listener, self.greet, self.respond), daemon=True).start()

    def count(self, what):
        with self.lock:
            self.hits[what] += 1

    def greet(self):
        self.count("connections")
        return self.context

    def canary(self):
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=fault_server.accept, args=(listener, lambda: None, self.sing), daemon=True).start()
        return listener.getsockname()[1]

    def sing(self, connection, path, fields):
        self.count("canary")

    def down(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self.listener.close()

    def respond(self, connection, path, fields):
        name = {"/.well-known/oauth-authorization-server": "metadata", "/jwks": "keys"}.get(path)
        if name is None:
            return connection.sendall(fault_server.answer(404))
        self.count(name)
        with self.lock:
            document = self.documents[name]
            if document != "good":
                self.held.append(connection)
                self.hits["faults"] += 1
        if document != "good":
            return fault_server.respond(connection, document, fields)
        url = f"https://localhost:{self.port}"
        metadata = json.dumps({"issuer": self.named or url, "jwks_uri": url + "/jwks"})
        body = self.jwks if name == "keys" else metadata
        return connection.sendall(
            fault_server.answer(200, body.encode(), [("Cache-Control", f"max-age={self.max_age}")]))

    def hang_up(self):
        while self.held:
            with contextlib.suppress(OSError, ValueError):
                self.held.pop().shutdown(socket.SHUT_RDWR)

    def obey(self, command, argument):
        if command in self.documents:
            with self.lock:
                self.documents[command] = argument
                self.hang_up()
        elif command == "jwks":
            self.jwks = argument
        elif command == "issuer":
            self.named = argument
        elif command == "max-age":
            self.max_age = int(argument)
        elif command == "cert":
            self.context = self.certificate(argument)
            self.hang_up()
        elif command in ("down", "up"):
            getattr(self, command)()
        elif command == "hits":
            return " ".join(str(self.hits[name]) for name in ("metadata", "keys", "canary", "connections", "faults"))
        else:
            return f"what is {command}?"
        return "ok"


def main():
    issuer = Issuer(sys.argv[1])
    print(issuer.port, issuer.canary(), flush=True)
    for line in sys.stdin:
        command, _, argument = line.rstrip("\n").partition(" ")
        print(issuer.obey(command, argument), flush=True)


main()
