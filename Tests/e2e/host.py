"""A host with several protected resources in one process: HTTP by Python, every decision by the library's C interface."""
import contextlib
import pathlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "attacks"))
from mcpauth_abi import Config, R


@contextlib.contextmanager
def host(issuer, paths, **settings):
    """Serves a resource at each path (its URL may end there); gives the origin. `settings[path]` are its further setters."""
    verifiers = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            for verifier in verifiers.values():
                document = verifier.well_known(self.command.encode(), self.path.encode())
                if document:
                    return self.answer(*document)
            verifier = verifiers.get(self.path)
            if verifier is None:
                return self.answer(404, {}, b"")
            fields = [value.encode() for value in self.headers.get_all("Authorization", [])]
            outcome = verifier.authorize(*fields, method=self.command.encode())
            if outcome.result != R.OK:
                return self.answer(outcome.status, outcome.headers, outcome.body)
            return self.answer(200, {"Content-Type": "text/plain"}, outcome.info["subject"])

        do_HEAD = do_OPTIONS = do_POST = do_GET

        def answer(self, status, headers, body):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    origin = f"http://127.0.0.1:{server.server_port}"
    for path in paths:
        config = Config((origin + path).encode())
        config.issuer(issuer.encode()).set("allow_http_on_loopback")
        for setting in settings.get(path, []):
            config.set(*setting)
        verifiers[path or "/"] = config.verifier()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield origin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
