#!/usr/bin/env bash
# The Debian packages in fresh systems: installed, used as the README says, upgraded, removed.
#
#   Tests/roots/run.sh FOLDER_OF_PACKAGES FOLDER_OF_ROOTS SUITE...
#
# A root of each SUITE is made by mmdebstrap, with a compiler and what the README's program is made of, and kept; each run
# works in a copy that is thrown away (overlayfs). It needs root. Mounts are made in a namespace of this run alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" != --inside ]; then
  [ $# -ge 3 ] || { echo "usage: Tests/roots/run.sh FOLDER_OF_PACKAGES FOLDER_OF_ROOTS SUITE..." >&2; exit 2; }
  [ "$(id -u)" = 0 ] || { echo "run.sh: only root can make a Debian root" >&2; exit 1; }
  exec unshare --mount --propagation private "$here/run.sh" --inside "$@"
fi
packages=$2 roots=$3
shift 3
mirror=${MIRROR:-http://deb.debian.org/debian}
mkdir -p "$roots"

# The same packages with a higher version, to be upgraded to: nothing else of them changes.
newer=$roots/newer
rm -rf "$newer" && mkdir -p "$newer"
for package in "$packages"/*_amd64.deb; do
  dpkg-deb -R "$package" "$newer/tree"
  sed -i -E 's/^(Version: .*)-1$/\1-2/; s/(libmcpauth[0-9.]* \(= .*)-1\)/\1-2)/' "$newer/tree/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$newer/tree" "$newer/$(basename "$package" -1_amd64.deb)-2_amd64.deb" >/dev/null
  rm -rf "$newer/tree"
done

for suite in "$@"; do
  base=$roots/$suite
  if [ ! -e "$base.made" ]; then
    rm -rf "$base"
    mmdebstrap --variant=minbase --mode=root --quiet \
      --include=gcc,g++,libc6-dev,pkg-config,libmicrohttpd-dev,curl,ca-certificates \
      --aptopt='Acquire::Retries "3"' "$suite" "$base" "$mirror"
    touch "$base.made"
  fi
  copy=$roots/copy
  mkdir -p "$copy"
  mount -t tmpfs tmpfs "$copy"
  mkdir "$copy"/{upper,work,root}
  root=$copy/root
  mount -t overlay overlay -o "lowerdir=$base,upperdir=$copy/upper,workdir=$copy/work" "$root"
  mkdir -p "$root/root/newer"
  cp "$packages"/*.deb "$root/root"
  cp "$newer"/*.deb "$root/root/newer"
  awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$here/../../README.md" >"$root/root/hello.c"
  cp "$here/inside.sh" "$root/root"
  cp -L /etc/resolv.conf "$root/etc/"
  mount --bind /dev "$root/dev"
  unshare --pid --fork --mount-proc="$root/proc" chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    DEBIAN_FRONTEND=noninteractive timeout 600 bash /root/inside.sh
  umount "$root/dev" "$root" "$copy"
  echo "ok - $suite"
done
