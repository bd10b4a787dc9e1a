#!/usr/bin/env python3
"""Takes the rules of the engine out, one at a time, and says which test notices each: `make mutate`.

usage: tools/mutate.py --check            does each rule's text still stand in the sources, exactly once?
       tools/mutate.py WORK PROGRAMS VENV [EXPRESSION]    only the rules whose words match it, such as 'A52|A53'

Tests/mutation/mutants.json is the list: a rule in words, the text that is taken out (`old`), what takes its place (`new`),
and the tests that should notice, the fastest first: `c/NAME` is a program of Tests/c, `attacks/FILE -k WORD` a part of
Tests/attacks, `swift/NAME` a suite of the Swift tests.

The engine is built in WORK, a copy of the sources, as a debug build, which compiles again only what changed; the C programs
in PROGRAMS and the Python environment VENV are those of the ordinary build. When none of the listed tests notices, all C
programs and all attacks are tried at the end. Exit status 1 when a rule was taken out and nothing noticed, or could not be
taken out. A test that the list names and that selects nothing ends the run: it would notice nothing either.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTANTS = ROOT / "Tests/mutation/mutants.json"
COPIED = ("Package.swift", "Sources", "include", "pkgconfig", "Tests")
TEST_SECONDS = 300


def place(root, mutant):
    """The file that holds the mutant's text, or why there is none."""
    found = [(path, path.read_text().count(mutant["old"])) for path in sorted((root / "Sources").rglob("*.swift"))]
    found = [(path, count) for path, count in found if count]
    if not found:
        return None, "stands nowhere in Sources"
    if len(found) > 1 or found[0][1] > 1:
        return None, f"stands {sum(count for _, count in found)} times in Sources"
    return found[0][0], None


def check(mutants):
    failed = 0
    for mutant in mutants:
        _, wrong = place(ROOT, mutant)
        if wrong:
            failed += 1
            print(f"{MUTANTS.relative_to(ROOT)}: the text of {mutant['rule']!r} {wrong}: put there what takes that rule "
                  f"out now: {mutant['old'].splitlines()[0][:80]}")
    print(f"ok - {len(mutants)} rules to take out" if not failed else f"{failed} of {len(mutants)} rules are not found")
    return 1 if failed else 0


class Engine:
    """A debug build of a copy of the sources."""

    def __init__(self, work, programs, venv):
        self.tree, self.programs, self.venv = work / "tree", programs, venv
        self.swift = os.environ.get("SWIFT", "swift")
        for name in COPIED:
            source, target = ROOT / name, self.tree / name
            if source.is_dir():
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                self.tree.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        shared = ROOT.parent / "shared"  # the third-party test data of the Swift tests, used in place
        if shared.exists() and not (work / "shared").exists():
            (work / "shared").symlink_to(shared)
        info = json.loads(subprocess.run([self.swift, "-print-target-info"], check=True, capture_output=True,
                                         text=True).stdout)
        self.runtime = Path(info["paths"]["runtimeResourcePath"]) / "linux"
        self.register = self.runtime / info["target"]["triple"].split("-")[0] / "swiftrt.o"
        self.soname = os.environ["SONAME"]

    def build(self, tests=False):
        """The library, or the Swift tests too; what the compiler said when it failed."""
        command = [self.swift, "build", "--package-path", self.tree]
        command += ["--build-tests"] if tests else [
            "--product", "mcpauth", "--scratch-path", self.tree / ".build/library", "-Xswiftc", "-use-ld=lld",
            "-Xlinker", self.register, "-Xlinker", f"-soname={self.soname}",
            "-Xlinker", f"--version-script={self.tree / 'pkgconfig/mcpauth.map'}"]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            return result.stdout + result.stderr
        if not tests:
            link = self.library.with_name(self.soname)
            link.unlink(missing_ok=True)
            link.symlink_to(self.library.name)
        return None

    @property
    def library(self):
        return self.tree / ".build/library/debug/libmcpauth.so"

    def run(self, test):
        """Whether the test passes, and what it said."""
        kind, _, what = test.partition("/")
        environment = os.environ | {"LD_LIBRARY_PATH": f"{self.library.parent}:{self.runtime}",
                                    "MCPAUTH_LIBRARY": str(self.library), "no_proxy": "*" if kind == "swift" else ""}
        if kind == "c":
            command = [self.tree / "Tests/c/run.sh", self.programs / what]
        elif kind == "attacks":
            name, *options = shlex.split(what)
            command = [self.venv / "bin/python", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
                       self.tree / "Tests/attacks" / name, *options]
        else:
            if self.build(tests=True):
                return False, "the Swift tests do not compile"
            command = [self.swift, "test", "--skip-build", "--package-path", self.tree, "--filter", what]
        try:
            result = subprocess.run(command, env=environment, cwd=self.tree,
                                    capture_output=True, text=True, timeout=TEST_SECONDS)
        except subprocess.TimeoutExpired:
            return False, f"no end after {TEST_SECONDS} s"
        said = result.stdout + result.stderr
        if selects_nothing(kind, result.returncode, said):
            sys.exit(f"{test!r} selects no test, and so notices nothing: put a name there that is one")
        return result.returncode == 0, said


