/*
 * raw_server.cpp: an MCP server on a library that hands out the text of requests and sends the text of answers: here bare
 * sockets, a thread for each. mcpauth::raw_request reads, mcpauth::raw_answer writes; verifier.handle() protects.
 *
 * usage: raw_server PORT ISSUER...
 */
#include <mcpauth/raw.hpp>
#include <thread>

#include "../../examples-c/loopback.h"
#include "mcp_endpoint.hpp"

/** The text that answers a whole request. */
static std::string answer(const mcpauth::raw_request &request, const mcpauth::verifier &verifier) try {
  const mcpauth::outcome metadata = verifier.well_known(request.method(), request.target());
  if (metadata.responded()) return mcpauth::raw_answer(request, metadata.response());
  if (request.path() == "/health") return mcpauth::raw_answer(request, 200, "Content-Type: text/plain\r\n", "up");
  if (request.path() != "/mcp") return mcpauth::raw_answer(request, 404, "", "");

  const mcpauth::decision decision = verifier.handle(request.asked());
  if (!decision) return mcpauth::raw_answer(request, decision.response());
  const mcpauth::outcome fields = verifier.cross_origin_headers(request.asked());
  const std::string head(fields.response().head());
  try {
    const mcp_reply reply = answer_mcp(request.method(), request.body(), verifier, decision.caller());
    return mcpauth::raw_answer(request, static_cast<int>(reply.status), head + "Content-Type: application/json\r\n",
                               reply.body);
  } catch (const std::exception &) { return mcpauth::raw_answer(request, 500, head, ""); }
} catch (const std::bad_alloc &) { return mcpauth::raw_answer(request, 503, "Retry-After: 5\r\n", ""); }

static void serve(int connection, const mcpauth::verifier &verifier) {
  std::string received;
  mcpauth::raw_request request;
  char piece[16384];
  const timeval patience{10, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  for (bool open = true, told = false; open;) {
    const mcpauth::raw_state state = request.read(received);
    if (state == mcpauth::raw_state::more) {
      if (request.expects_continue() && !std::exchange(told, true)) send(connection, "HTTP/1.1 100 \r\n\r\n", 17, 0);
      const ssize_t size = recv(connection, piece, sizeof piece, 0);
      if (size <= 0) break;
      received.append(piece, static_cast<std::size_t>(size));
      continue;
    }
    const bool bad = state == mcpauth::raw_state::bad;
    const std::string text = bad ? mcpauth::raw_error(request) : answer(request, verifier);
    open = send(connection, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()) &&
           request.keeps_alive();
    received.erase(0, request.size()), told = false; // the next request may stand behind it
  }
  shutdown(connection, SHUT_WR);
  for (int i = 0; i < 200 && recv(connection, piece, sizeof piece, 0) > 0; i++)
    continue; // or the last answer would be lost
  close(connection);
}

int main(int argc, char **argv) {
  const command_line arguments(argc, argv);
  const mcpauth::verifier verifier = make_verifier(arguments);
  auto port = static_cast<std::uint16_t>(arguments.port);
  const int listener = listen_on_loopback(&port);
  if (listener < 0) return 1;
  std::thread([listener, verifier] {
    for (int connection; (connection = accept(listener, nullptr, nullptr)) >= 0;)
      std::thread(serve, connection, verifier).detach();
  }).detach();
  arguments.say_ready();
  arguments.wait_for_stop();
  std::_Exit(0); // with the threads that still serve somebody
}
