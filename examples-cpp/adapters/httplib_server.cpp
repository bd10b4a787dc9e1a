/*
 * httplib_server.cpp: an MCP server on cpp-httplib. The line that protects it is mcpauth::protect.
 *
 * usage: httplib_server PORT ISSUER...
 */
#include <mcpauth/httplib.hpp>
#include <thread>

#include "mcp_endpoint.hpp"

int main(int argc, char **argv) {
  const command_line arguments(argc, argv);
  const mcpauth::verifier verifier = make_verifier(arguments);
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(64); }; // one for each request that waits for an issuer

  mcpauth::protect(server, verifier, "/mcp",
                   [&](const httplib::Request &request, httplib::Response &response, const mcpauth::caller &caller) {
                     const mcp_reply reply = answer_mcp(request.method, request.body, verifier, caller);
                     response.status = static_cast<int>(reply.status);
                     response.set_content(reply.body, "application/json");
                   });
  server.Get("/health",
             [](const httplib::Request &, httplib::Response &response) { response.set_content("up", "text/plain"); });

  if (!server.bind_to_port("127.0.0.1", arguments.port)) return 1;
  std::thread listener([&] { server.listen_after_bind(); });
  arguments.say_ready();
  arguments.wait_for_stop();
  server.stop();
  listener.join();
}
