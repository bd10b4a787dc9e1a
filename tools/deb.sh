#!/usr/bin/env bash
# Packs an installed tree into Debian packages: the library for programs that use it, and what is needed to build them.
#
# usage: tools/deb.sh TREE VERSION SOVERSION OUTPUT_DIRECTORY
#
# TREE is what `make install PREFIX=/usr LIBDIR=/usr/lib/MULTIARCH DESTDIR=TREE` made. Prints the packages' file names.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=$(realpath "$1") version=$2 soversion=$3 output=$(realpath "$4")
runtime=libmcpauth$soversion development=libmcpauth-dev
architecture=$(dpkg --print-architecture)
libdir=usr/lib/$(gcc -print-multiarch)
maintainer='The libmcpauth authors <noreply@libmcpauth.invalid>'
# The packages of one commit are the same, byte for byte, whenever they are built.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$output" "$work/debian" "$work/$runtime/$libdir" "$work/$development/$libdir"

# ---- files --------------------------------------------------------------------------------------------------------
cp -a "$tree/$libdir/libmcpauth.so.$soversion"* "$work/$runtime/$libdir"
chmod 644 "$work/$runtime/$libdir/libmcpauth.so.$version" # policy 8.1: a library is not executed
cp -a "$tree/$libdir/libmcpauth.so" "$tree/$libdir/pkgconfig" "$work/$development/$libdir"
cp -a "$tree/usr/include" "$work/$development/usr"
for package in "$runtime" "$development"; do
  documentation=$work/$package/usr/share/doc/$package
  mkdir -p "$documentation" "$work/$package/DEBIAN"
  {
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: libmcpauth\n\n'
    printf 'Files: *\nCopyright: The libmcpauth authors\nLicense: Expat\n'
    sed -n '/^Permission/,$ { s/^$/./; s/^/ /; p }' LICENSE
  } >"$documentation/copyright"
  {
    printf 'libmcpauth (%s-1) unstable; urgency=medium\n\n  * See CHANGELOG.md of the sources.\n\n' "$version"
    printf ' -- %s  %s\n' "$maintainer" "$(date -R -u -d "@$SOURCE_DATE_EPOCH")"
  } | gzip -9n >"$documentation/changelog.Debian.gz"
done

# ---- what each needs ----------------------------------------------------------------------------------------------
cat >"$work/debian/control" <<CONTROL
Source: libmcpauth
Maintainer: $maintainer

Package: $runtime
Architecture: any
CONTROL
library=$work/$runtime/$libdir/libmcpauth.so.$version
depends=$(cd "$work" && dpkg-shlibdeps -O "-e$library" | sed -n 's/^shlibs:Depends=//p')
(cd "$work" && dpkg-gensymbols -q "-p$runtime" "-v$version-1" "-e$library" "-P$work/$runtime" \
  "-O$work/$runtime/DEBIAN/symbols" >/dev/null)
printf 'libmcpauth %s %s (>= %s)\n' "$soversion" "$runtime" "$version" >"$work/$runtime/DEBIAN/shlibs"
echo 'activate-noawait ldconfig' >"$work/$runtime/DEBIAN/triggers"

# control PACKAGE SECTION DEPENDS SHORT_DESCRIPTION LAST_LINE
control() {
  cat >"$work/$1/DEBIAN/control" <<CONTROL
Package: $1
Source: libmcpauth
Version: $version-1
Architecture: $architecture
Multi-Arch: same
Maintainer: $maintainer
Installed-Size: $(du -k -s --exclude=DEBIAN "$work/$1" | cut -f1)
Depends: $3
Section: $2
Priority: optional
Description: authenticates the requests of MCP servers ($4)
 An MCP server is an OAuth 2.1 resource server. libmcpauth verifies the bearer
 token of every request, answers those it refuses with the right challenge, and
 serves the server's metadata.
 .
 $5
CONTROL
}
control "$runtime" libs "$depends" 'shared library' 'This package holds the library that programs use at run time.'
control "$development" libdevel "$runtime (= $version-1)" 'development files' \
  'This package holds the header and the pkg-config file, to build programs.'

for package in "$runtime" "$development"; do
  (cd "$work/$package" && find usr -type f -printf '%P\0' | sed -z 's|^|usr/|' | xargs -0 md5sum >DEBIAN/md5sums)
  find "$work/$package" -type d -exec chmod 755 {} +
  file=$output/${package}_$version-1_$architecture.deb
  dpkg-deb --root-owner-group --build "$work/$package" "$file" >/dev/null
  echo "$file"
done
