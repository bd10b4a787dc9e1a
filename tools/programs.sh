# shellcheck shell=sh
# Shell functions for scripts that run the example servers; to be sourced.
#
#   examples   the directory of the built examples; set by the script that sources this
#   under      a command the servers are run under, such as valgrind with its options; may be empty
#   work       a scratch directory, removed at the end
#   failures   what went wrong so far, one line each; empty when nothing did
#   patience   how long an answer may take, in seconds
#
# Every server started here is ended when the script ends, also when it is interrupted.

work=$(mktemp -d)
under=${under:-}
examples=${examples:?the script that sources this has to set it}
failures=
# Under a checker an RSA key takes half a minute, or with bad luck several.
patience=60
[ -z "$under" ] || patience=600

clean_up() {
  trap '' HUP INT TERM
  jobs -p >"$work/jobs"
  while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$work/jobs"
  wait
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  failures="$failures
  $1"
}

# need PROGRAM PACKAGE: ends the script, with a way out, when PROGRAM is not installed.
need() {
  command -v "$1" >/dev/null && return
  echo "$0: $1 is missing: install it (Debian: apt-get install $2)" >&2
  exit 2
}

# need_examples NAME...
need_examples() {
  for program in "$@"; do
    [ -x "$examples/$program" ] && continue
    echo "$0: $examples/$program is missing: run 'make examples' first" >&2
    exit 2
  done
}

# start NAME PROGRAM ARGUMENT...: sets url and pid once the program says that it listens. NAME is that of its log.
start() {
  name=$1 program=$2
  shift 2
  : >"$work/$name.out"
  $under "$examples/$program" "$@" >"$work/$name.out" 2>"$work/$name.log" &
  pid=$!
  waited=0
  until url=$(sed -n 's/^listening on //p' "$work/$name.out") && [ -n "$url" ]; do
    if ! kill -0 "$pid" 2>/dev/null || [ $waited -ge 6000 ]; then
      echo "$0: $program did not start:" >&2
      cat "$work/$name.log" >&2
      exit 1
    fi
    sleep 0.1
    waited=$((waited + 1))
  done
}

# stop NAME PID: asks it to end, insists after 20 seconds; an exit status other than 0 is a failure.
stop() {
  kill "$2" 2>/dev/null || true
  waited=0
  while kill -0 "$2" 2>/dev/null && [ $waited -lt 200 ]; do sleep 0.1; waited=$((waited + 1)); done
  kill -9 "$2" 2>/dev/null || true
  ended=0
  wait "$2" 2>/dev/null || ended=$?
  [ $ended -eq 0 ] && return
  fail "the $1 did not end cleanly: exit status $ended"
  cat "$work/$1.log" >&2
}

# get URL: the body of a 200 answer.
get() { curl --silent --show-error --fail --noproxy '*' --max-time "$patience" "$1"; }
