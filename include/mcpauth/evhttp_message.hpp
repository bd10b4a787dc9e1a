/** @file evhttp_message.hpp @brief Requests and answers of evhttp. A part of evhttp.hpp. */
#ifndef MCPAUTH_EVHTTP_MESSAGE_HPP
#define MCPAUTH_EVHTTP_MESSAGE_HPP

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include <memory>
#include <string>
#include <string_view>

#include "adapter.hpp"

/** @cond */
namespace mcpauth::detail {

inline std::string_view evhttp_method_of(evhttp_request *request) {
  switch (evhttp_request_get_command(request)) {
    case EVHTTP_REQ_GET: return "GET";
    case EVHTTP_REQ_POST: return "POST";
    case EVHTTP_REQ_HEAD: return "HEAD";
    case EVHTTP_REQ_PUT: return "PUT";
    case EVHTTP_REQ_DELETE: return "DELETE";
    case EVHTTP_REQ_OPTIONS: return "OPTIONS";
    case EVHTTP_REQ_PATCH: return "PATCH";
    default: return "?"; // not among the allowed methods
  }
}

/** Calls into.header(name, value) for each header field. */
template <class Into>
void evhttp_each_field(evhttp_request *from, Into &into) {
  for (const evkeyval *field = evhttp_request_get_input_headers(from)->tqh_first; field != nullptr;
       field = field->next.tqe_next) {
    into.header(field->key, field->value);
  }
}

/** Whether the request ended where its sender says. evhttp reads no body of some methods, and takes it for a request. */
inline bool evhttp_is_clear(evhttp_request *request) {
  framing all;
  evhttp_each_field(request, all);
  return all.is_clear() && (!all.has_body() || evbuffer_get_length(evhttp_request_get_input_buffer(request)) > 0);
}

/** What the library judges; it borrows from the request. */
inline request evhttp_read(evhttp_request *from) {
  request asked(evhttp_method_of(from), evhttp_request_get_uri(from));
  evhttp_each_field(from, asked);
  evbuffer *body = evhttp_request_get_input_buffer(from);
  const auto *bytes = reinterpret_cast<const char *>(evbuffer_pullup(body, -1)); // NOLINT
  return asked.body({bytes, bytes != nullptr ? evbuffer_get_length(body) : 0});
}

inline void evhttp_send(evhttp_request *request, const response &answer) {
  evkeyvalq *fields = evhttp_request_get_output_headers(request);
  for (const auto [name, value] : answer.headers()) {
    evhttp_add_header(fields, std::string(name).c_str(), std::string(value).c_str());
  }
  const std::unique_ptr<evbuffer, void (*)(evbuffer *)> body(evbuffer_new(), evbuffer_free);
  if (body != nullptr) evbuffer_add(body.get(), answer.body().data(), answer.body().size());
  evhttp_send_reply(request, answer.status(), nullptr, body.get());
}
/** Not now: the client keeps its token and comes again. */
inline void evhttp_send_busy(evhttp_request *request) {
  evhttp_add_header(evhttp_request_get_output_headers(request), "Retry-After", "5");
  evhttp_send_reply(request, 503, nullptr, nullptr);
}
inline void evhttp_hang_up(evhttp_request *request, int status) {
  evhttp_add_header(evhttp_request_get_output_headers(request), "Connection", "close");
  evhttp_send_reply(request, status, nullptr, nullptr);
}

} // namespace mcpauth::detail
/** @endcond */

#endif // MCPAUTH_EVHTTP_MESSAGE_HPP
