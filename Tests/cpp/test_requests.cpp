/* Requests, callers and answers from C++. */
#include <map>
#include <utility>
#include <vector>

#include "cpp_fixture.hpp"

static void a_good_token_goes_on_and_a_missing_one_gets_its_challenge(void) {
  const mcpauth::verifier verifier = good_config().build();
  const mcpauth::decision good = verifier.handle(post("Bearer " + token(), ping));
  CHECK(good);
  CHECK_TEXT(good.caller().subject(), SUBJECT);
  CHECK_TEXT(good.message(), mcpauth::result_description(MCPAUTH_OK));
  const mcpauth::decision bad = verifier.handle(post("", ping));
  CHECK(!bad && !bad.responded() && !bad.would_block());
  CHECK(!bad.caller());
  CHECK_RESULT(bad.result(), MCPAUTH_ERR_MISSING_AUTH_HEADER);
  CHECK_INT(bad.response().status(), 401);
  CHECK_RESULT(bad.response().error().result(), MCPAUTH_ERR_MISSING_AUTH_HEADER);
  CHECK_TEXT(bad.message(), bad.response().error().message());
  std::map<std::string, std::string> fields;
  bad.response().for_each_header([&](std::string_view name, std::string_view value) { fields.emplace(name, value); });
  CHECK_HAS(fields["WWW-Authenticate"], METADATA_URL);
  CHECK_INT(fields.size(), bad.response().headers().size());
  CHECK_HAS(bad.response().head(), "WWW-Authenticate: Bearer");
  CHECK_HAS(bad.response().body(), "\"error\"");
  CHECK_RESULT(verifier.authorize(mcpauth::request().authorization("Basic x")).result(),
               MCPAUTH_ERR_INVALID_AUTH_HEADER);
  CHECK(verifier.try_handle(post("Bearer " + token(), ping)));
}

/* More fields than have a place in the object itself, in copies too. */
static void every_header_field_is_seen(void) {
  const mcpauth::verifier verifier = good_config().build();
  const std::string authorization = "Bearer " + token();
  for (const int before : {0, 30, 31, 32, 33, 100}) {
    mcpauth::request request("POST", "/mcp");
    request.body(ping);
    for (int i = 0; i < before; i++) request.header("X-Other", "value");
    request.header("Authorization", authorization);
    mcpauth::request copy;
    copy = request;
    const mcpauth::request moved = std::move(request);
    CHECK_INT(copy.get().header_count, before + 1);
    CHECK(verifier.handle(copy));
    CHECK(verifier.handle(moved));
    CHECK_RESULT(verifier.handle(copy.header("Authorization", authorization)).result(),
                 MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS);
  }
}

static void claims_come_as_the_type_asked_for(void) {
  const mcpauth::verification verified = good_config().build().verify(
      token(R"({"age":42,"big":300,"minus":-1,"ratio":0.5,"vip":true,"empty":"","realm":{"roles":["a","","c"]},
                "mixed":["a",1],"none":[],"https://example.com/x":["p"]})"));
  const mcpauth::caller &caller = verified.caller();
  CHECK_INT(caller.claim<std::int64_t>("age").value_or(0), 42);
  CHECK_INT(caller.claim<std::uint8_t>("age").value_or(0), 42);
  CHECK(!caller.claim<std::uint8_t>("big") && !caller.claim<std::int8_t>("big") && caller.claim<int>("big"));
  CHECK(!caller.claim<unsigned>("minus") && !caller.claim<std::uint64_t>("minus") &&
        caller.claim<short>("minus") == -1);
  CHECK(caller.claim<double>("ratio") == 0.5 && caller.claim<double>("age") == 42.0 &&
        caller.claim<float>("ratio") == 0.5f);
  CHECK(!caller.claim<int>("ratio") && !caller.claim<int>("vip") && !caller.claim<bool>("age"));
  CHECK(caller.claim<bool>("vip") == true);
  CHECK(caller.claim<std::string_view>("sub") == std::string_view(SUBJECT) && caller.claim<std::string>("empty") == "");
  CHECK(!caller.claim<std::string>("age") && !caller.claim<std::string_view>("nothing"));
  CHECK(caller.claim<std::vector<std::string>>("realm.roles") == std::vector<std::string>({"a", "", "c"}));
  CHECK(caller.claim<std::vector<std::string_view>>("/realm/roles")->size() == 3);
  CHECK(caller.claim<std::vector<std::string>>("/https:~1~1example.com~1x")->at(0) == "p");
  CHECK(caller.claim<std::vector<std::string>>("none")->empty());
  CHECK(!caller.claim<std::vector<std::string>>("mixed") && !caller.claim<std::vector<std::string>>("sub"));
  CHECK(caller.claim_json("realm") == R"({"roles":["a","","c"]})" && !caller.claim_json("nothing"));
  CHECK_INT(caller.claim_count("realm.roles"), 3);
  CHECK_INT(caller.claim_type("realm"), MCPAUTH_CLAIM_OBJECT);
}

