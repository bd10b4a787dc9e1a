#!/usr/bin/env bash
# Fuzzes with each program of PROGRAMS for SECONDS: run.sh PROGRAMS WORK SECONDS
#
# WORK/corpus/NAME is what earlier runs found worth keeping, WORK/findings what made a program stop: a crash, a trap, a
# leak, a failed check, an input that takes 10 s. A finding fails the run, and is replayed by giving it to the program.
set -euo pipefail
cd "$(dirname "$0")/../.."
programs=$1 work=$2 seconds=$3

python3 Tests/fuzz/seeds.py "$work/corpus"
mkdir -p "$work/findings"
failed=0
for program in "$programs"/fuzz_*; do
  name=$(basename "$program" | sed 's/^fuzz_//')
  log=$work/$name.log
  echo "fuzz $name: $seconds s"
  if ! "$program" -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      -dict=Tests/fuzz/words.dict -artifact_prefix="$work/findings/$name-" "$work/corpus/$name" >"$log" 2>&1; then
    failed=1
    tail -n 60 "$log"
  fi
  sed -nE 's/^#([0-9]+)[[:space:]]+DONE +(cov: [0-9]+).*(corp: [0-9]+).*/  \1 inputs, \2, \3/p' "$log"
  if [ "$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1 | tr -dc 0-9)" -lt 500 ]; then
    echo "fuzz $name: hardly any code was reached: the library is not instrumented, or its seeds are no good" >&2
    failed=1
  fi
done
exit "$failed"
