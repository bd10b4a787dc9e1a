/* Configurations from C++: setters chain, the first failure is thrown once, and moved-from objects are safe. */
#include <cstdio>
#include <utility>
#include <vector>

#include "cpp_fixture.hpp"

/* What try_build and build say, which has to be the same. */
static mcpauth::error failure_of(const mcpauth::config &config) {
  mcpauth::error returned;
  CHECK(!config.try_build(&returned));
  CHECK(!config.try_build());
  try {
    (void)config.build();
    CHECK_FAIL("build() did not throw");
  } catch (const mcpauth::error &thrown) {
    CHECK_RESULT(thrown.result(), returned.result());
    CHECK_TEXT(thrown.what(), returned.what());
  }
  return returned;
}

static void a_chain_makes_a_verifier(void) {
  const mcpauth::verifier verifier = mcpauth::config("https://mcp.example.com/mcp")
                                         .add_issuer("https://auth.example.com")
                                         .add_tool_scope("write_note", "notes:write")
                                         .build();
  CHECK(verifier);
  CHECK_INT(verifier.stats().issuers, 1);
  CHECK_INT(mcpauth::verifier(good_config()).stats().keys, 1);
}

static void the_first_failure_is_thrown_with_the_librarys_message(void) {
  mcpauth_config *c = nullptr;
  mcpauth_config_new(RESOURCE, &c);
  mcpauth_config_add_issuer(c, ISSUER, nullptr);
  mcpauth_config_add_required_scope(c, "two words");
  const mcpauth::error_view expected(mcpauth_config_error(c));
  mcpauth::config config(RESOURCE);
  config.add_issuer(ISSUER).add_required_scope("two words").add_audience("");
  const mcpauth::error failure = failure_of(config);
  CHECK_RESULT(failure.result(), expected.result());
  CHECK_TEXT(failure.message(), expected.message());
  CHECK_TEXT(failure.code(), expected.code());
  CHECK_INT(failure.http_status(), expected.http_status());
  CHECK_TEXT(config.first_error()->what(), expected.message());
  mcpauth_config_free(c);
}

