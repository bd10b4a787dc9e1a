"""The numbers of attacks: docs/attacks.md, what the sources cite and what the tests are named after say the same."""
import re

CATALOGUE = "docs/attacks.md"
# Where a number is a citation. In names it follows an underscore or a word's end: test_A17_..., A7_A8_ecdsa.
CITING = ("Sources", "Tests", "include", "examples-c")
NUMBER = re.compile(r"(?<![0-9A-Za-z])A(\d{1,2})(?![0-9A-Za-z])")
RANGE = re.compile(r"(?<![0-9A-Za-z])A(\d{1,2}) to A(\d{1,2})(?![0-9A-Za-z])")
ROW = re.compile(r"^\| A(\d+) \| (.+?) \| (.+?) \| (.+?) \| (.*?) ?\|$", re.M)
TEST_NAME = re.compile(r"\b(?:def |func |CASE\(|void )((?:test_)?A\d\w*)")


def cited(text):
    """The numbers a text cites."""
    numbers = {int(number) for number in NUMBER.findall(text)}
    for first, last in RANGE.findall(text):
        numbers |= set(range(int(first), int(last) + 1))
    return numbers


def rows(catalogue):
    return {int(number): (where, test) for number, _, _, where, test in ROW.findall(catalogue)}


def judge(root, paths, report):
    """Reports, by report(PATH, LINE, WHAT), what does not resolve. paths are the files of the project."""
    catalogue_path = root / CATALOGUE
    catalogue = catalogue_path.read_text()
    known = rows(catalogue)
    written = [int(number) for number in re.findall(r"^\| A(\d+) \|", catalogue, re.M)]
    tests = {}
    for path in paths:
        if path.suffix not in {".swift", ".c", ".h", ".py"} or path.relative_to(root).parts[0] not in CITING:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for attack in cited(line):
                if attack not in known:
                    report(path, number, f"A{attack} is not in {CATALOGUE}")
                elif "**open**" in known[attack][0]:
                    report(path, number, f"A{attack} is open in {CATALOGUE}: say there where its rule stands now")
            for name in TEST_NAME.findall(line):
                tests.setdefault(name, path)
    named = set().union(*map(cited, tests)) if tests else set()
    for attack, (where, test) in known.items():
        line = next(n for n, text in enumerate(catalogue.splitlines(), 1) if text.startswith(f"| A{attack} |"))
        if written.count(attack) != 1:
            report(catalogue_path, line, f"A{attack} stands here {written.count(attack)} times")
        if where.startswith("**open**:"):
            continue
        files, names = re.findall(r"`([^`]+)`", where), re.findall(r"`([^`]+)`", test)
        for file in files:
            if not (root / file).exists():
                report(catalogue_path, line, f"A{attack}: {file} does not exist")
        for name in names:
            if name not in tests:
                report(catalogue_path, line, f"A{attack}: no test is called {name}")
            elif attack not in cited(name):
                report(catalogue_path, line, f"A{attack}: {name} does not carry the number")
        if not files or not names or attack not in named:
            report(catalogue_path, line, f"A{attack} needs a file, and a test named after it")
    if set(written) != set(known) or sorted(known) != list(range(1, len(known) + 1)):
        report(catalogue_path, 1, "a row is missing, or has not five columns: " +
               ", ".join(f"A{n}" for n in sorted(set(range(1, max(written) + 1)) - set(known))))
