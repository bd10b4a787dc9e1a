#!/usr/bin/env bash
# Installs the Debian packages of the commands that are not there, for a part of the tests that not everybody runs.
#
# usage: tools/need.sh COMMAND=PACKAGE...
#
# What cannot be had is said, and its tests are skipped; with CI=true that is an error.
set -euo pipefail

missing=()
for pair in "$@"; do
  command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  as_root=(sudo)
  [ -t 0 ] || as_root+=(-n) # nobody is there to type a password
fi
echo "setup: installing ${missing[*]}" >&2
if ! { "${as_root[@]}" apt-get update -qq &&
       "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
         "${missing[@]}"; } >&2; then
  echo "setup: apt-get did not install ${missing[*]}: their tests will be skipped" >&2
  [ "${CI:-}" != true ] || exit 1
fi
