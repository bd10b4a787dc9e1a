#include "comparison.hpp"

#include <cctype>
#include <cstdio>

std::string shown(const std::string &bytes) {
  std::string out;
  for (unsigned char c : bytes.substr(0, 400)) {
    char hex[8];
    snprintf(hex, sizeof hex, c < 0x20 || c > 0x7E ? "<%02X>" : "%c", c);
    out += hex;
  }
  return out;
}

// ---- facts of a text that explain a difference, found without the library ------------------------------------------------

// The deepest nesting of a text that is JSON.
static size_t depth_of(const std::string &text) {
  size_t depth = 0, deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (in_string) {
      if (c == '\\')
        i++;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest) deepest = depth;
    } else if (c == ']' || c == '}') {
      depth--;
    }
  }
  return deepest;
}

// Each number of a JSON text, as it is spelled.
static std::vector<std::string> numbers_of(const std::string &text) {
  std::vector<std::string> numbers;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '"') {
      for (i++; text[i] != '"'; i++) i += text[i] == '\\';
    } else if (text[i] == '-' || isdigit(static_cast<unsigned char>(text[i]))) {
      size_t end = text.find_first_not_of("0123456789+-.eE", i);
      numbers.push_back(text.substr(i, end - i));
      i = (end == std::string::npos ? text.size() : end) - 1;
    }
  }
  return numbers;
}

// ---- the comparison --------------------------------------------------------------------------------------------------

// A number that ends where the text of a message does is not read: strtod would look at what is behind it. A message is
// never a number.
static bool is_lone_number(const std::string &text) {
  return text.find_first_not_of("0123456789+-.eE \t\r\n") == text.npos;
}

static bool same_values(const std::string &text, const Mode &mode, const Reading &one, const Reading &other) {
  return one.value == other.value || (mode.allows_null && is_lone_number(text));
}

static void compare_with_jansson(const std::string &text, const Mode &mode, const Reading &theirs, Comparison &out) {
  const Reading &ours = out.ours;
  if (ours.accepted && theirs.accepted) {
    if (!same_values(text, mode, ours, theirs)) out.fault("another value than jansson's");
  } else if (ours.accepted) {
    if (theirs.code == json_error_numeric_overflow)
      out.difference("jansson refuses: number-range");
    else if (theirs.code == json_error_null_byte_in_key && mode.allows_null)
      out.difference("jansson refuses: null-in-name");
    else
      out.fault("jansson refuses it with code " + std::to_string(theirs.code));
  } else if (theirs.accepted) {
    if (text.find('\0') != std::string::npos)
      out.difference("jansson accepts: raw-null");
    else if (depth_of(text) > mode.max_depth)
      out.difference("jansson accepts: nesting");
    else
      out.fault("jansson accepts it; here: " + ours.error);
  }
}

// Newer versions have a code of their own for large integers.
static bool is_about_a_number(int code) {
  std::string message = simdjson::error_message(simdjson::error_code(code));
  return message.find("number") != message.npos || message.find("integer") != message.npos;
}

static void compare_with_simdjson(const std::string &text, const Mode &mode, const Reading &theirs, Comparison &out) {
  const Reading &ours = out.ours;
  if (ours.accepted && theirs.accepted) {
    if (!same_values(text, mode, ours, theirs)) out.fault("another value than simdjson's");
  } else if (ours.accepted) {
    if (is_about_a_number(theirs.code))
      out.difference("simdjson refuses: number-range");
    else
      out.fault("simdjson refuses it with code " + std::to_string(theirs.code));
  } else if (theirs.accepted) {
    int code = read_by_jansson(text, mode, JSON_DECODE_INT_AS_REAL).code;
    if (has_duplicate_names(text))
      out.difference("simdjson accepts: duplicate-names");
    else if ((code == json_error_null_character || code == json_error_null_byte_in_key) && !mode.allows_null)
      out.difference("simdjson accepts: null-escape");
    else if (depth_of(text) > mode.max_depth)
      out.difference("simdjson accepts: nesting");
    else if (text.compare(0, 3, "\xEF\xBB\xBF") == 0)
      out.difference("simdjson accepts: byte-order-mark");
    else
      out.fault("simdjson accepts it; here: " + ours.error);
  }
}

static bool has_blank_outside_of_strings(const std::string &text) {
  bool in_string = false;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '"')
      in_string = !in_string;
    else if (in_string && text[i] == '\\')
      i++;
    else if (!in_string && strchr(" \t\r\n", text[i]))
      return true;
  }
  return false;
}

static void check_written(const std::string &text, const Mode &mode, const Reading &jansson, const Reading &simdjson,
                          Comparison &out) {
  const Reading &ours = out.ours;
  static GuardedText guarded;
  const std::string &written = ours.written;
  Reading again = read_by_us(guarded.put(written), written.size(), mode);
  if (!again.accepted) return out.fault("what was written is not read: " + shown(written));
  if (!same_values(text, mode, again, ours)) out.fault("what was written is read as another value: " + shown(written));
  if (again.written != written) out.fault("written a second time it is another text: " + shown(written));
  for (unsigned char c : written) {
    if (c < 0x20 || c > 0x7E || c == '<' || c == '>' || c == '&')
      return out.fault("written without an escape: " + shown(written));
  }
  if (has_blank_outside_of_strings(written)) out.fault("blanks were written: " + shown(written));
  if (jansson.accepted && !same_values(text, mode, ours, read_by_jansson(written, mode)))
    out.fault("jansson reads another value in what was written: " + shown(written));
  if (simdjson.accepted && !same_values(text, mode, ours, read_by_simdjson(written)))
    out.fault("simdjson reads another value in what was written: " + shown(written));
  if (numbers_of(text) != numbers_of(written)) out.fault("a number is spelled otherwise: " + shown(written));
}

Comparison compare(const std::string &text, const Mode &mode) {
  static GuardedText guarded;
  Comparison out;
  out.ours = read_by_us(guarded.put(text), text.size(), mode);
  Reading jansson = read_by_jansson(text, mode), simdjson = read_by_simdjson(text);
  compare_with_jansson(text, mode, jansson, out);
  compare_with_simdjson(text, mode, simdjson, out);
  if (out.ours.accepted) check_written(text, mode, jansson, simdjson, out);
  return out;
}
