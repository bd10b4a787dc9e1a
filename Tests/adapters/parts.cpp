// What the adapters are made of, and what no example server shows: each line is a check, with what was found instead.
#include <mcpauth/civetweb.hpp>

#include <cstdio>

static int failed = 0;

static void check(bool good, const char *what, const std::string &found = "") {
  std::printf("%s - %s%s%s\n", good ? "ok" : "not ok", what, good || found.empty() ? "" : ": found ",
              good ? "" : found.c_str());
  failed += good ? 0 : 1;
}

static std::string joined(const std::vector<std::string> &all) {
  std::string text;
  for (const std::string &one : all) text += one + " ";
  return text;
}

static std::string metadata_of(mcpauth::config &config, const mcpauth::endpoint &where) {
  return joined(mcpauth::detail::metadata_paths(config.add_issuer("https://auth.example.com").build(), where));
}

static void check_metadata_paths() {
  const std::string own = "/.well-known/oauth-protected-resource";
  mcpauth::config plain("https://mcp.example.com/mcp"), root("https://mcp.example.com"),
      at_root("https://mcp.example.com/mcp");
  check(metadata_of(plain, "/mcp") == own + "/mcp ", "the metadata of /mcp");
  check(metadata_of(root, "/") == own + " ", "the metadata of the whole host");
  check(metadata_of(at_root.serve_metadata_at_root(), "/mcp") == own + " " + own + "/mcp ",
        "the metadata at the root, too");

  // Behind a gateway that takes /tools off.
  mcpauth::config stripped("https://api.example.com/tools/mcp"), named("https://api.example.com/tools/mcp");
  std::string found = metadata_of(stripped, "/mcp");
  check(found == own + "/tools/mcp ", "the metadata that clients are told of", found);
  found = metadata_of(named.set_metadata_url("https://api.example.com/tools" + own), "/mcp");
  check(found.find(own + " ") == 0 && found.find("/tools" + own) != found.npos, "what the gateway leaves of it", found);
}

static void check_targets() {
  using mcpauth::detail::path_of;
  check(path_of("/mcp") == "/mcp" && path_of("/mcp?a=/b") == "/mcp" && path_of("*") == "*", "the path of a target");
  check(path_of("http://host:1/mcp?x") == "/mcp" && path_of("HTTPS://host/") == "/", "the path of an absolute target");
  check(path_of("http://host") == "/", "no path is the root");
  check(path_of("/mcp?to=http://host/other") == "/mcp", "a URL in a query is none");
  check(path_of("").empty(), "no target has no path");
}

static void check_preflights_of_civetweb() {
  const mcpauth::verifier verifier =
      mcpauth::config("https://mcp.example.com/mcp").add_issuer("https://auth.example.com").build();
  const auto nobody = [](const mcpauth::civetweb_request &, const mcpauth::caller &) { return 200; };
  const char *by_default[] = {"listening_ports", "127.0.0.1:0", nullptr};
  const char *emptied[] = {"listening_ports", "127.0.0.1:0", "access_control_allow_methods", "", nullptr};
  for (const char **options : {by_default, emptied}) {
    mg_context *server = mg_start(nullptr, nullptr, options);
    std::string said;
    try {
      const auto guard = mcpauth::protect(server, verifier, "/mcp", nobody);
      mg_stop(server), server = nullptr; // before guard goes
    } catch (const mcpauth::error &why) {
      said = why.what();
      mg_stop(server);
    }
    check(said.empty() == (options == emptied), "a server that answers preflights itself is refused, and only such",
          said);
    check(said.empty() || said.find("access_control_allow_methods") != said.npos, "it is said which option that is",
          said);
  }
}

int main() {
  mg_init_library(0);
  check_metadata_paths();
  check_targets();
  check_preflights_of_civetweb();
  mg_exit_library();
  return failed == 0 ? 0 : 1;
}
