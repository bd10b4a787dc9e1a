#include "readers.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <set>

static constexpr size_t room = 1 << 20;

GuardedText::GuardedText() {
  void *start = mmap(nullptr, room + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) abort();
  end = static_cast<char *>(start) + room;
  if (mprotect(end, 4096, PROT_NONE) != 0) abort();
}

const char *GuardedText::put(const std::string &text) {
  if (text.size() > room) abort();
  return static_cast<char *>(memcpy(end - text.size(), text.data(), text.size()));
}

// ---- the form ---------------------------------------------------------------------------------------------------------

static void put_count(std::string &out, size_t count) {
  for (int i = 0; i < 4; i++) out += char(count >> 8 * i);
}

static void put_bytes(std::string &out, const char *bytes, size_t count) {
  put_count(out, count);
  out.append(bytes, count);
}

static void put_bits(std::string &out, char kind, uint64_t bits) {
  out += kind;
  for (int i = 0; i < 8; i++) out += char(bits >> 8 * i);
}

static void put_double(std::string &out, char kind, double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  put_bits(out, kind, bits);
}

// ---- the library ------------------------------------------------------------------------------------------------------

Reading read_by_us(const char *text, size_t count, const Mode &mode) {
  Reading reading;
  json_probe *probe = json_probe_parse(text, count, mode.max_depth, mode.max_values);
  auto string = [&](const uint8_t *(*ask)(json_probe *, size_t *)) {
    size_t length = 0;
    const uint8_t *bytes = ask(probe, &length);
    return std::string(reinterpret_cast<const char *>(bytes), length);
  };
  reading.accepted = json_probe_status(probe) == JSON_PROBE_READ;
  if (reading.accepted) {
    reading.value = string(json_probe_describe);
    reading.written = string(json_probe_serialize);
  } else {
    reading.error = string(json_probe_error);
  }
  json_probe_free(probe);
  return reading;
}

// ---- jansson ----------------------------------------------------------------------------------------------------------

static void describe(json_t *value, std::string &out) {
  switch (json_typeof(value)) {
    case JSON_OBJECT: {
      out += '{';
      put_count(out, json_object_size(value));
      for (void *at = json_object_iter(value); at; at = json_object_iter_next(value, at)) {
        const char *name = json_object_iter_key(at);
        put_bytes(out, name, strlen(name));
        describe(json_object_iter_value(at), out);
      }
      return;
    }
    case JSON_ARRAY:
      out += '[';
      put_count(out, json_array_size(value));
      for (size_t i = 0; i < json_array_size(value); i++) describe(json_array_get(value, i), out);
      return;
    case JSON_STRING: out += 's'; return put_bytes(out, json_string_value(value), json_string_length(value));
    case JSON_INTEGER: return put_bits(out, 'i', uint64_t(json_integer_value(value)));
    case JSON_REAL: return put_double(out, 'd', json_real_value(value));
    case JSON_TRUE: out += 't'; return;
    case JSON_FALSE: out += 'f'; return;
    case JSON_NULL: out += 'n';
  }
}

Reading read_by_jansson(const std::string &text, const Mode &mode, size_t flags) {
  Reading reading;
  json_error_t error = {};
  flags |= JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | (mode.allows_null ? JSON_ALLOW_NUL : 0);
  json_t *value = json_loadb(text.data(), text.size(), flags, &error);
  if (value) {
    reading.accepted = true;
    describe(value, reading.value);
    json_decref(value);
  } else {
    reading.code = json_error_code(&error);
  }
  return reading;
}

// ---- simdjson ---------------------------------------------------------------------------------------------------------

static void describe(simdjson::dom::element value, std::string &out) {
  using simdjson::dom::element_type;
  switch (value.type()) {
    case element_type::OBJECT: {
      simdjson::dom::object object = value.get_object();
      out += '{';
      size_t at = out.size(), count = 0;
      put_count(out, 0);
      for (auto member : object) {
        put_bytes(out, member.key.data(), member.key.size());
        describe(member.value, out);
        count++; // size() saturates
      }
      std::string counted;
      put_count(counted, count);
      out.replace(at, 4, counted);
      return;
    }
    case element_type::ARRAY: {
      simdjson::dom::array array = value.get_array();
      out += '[';
      size_t at = out.size(), count = 0;
      put_count(out, 0);
      for (auto element : array) describe(element, out), count++;
      std::string counted;
      put_count(counted, count);
      out.replace(at, 4, counted);
      return;
    }
    case element_type::STRING: {
      std::string_view string = value.get_string();
      out += 's';
      return put_bytes(out, string.data(), string.size());
    }
    case element_type::INT64: return put_bits(out, 'i', uint64_t(int64_t(value.get_int64())));
    case element_type::UINT64: return put_double(out, 'I', double(uint64_t(value.get_uint64())));
    case element_type::DOUBLE: return put_double(out, 'd', value.get_double());
    case element_type::BOOL: out += bool(value.get_bool()) ? 't' : 'f'; return;
    case element_type::NULL_VALUE: out += 'n';
  }
}

Reading read_by_simdjson(const std::string &text) {
  static simdjson::dom::parser parser;
  Reading reading;
  simdjson::dom::element root;
  auto error = parser.parse(text).get(root);
  reading.accepted = !error;
  reading.code = error;
  if (!error) describe(root, reading.value);
  return reading;
}

static bool has_duplicate_names(simdjson::dom::element value) {
  simdjson::dom::object object;
  simdjson::dom::array array;
  if (!value.get(array)) {
    for (auto element : array) {
      if (has_duplicate_names(element)) return true;
    }
  }
  if (value.get(object)) return false;
  std::set<std::string_view> names;
  for (auto member : object) {
    if (!names.insert(member.key).second || has_duplicate_names(member.value)) return true;
  }
  return false;
}

bool has_duplicate_names(const std::string &text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  return !parser.parse(text).get(root) && has_duplicate_names(root);
}
