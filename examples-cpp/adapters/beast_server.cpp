/*
 * beast_server.cpp: an MCP server on Boost.Beast: one thread, which never waits. The line that protects it is
 * mcpauth::protect; each session asks for its answers by async_answer. beast_coroutines.hpp has such a session as a
 * coroutine, beast_callbacks.hpp with callbacks.
 *
 * usage: beast_server PORT ISSUER... [--callbacks]
 */
#include "beast_coroutines.hpp"
#include "mcp_endpoint.hpp"

#include <boost/asio/signal_set.hpp>

int main(int argc, char **argv) {
  const command_line arguments(argc, argv);
  const mcpauth::verifier verifier = make_verifier(arguments);
  boost::asio::io_context loop(1);

  const auto handler = [&](const mcpauth::beast_request &request, const mcpauth::caller &caller) {
    const auto method = request.method_string();
    mcp_reply reply = answer_mcp({method.data(), method.size()}, request.body(), verifier, caller);
    return beast_reply(request, reply.status, "application/json", std::move(reply.body));
  };
  const auto others = [](const mcpauth::beast_request &request) {
    const bool up = request.target() == "/health";
    return beast_reply(request, up ? 200 : 404, "text/plain", up ? "up" : "");
  };
  const auto mcp = mcpauth::protect(loop, verifier, "/mcp", handler, others);

  tcp::acceptor acceptor(loop,
                         {boost::asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(arguments.port)});
  boost::asio::signal_set stop(loop, SIGTERM, SIGINT);
  stop.async_wait([&](auto, int) { loop.stop(); });
  pthread_sigmask(SIG_UNBLOCK, &arguments.stop, nullptr);
#ifdef BOOST_ASIO_HAS_CO_AWAIT
  if (arguments.option != "--callbacks")
    co_spawn(loop, accept_all(acceptor, *mcp), boost::asio::detached);
  else
#endif
    accept_with_callbacks(acceptor, *mcp);
  arguments.say_ready();
  loop.run();
}
