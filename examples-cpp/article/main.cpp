/*
 * article: the MCP server of an article about MCP authorization in C++ with Auth0, which ends with a list of what its one
 * call, SetAuthorization, does not check. Here the call is the same, arguments included, and all of it is checked: the
 * signature, the expiry, the issuer, the audience (one or several), and for each tool the permission it needs.
 *
 * pkg-config: cpp-httplib nlohmann_json
 * build:  c++ -std=c++17 article/?*.cpp -o article -pthread $(pkg-config --cflags --libs mcpauth cpp-httplib nlohmann_json)
 * usage:  article ISSUERS ADDRESS     until SIGTERM; `listening on URL` on standard output
 *
 *   ISSUERS   as in the article: what stands between the brackets of a JSON array, quotes included
 *   ADDRESS   host, port and path; port 0 picks a free one
 *
 * article '"https://TENANT.us.auth0.com"' localhost:8000/mcp
 * article '"http://127.0.0.1:9000"' localhost:8000/mcp          (with dev_issuer beside it)
 */
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>

#include "mcp_server.hpp"

static std::string current_time(const McpServer::Arguments &) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32];
  gmtime_r(&now, &parts);
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

static std::string count_down(const McpServer::Arguments &arguments) {
  std::string text;
  for (int left = std::stoi(arguments.at("from")); left > 0; left--) text += std::to_string(left) + " ";
  return text + "finish!";
}

int main(int argc, char **argv) {
  if (argc != 3)
    return std::fprintf(stderr, "usage: article ISSUERS ADDRESS, such as '\"https://...\"' localhost:8000/mcp\n"), 2;
  try {
    McpServer server("MCP Test Server");

    server.SetAuthorization(argv[1], "\"time:read\", \"count:down\"");

    server.AddTool("get_current_time", "Tells the current time in UTC", {}, current_time, "time:read");
    server.AddTool("count_down", "Counts down from a number", {{"from", "string", "the number, 1 to 100", true}},
                   count_down, "count:down");

    server.Run(argv[2], std::chrono::minutes(10));
    return 0;
  } catch (
      const std::exception &error) { // what is wrong with the arguments, in the library's words where it is the judge
    return std::fprintf(stderr, "article: %s\n", error.what()), 1;
  }
}
