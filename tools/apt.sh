# shellcheck shell=bash
# Shell functions for scripts that install Debian packages; to be sourced.

as_root=()
if [ "$(id -u)" != 0 ]; then
  as_root=(sudo)
  [ -t 0 ] || as_root+=(-n) # nobody is there to type a password
fi

update_packages() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2; }

install_packages() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}
