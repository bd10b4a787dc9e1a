#!/usr/bin/env bash
# Shows that the checkers would see a fault: each seeded program has to be caught, and by the right words.
#
# usage: Tests/c/checkers.sh WORDS PROGRAM [WORDS PROGRAM]...   WORDS: a basic regular expression
set -uo pipefail

while [ $# -ge 2 ]; do
  words=$1 program=$2 status=0
  shift 2
  output=$("$program" 2>&1) || status=$?
  if [ $status != 0 ] && grep -q "$words" <<<"$output"; then
    echo "ok - ${program##*/} is caught: $(grep -m 1 -o "$words" <<<"$output")"
  else
    printf '%s\n' "$output"
    echo "not ok - ${program##*/} ended with status $status, without \"$words\""
    exit 1
  fi
done
