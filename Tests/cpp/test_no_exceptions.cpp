/* Compiled with -fno-exceptions and -fno-rtti: everything that returns is there. And linked with a second unit: one
 * definition of everything. */
#include "cpp_fixture.hpp"

#ifdef MCPAUTH_HPP_EXCEPTIONS
#error "this has to be compiled with -fno-exceptions"
#endif

mcpauth::verifier verifier_of_the_other_unit();
std::string_view subject_in_the_other_unit(const mcpauth::caller &caller);

static void failures_are_returned(void) {
  mcpauth::error why;
  CHECK(!mcpauth::config("http://x").try_build(&why));
  CHECK(!why.message().empty());
  CHECK(!mcpauth::config(RESOURCE).make_issuer("no url").try_check(&why));
}

static void a_second_unit_shares_all_definitions(void) {
  const mcpauth::verifier verifier = verifier_of_the_other_unit();
  const mcpauth::decision decision = verifier.handle(post("Bearer " + token(), ping));
  CHECK(decision);
  CHECK_TEXT(subject_in_the_other_unit(decision.caller()), SUBJECT);
  const auto handler = [](const char *, std::exception_ptr) {};
  CHECK(mcpauth::set_exception_handler(handler) != nullptr); // the other unit's
}

CHECK_MAIN(CASE(failures_are_returned), CASE(a_second_unit_shares_all_definitions))
