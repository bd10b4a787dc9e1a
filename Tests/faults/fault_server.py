#!/usr/bin/env python3
"""A web server that misbehaves on request, for the tests of fetching.

Prints one line of JSON with its ports once it listens, and ends when its standard input is closed, so that it never
outlives the test that started it. The path says what it does:

  /ok              200, a JSON object
  /jwks?A,B        200, a key set with RFC 8037's public key under each of these names
  /bad-key         200, a key set of A and B with an unusable key between them
  /metadata?ISSUER,PATH  200, authorization server metadata with the jwks_uri at PATH of this server
  /point/NAME?PATH 200; from now on /alias/NAME is what PATH is
  /headers         200, the request's header fields as JSON
  /count           200, how many requests each path had so far, as JSON
  /status/N        N, with a JSON body
  /redirect?URL    302 to URL
  /etag            200 with an ETag, 304 to a request that names it
  /large/N         200, Content-Length N, N bytes
  /endless         200, chunks without end
  /long-header     200, header fields without end
  /slow            nothing, until the client gives up
  /drip            200, one byte a second
  /html            200, a web page
  /body?TEXT       200, TEXT
  /truncated       Content-Length 100, and 10 bytes
  /close           closes without an answer
  /garbage         bytes that are not HTTP
  /transfer?A;B    200, one chunk, with a field Transfer-Encoding for each; gzip is done as often as it is named
  /coded?A         200, a body compressed by gzip, with A as the Content-Encoding
  /later/N?M       N, with M as Retry-After

Arguments: NAME=CERTIFICATE,KEY for each https port; without any there is http alone.
"""
import gzip
import json
import socket
import ssl
import sys
import threading
import time
from urllib.parse import unquote

counts = {}
aliases = {}
lock = threading.Lock()  # of both


def public_key(kid):
    return {"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


def answer(status, body=b"{}", fields=(), content_type="application/json", length=None):
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {content_type}",
             f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    return "\r\n".join(lines + [f"{name}: {value}" for name, value in fields]).encode() + b"\r\n\r\n" + body


def wait_until_closed(connection):
    connection.settimeout(60)
    while connection.recv(4096):
        pass


def endlessly(connection, head, piece, pause=0.0):
    connection.sendall(head)
    while True:
        connection.sendall(piece)
        time.sleep(pause)


def respond(connection, path, fields):
    if path.startswith("/alias/"):
        with lock:
            path = aliases.get(path[7:], "/status/404")
    name, _, argument = path.partition("?")
    if name == "/ok":
        fields_of_answer = [("Cache-Control", "max-age=60"), ("X-Two", "a"), ("x-two", "b")]
        connection.sendall(answer(200, b'{"ok":true}', fields_of_answer))
    elif name == "/jwks":
        keys = [public_key(kid) for kid in argument.split(",") if kid]
        connection.sendall(answer(200, json.dumps({"keys": keys}).encode()))
    elif name == "/bad-key":
        keys = [public_key("A"), {"kty": "RSA", "kid": "weak", "n": "AQAB", "e": "AQAB"}, public_key("B")]
        connection.sendall(answer(200, json.dumps({"keys": keys}).encode()))
    elif name == "/metadata":
        issuer, target = argument.split(",", 1)
        document = {"issuer": issuer, "jwks_uri": f"http://{fields['host']}{target}"}
        connection.sendall(answer(200, json.dumps(document).encode()))
    elif name.startswith("/point/"):
        with lock:
            aliases[name[7:]] = argument
        connection.sendall(answer(200))
    elif name == "/headers":
        connection.sendall(answer(200, json.dumps(fields).encode()))
    elif name == "/count":
        with lock:
            body = json.dumps(counts).encode()
        connection.sendall(answer(200, body))
    elif name.startswith("/status/"):
        connection.sendall(answer(int(name[8:]), b'{"ok":false}'))
    elif name == "/redirect":
        connection.sendall(answer(302, b"", [("Location", argument)]))
    elif name == "/etag":
        same = fields.get("if-none-match") == '"v1"'
        connection.sendall(answer(304 if same else 200, b"" if same else b'{"v":1}', [("ETag", '"v1"')]))
    elif name.startswith("/large/"):
        connection.sendall(answer(200, b"x" * int(name[7:])))
    elif name == "/endless":
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        endlessly(connection, head, b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
    elif name == "/long-header":
        endlessly(connection, b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"x" * 4000 + b"\r\n")
    elif name == "/slow":
        wait_until_closed(connection)
    elif name == "/drip":
        endlessly(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x", 1.0)
    elif name == "/html":
        connection.sendall(answer(200, b"<!doctype html><title>Sign in</title>", content_type="text/html"))
    elif name == "/body":
        connection.sendall(answer(200, argument.encode()))
    elif name == "/truncated":
        connection.sendall(answer(200, b'{"keys":[{', length=100))
    elif name == "/transfer":
        codings = "".join(f"Transfer-Encoding:{coding}\r\n" for coding in unquote(argument).split(";"))
        body = b'{"ok":true}'
        for _ in range(argument.count("gzip")):
            body = gzip.compress(body)
        connection.sendall(f"HTTP/1.1 200 OK\r\n{codings}\r\n{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
    elif name == "/coded":
        connection.sendall(answer(200, gzip.compress(b'{"keys":[]}'), [("Content-Encoding", argument)]))
    elif name.startswith("/later/"):
        connection.sendall(answer(int(name[7:]), b"{}", [("Retry-After", argument)]))
    elif name == "/garbage":
        connection.sendall(b"\x00\xff\x00 this is not HTTP\r\n\r\n")
    elif name != "/close":
        connection.sendall(answer(404, b'{"error":"no such path"}'))


def serve(connection, context, respond):
    """One request on a connection that was accepted: respond gets it, the path and the header fields."""
    try:
        connection.settimeout(60)
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(4096)
            if not piece:
                return
            request += piece
        first, *rest = request.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        path = first.split(" ")[1]
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        with lock:
            counts[path] = counts.get(path, 0) + 1
        respond(connection, path, fields)
    except (OSError, ValueError):
        pass
    finally:
        connection.close()


def accept(listener, context, respond):
    """Serves each connection on a thread of its own; context() gives its TLS, or None for plain HTTP."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # it was closed
            return
        threading.Thread(target=serve, args=(connection, context(), respond), daemon=True).start()


def listen(context):
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=accept, args=(listener, lambda: context, respond), daemon=True).start()
    return listener.getsockname()[1]


def main():
    ports = {"http": listen(None)}
    for argument in sys.argv[1:]:
        name, _, files = argument.partition("=")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files.split(","))
        ports[name] = listen(context)
    print(json.dumps(ports), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
