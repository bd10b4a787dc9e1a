// What different readers make of one text, in a form that can be compared: see json_probe_describe in probe.h.
#pragma once

#include <jansson.h>
#include <simdjson.h>

#include <cstring>
#include <string>

#include "probe.h"

// How a text is to be read: as a token, or as the body of a request.
struct Mode {
  const char *name;
  size_t max_depth;
  ptrdiff_t max_values;
  bool allows_null; // \u0000 in strings
};

inline constexpr Mode as_token = {"token", 32, -1, false};
inline constexpr Mode as_message = {"message", 512, 100000, true};

struct Reading {
  bool accepted = false;
  std::string value;   // described
  std::string written; // by the library's own writer, where it was the reader
  std::string error;   // the library's own words
  int code = 0;        // of jansson or simdjson, where they refuse
};

// A copy that ends where readable memory does, so that reading a byte too many crashes.
class GuardedText {
 public:
  GuardedText();
  const char *put(const std::string &text);

 private:
  char *end;
};

Reading read_by_us(const char *text, size_t count, const Mode &mode);

// flags besides those that make it as strict as it gets
Reading read_by_jansson(const std::string &text, const Mode &mode, size_t flags = 0);

Reading read_by_simdjson(const std::string &text);

// Whether a text that simdjson accepts has a name twice in one object.
bool has_duplicate_names(const std::string &text);
