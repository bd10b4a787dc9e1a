#!/usr/bin/env bash
# In the fresh system: what the README says about packages, as it says it, and what comes after.
# shellcheck disable=SC2046 # the flags are words
set -euxo pipefail
cd /root

apt-get install -qq -y ./libmcpauth0.2_*.deb ./libmcpauth-dev_*.deb ./libmcpauth-tools_*.deb ./libmcpauth-doc_*.deb >/dev/null
cc hello.c -o hello $(pkg-config --cflags --libs mcpauth libmicrohttpd)
mcpauth-dev-issuer --port 9000 &
sleep 300 | ./hello http://127.0.0.1:9002/mcp 9002 http://127.0.0.1:9000 &
for _ in $(seq 100); do if curl -s http://127.0.0.1:9000/jwks && curl -s http://127.0.0.1:9002/mcp; then break; fi; sleep 0.2; done
TOKEN=$(curl -s 'http://127.0.0.1:9000/token?audience=http://127.0.0.1:9002/mcp')
curl -si http://127.0.0.1:9002/mcp | grep -i '^www-authenticate: Bearer resource_metadata='
[ "$(curl -s -H "Authorization: Bearer $TOKEN" http://127.0.0.1:9002/mcp)" = alice ]

# In C++, by its own header.
cat >program.cpp <<'PROGRAM'
#include <cstdio>
#include <mcpauth.hpp>
int main() {
  const auto verifier = mcpauth::config("https://mcp.example.com/mcp").add_issuer("https://auth.example.com").build();
  mcpauth::request request("GET", "/mcp");
  const auto decision = verifier.handle(request);
  std::printf("%d\n", decision.response().status());
}
PROGRAM
c++ -std=c++17 program.cpp -o program $(pkg-config --cflags --libs mcpauth)
[ "$(./program)" = 401 ]

# Upgraded while the server runs: it goes on, and programs that start find the new one.
apt-get install -qq -y ./newer/*.deb >/dev/null
dpkg-query -W -f '${Version}\n' libmcpauth0.2 | grep -- '-2$'
[ "$(curl -s -H "Authorization: Bearer $TOKEN" http://127.0.0.1:9002/mcp)" = alice ]
[ "$(./program)" = 401 ]
kill %1

# Without its libcurl the program does not start, and says why.
dpkg --force-depends -r libcurl4 libcurl4t64 2>/dev/null || true
if ./program 2>said; then exit 1; fi
grep 'libcurl.so.4: cannot open shared object file' said

# Removed, nothing is left.
dpkg -P libmcpauth-dev libmcpauth-tools libmcpauth-doc libmcpauth0.2
if find / -xdev -name '*mcpauth*' -not -path '/root/*' -not -path '/proc/*' | grep .; then exit 1; fi
