/** @file beast_message.hpp @brief Requests and answers of Boost.Beast. A part of beast.hpp. */
#ifndef MCPAUTH_BEAST_MESSAGE_HPP
#define MCPAUTH_BEAST_MESSAGE_HPP

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string_view>
#include <utility>

#include "adapter.hpp"

namespace mcpauth {

using beast_request = boost::beast::http::request<boost::beast::http::string_body>;
using beast_response = boost::beast::http::response<boost::beast::http::string_body>;

/** @cond */
namespace detail {

inline std::string_view beast_view(boost::beast::string_view from) noexcept { return {from.data(), from.size()}; }
inline boost::beast::string_view beast_text(std::string_view from) noexcept { return {from.data(), from.size()}; }

/** What the library judges; it borrows from the request. */
inline request beast_read(const beast_request &from) {
  request asked(beast_view(from.method_string()), beast_view(from.target()));
  for (const auto &field : from.base()) asked.header(beast_view(field.name_string()), beast_view(field.value()));
  return asked.body(from.body());
}

/** Whether the request ended where its sender says: the parser takes a coding that it does not know for no body. */
inline bool beast_is_clear(const beast_request &request) {
  framing all;
  for (const auto &field : request.base()) all.header(beast_view(field.name_string()), beast_view(field.value()));
  return all.is_clear();
}

inline beast_response beast_finished(const beast_request &request, beast_response answer) {
  answer.keep_alive(request.keep_alive());
  answer.prepare_payload();
  if (request.method() == boost::beast::http::verb::head) answer.body().clear(); // its length stays
  return answer;
}
/** The last answer of its connection, of which more was sent than can be read. */
inline beast_response beast_hang_up(unsigned status, unsigned version) {
  beast_response answer(boost::beast::http::int_to_status(status), version);
  answer.keep_alive(false);
  return answer.prepare_payload(), answer;
}

} // namespace detail
/** @endcond */

} // namespace mcpauth

#endif // MCPAUTH_BEAST_MESSAGE_HPP