static void a_bad_resource_is_said_at_the_end(void) {
  CHECK_HAS(failure_of(mcpauth::config("http://mcp.example.com").add_issuer(ISSUER)).message(), "https");
  CHECK_RESULT(failure_of(mcpauth::config(RESOURCE)).result(), MCPAUTH_ERR_INVALID_CONFIG);
  CHECK_RESULT(failure_of(mcpauth::config(nullptr)).result(), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK(mcpauth::config::dangerous_new_with_http_resource("http://mcp.internal/mcp").add_issuer(ISSUER).try_build());
}

static void what_an_issuer_is_told_counts(void) {
  mcpauth::config config(RESOURCE);
  mcpauth::issuer issuer = config.make_issuer(ISSUER);
  issuer.set_jwks_uri("https://auth.example.com/keys").set_algorithms("none");
  CHECK_HAS(failure_of(config).message(), "none");
  mcpauth::config good(RESOURCE);
  good.make_issuer(ISSUER).set_jwks_json(fixture_jwks()).add_alias("https://other.example.com");
  CHECK(
      good.set_clock([] { return std::int64_t{NOW}; }).build().verify(token(R"({"iss":"https://other.example.com"})")));
}

/* A C string would end at the NUL, so that the rule would be another one. */
static void a_nul_inside_a_text_is_refused(void) {
  const std::string text("mcp:read\0 and more", 18);
  for (const bool view : {false, true}) {
    mcpauth::config config = good_config();
    if (view)
      config.add_required_scope(std::string_view(text));
    else
      config.add_required_scope(text);
    const mcpauth::error failure = failure_of(config);
    CHECK_RESULT(failure.result(), MCPAUTH_ERR_INVALID_ARGUMENT);
    CHECK_HAS(failure.message(), "add_required_scope has a NUL");
  }
  mcpauth::config config = good_config(); // a kid that is not there would fit every token
  config.make_issuer("https://b.example.com").add_shared_secret(std::string(32, 's'), "HS256", text);
  CHECK_HAS(failure_of(config).message(), "add_shared_secret has a NUL");
  const mcpauth::verification alice = good_config().build().verify(token());
  CHECK(alice.caller().has_scope("mcp:read"));
  CHECK(!alice.caller().has_scope(text));
  CHECK(!alice.caller().claim<std::string>(std::string("sub\0x", 5)));
  CHECK(!alice.caller().claim<std::vector<std::string>>(std::string("sub\0x", 5)));
}

/* Views need no NUL behind them, and may be of any length. */
static void views_into_the_middle_of_a_text_work(void) {
  const std::string_view all = "xx https://mcp.example.com/mcp yy mcp:read zz";
  mcpauth::config config(all.substr(3, 27));
  config.add_issuer(std::string_view("https://auth.example.com/more").substr(0, 24),
                    [](mcpauth::issuer &issuer) { issuer.set_jwks_json(fixture_jwks()); });
  config.add_required_scope(all.substr(34, 8)).set_clock([] { return std::int64_t{NOW}; });
  CHECK(config.build().verify(token()));
  const std::string length(119, 'a'), longer(120, 'a'), longest(1000, 'a');
  for (const std::string *scope : {&length, &longer, &longest}) {
    mcpauth::config of_that = good_config();
    of_that.add_required_scope(std::string_view(*scope));
    const std::string claims = R"({"scope":")" + *scope + R"("})";
    CHECK(of_that.build().verify(token(claims.c_str())));
    CHECK(!of_that.build().verify(token()));
  }
}

static void moved_from_objects_say_so(void) {
  mcpauth::config config = good_config();
  mcpauth::config taken = std::move(config);
  config.add_audience("x").add_issuer("y", [](mcpauth::issuer &issuer) { issuer.add_alias("z"); });
  config.set_log(MCPAUTH_LOG_DEBUG, [](mcpauth_log_level, std::string_view) {});
  const mcpauth::error failure = failure_of(config);
  CHECK_RESULT(failure.result(), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_HAS(failure.message(), "moved");

  mcpauth::verifier verifier = taken.build();
  const mcpauth::verifier copy = verifier;
  const mcpauth::verifier other = std::move(verifier);
  CHECK(!verifier);
  const mcpauth::decision decision = verifier.handle(post("Bearer " + token(), ping));
  CHECK(!decision);
  CHECK_INT(decision.response().status(), 500);
  CHECK_HAS(decision.message(), "moved");
  CHECK_HAS(verifier.verify(token()).message(), "moved");
  CHECK_RESULT(verifier.verify_async(token(), [](mcpauth::verification) {}), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK(verifier.prefetch());
  CHECK(!verifier.well_known("GET", "/.well-known/oauth-protected-resource/mcp"));
  CHECK(!mcpauth::verifier(verifier));
  CHECK(copy.verify(token()) && other.verify(token()));

  mcpauth::verification alice = other.verify(token());
  CHECK_TEXT(alice.caller().subject(), SUBJECT);
  mcpauth::verification next = std::move(alice);
  CHECK(!alice && next);
  CHECK_TEXT(alice.caller().subject(), "");
  mcpauth::decision first = other.handle(post("Bearer " + token(), ping));
  mcpauth::decision second;
  CHECK(!second);
  second = std::move(first);
  CHECK(!first && second);
  CHECK_INT(first.response().status(), 500);
  mcpauth::caller caller = std::move(second).caller();
  mcpauth::caller moved = std::move(caller);
  CHECK(!caller && moved);
  CHECK(!caller.has_scope("mcp:read") && moved.has_scope("mcp:read"));
  CHECK(!other.require_scopes(caller, "mcp:read") && other.require_scopes(moved, "mcp:read"));
}

static void errors_are_copied_without_a_throw(void) {
  static_assert(std::is_nothrow_copy_constructible_v<mcpauth::error>);
  mcpauth::error kept;
  CHECK_RESULT(kept.result(), MCPAUTH_OK);
  CHECK_TEXT(kept.what(), "");
  {
    const mcpauth::error made(MCPAUTH_ERR_INTERNAL, "text");
    kept = made;
  }
  CHECK_TEXT(kept.message(), "text");
  const std::exception &base = kept;
  CHECK_TEXT(base.what(), "text");
}

static void versions_and_results_have_names(void) {
  CHECK_TEXT(mcpauth::version(), mcpauth_version());
  CHECK_INT(mcpauth::version_number(),
            MCPAUTH_VERSION_MAJOR << 16 | MCPAUTH_VERSION_MINOR << 8 | MCPAUTH_VERSION_PATCH);
  CHECK_TEXT(mcpauth::result_name(MCPAUTH_ERR_TOKEN_EXPIRED), "MCPAUTH_ERR_TOKEN_EXPIRED");
  CHECK(!mcpauth::result_description(MCPAUTH_OK).empty());
}

static void an_issuer_is_judged(void) {
  key_server *server = key_server_start();
  const std::string url = key_server_url(server);
  const std::string metadata = R"({"issuer":")" + url + R"(","jwks_uri":")" + url + R"(/keys"})";
  key_server_route(server, "/.well-known/oauth-authorization-server", 200, metadata.c_str(), nullptr);
  key_server_route(server, "/keys", 200, fixture_jwks(), nullptr);
  mcpauth::config config(RESOURCE);
  const mcpauth::report report = config.make_issuer(url).allow_http_on_loopback().check();
  CHECK_TEXT(report.jwks_uri(), url + "/keys");
  CHECK_INT(report.key_count(), 1);
  CHECK(!report.findings().empty());
  bool found = false; // the metadata has no endpoints
  for (const mcpauth::finding &finding : report.findings()) {
    found |= finding.code == "invalid_server_metadata" && finding.is_error && !finding.is_outage;
    CHECK(!finding.message.empty());
  }
  CHECK(found);
  mcpauth::error why;
  CHECK(!mcpauth::config(RESOURCE).make_issuer("no url").try_check(&why));
  CHECK(!why.message().empty());
  try {
    (void)mcpauth::issuer().check();
    CHECK_FAIL("an empty issuer was checked");
  } catch (const mcpauth::error &error) { CHECK_RESULT(error.result(), MCPAUTH_ERR_NULL_PARAMETER); }
  key_server_stop(server);
}

CHECK_MAIN(CASE(a_chain_makes_a_verifier), CASE(the_first_failure_is_thrown_with_the_librarys_message),
           CASE(a_bad_resource_is_said_at_the_end), CASE(what_an_issuer_is_told_counts),
           CASE(a_nul_inside_a_text_is_refused), CASE(views_into_the_middle_of_a_text_work),
           CASE(moved_from_objects_say_so), CASE(errors_are_copied_without_a_throw),
           CASE(versions_and_results_have_names), CASE(an_issuer_is_judged))
