/** @file raw_text.hpp @brief The grammar of a request's head (RFC 9112), line by line. A part of raw.hpp. */
#ifndef MCPAUTH_RAW_TEXT_HPP
#define MCPAUTH_RAW_TEXT_HPP

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string_view>

#include "adapter.hpp"

/** @cond */
namespace mcpauth::detail {

constexpr bool is_visible(char c) noexcept { return static_cast<unsigned char>(c - '!') <= '~' - '!'; } // ASCII
/** Of a field's value: no NUL and no other control but a tab. Bytes beyond ASCII are the library's to judge. */
constexpr bool is_value_char(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}
inline std::string_view without_blanks(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/** A CR or LF that stands alone. A CR at the very end may yet get its LF. */
inline bool has_bare_line_break(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] != '\n') return true;
  }
  return false;
}

/** The first line, taken off the text, of which each ends with CR LF. */
inline std::string_view take_line(std::string_view &text) noexcept {
  const auto end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), line.size() + 2));
  return line;
}

/** "POST /mcp HTTP/1.1"; gives the version, or nothing where it is no such line. */
inline std::string_view read_request_line(std::string_view line, std::string_view &method,
                                          std::string_view &target) noexcept {
  const auto first = line.find(' ');
  const auto second = first == line.npos ? first : line.find(' ', first + 1);
  if (second == line.npos) return {};
  method = line.substr(0, first);
  target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  const bool good = is_token(method) && !target.empty() && std::all_of(target.begin(), target.end(), is_visible) &&
                    version.size() == 8 && version.substr(0, 5) == "HTTP/";
  return good ? version : std::string_view();
}

/** "Name: value". A line that begins with a blank would go on with the one before it (obs-fold), and is none. */
inline bool read_field(std::string_view line, header_field &field) noexcept {
  const auto colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) return false;
  field.name = line.substr(0, colon);
  field.value = without_blanks(line.substr(colon + 1));
  return std::all_of(field.value.begin(), field.value.end(), is_value_char);
}

/** Digits and nothing else, of a number that fits. */
inline bool read_number(std::string_view digits, std::size_t base, std::size_t &number) noexcept {
  number = 0;
  for (const char c : digits) {
    const bool is_letter = base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
    if (!is_letter && (c < '0' || c > '9')) return false;
    const auto digit = static_cast<std::size_t>(is_letter ? (c | 0x20) - 'a' + 10 : c - '0');
    if (number > (std::numeric_limits<std::size_t>::max() - digit) / base) return false;
    number = number * base + digit;
  }
  return !digits.empty();
}

/** Whether a list, with commas between its elements, has this one. */
inline bool lists(std::string_view list, std::string_view element) noexcept {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (same_letters(without_blanks(list.substr(0, comma)), element)) return true;
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  }
  return false;
}

} // namespace mcpauth::detail
/** @endcond */

#endif // MCPAUTH_RAW_TEXT_HPP
