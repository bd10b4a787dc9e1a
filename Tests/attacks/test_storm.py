"""A43: a trap is a denial of service; so is a crash, and so is an answer that the header does not know."""
import re

import isolated

SEED, COUNT = 20261121, 36_000
SIZE = 1 << 20


def test_A43_no_input_traps_or_crashes(tmp_path, report):
    log = tmp_path / "input"
    log.write_bytes(bytes(SIZE))
    printed, ended_by = isolated.run("mutation_storm.py", SEED, COUNT, log, timeout=300)
    assert ended_by is None, f"{ended_by} on:\n{log.read_bytes().split(bytes(1), 1)[0].decode('latin-1')}"
    report(f"mutation storm: {COUNT} inputs")
    kinds = re.findall(r"^(\w+): (\d+): (.*)$", printed, flags=re.M)
    assert sum(int(count) for _, count, _ in kinds) == COUNT
    for kind, _, results in kinds:  # a storm that is refused at the first door would show nothing
        assert "OK" in results and len(results.split(",")) > 1, f"{kind}: {results}"
        report(f"  {kind}: {results}")
