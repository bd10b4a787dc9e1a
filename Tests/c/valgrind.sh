#!/bin/sh
# Runs the example programs under valgrind with real exchanges: no error and no definite leak is allowed. In the same
# run a program that leaks on purpose has to be caught, so that silence means something.
#
# usage: Tests/c/valgrind.sh DIRECTORY   where the built examples are, such as build/examples
#
# mcpauth is found through pkg-config; PKG_CONFIG_PATH is build/stage/lib/pkgconfig unless set.
set -eu

[ $# -eq 1 ] || { echo "usage: Tests/c/valgrind.sh DIRECTORY_OF_BUILT_EXAMPLES" >&2; exit 2; }
examples=$1
here=$(dirname "$0")
found=99
under="valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --num-callers=30
  --error-exitcode=$found"
. "$here/../../tools/programs.sh"
need valgrind valgrind
need curl curl
need pkg-config pkg-config
need_examples dev_issuer mcp_server mcp_server_uv verify_token custom_verifier argument_scopes check_issuer
PKG_CONFIG_PATH=${PKG_CONFIG_PATH:-$here/../../build/stage/lib/pkgconfig}
export PKG_CONFIG_PATH
runs=0

# run STATUS WHAT COMMAND...: the command under valgrind has to end with STATUS.
run() {
  expected=$1 what=$2
  shift 2
  ended=0
  # shellcheck disable=SC2086 # several words
  timeout 1200 $under "$@" >"$work/out" 2>&1 || ended=$?
  runs=$((runs + 1))
  if [ $ended -eq "$expected" ]; then
    echo "ok      $what (exit status $ended)"
    return
  fi
  echo "FAILED  $what: exit status $ended, expected $expected"
  sed 's/^/        /' "$work/out"
  fail "$what"
}

# The seeded leak: caught when it leaks, and silent when it does not.
# shellcheck disable=SC2046 # pkg-config prints several words
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror -g "$here/seeded_leak.c" -o "$work/seeded_leak" \
  -Wl,-rpath,"$(pkg-config --variable=libdir mcpauth)" $(pkg-config --cflags --libs mcpauth)
run $found 'a leak of one authinfo is found' "$work/seeded_leak"
grep -q 'definitely lost' "$work/out" || fail 'valgrind stopped the seeded leak for another reason than the leak'
run 0 'the same program without the leak' "$work/seeded_leak" free

# The servers, with every request of the demos; the login is the same to both of them.
for pair in demo:mcp_server demo:mcp_server_uv demo_login:mcp_server; do
  demo=${pair%:*} mcp_server=${pair#*:} ended=0
  DEMO_UNDER=$under DEMO_SERVER=$mcp_server "$here/../../tools/$demo.sh" "$examples" >"$work/demo" 2>&1 || ended=$?
  if [ $ended -eq 0 ]; then
    echo "ok      dev_issuer and $mcp_server: $(tail -n 1 "$work/demo")"
  else
    cat "$work/demo"
    fail "dev_issuer and $mcp_server, driven by tools/$demo.sh"
  fi
done

run 0 'custom_verifier: its own samples' "$examples/custom_verifier"
run 0 'argument_scopes: its own samples' "$examples/argument_scopes"
run 1 'custom_verifier: a key nobody has' "$examples/custom_verifier" nobody

start issuer dev_issuer --port 0
issuer=$url issuer_pid=$pid
audience=https://mcp.example.com/mcp
token() { get "$issuer/token?audience=$audience&$1"; }
get "$issuer/jwks" >"$work/jwks"
get "$issuer/key.pem?alg=RS256" >"$work/rs256.pem"
verify() { # STATUS WHAT QUERY OPTION...
  expected=$1 what=$2 query=$3
  shift 3
  made=$(token "$query") # an assignment, so that a token that could not be had ends this script
  run "$expected" "verify_token: $what" "$examples/verify_token" "$@" "$made" "$issuer" $audience
}
verify 0 'discovered keys, ES256' kind=good --http-loopback
verify 0 'keys by URL, RS256' 'kind=good&alg=RS256' --http-loopback --jwks-uri "$issuer/jwks"
verify 0 'keys from a file, a scope' kind=good --jwks "$work/jwks" --scope mcp:use
verify 0 'a PEM key' 'kind=good&alg=RS256' --pem "$work/rs256.pem"
verify 1 'a PEM key, signed with another' 'kind=forged&alg=RS256' --pem "$work/rs256.pem"
for kind in expired not-yet-valid other-audience no-audience other-issuer forged unknown-key unsigned; do
  verify 1 "$kind" kind=$kind --http-loopback
done
verify 1 'a missing scope' kind=fewer-scopes --http-loopback --scope mcp:use
verify 2 'http where it was not allowed' kind=good
verify 2 'a key set that is empty' kind=good --jwks /dev/null
verify 2 'a PEM file that holds no key' kind=good --pem "$work/jwks"
run 0 'check_issuer: the development issuer' "$examples/check_issuer" --http-loopback "$issuer"
run 0 'check_issuer: its keys alone, as JSON' "$examples/check_issuer" --http-loopback --json --jwks-uri "$issuer/jwks" "$issuer"
run 2 'check_issuer: http where it was not allowed' "$examples/check_issuer" "$issuer"
good=$(token kind=good)
stop issuer "$issuer_pid"
run 3 'verify_token: nobody to get keys from' "$examples/verify_token" --http-loopback "$good" "$issuer" $audience
run 3 'check_issuer: nobody there' "$examples/check_issuer" --http-loopback "$issuer"

if [ -n "$failures" ]; then
  echo "valgrind:$failures" >&2
  exit 1
fi
echo "$runs programs and three servers ran without an error or a definite leak; the seeded leak was found."
