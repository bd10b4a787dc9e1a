#!/bin/sh
# Runs fault_injection with certificates made for it: run.sh PROGRAM [CASE]...
#
# Without CASE, it has to show first that it notices wrong verdicts: good tokens refused, and bad ones accepted.
set -eu
here=$(dirname "$0")
program=$1
shift
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if ! "$here/certificates.sh" "$directory" >"$directory/log" 2>&1; then
  cat "$directory/log" >&2
  echo "run.sh: openssl made no certificates" >&2
  exit 1
fi
if [ $# = 0 ]; then
  for wrong in refused accepted; do
    if "$program" "$here/issuer_server.py" "$directory" "wrong:$wrong" >"$directory/log" 2>&1 ||
        ! grep -q '^# wrong verdicts: [1-9]' "$directory/log" || ! grep -q '^0 passed, 1 failed$' "$directory/log"; then
      cat "$directory/log"
      echo "not ok - wrong:$wrong went unnoticed"
      exit 1
    fi
    echo "ok - wrong:$wrong is noticed: $(grep '^# wrong verdicts' "$directory/log")"
  done
fi
timeout 3000 "$program" "$here/issuer_server.py" "$directory" "$@"
