#!/usr/bin/env bash
# Gets the Debian packages of the commands that are not there, for a part of the tests that not everybody runs.
#
# usage: tools/need.sh [--unpack DIRECTORY] COMMAND=PACKAGE...
#
# --unpack: into DIRECTORY, and nothing is installed, for what would start a service of its own.
#
# What cannot be had is said, and its tests are skipped; with CI=true that is an error.
set -euo pipefail
PATH=$PATH:/usr/sbin
directory=
if [ "${1:-}" = --unpack ]; then
  directory=$2
  shift 2
fi

missing=()
for pair in "$@"; do
  command -v "${pair%%=*}" >/dev/null || [ -x "$directory/usr/sbin/${pair%%=*}" ] || missing+=("${pair#*=}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

. "$(dirname "$0")/apt.sh"
get() {
  update_packages || return
  if [ -z "$directory" ]; then
    install_packages "${missing[@]}"
    return
  fi
  local work package status=0
  work=$(mktemp -d)
  mkdir -p "$directory"
  (cd "$work" && apt-get download -qq "${missing[@]}") || status=1
  for package in "$work"/*.deb; do dpkg -x "$package" "$directory" || status=1; done
  rm -rf "$work"
  return $status
}
echo "setup: getting ${missing[*]}" >&2
if ! get >&2; then
  echo "setup: ${missing[*]} cannot be had from Debian: their tests will be skipped" >&2
  [ "${CI:-}" != true ] || exit 1
fi
