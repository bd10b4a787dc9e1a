/*
 * parameters.c: the names and values of queries and forms (application/x-www-form-urlencoded). A parameter that is there
 * twice is no parameter: RFC 6749 section 3.1 forbids it, and two readers could see two different values.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

/* False when there are too many, or one of them is not UTF-8 or holds a NUL. */
bool parameters_add(json_t *parameters, const char *name, size_t name_len, const char *value, size_t value_len) {
  char key[64];
  if (memchr(name, '\0', name_len) != NULL || memchr(value, '\0', value_len) != NULL) return false;
  if (name_len >= sizeof key) return true; /* no parameter of ours has such a name; unknown ones are ignored */
  memcpy(key, name, name_len);
  key[name_len] = '\0';

  json_t *values = json_object_get(parameters, key);
  if (values == NULL) {
    if (json_object_size(parameters) == MAX_PARAMETERS) return false;
    values = json_array();
    if (json_object_set_new(parameters, key, values) != 0) return false;
  }
  return json_array_size(values) < MAX_PARAMETERS && json_array_append_new(values, json_stringn(value, value_len)) == 0;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes in place; the new length, or SIZE_MAX when a percent sign is not followed by two hexadecimal digits. */
static size_t decode(char *text, size_t len) {
  size_t out = 0;
  for (size_t i = 0; i < len; i++) {
    if (text[i] == '%') {
      if (len - i < 3 || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) return SIZE_MAX;
      text[out++] = (char)(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
      i += 2;
    } else {
      text[out++] = text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool parameters_from_form(const char *body, size_t len, json_t *parameters) {
  char *copy = malloc(len + 1);
  bool ok = copy != NULL;
  size_t begin = 0;
  if (ok) memcpy(copy, body, len);
  while (ok && begin < len) {
    const char *ampersand = memchr(copy + begin, '&', len - begin);
    const size_t end = ampersand != NULL ? (size_t)(ampersand - copy) : len;
    char *equals = memchr(copy + begin, '=', end - begin);
    char *value = equals != NULL ? equals + 1 : copy + end;
    const size_t name_len = decode(copy + begin, equals != NULL ? (size_t)(equals - copy) - begin : end - begin);
    const size_t value_len = decode(value, (size_t)(copy + end - value));
    ok = name_len != SIZE_MAX && value_len != SIZE_MAX &&
         (name_len == 0 || parameters_add(parameters, copy + begin, name_len, value, value_len));
    begin = end + 1;
  }
  free(copy);
  return ok;
}

size_t parameter_count(const json_t *parameters, const char *name) {
  return json_array_size(json_object_get(parameters, name));
}

const char *parameter_at(const json_t *parameters, const char *name, size_t index) {
  return json_string_value(json_array_get(json_object_get(parameters, name), index));
}

/* The value; NULL when there is none or more than one. An empty value counts as none (RFC 6749 section 3.1). */
const char *parameter(const json_t *parameters, const char *name) {
  const char *value = parameter_count(parameters, name) == 1 ? parameter_at(parameters, name, 0) : NULL;
  return value != NULL && value[0] != '\0' ? value : NULL;
}

/* The name of a parameter that is there twice, though only `resource` may be (RFC 8707 section 2); NULL when none is. */
const char *repeated_parameter(const json_t *parameters) {
  const char *name = NULL;
  json_t *values = NULL;
  json_object_foreach((json_t *)parameters, name, values) {
    if (json_array_size(values) > 1 && strcmp(name, "resource") != 0) return name;
  }
  return NULL;
}
