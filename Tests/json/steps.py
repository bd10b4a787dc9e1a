#!/usr/bin/env python3
"""Reading takes instructions in proportion to the text, whatever the text: steps.py PROGRAM. Counted, not timed (A17).

Twice the size may take twice the instructions. A quadratic reader takes four times as many.
"""
import re
import subprocess
import sys

PROGRAM = sys.argv[1]
SIZE = 4000
MOST = 2.6  # a table may double once more than the text does
COUNTED = re.compile(r"Collected : (\d+)")


def instructions(kind, size):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", PROGRAM, kind, str(size)],
                          capture_output=True, text=True, check=False)
    counted = COUNTED.search(done.stderr)
    if done.returncode != 0 or not counted:
        sys.exit(f"steps: {kind} {size} ended with {done.returncode}: {done.stderr[-500:]}")
    return int(counted[1])


def growth(kind):
    """How much more the second step takes than the first; each step adds what is there already, once and twice."""
    once, twice, four_times = (instructions(kind, SIZE * factor) for factor in (1, 2, 4))
    return (four_times - twice) / (twice - once)


def main():
    kinds = subprocess.run([PROGRAM], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    failed = False
    for kind in kinds:
        found = growth(kind)
        failed = failed or found > MOST
        print(f"{'ok' if found <= MOST else 'not ok'} - {kind}: {found:.2f} times the instructions for twice the text")
    sys.exit(failed or not kinds)


main()
