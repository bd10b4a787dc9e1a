/*
 * civetweb_server.cpp: an MCP server on CivetWeb. The line that protects it is mcpauth::protect.
 *
 * usage: civetweb_server PORT ISSUER...
 */
#include <mcpauth/civetweb.hpp>

#include "mcp_endpoint.hpp"

static int tell_health(mg_connection *connection, void *) {
  mg_send_http_ok(connection, "text/plain", 2);
  mg_write(connection, "up", 2);
  return 200;
}

int main(int argc, char **argv) {
  const command_line arguments(argc, argv);
  const mcpauth::verifier verifier = make_verifier(arguments);
  const std::string port = "127.0.0.1:" + std::to_string(arguments.port);
  const char *options[] = {"listening_ports",
                           port.c_str(),
                           "num_threads",
                           "64",
                           "enable_keep_alive",
                           "yes",
                           "keep_alive_timeout_ms",
                           "5000",
                           "access_control_allow_methods",
                           "",
                           nullptr};
  mg_init_library(0);
  mg_context *context = mg_start(nullptr, nullptr, options);
  if (context == nullptr) return 1;

  const auto guard = mcpauth::protect(
      context, verifier, "/mcp", [&](const mcpauth::civetweb_request &request, const mcpauth::caller &caller) {
        const mcp_reply answer = answer_mcp(request.method(), request.body(), verifier, caller);
        return request.reply(static_cast<int>(answer.status), "application/json", answer.body);
      });
  mg_set_request_handler(context, "/health", tell_health, nullptr);

  arguments.say_ready();
  arguments.wait_for_stop();
  mg_stop(context);
  mg_exit_library();
}
