/* Version, and the names and descriptions of the results. */
#include <stdlib.h>

#include "check.h"
#include "results.h"

static void version_is_the_headers(void) {
  char expected[32];
  snprintf(expected, sizeof expected, "%d.%d.%d", MCPAUTH_VERSION_MAJOR, MCPAUTH_VERSION_MINOR, MCPAUTH_VERSION_PATCH);
  CHECK(strcmp(mcpauth_version(), expected) == 0);
  CHECK_INT(mcpauth_version_number(), MCPAUTH_VERSION_MAJOR << 16 | MCPAUTH_VERSION_MINOR << 8 | MCPAUTH_VERSION_PATCH);
}

static void every_result_has_its_own_name(void) {
  for (size_t i = 0; i < ALL_RESULTS_COUNT; i++)
    if (strcmp(mcpauth_result_name(ALL_RESULTS[i].result), ALL_RESULTS[i].name) != 0)
      CHECK_FAIL("%u is called %s, not %s", ALL_RESULTS[i].result, mcpauth_result_name(ALL_RESULTS[i].result),
                 ALL_RESULTS[i].name);
}

static void every_result_is_described_in_a_sentence_of_its_own(void) {
  for (size_t i = 0; i < ALL_RESULTS_COUNT; i++) {
    const char *sentence = mcpauth_result_description(ALL_RESULTS[i].result);
    size_t len = strlen(sentence);
    if (len < 10 || sentence[len - 1] != '.') CHECK_FAIL("%s: \"%s\"", ALL_RESULTS[i].name, sentence);
    for (size_t j = 0; j < i; j++)
      if (strcmp(sentence, mcpauth_result_description(ALL_RESULTS[j].result)) == 0)
        CHECK_FAIL("%s and %s: \"%s\"", ALL_RESULTS[i].name, ALL_RESULTS[j].name, sentence);
  }
}

/* Over the whole range where constants are, and at its ends: what is no constant has no constant's name. */
static void other_numbers_are_unknown(void) {
  size_t known = 0;
  for (mcpauth_result number = 0; number < 2000; number++)
    if (strcmp(mcpauth_result_name(number), "MCPAUTH_UNKNOWN_RESULT") != 0) known++;
  CHECK_INT(known, ALL_RESULTS_COUNT);
  CHECK(strcmp(mcpauth_result_name(UINT32_MAX), "MCPAUTH_UNKNOWN_RESULT") == 0);
  CHECK(strlen(mcpauth_result_description(UINT32_MAX)) > 10);
  CHECK(strlen(mcpauth_result_description(2)) > 10);
}

CHECK_MAIN(CASE(version_is_the_headers), CASE(every_result_has_its_own_name),
           CASE(every_result_is_described_in_a_sentence_of_its_own), CASE(other_numbers_are_unknown))
