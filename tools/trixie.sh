#!/usr/bin/env bash
# Builds and tests in a Debian 13 of its own, beside whatever this machine is: tools/trixie.sh ROOT PART...
#
# ROOT is made by debootstrap, and kept: a second run only copies what has changed in this tree. PARTs are targets of make.
# It needs root, debootstrap and a Debian mirror (MIRROR; what apt uses here unless given). The toolchain is this
# machine's, found on PATH. Mounts are made in a namespace of this run alone, so that none is left whatever ends it.
#
# Exit status: 0, or 1 when something failed, or 77 where such a root cannot be had, with the reason on standard error.
set -euo pipefail
cd "$(dirname "$0")/.."

cannot() { echo "trixie.sh: skipped: $*" >&2; exit 77; }
say() { echo "trixie.sh: $* ($SECONDS s)" >&2; }

if [ "${1:-}" != --inside ]; then
  [ $# -ge 2 ] || { echo "usage: tools/trixie.sh ROOT PART..." >&2; exit 2; }
  [ "$(id -u)" = 0 ] || cannot "only root can make a Debian root"
  command -v debootstrap >/dev/null || cannot "there is no debootstrap (make setup installs it, as root)"
  unshare --mount true 2>/dev/null || cannot "this machine allows no mount namespace"
  command -v "${SWIFT:-swift}" >/dev/null || { echo "trixie.sh: there is no ${SWIFT:-swift} on PATH" >&2; exit 1; }
  exec unshare --mount --propagation private "$0" --inside "$@"
fi
shift
root=$1
shift

# ---- the root: made anew when what it is made of changes ---------------------------------------------------------------
sources=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
mirror=${MIRROR:-$(sed -nE 's#^(URIs:|deb )[^h]*(https?://[^ ]+/debian)/?( .*)?$#\2#p' <<<"$sources" | head -n 1)}
mirror=${mirror:-http://deb.debian.org/debian}
# What the toolchain needs, besides what tools/setup.sh installs.
packages=(ca-certificates git libcurl4t64 libncurses6 libsqlite3-0 libstdc++-14-dev libxml2 procps python3 tzdata zlib1g-dev)
stamp="trixie ${packages[*]}"
if [ "$(cat "$root/stamp" 2>/dev/null)" != "$stamp" ]; then
  rm -rf --one-file-system "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase trixie "$root" "$mirror" >"$root.log" 2>&1 || {
    tail -n 5 "$root.log" >&2
    cannot "debootstrap cannot make a Debian 13 from $mirror"
  }
  say "a Debian 13 was made from $mirror"
  fresh=yes
fi
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
if [ -d /usr/local/share/ca-certificates ]; then # a proxy of this machine may have an authority of its own
  cp -a /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
fi

toolchain=$(dirname "$(dirname "$(dirname "$(realpath "$(command -v "${SWIFT:-swift}")")")")")
mkdir -p "$root/opt/swift" "$root/project/tree" "$root/project/shared"
mount --bind -o ro "$toolchain" "$root/opt/swift"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
vectors=${MCPAUTH_VECTORS:-../shared/vectors}
if [ -d "$vectors" ]; then
  mkdir -p "$root/project/shared/vectors"
  mount --bind -o ro "$vectors" "$root/project/shared/vectors"
fi

network=()
while read -r variable; do network+=("$variable"); done < <(
  env | grep -E '^(https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|PIP_[A-Z_]+)=')
inside() { # with the variables that say how to reach the network
  env -i PATH=/opt/swift/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive CI="${CI:-}" \
    "${network[@]}" chroot "$root" bash -euo pipefail -c "cd /project/tree && $1"
}
if [ "${fresh:-}" = yes ]; then
  inside "apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages[*]} && update-ca-certificates" \
    >>"$root.log" 2>&1 || { tail -n 5 "$root.log" >&2; echo "trixie.sh: apt-get did not succeed" >&2; exit 1; }
  echo "$stamp" >"$root/stamp"
fi

# ---- this tree, with its own build ------------------------------------------------------------------------------------
find "$root/project/tree" -mindepth 1 -maxdepth 1 ! -name build ! -name .build -exec rm -rf {} +
tar c --exclude=./build --exclude=./.build . | tar x -C "$root/project/tree"
inside "git config --global --add safe.directory '*'; tools/setup.sh tests build/venv"
say "the tree is there, with what its tests need"

failed=()
for part in "$@"; do
  begun=$SECONDS
  inside "make -j$(nproc) $part" || failed+=("$part")
  say "$part on Debian 13 took $((SECONDS - begun)) s"
done
[ ${#failed[@]} = 0 ] || { echo "trixie.sh: failed on Debian 13: ${failed[*]}" >&2; exit 1; }
