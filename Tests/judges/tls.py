"""A gateway that ends TLS before an example server, with a certificate that nobody vouches for."""

import contextlib
import http.server
import ipaddress
import ssl
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

sys.path.append(str(Path(__file__).resolve().parents[1] / "providers"))
from private_network import certificate, pem, running
from walk import send


@contextlib.contextmanager
def gateway(folder):
    """Gives its origin, and a function that is told where to send requests to."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = certificate("gateway", key, None, key, x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]))
    (folder / "gateway.pem").write_bytes(pem(key, own))
    behind = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            fields = [(name, value) for name, value in self.headers.items() if name.lower() not in ("content-length", "connection")]
            answer = send(behind[0], self.command, self.path, body, fields)
            self.send_response_only(answer.status)
            for name, value in answer.fields:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.text.encode())

        do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "gateway.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with running(server):
        yield f"https://127.0.0.1:{server.server_port}", behind.append
