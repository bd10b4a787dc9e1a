"""The example MCP server under wrk, with authorization and without."""
import re
import shutil
import statistics
import subprocess
import urllib.parse
import urllib.request
from contextlib import contextmanager

CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{}}}'


@contextmanager
def running(command):
    """Starts a server that says `listening on URL`; gives the URL."""
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield server.stdout.readline().removeprefix("listening on ").strip()
    finally:
        server.terminate()
        server.wait(30)


def get(url):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=30) as answer:
        return answer.read().decode()


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(url, token, script, seconds):
    shown = subprocess.run(
        ["wrk", "--threads", "1", "--connections", "8", "--duration", f"{seconds}s", "--latency", "--script", script,
         "--header", f"Authorization: Bearer {token}", url], stdout=subprocess.PIPE, check=True, text=True).stdout
    if "Non-2xx" in shown:
        raise RuntimeError(f"the server refused what it should answer:\n{shown}")
    # At the line's beginning: the table above has a column of percentages, too.
    slowest = re.search(r"^\s+99%\s+([\d.]+(?:us|ms|s))$", shown, re.M)
    if not slowest:
        raise RuntimeError(f"the server answered nothing:\n{shown}")
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", shown).group(1)),
            milliseconds(slowest.group(1)))


def measure_servers(build, seconds, rounds):
    """Requests per second and p99, each round one server after the other; None without wrk."""
    if not shutil.which("wrk"):
        return None
    script = build / "bench/call.lua"
    script.write_text(f"wrk.method = 'POST'\nwrk.body = '{CALL}'\nwrk.headers['Content-Type'] = 'application/json'\n"
                      "wrk.headers['Accept'] = 'application/json, text/event-stream'\n")
    programs = {"with authorization": build / "examples/mcp_server",
                "without": build / "bench/mcp_server_without_authorization"}
    taken = {name: [] for name in programs}
    with running([build / "examples/dev_issuer", "--port", "0"]) as issuer:
        for _ in range(rounds):
            for name, program in programs.items():
                options = ["--issuer", issuer, "--http-loopback", "--port", "0"]
                with running([program, *options]) as url:
                    token = get(f"{issuer}/token?kind=good&sub=alice&audience={urllib.parse.quote(url, safe='')}")
                    wrk(url, token, script, 1)
                    taken[name].append(wrk(url, token, script, seconds))
    return {name: {of: {"min": min(values), "median": statistics.median(values), "max": max(values)}
                   for of, values in (("rps", [t[0] for t in them]), ("p99_ms", [t[1] for t in them]))}
            for name, them in taken.items()}
