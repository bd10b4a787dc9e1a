#include "mcp_server.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <mcpauth/httplib.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

using nlohmann::json;

/* What stands between the brackets of a JSON array of texts. */
static std::vector<std::string> texts_of(std::string_view fragment, const char *what) {
  const auto list = json::parse("[" + std::string(fragment) + "]", nullptr, false);
  const auto is_text = [](const json &one) { return one.is_string(); };
  if (!list.is_array() || list.empty() || !std::all_of(list.begin(), list.end(), is_text))
    throw std::invalid_argument(std::string("SetAuthorization: ") + what + " is " + std::string(fragment) +
                                "; give JSON strings with their quotes and commas between them, such as \"a\", \"b\"");
  return list.get<std::vector<std::string>>();
}

void McpServer::SetAuthorization(const char *issuers, const char *permissions) {
  authorization_ =
      Authorization{texts_of(issuers, "the list of issuers"), texts_of(permissions, "the list of permissions")};
}

void McpServer::AddTool(std::string name, std::string description, std::vector<Property> input, Callback callback,
                        std::string permission) {
  tools_.push_back(
      {std::move(name), std::move(description), std::move(input), std::move(callback), std::move(permission)});
}

/* ---- MCP: by whom a message was sent, and that the sender may call the tool, was settled before ------------------- */

json McpServer::ListTools(const mcpauth::caller &caller) const {
  json list = json::array();
  for (const Tool &tool : tools_) {
    if (!verifier_->may_call_tool(caller, tool.name)) continue;
    json properties = json::object(), required = json::array();
    for (const Property &property : tool.input) {
      properties[property.name] = {{"type", property.type}, {"description", property.description}};
      if (property.required) required.push_back(property.name);
    }
    const json schema = {{"type", "object"}, {"properties", properties}, {"required", required}};
    list.push_back({{"name", tool.name}, {"description", tool.description}, {"inputSchema", schema}});
  }
  return {{"tools", list}};
}

json McpServer::CallTool(const json &params) const {
  const std::string name = params.value("name", "");
  for (const Tool &tool : tools_) {
    if (tool.name != name) continue;
    const auto content = [](const std::string &text) { return json::array({{{"type", "text"}, {"text", text}}}); };
    try {
      Arguments arguments;
      const json given = params.value("arguments", json::object());
      for (const auto &[key, value] : given.items())
        arguments[key] = value.is_string() ? value.get<std::string>() : value.dump();
      return {{"content", content(tool.callback(arguments))}};
    } catch (const std::exception &) { // the caller's arguments are not what the tool takes
      return {{"content", content(name + " cannot do that with these arguments")}, {"isError", true}};
    }
  }
  return nullptr;
}

McpServer::Answer McpServer::Receive(const std::string &body, const std::string &session,
                                     const mcpauth::caller &caller) {
  const json message = json::parse(body, nullptr, false);
  if (!message.is_object() || !message.value("method", json()).is_string()) return {400, "", ""};
  const std::string method = message["method"];
  const json params = message.value("params", json::object());
  Answer answer;
  json result;
  if (method == "initialize") {
    answer.new_session = verifier_->bind_session(caller, sessions_.Begin()).value_or("");
    const std::string wanted = params.value("protocolVersion", "");
    const bool known = wanted == "2025-03-26" || wanted == "2025-06-18" || wanted == "2025-11-25";
    result = {{"protocolVersion", known ? wanted : "2025-11-25"},
              {"capabilities", {{"tools", json::object()}}},
              {"serverInfo", {{"name", name_}, {"version", "1.0.0"}}}};
  } else {
    const mcpauth::session_outcome bound = verifier_->check_session(caller, session);
    if (!bound) return {bound.response().status(), std::string(bound.response().body()), ""};
    if (!sessions_.Use(std::string(bound.id()))) return {404, "", ""}; // the client begins a new one
    if (!message.contains("id")) return {202, "", ""};
    if (method == "ping") result = json::object();
    if (method == "tools/list") result = ListTools(caller);
    if (method == "tools/call") result = CallTool(params);
  }
  json reply = {{"jsonrpc", "2.0"}, {"id", message.value("id", json())}};
  if (result.is_null())
    reply["error"] = {{"code", method == "tools/call" ? -32602 : -32601}, {"message", "There is nothing of that name"}};
  else
    reply["result"] = result;
  answer.body = reply.dump(-1, ' ', true, json::error_handler_t::replace);
  return answer;
}

/* ---- HTTP ---------------------------------------------------------------------------------------------------------- */

/* To somebody who was let in. */
void McpServer::Respond(const httplib::Request &request, httplib::Response &response, const mcpauth::caller &caller) {
  const std::string session = request.get_header_value("Mcp-Session-Id");
  Answer answer;
  if (request.method == "POST") {
    try {
      answer = Receive(request.body, session, caller);
    } catch (const json::exception &) { // a member of another type than MCP says
      answer.status = 400;
    }
  } else if (request.method == "DELETE") {
    const mcpauth::session_outcome bound = verifier_->check_session(caller, session);
    if (bound) sessions_.End(std::string(bound.id()));
    answer.status = bound ? 200 : bound.response().status();
  } else {
    answer.status = 405;
  }
  response.status = answer.status;
  if (!answer.new_session.empty()) response.set_header("Mcp-Session-Id", answer.new_session);
  if (!answer.body.empty()) response.set_content(answer.body, "application/json");
}

void McpServer::Run(const std::string &address, std::chrono::seconds session_timeout) {
  const std::size_t colon = address.find(':'), slash = std::min(address.find('/'), address.size());
  int port = -1;
  if (colon < slash) std::from_chars(address.data() + colon + 1, address.data() + slash, port);
  if (port < 0 || port > 65535 || slash == address.size())
    throw std::invalid_argument("Run: " + address + " is no address such as localhost:8000/mcp");
  if (!authorization_) throw std::logic_error("Run: call SetAuthorization first, or everybody could use the tools");
  const std::string host = address.substr(0, colon), path = address.substr(slash);
  sessions_.SetTimeout(session_timeout);

  sigset_t ends; // before the server's threads are there, so that none of them gets a signal
  sigemptyset(&ends), sigaddset(&ends, SIGTERM), sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  httplib::Server server;
  if (port == 0)
    port = server.bind_to_any_port(host);
  else if (!server.bind_to_port(host, port))
    port = -1;
  if (port <= 0) throw std::runtime_error("Run: " + address + " is in use, or not an address of this machine");

  const std::string resource = "http://" + host + ":" + std::to_string(port) + path;
  std::vector<std::pair<std::string, std::string>> tools;
  for (const Tool &tool : tools_) tools.emplace_back(tool.name, tool.permission);
  verifier_ = authorization_->MakeVerifier(resource, tools);
  if (const auto error = verifier_->prefetch()) std::fprintf(stderr, "%s\n", error->what()); // it asks again

  mcpauth::protect(server, *verifier_, path,
                   [this](const auto &request, auto &response, const mcpauth::caller &caller) {
                     Respond(request, response, caller);
                   });

  std::printf("listening on %s\n", resource.c_str());
  std::fflush(stdout);
  std::thread ending([&] {
    int signal_number = 0;
    sigwait(&ends, &signal_number);
    server.stop();
  });
  server.listen_after_bind();
  ending.join();
}
