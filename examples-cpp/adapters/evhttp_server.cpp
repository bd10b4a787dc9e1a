/*
 * evhttp_server.cpp: an MCP server on libevent's evhttp: one thread, which never waits. The line that protects it is
 * mcpauth::protect.
 *
 * usage: evhttp_server PORT ISSUER...
 */
#include <event2/event.h>
#include <event2/http.h>

#include <mcpauth/evhttp.hpp>

#include "mcp_endpoint.hpp"

static void reply(evhttp_request *request, int status, const std::string &text, const char *type) {
  const std::unique_ptr<evbuffer, void (*)(evbuffer *)> body(evbuffer_new(), evbuffer_free);
  evbuffer_add(body.get(), text.data(), text.size());
  evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", type);
  evhttp_send_reply(request, status, nullptr, body.get());
}

int main(int argc, char **argv) {
  const command_line arguments(argc, argv);
  const mcpauth::verifier verifier = make_verifier(arguments);
  event_base *base = event_base_new();
  evhttp *server = evhttp_new(base);
  {
    const auto guard =
        mcpauth::protect(server, verifier, "/mcp", [&](evhttp_request *request, const mcpauth::caller &caller) {
          evbuffer *body = evhttp_request_get_input_buffer(request);
          const std::string_view message(reinterpret_cast<char *>(evbuffer_pullup(body, -1)),
                                         evbuffer_get_length(body));
          const bool post = evhttp_request_get_command(request) == EVHTTP_REQ_POST;
          const mcp_reply answer = answer_mcp(post ? "POST" : "GET", message, verifier, caller);
          reply(request, static_cast<int>(answer.status), answer.body, "application/json");
        });
    evhttp_set_cb(
        server, "/health", [](evhttp_request *request, void *) { reply(request, 200, "up", "text/plain"); }, nullptr);
    if (evhttp_bind_socket(server, "127.0.0.1", static_cast<ev_uint16_t>(arguments.port)) != 0) return 1;
    event *stop = evsignal_new(
        base, SIGTERM,
        [](evutil_socket_t, short, void *loop) { event_base_loopbreak(static_cast<event_base *>(loop)); }, base);
    event_add(stop, nullptr);
    pthread_sigmask(SIG_UNBLOCK, &arguments.stop, nullptr);
    arguments.say_ready();
    event_base_dispatch(base);
    event_free(stop);
  }
  evhttp_free(server), event_base_free(base);
}
