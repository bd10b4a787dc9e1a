/* The second unit of test_no_exceptions: it includes all of mcpauth.hpp, too. */
#include "cpp_fixture.hpp"

mcpauth::verifier verifier_of_the_other_unit() {
  mcpauth::set_exception_handler([](const char *, std::exception_ptr) {});
  return *good_config().try_build();
}
std::string_view subject_in_the_other_unit(const mcpauth::caller &caller) { return caller.subject(); }
