#!/usr/bin/env bash
# Runs test programs side by side, each maybe under a command such as valgrind, and adds up what they count.
#
# usage: Tests/c/run.sh [--under COMMAND] PROGRAM...
#
# A program that has not ended after SECONDS_PER_PROGRAM (1200) is ended: whatever it waits for does not come.
#
# A program's last line is `N passed, N failed`; one that ends without it, or otherwise than that line says, counts as a
# failure of its own. Exit status: 0 when nothing failed.
set -euo pipefail

under=()
if [ "${1:-}" = --under ]; then
  read -ra under <<<"$2"
  shift 2
fi
if [ $# = 0 ]; then
  echo "run.sh: no test program was given" >&2
  exit 2
fi

outputs=$(mktemp -d)
trap 'rm -rf "$outputs"' EXIT
run() { # one program: its output and its status become files
  local status=0
  timeout "${SECONDS_PER_PROGRAM:-1200}" "${under[@]}" "$1" >"$outputs/${1##*/}" 2>&1 || status=$?
  echo $status >"$outputs/${1##*/}.status"
}
for program in "$@"; do
  while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do wait -n; done
  run "$program" &
done
wait

passed=0 failed=0
for program in "$@"; do
  name=${program##*/}
  status=$(cat "$outputs/$name.status")
  echo "## $name"
  cat "$outputs/$name"
  if [[ "$(tail -n 1 "$outputs/$name")" =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
    if [ "$status" != 0 ] && [ "${BASH_REMATCH[2]}" = 0 ]; then
      echo "not ok - $name ended with status $status although no case failed"
      failed=$((failed + 1))
    fi
  else
    echo "not ok - $name ended with status $status before it had counted its cases"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
