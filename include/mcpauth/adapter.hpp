/**
 * @file adapter.hpp
 * @brief What the adapters to HTTP servers share. A part of each of them; mcpauth.hpp does not include it.
 *
 * An adapter is one line: mcpauth::protect(server, verifier, "/mcp", handler). The handler is reached through the
 * verifier alone, and gets the caller as its last argument. The adapter answers the rest of what comes to that path, and
 * what comes for the metadata; all other paths stay the host's.
 */
#ifndef MCPAUTH_ADAPTER_HPP
#define MCPAUTH_ADAPTER_HPP

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../mcpauth.hpp"

namespace mcpauth {

/** Where a server takes MCP messages, and how much at a time: "/mcp", or {"/mcp", 4 << 20}. */
struct endpoint {
  endpoint(const char *at) : path(at) {} // NOLINT: protect(server, verifier, "/mcp", handler)
  endpoint(std::string at, std::size_t most = 1 << 20) : path(std::move(at)), max_body_bytes(most) {} // NOLINT

  /** The path as the server's own router has it: without a query, behind a gateway without what that strips. */
  std::string path;
  /** Longer bodies are answered with 413. A body is read before its sender is known, as it says what is asked for. */
  std::size_t max_body_bytes = 1 << 20;
};

/** @cond what adapters are made of */
namespace detail {

constexpr bool same_letters(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [lower](char x, char y) noexcept { return lower(x) == lower(y); });
}

/** A request target's path: the query left out, and scheme and host where a client sends them (RFC 9112 3.2.2). */
inline std::string_view path_of(std::string_view target) noexcept {
  if (const auto authority = target.find("://"); authority != target.npos && target.front() != '/') {
    const auto path = target.find('/', authority + 3);
    target = path == target.npos ? std::string_view("/") : target.substr(path);
  }
  return target.substr(0, target.find('?'));
}

constexpr bool is_token_char(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
inline bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

/**
 * Whether a body's length is said once, in the one way that everybody reads: digits, or "chunked". Servers take "0x10", "0, 5"
 * or "identity" in some way of their own, a name with a blank before its colon for another field, and what goes on in the
 * next line (obs-fold) for a part of the name: "Content-Length5". Whoever is in between may see the request end elsewhere,
 * and what one of the two takes for a body is another request to the other.
 */
class framing {
 public:
  void header(std::string_view name, std::string_view value) noexcept {
    constexpr std::string_view length = "Content-Length", coding = "Transfer-Encoding";
    const bool is_length = same_letters(name.substr(0, length.size()), length);
    const bool is_coding = same_letters(name.substr(0, coding.size()), coding);
    is_plain_ &= is_token(name);
    if (!is_length && !is_coding) return;
    ways_++;
    is_plain_ &= name.size() == (is_length ? length : coding).size() &&
                 (is_length ? is_number(value) : same_letters(value, "chunked"));
    has_body_ |= is_coding || value.find_first_not_of('0') != value.npos;
  }
  [[nodiscard]] bool is_clear() const noexcept { return is_plain_ && ways_ <= 1; }
  [[nodiscard]] bool has_body() const noexcept { return has_body_; }

 private:
  static bool is_number(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  }

  int ways_ = 0;
  bool is_plain_ = true, has_body_ = false;
};

/** Calls add(name, value) for each field that lets a page of an allowed origin read the host's own answer. */
template <class Add>
void add_cross_origin_headers(const verifier &verifier, const request &request, Add add) {
  verifier.cross_origin_headers(request).response().for_each_header(add);
}

/** The path of the metadata that the verifier's challenges name; a gateway in front may strip what it begins with. */
inline std::string metadata_path(const verifier &verifier) {
  constexpr std::string_view parameter = "resource_metadata=\"";
  const decision refused = verifier.authorize(request("GET", "/"));
  for (const auto [name, value] : refused.response().headers()) {
    const auto at = value.find(parameter);
    if (!same_letters(name, "WWW-Authenticate") || at == value.npos) continue;
    const std::string_view url = value.substr(at + parameter.size());
    return std::string(path_of(url.substr(0, url.find('"'))));
  }
  return {};
}

/** Every path that the verifier answers with a document: for servers that route by whole paths. */
inline std::vector<std::string> metadata_paths(const verifier &verifier, const endpoint &where) {
  const std::string resource = "/.well-known/oauth-protected-resource";
  std::vector<std::string> all{resource, resource + where.path, "/.well-known/oauth-authorization-server"};
  const std::string told = metadata_path(verifier);
  for (auto slash = told.find('/'); slash != told.npos; slash = told.find('/', slash + 1)) {
    all.push_back(told.substr(slash));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const std::string &path) { return !verifier.well_known("GET", path).responded(); }),
            all.end());
  return all;
}

} // namespace detail
/** @endcond */

} // namespace mcpauth

#endif // MCPAUTH_ADAPTER_HPP
