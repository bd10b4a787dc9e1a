#!/usr/bin/env bash
# Installs what is needed, and nothing that is there already:
#
#   tools/setup.sh build        to build the library and the examples and to run the demo: Debian packages
#   tools/setup.sh tests VENV   to test as well: further Debian packages, and a Python environment in VENV from PyPI
#
# A machine needs the Swift toolchain on PATH; the rest comes from Debian (or Ubuntu) and PyPI. Where a package cannot
# be installed, its name is printed, so that it can be installed by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-} venv=${2:-}
case $purpose:$venv in
  build: | tests:?*) ;;
  *) echo 'usage: tools/setup.sh build | tools/setup.sh tests VENV' >&2; exit 2 ;;
esac

say() { printf 'setup: %s\n' "$*" >&2; }

# ---- Debian packages: asked for by what they give, so that a machine that has it by other means is left alone -----
missing=()
need() { # need PACKAGE COMMAND...: the package is missing unless the command succeeds
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
on_path() { command -v "$1"; }
has_header() { printf '#if !__has_include(<%s>)\n#error missing\n#endif\n' "$1" | g++ -E -x c++ -; }
find_missing() {
  missing=()
  need gcc on_path gcc
  need make on_path make
  need binutils on_path readelf
  need pkg-config on_path pkg-config
  need curl on_path curl
  need libssl-dev pkg-config --atleast-version=3.0 libcrypto
  need libcurl4-openssl-dev pkg-config --exists libcurl
  need libjansson-dev pkg-config --exists jansson
  need libmicrohttpd-dev pkg-config --exists libmicrohttpd
  need libuv1-dev pkg-config --exists libuv
  if [ "$purpose" = tests ]; then find_missing_for_tests; fi
}
find_missing_for_tests() {
  need g++ on_path g++
  need valgrind on_path valgrind
  need openssl on_path openssl
  need doxygen on_path doxygen
  need abigail-tools on_path abidiff
  need groff-base on_path groff
  need libcpp-httplib-dev has_header httplib.h # these for the adapters
  need libboost-dev has_header boost/beast.hpp
  need libcivetweb-dev has_header civetweb.h
  need libevent-dev has_header event2/http.h
  need libsimdjson-dev pkg-config --exists simdjson
  need libcjson-dev pkg-config --exists libcjson
  need rapidjson-dev pkg-config --exists RapidJSON
  need nlohmann-json3-dev pkg-config --exists nlohmann_json
  need locales test -e /usr/share/i18n/locales/ps_AF
  if on_path dpkg >/dev/null; then
    need dpkg-dev on_path dpkg-shlibdeps
    need debhelper on_path dh
    need lintian on_path lintian
  fi
  if [ "$(id -u)" = 0 ] && on_path dpkg >/dev/null; then need debootstrap on_path debootstrap; fi # for make test-trixie
  need python3 on_path python3
  need python3-venv python3 -c 'import ensurepip, venv'
}

find_missing
if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null; then
    say "this machine has no apt-get. Install what these Debian packages hold, then run make again: ${missing[*]}"
    exit 1
  fi
  say "installing ${missing[*]}"
  . tools/apt.sh
  if ! { update_packages && install_packages "${missing[@]}"; }; then
    say "apt-get did not succeed (${as_root[*]:-as root}). As root, run: apt-get install ${missing[*]}"
    exit 1
  fi
  find_missing
  if [ ${#missing[@]} -gt 0 ]; then
    say "still missing after apt-get install: ${missing[*]}. Is another python3 or pkg-config first on PATH?"
    exit 1
  fi
fi

[ "$purpose" = tests ] || exit 0

# ---- Python environment: made anew when the pins or the interpreter change ----------------------------------------
stamp="$(cat Tests/requirements.txt Tests/constraints.txt; python3 -c 'import sys; print(sys.version, sys.prefix)')"
if [ "$(cat "$venv/stamp" 2>/dev/null)" != "$stamp" ]; then
  say "making the Python environment of the tests in ${venv#"$PWD"/}"
  rm -rf "$venv"
  python3 -m venv "$venv"
  if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
      -r Tests/requirements.txt -c Tests/constraints.txt; then
    rm -rf "$venv"
    say "pip could not install Tests/requirements.txt. Is https://pypi.org within reach (or PIP_INDEX_URL set)?"
    say "The library and the examples build without it; the tests do not."
    exit 1
  fi
  printf '%s\n' "$stamp" >"$venv/stamp"
fi