def selects_nothing(kind, status, said):
    """Neither passed nor failed: pytest has a status for it, and swift test passes."""
    if kind == "attacks":
        return status == 5
    return kind == "swift" and status == 0 and not any(map(int, re.findall(r"Test run with (\d+) test", said)))


def noticed(said):
    """The first line that says which case failed."""
    for line in said.splitlines():
        if line.startswith(("not ok", "FAILED", "✘")) or "no end after" in line:
            return line.strip()[:100]
    return "it ended early"


def every_test(programs):
    return [f"c/{path.name}" for path in sorted(programs.glob("test_*"))] + ["attacks/. -k 'not storm'"]


class NotTakenOut(Exception):
    """The list is wrong about a rule."""


def judge(engine, mutant, tests):
    """Who noticed, and whether anybody did."""
    path, wrong = place(engine.tree, mutant)
    if wrong:
        raise NotTakenOut(f"its text {wrong}")
    text = path.read_text()
    path.write_text(text.replace(mutant["old"], mutant["new"]))
    try:
        said = engine.build()
        if said is not None:
            raise NotTakenOut(f"what takes it out does not compile:\n{said[-1500:]}")
        for test in tests:
            passed, said = engine.run(test)
            if not passed:
                return f"{test}: {noticed(said)}", True
        return f"none of {', '.join(tests)}", False
    finally:
        path.write_text(text)


def survivors(engine, mutants, tests_of):
    """Takes each out in turn. Those that nothing noticed, and how many could not be taken out."""
    alive, wrong = [], 0
    for number, mutant in enumerate(mutants, 1):
        began = time.monotonic()
        try:
            who, caught = judge(engine, mutant, tests_of(mutant))
            if not caught:
                alive.append(mutant)
            said = "caught" if caught else "ALIVE "
        except NotTakenOut as why:
            wrong += 1
            said, who = "WRONG ", why
        print(f"{number:2} {said} {mutant['rule']}\n   {who} ({time.monotonic() - began:.0f} s)", flush=True)
    return alive, wrong


def main():
    mutants = json.loads(MUTANTS.read_text())
    if sys.argv[1:] == ["--check"]:
        sys.exit(check(mutants))
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    work, programs, venv = (Path(argument).resolve() for argument in sys.argv[1:4])
    wanted = [mutant for mutant in mutants if re.search("".join(sys.argv[4:]), mutant["rule"])]
    engine = Engine(work, programs, venv)
    if said := engine.build():
        sys.exit(f"the engine does not build as it is:\n{said}")
    control = [test for test in dict.fromkeys(test for mutant in wanted for test in mutant["tests"])
               if not engine.run(test)[0]]
    if control:
        sys.exit(f"these tests fail with every rule in place: {', '.join(control)}")
    alive, wrong = survivors(engine, wanted, lambda mutant: mutant["tests"])
    if alive:
        print(f"{len(alive)} left; now by all programs and attacks", flush=True)
        if said := engine.build():
            sys.exit(f"the engine does not build as it is any more:\n{said}")
        # Some measure the release library (memory, threads' stacks) and fail on any debug build: they notice nothing.
        others = [test for test in every_test(engine.programs) if engine.run(test)[0]]
        alive, others_wrong = survivors(engine, alive, lambda mutant: others)
        wrong += others_wrong
    print(f"{len(wanted) - len(alive) - wrong} of {len(wanted)} caught")
    sys.exit(1 if alive or wrong or not wanted else 0)


main()
