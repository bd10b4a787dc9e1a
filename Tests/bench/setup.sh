#!/usr/bin/env bash
# Installs what the benchmarks compare with, and nothing else needs: Tests/bench/setup.sh VENV
#
# The C libraries and wrk come from Debian, the others from PyPI. What cannot be had is left out of the table, and said.
set -euo pipefail
venv=$1
missing=()
for package in libjwt:libjwt-dev cjose:libcjose-dev librhonabwy:librhonabwy-dev; do
  pkg-config --exists "${package%%:*}" || missing+=("${package##*:}")
done
command -v wrk >/dev/null || missing+=(wrk)
if [ ${#missing[@]} -gt 0 ]; then
  . "$(dirname "$0")/../../tools/apt.sh"
  update_packages || true
  for package in "${missing[@]}"; do
    install_packages "$package" || echo "bench: $package cannot be installed; what needs it is left out" >&2
  done
fi
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input 'PyJWT[crypto]==2.15.1' \
    'mcpauth==0.2.0b1' >&2 || echo "bench: PyPI is out of reach; the libraries for Python are left out" >&2
fi
