/* Every callback from C++: what it gets, what an exception in it becomes, and that what it captured is destroyed once. */
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "cpp_fixture.hpp"

/* ---- whoever is told of exceptions ------------------------------------------------------------------------------ */

static std::mutex told_lock;
static std::vector<std::string> told; // "callback: what"

static void note(const char *callback, std::exception_ptr thrown) {
  std::string line = std::string(callback) + ": ";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception &exception) { line += exception.what(); } catch (int number) {
    line += std::to_string(number);
  }
  const std::lock_guard<std::mutex> guard(told_lock);
  told.push_back(line);
}
static std::string last_told(void) {
  const std::lock_guard<std::mutex> guard(told_lock);
  const std::string last = told.empty() ? "" : told.back();
  told.clear();
  return last;
}

/* Counts its copies that are alive, so that a test sees when the last one goes. */
struct counted {
  std::shared_ptr<int> alive = std::make_shared<int>(0);
  long owners() const { return alive.use_count(); }
};

/* ---- custom verifier -------------------------------------------------------------------------------------------- */

static mcpauth::verifier asking(mcpauth::config &config) {
  return config
      .set_custom_verifier([](std::string_view token, mcpauth::identity &who) -> mcpauth_result {
        if (token == "throws") throw std::runtime_error("backend is down");
        if (token == "throws-a-number") throw 7;
        if (token != "good") return MCPAUTH_ERR_TOKEN_REJECTED;
        who.set_issuer(ISSUER).set_subject("bob").set_client_id("c").add_audience(RESOURCE).add_scope("mcp:read");
        who.set_expires_at(NOW + 60).set_claims_json(R"({"plan":"gold"})");
        return MCPAUTH_OK;
      })
      .build();
}

static void a_custom_verifier_decides_or_throws(void) {
  mcpauth::config config = good_config();
  const mcpauth::verifier verifier = asking(config);
  const mcpauth::verification good = verifier.verify("good");
  CHECK(good && good.caller().claim<std::string>("plan") == "gold" && good.caller().has_scope("mcp:read"));
  CHECK_TEXT(good.caller().subject(), "bob");
  CHECK_RESULT(verifier.verify("other").result(), MCPAUTH_ERR_TOKEN_REJECTED);
  CHECK_TEXT(last_told(), "");
  const mcpauth::verification thrown = verifier.verify("throws");
  CHECK_RESULT(thrown.result(), MCPAUTH_ERR_CALLBACK_FAILED);
  CHECK_INT(thrown.error().http_status(), 503);
  CHECK_HAS(thrown.message(), "threw an exception");
  CHECK_TEXT(last_told(), "set_custom_verifier: backend is down");
  CHECK_RESULT(verifier.verify("throws-a-number").result(), MCPAUTH_ERR_CALLBACK_FAILED);
  CHECK_TEXT(last_told(), "set_custom_verifier: 7");
}

static void a_handler_that_throws_or_is_not_there_changes_nothing(void) {
  mcpauth::config config = good_config();
  const mcpauth::verifier verifier = asking(config);
  CHECK(mcpauth::set_exception_handler([](const char *, std::exception_ptr) { throw 1; }) == note);
  CHECK_RESULT(verifier.verify("throws").result(), MCPAUTH_ERR_CALLBACK_FAILED);
  mcpauth::set_exception_handler(nullptr);
  CHECK_RESULT(verifier.verify("throws").result(), MCPAUTH_ERR_CALLBACK_FAILED);
  CHECK(mcpauth::set_exception_handler(note) == nullptr);
}

/* ---- operation check -------------------------------------------------------------------------------------------- */

static std::string call(const char *tool, int amount) {
  return std::string(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")") + tool +
         R"(","arguments":{"amount":)" + std::to_string(amount) + "}}}";
}

