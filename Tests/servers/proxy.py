"""A TCP proxy between the MCP servers and an authorization server: it can delay, cut off and corrupt what comes back."""

import contextlib
import socket
import threading


class Proxy:
    """Forwards connections to `target`. `mode`: pass, delay (nothing is forwarded until it is another), cut (the connection
    ends in the middle of the answer), corrupt (every answer's body is damaged), refuse (it is closed at once)."""

    def __init__(self, target):
        self.target, self.mode = target, "pass"
        self.changed = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        self.thread = threading.Thread(target=self.accept, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.set("closed")
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def set(self, mode):
        with self.changed:
            self.mode = mode
            self.changed.notify_all()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, contextlib.suppress(OSError):
            with self.changed:
                self.changed.wait_for(lambda: self.mode != "delay")
                mode = self.mode
            if mode in ("refuse", "closed"):
                return
            with socket.create_connection(("127.0.0.1", self.target)) as server:
                back = threading.Thread(target=self.pump, args=(server, client, mode), daemon=True)
                back.start()
                self.pump(client, server, "pass")
                back.join()

    def pump(self, source, sink, mode):
        in_body = False
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if mode == "cut":
                    sink.sendall(data[:len(data) // 2])
                    break
                if mode == "corrupt":
                    data, in_body = damaged(data, in_body)
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        if mode == "cut":
            with contextlib.suppress(OSError):
                source.shutdown(socket.SHUT_RDWR)
                sink.shutdown(socket.SHUT_RDWR)


def damaged(data, in_body):
    """The body's quotes are gone, so that it is no JSON; the header stays."""
    if in_body:
        return data.replace(b'"', b"\0"), True
    head, blank, body = data.partition(b"\r\n\r\n")
    return head + blank + body.replace(b'"', b"\0"), bool(blank)
