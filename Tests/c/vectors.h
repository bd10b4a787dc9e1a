/* The tables of Tests/vectors, which tests in other languages read too. VECTORS is their folder. */
#ifndef VECTORS_H
#define VECTORS_H

#include <jansson.h>
#include <stdlib.h>

#include "fixture.h"

/* The result of this name, without MCPAUTH_ and ERR_. */
static inline mcpauth_result result_named(const char *name) {
  for (mcpauth_result result = 0; name != NULL && result < 1000; result++) {
    const char *known = mcpauth_result_name(result) + strlen("MCPAUTH_");
    if (strncmp(known, "ERR_", 4) == 0) known += 4;
    if (strcmp(known, name) == 0) return result;
  }
  CHECK_FAIL("no result is called %s", name ? name : "(null)");
  return MCPAUTH_ERR_INTERNAL;
}

/* A member of a row. Text may hold NUL bytes; an absent one is {NULL, 0}, and false. */
static inline mcpauth_str row_str(const json_t *row, const char *member) {
  const json_t *text = json_object_get(row, member);
  return (mcpauth_str){json_string_value(text), json_string_length(text)};
}
static inline const char *row_text(const json_t *row, const char *member) { return row_str(row, member).data; }
static inline bool row_is(const json_t *row, const char *member) { return json_is_true(json_object_get(row, member)); }
static inline mcpauth_result row_result(const json_t *row) { return result_named(row_text(row, "result")); }

/* A text with every mark replaced. Its data is to be freed. */
static inline mcpauth_str filled(const json_t *text, const char *mark, const char *with) {
  const char *from = json_string_value(text), *end = from + json_string_length(text);
  char *all = malloc(json_string_length(text) * (strlen(with) + 1) + 1);
  size_t len = 0;
  while (from < end) {
    const bool is_mark = (size_t)(end - from) >= strlen(mark) && memcmp(from, mark, strlen(mark)) == 0;
    const size_t piece = is_mark ? strlen(with) : 1;
    memcpy(all + len, is_mark ? with : from, piece);
    len += piece;
    from += is_mark ? strlen(mark) : 1;
  }
  all[len] = '\0';
  return (mcpauth_str){all, len};
}

/* To be freed with json_decref. One that cannot be read fails the case. */
static inline json_t *vector_table(const char *name) {
  json_error_t error;
  char *path = format(VECTORS "/%s.json", name);
  json_t *table = json_load_file(path, JSON_ALLOW_NUL, &error);
  if (table == NULL) CHECK_FAIL("%s, line %d: %s", path, error.line, error.text);
  free(path);
  return table;
}

/* Calls check for each row of the table's part, and names the rows it fails for. The context is the caller's. */
static inline void check_rows(const json_t *table, const char *part, void (*check)(const json_t *row, void *context),
                              void *context) {
  const json_t *rows = json_object_get(table, part);
  CHECK(json_array_size(rows) > 0);
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const unsigned failures = check_failures_of_case;
    check(json_array_get(rows, i), context);
    if (check_failures_of_case == failures) continue;
    char *shown = json_dumps(json_array_get(rows, i), JSON_ENCODE_ANY);
    printf("#   in %s\n", shown);
    free(shown);
  }
}

#endif /* VECTORS_H */
