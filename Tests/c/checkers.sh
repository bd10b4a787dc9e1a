#!/usr/bin/env bash
# Shows that the memory checkers would see a fault: each seeded program has to be caught, and by the right words.
#
# usage: Tests/c/checkers.sh SANITIZED_DIRECTORY   where the seeded programs are, built with the sanitizers
set -uo pipefail

caught() { # caught WORDS COMMAND...
  local words=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  if [ $status != 0 ] && grep -q "$words" <<<"$output"; then
    echo "ok - ${*##*/} is caught: $words"
  else
    printf '%s\n' "$output"
    echo "not ok - ${*##*/} ended with status $status, without \"$words\""
    exit 1
  fi
}
caught 'heap-buffer-overflow' "$1/seeded_overflow"
caught 'signed integer overflow' "$1/seeded_undefined"
caught 'LeakSanitizer: detected memory leaks' "$1/seeded_leak"
