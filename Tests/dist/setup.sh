#!/usr/bin/env bash
# Makes the Python environment with Conan and the validator of SPDX in DIRECTORY: pinned, and made anew when the pins or
# the interpreter change. What cannot be had is said, and its tests are skipped; with CI=true that is an error.
set -euo pipefail
cd "$(dirname "$0")"
directory=${1:?usage: Tests/dist/setup.sh DIRECTORY}
stamp="$(cat requirements.txt; python3 -c 'import sys; print(sys.version, sys.prefix)')"
if [ "$(cat "$directory/stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi
echo "setup-dist: making the Python environment of Conan" >&2
rm -rf "$directory"
if python3 -m venv "$directory" &&
   "$directory/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r requirements.txt; then
  printf '%s\n' "$stamp" >"$directory/stamp"
else
  rm -rf "$directory"
  echo "setup-dist: pip could not install Tests/dist/requirements.txt (is https://pypi.org within reach?): skipped" >&2
  [ "${CI:-}" != true ]
fi
