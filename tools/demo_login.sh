#!/bin/sh
# A whole login, as an MCP client does it, by curl: from the server's 401 to the tool, to a tool that needs one more scope,
# and to a new token when the old one is used up. Nobody needs an account: the development issuer takes any name.
#
# usage: tools/demo_login.sh DIRECTORY   where the built examples are, such as build/examples
# DEMO_UNDER and DEMO_SERVER as for tools/demo.sh.
#
# Exit status: 0 when every answer was the expected one. Nothing is left running, also when it is interrupted.
set -eu

[ $# -eq 1 ] || { echo "usage: tools/demo_login.sh DIRECTORY_OF_BUILT_EXAMPLES" >&2; exit 2; }
examples=$1
under=${DEMO_UNDER:-}
. "$(dirname "$0")/programs.sh"
need curl curl
mcp_server=${DEMO_SERVER:-mcp_server}
need_examples dev_issuer "$mcp_server"
. "$(dirname "$0")/table.sh"

# ---- what a client and its user's browser do ----------------------------------------------------------------------------

# member NAME: of the JSON object in the last answer.
member() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" "$work/body"; }

# field NAME: a header field of the last answer.
field() { tr -d '\r' <"$work/head" | sed -n "s/^$1: *//Ip"; }

# from_redirect NAME: a parameter of the redirect in the last answer.
from_redirect() { field Location | sed -n "s/.*[?&]$1=\\([^&]*\\).*/\\1/p"; }

# browse ARGUMENT...: a request of the browser, which keeps cookies.
browse() { fetch --cookie "$work/cookies" --cookie-jar "$work/cookies" "$@"; }

# hidden: the hidden field that says which login a form belongs to.
hidden() { sed -n 's/.*name=request value="\([^"]*\)".*/\1/p' "$work/body" | head -n 1; }

# new_verifier: PKCE (RFC 7636): the verifier stays here, its hash goes out first. A new one for each login.
new_verifier() {
  verifier=$(head -c 32 /dev/urandom | basenc --base64url | tr -d '=')
  hash=$(printf %s "$verifier" | sha256sum | cut -d ' ' -f 1 | sed 's/../\\x&/g')
  challenge=$(env printf "$hash" | basenc --base64url | tr -d '=')
}

# authorize SCOPE: the browser goes to the issuer.
authorize() {
  new_verifier
  browse --get "$issuer/authorize" --data-urlencode response_type=code --data-urlencode "client_id=$client" \
    --data-urlencode "redirect_uri=$callback" --data-urlencode "scope=$1" --data-urlencode "resource=$server" \
    --data-urlencode state=any --data-urlencode "code_challenge=$challenge" --data-urlencode code_challenge_method=S256
}

# allow SCOPE...: the user agrees to each.
allow() {
  login=$(hidden)
  for scope in "$@"; do set -- "$@" --data-urlencode "scope=$scope"; shift; done
  browse "$issuer/consent" --data-urlencode "request=$login" --data-urlencode decision=allow "$@"
}

# exchange CODE: the client's request for tokens.
exchange() {
  fetch "$issuer/token" --data-urlencode grant_type=authorization_code --data-urlencode "code=$1" \
    --data-urlencode "client_id=$client" --data-urlencode "redirect_uri=$callback" --data-urlencode "code_verifier=$verifier"
}

refresh() {
  fetch "$issuer/token" --data-urlencode grant_type=refresh_token --data-urlencode "client_id=$client" \
    --data-urlencode "refresh_token=$1"
}

# ---- the login ------------------------------------------------------------------------------------------------------------

start issuer dev_issuer --port 0
issuer=$url issuer_pid=$pid
start server "$mcp_server" --port 0 --issuer "$issuer" --http-loopback --scope mcp:use --tool-scope claims=mcp:claims
server=$url server_pid=$pid
callback=http://127.0.0.1:1/callback # nobody listens there: the code is read from the redirect

echo
echo "A whole login, as an MCP client does it. It is told the server's URL, $server, and nothing else."
echo
printf '%-30s %s  %s\n' 'STEP' 'HTTP' 'WHAT CAME BACK'

post "$whoami"
metadata=$(field WWW-Authenticate | sed -n 's/.*resource_metadata="\([^"]*\)".*/\1/p')
row '1 call without a token' 401 'resource_metadata="' 'scope="mcp:use"'
fetch "$metadata"
named=$(sed -n 's/.*"authorization_servers":\["\([^"]*\)".*/\1/p' "$work/body")
row '2 the metadata it names' 200 "\"authorization_servers\":[\"$issuer\"]"
fetch "$named/.well-known/oauth-authorization-server"
shown="authorization, token and registration endpoints of $named"
row "3 the issuer's metadata" 200 '"code_challenge_methods_supported":["S256"]' '"registration_endpoint"'
fetch "$named/register" --header 'Content-Type: application/json' --data "{\"client_name\":\"the demo\",\"redirect_uris\":
  [\"$callback\"],\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"token_endpoint_auth_method\":\"none\"}"
client=$(member client_id)
shown="client_id $client"
row '4 the client registers' 201 '"client_id"'

authorize mcp:use
login=$(hidden)
shown='a login page: FOR DEVELOPMENT ONLY, a name is enough'
row '5 the browser goes there' 200 'FOR DEVELOPMENT ONLY' 'name=name'
browse "$issuer/login" --data-urlencode "request=$login" --data-urlencode name=alice
next=$(field Location)
row '6 the user is alice' 303 'Location: /consent?request=' '!callback'
browse "$issuer$next"
cp "$work/body" "$work/consent"
shown='a page that asks: let "the demo" have mcp:use?'
row '7 and is asked' 200 'the demo' 'value="mcp:use"'
cp "$work/consent" "$work/body"
allow mcp:use
code=$(from_redirect code)
shown="a redirect to the client, with a code, state, and iss"
row '8 the user agrees' 303 "Location: $callback?code=" 'state=any' 'iss=http%3A%2F%2F127.0.0.1'
exchange "$code"
access=$(member access_token) first_refresh=$(member refresh_token)
shown="an access token for $server, and a refresh token"
row '9 the code becomes tokens' 200 '"token_type":"Bearer"' '"scope":"mcp:use"'
bearer "$whoami" "$access"
row '10 the call again' 200 '"text":"alice"'

bearer "$claims" "$access"
row '11 a tool that needs more' 403 'error="insufficient_scope"' 'scope="mcp:use mcp:claims"'
authorize 'mcp:use mcp:claims'
cp "$work/body" "$work/consent"
shown='the browser is logged in: it asks for consent only'
row '12 back for that scope' 200 'id=user>alice' 'value="mcp:claims"'
cp "$work/consent" "$work/body"
allow mcp:use mcp:claims
code=$(from_redirect code)
exchange "$code"
wider=$(member access_token)
shown='an access token with both scopes'
row '13 agreed, exchanged' 200 '"scope":"mcp:use mcp:claims"'
bearer "$claims" "$wider"
row '14 the tool again' 200 '\"sub\":\"alice\"'

refresh "$first_refresh"
access=$(member access_token) second_refresh=$(member refresh_token)
shown='a new access token, and a new refresh token'
row '15 refresh' 200 '"access_token"' "!$first_refresh"
bearer "$whoami" "$access"
row '16 a call with the new one' 200 '"text":"alice"'
refresh "$first_refresh"
row '17 the old one once more' 400 '"error":"invalid_grant"'
refresh "$second_refresh"
row '18 so that login is over' 400 '"error":"invalid_grant"'
exchange "$code"
row '19 a code once more' 400 '"error":"invalid_grant"'

stop server "$server_pid"
stop issuer "$issuer_pid"
echo
if [ -n "$failures" ]; then
  echo "demo_login: not every one of the $rows steps went as expected:$failures" >&2
  exit 1
fi
echo "$rows steps, each as expected."
