#!/usr/bin/env python3
"""Runs the benchmarks and prints the tables: ratios, each with its spread. Nothing here passes or fails.

usage: run.py BUILD_DIRECTORY [--quick] [--other DIRECTORY]
Writes BUILD_DIRECTORY/bench/results.json and new-token.svg. DIRECTORY holds the libmcpauth.so and the libjson_probe.so of
another version: what reads JSON is measured with both then.
"""
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

from chart import bar_chart
from server import measure_servers

BUILD = Path(sys.argv[1]).resolve()
BENCH = BUILD / "bench"
DATA = BENCH / "data"
QUICK = "--quick" in sys.argv
OTHER = Path(sys.argv[sys.argv.index("--other") + 1]).resolve() if "--other" in sys.argv else None
results = {}


def say(text=""):
    print(text, flush=True)


def table(title, head, rows, note=""):
    say(f"\n{title}")
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        cells = [str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths, strict=False))]
        say("  " + "  ".join(cells))
    if note:
        say("  " + note)


def run(program, *arguments, library=None):
    """The JSON object a program prints; None, with a word about it, when it was not built. library: where another one is."""
    if not (BENCH / program).exists():
        say(f"\n{program}: not built, as something it is compared with is not installed")
        return None
    environment = {**os.environ, "LD_LIBRARY_PATH": str(library)} if library else None
    done = subprocess.run([BENCH / program, *map(str, arguments)], stdout=subprocess.PIPE, check=True, env=environment)
    return json.loads(done.stdout)


def spread(values, digits=2):
    return f"{values['min']:.{digits}f} / {values['median']:.{digits}f} / {values['max']:.{digits}f}"


def new_tokens():
    found = run("new_token", DATA, 10 if QUICK else 200)
    if found is None:
        return
    results["new_token"] = found
    for algorithm, of in found.items():
        rows = [["OpenSSL alone", f"{of['openssl_ns']['median'] / 1000:.1f}", "1", "the signature only"]]
        rows += [[name, f"{it['ns']['median'] / 1000:.1f}", spread(it["ratio"]), it["checks"]]
                 for name, it in sorted(of["contenders"].items(), key=lambda item: item[1]["ns"]["median"])]
        if algorithm == "RS256":
            rows += python_rows(of["openssl_ns"]["median"])
        table(f"A new {algorithm} token of {of['token_bytes']} bytes, one thread",
              ["", "us", "ratio to OpenSSL: min / median / max", "checks"], rows)
    first = found["RS256"]
    bars = [("OpenSSL alone", first["openssl_ns"]["median"] / 1000)]
    bars += [(name, it["ns"]["median"] / 1000) for name, it in first["contenders"].items()]
    bars += [(name, it["median"] / 1000) for name, it in results.get("python", {}).get("ns", {}).items()]
    if "threads" in results:
        bars.append(("libmcpauth, token known", results["threads"]["same_token"]["ns"]["median"] / 1000))
    bars.sort(key=lambda bar: bar[1])
    title = f"One RS256 token of {first['token_bytes']} bytes, microseconds (less is better)"
    (BENCH / "new-token.svg").write_text(bar_chart(title, bars))


def python_rows(openssl_ns):
    found = results.get("python", {"ns": {}, "missing": {}})
    rows = [[name, f"{it['median'] / 1000:.1f}",
             spread({key: value / openssl_ns for key, value in it.items()}, 1), "alg kid iss aud exp nbf scope"]
            for name, it in found["ns"].items()]
    return rows + [[name, "-", "-", why[:60]] for name, why in found["missing"].items()]


def python_peers():
    python = BENCH / "venv/bin/python"
    if not python.exists():
        return
    done = subprocess.run([python, Path(__file__).with_name("peers.py"), DATA, "5" if QUICK else "20"],
                          stdout=subprocess.PIPE, check=False)
    if done.returncode == 0:
        results["python"] = json.loads(done.stdout)


def threads():
    found = run("threads", DATA, 3 if QUICK else 15)
    results["threads"] = found
    rows = [[name, spread(found[key]["ns"], 0), spread(found[key]["two_threads_by_wall"]),
             spread(found[key]["two_threads_by_cpu"]), f"{found[key]['waits_per_million_calls']:.1f}"]
            for name, key in (("known, the same token", "same_token"), ("known, 500 other tokens each", "other_tokens"),
                              ("new, RS256", "new_RS256"), ("new, ES256", "new_ES256"))]
    table(f"A token of {found['token_bytes']} bytes: all of mcpauth_authorize, min / median / max",
          ["", "ns, one thread", "two threads, by the wall", "by processor time", "waits per million"], rows,
          "Two threads as a multiple of one. By the wall needs two processors with nothing else to do.")


def json_reader():
    """Readers of JSON by themselves."""
    others = [OTHER / "libjson_probe.so"] if OTHER else []
    found = run("json", 10 if QUICK else 100, BUILD / "json/libjson_probe.so", *others)
    results["json"] = found
    names = list(next(iter(found.values()))["readers"])
    rows = []
    for name, of in found.items():
        jansson = of["readers"]["jansson"]["ns"]["median"]
        rows.append([name, f"{jansson / 1000:,.1f}", *(f"{of['readers'][reader]['ratio']['median']:.3f}" for reader in names[1:])])
    table("JSON by itself", ["", "jansson, us", *(f"{name}, ratio" for name in names[1:])], rows,
          "Medians; ratios to jansson in the same round. simdjson lets duplicate names pass.")


