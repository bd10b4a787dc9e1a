/*
 * mcp_endpoint.hpp: what the example servers of this folder share, which has nothing to do with the HTTP library each of
 * them shows: the verifier, the answers to MCP messages (those of examples-c/mcp_messages.h), and when to end.
 */
#ifndef MCP_ENDPOINT_HPP
#define MCP_ENDPOINT_HPP

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mcpauth.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "../../examples-c/mcp_messages.h"

/** The command line of each server: the port on 127.0.0.1 it is to listen on, the issuers it trusts, perhaps an --option. */
struct command_line {
  command_line(int argc, char **argv) : issuers(argv + (argc > 2 ? 2 : argc), argv + argc) {
    if (!issuers.empty() && issuers.back().rfind("--", 0) == 0) option = issuers.back(), issuers.pop_back();
    if (issuers.empty()) {
      std::fprintf(stderr, "usage: %s PORT ISSUER...\n", argv[0]);
      std::exit(2);
    }
    port = std::stoi(argv[1]);
    url = "http://127.0.0.1:" + std::to_string(port) + "/mcp";
    sigemptyset(&stop); // before the first thread, as threads inherit the mask
    sigaddset(&stop, SIGINT), sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    std::signal(SIGPIPE, SIG_IGN); // whoever hangs up
  }
  void say_ready() const { std::printf("listening on %s\n", url.c_str()), std::fflush(stdout); }
  void wait_for_stop() const {
    for (int received = 0; sigwait(&stop, &received) != 0;) continue;
  }

  int port = 0;
  std::string url, option;
  std::vector<std::string> issuers;
  sigset_t stop{};
};

/** Throws what is wrong with the configuration. */
inline mcpauth::verifier make_verifier(const command_line &arguments) {
  mcpauth::config config(arguments.url);
  for (const std::string &url : arguments.issuers) {
    config.add_issuer(url,
                      [](mcpauth::issuer issuer) { issuer.allow_http_on_loopback().set_fetch_timeout_ms(60'000); });
  }
  return config.add_required_scope("mcp:use").add_tool_scope("claims", "claims:read").build();
}

struct mcp_reply {
  unsigned status;
  std::string body;
};

/** Answers the message of somebody who was let in. An MCP client may send other methods than POST, which ask for streams. */
inline mcp_reply answer_mcp(std::string_view method, std::string_view body, const mcpauth::verifier &verifier,
                            const mcpauth::caller &caller) {
  if (caller.subject() == "nobody") throw std::runtime_error("there is no account of that name"); // as hosts do
  if (method != "POST") return {405, ""};
  unsigned status = 500;
  const mcp_caller who{verifier.get(), caller.get()};
  const std::unique_ptr<json_t, void (*)(json_t *)> answer(mcp_answer(body.data(), body.size(), nullptr, &who, &status),
                                                           json_decref);
  const std::unique_ptr<char, void (*)(void *)> text(answer ? json_dumps(answer.get(), JSON_COMPACT) : nullptr,
                                                     std::free);
  return {status, text ? text.get() : ""};
}

#endif
