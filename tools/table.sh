# Shell functions for the demos: HTTP requests, and the table of what came back; to be sourced after programs.sh.
#
#   server   the URL of the MCP server; set before post or bearer is called
#   rows     how many rows there are so far
#   shown    what the next row shows in place of the answer; may be empty
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # the scripts that source this set and use these names

rows=0

# fetch ARGUMENT...: one HTTP exchange; leaves $work/head, $work/body and status.
fetch() {
  status=$(curl --silent --show-error --noproxy '*' --max-time "${patience:?}" --dump-header "$work/head" --output "$work/body" \
    --write-out '%{http_code}' "$@" 2>"$work/curl") || status="none ($(cat "$work/curl"))"
}

# post MESSAGE ARGUMENT...: a JSON-RPC message to the MCP server.
post() {
  message=$1
  shift
  fetch --request POST --header 'Content-Type: application/json' \
    --header 'Accept: application/json, text/event-stream' --data "$message" "$@" "$server"
}

bearer() { post "$1" --header "Authorization: Bearer $2"; }

# answer: the challenge, where there is one, else the body; "-" when there is neither. Or shown, where that is set.
answer() {
  if [ -n "${shown:-}" ]; then echo "$shown" >"$work/answer"; shown=; return; fi
  tr -d '\r' <"$work/head" | sed -n 's/^[Ww][Ww][Ww]-[Aa]uthenticate: *//p' >"$work/answer"
  [ -s "$work/answer" ] || cat "$work/body" >"$work/answer" 2>/dev/null
  [ -s "$work/answer" ] || echo "-" >"$work/answer"
}

# row SENT STATUS TEXT...: prints what was received, and checks its status and that head and body contain each text
# (or, with ! in front, that they do not).
row() {
  sent=$1 expected=$2
  shift 2
  rows=$((rows + 1))
  answer
  { cat "$work/answer"; echo; } | fold -s -w 86 | sed '/^$/d' | awk -v sent="$sent" -v status="$status" '
    NR == 1 { printf "%-30s %s  %s\n", sent, status, $0; next } { printf "%-30s      %s\n", "", $0 }'
  [ "$status" = "$expected" ] || fail "$sent: HTTP $status, expected $expected"
  for text in "$@"; do
    found=no
    cat "$work/head" "$work/body" 2>/dev/null | grep -qiF -- "${text#!}" && found=yes
    case $text in
      !*) [ $found = no ] || fail "$sent: the answer contains ${text#!}, and should not" ;;
      *) [ $found = yes ] || fail "$sent: the answer does not contain $text" ;;
    esac
  done
  rm -f "$work/head" "$work/body"
}

initialize='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},
"clientInfo":{"name":"demo","version":"1"}}}'
whoami='{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"whoami","arguments":{}}}'
claims='{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"claims","arguments":{}}}'
