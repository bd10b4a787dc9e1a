"""Servers that do not behave: an issuer that is slow with its keys, and one that answers whatever the test says."""
import contextlib
import socket
import threading

from issuer import Issuer


class SlowIssuer(Issuer):
    """Its key set comes only when the test releases it."""

    def __init__(self):
        super().__init__()
        self.asked = threading.Event()  # somebody waits for the keys
        self.release = threading.Event()

    def jwks(self):
        self.asked.set()
        self.release.wait()
        return super().jwks()

    def stop(self):
        self.release.set()
        super().stop()


@contextlib.contextmanager
def answering(answer):
    """Gives every request these bytes and hangs up; None: never answers."""
    def run():
        held = []
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if answer is None:
                held.append(connection)
                continue
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
