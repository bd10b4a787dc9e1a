/*
 * microhttpd_server.cpp: an MCP server on libmicrohttpd. The line that protects it is mcpauth::protect.
 *
 * usage: microhttpd_server PORT ISSUER...
 */
#include <netinet/in.h>

#include <mcpauth/microhttpd.hpp>

#include "mcp_endpoint.hpp"

int main(int argc, char **argv) {
  const command_line arguments(argc, argv);
  const mcpauth::verifier verifier = make_verifier(arguments);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(arguments.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

  mcpauth::microhttpd server(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 0);
  mcpauth::protect(server, verifier, "/mcp",
                   [&](const mcpauth::microhttpd_request &request, const mcpauth::caller &caller) {
                     const mcp_reply answer = answer_mcp(request.method, request.body, verifier, caller);
                     return mcpauth::microhttpd_answer(answer.status, "application/json", answer.body);
                   });
  server.otherwise([](const mcpauth::microhttpd_request &request) {
    return request.path == "/health" ? mcpauth::microhttpd_answer(200, "text/plain", "up")
                                     : mcpauth::microhttpd_answer(404, "text/plain", "");
  });

  if (server.start(MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_TIMEOUT, 5u) == nullptr) return 1;
  arguments.say_ready();
  arguments.wait_for_stop();
}