def large_tokens():
    found = {"libmcpauth": run("large_tokens", 20 if QUICK else 200)}
    if OTHER:
        found["other version"] = run("large_tokens", 20 if QUICK else 200, library=OTHER)
    results["large_tokens"] = found
    table("A new HS256 token of 15 KB", ["", "us", "ratio to its SHA-256 and base64 alone: min / median / max"],
          [[f"{version}, {name}", f"{of['ns']['median'] / 1000:.1f}", spread(of["ratio"])]
           for version, rows in found.items() for name, of in rows.items()])


def growth():
    found = run("growth")
    results["growth"] = json.loads(json.dumps(found))
    for name, sizes in found.items():
        memory = sizes.pop() if "memory_per_entry" in sizes[-1] else None
        note = (f"An entry of a token of {memory['token_bytes']} bytes takes {memory['memory_per_entry']} bytes of memory."
                if memory else "")
        new = "us, a new one that makes another go" if name == "cache entries" else "us, new"
        table(f"As {name} grow", [name, new, "ns, known"],
              [[it["size"], f"{it['new_ns'] / 1000:.1f}", f"{it['known_ns']:.0f}"] for it in sizes], note)


def instructions(program, requests):
    """All that valgrind counts of it."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", BENCH / program, str(requests)],
                          stderr=subprocess.PIPE, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def languages():
    """One request with a known token, as a difference, so that the start does not count."""
    few, many = (200, 1200) if QUICK else (1000, 11000)
    found = {name: (instructions(program, many) - instructions(program, few)) / (many - few)
             for name, program in (("mcpauth.h", "handle_c"), ("mcpauth.hpp", "handle_cpp"))}
    results["languages"] = found
    table("C++ beside C: instructions of one request with a known token, header fields and all", ["", "instructions", "ratio"],
          [[name, f"{count:.0f}", f"{count / found['mcpauth.h']:.3f}"] for name, count in found.items()])


def flood():
    found = run("flood", DATA)
    results["flood"] = found
    table(f"A flood of {found['bad_tokens']:,} bad tokens", ["", ""], [
        ["memory before, KiB", found["rss_before_kib"]], ["memory after, KiB", found["rss_after_kib"]],
        ["us for each", f"{found['bad_token_ns'] / 1000:.1f}"],
        [f"of {found['tokens_in_use']} tokens in use forgotten", found["forgotten_after_bad_tokens"]],
        [f"the same after {found['evictions']:,} evictions by good tokens", found["forgotten_after_good_tokens"]]])
    table("One known token at a time, ns", ["", "median", "p99", "p99.9"],
          [[name, *(f"{found[key][of]:.0f}" for of in ("median", "p99", "p999"))] for name, key in
           (("quiet (11 KiB tokens)", "quiet"),
            ("while a thread fills another verifier's cache", "beside_another_verifier"),
            ("while it fills this one's, which evicts", "during_eviction"),
            ("while the keys rotate (1 KiB tokens)", "during_rotation"))])


def one_process(program):
    start, before = time.monotonic(), os.times()
    subprocess.run([BENCH / program, DATA], check=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return (time.monotonic() - start) * 1000, cpu * 1000


def load():
    programs = [name for name in ("first", "first_libjwt") if (BENCH / name).exists()]
    taken = {name: [] for name in programs}
    for _ in range(10 if QUICK else 60):
        for name in programs:
            taken[name].append(one_process(name)[0])
    rows = []
    results["load"] = {}
    for name in programs:
        shown = subprocess.run([BENCH / name, DATA, "show"], stdout=subprocess.PIPE, check=True, text=True).stdout
        before, after = map(int, shown.split())
        times = {"min": min(taken[name]), "median": statistics.median(taken[name]), "max": max(taken[name])}
        results["load"][name] = {"ms": times, "rss_before_kib": before, "rss_after_kib": after}
        rows.append(["libjwt" if "libjwt" in name else "libmcpauth", spread(times, 1), before, after, after - before])
    library = next((BUILD / "stripped").glob("libmcpauth.so.*"))
    results["stripped_bytes"] = library.stat().st_size
    table("A program that verifies one token and ends",
          ["", "ms: min / median / max", "KiB at start of main", "at its end", "growth"], rows,
          f"libmcpauth brings libcurl along, for fetching keys. Stripped it has {library.stat().st_size:,} bytes.")


def servers():
    found = measure_servers(BUILD, 2 if QUICK else 8, 1 if QUICK else 3)
    if found is None:
        say("\nThe example server under wrk: left out, as wrk is not installed")
        return
    results["server"] = found
    rows = [[name, spread({k: it["rps"][k] for k in ("min", "median", "max")}, 0), spread(it["p99_ms"], 2)]
            for name, it in found.items()]
    table("The example MCP server under wrk, `tools/call`", ["", "requests/s: min / median / max", "p99, ms"], rows)


def main():
    subprocess.run([BENCH / "make_tokens", DATA], check=True)
    results["machine"] = {"processors": os.cpu_count(), "system": platform.platform(),
                          "load": os.getloadavg(), "when": time.strftime("%Y-%m-%d")}
    say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start. Less is better; ratios are of one run.")
    python_peers()
    threads()
    new_tokens()
    json_reader()
    large_tokens()
    growth()
    languages()
    flood()
    load()
    servers()
    (BENCH / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    say(f"\n{BENCH.relative_to(Path.cwd()) if BENCH.is_relative_to(Path.cwd()) else BENCH}/results.json, new-token.svg")


main()
