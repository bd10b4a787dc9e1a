/**
 * @file raw.hpp
 * @brief Servers that hand out raw text: a strict reader of HTTP/1.1 requests, and the text of answers.
 *
 * Nothing here knows of sockets: the host appends what arrives to a std::string, and asks.
 *
 * @code
 * mcpauth::raw_request request;
 * switch (request.read(received, limits)) { // again, whenever more has arrived
 *   case mcpauth::raw_state::more: return; // not all of it is there
 *   case mcpauth::raw_state::bad: send(mcpauth::raw_error(request)), close(); return;
 *   case mcpauth::raw_state::whole: break;
 * }
 * const auto decision = verifier.handle(request.asked());
 * if (!decision) send(mcpauth::raw_answer(request, decision.response()));
 * received.erase(0, request.size()); // the next request may stand behind it
 * @endcode
 *
 * What is read in one way here and in another by whoever stands in between is refused: obs-fold, blanks before a colon, a
 * bare CR or LF, NUL and other controls, a second Host, Content-Length or Transfer-Encoding, both of the latter, any coding
 * but chunked, a length that is no plain number, chunk extensions and trailers.
 */
#ifndef MCPAUTH_RAW_HPP
#define MCPAUTH_RAW_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter.hpp"
#include "raw_text.hpp"

namespace mcpauth {

/** How far a request has arrived. */
enum class raw_state {
  more,  /**< Some of it is missing. */
  whole, /**< All of it is there. */
  bad    /**< It cannot be read: answer with raw_request::status(), and end the connection. */
};

/** How much of a request is taken. */
struct raw_limits {
  std::size_t head_bytes = 32 * 1024;
  std::size_t fields = 100;
  std::size_t body_bytes = 1 << 20;
};

/** A request; what it gives lives as long as the text it was read from, unchanged, and as this object. */
class raw_request {
 public:
  /** Reads the request that `received` begins with. */
  [[nodiscard]] raw_state read(std::string_view received, const raw_limits &limits = {}) {
    *this = raw_request();
    const auto end = received.find("\r\n\r\n");
    if (end == received.npos || end > limits.head_bytes) {
      if (received.size() > limits.head_bytes) return refuse(431);
      // A bare LF would never end the head.
      return detail::has_bare_line_break(received) ? refuse(400) : raw_state::more;
    }
    if (!read_head(received.substr(0, end + 2), limits)) return raw_state::bad;
    return read_body(received.substr(end + 4), end + 4, limits);
  }

  [[nodiscard]] std::string_view method() const noexcept { return method_; }
  /** The target as it was sent, with its query. */
  [[nodiscard]] std::string_view target() const noexcept { return target_; }
  /** The target's path. */
  [[nodiscard]] std::string_view path() const noexcept { return detail::path_of(target_); }
  /** Every header field, in order. */
  [[nodiscard]] const std::vector<header_field> &fields() const noexcept { return fields_; }
  /** The body, put together where it came in chunks. */
  [[nodiscard]] std::string_view body() const noexcept { return is_chunked_ ? std::string_view(chunks_) : body_; }
  /** How much of the text this request is. */
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /** Whether the connection goes on after the answer. */
  [[nodiscard]] bool keeps_alive() const noexcept { return keeps_alive_; }
  /** Whether its sender waits for "HTTP/1.1 100 Continue" before the body, while read() says that there is more. */
  [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_; }
  /** Why it is bad: 400, 413, 431, 501 or 505. */
  [[nodiscard]] int status() const noexcept { return status_; }

  /** What verifier::handle() is to be asked. */
  [[nodiscard]] request asked() const {
    request all(method_, target_);
    for (const auto &[name, value] : fields_) all.header(name, value);
    return all.body(body());
  }

 private:
  raw_state refuse(int status) noexcept { return status_ = status, keeps_alive_ = false, raw_state::bad; }

