#!/usr/bin/env bash
# Gets Debian's nginx for test-nginx: unpacked into DIRECTORY and not installed, as installed it would serve on port 80.
#
# usage: Tests/nginx/setup.sh DIRECTORY
#
# One that is installed anyway is used. Where none can be had the tests are skipped; with CI=true that is an error.
set -euo pipefail
directory=${1:?usage: Tests/nginx/setup.sh DIRECTORY}
if [ -x /usr/sbin/nginx ] || [ -x "$directory/usr/sbin/nginx" ]; then exit 0; fi

as_root=()
if [ "$(id -u)" != 0 ]; then
  as_root=(sudo)
  [ -t 0 ] || as_root+=(-n) # nobody is there to type a password
fi
mkdir -p "$directory"
if ! { "${as_root[@]}" apt-get update -qq >&2 && cd "$directory" && apt-get download -qq nginx >&2 &&
       dpkg -x nginx_*.deb . && rm nginx_*.deb && ./usr/sbin/nginx -V >/dev/null 2>&1; }; then
  rm -rf "${directory:?}/usr"
  echo "setup: Debian's nginx cannot be had: its tests will be skipped" >&2
  [ "${CI:-}" != true ] || exit 1
fi
