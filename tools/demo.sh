#!/bin/sh
# See the library work: starts the example issuer and the example MCP server on free ports of 127.0.0.1, sends one
# request of each kind, and prints what came back. Every status and every text in the table was received over HTTP.
#
# usage: tools/demo.sh DIRECTORY   where the built examples are, such as build/examples
# DEMO_UNDER, when set, is a command the two servers are run under, such as valgrind with its options.
# DEMO_SERVER is the MCP server to show: mcp_server unless set, or mcp_server_uv.
#
# Exit status: 0 when every answer was the expected one. Nothing is left running, also when it is interrupted.
set -eu

[ $# -eq 1 ] || { echo "usage: tools/demo.sh DIRECTORY_OF_BUILT_EXAMPLES" >&2; exit 2; }
examples=$1
under=${DEMO_UNDER:-}
. "$(dirname "$0")/programs.sh"
need curl curl
mcp_server=${DEMO_SERVER:-mcp_server}
need_examples dev_issuer "$mcp_server"
. "$(dirname "$0")/table.sh"

# token KIND [SCOPE]: a token for this server from the issuer, with one scope more where given.
token() { get "$issuer/token?kind=$1&audience=$server&scope=$(echo "$scopes${2:+ $2}" | tr ' ' '+')&sub=alice"; }

scopes='mcp:read mcp:tools'

start issuer dev_issuer --port 0
issuer=$url issuer_pid=$pid
start server "$mcp_server" --port 0 --issuer "$issuer" --http-loopback --scope mcp:read --scope mcp:tools \
  --tool-scope claims=mcp:claims
server=$url server_pid=$pid

echo "issuer  $issuer  (examples-c/dev_issuer, for development only)"
echo "server  $server  (examples-c/$mcp_server.c, needs the scopes $scopes)"
echo
printf '%-30s %s  %s\n' 'SENT' 'HTTP' 'CHALLENGE, OR ANSWER'

fetch "${server%/mcp}/.well-known/oauth-protected-resource/mcp"
row 'GET the metadata document' 200 "\"resource\":\"$server\"" "\"authorization_servers\":[\"$issuer\"]"

post "$initialize"
row 'no Authorization header' 401 \
  "resource_metadata=\"${server%/mcp}/.well-known/oauth-protected-resource/mcp\"" "scope=\"$scopes\"" \
  '"error":"missing_auth_header"' '!error="'
post "$initialize" --header 'Authorization: Basic YWxpY2U6c2VjcmV0'
row 'another scheme (Basic)' 401 '"error":"invalid_auth_header_format"' '!error="'
post "$initialize" --header 'Authorization: Bearer'
row 'Bearer without a token' 401 '"error":"missing_bearer_token"' '!error="'
bearer "$initialize" 'two words'
row 'Bearer with two words' 400 'error="invalid_request"' '"error":"invalid_auth_header_format"'
good=$(token good)
post "$initialize" --header "Authorization: Bearer $good" --header "Authorization: Bearer $good"
row 'two Authorization headers' 400 'error="invalid_request"' '"error":"invalid_auth_header_format"'
bearer "$initialize" garbage
row 'garbage for a token' 401 'error="invalid_token"' '"error":"invalid_token"'

bearer "$initialize" "$good"
row 'good token: initialize' 200 '"protocolVersion":"2025-11-25"'
bearer "$whoami" "$good"
row 'good token: tools/call whoami' 200 '"text":"alice"'
bearer "$claims" "$good"
row 'a tool that needs mcp:claims' 403 'error="insufficient_scope"' "scope=\"$scopes mcp:claims\"" \
  '"missing_scopes":["mcp:claims"]' '!alice'
bearer "$claims" "$(token good mcp:claims)"
row 'the same with that scope' 200 '\"sub\":\"alice\"'

bearer "$whoami" "$(token expired)"
row 'expired token' 401 'error="invalid_token"' '"error":"invalid_token"' '!alice'
bearer "$whoami" "$(token not-yet-valid)"
row 'token that begins in an hour' 401 'error="invalid_token"' '"error":"invalid_token"' '!alice'
bearer "$whoami" "$(token other-audience)"
row 'token for another server' 401 'error="invalid_token"' '"error":"invalid_audience"' '!alice'
bearer "$whoami" "$(token other-issuer)"
row 'token of another issuer' 401 'error="invalid_token"' '"error":"invalid_issuer"' '!alice'
bearer "$whoami" "$(token forged)"
row 'forged signature' 401 'error="invalid_token"' '"error":"invalid_token"' '!alice'
bearer "$whoami" "$(token unsigned)"
row 'unsigned token (alg none)' 401 'error="invalid_token"' '"error":"invalid_token"' '!alice'
bearer "$whoami" "$(token unknown-key)"
row 'signed with an unknown key' 401 'error="invalid_token"' '"error":"invalid_token"' '!alice'
bearer "$whoami" "$(token fewer-scopes)"
row 'good token without mcp:tools' 403 'error="insufficient_scope"' "scope=\"$scopes\"" \
  '"error":"missing_required_scopes"' '"missing_scopes":["mcp:tools"]' '!alice'

# The outage. The first server has the keys and goes on; a second one has none, and nobody to ask. It is given the first
# one's name, so that the same token is meant for it.
start second "$mcp_server" --port 0 --issuer "$issuer" --http-loopback --scope mcp:read --resource "$server"
second=$url second_pid=$pid
stop issuer "$issuer_pid"
bearer "$whoami" "$good"
row 'issuer down, its keys are known' 200 '"text":"alice"'
fetch --request POST --header "Authorization: Bearer $good" --data "$whoami" "$second"
row 'issuer down, its keys are not' 503 'Retry-After:' '"error":"server_error"' '!WWW-Authenticate:' '!alice'

stop server "$server_pid"
stop second "$second_pid"

echo
echo "What the server's operator reads of the same requests (standard error):"
cat "$work/server.log" "$work/second.log" | fold -s -w 116 | sed -e '/^refused/!s/^/  /' -e 's/^/  /'
echo
if [ -n "$failures" ]; then
  echo "demo: not every one of the $rows answers was as expected:$failures" >&2
  exit 1
fi
echo "$rows requests, each answered as expected."