static void an_operation_check_judges_arguments_or_throws(void) {
  std::vector<std::string> seen;
  const mcpauth::verifier verifier =
      good_config()
          .set_operation_check([&seen](const mcpauth::operation &asked) -> mcpauth_result {
            seen.push_back(std::string(asked.caller.subject()) + " " + std::string(asked.method) + " " +
                           std::string(asked.name) + " " + std::string(asked.params_json));
            if (asked.name == "throws") throw std::out_of_range("no such account");
            if (asked.name == "never") return MCPAUTH_ERR_OPERATION_NOT_ALLOWED;
            if (asked.params_json.find("5000") != std::string_view::npos) asked.need_scope("pay:much").need_scope("b");
            if (asked.name == "nul") asked.need_scope(std::string("mcp:read\0x", 10));
            return MCPAUTH_OK;
          })
          .build();
  const std::string bearer = "Bearer " + token();
  CHECK(verifier.handle(post(bearer, call("pay", 5))));
  CHECK_TEXT(seen.at(0), R"(alice tools/call pay {"name":"pay","arguments":{"amount":5}})");
  const mcpauth::decision much = verifier.handle(post(bearer, call("pay", 5000)));
  CHECK_RESULT(much.result(), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_HAS(much.response().head(), "pay:much b");
  CHECK_INT(verifier.handle(post(bearer, call("never", 5))).response().status(), 403);
  CHECK_INT(verifier.handle(post(bearer, call("nul", 5))).response().status(), 500);
  CHECK_TEXT(last_told(), "");
  const mcpauth::decision thrown = verifier.handle(post(bearer, call("throws", 5)));
  CHECK_RESULT(thrown.result(), MCPAUTH_ERR_CALLBACK_FAILED);
  CHECK_INT(thrown.response().status(), 503);
  CHECK_TEXT(last_told(), "set_operation_check: no such account");
}

/* ---- clock and log ---------------------------------------------------------------------------------------------- */

static void a_clock_tells_the_time_or_throws(void) {
  bool broken = false;
  mcpauth::config config = good_config();
  const mcpauth::verifier verifier = config
                                         .set_clock([&broken]() -> std::int64_t {
                                           if (broken) throw std::runtime_error("no clock");
                                           return NOW;
                                         })
                                         .build();
  CHECK(verifier.verify(token()));
  broken = true;
  CHECK_RESULT(verifier.verify(token()).result(), MCPAUTH_ERR_INTERNAL);
  CHECK_TEXT(last_told(), "set_clock: no clock");
  config.set_clock([] { return std::chrono::system_clock::from_time_t(NOW + 5000); });
  CHECK_RESULT(config.build().verify(token()).result(), MCPAUTH_ERR_TOKEN_EXPIRED);
}

static void a_log_gets_lines_or_throws(void) {
  std::vector<std::string> lines;
  const mcpauth::verifier verifier = good_config()
                                         .set_log(MCPAUTH_LOG_DEBUG,
                                                  [&lines](mcpauth_log_level level, std::string_view line) {
                                                    CHECK_INT(level, MCPAUTH_LOG_DEBUG);
                                                    lines.emplace_back(line);
                                                    if (lines.size() == 2) throw std::runtime_error("disk is full");
                                                  })
                                         .build();
  CHECK(!verifier.verify("x"));
  CHECK_INT(lines.size(), 1);
  CHECK_TEXT(last_told(), "");
  CHECK_RESULT(verifier.verify("y").result(), MCPAUTH_ERR_TOKEN_MALFORMED);
  CHECK_TEXT(last_told(), "set_log: disk is full");
}

/* ---- fetching --------------------------------------------------------------------------------------------------- */

static mcpauth::config fetching(std::string *mode) {
  mcpauth::config config(RESOURCE);
  config.add_issuer(ISSUER, [](mcpauth::issuer &issuer) { issuer.set_cooldown_seconds(1); });
  config.set_clock([] { return std::int64_t{NOW}; });
  config.set_fetch([mode](const mcpauth::fetch_request &wanted, mcpauth::fetch_response &answer) -> mcpauth_result {
    CHECK(wanted.timeout().count() > 0 && wanted.max_body_bytes() > 0 && !wanted.accept().empty());
    CHECK(wanted.if_none_match().empty() && !answer.is_cancelled());
    if (*mode == "throws") throw std::runtime_error("no route");
    if (*mode == "says why") return answer.set_message("the proxy is down"), MCPAUTH_ERR_CALLBACK_FAILED;
    const bool keys = wanted.url() == ISSUER "/keys";
    answer.set_status(200).add_header("Content-Type", std::string("application/json"));
    answer.append_body(keys ? fixture_jwks() : R"({"issuer":")" ISSUER R"(",)");
    if (!keys) answer.append_body(R"("jwks_uri":")" ISSUER R"(/keys"})");
    return MCPAUTH_OK;
  });
  return config;
}

static void a_fetch_brings_keys_or_throws(void) {
  std::string mode = "throws";
  const mcpauth::verifier none = fetching(&mode).build();
  const mcpauth::verification down = none.verify(token());
  CHECK_INT(down.error().http_status(), 503);
  CHECK_HAS(down.message(), "the fetch callback threw an exception");
  CHECK_TEXT(last_told(), "set_fetch: no route");
  mode = "says why";
  CHECK_HAS(fetching(&mode).build().prefetch()->message(), "the proxy is down");
  mode = "works";
  const mcpauth::verifier verifier = fetching(&mode).build();
  CHECK(!verifier.prefetch());
  CHECK(verifier.verify(token()));
}

/* ---- metadata --------------------------------------------------------------------------------------------------- */

static mcpauth::verification transformed(std::optional<std::string> (*make)(std::string_view)) {
  static std::string mode = "works";
  mcpauth::config config = fetching(&mode);
  config.make_issuer("https://b.example.com").set_metadata_transform(make);
  return config.build().verify(token(R"({"iss":"https://b.example.com"})"));
}

static void a_transformation_makes_metadata_or_throws(void) {
  CHECK(transformed([](std::string_view json) -> std::optional<std::string> {
    CHECK_HAS(json, ISSUER);
    return R"({"issuer":"https://b.example.com","jwks_uri":")" ISSUER R"(/keys"})";
  }));
  CHECK_RESULT(transformed([](std::string_view) -> std::optional<std::string> { return std::nullopt; }).result(),
               MCPAUTH_ERR_METADATA_INVALID);
  CHECK_TEXT(last_told(), "");
  CHECK_RESULT(transformed([](std::string_view) -> std::optional<std::string> { throw 3; }).result(),
               MCPAUTH_ERR_METADATA_INVALID);
  CHECK_TEXT(last_told(), "set_metadata_transform: 3");
}

/* ---- what they captured ----------------------------------------------------------------------------------------- */

static void captures_are_destroyed_once_with_their_last_user(void) {
  const counted seen;
  {
    mcpauth::config config = good_config();
    config.set_log(MCPAUTH_LOG_ERROR, [seen](mcpauth_log_level, std::string_view) {})
        .set_clock([seen] { return std::int64_t{NOW}; })
        .set_operation_check([seen](const mcpauth::operation &) { return MCPAUTH_OK; });
    CHECK_INT(seen.owners(), 4);
    const mcpauth::verifier verifier = config.build();
    config.set_clock([] { return std::int64_t{NOW}; });
    const mcpauth::config gone = std::move(config);
    CHECK(verifier.verify(token()));
    CHECK(seen.owners() > 1);
  }
  CHECK_INT(seen.owners(), 1);
  mcpauth::config moved = good_config();
  const mcpauth::config elsewhere = std::move(moved);
  moved.set_custom_verifier([seen](std::string_view, mcpauth::identity &) { return MCPAUTH_OK; }); // is refused
  CHECK_INT(seen.owners(), 1);
  auto only = std::make_unique<std::int64_t>(NOW); // may only be moved
  CHECK(good_config().set_clock([only = std::move(only)] { return *only; }).build().verify(token()));
}

static void all_tests_hear_of_exceptions(void) { CHECK(mcpauth::set_exception_handler(note) == nullptr); }

CHECK_MAIN(CASE(all_tests_hear_of_exceptions), CASE(a_custom_verifier_decides_or_throws),
           CASE(a_handler_that_throws_or_is_not_there_changes_nothing),
           CASE(an_operation_check_judges_arguments_or_throws), CASE(a_clock_tells_the_time_or_throws),
           CASE(a_log_gets_lines_or_throws), CASE(a_fetch_brings_keys_or_throws),
           CASE(a_transformation_makes_metadata_or_throws), CASE(captures_are_destroyed_once_with_their_last_user))
