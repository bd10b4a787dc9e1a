/** @file request.hpp @brief One HTTP request. A part of mcpauth.hpp. */
#ifndef MCPAUTH_REQUEST_HPP
#define MCPAUTH_REQUEST_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "text.hpp"

namespace mcpauth {

/**
 * @brief The views of one request: whoever makes it keeps the bytes until the call returns.
 *
 * Add every header field, as it came. The first 32 of them need no memory of their own.
 */
class request {
 public:
  request() noexcept = default;
  request(std::string_view method, std::string_view path) noexcept {
    fields_.method = str(method);
    fields_.path = str(path);
  }
  request(const request &other) : fields_(other.fields_), count_(other.count_), many_(other.many_) { take(other); }
  request &operator=(const request &other) {
    fields_ = other.fields_, count_ = other.count_, many_ = other.many_;
    take(other);
    return *this;
  }
  ~request() = default;

  /** Adds a header field. */
  request &header(std::string_view name, std::string_view value) {
    if (count_ < few_.size())
      few_[count_] = {str(name), str(value)};
    else
      header_beyond({str(name), str(value)});
    return ++count_, *this;
  }
  /** The JSON-RPC message. */
  request &body(std::string_view body) noexcept { return fields_.body = str(body), *this; }
  /** The resource's own public URL, never made from the Host field; unless set, the configured resource. */
  request &url(std::string_view url) noexcept { return fields_.url = str(url), *this; }
  /** The TLS client's certificate (DER), where there is one. */
  request &client_certificate_der(std::string_view der) noexcept {
    return fields_.client_certificate_der = str(der), *this;
  }
  /** What is judged without header fields, by verifier::authorize(): the only Authorization field's value. */
  request &authorization(std::string_view value) noexcept {
    authorization_ = str(value), has_authorization_ = true;
    return *this;
  }

  /** The struct of mcpauth.h, which borrows from this object; whatever has no setter here can be set there. */
  [[nodiscard]] mcpauth_request get() const noexcept {
    mcpauth_request all = fields_;
    all.headers = many_.empty() ? few_.data() : many_.data();
    all.header_count = count_;
    if (has_authorization_) all.authorization = &authorization_, all.authorization_count = 1;
    return all;
  }

 private:
  void header_beyond(mcpauth_header field) {
    if (many_.empty()) many_.assign(few_.begin(), few_.end());
    many_.push_back(field);
  }
  void take(const request &other) noexcept { // what is in use of few_, as the rest has no value
    authorization_ = other.authorization_, has_authorization_ = other.has_authorization_;
    if (many_.empty()) std::copy_n(other.few_.begin(), count_, few_.begin());
  }

  mcpauth_request fields_ = MCPAUTH_REQUEST_INIT;
  mcpauth_str authorization_{nullptr, 0};
  bool has_authorization_ = false;
  std::size_t count_ = 0;
  std::array<mcpauth_header, 32> few_;
  std::vector<mcpauth_header> many_; // all of them, once there are more than few_ holds
};

} // namespace mcpauth

#endif // MCPAUTH_REQUEST_HPP
