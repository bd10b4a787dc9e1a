/* An MCP server over Streamable HTTP (revisions with a handshake, up to 2025-11-25), of the article's shape. */
#ifndef MCP_SERVER_HPP
#define MCP_SERVER_HPP

#include <chrono>
#include <functional>
#include <map>
#include <mcpauth.hpp>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "authorization.hpp"
#include "sessions.hpp"

namespace httplib {
struct Request;
struct Response;
} // namespace httplib

class McpServer {
 public:
  using Arguments = std::map<std::string, std::string>;
  using Callback = std::function<std::string(const Arguments &)>;
  struct Property {
    std::string name, type, description;
    bool required;
  };

  explicit McpServer(std::string name) : name_(std::move(name)) {}

  /* The one call. Both are what stands between the brackets of a JSON array: "\"https://TENANT.us.auth0.com\"". Throws what
   * is wrong with them. */
  void SetAuthorization(const char *issuers, const char *permissions);

  /* permission: what a user needs to see and to call the tool; "": all permissions of SetAuthorization. */
  void AddTool(std::string name, std::string description, std::vector<Property> input, Callback callback,
               std::string permission = "");

  /* Serves "host:port/path" until SIGTERM or SIGINT. */
  void Run(const std::string &address, std::chrono::seconds session_timeout);

 private:
  struct Tool {
    std::string name, description;
    std::vector<Property> input;
    Callback callback;
    std::string permission;
  };
  struct Answer { // of one HTTP request
    int status = 200;
    std::string body, new_session;
  };

  void Respond(const httplib::Request &request, httplib::Response &response, const mcpauth::caller &caller);
  Answer Receive(const std::string &body, const std::string &session, const mcpauth::caller &caller);
  nlohmann::json ListTools(const mcpauth::caller &caller) const;
  nlohmann::json CallTool(const nlohmann::json &params) const;

  std::string name_;
  std::optional<Authorization> authorization_;
  std::vector<Tool> tools_;
  std::optional<mcpauth::verifier> verifier_;
  Sessions sessions_;
};

#endif
