"""A server program as a child, and what is read from one that ends."""
import os
import subprocess
from pathlib import Path

EXAMPLES = Path(os.environ.get("EXAMPLES") or Path(__file__).resolve().parents[2] / "build/examples")
# Nothing here measures how fast the machine is. What has to happen at some time gets these seconds, of which only a test
# that fails comes to the end; and a fetch of keys gets more than any test takes.
PATIENCE = 45
LONG_FETCHES = ("--fetch-timeout", "60000")


class Program:
    """One that says where it listens; it has to end cleanly when it is asked to."""

    def __init__(self, program, *arguments, log=subprocess.DEVNULL, env=None):
        self.program = program
        self.process = subprocess.Popen([EXAMPLES / program, *arguments], text=True, stdout=subprocess.PIPE, stderr=log,
                                        env=os.environ | (env or {}))
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), f"{program} did not start: {line!r}"
        self.url = line.removeprefix("listening on ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(timeout=PATIENCE) == 0, f"{self.program} did not end cleanly"
        self.process.stdout.close()


def rest(connection):
    """All that comes until the other side ends the connection, in whichever way."""
    data = b""
    try:
        while piece := connection.recv(65536):
            data += piece
    except ConnectionError:
        pass
    connection.close()
    return data