  bool read_head(std::string_view head, const raw_limits &limits) {
    if (detail::has_bare_line_break(head)) return refuse(400), false;
    const std::string_view version = detail::read_request_line(detail::take_line(head), method_, target_);
    if (version.empty()) return refuse(400), false;
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(505), false;
    keeps_alive_ = version == "HTTP/1.1";
    detail::framing framing;
    int hosts = 0;
    while (!head.empty()) {
      header_field field;
      if (!detail::read_field(detail::take_line(head), field)) return refuse(400), false;
      if (fields_.size() == limits.fields) return refuse(431), false;
      fields_.push_back(field);
      framing.header(field.name, field.value);
      hosts += detail::same_letters(field.name, "Host") ? 1 : 0;
      if (const int status = note(field)) return refuse(status), false;
    }
    if (!framing.is_clear() || hosts > 1 || (hosts == 0 && version == "HTTP/1.1")) return refuse(400), false;
    if (length_ > limits.body_bytes) return refuse(413), false;
    return true;
  }

  /** What a field says about the message itself; 0, or the status that refuses it. */
  int note(const header_field &field) {
    if (detail::same_letters(field.name, "Content-Length"))
      return detail::read_number(field.value, 10, length_) ? 0 : 400;
    if (detail::same_letters(field.name, "Transfer-Encoding")) {
      is_chunked_ = detail::same_letters(field.value, "chunked");
      return is_chunked_ ? 0 : 501;
    }
    if (detail::same_letters(field.name, "Connection") && detail::lists(field.value, "close")) keeps_alive_ = false;
    if (detail::same_letters(field.name, "Expect"))
      expects_continue_ = detail::same_letters(field.value, "100-continue");
    return 0;
  }

  raw_state read_body(std::string_view rest, std::size_t head_size, const raw_limits &limits) {
    if (!is_chunked_) {
      if (rest.size() < length_) return raw_state::more;
      body_ = rest.substr(0, length_), size_ = head_size + length_;
      return raw_state::whole;
    }
    const std::size_t all = rest.size();
    for (std::size_t length = 1; length != 0;) {
      const auto end = rest.find("\r\n");
      if (end == rest.npos)
        return rest.size() > 16 || detail::has_bare_line_break(rest) ? refuse(400) : raw_state::more;
      if (!detail::read_number(rest.substr(0, end), 16, length)) return refuse(400);
      if (length > limits.body_bytes - chunks_.size()) return refuse(413);
      rest.remove_prefix(end + 2);
      if (rest.size() < length + 2) return raw_state::more;
      if (rest.substr(length, 2) != "\r\n") return refuse(400);
      chunks_.append(rest.substr(0, length));
      rest.remove_prefix(length + 2);
    }
    size_ = head_size + all - rest.size();
    return raw_state::whole;
  }

  std::string_view method_, target_, body_;
  std::vector<header_field> fields_;
  std::string chunks_;
  std::size_t length_ = 0, size_ = 0;
  int status_ = 0;
  bool is_chunked_ = false, keeps_alive_ = false, expects_continue_ = false;
};

/** The text of an answer. head: lines "Name: value", CR LF each, such as those of mcpauth::response::head(). */
[[nodiscard]] inline std::string raw_answer(const raw_request &to, int status, std::string_view head,
                                            std::string_view body) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " \r\n";
  text.append(head);
  if (status != 204) text.append("Content-Length: " + std::to_string(body.size()) + "\r\n");
  text.append(to.keeps_alive() ? "\r\n" : "Connection: close\r\n\r\n");
  if (status != 204 && to.method() != "HEAD") text.append(body);
  return text;
}
/** The text of an answer that the library made. */
[[nodiscard]] inline std::string raw_answer(const raw_request &to, const response &answer) {
  return raw_answer(to, answer.status(), answer.head(), answer.body());
}
/** The answer to a request that cannot be read. */
[[nodiscard]] inline std::string raw_error(const raw_request &bad) { return raw_answer(bad, bad.status(), "", ""); }

} // namespace mcpauth

#endif // MCPAUTH_RAW_HPP
