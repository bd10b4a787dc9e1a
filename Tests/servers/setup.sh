#!/usr/bin/env bash
# Installs the authorization servers, clients and judges that Tests/servers and Tests/judges run, into DIRECTORY:
#
#   Tests/servers/setup.sh DIRECTORY           all of them
#   Tests/servers/setup.sh DIRECTORY clients   the clients and judges: PyPI alone
#
# From PyPI, pinned, three Python environments; from Debian, Glewlwyd, which is unpacked and not installed: installed it
# would want a database and start a service on all addresses. What cannot be had is said, and its tests are skipped; with
# CI=true that is an error.
set -uo pipefail
cd "$(dirname "$0")" || exit
directory=$1 what=${2:-all}
environments=(requirements/*.txt)
[ "$what" = clients ] && environments=(requirements/mcp_*.txt)
failed=0
mkdir -p "$directory"

say() { printf 'setup-servers: %s\n' "$*" >&2; }
not_to_be_had() { say "$1: its tests will be skipped"; failed=1; }

# ---- Python environments: made anew when the pins or the interpreter change ----------------------------------------
for pins in "${environments[@]}"; do
  environment=$directory/$(basename "$pins" .txt)
  stamp="$(cat "$pins"; python3 -c 'import sys; print(sys.version, sys.prefix)')"
  [ "$(cat "$environment/stamp" 2>/dev/null)" = "$stamp" ] && continue
  say "making ${environment##*/}"
  rm -rf "$environment"
  if python3 -m venv "$environment" &&
     "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$pins"; then
    printf '%s\n' "$stamp" >"$environment/stamp"
  else
    rm -rf "$environment"
    not_to_be_had "pip could not install Tests/servers/$pins (is https://pypi.org within reach?)"
  fi
done

finish() { if [ $failed = 1 ] && [ "${CI:-}" = true ]; then exit 1; fi; exit 0; }
[ "$what" = clients ] && finish

# ---- Debian ------------------------------------------------------------------------------------------------------------
. ../../tools/apt.sh
updated=no
update() { [ $updated = yes ] || update_packages && updated=yes; }
install() { update && install_packages "$@"; }

# Its libraries are installed, whatever their version's names are in this release of Debian.
glewlwyd() {
  local unpacked=$directory/glewlwyd.new libraries
  update || return 1
  mapfile -t libraries < <(apt-cache show --no-all-versions glewlwyd | sed -n 's/^Depends: //p' | tr ',' '\n' |
    sed 's/^ *//; s/[ (|].*//' | grep '^lib')
  [ ${#libraries[@]} -gt 0 ] && install "${libraries[@]}" || return 1
  rm -rf "$unpacked" && mkdir -p "$unpacked" || return 1
  (cd "$unpacked" && apt-get download -qq glewlwyd 2>/dev/null && dpkg -x glewlwyd_*.deb . && rm glewlwyd_*.deb) &&
    rm -rf "$directory/glewlwyd" && mv "$unpacked" "$directory/glewlwyd"
}
if [ ! -x "$directory/glewlwyd/usr/bin/glewlwyd" ]; then
  say 'unpacking Glewlwyd'
  glewlwyd || not_to_be_had 'Debian has no glewlwyd for this machine'
fi
if ! command -v chromium >/dev/null; then
  say 'installing chromium'
  install chromium || not_to_be_had 'Debian has no chromium for this machine'
fi

finish
