#!/usr/bin/env bash
# Runs targets of make, whatever fails, and says how long each took: tools/run_parts.sh "TARGET..." "TARGET..."
#
# Those of the second list run beside those of the first, and what they print comes at the end.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
if [ $# != 2 ]; then echo 'usage: tools/run_parts.sh "TARGET..." "TARGET..."' >&2; exit 2; fi
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

run() {
  local part
  for part in "$@"; do
    echo "== $part"
    SECONDS=0
    make -j"$(nproc)" "$part" || echo "$part" >>"$folder/failed"
    echo "-- $part: $SECONDS s"
  done
}

read -ra here <<<"$1"
read -ra elsewhere <<<"$2"
run "${elsewhere[@]}" >"$folder/elsewhere" 2>&1 &
run "${here[@]}"
wait
cat "$folder/elsewhere"
if [ -s "$folder/failed" ]; then
  echo "failed: $(tr '\n' ' ' <"$folder/failed")" >&2
  exit 1
fi