static void a_caller_says_who_it_is(void) {
  mcpauth::caller caller;
  {
    const mcpauth::verifier verifier = good_config().build();
    caller = verifier.verify(token()).caller();
    CHECK(verifier.check(caller));
  }
  const mcpauth::caller copy = caller;
  caller = mcpauth::caller();
  CHECK_TEXT(copy.issuer(), ISSUER);
  CHECK_TEXT(copy.client_id(), "client-1");
  CHECK_INT(copy.expires_at(), NOW + 300);
  CHECK(!copy.is_anonymous() && !copy.principal().empty());
  CHECK_HAS(copy.claims_json(), "\"client-1\"");
  std::vector<std::string_view> scopes(copy.scopes().begin(), copy.scopes().end());
  CHECK(scopes == std::vector<std::string_view>({"mcp:read", "mcp:write"}));
  CHECK(copy.scopes().size() == 2 && copy.scopes()[2].empty());
  CHECK(copy.audiences().size() == 1 && copy.audiences()[0] == RESOURCE);
  mcpauth::caller owner = copy;
  mcpauth_authinfo_free(owner.release());
  CHECK(!owner);
}

static void what_may_be_done_is_asked(void) {
  const mcpauth::verifier verifier = good_config()
                                         .add_tool_scope("write", "mcp:admin")
                                         .add_prompt_scope("ask", "mcp:admin")
                                         .add_resource_scope("file:///x", "mcp:admin")
                                         .build();
  const mcpauth::verification alice = verifier.verify(token());
  CHECK(!verifier.may_call_tool(alice.caller(), "write") && verifier.may_call_tool(alice.caller(), "read"));
  CHECK(!verifier.may_get_prompt(alice.caller(), "ask") && verifier.may_get_prompt(alice.caller(), "other"));
  CHECK(!verifier.may_read_resource(alice.caller(), "file:///x"));
  CHECK(verifier.may_read_resource(alice.caller(), "file:///y"));
  const mcpauth::outcome step_up = verifier.require_scopes(alice.caller(), "mcp:read mcp:admin");
  CHECK_INT(step_up.response().status(), 403);
  CHECK_INT(verifier.result_count(MCPAUTH_OK), 1);
  CHECK_INT(verifier.stats().accepted, 1);
}

static void the_metadata_is_served(void) {
  const mcpauth::verifier verifier = good_config().build();
  const mcpauth::outcome document = verifier.well_known("GET", "/.well-known/oauth-protected-resource/mcp");
  CHECK(!document && document.responded());
  CHECK_INT(document.response().status(), 200);
  CHECK_HAS(document.response().body(), RESOURCE);
  CHECK(!document.response().error());
  CHECK(verifier.well_known("GET", "/mcp"));
  mcpauth::request page = post("Bearer " + token(), ping);
  CHECK(verifier.cross_origin_headers(page) && !verifier.cross_origin_headers(page).response());
  page.header("Origin", "https://mcp.example.com");
  CHECK(!verifier.cross_origin_headers(page).response().headers().empty());
  CHECK_RESULT(verifier.handle(mcpauth::request("GET", "/.well-known/oauth-protected-resource/mcp")).result(),
               MCPAUTH_RESPONDED);
}

static void sessions_are_bound_to_their_caller(void) {
  const mcpauth::verifier verifier = good_config().set_session_key(std::string(32, 'k')).build();
  const mcpauth::verification alice = verifier.verify(token());
  const mcpauth::verification bob = verifier.verify(token(R"({"sub":"bob"})"));
  const std::string session = verifier.bind_session(alice.caller(), "7.8").value();
  CHECK_TEXT(verifier.check_session(alice.caller(), session).id(), "7.8");
  const mcpauth::session_outcome stolen = verifier.check_session(bob.caller(), session);
  CHECK(!stolen && stolen.id().empty());
  CHECK_INT(stolen.response().status(), 404);
  CHECK(!verifier.bind_session(alice.caller(), "two words"));
}

static void a_failed_verification_has_its_response(void) {
  const mcpauth::verifier verifier = good_config().build();
  const mcpauth::verification old = verifier.verify(token(R"({"exp":5})"));
  CHECK_RESULT(old.error().result(), MCPAUTH_ERR_TOKEN_EXPIRED);
  CHECK_TEXT(old.message(), old.error().message());
  CHECK_INT(verifier.response_to(old.error()).status(), 401);
  CHECK(!verifier.response_to(mcpauth::error_view()));
  CHECK(verifier.try_verify(token()));
}

CHECK_MAIN(CASE(a_good_token_goes_on_and_a_missing_one_gets_its_challenge), CASE(every_header_field_is_seen),
           CASE(claims_come_as_the_type_asked_for), CASE(a_caller_says_who_it_is), CASE(what_may_be_done_is_asked),
           CASE(the_metadata_is_served), CASE(sessions_are_bound_to_their_caller),
           CASE(a_failed_verification_has_its_response))
