"""A provider on this machine: an HTTP server whose answers a test chooses, and which writes down what it was asked."""
import contextlib
import http.server
import json
import threading
from dataclasses import dataclass, field


@dataclass
class Endpoint:
    url: str
    answers: dict = field(default_factory=dict)  # path without query -> (status, JSON value or bytes)
    asked: list = field(default_factory=list)    # (method, path with query, Authorization, body)

    def count(self, path):
        return sum(asked == path for _, asked, _, _ in self.asked)


@contextlib.contextmanager
def endpoint(**answers):
    """Answers by path; 404 elsewhere."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.asked.append((self.command, self.path, self.headers.get("Authorization"), body))
            status, answer = state.answers.get(self.path.partition("?")[0], (404, b""))
            answer = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Endpoint(f"http://127.0.0.1:{server.server_port}", answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
