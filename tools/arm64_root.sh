#!/usr/bin/env bash
# Unpacks a Debian 12 for arm64 into ROOT: what the library, its C tests and the Python of its attack suite are compiled
# against and run with, by qemu-user, on any other machine.
#
#   tools/arm64_root.sh ROOT
#
# The packages come by this machine's apt, from MIRROR (http://deb.debian.org/debian unless given), with lists and
# signatures of their own: nothing of this machine's packages changes. They are unpacked, and not installed: no program of
# theirs runs for it. Root is not needed, but python3 for the wheels is.
set -euo pipefail
cd "$(dirname "$0")/.."
root=${1:?usage: tools/arm64_root.sh ROOT}
mirror=${MIRROR:-http://deb.debian.org/debian}
packages=(libc6-dev linux-libc-dev libgcc-12-dev libssl-dev libcurl4-openssl-dev libjansson-dev libmicrohttpd-dev
  python3-minimal libpython3-stdlib openssl ca-certificates)

say() { echo "arm64_root.sh: $* ($SECONDS s)" >&2; }
stamp="$(cat "$0" Tests/requirements.txt Tests/constraints.txt)"
if [ "$(cat "$root/stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi
command -v apt-get >/dev/null || { say "only apt-get can fetch the packages of Debian for arm64, and it is not here"; exit 1; }

rm -rf "$root" "$root.apt"
mkdir -p "$root.apt"/{lists/partial,archives/partial,etc} "$root"/usr/{bin,lib,sbin}
trap 'rm -rf "$root.apt"' EXIT
for folder in bin lib sbin; do ln -s usr/$folder "$root/$folder"; done
: >"$root.apt/status"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
cat >"$root.apt/etc/sources.list" <<LIST
deb [signed-by=$keys] $mirror bookworm main
deb [signed-by=$keys] $mirror bookworm-updates main
deb [signed-by=$keys] ${mirror%/debian}/debian-security bookworm-security main
LIST
fetch() {
  apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Acquire::Languages=none -o Debug::NoLocking=1 \
    -o APT::Install-Recommends=no -o APT::Sandbox::User=root -o Acquire::Retries=3 \
    -o Dir::Etc::sourcelist="$root.apt/etc/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State="$root.apt" -o Dir::State::status="$root.apt/status" -o Dir::Cache="$root.apt" \
    -o Dir::Cache::archives="$root.apt/archives" "$@" >&2
}
[ -e $keys ] || { say "$keys is missing: install debian-archive-keyring"; exit 1; }
if ! { fetch update && fetch install -y --download-only "${packages[@]}"; }; then
  say "the packages cannot be had from $mirror"
  exit 1
fi
for package in "$root.apt"/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink --no-same-owner
done
# Installing would do it: the authorities in one file, where OpenSSL and curl look.
find "$root/usr/share/ca-certificates" -name '*.crt' -exec cat {} + >"$root/etc/ssl/certs/ca-certificates.crt"

# What the attack suite imports, for that Python. Nothing is compiled: these come as wheels for arm64.
mapfile -t wheels < <(grep -E '^(mcp|PyJWT\[crypto\]|joserfc|pytest|pytest-timeout)==' Tests/requirements.txt)
python=build/venv/bin/python # Debian's own python3 may be without pip
[ -x $python ] || python=python3
"$python" -m pip install --quiet --disable-pip-version-check --no-input --target "$root/python" --only-binary=:all: \
  --platform manylinux2014_aarch64 --platform manylinux_2_28_aarch64 --platform manylinux_2_34_aarch64 \
  --python-version 3.11 --implementation cp \
  --abi cp311 --abi abi3 --abi none "${wheels[@]}" \
  -c Tests/constraints.txt || {
  say "pip could not fetch the wheels for arm64. Is https://pypi.org within reach (or PIP_INDEX_URL set)?"
  exit 1
}
printf '%s\n' "$stamp" >"$root/stamp"
say "a Debian 12 for arm64 is in ${root#"$PWD"/}"
